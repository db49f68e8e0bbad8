"""MNN (Alibaba), its file made by its own converter, computing in float32 (`precision` high)."""

import MNN
import numpy
# The converter itself: the program `mnnconvert` around it installs a package of its own and reports each use.
from _tools import mnnconvert

from peers import onnxruntime


def write(folder, network, weights):
    source = folder / f"{network.name}.onnx"
    if not source.exists():
        onnxruntime.write(folder, network, weights)
    mnnconvert([
        "mnnconvert", "-f", "ONNX", "--modelFile", str(source), "--MNNModel", str(folder / f"{network.name}.mnn"),
        "--bizCode", "benchmark"])


def load(folder, name, batch, threads):
    interpreter = MNN.Interpreter(str(folder / f"{name}.mnn"))
    session = interpreter.createSession({"backend": "CPU", "numThread": threads, "precision": "high"})
    given = interpreter.getSessionInput(session)
    interpreter.resizeTensor(given, (batch, *given.getShape()[1:]))
    interpreter.resizeSession(session)
    answer = interpreter.getSessionOutput(session)
    logits = numpy.empty(answer.getShape(), numpy.float32)

    def run(samples):
        given.copyFrom(wrapped(samples))
        interpreter.runSession(session)
        copy = wrapped(logits)
        answer.copyToHostTensor(copy)
        return numpy.array(copy.getNumpyData()).reshape(logits.shape)

    return run


def wrapped(array):
    return MNN.Tensor(array.shape, MNN.Halide_Type_Float, array, MNN.Tensor_DimensionType_Caffe)
