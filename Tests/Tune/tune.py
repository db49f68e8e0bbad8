"""Sixteen runs of `convserve tune`: eight planted faults and eight sound ones. See `run` beside this file."""

import gzip
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
FASHION_IMAGES = 6000
MINUTES = os.environ.get("MINUTES", "0.5")

# Pixels from 0 to 255, as they are in the file.
RAW = {
    "channel_order": "grey", "resize": {"stretch": 32}, "crop": "none", "interpolation": "bilinear",
    "scale": 1, "mean": [0], "std": [1],
}
# Pixels from 0 to 1: less than is usual, and enough.
SCALED = RAW | {"scale": 1 / 255}

# Name, data, options, and what is to be named: the step and the fault.
FAULTS = [
    ("labels shuffled", "shuffled", ["--architecture", "lenet5"], (4, "labels_unrelated")),
    ("rate far too high", "digits", ["--architecture", "lenet5", "--learning-rate", "50"], (2, "rate_too_high")),
    ("rate far too low", "digits", ["--architecture", "lenet5-relu", "--learning-rate", "1e-7"], (2, "rate_too_low")),
    ("all-zero initialisation", "digits", ["--architecture", "lenet5", "--initialization", "zero"],
     (2, "initialisation_uniform")),
    ("huge initialisation", "fashion", ["--architecture", "lenet5", "--initialization", "gaussian:10"],
     (1, "initialisation_out_of_scale")),
    ("normalisation forgotten", "fashion", ["--architecture", "lenet5-relu", "--preprocessing", "raw.json"],
     (1, "inputs_not_normalised")),
    ("dead ReLU network", "fashion",
     ["--architecture", "lenet5-relu", "--initialization", "kaiming-normal+bias:-10"], (2, "dead_units")),
    ("regularisation far too strong", "fashion", ["--architecture", "lenet5", "--weight-decay", "0.5"],
     (4, "regularisation_too_strong")),
]
SOUND = [
    ("LeNet-5, nothing given", "digits", ["--architecture", "lenet5"]),
    ("LeNet-5 with ReLU, nothing given", "digits", ["--architecture", "lenet5-relu"]),
    ("rate and decay given", "digits",
     ["--architecture", "lenet5", "--learning-rate", "0.05", "--weight-decay", "5e-4"]),
    ("Adam", "digits", ["--architecture", "lenet5", "--optimizer", "adam", "--learning-rate", "0.001"]),
    ("PyTorch's first weights, small batches", "digits",
     ["--architecture", "lenet5-relu", "--initialization", "pytorch", "--batch-size", "32", "--seed", "7"]),
    ("pixels from 0 to 1", "fashion", ["--architecture", "lenet5", "--preprocessing", "scaled.json"]),
    ("AdamW with its decay, augmentation", "fashion",
     ["--architecture", "lenet5-relu", "--optimizer", "adamw", "--weight-decay", "0.01", "--augment", "flip,shift:2"]),
    ("ResNet-20, first weights given", "fashion",
     ["--architecture", "resnet20", "--input", "1x28x28", "--initialization", "kaiming-normal", "--batch-size", "32"]),
]


def make_data(folder):
    subprocess.run(
        [sys.executable, ROOT / "scripts/export-digits.py", folder / "digits"], check=True, stdout=subprocess.DEVNULL)
    shuffled = folder / "shuffled"
    shuffled.mkdir()
    for file in (folder / "digits").iterdir():
        content = bytearray(file.read_bytes())
        if "train-labels" in file.name:
            labels = list(content[8:])
            random.Random(1).shuffle(labels)
            content[8:] = bytes(labels)
        (shuffled / file.name).write_bytes(content)
    fashion = folder / "fashion"
    fashion.mkdir()
    for kind, header, size in ("images-idx3", 16, 784), ("labels-idx1", 8, 1):
        content = bytearray(gzip.decompress((FASHION / f"train-{kind}-ubyte.gz").read_bytes()))
        content[4:8] = FASHION_IMAGES.to_bytes(4, "big")
        (fashion / f"train-{kind}-ubyte").write_bytes(content[: header + FASHION_IMAGES * size])
    (folder / "raw.json").write_text(json.dumps(RAW))
    (folder / "scaled.json").write_text(json.dumps(SCALED))


def tune(folder, number, data, options):
    """The faults that were named, as (step, fault), and what was wrong with the run itself."""
    run = subprocess.run(
        [os.environ["CONVSERVE"], "tune", "--data", data, "--budget", MINUTES, "--output", f"report-{number}", "--json",
         *options], cwd=folder, capture_output=True, text=True)
    if run.returncode != 0:
        return None, f"status {run.returncode}: {run.stderr.strip()}"
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    steps = [line for line in lines if "step" in line]
    if [line["step"] for line in steps] != [1, 2, 3, 4, 5, 6, 7]:
        return None, f"steps {[line['step'] for line in steps]}"
    return [(line["step"], fault) for line in steps for fault in line["faults"]], None


def main():
    names = sys.argv[1:]
    cases = [(*case[:3], [case[3]]) for case in FAULTS] + [(*case, []) for case in SOUND]
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(os.environ.get("KEEP", temporary))
        folder.mkdir(exist_ok=True)
        make_data(folder)
        print("| run | data | named | as meant | seconds |\n| --- | --- | --- | --- | --- |", flush=True)
        for number, (name, data, options, meant) in enumerate(cases, 1):
            if names and not any(part in name for part in names):
                continue
            start = time.monotonic()
            named, problem = tune(folder, number, data, options)
            text = problem or ", ".join(f"step {step}: {fault}" for step, fault in named) or "nothing"
            is_right = named == meant
            wrong += not is_right
            print(f"| {name} | {data} | {text} | {'yes' if is_right else 'NO'} | {time.monotonic() - start:.0f} |",
                  flush=True)
    print(f"{wrong} of {len(cases)} read wrongly" if not names else f"{wrong} read wrongly")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
