#!/usr/bin/env python3
"""Three folders of pictures to adapt to, out of Debian's packages tuxpaint-stamps-default and openclipart-png.

    Benchmarks/adaptation/make_folders.py FOLDER

makes FOLDER/photographs (cut-out photographs of animals, food, plants and vehicles on white), FOLDER/drawings (clip art of
animals, food, people and transport) and FOLDER/tiny (birds, fish and mammals, 12 pictures each). The choice depends on the
packages' versions alone. Needs Pillow.
"""

import hashlib
import pathlib
import sys

from PIL import Image

STAMPS = pathlib.Path("/usr/share/tuxpaint/stamps")
CLIPART = pathlib.Path("/usr/share/openclipart/png")


def pictures(*folders):
    """All pictures below some folders, in an order that looks drawn and never changes."""
    files = [file for folder in folders for file in folder.rglob("*.png")]
    return sorted(files, key=lambda file: hashlib.sha256(str(file).encode()).hexdigest())


def flattened(file):
    """On white, as a photograph would be, and at most 400 pixels wide and high; nothing for pictures that are too small."""
    image = Image.open(file)
    if min(image.size) < 48 or max(image.size) > 4 * min(image.size):
        return None
    image = image.convert("RGBA")
    image.thumbnail((400, 400))
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def write(target, classes, count):
    for name, files in classes.items():
        folder = target / name
        folder.mkdir(parents=True, exist_ok=True)
        made = 0
        for file in files:
            image = flattened(file) if made < count else None
            if image:
                image.save(folder / f"{made:03}-{file.stem}.jpg", quality=90)
                made += 1


def main():
    target = pathlib.Path(sys.argv[1])
    write(target / "photographs", {name: pictures(STAMPS / name) for name in ("animals", "food", "plants", "vehicles")}, 60)
    write(target / "drawings", {name: pictures(CLIPART / name) for name in ("animals", "food", "people", "transportation")}, 80)
    animals = STAMPS / "animals"
    write(
        target / "tiny",
        {"birds": pictures(animals / "birds"), "fish": pictures(animals / "fish"), "mammals": pictures(animals / "mammals")}, 12)


if __name__ == "__main__":
    main()
