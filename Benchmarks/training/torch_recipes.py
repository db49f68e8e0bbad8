#!/usr/bin/env python3
"""LeNet-5 on Fashion-MNIST by PyTorch: the test accuracies that ours are compared with; prints JSON, a line a run.

    torch_recipes.py [--networks lenet5 lenet5-relu] [--seeds 0 1 2] [--data FOLDER] [--threads 2]

The recipe stands in RECIPE. Of the 60,000 training images the last 5,000 of a seeded permutation are held out for
choices; the test set is read once, after the last epoch. PyTorch's default initialisation; no augmentation. The data are
Debian's package dataset-fashion-mnist, IDX files. LeNet-5 takes 32 x 32: the 28 x 28 images get two black pixels on each
edge, as in LeCun et al. 1998, and are then normalised.
"""

import argparse
import gzip
import json
import math
import pathlib
import time

import numpy
import torch
import torch.nn.functional as functional

import torch_networks

RECIPE = {
    "batch_size": 128, "epochs": 15, "optimizer": "sgd", "momentum": 0.9, "learning_rate": 0.05,
    "schedule": "cosine to 0, a value a step, without warm-up", "weight_decay": 5e-4,
    "mean": 0.2860, "deviation": 0.3530, "held_out": 5000, "label_smoothing": 0.0,
    # The last batch of an epoch, which is smaller, is used too.
    "drops_last_batch": False}
IMAGE_EDGE = 28
NETWORK_EDGE = 32
# Rows of the four-dimensional IDX header: a magic number, then the extents.
IDX_WORD = 4


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    training, test = (read_set(options.data, name) for name in ("train", "t10k"))
    for network in options.networks:
        for seed in options.seeds:
            print(json.dumps(run(network, seed, training, test, options.epochs)), flush=True)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/usr/share/datasets/fashion-mnist"))
    parser.add_argument("--networks", nargs="+", choices=["lenet5", "lenet5-relu"], default=["lenet5", "lenet5-relu"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=RECIPE["epochs"])
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def read_set(folder, name):
    """Images `[N, 1, 32, 32]`, normalised, and labels `[N]`."""
    images = read_idx(folder / f"{name}-images-idx3-ubyte.gz").astype(numpy.float32) / 255
    edge = (NETWORK_EDGE - IMAGE_EDGE) // 2
    padded = numpy.pad(images, ((0, 0), (edge, edge), (edge, edge)))
    normalised = (padded - RECIPE["mean"]) / RECIPE["deviation"]
    labels = read_idx(folder / f"{name}-labels-idx1-ubyte.gz").astype(numpy.int64)
    return torch.from_numpy(normalised.astype(numpy.float32)[:, None]), torch.from_numpy(labels)


def read_idx(path):
    """The IDX format: two zero bytes, the type (8: unsigned bytes), the number of extents, the extents, the values."""
    content = gzip.open(path).read()
    if content[:3] != b"\0\0\x08":
        raise SystemExit(f"{path} is no IDX file of unsigned bytes.")
    count = content[3]
    extents = numpy.frombuffer(content, ">u4", count, IDX_WORD)
    return numpy.frombuffer(content, numpy.uint8, offset=IDX_WORD * (1 + count)).reshape(extents)


def run(network, seed, training, test, epochs):
    torch.manual_seed(seed)
    model = torch_networks.make(network, channels=1, classes=10)
    images, labels = training
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    used, held_out = order[:-RECIPE["held_out"]], order[-RECIPE["held_out"]:]
    start = time.perf_counter()
    train(model, images, labels, used, epochs)
    seconds = time.perf_counter() - start
    return {
        "network": network, "seed": seed, "epochs": epochs, "torch": torch.__version__,
        "train_accuracy": accuracy(model, images[used], labels[used]),
        "validation_accuracy": accuracy(model, images[held_out], labels[held_out]),
        "test_accuracy": accuracy(model, *test), "images_per_second": round(epochs * len(used) / seconds)}


def train(model, images, labels, used, epochs):
    optimizer = torch.optim.SGD(
        model.parameters(), RECIPE["learning_rate"], RECIPE["momentum"], weight_decay=RECIPE["weight_decay"])
    batch = RECIPE["batch_size"]
    steps, step = epochs * math.ceil(len(used) / batch), 0
    for _ in range(epochs):
        for indices in used[torch.randperm(len(used))].split(batch):
            for group in optimizer.param_groups:
                group["lr"] = RECIPE["learning_rate"] * (1 + math.cos(math.pi * step / steps)) / 2
            optimizer.zero_grad(set_to_none=True)
            logits = model(images[indices])
            functional.cross_entropy(logits, labels[indices], label_smoothing=RECIPE["label_smoothing"]).backward()
            optimizer.step()
            step += 1


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        answers = torch.cat([model(part).argmax(1) for part in images.split(1000)])
    model.train()
    return round((answers == labels).double().mean().item(), 4)


if __name__ == "__main__":
    main()
