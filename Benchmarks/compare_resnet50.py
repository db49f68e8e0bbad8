"""Times ResNet-50 in ConvServe and in ONNX Runtime, in turns on the same threads; first checks that their logits agree.

Milliseconds are for a run of the whole batch. Each round times both, in an order that alternates; what is printed is
the median of the rounds' medians. A ratio above 1 means that ConvServe is faster.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import struct
import subprocess
import tempfile
import time
import zlib

import numpy
import onnxruntime

from resnet50 import ResNet50

# The engines fold and sum in different orders; float32 over 50 layers keeps about four digits.
TOLERANCE = 1e-3
WARM_UP_RUNS = 3


def main():
    options = parse_options()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        network = ResNet50()
        network.write_onnx(folder / "resnet50.onnx")
        network.write_safetensors(folder / "resnet50.safetensors")
        session = make_session(folder / "resnet50.onnx", options.threads)
        print(describe_machine(options.threads))
        print(f"greatest difference of logits, relative: {compare_logits(options.convserve, session, folder):.1e}")
        for batch in options.batches:
            compare_times(options, session, batch)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--convserve", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8])
    return parser.parse_args()


def make_session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Otherwise its idle threads spin beside ConvServe's.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def describe_machine(threads):
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine())
    load = os.getloadavg()[0]
    busy = " (others compute too: these times mean little)" if load > 0.5 else ""
    return (f"{model}, {threads} threads, onnxruntime {onnxruntime.__version__}, {platform.platform()}, "
            f"load before {load:.1f}{busy}")


def compare_logits(convserve, session, folder):
    """The greatest difference between both engines' logits for one image of noise, relative to the greatest logit."""
    pixels = numpy.random.default_rng(2).integers(0, 256, (224, 224, 3), dtype=numpy.uint8)
    (folder / "noise.png").write_bytes(encode_png(pixels))
    # The picture has the network's size already, so nothing is resampled.
    preprocessing = {"crop": {"center": 224}, "scale": 1 / 255, "mean": [0.5] * 3, "std": [0.25] * 3}
    (folder / "preprocessing.json").write_text(json.dumps(preprocessing))
    models = folder / "models"
    run(convserve, "import", "--architecture", "resnet50", "--models", models, "--preprocessing",
        folder / "preprocessing.json", "--licence", "CC0-1.0", folder / "resnet50.safetensors")
    answer = json.loads(run(
        convserve, "classify", folder / "noise.png", "--models", models, "--scores", "logit", "--top-k", 1000, "--json"))
    ours = numpy.empty(1000)
    for entry in answer["predictions"][0]["classes"]:
        ours[entry["index"]] = entry["logit"]
    sample = ((pixels.transpose(2, 0, 1)[None] / 255 - 0.5) / 0.25).astype(numpy.float32)
    theirs = session.run(None, {"input": sample})[0][0]
    difference = numpy.abs(ours - theirs).max() / numpy.abs(theirs).max()
    if not difference < TOLERANCE:
        raise SystemExit(f"The logits differ by {difference:.1e} of the greatest: the times would compare nothing.")
    return difference


def encode_png(pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def run(*arguments):
    """What a program printed; its errors go where ours go."""
    result = subprocess.run(list(map(str, arguments)), check=False, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{arguments[0]} {arguments[1]} failed with status {result.returncode}.")
    return result.stdout


def compare_times(options, session, batch):
    engines = {"ConvServe": lambda: time_convserve(options, batch), "ONNX Runtime": lambda: time_peer(options, session, batch)}
    times = {name: [] for name in engines}
    for turn in range(options.rounds):
        for name in sorted(engines, reverse=turn % 2 == 1):
            times[name].append(engines[name]())
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"batch {batch}: " + ", ".join(
        f"{name} {medians[name]:.2f} ms ({min(values):.2f} to {max(values):.2f})" for name, values in times.items())
        + f", ratio {medians['ONNX Runtime'] / medians['ConvServe']:.2f}"
        + f", of the fastest rounds {min(times['ONNX Runtime']) / min(times['ConvServe']):.2f}")


def time_convserve(options, batch):
    return json.loads(run(
        options.convserve, "bench", "resnet50", "--batch", batch, "--threads", options.threads, "--runs", options.runs,
        "--json"))["median_ms"]


def time_peer(options, session, batch):
    samples = numpy.full((batch, 3, 224, 224), 0.5, numpy.float32)
    times = []
    for _ in range(WARM_UP_RUNS + options.runs):
        begin = time.perf_counter()
        session.run(None, {"input": samples})
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[WARM_UP_RUNS:])


if __name__ == "__main__":
    main()
