#!/usr/bin/env python3
"""How long a server takes for graphs and profiles of networks that nobody has asked for yet.

    Benchmarks/pictures.py --architecture resnet152

Each request asks for another input size, so that no answer is held. Beside the time that a client waits stands what the server's
process took of a processor, which does not depend on what else the machine has to do. Needs nothing but Python.
"""

import argparse
import http.client
import os
import pathlib
import socket
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60
FORMS = ["graph?fold=blocks&format=json", "graph?fold=blocks&format=svg", "graph?fold=none&format=json",
         "graph?fold=none&format=svg", "profile?format=json", "profile?format=svg"]


def options():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--convserve", default=ROOT / ".build/release/convserve", help="the program")
    parser.add_argument("--models", default=ROOT / "models", help="its model repository")
    parser.add_argument("--architecture", default="resnet152", help="the network that is drawn")
    parser.add_argument("--requests", type=int, default=40, help="requests for each form")
    return parser.parse_args()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def connected(process, port):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            connection.request("GET", "/readyz")
            if connection.getresponse().read() is not None:
                return connection
        except OSError:
            time.sleep(0.05)
    raise SystemExit("The server does not answer.")


def processor_milliseconds(process):
    """What a process has taken of processors so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(connection, target):
    start = time.perf_counter()
    connection.request("GET", target)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{target}: {response.status} {body[:200]}")
    return (time.perf_counter() - start) * 1000, len(body)


def main():
    arguments = options()
    port = free_port()
    process = subprocess.Popen(
        [arguments.convserve, "serve", "--host", "127.0.0.1", "--port", str(port), "--models", arguments.models,
         "--log-level", "warning"], stdout=subprocess.DEVNULL)
    try:
        connection = connected(process, port)
        print(f"{arguments.architecture}, milliseconds for answers that are not held:")
        for form in FORMS:
            times, size, before = [], 0, processor_milliseconds(process)
            for index in range(arguments.requests):
                target = f"/v1/architectures/{arguments.architecture}/{form}&input=3x224x{224 + index}"
                milliseconds, size = timed(connection, target)
                times.append(milliseconds)
            times.sort()
            processor = (processor_milliseconds(process) - before) / arguments.requests
            print(f"  {form:32} median {statistics.median(times):6.1f}, "
                  f"95th percentile {times[int(0.95 * len(times))]:6.1f}, processor {processor:6.1f}, {size / 1000:7.1f} kB")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
