"""OpenVINO (Intel), told to compute in float32 where the processor also has less precise types."""

import openvino

from peers import onnxruntime

# The same file; it reads ONNX itself.
write = onnxruntime.write


def load(folder, name, batch, threads):
    core = openvino.Core()
    model = core.read_model(folder / f"{name}.onnx")
    model.reshape([batch, *(extent.get_length() for extent in list(model.input().partial_shape)[1:])])
    request = core.compile_model(model, "CPU", {
        "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads,
    }).create_infer_request()
    output = request.get_output_tensor()

    def run(samples):
        request.set_input_tensor(openvino.Tensor(samples, shared_memory=True))
        request.infer()
        return output.data

    return run
