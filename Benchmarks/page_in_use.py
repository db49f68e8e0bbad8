#!/usr/bin/env python3
"""What somebody who uses the page costs those who classify.

Starts `convserve serve` on the loopback. Some clients send an image, each its next one when the last is answered, once
without anything beside them and once while a visitor looks at the page: its files, the network's graph and profile, the
comparison, filters, activations, Grad-CAM, a receptive field, an answer of his own, one after the other with a pause as
people make. Which of the two comes first alternates from pair to pair. Needs nothing but Python.

    Benchmarks/page_in_use.py --models efficientnet-lite0 --image cat.jpg

Asked for: a 99th percentile that is at most 1.25 times as long. The ratios are medians over the pairs.
"""

import http.client
import itertools
import json
import multiprocessing
import pathlib
import re
import time

import beside
import overload

# A visitor waits no longer for any one answer.
PATIENCE_SECONDS = 60


def options():
    parser = beside.parser(__doc__.split("\n")[0])
    parser.add_argument("--pause", type=float, default=0.5, help="seconds from an answer to the visitor's next click")
    arguments = parser.parse_args()
    arguments.seconds = min(arguments.seconds, 60)
    return arguments


def clicks(port, model, image):
    """What a visitor's clicks ask for: method, path, body."""
    summary = json.loads(overload.get(port, f"/v1/models/{model}/summary")[1])
    layers = [layer["name"] for layer in summary["layers"] if len(layer["output_shape"]) == 3]
    files = re.findall(r'(?:src|href)="([^":#]+\.(?:js|css|svg))"', overload.get(port, "/")[1].decode())
    yield from (("GET", f"/{name.removeprefix('./').removeprefix('/')}", None) for name in ["", *files])
    of_model = f"/v1/models/{model}"
    for layer in itertools.cycle(layers[::max(1, len(layers) // 7)]):
        yield "POST", f"{of_model}/classify", image
        yield "POST", f"{of_model}/explain?format=png", image
        yield "GET", f"{of_model}/graph?format=svg", None
        yield "POST", f"{of_model}/activations?format=png&layer={layer}", image
        yield "POST", f"{of_model}/receptive-field?format=png&layer={layer}", image
        yield "GET", f"{of_model}/filters?format=png", None
        yield "GET", f"{of_model}/profile?format=svg", None
        yield "GET", "/v1/compare?format=svg", None


def visit(port, model, image, pause, answers, is_over):
    """Clicks until it is over."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    for method, path, body in clicks(port, model, image):
        if is_over.is_set():
            return
        connection.request(method, path, body, {"Content-Type": "image/jpeg"} if body else {})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]}")
        answers.value += 1
        is_over.wait(pause)


def beside_visitor(port, classified, model, image, pause):
    answers, is_over = multiprocessing.Value("q", 0), multiprocessing.Event()
    visitor = multiprocessing.Process(target=visit, args=(port, model, image, pause, answers, is_over))
    visitor.start()
    try:
        began = time.perf_counter()
        figures = classified()
        figures["answers_per_second"] = answers.value / (time.perf_counter() - began)
        if not visitor.is_alive():
            raise SystemExit("the visitor has left too early")
        return figures
    finally:
        is_over.set()
        visitor.join(PATIENCE_SECONDS)
        if visitor.is_alive():
            visitor.terminate()


def main():
    arguments = options()
    image = pathlib.Path(arguments.image).read_bytes()

    def measured(port, model):
        return beside.measure(
            port, arguments,
            lambda port, classified: beside_visitor(port, classified, model, image, arguments.pause))

    beside.run(
        arguments, measured, "nobody", "a visitor", ("answers_per_second", "answers to the visitor a second"))


if __name__ == "__main__":
    main()
