"""What the machine is and what its arithmetic reaches: no figure says anything without.

Run as a program it measures: `machine.py SIZE` multiplies matrices on the threads that OPENBLAS_NUM_THREADS allows.
"""

import os
import pathlib
import platform
import sys
import time

import numpy

from program import output_of, output_of_script

# Small enough that on a busy machine some product runs undisturbed: the best one counts.
MATRIX_SIZE = 1024
MEASURED_SECONDS = 3
# Two threads on one core share its arithmetic; on two cores they have nearly twice as much.
SAME_CORE_BELOW = 1.4


def describe_machine(threads):
    processor = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine())
    one, all_threads = sgemm(1), sgemm(threads)
    return {
        "processor": processor, "processors": os.cpu_count(), "threads": threads, "system": platform.platform(),
        "instructions": instruction_sets(), "sgemm_one_thread": one, "sgemm_all_threads": all_threads}


def sgemm(threads):
    """GFLOP/s of OpenBLAS as NumPy brings it, which then chooses its kernels by itself."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    return float(output_of_script(
        "machine.py", MATRIX_SIZE, environment=environment | {"OPENBLAS_NUM_THREADS": str(threads)}))


def instruction_sets():
    flags = set(next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "").split())
    return [name for name in ("avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16") if name in flags]


def sentences(machine):
    gain = machine["sgemm_all_threads"] / machine["sgemm_one_thread"]
    if machine["threads"] == 1:
        cores = ""
    elif gain < SAME_CORE_BELOW:
        cores = (f" That is {gain:.2f} times as much: the threads share the arithmetic of one core, whatever the system "
                 "says of cores.")
    else:
        cores = f" That is {gain:.2f} times as much: the threads have cores of their own."
    return (
        f"{machine['processor']}, {machine['processors']} processors ({', '.join(machine['instructions'])}), "
        f"{machine['system']}. Product of {MATRIX_SIZE} x {MATRIX_SIZE} matrices in f32 (OpenBLAS of NumPy): "
        f"{machine['sgemm_one_thread']:.0f} GFLOP/s on one thread, {machine['sgemm_all_threads']:.0f} on "
        f"{machine['threads']}.{cores}")


def revision():
    """The commit that is measured, and whether files differ from it."""
    folder = pathlib.Path(__file__).parent
    return output_of("git", "-C", folder, "describe", "--always", "--dirty", "--exclude", "*").strip()


def fastest_product(size):
    matrix = numpy.ones((size, size), numpy.float32)
    result = matrix @ matrix
    best, end = float("inf"), time.perf_counter() + MEASURED_SECONDS
    while time.perf_counter() < end:
        begin = time.perf_counter()
        numpy.matmul(matrix, matrix, out=result)
        best = min(best, time.perf_counter() - begin)
    return 2 * size**3 / best / 1e9


if __name__ == "__main__":
    print(fastest_product(int(sys.argv[1])))
