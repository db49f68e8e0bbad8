#!/usr/bin/env python3
"""Writes sobol.json: the first 1,000 points of a Sobol sequence in 21 dimensions, in 1024ths, as SciPy computes them.

    python3 Tests/Goldens/search/sobol.py    # needs scipy; written with 1.17.1
"""

import json
import pathlib

from scipy.stats import qmc

POINTS, DIMENSIONS = 1000, 21


def main():
    points = qmc.Sobol(DIMENSIONS, scramble=False).random(1024)[:POINTS] * 1024
    assert (points == points.round()).all()
    lines = ",\n".join(json.dumps([int(value) for value in point], separators=(",", ":")) for point in points)
    pathlib.Path(__file__).with_name("sobol.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
