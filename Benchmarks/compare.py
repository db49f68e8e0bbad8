"""Times ConvServe beside other engines and a Python server, on this machine, in turns; prints Markdown.

A ratio above 1 means that ConvServe is faster. How each thing is measured stands in docs/performance.md.
"""

import argparse
import datetime
import json
import pathlib
import shlex
import signal
import sys
import tempfile
from importlib import metadata

from free_cores import PATIENCE_SECONDS, have_patience
from machine import describe_machine, revision
from measure_engines import measure_engines
from measure_servers import measure_servers
from peers import PACKAGES, TITLES, version
from program import HERE
from report import markdown, update_documentation

NETWORKS = [
    "resnet18", "resnet50", "resnet152", "vgg16", "efficientnet-lite0", "googlenet", "alexnet", "squeezenet1_1",
    "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "densenet121"]
SERVER_NETWORKS = ["resnet18", "resnet50"]
PARTS = ["engines", "servers"]
DOCUMENT = HERE.parent / "docs" / "performance.md"


def main():
    options = parse_options()
    have_patience(options.patience)
    # As an exception, which ends the servers that were started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped by a signal."))
    with tempfile.TemporaryDirectory(prefix="convserve-benchmark-") as name:
        folder = pathlib.Path(name)
        results = {
            "date": datetime.date.today().isoformat(), "command": command(), "revision": revision(),
            "peers": options.peers, "cpu": options.cpu, "versions": versions(options), "machine": describe_machine(options.convserve, options.threads),
            "engines": measure_engines(options, folder) if "engines" in options.parts else [],
            "servers": measure_servers(options, folder) if "servers" in options.parts else []}
    if options.results:
        options.results.write_text(json.dumps(results, indent=1) + "\n")
    print(markdown(results))
    if options.update_documentation:
        update_documentation(DOCUMENT, results)


def parse_options():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--convserve", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--photo", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what is compared")
    parser.add_argument("--networks", nargs="+", default=NETWORKS, help="architectures, for the engines")
    parser.add_argument("--peers", nargs="*", choices=PACKAGES, default=list(PACKAGES), help="engines beside ConvServe")
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8], help="images in a run")
    parser.add_argument("--threads", type=int, default=2, help="threads of every engine")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each engine, in turns")
    parser.add_argument("--runs", type=int, help="runs of a measurement (None: about a second of them)")
    parser.add_argument("--server-networks", nargs="+", default=SERVER_NETWORKS, help="architectures, for the servers")
    parser.add_argument("--server-seconds", type=int, default=6, help="duration of each load")
    parser.add_argument("--server-rounds", type=int, default=3, help="loads of each server, in turns")
    parser.add_argument(
        "--cpu", choices=["avx2", "avx512"], help="holds ConvServe to these instructions, and of the peers OpenVINO")
    parser.add_argument(
        "--patience", type=int, default=PATIENCE_SECONDS, help="seconds to wait in all for undisturbed processors")
    parser.add_argument("--results", type=pathlib.Path, help="file for every figure, as JSON")
    parser.add_argument(
        "--update-documentation", action="store_true", help="writes docs/performance.md and its plot anew")
    return parser.parse_args()


def command():
    """What a reader has to type: the options that Benchmarks/run adds are left out."""
    words, hidden = sys.argv[1:], {"--convserve", "--photo"}
    kept = [word for i, word in enumerate(words) if word not in hidden and (i == 0 or words[i - 1] not in hidden)]
    return shlex.join(["Benchmarks/run", *kept])


def versions(options):
    engines = {TITLES[name]: version(name) for name in options.peers} if "engines" in options.parts else {}
    if "servers" not in options.parts:
        return engines
    packages = {"ONNX Runtime": "onnxruntime", "mosec": "mosec", "Pillow": "pillow"}
    return engines | {title: metadata.version(package) for title, package in packages.items()}


if __name__ == "__main__":
    main()
