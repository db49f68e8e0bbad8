"""The networks alone: ConvServe and each peer in turns, a process for each measurement.

Measurements that others disturbed are made again; those that stay disturbed count only where an engine has no others.
"""

import json
import os
import shutil
import statistics

import numpy
from PIL import Image

from free_cores import measure_undisturbed
from machine import instruction_sets
from network import read_network
from peers import TITLES
from program import output_of, output_of_script, say

# The engines fold and sum in different orders; float32 over 150 layers keeps about four digits.
TOLERANCE = 1e-3
OURS = "convserve"
# The same without products of bfloat16 terms, where the processor has those.
PLAIN = "convserve --cpu avx512"
# Runs of a measurement: as many as about a second takes at this pace.
NOMINAL_FLOPS_PER_SECOND = 60e9
FEWEST_RUNS, MOST_RUNS = 3, 200


def measure_engines(options, folder):
    """A list of rows: network, batch, and each engine's rounds, as milliseconds and whether they were undisturbed."""
    rows = []
    for name in options.networks:
        network = read_network(options.convserve, name)
        output_of_script("write_network.py", "--convserve", options.convserve, folder, name, *options.peers)
        agreement = check_logits(options, folder, network)
        for batch in options.batches:
            rows.append({
                "network": name, "batch": batch, "flops": network.flops, "logits_differ_by": agreement,
                "rounds": measure_rounds(options, folder, network, batch)})
        for file in folder.glob(f"{name}.*"):
            file.unlink()
    return rows


def measure_rounds(options, folder, network, batch):
    engines = [OURS, *([PLAIN] if options.cpu is None and "amx_bf16" in instruction_sets() else []), *options.peers]
    runs = options.runs or suitable_runs(network, batch)
    rounds = {engine: [] for engine in engines}
    for turn in range(options.rounds):
        # Each round begins with another engine, so that none always follows the same one.
        first = turn % len(engines)
        for engine in engines[first:] + engines[:first]:
            milliseconds, is_undisturbed = measure_undisturbed(
                lambda engine=engine: measure(options, folder, network, engine, batch, runs), options.threads)
            rounds[engine].append({"ms": milliseconds, "undisturbed": is_undisturbed})
    say(f"{network.name}, batch {batch}, {runs} runs: " + ", ".join(
        f"{engine} {statistics.median(counted(measured)):.2f} ms" for engine, measured in rounds.items()))
    return rounds


def counted(rounds):
    """The times that count: of undisturbed rounds, or of all where there are none."""
    return [r["ms"] for r in rounds if r["undisturbed"]] or [r["ms"] for r in rounds]


def suitable_runs(network, batch):
    return max(FEWEST_RUNS, min(MOST_RUNS, round(NOMINAL_FLOPS_PER_SECOND / (network.flops * batch))))


def measure(options, folder, network, engine, batch, runs):
    arguments = ["--batch", batch, "--threads", options.threads, "--runs", runs]
    if engine in (OURS, PLAIN):
        cpu = engine.split()[1:] + (["--cpu", options.cpu] if options.cpu else [])
        text = output_of(
            options.convserve, "bench", network.name, *arguments, *cpu, "--json", environment=own_environment(folder))
    else:
        text = output_of_script(
            "time_peer.py", engine, folder, network.name, *arguments, "--input-shape", *network.input_shape,
            environment=peers_environment(options.cpu))
    # An engine may print before that.
    return json.loads(text.splitlines()[-1])["median_ms"]


def peers_environment(cpu):
    """Holds peers to the same instructions where they can be: oneDNN, which OpenVINO computes with, has a variable."""
    isa = {"avx2": "AVX2", "avx512": "AVX512_CORE"}.get(cpu)
    return os.environ | ({"ONEDNN_MAX_CPU_ISA": isa, "DNNL_MAX_CPU_ISA": isa} if isa else {})


def own_environment(folder):
    """What ConvServe learns of the machine is learnt in this run."""
    return os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}


def check_logits(options, folder, network):
    """The greatest difference of any engine's logits from ConvServe's, relative to the greatest logit.

    Peers run the greatest batch, so that each sample's answer is seen.
    """
    channels, height, width = network.input_shape
    pixels = numpy.random.default_rng(2).integers(0, 256, (height, width, channels), dtype=numpy.uint8)
    ours = own_logits(options, folder, network, pixels)
    sample = ((pixels.transpose(2, 0, 1) / 255 - 0.5) / 0.25).astype(numpy.float32)
    numpy.save(folder / f"{network.name}.samples.npy", numpy.stack([sample] * max(options.batches)))
    differences = [0.0]
    for engine in options.peers:
        theirs = peer_logits(options, folder, network, engine)
        if theirs.shape != (max(options.batches), len(ours)):
            raise SystemExit(f"{network.name}: {TITLES[engine]} answers with logits of shape {theirs.shape}.")
        difference = float(numpy.abs(theirs - ours).max() / numpy.abs(ours).max())
        if not difference < TOLERANCE:
            raise SystemExit(
                f"{network.name}: the logits of {TITLES[engine]} differ by {difference:.1e} of the greatest: "
                "the times would compare nothing.")
        differences.append(difference)
    return max(differences)


def own_logits(options, folder, network, pixels):
    # The picture has the network's size already, so nothing is resampled.
    side = network.input_shape[1]
    preprocessing = {"crop": {"center": side}, "scale": 1 / 255, "mean": [0.5] * 3, "std": [0.25] * 3}
    names = {ending: folder / f"{network.name}.{ending}" for ending in ("png", "preprocessing.json", "safetensors")}
    Image.fromarray(pixels).save(names["png"])
    names["preprocessing.json"].write_text(json.dumps(preprocessing))
    models = folder / "models"
    output_of(
        options.convserve, "import", "--architecture", network.name, "--models", models, "--force", "--preprocessing",
        names["preprocessing.json"], "--licence", "CC0-1.0", names["safetensors"])
    answer = json.loads(output_of(
        options.convserve, "classify", names["png"], "--models", models, "--model", network.name, "--scores", "logit",
        "--top-k", 100_000, "--json", environment=own_environment(folder)))
    shutil.rmtree(models)
    classes = sorted(answer["predictions"][0]["classes"], key=lambda entry: entry["index"])
    return numpy.array([entry["logit"] for entry in classes])


def peer_logits(options, folder, network, engine):
    logits = folder / f"{network.name}.{engine}.npy"
    output_of_script(
        "time_peer.py", engine, folder, network.name, "--batch", max(options.batches), "--threads", options.threads,
        "--samples", folder / f"{network.name}.samples.npy", "--logits", logits)
    return numpy.load(logits)
