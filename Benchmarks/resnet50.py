"""ResNet-50 with random weights, once as ONNX and once as safetensors with torchvision's names: the same network.

Deep Residual Learning for Image Recognition (He et al. 2015), table 1, with the stride on the 3 x 3 convolution as
torchvision has it. Weights follow He et al. (Delving Deep into Rectifiers, 2015): normal with variance 2 / fan-in, so
that activations neither vanish nor explode; batch normalisation gets random statistics around 0 and 1.
"""

import json
import struct

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

# Blocks, and channels of the 3 x 3 convolution, of each stage.
STAGES = [(3, 64), (4, 128), (6, 256), (3, 512)]
EXPANSION = 4
EPSILON = 1e-5


class ResNet50:
    """Collects nodes and weights while the network is written down from its input to its output."""

    def __init__(self, seed=1):
        self.random = numpy.random.default_rng(seed)
        self.weights = {}
        self.nodes = []
        value, channels = self.convolution("conv1", "input", 3, 64, kernel=7, stride=2)
        value = self.node("Relu", [self.normalisation("bn1", value, channels)], "relu")
        value = self.node("MaxPool", [value], "maxpool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        for stage, (blocks, width) in enumerate(STAGES, start=1):
            for block in range(blocks):
                stride = 2 if stage > 1 and block == 0 else 1
                value, channels = self.bottleneck(f"layer{stage}.{block}", value, channels, width, stride)
        value = self.node("Flatten", [self.node("GlobalAveragePool", [value], "avgpool")], "flatten")
        # Small, so that no class is certain and the comparison of logits says something.
        self.weights["fc.weight"] = self.normal((1000, channels), 1 / channels)
        self.weights["fc.bias"] = self.normal((1000,), 0.01)
        self.node("Gemm", [value, "fc.weight", "fc.bias"], "logits", transB=1)

    def bottleneck(self, name, value, channels, width, stride):
        shortcut = value
        result, narrow = self.convolution(f"{name}.conv1", value, channels, width, kernel=1)
        result = self.node("Relu", [self.normalisation(f"{name}.bn1", result, narrow)], f"{name}.relu1")
        result, narrow = self.convolution(f"{name}.conv2", result, narrow, width, kernel=3, stride=stride)
        result = self.node("Relu", [self.normalisation(f"{name}.bn2", result, narrow)], f"{name}.relu2")
        result, wide = self.convolution(f"{name}.conv3", result, narrow, width * EXPANSION, kernel=1)
        result = self.normalisation(f"{name}.bn3", result, wide, scale=0.3)
        if stride != 1 or channels != wide:
            shortcut, _ = self.convolution(f"{name}.downsample.0", value, channels, wide, kernel=1, stride=stride)
            shortcut = self.normalisation(f"{name}.downsample.1", shortcut, wide)
        return self.node("Relu", [self.node("Add", [result, shortcut], f"{name}.add")], f"{name}.relu"), wide

    def convolution(self, name, value, channels, filters, kernel, stride=1):
        self.weights[f"{name}.weight"] = self.normal(
            (filters, channels, kernel, kernel), 2 / (channels * kernel * kernel))
        padding = kernel // 2
        output = self.node(
            "Conv", [value, f"{name}.weight"], name, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4)
        return output, filters

    def normalisation(self, name, value, channels, scale=1.0):
        self.weights[f"{name}.weight"] = scale * self.random.uniform(0.8, 1.2, channels).astype(numpy.float32)
        self.weights[f"{name}.bias"] = self.normal((channels,), 0.01)
        self.weights[f"{name}.running_mean"] = self.normal((channels,), 0.01)
        self.weights[f"{name}.running_var"] = self.random.uniform(0.8, 1.2, channels).astype(numpy.float32)
        names = [f"{name}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        return self.node("BatchNormalization", [value, *names], name, epsilon=EPSILON)

    def normal(self, shape, variance):
        return self.random.normal(0, variance**0.5, shape).astype(numpy.float32)

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def write_onnx(self, path):
        graph = helper.make_graph(
            self.nodes, "resnet50",
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, 224, 224])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1000])],
            [numpy_helper.from_array(value, name) for name, value in self.weights.items()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, path)

    def write_safetensors(self, path):
        """Eight bytes of header length, the header as JSON, the tensors one after the other."""
        header, position = {}, 0
        for name, value in self.weights.items():
            header[name] = {
                "dtype": "F32", "shape": list(value.shape), "data_offsets": [position, position + value.nbytes]}
            position += value.nbytes
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for value in self.weights.values():
                file.write(value.astype("<f4").tobytes())
