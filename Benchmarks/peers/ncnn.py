"""ncnn (Tencent), with Winograd and packed layouts as it has them by default, and float32 throughout.

It has no batches: the samples of a batch run one after the other, each on all threads.
"""

import atexit

import ncnn
import numpy

from write_ncnn import write_ncnn as write

__all__ = ["load", "write"]

LESS_PRECISE = [
    "use_bf16_packed", "use_bf16_storage", "use_fp16_arithmetic", "use_fp16_packed", "use_fp16_storage",
    "use_int8_inference"]


def load(folder, name, batch, threads):
    network = ncnn.Net()
    network.opt.num_threads = threads
    for option in LESS_PRECISE:
        setattr(network.opt, option, False)
    # Pools, as in ncnn's own benchmark: no memory is asked of the system in a run. The network does not keep them alive,
    # and must be gone before them.
    allocators = ncnn.UnlockedPoolAllocator(), ncnn.PoolAllocator()
    network.opt.blob_allocator, network.opt.workspace_allocator = allocators
    network.load_param(str(folder / f"{name}.param"))
    network.load_model(str(folder / f"{name}.bin"))
    atexit.register(release, network, allocators)
    output = network.output_names()[0]

    def run_one(sample):
        extractor = network.create_extractor()
        extractor.input("input", ncnn.Mat(sample))
        return numpy.array(extractor.extract(output)[1])

    return lambda samples: numpy.stack([run_one(sample) for sample in samples])


def release(network, _allocators):
    network.clear()
