"""Pictures whose answers are known, and told apart from one another by them.

What they should be answered is asked beforehand, one at a time with nothing else going on: the soak is about answers
that load changes, mixes or loses. That they are right is what the tests of the repository are about.
"""

import base64
import dataclasses
import functools
import json
import os
import pathlib
import random
import struct
import zlib

from server import ROOT
from wire import Wire

CROPS = ("center", "stretch", "ten")
# Sums are rounded otherwise in batches of another size.
TOLERANCE = 0.002
# Two pictures have to differ by that in the probability of some class.
DISTANCE = 10 * TOLERANCE


@dataclasses.dataclass
class Picture:
    name: str
    data: bytes
    # By (model, crop): the size, and the probability of every class.
    expected: dict = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def base64(self):
        return base64.b64encode(self.data).decode()


def found():
    """Photos and small renditions of the repository, photos that its tests have fetched, and made-up ones."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    folders = [ROOT / "Tests/Goldens/images", ROOT / "Tests/Goldens/images/expected", cache / "convserve/photos"]
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir())]
    photos = [Picture(file.name, file.read_bytes()) for file in files if file.suffix in (".jpg", ".png", ".webp")]
    return photos + [Picture(f"blocks-{seed}", blocks(seed)) for seed in range(40)]


def blocks(seed):
    """A PNG of 6 x 6 blocks in random colours."""
    colours = random.Random(seed)
    rows = b""
    for _ in range(6):
        row = b"".join(bytes(colours.choices(range(256), k=3)) * 8 for _ in range(6))
        rows += (b"\0" + row) * 8
    return png(48, 48, zlib.compress(rows))


def png(width, height, data):
    """A PNG (ISO/IEC 15948) in RGB, 8 bits a sample."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


async def known(target, models):
    """The pictures that every model answers, with their answers, no two of them alike for any model and crop."""
    cases = [(model, crop) for model in models for crop in CROPS]
    kept = []
    wire = await Wire.open(target)
    for picture in found():
        if await _is_of_its_own(wire, picture, cases, kept):
            kept.append(picture)
    await wire.close()
    return kept


async def _is_of_its_own(wire, picture, cases, others):
    """Fills in what is expected, as far as the first case that is not answered, or not differently from all others."""
    for case in cases:
        prediction = await _prediction(wire, picture, *case)
        if not prediction:
            return False
        classes = {found["index"]: found["probability"] for found in prediction["classes"]}
        picture.expected[case] = ((prediction["width"], prediction["height"]), classes)
        if any(distance(classes, other.expected[case][1]) < DISTANCE for other in others):
            return False
    return True


async def _prediction(wire, picture, model, crop):
    head = (
        f"POST /v1/models/{model}/classify?top_k=100000&crop={crop} HTTP/1.1\r\n{wire.target.fields}"
        f"Content-Length: {len(picture.data)}\r\n\r\n")
    await wire.send(head.encode() + picture.data)
    answer = await wire.answer()
    return json.loads(answer.body)["predictions"][0] if answer.status == 200 else None


def distance(one, other):
    return max(abs(probability - other[index]) for index, probability in one.items())


def mistake(prediction, name, picture, model, crop):
    """What is wrong with an answer to a picture; None, if nothing is."""
    size, expected = picture.expected[model, crop]
    if prediction["image"] != name:
        return f"the answer to {name} is about {prediction['image']}"
    if (prediction["width"], prediction["height"]) != size:
        return f"{picture.name} is {size}, not {prediction['width']} x {prediction['height']}"
    for found in prediction["classes"]:
        if not abs(found["probability"] - expected[found["index"]]) <= TOLERANCE:
            return f"{picture.name}, {crop}, {model}: {found}, expected {expected[found['index']]}"
    best = prediction["classes"][0]["probability"]
    if best < max(expected.values()) - TOLERANCE:
        return f"{picture.name}, {crop}, {model}: the best class is missing"
    return None
