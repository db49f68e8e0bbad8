#!/usr/bin/env python3
"""Writes values.json: what PyTorch computes for operators whose values the plain reference must share.

Each entry is [values for 6 x 3 x 4 inputs, row-major], computed in double precision; inputs are seeded.py's times 5, so
that every piece of the piecewise functions is met. Names are those in Tests/ArchitecturesTests/PlainReferenceTests.swift.
Run it as generate.py.
"""

import json
import pathlib

import torch
import torch.nn as nn

import seeded

INPUT = torch.from_numpy(seeded.network_input((1, 6, 3, 4))).double() * 5


def prelu(count):
    module = nn.PReLU(count).double()
    module.weight.data = torch.from_numpy(seeded.tensor("layer.weight", (count,))).double()
    return module


def halves(x):
    return x[:, :3], x[:, 3:]


def shuffled(groups):
    def shuffle(x):
        n, c, h, w = x.shape
        return x.view(n, groups, c // groups, h, w).transpose(1, 2).reshape(n, c, h, w)
    return shuffle


def multiplied(order):
    def multiply(x):
        factors = [x, x.mean((2, 3), keepdim=True)]
        return factors[order[0]] * factors[order[1]]
    return multiply


CASES = {
    "relu": nn.ReLU(), "relu6": nn.ReLU6(), "leaky_relu": nn.LeakyReLU(0.125), "hard_swish": nn.Hardswish(),
    "hard_sigmoid": nn.Hardsigmoid(), "silu": nn.SiLU(), "gelu": nn.GELU(), "tanh": nn.Tanh(), "sigmoid": nn.Sigmoid(),
    "softmax": nn.Softmax(1),
    "prelu": prelu(6), "prelu shared": prelu(1),
    "multiply": lambda x: torch.mul(*halves(x)),
    "multiply map, factors": multiplied((0, 1)), "multiply factors, map": multiplied((1, 0)),
    "channel_shuffle 2": shuffled(2), "channel_shuffle 3": shuffled(3),
    "channel_slice": lambda x: x[:, 1:5],
    "concatenate channels": lambda x: torch.cat(halves(x)[::-1], 1),
    "concatenate height": lambda x: torch.cat(halves(x)[::-1], 2),
    "concatenate width": lambda x: torch.cat(halves(x)[::-1], 3),
}


def main():
    with torch.no_grad():
        rows = {name: [round(v, 9) for v in case(INPUT).flatten().tolist()] for name, case in CASES.items()}
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in rows.items())
    (pathlib.Path(__file__).parent / "values.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
