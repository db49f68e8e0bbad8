#!/usr/bin/env python3
"""What open event streams cost those who classify.

Starts `convserve serve` on the loopback. Some clients send an image, each its next one when the last is answered, once
without anything beside them and once while hundreds of `GET /v1/events` are open, which another process reads. Which of
the two comes first alternates from pair to pair, since a machine is not the same for long. Needs nothing but Python.

    Benchmarks/event_streams.py --models resnet8-cifar10 efficientnet-lite0 --results event_streams.json

Asked for: a 99th percentile that is at most 1.25 times as long with 500 streams. The ratios are medians over the pairs.
"""

import contextlib
import multiprocessing
import selectors
import socket
import time

import beside
import overload

REQUEST = b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Seconds within which all streams have to be open.
PATIENCE = 60


def options():
    parser = beside.parser(__doc__.split("\n")[0])
    parser.add_argument("--streams", type=int, default=500, help="open streams, at most 5000")
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


def beside_streams(port, classified, count):
    with streams(port, count) as events:
        before, began = events.value, time.perf_counter()
        figures = classified()
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


def main():
    arguments = options()

    def measured(port, _):
        return beside.measure(
            port, arguments, lambda port, classified: beside_streams(port, classified, arguments.streams),
            between=lambda port: wait_until_closed(port, 5))

    beside.run(
        arguments, measured, "no stream", f"{arguments.streams} streams",
        ("events_per_second", "events a second, all streams"))


if __name__ == "__main__":
    main()
