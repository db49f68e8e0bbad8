#!/usr/bin/env python3
"""How long a server takes from its start to its first answer, and what memory it then holds.

    Benchmarks/first_answer.py --models models --model efficientnet-lite0

The first start measures which algorithms suit the machine, and keeps that in a folder of its own; those after it find
it there. Files come from the system's cache. Needs nothing but Python.
"""

import argparse
import http.client
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.005


def options():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--convserve", default=ROOT / ".build/release/convserve", help="the program")
    parser.add_argument("--models", default=ROOT / "models", help="its model repository")
    parser.add_argument("--model", default="efficientnet-lite0", help="the model that is asked")
    parser.add_argument("--image", default=ROOT / "Tests/Goldens/images/photo.jpg", type=pathlib.Path, help="what is sent")
    parser.add_argument("--rounds", type=int, default=5, help="starts after the first one")
    return parser.parse_args()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def first_answer(arguments, cache):
    """Seconds to the first answer, and kilobytes of memory then."""
    port, image = free_port(), arguments.image.read_bytes()
    start = time.monotonic()
    process = subprocess.Popen(
        [arguments.convserve, "serve", "--host", "127.0.0.1", "--port", str(port), "--models", arguments.models,
         "--log-level", "warning"],
        stdout=subprocess.DEVNULL, env=os.environ | {"XDG_CACHE_HOME": cache})
    try:
        while not answers(port, arguments.model, image):
            if process.poll() is not None or time.monotonic() - start > PATIENCE_SECONDS:
                raise SystemExit("The server does not answer.")
            time.sleep(PAUSE_SECONDS)
        return time.monotonic() - start, resident_kilobytes(process.pid)
    finally:
        process.terminate()
        process.wait()


def answers(port, model, image):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("POST", f"/v1/models/{model}/classify", image, {"Content-Type": "image/jpeg"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def resident_kilobytes(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def main():
    arguments = options()
    with tempfile.TemporaryDirectory() as cache:
        seconds, _ = first_answer(arguments, cache)
        print(f"first start: {seconds:.2f} s")
        rounds = [first_answer(arguments, cache) for _ in range(arguments.rounds)]
    times = sorted(seconds for seconds, _ in rounds)
    memory = statistics.median(kilobytes for _, kilobytes in rounds)
    print(f"{len(times)} later ones: median {statistics.median(times):.2f} s ({times[0]:.2f} to {times[-1]:.2f})")
    print(f"resident memory: {memory / 1000:.0f} MB")


if __name__ == "__main__":
    main()
