#!/usr/bin/python3
"""Writes settings.csv, 10,000 drawn settings of convolution and pooling and what PyTorch makes of them.

Needs PyTorch (made with 1.13, Debian 12: python3-torch). Run it from anywhere:
`/usr/bin/python3 Tests/Goldens/calculators/generate.py`.

A row is operation,query,channels,height,width,parameters. The query is the calculator's own; the output's shape comes from
running the layer on zeros. Where PyTorch refuses a setting, the
output's columns are empty. Pooling has no parameters.
"""

import pathlib
import random

import torch
import torch.nn as nn

HERE = pathlib.Path(__file__).parent
SEED = 20261130
COUNT = 10_000


def pair(draw, low, high):
    """One extent for both directions, or two."""
    if draw.random() < 0.6:
        value = draw.randint(low, high)
        return (value, value)
    return (draw.randint(low, high), draw.randint(low, high))


def text(value):
    return str(value[0]) if value[0] == value[1] else f"{value[0]}x{value[1]}"


def usual(name, value, default):
    """A parameter, left out where it is as it is without."""
    return [] if value == default else [f"{name}={value}"]


def shape(layer, channels, height, width):
    try:
        with torch.no_grad():
            return list(layer(torch.zeros(1, channels, height, width)).shape[1:])
    except (RuntimeError, ValueError):
        return None


def convolution(draw):
    groups = draw.choice([1, 1, 1, 2, 3, 4, 8])
    channels, filters = groups * draw.randint(1, 4), groups * draw.randint(1, 4)
    height, width = draw.randint(1, 40), draw.randint(1, 40)
    kernel, stride, dilation = pair(draw, 1, 7), pair(draw, 1, 4), pair(draw, 1, 3)
    bias = draw.random() < 0.7
    query = [f"input={channels}x{height}x{width}", f"filters={filters}", f"kernel={text(kernel)}"]
    if draw.random() < 0.1:
        # PyTorch knows "same" at stride 1 only.
        stride, padding = (1, 1), "same"
        query.append("padding=same")
    else:
        padding = pair(draw, 0, 4)
        query += usual("padding", text(padding), "0")
    query += usual("stride", text(stride), "1") + usual("dilation", text(dilation), "1")
    query += usual("groups", str(groups), "1") + usual("bias", str(bias).lower(), "true")
    layer = nn.Conv2d(channels, filters, kernel, stride, padding, dilation, groups, bias)
    parameters = sum(p.numel() for p in layer.parameters())
    return "convolution", query, shape(layer, channels, height, width), parameters


def pooling(draw):
    kind = draw.choice(["max", "average"])
    channels, height, width = draw.randint(1, 4), draw.randint(1, 40), draw.randint(1, 40)
    kernel, padding = pair(draw, 1, 7), pair(draw, 0, 3)
    stride = pair(draw, 1, 4) if draw.random() < 0.8 else None
    dilation = pair(draw, 1, 3) if kind == "max" else (1, 1)
    ceil = draw.random() < 0.5
    # PyTorch allows padding of half a window, and takes a dilated window for a small one; ours has to reach a value.
    padding = tuple(min(p, k // 2) for p, k in zip(padding, kernel))
    query = usual("kind", kind, "max") + [f"input={channels}x{height}x{width}", f"kernel={text(kernel)}"]
    query += usual("padding", text(padding), "0") + usual("ceil", str(ceil).lower(), "false")
    if stride:
        query.append(f"stride={text(stride)}")
    if kind == "max":
        query += usual("dilation", text(dilation), "1")
        layer = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil)
    else:
        layer = nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil)
    return "pooling", query, shape(layer, channels, height, width), 0


def main():
    draw = random.Random(SEED)
    torch.set_num_threads(1)
    rows, refused = [], 0
    for _ in range(COUNT):
        operation, query, result, parameters = (convolution if draw.random() < 0.6 else pooling)(draw)
        refused += result is None
        columns = ["", "", ""] if result is None else [str(extent) for extent in result]
        rows.append(",".join([operation, "&".join(query), *columns, str(parameters)]))
    (HERE / "settings.csv").write_text("\n".join(["operation,query,channels,height,width,parameters", *rows]) + "\n")
    print(f"{COUNT} settings, {refused} of which PyTorch refuses")


if __name__ == "__main__":
    main()
