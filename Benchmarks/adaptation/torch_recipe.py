#!/usr/bin/env python3
"""The recipe of `convserve adapt` beside the same one in PyTorch, Pillow and scikit-learn, in turns.

    /usr/bin/python3 Benchmarks/adaptation/torch_recipe.py PHOTOS [--pairs 5]

Both read the photos, prepare them as model.json says, take EfficientNet-Lite0's features with two threads, choose a penalty of
multinomial logistic regression by five-fold cross-validation, fit, and test. `adapt` also audits, looks for near-duplicates,
compares other heads, publishes and writes a report. Needs Debian's python3-torch, python3-sklearn and python3-pil, and
`pip install --no-deps --target FOLDER efficientnet_lite_pytorch==0.1.0` on PYTHONPATH.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

from adapting import ROOT, Run, label

PENALTIES = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.001, 0.0001]


def torch_run(photos, split_file):
    """In a process of its own, as a user would run it: prints the share of test photos that are right."""
    import numpy
    import torch
    from efficientnet_lite_pytorch import EfficientNet
    from PIL import Image
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    torch.set_num_threads(2)
    split = json.loads(pathlib.Path(split_file).read_text())
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch_weights(torch, numpy))
    network.eval()

    def prepared(name):
        image = Image.open(pathlib.Path(photos) / name).convert("RGB")
        scale = 256 / min(image.size)
        image = image.resize([max(256, int(side * scale)) for side in image.size], Image.BICUBIC)
        left, top = (image.width - 224) // 2, (image.height - 224) // 2
        pixels = numpy.asarray(image.crop((left, top, left + 224, top + 224)), numpy.float32)
        return torch.from_numpy(((pixels - 127) / 128).transpose(2, 0, 1).copy())

    def features(names):
        rows = []
        with torch.no_grad():
            for start in range(0, len(names), 8):
                batch = torch.stack([prepared(name) for name in names[start : start + 8]])
                rows.append(network.extract_features(batch).mean((2, 3)).numpy())
        return numpy.concatenate(rows)

    learned = split["training"] + split["validation"]
    values, labels = features(learned), [label(name) for name in learned]
    strengths = [1 / (penalty * len(learned)) for penalty in PENALTIES]
    model = make_pipeline(StandardScaler(), LogisticRegressionCV(Cs=strengths, cv=5, max_iter=1000, n_jobs=2))
    model.fit(values, labels)
    predicted = model.predict(features(split["test"]))
    print(json.dumps({"accuracy": float(numpy.mean(predicted == [label(name) for name in split["test"]]))}))


def torch_weights(torch, numpy):
    data = next((ROOT / "models/efficientnet-lite0").glob("*/weights.safetensors")).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            numpy.frombuffer(data[8 + length + entry["data_offsets"][0] : 8 + length + entry["data_offsets"][1]], "<f4")
            .reshape(entry["shape"]).copy())
        for name, entry in header.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--torch", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.torch:
        return torch_run(arguments.photos, arguments.torch)
    rows = []
    for _ in range(arguments.pairs):
        with Run(arguments.photos, "efficientnet-lite0") as run:
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, __file__, str(arguments.photos), "--torch", str(run.work / "split.json")],
                capture_output=True, text=True, check=True)
            seconds = time.perf_counter() - start
            rows.append((run.seconds, seconds, run.report["accuracy"], json.loads(done.stdout)["accuracy"]))
            print(f"adapt {rows[-1][0]:.1f} s, {100 * rows[-1][2]:.1f} %; torch {seconds:.1f} s, {100 * rows[-1][3]:.1f} %", flush=True)
    ratio = statistics.median(row[1] / row[0] for row in rows)
    print(f"median of the pairs: torch takes {ratio:.1f} times as long")


if __name__ == "__main__":
    main()
