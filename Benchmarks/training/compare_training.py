#!/usr/bin/env python3
"""Training speed of ConvServe beside PyTorch, in turns, on this machine; prints Markdown.

    Benchmarks/training/compare_training.py --convserve .build/release/convserve --torch /usr/bin/python3 [--torch ...]

Every `--torch` is a Python that has PyTorch; the fastest of them, in the faster of its two layouts, counts. A ratio of speeds
above 1 means that ConvServe is faster, one of memory below 1 that it takes less: ours is all that the process ever held,
PyTorch's what it grew by after it was imported, so that the comparison is in its favour. Each round measures every program once, in
processes of their own; the tables give medians of the rounds. Without --convserve PyTorch is measured alone.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from program import output_of, say  # noqa: E402
from quiet import ACCEPTED, measure_undisturbed  # noqa: E402


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    # Names of the network in our catalogue and in torch_networks.py.
    ours: str
    theirs: str
    input: str
    their_input: str
    batch: int
    classes: int
    # Steps of ours in a round; PyTorch takes as many as fit into --seconds.
    steps: int


# Classes are what our architectures have by default.
# LeNet-5 takes 32 x 32. PyTorch's has 28 x 28 and pads in its first convolution, which is a little less to compute.
WORKLOADS = [
    Workload("LeNet-5, 28 px", "lenet5", "lenet5-28", "1x32x32", "1x28x28", 128, 10, 100),
    Workload("ResNet-20, 1x28x28", "resnet20", "resnet20", "1x28x28", "1x28x28", 128, 10, 20),
    Workload("ResNet-20, 3x32x32", "resnet20", "resnet20", "3x32x32", "3x32x32", 128, 10, 20),
    Workload("ResNet-18, 224 px", "resnet18", "resnet18", "3x224x224", "3x224x224", 16, 1000, 6),
    Workload("MobileNetV2, 224 px", "mobilenet_v2", "mobilenet_v2", "3x224x224", "3x224x224", 16, 1000, 6),
    Workload("EfficientNet-Lite0, 224 px", "efficientnet-lite0", "efficientnet-lite0", "3x224x224", "3x224x224", 16, 1000, 6),
]
LAYOUTS = ["contiguous", "channels_last"]
# What holds PyTorch and its oneDNN to the instructions that `--cpu` names.
INSTRUCTIONS = {
    "avx2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2",
             "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "avx512": {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16", "DNNL_MAX_CPU_ISA": "AVX512_CORE_BF16"}}


def main():
    options = parse_options()
    machine = {"date": datetime.date.today().isoformat(), "processor": processor(), "processors": os.cpu_count(),
               "threads": options.threads, "rounds": options.rounds, "seconds": options.seconds}
    rows = []
    for workload in chosen(options.workloads):
        for cpu in options.cpu:
            rows.append(measure(workload, cpu, options))
            # After each, so that whoever stops the run has what was measured.
            if options.results:
                options.results.write_text(json.dumps({**machine, "rows": rows}, indent=1) + "\n")
    print("\n".join(table(rows)))


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--convserve", help="the program, built for release")
    parser.add_argument("--command", nargs="+", default=["bench", "{network}", "--train"],
                        help="its command; {network} is the name, options follow")
    parser.add_argument("--torch", action="append", default=[], help="a Python that has PyTorch")
    parser.add_argument("--compile", action="store_true", help="also by torch.compile")
    parser.add_argument("--cpu", nargs="+", choices=INSTRUCTIONS, default=["avx2", "avx512"], help="instructions")
    parser.add_argument("--workloads", nargs="+", help="how their names begin (default: all)")
    parser.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=LAYOUTS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="how long PyTorch is measured in a round")
    parser.add_argument("--longest-wait", type=float, default=60, help="seconds to wait for a quiet machine, each time")
    parser.add_argument("--tries", type=int, default=3, help="measurements, until others leave one undisturbed")
    parser.add_argument("--results", type=pathlib.Path, help="every round's figures as JSON")
    return parser.parse_args()


def chosen(parts):
    workloads = [w for w in WORKLOADS if not parts or any(w.name.lower().startswith(part.lower()) for part in parts)]
    if not workloads:
        raise SystemExit(f"No workload is called that; there are {', '.join(w.name for w in WORKLOADS)}.")
    return workloads


def measure(workload, cpu, options):
    """A row: {"workload", "batch", "cpu", "programs": {name: [a round's figures, ...]}}."""
    programs = programs_for(workload, cpu, options)
    rounds = {name: [] for name in programs}
    for index in range(options.rounds):
        for name, run in programs.items():
            say(f"{workload.name}, {cpu}, round {index + 1}: {name}")
            figures = measure_undisturbed(run, options.longest_wait, options.tries)
            say(f"    {figures['images_per_second']} images/s, others took {figures['others']:.0%} of the processors")
            rounds[name].append(figures)
    return {"workload": workload.name, "batch": workload.batch, "cpu": cpu, "programs": rounds}


def programs_for(workload, cpu, options):
    """Functions that measure once, by name, in the order of their turns."""
    programs = {}
    if options.convserve:
        programs["ConvServe"] = lambda: run_ours(workload, cpu, options)
    for python in options.torch:
        version = output_of(python, "-c", "import torch; print(torch.__version__)").strip()
        for layout in options.layouts:
            for extra in ([], ["--compile"]) if options.compile else ([],):
                name = " ".join([f"torch {version}", layout.replace("_", " "), *(part.strip("-") for part in extra)])
                programs[name] = (
                    lambda python=python, layout=layout, extra=extra: run_torch(
                        workload, cpu, options, python, layout, extra))
    if not programs:
        raise SystemExit("Name a program to measure: --convserve, --torch.")
    return programs


def run_ours(workload, cpu, options):
    words = [word.format(network=workload.ours) for word in options.command]
    return json.loads(output_of(
        options.convserve, *words, "--batch", workload.batch, "--runs", workload.steps, "--input", workload.input,
        "--threads", options.threads, "--cpu", cpu, "--json"))


def run_torch(workload, cpu, options, python, layout, extra):
    return json.loads(output_of(
        python, HERE / "torch_training.py", workload.theirs, "--input", workload.their_input, "--batch-size",
        workload.batch, "--classes", workload.classes, "--threads", options.threads, "--layout", layout, "--seconds", options.seconds, *extra,
        environment={**os.environ, **INSTRUCTIONS[cpu], "PYTHONDONTWRITEBYTECODE": "1"}))


def table(rows):
    has_ours = any("ConvServe" in row["programs"] for row in rows)
    head = ["training, images/s", "instructions"] + (["ConvServe"] if has_ours else [])
    head += ["fastest torch", "which"] + (["speed, ratio", "memory, MB", "torch's", "ratio"] if has_ours else ["MB"])
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(cells(row)) + " |"
    others = max(figures["others"] for row in rows for rounds in row["programs"].values() for figures in rounds)
    if others > ACCEPTED:
        yield f"\n**Others computed too, up to {others:.0%} of the processors' time: these figures mean little.**"


def cells(row):
    ours = row["programs"].get("ConvServe")
    theirs = {name: rounds for name, rounds in row["programs"].items() if name != "ConvServe"}
    fields = [f"{row['workload']}, batch {row['batch']}", row["cpu"]]
    if not theirs:
        return fields + [speed(ours), "-", "-", "-", megabytes(ours), "-", "-"]
    fastest = max(theirs, key=lambda name: median(theirs[name], "images_per_second"))
    peer = theirs[fastest]
    if not ours:
        return fields + [speed(peer), fastest, megabytes(peer)]
    return fields + [
        speed(ours), speed(peer), fastest, ratio(ours, peer, "images_per_second"), megabytes(ours), megabytes(peer),
        ratio(ours, peer, "peak_bytes")]


def median(rounds, key):
    return statistics.median(figures[key] for figures in rounds)


def speed(rounds):
    return f"{median(rounds, 'images_per_second'):.4g}"


def megabytes(rounds):
    return f"{median(rounds, 'peak_bytes') / 1e6:.0f}"


def ratio(ours, theirs, key):
    """The median of the rounds' ratios: programs that take turns see the same machine."""
    return f"{statistics.median(a[key] / b[key] for a, b in zip(ours, theirs)):.2f}"


def processor():
    return next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")


if __name__ == "__main__":
    main()
