"""One measurement of one peer, in a process of its own: prints the median of the runs' milliseconds as JSON.

    time_peer.py PEER FOLDER NETWORK --batch 1 --threads 2 --runs 20 [--logits FILE --samples FILE]

With --logits it writes what the network says to the samples of a NumPy file instead, and times nothing.
"""

import argparse
import json
import pathlib
import statistics
import time

import numpy

from peers import PACKAGES, peer

WARM_UP_RUNS = 3
WARM_UP_SECONDS = 1


def main():
    options = parse_options()
    run = peer(options.peer).load(options.folder, options.network, options.batch, options.threads)
    if options.logits:
        numpy.save(options.logits, run(numpy.load(options.samples)))
        return
    samples = numpy.full((options.batch, *options.input_shape), 0.5, numpy.float32)
    warm_up(run, samples)
    print(json.dumps({"median_ms": statistics.median(milliseconds(run, samples) for _ in range(options.runs))}))


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=PACKAGES)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("network")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--input-shape", type=int, nargs=3, default=[3, 224, 224])
    parser.add_argument("--samples", type=pathlib.Path)
    parser.add_argument("--logits", type=pathlib.Path)
    return parser.parse_args()


def warm_up(run, samples):
    """Three runs, or as many as a second takes: the first one is the one that counts."""
    begin = time.perf_counter()
    for _ in range(WARM_UP_RUNS):
        run(samples)
        if time.perf_counter() - begin > WARM_UP_SECONDS:
            break


def milliseconds(run, samples):
    begin = time.perf_counter()
    run(samples)
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main()
