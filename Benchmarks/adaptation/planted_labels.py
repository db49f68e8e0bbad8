#!/usr/bin/env python3
"""Labels that are flipped on purpose: how many of them stand in the first tenth of the images, ordered by doubt.

    Benchmarks/adaptation/planted_labels.py FOLDER... [--base efficientnet-lite0] [--seeds 5]

Of each FOLDER a twentieth of the pictures is put into another class, drawn by seed. Asked for: 80 % of them among the first
tenth.
"""

import argparse
import pathlib
import random
import shutil
import tempfile

from adapting import Run


def planted(folder, copy, seed):
    """A copy of the folder with flipped labels; the files that were moved, as the report names them."""
    draw = random.Random(seed)
    shutil.copytree(folder, copy)
    files = sorted(copy.glob("*/*"))
    classes = sorted(path.name for path in copy.iterdir())
    moved = []
    for file in draw.sample(files, max(1, len(files) // 20)):
        target = copy / draw.choice([name for name in classes if name != file.parent.name]) / f"moved-{file.name}"
        file.rename(target)
        moved.append(f"{target.parent.name}/{target.name}")
    return moved, len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--base", default="efficientnet-lite0")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    for folder in arguments.folders:
        found, planted_count, listed = 0, 0, 0
        for seed in range(arguments.seeds):
            place = pathlib.Path(tempfile.mkdtemp(prefix="planted-"))
            try:
                moved, count = planted(folder, place / "photos", seed)
                with Run(place / "photos", arguments.base, "--seed", seed) as run:
                    suspects = [suspect["file"] for suspect in run.report["audit"]["suspect_labels"]]
            finally:
                shutil.rmtree(place)
            found += len(set(moved) & set(suspects[: count // 10]))
            planted_count += len(moved)
            listed += len(suspects)
        print(f"{folder.name}: {found} of {planted_count} flipped labels in the first tenth; {listed / arguments.seeds:.0f} listed on average")


if __name__ == "__main__":
    main()
