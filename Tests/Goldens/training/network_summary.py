"""What a tensor is recognised by, small and sharp: `TensorSummary` in Swift."""

import numpy

import seeded

VALUES = 8
DIGITS = 8


def summary(name, values):
    flat = values.reshape(-1)
    count = len(flat)
    places = sorted({int(u * count) for u in seeded.unit(f"{name} places", VALUES)})
    # Plus where the hash's uniform number is below a half.
    signs = numpy.where(seeded.unit(f"{name} signs", count) < 0.5, 1, -1)
    return {
        "greatest": significant(abs(flat).max()), "norm": significant(numpy.sqrt((flat**2).sum())),
        "places": places, "values": [significant(flat[place]) for place in places],
        "signed_sum": significant((flat * signs).sum())}


def significant(value):
    return float(f"{value:.{DIGITS}g}")
