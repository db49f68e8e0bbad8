"""What the machine is, what else it does, and what its arithmetic reaches: no figure says anything without."""

import json
import os
import platform

from program import HERE, output_of

# Others may compute too: the best of some measurements is nearest to what the machine can do.
MEASUREMENTS = 3
# Two threads on one core share its arithmetic; on two cores they have nearly twice as much.
SAME_CORE_BELOW = 1.4


def describe_machine(convserve, threads):
    processor = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine())
    return {
        "processor": processor, "processors": os.cpu_count(), "threads": threads, "system": platform.platform(),
        "instructions": instruction_sets(),
        "gflops_one_thread": limit(convserve, 1), "gflops_all_threads": limit(convserve, threads)}


def limit(convserve, threads):
    """GFLOP/s of multiply-accumulates on values in the first-level cache; the network does not matter."""
    return max(
        json.loads(output_of(convserve, "bench", "lenet5", "--layers", "--runs", 1, "--threads", threads, "--json"))
        ["limit_gflops_per_second"] for _ in range(MEASUREMENTS))


def instruction_sets():
    flags = set(next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "").split())
    return [name for name in ("avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16") if name in flags]


def kind(machine, cpu):
    """What decides how fast an engine is: the greatest of its instructions, and those that it was held to."""
    greatest = next(
        (name for flag, name in (("amx_bf16", "AMX"), ("avx512f", "AVX-512"), ("avx2", "AVX2"))
         if flag in machine["instructions"]), "plain")
    held = {"avx2": "AVX2", "avx512": "AVX-512"}.get(cpu, greatest)
    return greatest if held == greatest else f"{greatest}, held to {held}"


def sentences(machine):
    return (
        f"{machine['processor']}, {machine['processors']} processors ({', '.join(machine['instructions'])}), "
        f"{machine['system']}. Limit of f32 arithmetic, measured: "
        f"{machine['gflops_one_thread']:.0f} GFLOP/s on one thread" + sentence_on_cores(machine))


def sentence_on_cores(machine):
    if machine["threads"] == 1:
        return "."
    gain = machine["gflops_all_threads"] / machine["gflops_one_thread"]
    cores = (
        "so the threads share one core, whatever the system says of cores" if gain < SAME_CORE_BELOW
        else "so the threads have cores of their own")
    return f", {machine['gflops_all_threads']:.0f} on {machine['threads']}, {cores}."


def revision():
    """The commit that is measured, and whether files differ from it."""
    return output_of("git", "-C", HERE, "describe", "--always", "--dirty", "--exclude", "*").strip()
