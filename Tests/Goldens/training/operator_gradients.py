"""Gradients of single operators: operator_gradients.json, a case a line.

Every case is a network of one input whose last node is in question; L = sum of cotangent x output. Inputs, parameters and
cotangents are decimals of few digits, taken as the nearest float32; all else is computed in double precision.
No two values of a plane are equal and none lies on a kink, so that each derivative exists; "ties" are the exception.
"""

import json
import random

import numpy
import torch

import graph
from graph import node

DIGITS = 6


def convolution(channels, kernel, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1, bias=True, **other):
    return node(
        "layer", "convolution", output_channels=channels, kernel=list(kernel), stride=list(stride),
        padding=padding if padding == "same" else list(padding), dilation=list(dilation), groups=groups, bias=bias,
        **other)


def maximum(kernel, stride, padding=(0, 0, 0, 0), dilation=(1, 1), ceil_mode=False):
    return node(
        "layer", "max_pooling", kernel=list(kernel), stride=list(stride),
        padding=padding if padding == "same" else list(padding), dilation=list(dilation), ceil_mode=ceil_mode)


def average(kernel, stride, padding=(0, 0, 0, 0), ceil_mode=False, include=True):
    return node(
        "layer", "average_pooling", kernel=list(kernel), stride=list(stride),
        padding=padding if padding == "same" else list(padding), ceil_mode=ceil_mode, count_include_pad=include)


def adaptive(height, width):
    return node("layer", "adaptive_average_pooling", output_size=[height, width])


def matrix(features, bias=True):
    return [node("flat", "flatten"), node("layer", "fully_connected", ["flat"], output_features=features, bias=bias)]


def normalization(epsilon=1e-5):
    return node("layer", "batch_normalization", epsilon=epsilon)


def response(size, alpha, beta, k):
    return node("layer", "local_response_normalization", size=size, alpha=alpha, beta=beta, k=k)


def slices(*counts):
    """The input's channels in parts: operators of several inputs get these."""
    starts = [sum(counts[:index]) for index in range(len(counts))]
    return [
        node(f"part{index}", "channel_slice", start=start, count=count)
        for index, (start, count) in enumerate(zip(starts, counts))]


def joined(operator, counts, order, **attributes):
    return slices(*counts) + [node("layer", operator, [f"part{index}" for index in order], **attributes)]


def gated(inputs):
    return [node("factors", "global_average_pooling"), node("layer", "multiply", inputs)]


# Name, shape of the batch, nodes, and what differs from the usual: statistics, the greatest magnitude of an input.
CASES = [
    ("convolution 3x3", (2, 3, 6, 5), convolution(4, (3, 3), padding=(1, 1, 1, 1))),
    ("convolution 3x3, stride 2, uneven padding", (2, 3, 6, 7), convolution(4, (3, 3), (2, 2), (1, 0, 2, 1))),
    ("convolution 3x2, dilation 2x3, no bias", (2, 2, 7, 6),
     convolution(3, (3, 2), padding=(2, 1, 2, 1), dilation=(2, 3), bias=False)),
    ("convolution 3x3 in 2 groups", (2, 4, 4, 5), convolution(6, (3, 3), padding=(1, 1, 1, 1), groups=2)),
    ("convolution 3x3, depthwise, stride 2x1", (2, 5, 5, 4), convolution(5, (3, 3), (2, 1), (1, 1, 1, 1), groups=5)),
    ("convolution 3x3, depthwise, 19 channels", (1, 19, 4, 4), convolution(19, (3, 3), (1, 1), (1, 1, 1, 1), groups=19)),
    ("convolution 3x3, two kernels a channel", (2, 3, 4, 4), convolution(6, (3, 3), groups=3, bias=False)),
    ("convolution 1x1, stride 2, no bias", (2, 17, 4, 3), convolution(19, (1, 1), (2, 2), bias=False)),
    ("convolution 7x7, stride 2", (1, 3, 9, 8), convolution(4, (7, 7), (2, 2), (3, 3, 3, 3))),
    ("convolution 3x3, padding beyond the kernel", (1, 2, 4, 3), convolution(3, (3, 3), (2, 1), (4, 3, 0, 5))),
    ("convolution 5x5, stride 2, same padding", (1, 3, 7, 6), convolution(4, (5, 5), (2, 2), "same")),
    ("convolution 3x3, 17 to 18 channels", (1, 17, 5, 5), convolution(18, (3, 3), padding=(1, 1, 1, 1))),
    ("convolution 2x2, stride 3, pixels unseen", (2, 2, 7, 8), convolution(3, (2, 2), (3, 3))),

    ("fully_connected", (3, 2, 2, 3), matrix(5)),
    ("fully_connected, no bias", (2, 5, 1, 1), matrix(7, bias=False)),
    ("fully_connected, 33 to 19", (2, 33, 1, 1), matrix(19)),

    ("max_pooling 3x3, stride 2, padding 1", (2, 3, 6, 5), maximum((3, 3), (2, 2), (1, 1, 1, 1))),
    ("max_pooling 2x2, rounded up", (2, 3, 5, 7), maximum((2, 2), (2, 2), ceil_mode=True)),
    ("max_pooling 3x2, dilation 2", (2, 2, 7, 6), maximum((3, 2), (1, 2), dilation=(2, 2))),
    ("max_pooling 3x3, uneven padding", (2, 3, 5, 6), maximum((3, 3), (2, 1), (2, 0, 1, 1))),
    ("max_pooling 1x1, stride 2", (2, 3, 5, 4), maximum((1, 1), (2, 2))),
    ("max_pooling 3x3, stride 1, 17 channels", (1, 17, 4, 4), maximum((3, 3), (1, 1), (1, 1, 1, 1))),
    ("max_pooling 3x3, stride 2, ties", (2, 2, 5, 5), maximum((3, 3), (2, 2), (1, 1, 1, 1), ceil_mode=True),
     {"ties": True}),

    ("average_pooling 2x2", (2, 3, 4, 6), average((2, 2), (2, 2))),
    ("average_pooling 3x3, padding counted", (2, 3, 5, 6), average((3, 3), (2, 2), (1, 1, 1, 1))),
    ("average_pooling 3x3, padding not counted", (2, 3, 5, 6), average((3, 3), (2, 2), (1, 1, 1, 1), include=False)),
    ("average_pooling 3x2, rounded up, padding counted", (2, 2, 6, 6),
     average((3, 2), (2, 3), (1, 1, 1, 1), True, True)),
    ("average_pooling 3x2, rounded up, padding not counted", (2, 2, 6, 6),
     average((3, 2), (2, 3), (1, 1, 1, 1), True, False)),
    ("average_pooling 3x3, uneven padding, not counted", (1, 17, 4, 4),
     average((3, 3), (1, 2), (2, 0, 1, 1), include=False)),

    ("adaptive_average_pooling 7x5 to 3x2", (2, 3, 7, 5), adaptive(3, 2)),
    ("adaptive_average_pooling 3x2 to 5x4", (2, 3, 3, 2), adaptive(5, 4)),
    ("adaptive_average_pooling 4x6 to 1x1", (2, 3, 4, 6), adaptive(1, 1)),
    ("global_average_pooling", (2, 3, 5, 4), node("layer", "global_average_pooling")),
    ("global_average_pooling, 17 channels", (1, 17, 3, 3), node("layer", "global_average_pooling")),

    ("batch_normalization", (3, 3, 4, 5), normalization()),
    ("batch_normalization, 17 channels", (2, 17, 3, 2), normalization(1e-3)),
    ("batch_normalization of vectors", (5, 4, 1, 1),
     [node("flat", "flatten"), node("layer", "batch_normalization", ["flat"], epsilon=1e-5)]),
    ("batch_normalization, frozen", (2, 3, 4, 3), normalization(), {"statistics": "running"}),
    ("batch_normalization, frozen, 17 channels", (1, 17, 2, 3), normalization(1e-3), {"statistics": "running"}),

    ("local_response_normalization, 5 channels", (2, 7, 3, 2), response(5, 0.5, 0.75, 2.0)),
    ("local_response_normalization, 4 channels", (1, 5, 3, 3), response(4, 0.5, 0.6, 1.0)),
    ("local_response_normalization, 17 channels", (1, 17, 3, 2), response(3, 0.3, 0.75, 1.0)),

    *((f"{name}{' of 17 channels' if shape[1] == 17 else ''}", shape, node("layer", name, **attributes), {"greatest": 8})
      for name, attributes in [
          ("relu", {}), ("relu6", {}), ("leaky_relu", {"negative_slope": 0.125}), ("hard_swish", {}),
          ("hard_sigmoid", {}), ("silu", {}), ("gelu", {}), ("tanh", {}), ("sigmoid", {})]
      for shape in [(2, 3, 4, 5), (1, 17, 2, 2)]),
    ("prelu", (2, 5, 3, 4), node("layer", "prelu", shared=False)),
    ("prelu, shared", (2, 3, 3, 4), node("layer", "prelu", shared=True)),
    ("prelu, 17 channels", (2, 17, 2, 2), node("layer", "prelu", shared=False)),

    ("add", (2, 6, 3, 4), joined("add", (3, 3), (0, 1))),
    ("add, three inputs, one of them twice", (2, 6, 3, 4), joined("add", (3, 3), (0, 1, 0))),
    ("multiply", (2, 6, 3, 4), joined("multiply", (3, 3), (0, 1))),
    ("multiply, the square", (2, 3, 3, 4), node("layer", "multiply", ["input", "input"])),
    ("multiply, maps by factors", (2, 5, 3, 4), gated(["input", "factors"])),
    ("multiply, factors by maps", (2, 17, 3, 2), gated(["factors", "input"])),
    ("concatenate channels", (2, 6, 3, 2), joined("concatenate", (1, 3, 2), (2, 0, 1), axis=1)),
    ("concatenate channels, one twice", (1, 19, 2, 2), joined("concatenate", (17, 2), (1, 0, 1), axis=1)),
    ("concatenate height", (2, 6, 3, 2), joined("concatenate", (3, 3), (1, 0), axis=2)),
    ("concatenate width", (2, 6, 3, 2), joined("concatenate", (3, 3), (1, 0), axis=3)),
    ("concatenate vectors", (2, 6, 2, 1),
     slices(2, 4) + [node("flat0", "flatten", ["part0"]), node("flat1", "flatten", ["part1"]),
                     node("layer", "concatenate", ["flat1", "flat0"], axis=1)]),
    ("channel_shuffle in 2", (2, 6, 3, 2), node("layer", "channel_shuffle", groups=2)),
    ("channel_shuffle in 3", (1, 18, 2, 2), node("layer", "channel_shuffle", groups=3)),
    ("channel_slice", (2, 6, 3, 2), node("layer", "channel_slice", start=1, count=4)),
    ("channel_slice across a block", (1, 21, 2, 2), node("layer", "channel_slice", start=13, count=5)),
    ("channel_padding", (2, 3, 3, 2), node("layer", "channel_padding", before=2, after=1)),
    ("channel_padding, 17 channels", (1, 17, 2, 2), node("layer", "channel_padding", before=9, after=8)),
    ("flatten", (2, 3, 2, 4), node("layer", "flatten")),
    ("flatten, 17 channels", (2, 17, 2, 1), node("layer", "flatten")),
    ("softmax", (2, 5, 3, 2), node("layer", "softmax")),
    ("softmax of vectors", (3, 19, 1, 1), [node("flat", "flatten"), node("layer", "softmax", ["flat"])]),
]


def cases():
    for name, shape, nodes, *options in CASES:
        yield gradients(name, shape, nodes if isinstance(nodes, list) else [nodes], **(options[0] if options else {}))


def gradients(name, shape, nodes, statistics="batch", greatest=2, ties=False):
    rng = random.Random(name)
    values = [plane(rng, shape[2] * shape[3], greatest, ties) for _ in range(shape[0] * shape[1])]
    x = leaf([value for plane in values for value in plane], shape)
    tensors = parameters(rng, nodes, x)
    before = {key: value.tolist() for key, value in tensors.items() if "running" in key}
    learned = {key: value.requires_grad_() for key, value in tensors.items() if "running" not in key}
    y = graph.run(nodes, x.requires_grad_(), tensors, statistics)
    cotangent = leaf([rng.randint(-99, 99) / 100 for _ in range(y.numel())], y.shape)
    found = torch.autograd.grad(y, [x, *learned.values()], cotangent)
    return {
        "name": name, "statistics": statistics, "differentiable": not ties, "batch": shape[0], "input_shape": list(shape[1:]), "nodes": nodes,
        "input": rounded(x), "parameters": {key: rounded(value) for key, value in learned.items()} | {
            key: [round(v, 2) for v in value] for key, value in before.items()},
        "output": rounded(y), "cotangent": rounded(cotangent), "input_gradient": rounded(found[0]),
        "parameter_gradients": {key: rounded(value) for key, value in zip(learned, found[1:])},
        "running_statistics": {key: rounded(tensors[key]) for key in before}}


def plane(rng, count, greatest, ties):
    """Values 0.01 apart or more within `greatest` of 0, half a step beside every kink: 0, 3, 6 and their like."""
    if ties:
        return [rng.choice([-0.5, 0.25, 1.25]) for _ in range(count)]
    return [(step + 0.5) / 100 for step in rng.sample(range(-100 * greatest, 100 * greatest), count)]


def parameters(rng, nodes, x):
    """Tensors for the last node, shaped after what it is given."""
    layer, before = nodes[-1], nodes[:-1]
    operator, attributes = layer["operator"], layer["attributes"]
    with torch.no_grad():
        taken = graph.run(before, x, {}) if before and len(layer["inputs"]) == 1 else x
    channels = taken.shape[1]
    shapes = {
        "convolution": lambda a: {"weight": [a["output_channels"], channels // a["groups"], *a["kernel"]],
                                  **({"bias": [a["output_channels"]]} if a["bias"] else {})},
        "fully_connected": lambda a: {"weight": [a["output_features"], channels],
                                      **({"bias": [a["output_features"]]} if a["bias"] else {})},
        "batch_normalization": lambda a: {role: [channels] for role in (
            "weight", "bias", "running_mean", "running_var")},
        "prelu": lambda a: {"weight": [1 if a["shared"] else channels]}}
    roles = shapes.get(operator, lambda a: {})(attributes)
    return {f"layer.{role}": drawn(rng, role, shape) for role, shape in roles.items()}


def drawn(rng, role, shape):
    low, high = (50, 150) if role == "running_var" else (-99, 99)
    return leaf([rng.randint(low, high) / 100 for _ in range(int(numpy.prod(shape)))], shape)


def leaf(values, shape):
    return torch.tensor(values, dtype=torch.float32).double().reshape(tuple(shape))


def rounded(tensor):
    return [float(f"{value:.{DIGITS}g}") for value in tensor.detach().flatten().tolist()]


def write(path):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases())
    path.write_text("[\n" + lines + "\n]\n")
