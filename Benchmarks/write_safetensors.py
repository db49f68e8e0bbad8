"""Weights as safetensors: eight bytes of header length, the header as JSON, the tensors one after the other."""

import json
import struct


def write_safetensors(path, weights):
    header, position = {}, 0
    for name, value in weights.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [position, position + value.nbytes]}
        position += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in weights.values():
            file.write(value.astype("<f4").tobytes())
