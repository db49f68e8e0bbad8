"""ONNX Runtime (Microsoft)."""

import onnxruntime

from write_onnx import write_onnx


def write(folder, network, weights):
    write_onnx(folder / f"{network.name}.onnx", network, weights)


def load(folder, name, batch, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_free_dimension_override_by_name("batch", batch)
    session = onnxruntime.InferenceSession(
        folder / f"{name}.onnx", options, providers=["CPUExecutionProvider"])
    return lambda samples: session.run(None, {"input": samples})[0]
