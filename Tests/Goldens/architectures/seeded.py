"""Weights and inputs that Swift makes too, value for value: Tests/TestSupport/SeededWeights.swift.

Value i of tensor `name` comes from SplitMix64 (Steele et al., 2014) over a counter that starts at the 64-bit FNV-1a
hash of the name.
"""

import numpy as np

MASK = (1 << 64) - 1


def fnv1a(name):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    return state


def unit(name, count):
    """`count` uniform doubles in [0, 1), multiples of 2^-24."""
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / (1 << 24)


def tensor(name, shape):
    """float32 values for the parameter `name`: He-uniform kernels, batch normalisation near the identity."""
    u = unit(name, int(np.prod(shape)))
    if name.endswith("running_var"):
        values = 0.5 + u
    elif name.endswith("running_mean") or name.endswith("bias"):
        values = 0.2 * (u - 0.5)
    elif len(shape) == 1:
        values = 0.75 + 0.5 * u
    else:
        bound = np.sqrt(6 / float(np.prod(shape[1:])))
        values = (2 * u - 1) * bound
    return values.astype(np.float32).reshape(shape)


def network_input(shape):
    """float32 values in [-1.5, 1.5)."""
    u = unit("input", int(np.prod(shape)))
    return ((2 * u - 1) * 1.5).astype(np.float32).reshape(shape)
