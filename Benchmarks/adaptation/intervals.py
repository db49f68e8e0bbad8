#!/usr/bin/env python3
"""How often a report's 95 % interval holds the truth: many draws of a few pictures, the truth from thousands of others.

    Benchmarks/adaptation/intervals.py [--draws 100] [--pictures 200] [--base resnet8-cifar10]

Pictures are those of Debian's package dataset-fashion-mnist, as PNG. Needs NumPy and Pillow. Asked for: 88 of 100.
"""

import argparse
import concurrent.futures
import gzip
import json
import pathlib
import shutil
import subprocess
import tempfile

import numpy
from PIL import Image

from adapting import CONVSERVE, Run

DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")
TRUTH = 5000


def pictures(name):
    with gzip.open(DATA / f"{name}-images-idx3-ubyte.gz") as file:
        images = numpy.frombuffer(file.read()[16:], numpy.uint8).reshape(-1, 28, 28)
    with gzip.open(DATA / f"{name}-labels-idx1-ubyte.gz") as file:
        return images, numpy.frombuffer(file.read()[8:], numpy.uint8)


def write(folder, images, labels, places):
    for place in places:
        target = folder / f"class-{labels[place]}"
        target.mkdir(parents=True, exist_ok=True)
        Image.fromarray(images[place]).save(target / f"{place:05}.png")


def truth(run, folder):
    files = sorted(folder.glob("*/*.png"))
    done = subprocess.run(
        [CONVSERVE, "classify", "--model", "adapted", "--models", run.models, "--top-k", "1", "--json", *files],
        capture_output=True, text=True, check=True)
    predictions = json.loads(done.stdout)["predictions"]
    return sum(p["classes"][0]["label"] == file.parent.name for p, file in zip(predictions, files)) / len(files)


def draw(number, arguments, images, labels, folder, others):
    random = numpy.random.default_rng(number)
    photos = folder / f"draw-{number}"
    write(photos, images, labels, random.choice(len(labels), arguments.pictures, replace=False))
    try:
        with Run(photos, arguments.base, "--seed", number, "--threads", "1") as run:
            return run.report["accuracy_interval"], run.report["accuracy"], truth(run, others), run.report
    finally:
        shutil.rmtree(photos)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--base", default="resnet8-cifar10")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="intervals-"))
    try:
        images, labels = pictures("train")
        others, other_labels = pictures("t10k")
        write(folder / "truth", others, other_labels, range(TRUTH))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(
                lambda number: draw(number, arguments, images, labels, folder, folder / "truth"), range(arguments.draws)))
    finally:
        shutil.rmtree(folder)
    covered = sum(low <= true <= high for (low, high), _, true, _ in outcomes)
    reported, real = numpy.mean([o[1] for o in outcomes]), numpy.mean([o[2] for o in outcomes])
    calibrated = sum(o[3]["calibration_error"] <= o[3]["calibration"]["perfect_error_quantile_95"] for o in outcomes)
    print(f"intervals that hold the truth: {covered} of {len(outcomes)}")
    print(f"mean accuracy reported {100 * reported:.2f} %, true {100 * real:.2f} %")
    print(f"calibration errors within the 95th percentile of perfect calibration: {calibrated} of {len(outcomes)}")


if __name__ == "__main__":
    main()
