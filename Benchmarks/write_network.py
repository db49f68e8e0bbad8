"""Writes one network with the same random weights for ConvServe (safetensors) and for peers, in their own formats.

    write_network.py --convserve PROGRAM FOLDER NETWORK PEER...
"""

import argparse
import pathlib

from network import read_network, simplify
from peers import PACKAGES, peer
from random_weights import random_weights
from write_safetensors import write_safetensors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--convserve", required=True)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("network")
    parser.add_argument("peers", choices=PACKAGES, nargs="*")
    options = parser.parse_args()
    network = read_network(options.convserve, options.network)
    weights = random_weights(network)
    write_safetensors(options.folder / f"{network.name}.safetensors", weights)
    simplified, folded = simplify(network, weights)
    for name in options.peers:
        peer(name).write(options.folder, simplified, folded)


if __name__ == "__main__":
    main()
