#!/usr/bin/env python3
"""Writes operators.json: output shapes of convolutions and poolings as PyTorch computes them.

Each row is [operator, input, kernel, stride, padding, dilation, groups, output channels, ceil mode, output], extents as
[height, width]; the output is null where PyTorch refuses the input. Run it as generate.py.
"""

import json
import pathlib
import random

import torch
import torch.nn as nn


def size(rng, low, high):
    return [rng.randint(low, high), rng.randint(low, high)]


def case(rng):
    operator = rng.choice(["convolution", "max_pooling", "average_pooling"])
    kernel, stride = size(rng, 1, 5), size(rng, 1, 4)
    dilation = size(rng, 1, 3) if operator != "average_pooling" else [1, 1]
    groups = rng.choice([1, 1, 2, 4]) if operator == "convolution" else 1
    channels = groups * rng.randint(1, 3)
    outputs = groups * rng.randint(1, 3) if operator == "convolution" else channels
    # PyTorch pads pooling by at most half the kernel.
    padding = size(rng, 0, 3) if operator == "convolution" else [rng.randint(0, k // 2) for k in kernel]
    ceil = operator != "convolution" and rng.random() < 0.5
    shape = [channels, rng.randint(1, 20), rng.randint(1, 20)]
    return [operator, shape, kernel, stride, padding, dilation, groups, outputs, ceil]


def output(operator, shape, kernel, stride, padding, dilation, groups, outputs, ceil):
    module = {
        "convolution": lambda: nn.Conv2d(shape[0], outputs, kernel, stride, padding, dilation, groups),
        "max_pooling": lambda: nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil),
        "average_pooling": lambda: nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil),
    }[operator]()
    try:
        return list(module(torch.zeros(1, *shape)).shape[1:])
    except RuntimeError:
        return None


def main():
    rng = random.Random(20150512)
    rows = [case(rng) for _ in range(400)]
    lines = ",\n".join(json.dumps(row + [output(*row)], separators=(",", ":")) for row in rows)
    (pathlib.Path(__file__).parent / "operators.json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
