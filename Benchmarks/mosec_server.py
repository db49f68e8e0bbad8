"""The server that ConvServe is compared with: mosec, Pillow and ONNX Runtime, as one would write it in Python.

A JPEG in the body, the five best classes as JSON. What runs where is set by the environment: MODEL, LAYOUT (a name of
mosec_layouts); mosec's own --address and --port say where it listens.
"""

import io
import json
import os

import numpy
import onnxruntime
from mosec import Server, Worker
from PIL import Image

from mosec_layouts import LAYOUTS

MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32) * 255
DEVIATION = numpy.array([0.229, 0.224, 0.225], numpy.float32) * 255


def decode(data):
    """Shorter side 256, the 224 x 224 in the middle, normalised: 3 x 224 x 224."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    factor = 256 / min(image.size)
    image = image.resize([int(side * factor) for side in image.size], Image.Resampling.BILINEAR)
    left, top = round((image.width - 224) / 2), round((image.height - 224) / 2)
    pixels = numpy.asarray(image.crop((left, top, left + 224, top + 224)), numpy.float32)
    return numpy.ascontiguousarray(((pixels - MEAN) / DEVIATION).transpose(2, 0, 1))


def best_classes(logits):
    exponentials = numpy.exp(logits - logits.max())
    probabilities = exponentials / exponentials.sum()
    best = numpy.argpartition(probabilities, -5)[-5:]
    best = best[numpy.argsort(-probabilities[best])]
    return {"classes": [{"index": int(index), "probability": float(probabilities[index])} for index in best]}


class Decoder(Worker):
    def deserialize(self, data):
        return data

    def forward(self, data):
        return decode(data)


class Classifier(Worker):
    """Takes samples from decoders; with none of those, the bytes of images."""

    def __init__(self):
        layout = LAYOUTS[os.environ["LAYOUT"]]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = layout.threads
        options.inter_op_num_threads = 1
        # Idle threads that spin would take the processors that decoding needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.decodes = layout.decoders == 0
        self.is_batched = layout.batch > 1
        self.session = onnxruntime.InferenceSession(
            os.environ["MODEL"], options, providers=["CPUExecutionProvider"])

    def deserialize(self, data):
        return data

    def serialize(self, answer):
        return json.dumps(answer).encode()

    def forward(self, data):
        items = data if self.is_batched else [data]
        samples = numpy.stack([decode(item) if self.decodes else item for item in items])
        answers = [best_classes(logits) for logits in self.session.run(None, {"input": samples})[0]]
        return answers if self.is_batched else answers[0]


def main():
    layout = LAYOUTS[os.environ["LAYOUT"]]
    server = Server()
    if layout.decoders > 0:
        server.append_worker(Decoder, num=layout.decoders)
    server.append_worker(
        Classifier, num=layout.inferring, max_batch_size=layout.batch, max_wait_time=layout.wait_ms)
    server.run()


if __name__ == "__main__":
    main()
