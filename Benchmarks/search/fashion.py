#!/usr/bin/env python3
"""Searches beside one another on Fashion-MNIST with LeNet-5, each judged by the 10,000 test images, which are read once, for its best.

    Benchmarks/search/fashion.py asha --repeats 10 --output docs/figures/search-asha.svg
    Benchmarks/search/fashion.py random --repeats 20 --output docs/figures/search-random.svg

asha: a grid of all epochs; and ASHA with a quarter of them, on the same trials and on as many at random. random: a grid of nine and nine at random. Each repeat has a seed of its
own, for the draw of trials, the images and their training; the grid's trials are the same each time. Trials learn from the first
IMAGES (4,000) of a stratified draw. Needs Debian's package dataset-fashion-mnist and a build; CONVSERVE names the program.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from xml.sax.saxutils import escape

CONVSERVE = os.environ.get("CONVSERVE", ".build/release/convserve")
DATA = "/usr/share/datasets/fashion-mnist"
# Okabe and Ito, 2008.
COLOURS = ("#5c636b", "#0072b2", "#d55e00")

KINDS = {
    "asha": {
        "epochs": 9,
        "parameters": {
            "learning_rate": {"log_uniform": [0.003, 3], "points": 5},
            "weight_decay": {"log_uniform": [1e-5, 1e-2], "points": 3},
        },
        "ways": {
            "grid": {"sampler": "grid"},
            # 15 trials of 9 epochs are 135; a quarter is 33.
            "ASHA on the grid": {"sampler": "grid", "scheduler": "asha", "budget_epochs": 33},
            "ASHA at random": {"sampler": "random", "trials": 15, "scheduler": "asha", "budget_epochs": 33},
        },
    },
    "random": {
        "epochs": 3,
        "parameters": {
            "learning_rate": {"log_uniform": [0.003, 3], "points": 3},
            "label_smoothing": {"uniform": [0, 0.3], "points": 3},
        },
        "ways": {"grid": {"sampler": "grid"}, "random": {"sampler": "random", "trials": 9}},
    },
}


def search(kind, way, repeat, images, workers, folder):
    """The report of one search."""
    space = folder / f"{way}-{repeat}.yaml"
    settings = {"architecture": "lenet5", "epochs": kind["epochs"], "seed": repeat, "validation": "5000"}
    space.write_text(json.dumps({
        "parameters": kind["parameters"], "settings": settings, "training_images": images, "seed": repeat,
        **kind["ways"][way]}))
    output = folder / f"{way}-{repeat}"
    result = subprocess.run(
        [CONVSERVE, "search", space, "--data", DATA, "--output", output, "--workers", str(workers), "--json"],
        check=False, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"A search failed with status {result.returncode}: {result.stderr}")
    return json.loads((output / "report.json").read_text())


def measure(kind, options):
    """By way, for each repeat: test accuracy of the best, and epochs of all."""
    figures = {way: [] for way in kind["ways"]}
    with tempfile.TemporaryDirectory(prefix="convserve-search-") as place:
        for repeat in range(options.repeats):
            for way in figures:
                report = search(kind, way, repeat, options.images, options.workers, pathlib.Path(place))
                figures[way].append((report["test"]["test_accuracy"], report["epochs"]))
            line = ", ".join(f"{way} {100 * rows[-1][0]:.2f} % in {rows[-1][1]} epochs" for way, rows in figures.items())
            print(f"repeat {repeat}: {line}", flush=True)
    return figures


def summary(figures):
    (first, others), *rest = figures.items()
    return [line(first, others, second, ours) for second, ours in rest]


def line(first, others, second, ours):
    gaps = [100 * (own[0] - other[0]) for own, other in zip(ours, others)]
    return (
        f"{second} less {first}: {statistics.mean(gaps):+.2f} points on average (median {statistics.median(gaps):+.2f}, "
        f"{min(gaps):+.2f} to {max(gaps):+.2f}); better in {sum(gap > 0 for gap in gaps)} of {len(gaps)}; "
        f"{statistics.mean(row[1] for row in ours):.0f} epochs beside {statistics.mean(row[1] for row in others):.0f}")


def drawing(title, figures, note):
    """The accuracies of all ways, repeat by repeat."""
    left, top, step, height = 60, 60, 34, 220
    values = [accuracy for rows in figures.values() for accuracy, _ in rows]
    low, high = min(values) - 0.003, max(values) + 0.003
    repeats = len(next(iter(figures.values())))
    width = left + step * repeats + 20

    def y(value):
        return top + height * (high - value) / (high - low)

    def text(x, at, content, anchor="start", size=12):
        return f'<text x="{x:.1f}" y="{at:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(content)}</text>'

    parts = [text(0, 16, title, size=14), *(text(0, top + height + 40 + 14 * i, line, size=11) for i, line in enumerate(note))]
    for value in (low, (low + high) / 2, high):
        parts += [
            f'<line x1="{left}" x2="{width}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#e3e6ea"/>',
            text(left - 6, y(value) + 4, f"{100 * value:.1f} %", "end")]
    for place, (colour, (way, rows)) in enumerate(zip(COLOURS, figures.items())):
        parts += [f'<circle cx="{left + 150 * place + 6}" cy="36" r="5" fill="{colour}"/>', text(left + 150 * place + 16, 40, way)]
        mean = statistics.mean(accuracy for accuracy, _ in rows)
        parts.append(f'<line x1="{left}" x2="{width}" y1="{y(mean):.1f}" y2="{y(mean):.1f}" stroke="{colour}" stroke-dasharray="6 4"/>')
    for repeat in range(repeats):
        x = left + step * (repeat + 0.5)
        ends = [rows[repeat][0] for rows in figures.values()]
        # Beside one another, where they are equal.
        places = [x + 7 * (index - (len(ends) - 1) / 2) for index in range(len(ends))]
        parts += [
            f'<circle cx="{place}" cy="{y(end):.1f}" r="4" fill="{colour}"/>'
            for place, end, colour in zip(places, ends, COLOURS)]
        parts.append(text(x, top + height + 18, str(repeat), "middle", 11))
    full, depth = max(width, 760), top + height + 40 + 14 * len(note)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full} {depth}" width="{full}" height="{depth}" '
        f'font-family="system-ui, sans-serif" fill="#1a1d21" role="img"><title>{escape(title)}</title>'
        f'<rect width="{full}" height="{depth}" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--images", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    figures = measure(KINDS[options.kind], options)
    lines = summary(figures)
    print("\n".join(lines))
    if options.output:
        ways = " and ".join(figures)
        title = f"Test accuracy of the best of {ways}, {options.repeats} repeats (dashed: means)"
        command = f"Benchmarks/search/fashion.py {options.kind} --repeats {options.repeats} --images {options.images}"
        options.output.write_text(drawing(title, figures, [*lines, command]))


if __name__ == "__main__":
    main()
