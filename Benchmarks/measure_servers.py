"""Whole servers: a JPEG in, the best classes as JSON out, asked by wrk over loopback."""

import contextlib
import json
import os
import shutil
import socket
import sys
import time
import urllib.request

from PIL import Image

from free_cores import measure_undisturbed
from measure_engines import own_environment
from mosec_layouts import LARGEST_BATCH, LAYOUTS
from program import HERE, output_of, output_of_script, running, say

READY_SECONDS = 120
# Decoded and resized alike up to rounding, so the probability of the best class is the same up to this.
PROBABILITY_TOLERANCE = 0.05
IMAGES = {"451 x 300": (451, 300), "1804 x 1200": (1804, 1200)}
CONNECTIONS = [1, 8, 32]
# With more clients the Python server gives requests up, after three seconds; only ours is measured then.
MOST_COMPARED = LARGEST_BATCH
OURS = "convserve"


def measure_servers(options, folder):
    """A list of rows: network, image, connections, and what each server (for mosec: each layout) reached."""
    if shutil.which("wrk") is None:
        raise SystemExit("The comparison of servers needs wrk. On Debian: apt-get install wrk")
    images = write_images(options.photo, folder)
    rows = []
    for name in options.server_networks:
        output_of_script("write_network.py", "--convserve", options.convserve, folder, name, "onnxruntime")
        servers = {OURS: lambda: convserve(options, folder, name)}
        servers |= {layout: lambda layout=layout: mosec(folder, name, layout) for layout in LAYOUTS}
        rows += measure_network(options, name, servers, images)
        for file in folder.glob(f"{name}.*"):
            file.unlink()
    return rows


def write_images(photo, folder):
    picture, images = Image.open(photo).convert("RGB"), {}
    for name, size in IMAGES.items():
        images[name] = folder / f"{size[0]}.jpg"
        picture.resize(size, Image.Resampling.BICUBIC).save(images[name], quality=90)
    return images


def measure_network(options, network, servers, images):
    """All servers run at once, since an idle one costs nothing, so that their loads follow each other closely."""
    rows = []
    with contextlib.ExitStack() as stack:
        urls = {server: stack.enter_context(start()) for server, start in servers.items()}
        check_answers(network, {
            server: {image: best_class(url, images[image]) for image in images} for server, url in urls.items()})
        for image in images:
            for connections in CONNECTIONS:
                asked = urls if connections <= MOST_COMPARED else {OURS: urls[OURS]}
                results = load_in_turns(options, asked, images[image], connections, first=len(rows))
                rows.append({"network": network, "image": image, "connections": connections, "servers": results})
                say(f"{network}, {image}, {connections} connections: " + ", ".join(
                    f"{server} {result['requests_per_second']:.1f}/s" for server, result in results.items()))
    return rows


def load_in_turns(options, urls, image, connections, first):
    names = list(urls)
    rounds = {name: [] for name in names}
    for turn in range(options.server_rounds):
        start = (first + turn) % len(names)
        for name in names[start:] + names[:start]:
            result, is_undisturbed = measure_undisturbed(
                lambda name=name: load(urls[name], image, connections, options.server_seconds), options.threads, attempts=2)
            rounds[name].append({**result, "undisturbed": is_undisturbed})
    return {name: median_load(measured) for name, measured in rounds.items()}


def median_load(rounds):
    """The round in the middle by requests a second, of those that were undisturbed if there are any."""
    counted = [r for r in rounds if r["undisturbed"]] or rounds
    middle = sorted(counted, key=lambda r: r["requests_per_second"])[len(counted) // 2]
    return {**middle, "undisturbed": sum(r["undisturbed"] for r in rounds), "rounds": len(rounds)}


def check_answers(network, answers):
    """All servers must name the same best class with the same probability, or they do different work."""
    for image in IMAGES:
        index, probability = answers[OURS][image]
        for server in answers:
            other_index, other_probability = answers[server][image]
            if index != other_index or abs(probability - other_probability) > PROBABILITY_TOLERANCE:
                raise SystemExit(
                    f"{network}, {image}: ConvServe answers class {index} with {probability:.3f}, mosec ({server}) class "
                    f"{other_index} with {other_probability:.3f}: the servers do different work.")


@contextlib.contextmanager
def convserve(options, folder, network):
    """ConvServe with its default settings."""
    models, log = folder / "models", folder / "convserve.log"
    output_of(
        options.convserve, "import", "--architecture", network, "--name", network, "--models", models, "--force",
        "--licence", "CC0-1.0", folder / f"{network}.safetensors")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = [options.convserve, "serve", "--models", models, "--host", "127.0.0.1", "--port", port]
    arguments += ["--cpu", options.cpu] if options.cpu else []
    with running(*arguments, environment=own_environment(folder), log=log) as process:
        wait_until_ready(f"{url}/readyz", process, log)
        yield f"{url}/v1/classify"
    shutil.rmtree(models)


@contextlib.contextmanager
def mosec(folder, network, layout):
    port = free_port()
    log = folder / f"mosec-{port}.log"
    environment = os.environ | {
        "MODEL": str(folder / f"{network}.onnx"), "LAYOUT": layout, "PYTHONDONTWRITEBYTECODE": "1"}
    # Its socket between processes lies in the folder, which goes when all is done.
    arguments = ["--address", "127.0.0.1", "--port", port, "--path", folder / f"mosec-{port}", "--log-level", "warning"]
    with running(sys.executable, HERE / "mosec_server.py", *arguments, environment=environment, log=log) as process:
        wait_until_ready(f"http://127.0.0.1:{port}/", process, log)
        yield f"http://127.0.0.1:{port}/inference"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(url, process, log):
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server at {url} did not become ready:\n{log.read_text()}")


def best_class(url, image):
    request = urllib.request.Request(url, data=image.read_bytes(), headers={"Content-Type": "image/jpeg"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    best = answer.get("predictions", [answer])[0]["classes"][0]
    return best["index"], best["probability"]


def load(url, image, connections, seconds):
    """Requests for that long, after a second that does not count."""
    wrk(url, image, connections, 1)
    result = wrk(url, image, connections, seconds)
    if result["errors"] > 0 or result["requests"] == 0:
        raise SystemExit(f"{result['errors']} of {result['requests']} requests to {url} failed.")
    return {
        "requests_per_second": result["requests"] / result["seconds"], "p50_ms": result["p50_ms"],
        "p99_ms": result["p99_ms"]}


def wrk(url, image, connections, seconds):
    text = output_of(
        "wrk", "--threads", 1, "--connections", connections, "--duration", f"{seconds}s", "--timeout", "30s",
        "--script", HERE / "post_image.lua", url, "--", image)
    return json.loads(text.splitlines()[-1])
