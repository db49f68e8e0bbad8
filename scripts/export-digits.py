#!/usr/bin/env python3
"""Writes scikit-learn's handwritten digits as IDX files: `scripts/export-digits.py FOLDER`.

Needs Debian's python3-sklearn (1.2). The 1,797 pictures of 8 x 8 are the test part of "Optical Recognition of Handwritten
Digits" (Alpaydin and Kaynak, 1998). Their 16 shades become 0 to 255. Every fifth picture of each class, from its third on, is
held out as the test set, 359 in all, in the order of the data.
"""

import pathlib
import struct
import sys

from sklearn.datasets import load_digits


def write(folder, name, images, labels):
    header = struct.pack(">BBBB3I", 0, 0, 8, 3, len(images), 8, 8)
    (folder / f"{name}-images-idx3-ubyte").write_bytes(header + images.tobytes())
    (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, len(labels)) + labels.tobytes())


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    images = (digits.images * 255 / 16).round().astype("u1")
    labels = digits.target.astype("u1")
    seen, is_test = [0] * 10, []
    for label in labels:
        is_test.append(seen[label] % 5 == 2)
        seen[label] += 1
    test = [i for i, held in enumerate(is_test) if held]
    train = [i for i, held in enumerate(is_test) if not held]
    write(folder, "train", images[train], labels[train])
    write(folder, "t10k", images[test], labels[test])
    print(f"{len(train)} to train with, {len(test)} for the test, in {folder}")


if __name__ == "__main__":
    main()
