"""Random weights for any network of which a summary tells the layers.

Weights follow He et al. (Delving Deep into Rectifiers, 2015): normal with variance 2 / fan-in, so that activations
neither vanish nor explode. Batch normalisation gets variances around 10,000 and scales around 100: a summary does not
state its epsilon, and beside 10,000 it has no weight.
"""

import math

import numpy

from network import WEIGHTED

# Residual branches are damped, or the sums of 50 blocks would grow without bound.
RESIDUAL_DAMPING = 0.3


def random_weights(network, seed=1):
    """Arrays by name, as torchvision and ConvServe name them."""
    generator = numpy.random.default_rng(seed)
    damped = {residual_branch(network, layer) for layer in network.layers if layer.operator == "add"}
    weights = {}
    for layer in network.layers:
        if layer.operator in WEIGHTED:
            weights.update(he_weights(layer, generator))
        elif layer.operator == "batch_normalization":
            weights.update(statistics(layer, generator, RESIDUAL_DAMPING if layer.name in damped else 1.0))
    return weights


def residual_branch(network, addition):
    """The first summand that nothing else reads: the shortcut is read by the branch too, or stands second."""
    return next((name for name in addition.inputs if len(network.consumers(name)) == 1), None)


def he_weights(layer, generator):
    weight = normal(generator, layer.weight_shape, 2 / math.prod(layer.weight_shape[1:]))
    bias = {f"{layer.name}.bias": normal(generator, layer.weight_shape[:1], 0.01)} if layer.has_bias else {}
    return {f"{layer.name}.weight": weight} | bias


def statistics(layer, generator, damping):
    channels = layer.output_shape[:1]
    return {
        f"{layer.name}.weight": damping * uniform(generator, 80, 120, channels),
        f"{layer.name}.bias": normal(generator, channels, 0.01),
        f"{layer.name}.running_mean": normal(generator, channels, 0.01),
        f"{layer.name}.running_var": uniform(generator, 8_000, 12_000, channels),
    }


def normal(generator, shape, variance):
    return generator.standard_normal(shape, dtype=numpy.float32) * numpy.float32(math.sqrt(variance))


def uniform(generator, low, high, shape):
    return generator.uniform(low, high, shape).astype(numpy.float32)
