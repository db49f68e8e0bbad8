"""Small drawn pictures as IDX files, for searches that take no time."""

import struct


def write(folder, dice):
    """Pictures of 8 x 8 in three classes: a bright column at the left, in the middle or at the right, and noise."""
    folder.mkdir()
    for name, count in (("train", 480), ("t10k", 90)):
        pixels = bytes(
            dice.randrange(120) + (120 if index % 8 // 3 == index // 64 % 3 else 0) for index in range(count * 64)
        )
        labels = bytes(index % 3 for index in range(count))
        (folder / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">BBBB3I", 0, 0, 8, 3, count, 8, 8) + pixels)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, count) + labels)
