"""A simplified network as ONNX, with a batch of any size."""

import math

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


def write_onnx(path, network, weights):
    nodes, used = [], {}
    for layer in network.layers:
        make_node, parameters = OPERATORS[layer.operator], parameters_of(layer, weights)
        used.update(parameters)
        # The activation's output carries the layer's name, so that readers find it.
        output = f"{layer.name}.linear" if layer.activation else layer.name
        nodes.append(make_node(layer, [*layer.inputs, *parameters], [output]))
        if layer.activation:
            nodes.append(ACTIVATIONS[layer.activation](layer, [output], [layer.name]))
    if any(layer.operator == "relu6" or layer.activation == "relu6" for layer in network.layers):
        used.update(LIMITS_OF_RELU6)
    save(path, network, nodes, used)


def parameters_of(layer, weights):
    names = [f"{layer.name}.weight"] + [f"{layer.name}.bias"] * layer.has_bias
    return {name: weights[name] for name in names if name in weights}


def convolution(layer, inputs, outputs):
    return helper.make_node(
        "Conv", inputs, outputs, kernel_shape=layer.kernel, strides=layer.stride, pads=layer.padding,
        dilations=layer.dilation, group=layer.groups)


def max_pooling(layer, inputs, outputs):
    return helper.make_node(
        "MaxPool", inputs, outputs, kernel_shape=layer.kernel, strides=layer.stride, pads=layer.padding,
        ceil_mode=int(layer.rounds_up))


def relu(_, inputs, outputs):
    return helper.make_node("Relu", inputs, outputs)


def relu6(_, inputs, outputs):
    return helper.make_node("Clip", [*inputs, *LIMITS_OF_RELU6], outputs)


def add(_, inputs, outputs):
    return helper.make_node("Add", inputs, outputs)


def concatenate(_, inputs, outputs):
    return helper.make_node("Concat", inputs, outputs, axis=1)


def global_average_pooling(_, inputs, outputs):
    return helper.make_node("GlobalAveragePool", inputs, outputs)


def flatten(_, inputs, outputs):
    return helper.make_node("Flatten", inputs, outputs)


def fully_connected(_, inputs, outputs):
    return helper.make_node("Gemm", inputs, outputs, transB=1)


OPERATORS = {
    "convolution": convolution, "max_pooling": max_pooling, "relu": relu, "relu6": relu6, "add": add,
    "concatenate": concatenate, "global_average_pooling": global_average_pooling, "flatten": flatten,
    "fully_connected": fully_connected,
}
ACTIVATIONS = {"relu": relu, "relu6": relu6}
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
