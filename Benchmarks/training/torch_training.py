#!/usr/bin/env python3
"""One measurement of PyTorch training a network, in a process of its own; prints JSON.

    torch_training.py resnet20 --input 3x32x32 --batch-size 128 --threads 2 --layout channels_last --seconds 5

A step is forward, softmax cross-entropy, backward, and SGD with momentum 0.9 on every parameter, in f32, on one batch of
random images that stays in memory. `images_per_second` is that of the median step; `peak_bytes` is what the process grew by
at its largest since PyTorch was imported and had multiplied two small matrices: network, gradients, momentum, batch,
activations, workspaces; `process_bytes` counts PyTorch itself too.
"""

import argparse
import json
import re
import statistics
import time

import torch
from torch.nn import functional

import torch_networks

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
# The first steps choose algorithms and ask for memory.
WARM_UP_STEPS = 2
FEWEST_STEPS = 3
LEARNING_RATE = 1e-3
MOMENTUM = 0.9


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    before = resident_bytes_now()
    step = prepare(options)
    seconds = measure(step, options.seconds)
    print(json.dumps({
        "images_per_second": round(options.batch_size / statistics.median(seconds), 2),
        "peak_bytes": status_bytes("VmHWM") - before,
        "process_bytes": status_bytes("VmHWM"), "steps": len(seconds), "torch": torch.__version__,
        "capability": capability()}))


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=torch_networks.NETWORKS)
    parser.add_argument("--input", type=shape, required=True, metavar="CxHxW")
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--layout", choices=LAYOUTS, default="contiguous")
    parser.add_argument("--seconds", type=float, default=5, help="how long steps are measured; three at least")
    parser.add_argument("--compile", action="store_true", help="by torch.compile, where this PyTorch has it")
    return parser.parse_args()


def shape(text):
    match = re.fullmatch(r"(\d+)x(\d+)x(\d+)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is not of the form 3x224x224")
    return tuple(map(int, match.groups()))


def prepare(options):
    """A function that runs one step."""
    layout = LAYOUTS[options.layout]
    model = torch_networks.make(options.network, options.input[0], options.classes).train().to(memory_format=layout)
    optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE, MOMENTUM)
    images = torch.rand(options.batch_size, *options.input).sub(0.5).contiguous(memory_format=layout)
    labels = torch.randint(options.classes, (options.batch_size,))
    computed = torch.compile(model) if options.compile else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(computed(images), labels).backward()
        optimizer.step()

    return step


def measure(step, seconds):
    for _ in range(WARM_UP_STEPS):
        step()
    end, durations = time.perf_counter() + seconds, []
    while len(durations) < FEWEST_STEPS or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        durations.append(time.perf_counter() - start)
    return durations


def resident_bytes_now():
    """What the process holds; from now on its peak is counted anew (proc(5), clear_refs)."""
    torch.rand(64, 64) @ torch.rand(64, 64)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    return status_bytes("VmRSS")


def status_bytes(key):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(key + ":"))


def capability():
    """Instructions that PyTorch's own kernels use; oneDNN's are limited by ONEDNN_MAX_CPU_ISA."""
    lines = [line for line in torch.__config__.show().splitlines() if "CPU capability" in line]
    return lines[0].split()[-1] if lines else "unknown"


if __name__ == "__main__":
    main()
