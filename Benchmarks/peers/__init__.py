"""The engines that ConvServe is compared with, a file each: `write` makes what it loads, `load` what it runs."""

import importlib
from importlib import metadata

# Module here, and the package that brings the engine.
PACKAGES = {"onnxruntime": "onnxruntime", "openvino": "openvino", "mnn": "MNN", "ncnn": "ncnn"}
TITLES = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO", "mnn": "MNN", "ncnn": "ncnn"}


def peer(name):
    return importlib.import_module(f"peers.{name}")


def version(name):
    return metadata.version(PACKAGES[name])
