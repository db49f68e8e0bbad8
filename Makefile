# What to do with ConvServe. `make serve` is all a new user needs.
HOST ?= 127.0.0.1
PORT ?= 8080
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help setup build models serve train-models lint test test-algorithms test-gradients test-foreign test-jobs test-tune test-search soak fuzz bench figures image test-image clean

help: ## Lists these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

setup: ## Installs the Debian packages a build needs, if they are missing
	@scripts/setup

build: setup ## Builds the server, optimised
	@swift build -c release --product convserve

models: build ## Fetches EfficientNet-Lite0 into models/
	@scripts/fetch-models

serve: build ## Sets up, builds, fetches the model and serves on http://HOST:PORT (127.0.0.1:8080)
	@scripts/serve

train-models: build ## Trains the committed models anew, where models/ lacks them; goes on where it was interrupted
	@scripts/train-models

lint: ## Checks the formatting of the Swift sources, and the scripts where shellcheck is installed
	@scripts/lint

test: ## Sets up, lints, builds and runs every test; the test runner's summary comes last
	@scripts/test

test-algorithms: ## Runs the unit tests with all cases of their long random suites (FILTER=InferenceRuntimeTests)
	@scripts/test-algorithms $(if $(FILTER),--filter $(FILTER))

test-gradients: ## Compares the gradients of two hundred drawn layers of each operator with finite differences (an hour)
	@scripts/test-algorithms --filter Gradient

test-foreign: build ## Runs client libraries, proxies, load and attack tools against the server (ten minutes)
	@Tests/Foreign/run

test-jobs: build ## Kills a server and its jobs KILLS (200) times, fills its disk, deletes what jobs need (an hour)
	@KILLS=$(or $(KILLS),200) Tests/Jobs/run

test-tune: build ## Plants eight faults for the seven steps of `tune` and has eight sound runs, MINUTES (0.5) each (ten minutes)
	@MINUTES=$(or $(MINUTES),0.5) Tests/Tune/run

test-search: build ## Kills searches KILLS (100) times at drawn moments; they have to end with the files of undisturbed ones (ten minutes)
	@KILLS=$(or $(KILLS),100) Tests/Search/run

soak: build ## Replaces models under load, serves good and bad clients for MINUTES (30), stops and kills the server under load
	@MINUTES=$(or $(MINUTES),30) Tests/Soak/run

fuzz: setup ## Runs each target of Tests/Fuzz for SECONDS (600) under AddressSanitizer, with inputs that libFuzzer makes up
	@SECONDS_EACH=$(or $(SECONDS),600) scripts/fuzz

bench: build ## Times ConvServe beside other engines and a Python server; writes docs/performance.md anew
	@Benchmarks/run --update-documentation

figures: build ## Draws the figures of docs/inspect.md anew
	@scripts/figures

image: ## Builds the container image (IMAGE=convserve) with docker, podman or buildah
	@scripts/image

test-image: ## Starts the image, classifies a photo, stops it; reports size and time to ready
	@scripts/test-image

clean: ## Removes what was built; models and downloads stay
	@swift package clean
	@rm -rf .build-tests
