#!/usr/bin/env python3
"""What a server does at several times the load that it can bear.

Starts `convserve serve` on the loopback, finds its capacity with as many clients as its queue holds, each sending its
next image when the last one is answered; then sends images at a fixed rate of several times that, whatever becomes of
them, and compares. Needs nothing but Python.

    Benchmarks/overload.py --model efficientnet-lite0 --image cat.jpg

Latency counts from the moment at which a request was due, so that a late client hides nothing.
"""

import argparse
import asyncio
import contextlib
import gc
import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A client waits no longer for any one answer.
PATIENCE_SECONDS = 60


def options():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--convserve", default=ROOT / ".build/release/convserve", help="the program")
    parser.add_argument("--models", default=ROOT / "models", help="its model repository")
    parser.add_argument("--model", default="resnet8-cifar10", help="the model that is asked")
    parser.add_argument("--image", default=ROOT / "Tests/Goldens/images/photo.jpg", help="what is sent")
    parser.add_argument("--seconds", type=int, default=15, help="of each phase, at most 60")
    parser.add_argument("--factor", type=float, default=5, help="load beyond capacity")
    parser.add_argument("--queue-capacity", type=int, default=32, help="images that the server admits")
    parser.add_argument("--timeout", help="seconds that each request beyond capacity allows")
    parser.add_argument("--json", action="store_true", help="prints figures for programs")
    arguments = parser.parse_args()
    arguments.seconds = min(arguments.seconds, 60)
    return arguments


@contextlib.contextmanager
def server(arguments):
    """The server's port; it has ended when the block has."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        with open(log, "w") as file:
            process = subprocess.Popen(
                [arguments.convserve, "serve", "--host", "127.0.0.1", "--port", "0", "--models", arguments.models,
                 "--default-model", arguments.model, "--queue-capacity", str(arguments.queue_capacity),
                 "--max-connections", "10000", "--log-level", "notice"],
                stdout=file, stderr=subprocess.STDOUT)
        try:
            yield port_of(process, log)
        finally:
            process.terminate()
            process.wait(30)


def port_of(process, log):
    """Waits until the server is ready."""
    for _ in range(1200):
        found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", log.read_text())
        if process.poll() is not None:
            raise SystemExit(log.read_text())
        if found and is_ready(int(found[1])):
            return int(found[1])
        time.sleep(0.1)
    raise SystemExit("the server is not ready after two minutes")


def is_ready(port):
    try:
        return get(port, "/readyz")[0] == 200
    except OSError:
        return False


def get(port, path):
    """Status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def served(port, model):
    """Images and batches that the server has computed so far."""
    counts = json.loads(get(port, f"/v1/models/{model}")[1])["served"]
    return counts["images"], counts["batches"]


class Client(asyncio.Protocol):
    """One connection: sends a request, reads an answer of a known length."""

    def __init__(self):
        self.received = b""
        self.answered = None
        self.transport = None
        self.is_open = False

    def connection_made(self, transport):
        self.transport = transport
        self.is_open = True

    def connection_lost(self, _):
        self.is_open = False
        if self.answered and not self.answered.done():
            self.answered.set_result(0)

    def data_received(self, data):
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.received[:end].lower()
        length = int(re.search(rb"content-length: (\d+)", head)[1])
        if len(self.received) < end + 4 + length:
            return
        self.received = b""
        if b"connection: close" in head:
            self.is_open = False
            self.transport.close()
        if self.answered and not self.answered.done():
            self.answered.set_result(int(head[9:12]))

    async def ask(self, request):
        """The answer's status; 0 when the connection broke."""
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await asyncio.wait_for(self.answered, PATIENCE_SECONDS)


class Load:
    """Answers as they came: for each status the latencies in seconds."""

    def __init__(self, port, request):
        self.port = port
        self.request = request
        self.idle = []
        self.latencies = {}
        self.lateness = []

    async def client(self):
        while self.idle:
            client = self.idle.pop()
            if client.is_open:
                return client
        _, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", self.port)
        return client

    async def ask(self, due):
        client = await self.client()
        self.lateness.append(time.perf_counter() - due)
        status = await client.ask(self.request)
        self.latencies.setdefault(status, []).append(time.perf_counter() - due)
        if client.is_open:
            self.idle.append(client)

    async def closed_loop(self, clients, seconds):
        """Each client asks again as soon as it is answered."""
        end = time.perf_counter() + seconds

        async def one():
            while time.perf_counter() < end:
                await self.ask(time.perf_counter())

        await asyncio.gather(*(one() for _ in range(clients)))

    async def open_loop(self, rate, seconds):
        """A request every 1 / rate seconds, whatever becomes of those before."""
        start = time.perf_counter()
        tasks = []
        for number in range(int(rate * seconds)):
            due = start + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(self.ask(due)))
        await asyncio.gather(*tasks)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000 if values else 0.0


def summary(load, seconds, before, after):
    accepted, refused = load.latencies.get(200, []), load.latencies.get(503, [])
    others = {status: len(values) for status, values in load.latencies.items() if status not in (200, 503)}
    return {
        "accepted_per_second": len(accepted) / seconds,
        "images_per_batch": (after[0] - before[0]) / max(1, after[1] - before[1]),
        "accepted_p50_ms": percentile(accepted, 0.5),
        "accepted_p99_ms": percentile(accepted, 0.99), "refused": len(refused),
        "refused_p50_ms": percentile(refused, 0.5), "refused_p99_ms": percentile(refused, 0.99),
        "refused_max_ms": percentile(refused, 1), "others": others,
        "client_late_p99_ms": percentile(load.lateness, 0.99),
    }


def request_of(body, timeout=None):
    deadline = f"X-Request-Timeout: {timeout}\r\n" if timeout else ""
    head = (
        f"POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n{deadline}"
        f"Content-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


async def measure(arguments, port):
    body = pathlib.Path(arguments.image).read_bytes()
    request = request_of(body)
    await Load(port, request).closed_loop(arguments.queue_capacity, 3)  # warms up
    counts = [served(port, arguments.model)]
    full = Load(port, request)
    await full.closed_loop(arguments.queue_capacity, arguments.seconds)
    counts.append(served(port, arguments.model))
    at_full = summary(full, arguments.seconds, *counts)
    rate = arguments.factor * at_full["accepted_per_second"]
    over = Load(port, request_of(body, arguments.timeout))
    await over.open_loop(rate, arguments.seconds)
    beyond = summary(over, arguments.seconds, counts[1], served(port, arguments.model))
    return {"full": at_full, "offered_per_second": rate, "over": beyond}


def report(arguments, figures):
    full, over = figures["full"], figures["over"]
    print(f"| {arguments.model}, queue of {arguments.queue_capacity} | full load | {arguments.factor:g} times that |")
    print("| --- | ---: | ---: |")
    print(f"| offered, images a second | - | {figures['offered_per_second']:.0f} |")
    for name, key, digits in [
        ("answered, images a second", "accepted_per_second", 0),
        ("images in a batch, mean", "images_per_batch", 1), ("answered, median ms", "accepted_p50_ms", 1),
        ("answered, 99th percentile ms", "accepted_p99_ms", 1), ("refused with 503", "refused", 0),
        ("refused, median ms", "refused_p50_ms", 1), ("refused, 99th percentile ms", "refused_p99_ms", 1),
        ("refused, longest ms", "refused_max_ms", 1), ("the client itself was late, 99th percentile ms",
                                                       "client_late_p99_ms", 1),
    ]:
        print(f"| {name} | {full[key]:.{digits}f} | {over[key]:.{digits}f} |")
    print(f"| other answers | {full['others'] or 0} | {over['others'] or 0} |")


def main():
    arguments = options()
    gc.disable()
    with server(arguments) as port:
        with contextlib.suppress(PermissionError):
            # A client of another machine would not wait for the server's processors.
            os.nice(-10)
        figures = asyncio.run(measure(arguments, port))
    print(json.dumps(figures)) if arguments.json else report(arguments, figures)


if __name__ == "__main__":
    main()
