#!/usr/bin/env python3
"""What open event streams cost those who classify.

Starts `convserve serve` on the loopback. Some clients send an image, each its next one when the last is answered, once
without anything beside them and once while hundreds of `GET /v1/events` are open, which another process reads. Which of
the two comes first alternates from pair to pair, since a machine is not the same for long. Needs nothing but Python.

    Benchmarks/event_streams.py --models resnet8-cifar10 efficientnet-lite0 --results event_streams.json

Asked for: a 99th percentile that is at most 1.25 times as long with 500 streams. The ratios are medians over the pairs.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import multiprocessing
import pathlib
import selectors
import socket
import statistics
import time

import overload
from machine import revision

REQUEST = b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Seconds within which all streams have to be open.
PATIENCE = 60
FIGURES = (("p50_ms", "median ms"), ("p99_ms", "99th percentile ms"), ("per_second", "images a second"))


def options():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--convserve", default=overload.ROOT / ".build/release/convserve", help="the program")
    parser.add_argument("--repository", default=overload.ROOT / "models", help="its model repository")
    parser.add_argument("--models", nargs="+", default=["resnet8-cifar10"], help="the models that are asked")
    parser.add_argument("--image", default=overload.ROOT / "Tests/Goldens/images/photo.jpg", help="what is sent")
    parser.add_argument("--clients", type=int, default=4, help="connections that classify")
    parser.add_argument("--streams", type=int, default=500, help="open streams, at most 5000")
    parser.add_argument("--pairs", type=int, default=5, help="measurements without and with streams")
    parser.add_argument("--seconds", type=int, default=8, help="of each measurement, at most 60")
    parser.add_argument("--results", help="a file for every figure, as JSON")
    arguments = parser.parse_args()
    arguments.seconds, arguments.streams = min(arguments.seconds, 60), min(arguments.streams, 5000)
    return arguments


def read_streams(port, count, events, is_ready, is_over):
    """Opens streams and reads what comes, on one thread."""
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as stack:
        silent = set()
        for _ in range(count):
            stream = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            stream.sendall(REQUEST)
            stream.setblocking(False)
            selector.register(stream, selectors.EVENT_READ)
            silent.add(stream.fileno())
        while not is_over.is_set():
            for key, _ in selector.select(0.2):
                data = key.fileobj.recv(1 << 16)
                if not data:
                    raise SystemExit("the server ended a stream")
                silent.discard(key.fd)
                events.value += data.count(b"\ndata: ")
            if not silent:
                is_ready.set()


@contextlib.contextmanager
def streams(port, count):
    """That many streams are open in the block; yields the number of their events so far."""
    events, is_ready, is_over = multiprocessing.Value("q", 0), multiprocessing.Event(), multiprocessing.Event()
    reader = multiprocessing.Process(target=read_streams, args=(port, count, events, is_ready, is_over))
    reader.start()
    try:
        if not is_ready.wait(PATIENCE):
            raise SystemExit(f"{count} streams are not open after {PATIENCE} s")
        yield events
        if not reader.is_alive():
            raise SystemExit("the streams ended too early")
    finally:
        is_over.set()
        reader.join(PATIENCE)
        if reader.is_alive():
            reader.terminate()


async def closed_loop(load, clients, seconds):
    await load.closed_loop(clients, seconds)
    for client in load.idle:
        client.transport.close()


def classify(port, request, arguments, seconds):
    """Figures of some clients in a closed loop."""
    load = overload.Load(port, request)
    asyncio.run(closed_loop(load, arguments.clients, seconds))
    others = {status for status in load.latencies if status != 200}
    if others:
        raise SystemExit(f"not every image was classified: {others}")
    latencies = load.latencies[200]
    return {
        "requests": len(latencies), "per_second": len(latencies) / seconds,
        "p50_ms": overload.percentile(latencies, 0.5), "p99_ms": overload.percentile(latencies, 0.99)}


def beside_streams(port, request, arguments):
    with streams(port, arguments.streams) as events:
        before, began = events.value, time.perf_counter()
        figures = classify(port, request, arguments, arguments.seconds)
        # What was open has to have been served too.
        figures["events_per_second"] = (events.value - before) / (time.perf_counter() - began)
    return figures


def wait_until_closed(port, connections):
    """Streams that have just been left are found to be gone with their next event."""
    for _ in range(100):
        text = overload.get(port, "/metrics")[1].decode()
        line = next(line for line in text.splitlines() if line.startswith("convserve_connections_open "))
        if float(line.split()[1]) <= connections:
            return
        time.sleep(0.1)
    raise SystemExit("streams stay open that nobody reads")


def measure(port, arguments):
    request = overload.request_of(pathlib.Path(arguments.image).read_bytes())
    classify(port, request, arguments, 3)  # warms up
    pairs = []
    for number in range(arguments.pairs):
        pair = {}
        for name in ("without", "with") if number % 2 == 0 else ("with", "without"):
            wait_until_closed(port, 5)
            pair[name] = (classify(port, request, arguments, arguments.seconds) if name == "without"
                          else beside_streams(port, request, arguments))
        pairs.append(pair)
    return pairs


def medians(pairs):
    """Of each figure: without streams, with streams, and of the ratios of the pairs."""
    return {key: {
        "without": statistics.median(pair["without"][key] for pair in pairs),
        "with": statistics.median(pair["with"][key] for pair in pairs),
        "ratio": statistics.median(pair["with"][key] / pair["without"][key] for pair in pairs),
    } for key, _ in FIGURES}


def report(arguments, results):
    print(f"{arguments.clients} clients; medians of {arguments.pairs} pairs of {arguments.seconds} s each\n")
    print(f"| model | figure | no stream | {arguments.streams} streams | ratio | ratios of the pairs |")
    print("| --- | --- | ---: | ---: | ---: | --- |")
    for model, result in results.items():
        for key, name in FIGURES:
            line = result["medians"][key]
            ratios = " ".join(f"{pair['with'][key] / pair['without'][key]:.2f}" for pair in result["pairs"])
            print(f"| {model} | {name} | {line['without']:.2f} | {line['with']:.2f} | {line['ratio']:.2f} | {ratios} |")
        events = statistics.median(pair["with"]["events_per_second"] for pair in result["pairs"])
        print(f"| {model} | events a second, all streams | - | {events:.0f} | - | - |")


def measured(arguments, model):
    # The options by which `overload.server` knows its server.
    server = argparse.Namespace(
        convserve=arguments.convserve, models=arguments.repository, model=model, queue_capacity=128)
    with overload.server(server) as port:
        pairs = measure(port, arguments)
    return {"pairs": pairs, "medians": medians(pairs)}


def main():
    arguments = options()
    gc.disable()
    results = {model: measured(arguments, model) for model in arguments.models}
    report(arguments, results)
    if arguments.results:
        kept = {"revision": revision(), "streams": arguments.streams, "clients": arguments.clients, "models": results}
        pathlib.Path(arguments.results).write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
