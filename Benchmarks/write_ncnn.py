"""A simplified network as ncnn's two files: `.param`, layers as text, and `.bin`, their weights one after the other.

A line of `.param` is: type, name, number of inputs, number of outputs, inputs, outputs, attributes as number=value. The
numbers are those of ncnn's operator documentation. A value that several layers read passes through a Split.
"""

import collections
import struct

from network import operator_writer

MAGIC = 7767517
# ncnn computes `min(max(alpha x + beta, 0), 1)`, which is `relu6(x + 3) / 6` with these.
ALPHA, BETA = 1 / 6, 0.5
ACTIVATIONS = {
    None: [], "relu": ["9=1"], "relu6": ["9=3", "-23310=2,0.0,6.0"], "hard_swish": ["9=6", f"-23310=2,{ALPHA:.9f},{BETA}"]}


def write_ncnn(folder, network, weights):
    lines, readers = ["Input input 0 1 input"], copies_for_readers(network)
    add_split(lines, "input", readers)
    for layer in network.layers:
        kind, attributes = operator_writer(OPERATORS, layer, "ncnn")(layer)
        inputs = [readers[name].pop() if name in readers else name for name in layer.inputs]
        lines.append(" ".join([kind, layer.name, str(len(inputs)), "1", *inputs, layer.name, *attributes]))
        add_split(lines, layer.name, readers)
    values = sum(int(line.split()[3]) for line in lines)
    (folder / f"{network.name}.param").write_text(f"{MAGIC}\n{len(lines)} {values}\n" + "\n".join(lines) + "\n")
    with open(folder / f"{network.name}.bin", "wb") as file:
        for layer in network.layers:
            write_weights(file, layer, weights)


def copies_for_readers(network):
    counts = collections.Counter(name for layer in network.layers for name in layer.inputs)
    return {name: [f"{name}.copy{i}" for i in range(count)] for name, count in counts.items() if count > 1}


def add_split(lines, name, readers):
    if name in readers:
        copies = readers[name]
        lines.append(" ".join(["Split", f"{name}.split", "1", str(len(copies)), name, *copies]))


def write_weights(file, layer, weights):
    """Weights begin with a word that says how they are stored, 0 for float32; biases follow without one."""
    if f"{layer.name}.weight" not in weights:
        return
    if layer.operator == "batch_normalization":
        write_statistics(file, layer, weights)
        return
    file.write(struct.pack("<I", 0) + weights[f"{layer.name}.weight"].astype("<f4").tobytes())
    if layer.has_bias:
        file.write(weights[f"{layer.name}.bias"].astype("<f4").tobytes())


def write_statistics(file, layer, weights):
    """Scales, means, variances and offsets, without a word before them."""
    for part in ("weight", "running_mean", "running_var", "bias"):
        file.write(weights[f"{layer.name}.{part}"].astype("<f4").tobytes())


def convolution(layer):
    if layer.kernel == (1, 1) and layer.input_shape[1:] == (1, 1) and layer.groups == 1:
        # Global pooling leaves ncnn a vector, and it asks for this layer to follow, with the same weights.
        return fully_connected(layer)
    outputs, inputs_of_group, height, width = layer.weight_shape
    top, left, bottom, right = layer.padding
    attributes = [
        f"0={outputs}", f"1={width}", f"11={height}", f"2={layer.dilation[1]}", f"12={layer.dilation[0]}",
        f"3={layer.stride[1]}", f"13={layer.stride[0]}", f"4={left}", f"15={right}", f"14={top}", f"16={bottom}",
        f"5={int(layer.has_bias)}", f"6={outputs * inputs_of_group * height * width}", *ACTIVATIONS[layer.activation]]
    if layer.groups == 1:
        return "Convolution", attributes
    return "ConvolutionDepthWise", [*attributes, f"7={layer.groups}"]


def max_pooling(layer):
    return "Pooling", ["0=0", *window(layer)]


def average_pooling(layer):
    # Padding counts in the divisor, as in PyTorch.
    return "Pooling", ["0=1", *window(layer), "6=1"]


def window(layer):
    top, left, bottom, right = layer.padding
    # Mode 0 rounds up, mode 1 rounds down.
    return [
        f"1={layer.kernel[1]}", f"11={layer.kernel[0]}", f"2={layer.stride[1]}", f"12={layer.stride[0]}",
        f"3={left}", f"14={right}", f"13={top}", f"15={bottom}", f"5={0 if layer.rounds_up else 1}"]


def fully_connected(layer):
    outputs, inputs = layer.weight_shape[:2]
    return "InnerProduct", [
        f"0={outputs}", f"1={int(layer.has_bias)}", f"2={outputs * inputs}", *ACTIVATIONS[layer.activation]]


OPERATORS = {
    "convolution": convolution,
    "max_pooling": max_pooling,
    "average_pooling": average_pooling,
    "batch_normalization": lambda layer: ("BatchNorm", [f"0={layer.output_shape[0]}", "1=1e-5"]),
    "fully_connected": fully_connected,
    "relu": lambda _: ("ReLU", []),
    "relu6": lambda _: ("Clip", ["0=0.0", "1=6.0"]),
    "hard_swish": lambda _: ("HardSwish", [f"0={ALPHA:.9f}", f"1={BETA}"]),
    "hard_sigmoid": lambda _: ("HardSigmoid", [f"0={ALPHA:.9f}", f"1={BETA}"]),
    "sigmoid": lambda _: ("Sigmoid", []),
    "silu": lambda _: ("Swish", []),
    "add": lambda _: ("BinaryOp", ["0=0"]),
    "multiply": lambda _: ("BinaryOp", ["0=2"]),
    "concatenate": lambda _: ("Concat", ["0=0"]),
    "global_average_pooling": lambda _: ("Pooling", ["0=1", "4=1"]),
    "flatten": lambda _: ("Flatten", []),
}
