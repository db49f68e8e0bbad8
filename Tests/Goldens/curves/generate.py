#!/usr/bin/env python3
"""Makes labelled learning curves: `generate.py` writes `drawn.json` beside this file; `generate.py real PROGRAM` writes `real.json`.

Drawn curves follow a model of training that has nothing to do with how curves are read: what is left to learn is a sum of modes,
each of which shrinks as fast as the rate says; noise of the gradients keeps the loss up by a part of the rate; memory of single
images lowers the training loss alone. The label says what was put in.

Real curves are runs of `convserve train` on a part of Fashion-MNIST (Debian's dataset-fashion-mnist) and on scikit-learn's digits
(python3-sklearn), labelled by how they were set up. They are kept as one machine made them.
"""

import gzip
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def error(loss, classes):
    """Share of wrong answers at a cross-entropy: none at 0, that of a guess at log C."""
    return (1 - 1 / classes) * (1 - math.exp(-loss / 0.9)) / (1 - math.exp(-math.log(classes) / 0.9))


def rates(epochs, peak, kind, steps=()):
    if kind == "constant":
        return [peak] * epochs
    if kind == "cosine":
        return [peak * (1 + math.cos(math.pi * (t + 1) / epochs)) / 2 for t in range(epochs)]
    return [peak * 0.1 ** sum(t >= step for step in steps) for t in range(epochs)]


def curve(seed, rates, modes, floor=0.0, heat=0.0, memory=0.0, memory_speed=0.0, doubt=0.0, delay=0, noise=0.01,
          classes=10):
    """- modes: (size, speed) of what is left to learn; heat: loss for each unit of rate; memory: what of the training loss
    single images account for, learned at memory_speed; doubt: what validation loss grows by while they are."""
    draw = random.Random(seed)
    left = [list(mode) for mode in modes]
    own, warmth, points = memory, 0.0, []
    for epoch, rate in enumerate(rates, 1):
        if epoch > delay:
            for mode in left:
                mode[0] *= math.exp(-mode[1] * rate)
            own *= math.exp(-memory_speed * rate)
        warmth += 0.7 * (heat * rate - warmth)
        common = floor + warmth + sum(size for size, _ in left)
        wobble = 1 + noise * draw.gauss(0, 1)
        train = max((common + own) * wobble, 1e-4)
        held = max((common + memory + doubt * (memory - own)) * (1 + 1.5 * noise * draw.gauss(0, 1)), 1e-4)
        wrong = error(max((common + memory) * (1 + 1.5 * noise * draw.gauss(0, 1)), 1e-4), classes)
        points.append({
            "epoch": epoch, "train_loss": round(train, 4), "train_accuracy": round(1 - error(train, classes), 4),
            "validation_loss": round(held, 4), "validation_accuracy": round(1 - wrong, 4), "learning_rate": rate,
        })
    return points


def collapsed(points, at, level):
    """From one epoch on the network answers the same, whatever it sees."""
    for point in points[at:]:
        point |= {"train_loss": level, "train_accuracy": 0.1, "validation_loss": level, "validation_accuracy": 0.1}
    return points


def drawn():
    def case(name, label, points):
        return {"name": name, "findings": [label] if label else [], "curve": points}

    even = lambda epochs, rate=0.1: rates(epochs, rate, "constant")
    guess = math.log(10)
    exploded = curve(1, even(4), [(2.0, 6)])
    exploded.append(exploded[-1] | {"epoch": 5, "train_loss": None, "validation_loss": None})
    growing = [
        {"epoch": t, "train_loss": round(2.4 * 1.5 ** t, 3), "train_accuracy": 0.1, "validation_loss": round(2.6 * 1.6 ** t, 3),
         "validation_accuracy": 0.1, "learning_rate": 3.0} for t in range(1, 9)]
    return [
        case("a loss that is no number", "exploding", exploded),
        case("a loss that grows", "exploding", growing),
        case("a network that dies", "exploding", collapsed(curve(2, even(14), [(2.0, 4)], floor=0.2), 8, 2.3031)),
        case("next to no rate", "flat_from_start", curve(3, even(12, 1e-6), [(guess, 2)], noise=0.004)),
        case("dead from the start", "flat_from_start", curve(4, even(20), [], floor=guess, noise=0.0008)),
        case("late to begin", "flat_from_start", curve(5, rates(30, 0.1, "cosine"), [(guess - 0.2, 5)], floor=0.2, delay=7)),
        case("a warm plateau", "flat_after_falling", curve(6, even(20), [(1.7, 9)], floor=0.2, heat=4.0, noise=0.01)),
        case("a noisy plateau", "flat_after_falling", curve(7, even(30), [(1.6, 6)], floor=0.3, heat=3.0, noise=0.04)),
        case("a long plateau", "flat_after_falling", curve(8, even(60, 0.3), [(1.8, 2)], floor=0.1, heat=2.5, noise=0.015)),
        case("a step after three epochs", "step_too_early",
             curve(9, rates(15, 0.1, "step", [3]), [(2.0, 2.2)], floor=0.1, heat=0.3)),
        case("a step after six epochs", "step_too_early",
             curve(10, rates(30, 0.2, "step", [6]), [(1.2, 8), (1.0, 0.6)], floor=0.1, heat=0.2, noise=0.008)),
        case("the first of two steps", "step_too_early",
             curve(11, rates(24, 0.1, "step", [5, 16]), [(2.1, 1.4)], floor=0.1, heat=0.4)),
        case("slow modes", "still_rising", curve(12, even(12), [(1.0, 20), (1.1, 0.9)], floor=0.1, heat=0.5)),
        case("a low rate", "still_rising", curve(13, even(20, 0.02), [(1.9, 3)], floor=0.3)),
        case("noisy and slow", "still_rising", curve(14, even(30), [(0.9, 10), (1.2, 0.4)], floor=0.1, noise=0.02)),
        case("a wide gap", "gap",
             curve(15, rates(30, 0.1, "cosine"), [(1.4, 12)], memory=0.7, memory_speed=4, doubt=0.2)),
        case("a validation loss that turns", "gap",
             curve(16, rates(40, 0.1, "cosine"), [(1.9, 8)], floor=0.05, memory=0.25, memory_speed=2, doubt=0.8)),
        case("by heart", "gap", curve(17, even(40), [(0.6, 9)], memory=1.6, memory_speed=1.5, doubt=0.1)),
        case("too small a network", "no_gap", curve(18, rates(20, 0.1, "cosine"), [(1.5, 14)], floor=0.7, heat=0.5)),
        case("too much regularisation", "no_gap", curve(19, rates(30, 0.1, "cosine"), [(1.1, 9)], floor=1.1, noise=0.015)),
    ]


TRAIN = ["--architecture", "lenet5", "--validation", "0.2"]
# Name, findings, data, images to learn from (nothing: all), options.
RUNS = [
    ("LeNet-5, one cycle", [], "fashion", 6000, []),
    ("LeNet-5, cosine, no smoothing", [], "fashion", 6000,
     ["--schedule", "cosine", "--label-smoothing", "0", "--epochs", "30", "--augment", "shift:1"]),
    ("LeNet-5 with ReLU, Adam", [], "fashion", 6000,
     ["--architecture", "lenet5-relu", "--optimizer", "adam", "--learning-rate", "0.003", "--schedule", "cosine", "--epochs", "30",
      "--augment", "shift:1"]),
    ("LeNet-5, steps in time", [], "fashion", 6000, ["--schedule", "step:0.1,0.6,0.85", "--epochs", "24"]),
    ("LeNet-5, AdamW, warm-up", [], "fashion", 6000,
     ["--optimizer", "adamw", "--learning-rate", "0.003", "--warm-up", "1", "--schedule", "linear", "--epochs", "30",
      "--augment", "shift:1"]),
    ("digits, one cycle", [], "digits", None, ["--seed", "3"]),
    ("digits, even rate", [], "digits", None, ["--schedule", "constant", "--learning-rate", "0.05", "--epochs", "20"]),
    ("digits, ReLU, early stopping", [], "digits", None,
     ["--architecture", "lenet5-relu", "--learning-rate", "0.02", "--early-stopping", "6", "--epochs", "40", "--schedule",
      "cosine"]),
    ("LeNet-5, exponential", [], "fashion", 6000,
     ["--schedule", "exponential:0.02", "--epochs", "25", "--augment", "shift:1", "--seed", "5"]),
    ("LeNet-5, average of weights", [], "fashion", 6000,
     ["--average", "ema", "--label-smoothing", "0.05", "--epochs", "25", "--augment", "shift:1", "--momentum", "0.8"]),
    ("three hundred images", ["gap"], "fashion", 300,
     ["--epochs", "60", "--label-smoothing", "0", "--weight-decay", "0", "--augment", "none", "--batch-size", "32",
      "--schedule", "cosine"]),
    ("next to no rate", ["flat_from_start"], "fashion", 3000,
     ["--learning-rate", "1e-6", "--schedule", "constant", "--epochs", "8"]),
    ("all zero", ["flat_from_start"], "digits", None, ["--initialization", "zero", "--epochs", "8"]),
    ("a low rate, not done", ["still_rising"], "fashion", 6000,
     ["--learning-rate", "0.002", "--schedule", "constant", "--epochs", "8", "--optimizer", "sgd"]),
    ("erased and shifted", ["no_gap"], "fashion", 3000,
     ["--epochs", "12", "--augment", "shift:8,rotate:90,erase:0.9", "--schedule", "cosine"]),
]


def make_data(folder):
    subprocess.run([sys.executable, ROOT / "scripts/export-digits.py", folder / "digits"], check=True)
    source = pathlib.Path("/usr/share/datasets/fashion-mnist")
    for count in {run[3] for run in RUNS if run[3]}:
        part = folder / f"fashion-{count}"
        part.mkdir()
        for kind, header, size in ("images-idx3", 16, 784), ("labels-idx1", 8, 1):
            # A fifth more, which is held out.
            images = count * 5 // 4
            content = bytearray(gzip.decompress((source / f"train-{kind}-ubyte.gz").read_bytes()))
            content[4:8] = images.to_bytes(4, "big")
            (part / f"train-{kind}-ubyte").write_bytes(content[: header + images * size])


def real(program):
    cases = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        make_data(folder)
        for number, (name, findings, data, count, options) in enumerate(RUNS):
            place = f"{data}-{count}" if count else data
            command = ["train", *TRAIN, *options, "--data", place, "--name", f"run-{number}", "--json"]
            subprocess.run([program, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            record = json.loads((folder / f"models/run-{number}/1/training.json").read_text())
            cases.append({
                "name": name, "findings": findings, "command": " ".join(command[:-3]),
                "curve": [{key: round(value, 5) if isinstance(value, float) else value for key, value in point.items()
                           if key != "images_per_second"} for point in record["curve"]]})
            print(name, [round(p["train_accuracy"], 2) for p in record["curve"]][-3:],
                  [round(p["validation_accuracy"], 2) for p in record["curve"]][-3:], flush=True)
    return cases


def write(name, cases):
    lines = []
    for case in cases:
        points = ",\n    ".join(json.dumps(point) for point in case.pop("curve"))
        lines.append(f'{json.dumps(case)[:-1]}, "curve": [\n    {points}]}}')
    (HERE / name).write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["real"]:
        write("real.json", real(sys.argv[2]))
    else:
        write("drawn.json", drawn())
