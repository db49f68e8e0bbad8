#!/usr/bin/env python3
"""Writes what PyTorch computes in training: see README.md. Needs Debian's python3-torch and python3-torchvision.

    /usr/bin/python3 Tests/Goldens/training/generate.py [operators] [losses] [networks]
"""

import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
# Weights and images of the architectures' goldens, which Swift makes too.
sys.path.insert(0, str(HERE.parent / "architectures"))

import loss_gradients  # noqa: E402
import network_gradients  # noqa: E402
import operator_gradients  # noqa: E402

PARTS = {
    "operators": (operator_gradients, "operator_gradients.json"),
    "losses": (loss_gradients, "loss_gradients.json"),
    "networks": (network_gradients, "network_gradients.json")}


def main():
    torch.set_num_threads(2)
    for name in sys.argv[1:] or PARTS:
        module, file = PARTS[name]
        module.write(HERE / file)
        print(f"{file}: {(HERE / file).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
