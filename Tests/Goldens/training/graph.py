"""Networks as plain data, as Sources/NetworkGraph has them, and their values by PyTorch's functions.

A node is {"name", "operator", "attributes", "inputs"}: operators carry the names of Sources/NetworkGraph/Operators, extents
are [height, width], padding is [top, left, bottom, right] or "same". `Tests/TrainingTests/PlainGradients/GoldenGraph.swift`
reads the same nodes.
"""

import torch
import torch.nn.functional as F

MOMENTUM = 0.1
INPUT = "input"


def node(name, operator, inputs=(INPUT,), **attributes):
    return {"name": name, "operator": operator, "inputs": list(inputs), "attributes": attributes}


def run(nodes, x, tensors, statistics="batch"):
    """The last node's values; with `statistics="batch"`, running ones in `tensors` are moved on in place."""
    values = {INPUT: x}
    for entry in nodes:
        inputs = [values[name] for name in entry["inputs"]]
        prefix = entry["name"] + "."
        roles = {name[len(prefix):]: value for name, value in tensors.items() if name.startswith(prefix)}
        values[entry["name"]] = OPERATORS[entry["operator"]](inputs, entry["attributes"], roles, statistics)
    return values[nodes[-1]["name"]]


def edges(padding, x, kernel, stride, dilation):
    """[left, right, top, bottom], in the order in which F.pad takes them."""
    if padding != "same":
        top, left, bottom, right = padding
        return [left, right, top, bottom]
    totals = [
        max((-(-extent // s) - 1) * s + (k - 1) * d + 1 - extent, 0)
        for extent, k, s, d in zip(x.shape[2:], kernel, stride, dilation)]
    return [totals[1] // 2, totals[1] - totals[1] // 2, totals[0] // 2, totals[0] - totals[0] // 2]


def convolution(inputs, a, roles, _):
    x = F.pad(inputs[0], edges(a["padding"], inputs[0], a["kernel"], a["stride"], a["dilation"]))
    return F.conv2d(x, roles["weight"], roles.get("bias"), a["stride"], 0, a["dilation"], a["groups"])


def fully_connected(inputs, a, roles, _):
    return F.linear(inputs[0], roles["weight"], roles.get("bias"))


def max_pooling(inputs, a, roles, _):
    if a["ceil_mode"]:
        return F.max_pool2d(inputs[0], a["kernel"], a["stride"], halves(a["padding"]), a["dilation"], True)
    pads = edges(a["padding"], inputs[0], a["kernel"], a["stride"], a["dilation"])
    x = F.pad(inputs[0], pads, value=float("-inf"))
    return F.max_pool2d(x, a["kernel"], a["stride"], 0, a["dilation"])


def average_pooling(inputs, a, roles, _):
    if a["ceil_mode"]:
        return F.avg_pool2d(
            inputs[0], a["kernel"], a["stride"], halves(a["padding"]), True, a["count_include_pad"])
    pads = edges(a["padding"], inputs[0], a["kernel"], a["stride"], [1, 1])
    means = F.avg_pool2d(F.pad(inputs[0], pads), a["kernel"], a["stride"])
    if a["count_include_pad"]:
        return means
    # The share of each window that holds real values.
    return means / F.avg_pool2d(F.pad(torch.ones_like(inputs[0]), pads), a["kernel"], a["stride"])


def halves(padding):
    """PyTorch rounds up only with the same padding on opposite edges."""
    top, left, bottom, right = padding
    assert (top, left) == (bottom, right)
    return [top, left]


def batch_normalization(inputs, a, roles, statistics):
    return F.batch_norm(
        inputs[0], roles["running_mean"], roles["running_var"], roles["weight"], roles["bias"],
        statistics == "batch", MOMENTUM, a["epsilon"])


def local_response_normalization(inputs, a, roles, _):
    return F.local_response_norm(inputs[0], a["size"], a["alpha"], a["beta"], a["k"])


def multiply(inputs, a, roles, _):
    return inputs[0] * inputs[1]


def channel_padding(inputs, a, roles, _):
    return F.pad(inputs[0], (0, 0, 0, 0, a["before"], a["after"]))


def channel_shuffle(inputs, a, roles, _):
    n, c, h, w = inputs[0].shape
    return inputs[0].view(n, a["groups"], c // a["groups"], h, w).transpose(1, 2).reshape(n, c, h, w)


def channel_slice(inputs, a, roles, _):
    return inputs[0][:, a["start"]:a["start"] + a["count"]]


def function(apply):
    return lambda inputs, a, roles, _: apply(inputs[0])


OPERATORS = {
    "convolution": convolution, "fully_connected": fully_connected, "max_pooling": max_pooling,
    "average_pooling": average_pooling,
    "adaptive_average_pooling": lambda inputs, a, roles, _: F.adaptive_avg_pool2d(inputs[0], a["output_size"]),
    "global_average_pooling": function(lambda x: x.mean((2, 3), keepdim=True)),
    "batch_normalization": batch_normalization, "local_response_normalization": local_response_normalization,
    "relu": function(F.relu), "relu6": function(F.relu6),
    "leaky_relu": lambda inputs, a, roles, _: F.leaky_relu(inputs[0], a["negative_slope"]),
    "prelu": lambda inputs, a, roles, _: F.prelu(inputs[0], roles["weight"]),
    "hard_swish": function(F.hardswish), "hard_sigmoid": function(F.hardsigmoid), "silu": function(F.silu),
    "gelu": function(F.gelu), "tanh": function(torch.tanh), "sigmoid": function(torch.sigmoid),
    "softmax": function(lambda x: F.softmax(x, 1)), "add": lambda inputs, a, roles, _: sum(inputs), "multiply": multiply,
    "concatenate": lambda inputs, a, roles, _: torch.cat(inputs, a["axis"]), "channel_padding": channel_padding,
    "channel_shuffle": channel_shuffle, "channel_slice": channel_slice,
    "flatten": function(lambda x: x.flatten(1)),
}
