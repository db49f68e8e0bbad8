"""A network as `convserve summary NAME --json` lists it, so that no architecture is described a second time."""

import dataclasses
import json

from program import output_of

# What a summary leaves out is not needed: in inference these layers pass their input on.
IDENTITIES = {"dropout"}
# The activations that engines compute within the layer before.
ACTIVATIONS = {"relu", "relu6", "hard_swish"}
WEIGHTED = {"convolution", "fully_connected"}


@dataclasses.dataclass(frozen=True)
class Layer:
    """One layer; shapes are of one sample, extents are (height, width), padding is (top, left, bottom, right)."""

    name: str
    operator: str
    inputs: tuple
    input_shape: tuple
    output_shape: tuple
    kernel: tuple | None
    stride: tuple | None
    padding: tuple | None
    dilation: tuple | None
    groups: int | None
    has_bias: bool
    activation: str | None = None

    @property
    def rounds_up(self):
        """Whether a pooling counts a last, partial window."""
        rows = (self.input_shape[1] + self.padding[0] + self.padding[2] - self.kernel[0]) // self.stride[0] + 1
        return self.output_shape[1] > rows

    @property
    def weight_shape(self):
        if self.operator == "convolution":
            return (self.output_shape[0], self.input_shape[0] // self.groups, *self.kernel)
        return (self.output_shape[0], self.input_shape[0])


@dataclasses.dataclass(frozen=True)
class Network:
    name: str
    input_shape: tuple
    flops: int
    layers: tuple

    def consumers(self, name):
        return [layer for layer in self.layers if name in layer.inputs]

    def layer(self, name):
        return next((layer for layer in self.layers if layer.name == name), None)


def read_network(convserve, name):
    summary = json.loads(output_of(convserve, "summary", name, "--json"))
    layers = tuple(read_layer(layer) for layer in summary["layers"])
    return Network(name, tuple(summary["input_shape"]), summary["totals"]["flops"], layers)


def read_layer(layer):
    def pair(key):
        return tuple(layer[key]) if layer.get(key) is not None else None

    return Layer(
        layer["name"], layer["operator"], tuple(layer["inputs"]), tuple(layer["input_shapes"][0]),
        tuple(layer["output_shape"]), pair("kernel"), pair("stride"), pair("padding"), pair("dilation"),
        layer.get("groups"), layer["biases"] > 0)


def simplify(network, weights):
    """The same function as peers get it: batch normalisation folded into the convolution before it, identities gone.

    All engines but ncnn would fold by themselves when they load a file; ncnn has a program of its own for that. Batch
    normalisation that follows anything else, as most of DenseNet's does, is left to the engines.
    """
    network = without(network, {layer.name: layer.inputs[0] for layer in network.layers if is_identity(layer)}, {})
    network, weights = fold_batch_normalization(network, weights)
    return fuse_activations(network), weights


def is_identity(layer):
    adapts_nothing = layer.operator == "adaptive_average_pooling" and layer.input_shape == layer.output_shape
    return layer.operator in IDENTITIES or adapts_nothing


def without(network, replacements, changed):
    """The network without the layers that `replacements` names, whose readers read the replacement instead."""
    def resolve(name):
        while name in replacements:
            name = replacements[name]
        return name

    layers = tuple(
        dataclasses.replace(changed.get(layer.name, layer), inputs=tuple(map(resolve, layer.inputs)))
        for layer in network.layers if layer.name not in replacements)
    return dataclasses.replace(network, layers=layers)


def fold_batch_normalization(network, weights):
    """`scale (w x + bias - mean) / deviation + offset` as one convolution with a bias."""
    folded, replacements, changed = dict(weights), {}, {}
    for layer in network.layers:
        if layer.operator != "batch_normalization":
            continue
        convolution = sole_producer(network, layer)
        if convolution is None or convolution.operator != "convolution":
            continue
        scale, offset, mean, variance = (
            folded.pop(f"{layer.name}.{part}") for part in ("weight", "bias", "running_mean", "running_var"))
        factor = scale / variance**0.5
        folded[f"{convolution.name}.weight"] = weights[f"{convolution.name}.weight"] * factor[:, None, None, None]
        folded[f"{convolution.name}.bias"] = offset + (weights.get(f"{convolution.name}.bias", 0) - mean) * factor
        replacements[layer.name] = convolution.name
        changed[convolution.name] = dataclasses.replace(convolution, has_bias=True)
    return without(network, replacements, changed), folded


def fuse_activations(network):
    replacements, changed = {}, {}
    for layer in network.layers:
        producer = sole_producer(network, layer) if layer.operator in ACTIVATIONS else None
        if producer is not None and producer.operator in WEIGHTED:
            replacements[layer.name] = producer.name
            changed[producer.name] = dataclasses.replace(producer, activation=layer.operator)
    return without(network, replacements, changed)


def operator_writer(writers, layer, file_format):
    """What writes this layer; `writers` holds those of a file format by operator."""
    if layer.operator not in writers:
        raise SystemExit(
            f"The operator {layer.operator} ({layer.name}) cannot be written as {file_format}, only "
            f"{', '.join(sorted(writers))}.")
    return writers[layer.operator]


def sole_producer(network, layer):
    """The layer before, unless others read it too."""
    name = layer.inputs[0]
    return network.layer(name) if len(network.consumers(name)) == 1 else None
