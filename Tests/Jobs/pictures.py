"""Photos for tests: drawn shapes as PNG, by the standard library alone."""

import pathlib
import random
import struct
import zlib

SIDE = 32


def png(rows):
    """A PNG of rows of (red, green, blue)."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    raw = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def inside(shape, x, y, size):
    """Whether a point, relative to the middle, is part of the shape."""
    if shape == "circle":
        return x * x + y * y < size * size
    if shape == "square":
        return abs(x) < size * 0.9 and abs(y) < size * 0.9
    return abs(x) < size / 3 or abs(y) < size / 3


def drawn(shape, dice):
    """One photo of a shape: place, size, colours and noise are drawn."""
    size, left, top = dice.uniform(6, 11), dice.uniform(12, 20), dice.uniform(12, 20)
    front = [dice.randrange(140, 256) for _ in range(3)]
    back = [dice.randrange(0, 110) for _ in range(3)]
    def pixel(x, y):
        colour = front if inside(shape, x - left, y - top, size) else back
        return tuple(min(255, max(0, value + dice.randrange(-20, 21))) for value in colour)
    return png([[pixel(x, y) for x in range(SIDE)] for y in range(SIDE)])


def draw(folder, each=20, shapes=("circle", "cross", "square"), seed=1):
    """A folder of class folders with so many photos each; returns {CLASS/FILE: bytes}."""
    dice = random.Random(seed)
    photos = {f"{shape}/{number:03}.png": drawn(shape, dice) for shape in shapes for number in range(each)}
    if folder:
        for name, data in photos.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return photos


def form(photos):
    """Photos as multipart/form-data: its type and its bytes."""
    parts = [
        b'--drawn\r\nContent-Disposition: form-data; name="photos"; filename="%s"\r\n\r\n' % name.encode() + data + b"\r\n"
        for name, data in photos.items()]
    return "multipart/form-data; boundary=drawn", b"".join(parts) + b"--drawn--\r\n"
