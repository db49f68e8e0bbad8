"""A simplified network as ONNX, with a batch of any size."""

import math

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

from network import operator_writer


def write_onnx(path, network, weights):
    nodes, used = [], {}
    for layer in network.layers:
        make_nodes, parameters = operator_writer(OPERATORS, layer, "ONNX"), parameters_of(layer, weights)
        used.update(parameters)
        # The activation's output carries the layer's name, so that readers find it.
        output = f"{layer.name}.linear" if layer.activation else layer.name
        nodes += make_nodes(layer, [*layer.inputs, *parameters], [output])
        if layer.activation:
            nodes += OPERATORS[layer.activation](layer, [output], [layer.name])
    if any("relu6" in (layer.operator, layer.activation) for layer in network.layers):
        used.update(LIMITS_OF_RELU6)
    save(path, network, nodes, used)


def parameters_of(layer, weights):
    names = [f"{layer.name}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
    return {name: weights[name] for name in names if name in weights}


def node(kind, **attributes):
    """What writes a layer as one node of this kind; an attribute that is a function takes its value from the layer."""
    def make_nodes(layer, inputs, outputs):
        values = {name: value(layer) if callable(value) else value for name, value in attributes.items()}
        return [helper.make_node(kind, inputs, outputs, **values)]

    return make_nodes


def silu(layer, inputs, outputs):
    """`x sigmoid(x)`, which is no operator of its own in this version of ONNX."""
    gate = f"{layer.name}.gate"
    return [helper.make_node("Sigmoid", inputs, [gate]), helper.make_node("Mul", [*inputs, gate], outputs)]


def relu6(_, inputs, outputs):
    return [helper.make_node("Clip", [*inputs, *LIMITS_OF_RELU6], outputs)]


WINDOW = {
    "kernel_shape": lambda layer: layer.kernel, "strides": lambda layer: layer.stride, "pads": lambda layer: layer.padding}
ROUNDING = {"ceil_mode": lambda layer: int(layer.rounds_up)}
OPERATORS = {
    "convolution": node("Conv", **WINDOW, dilations=lambda layer: layer.dilation, group=lambda layer: layer.groups),
    "fully_connected": node("Gemm", transB=1),
    "batch_normalization": node("BatchNormalization", epsilon=1e-5),
    "max_pooling": node("MaxPool", **WINDOW, **ROUNDING),
    # Padding counts in the divisor, as in PyTorch.
    "average_pooling": node("AveragePool", **WINDOW, **ROUNDING, count_include_pad=1),
    "global_average_pooling": node("GlobalAveragePool"),
    "relu": node("Relu"),
    "relu6": relu6,
    # Its slope and offset are not ONNX's own.
    "hard_sigmoid": node("HardSigmoid", alpha=1 / 6, beta=0.5),
    "hard_swish": node("HardSwish"),
    "sigmoid": node("Sigmoid"),
    "silu": silu,
    "add": node("Add"),
    # A factor for each channel, [C, 1, 1], is broadcast over the map.
    "multiply": node("Mul"),
    "concatenate": node("Concat", axis=1),
    "flatten": node("Flatten"),
}
LIMITS_OF_RELU6 = {"relu6.least": numpy.array(0, numpy.float32), "relu6.greatest": numpy.array(6, numpy.float32)}


def save(path, network, nodes, parameters):
    output = network.layers[-1]
    graph = helper.make_graph(
        nodes, network.name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *network.input_shape])],
        [helper.make_tensor_value_info(output.name, TensorProto.FLOAT, ["batch", math.prod(output.output_shape)])],
        [numpy_helper.from_array(value, name) for name, value in parameters.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
