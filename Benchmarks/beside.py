"""Classification without and with something beside it, in pairs: what the other work costs those who classify."""

import argparse
import asyncio
import gc
import json
import pathlib
import statistics

import overload
from machine import revision

FIGURES = (("p50_ms", "median ms"), ("p99_ms", "99th percentile ms"), ("per_second", "images a second"))


def parser(description):
    """The options that every such measurement has."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    made.add_argument("--convserve", default=overload.ROOT / ".build/release/convserve", help="the program")
    made.add_argument("--repository", default=overload.ROOT / "models", help="its model repository")
    made.add_argument("--models", nargs="+", default=["resnet8-cifar10"], help="the models that are asked")
    made.add_argument("--image", default=overload.ROOT / "Tests/Goldens/images/photo.jpg", help="what is sent")
    made.add_argument("--clients", type=int, default=4, help="connections that classify")
    made.add_argument("--pairs", type=int, default=5, help="measurements without and with the other work")
    made.add_argument("--seconds", type=int, default=8, help="of each measurement, at most 60")
    made.add_argument("--results", help="a file for every figure, as JSON")
    return made


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


def measure(port, arguments, with_others, between=lambda port: None):
    """Pairs of figures. `with_others` takes the port and a function that classifies; `between` is called before each half."""
    request = overload.request_of(pathlib.Path(arguments.image).read_bytes())
    classify(port, request, arguments, 3)  # warms up
    pairs = []
    for number in range(arguments.pairs):
        pair = {}
        for name in ("without", "with") if number % 2 == 0 else ("with", "without"):
            between(port)
            def classified():
                return classify(port, request, arguments, arguments.seconds)
            pair[name] = classified() if name == "without" else with_others(port, classified)
        pairs.append(pair)
    return pairs


def medians(pairs):
    """Of each figure: without the other work, with it, and of the ratios of the pairs."""
    return {key: {
        "without": statistics.median(pair["without"][key] for pair in pairs),
        "with": statistics.median(pair["with"][key] for pair in pairs),
        "ratio": statistics.median(pair["with"][key] / pair["without"][key] for pair in pairs),
    } for key, _ in FIGURES}


def report(arguments, results, without, others, counted):
    """Prints a table. `counted` names a figure of the other work, and says it in words."""
    print(f"{arguments.clients} clients; medians of {arguments.pairs} pairs of {arguments.seconds} s each\n")
    print(f"| model | figure | {without} | {others} | ratio | ratios of the pairs |")
    print("| --- | --- | ---: | ---: | ---: | --- |")
    for model, result in results.items():
        for key, name in FIGURES:
            line = result["medians"][key]
            ratios = " ".join(f"{pair['with'][key] / pair['without'][key]:.2f}" for pair in result["pairs"])
            print(f"| {model} | {name} | {line['without']:.2f} | {line['with']:.2f} | {line['ratio']:.2f} | {ratios} |")
        key, name = counted
        count = statistics.median(pair["with"][key] for pair in result["pairs"])
        print(f"| {model} | {name} | - | {count:.1f} | - | - |")


def run(arguments, measured, without, others, counted):
    """Measures each model with a server of its own, prints and keeps the figures."""
    gc.disable()
    results = {}
    for model in arguments.models:
        # The options by which `overload.server` knows its server.
        server = argparse.Namespace(
            convserve=arguments.convserve, models=arguments.repository, model=model, queue_capacity=128)
        with overload.server(server) as port:
            pairs = measured(port, model)
        results[model] = {"pairs": pairs, "medians": medians(pairs)}
    report(arguments, results, without, others, counted)
    if arguments.results:
        kept = {"revision": revision(), "clients": arguments.clients, "beside": others, "models": results}
        pathlib.Path(arguments.results).write_text(json.dumps(kept, indent=1) + "\n")
