#!/usr/bin/env python3
"""From a JPEG to the network's input: how long it takes, next to Pillow and numpy, and what reduced decoding changes.

Usage: "$(scripts/python-environment Benchmarks/requirements.txt)" Benchmarks/image_input.py [CONVSERVE]

Needs `make models`. The photos are those of scripts/fetch-photos, enlarged by Pillow. ConvServe's times are
`timing_ms.decode` of its answers, with two images decoded at a time; Pillow's are of one thread. Both are the lower
quartile of 40.
"""

import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONVSERVE = sys.argv[1] if len(sys.argv) > 1 else ROOT / ".build/release/convserve"
MODEL = "efficientnet-lite0"
# How many times enlarged, and the JPEG's quality.
SIZES = [(1, 90), (2, 90), (3, 85), (4, 90), (6, 80), (8, 85)]
REPETITIONS = 40


def make_photos(folder):
    photos = subprocess.run([ROOT / "scripts/fetch-photos"], check=True, capture_output=True, text=True).stdout.strip()
    for photo in sorted(pathlib.Path(photos).iterdir()):
        image = Image.open(photo).convert("RGB")
        for factor, quality in SIZES:
            size = (image.width * factor, image.height * factor)
            path = folder / f"{photo.stem}-{factor}x.jpg"
            image.resize(size, Image.Resampling.BICUBIC).save(path, quality=quality)
            yield path


def classify(paths, jpeg_decoding):
    command = [CONVSERVE, "classify", "--models", ROOT / "models", "--model", MODEL, "--json",
               "--jpeg-decoding", jpeg_decoding, *paths]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["predictions"]


def prepare_with_pillow(data):
    """EfficientNet-Lite's preprocessing, as `model.json` has it."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    side = 256 / min(image.size)
    image = image.resize((int(image.width * side), int(image.height * side)), Image.Resampling.BICUBIC)
    left, top = round((image.width - 224) / 2), round((image.height - 224) / 2)
    pixels = numpy.asarray(image.crop((left, top, left + 224, top + 224)), numpy.float32)
    return numpy.ascontiguousarray(((pixels - 127) / 128).transpose(2, 0, 1))


def lower_quartile(times):
    return sorted(times)[len(times) // 4]


def pillow_time(path):
    data = path.read_bytes()
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        prepare_with_pillow(data)
        times.append((time.perf_counter() - start) * 1000)
    return lower_quartile(times)


def report_times(paths):
    print("| JPEG | Pillow, numpy | exact | scaled |\n| --- | --- | --- | --- |")
    for path in paths:
        ours = [lower_quartile([p["timing_ms"]["decode"] for p in classify([path] * REPETITIONS, mode)])
                for mode in ("exact", "scaled")]
        width, height = Image.open(path).size
        print(f"| {width} x {height} | {pillow_time(path):.2f} ms | {ours[0]:.2f} ms | {ours[1]:.2f} ms |")


def report_agreement(paths):
    probabilities = []
    same_classes = same_first = 0
    for exact, scaled in zip(classify(paths, "exact"), classify(paths, "scaled")):
        before, after = ({c["index"]: c["probability"] for c in p["classes"]} for p in (exact, scaled))
        same_classes += before.keys() == after.keys()
        same_first += next(iter(before)) == next(iter(after))
        probabilities += [abs(before[c] - after[c]) for c in before.keys() & after.keys()]
    print(f"\n{len(paths)} JPEGs: the same five best classes in {same_classes}, the same best one in {same_first}; "
          f"largest difference of a probability {max(probabilities):.3f}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        paths = list(make_photos(pathlib.Path(folder)))
        report_times([path for path in paths if path.name in ("chelsea-1x.jpg", "chelsea-4x.jpg")])
        report_agreement(paths)


main()
