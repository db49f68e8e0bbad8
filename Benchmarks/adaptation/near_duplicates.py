#!/usr/bin/env python3
"""How many near-duplicates `convserve audit` finds, and how many other photos it accuses; prints Markdown.

    Benchmarks/adaptation/near_duplicates.py --convserve .build/release/convserve PHOTOS [--others FOLDER] [--keep DIR]

PHOTOS is a folder of photographs, each another picture; byte-equal and near-equal ones among them have to be told by
--known (a text file, one group of file names a line), as collections hold them. Of each photo three variants of ten are
made by Pillow (the only package that is needed): JPEG of quality 50 and 95, a quarter and twice its size, cropped by 5 %
in three ways, PNG, WebP, and a crop that is made half as large and encoded at quality 50. Each variant counts as found
where its group holds its original or a sibling, each photo as accused where its group holds another family's picture.
--others is a folder of pictures without variants, such as drawings of one style: groups among them are printed, to be
looked at.
"""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import tempfile
import time

from PIL import Image


def cropped(image, left, top, right, bottom):
    width, height = image.size
    return image.crop((int(width * left), int(height * top), int(width * (1 - right)), int(height * (1 - bottom))))


def scaled(image, factor):
    return image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))), Image.Resampling.BICUBIC)


def corner(image):
    left, top = random.choice([0, 0.05]), random.choice([0, 0.05])
    return cropped(image, left, top, 0.05 - left, 0.05 - top)


VARIANTS = {
    "JPEG, quality 50": (lambda image: image, ".jpg", 50),
    "JPEG, quality 95": (lambda image: image, ".jpg", 95),
    "a quarter of its size": (lambda image: scaled(image, 0.25), ".jpg", 85),
    "twice its size": (lambda image: scaled(image, 2), ".jpg", 85),
    "cropped by 5 % of each side": (lambda image: cropped(image, 0.025, 0.025, 0.025, 0.025), ".jpg", 85),
    "cropped by 5 % at each margin": (lambda image: cropped(image, 0.05, 0.05, 0.05, 0.05), ".jpg", 85),
    "cropped by 5 % at one corner": (corner, ".jpg", 85),
    "PNG": (lambda image: image, ".png", None),
    "WebP, quality 75": (lambda image: image, ".webp", 75),
    "cropped, half its size, quality 50": (
        lambda image: scaled(cropped(image, 0.05, 0.05, 0.05, 0.05), 0.5), ".jpg", 50),
}


def plant(photos, folder):
    """Writes the photos and three variants of each; returns the variant's name by file, and the family of each file."""
    kinds, families = {}, {}
    names = list(VARIANTS)
    for number, path in enumerate(photos):
        image = Image.open(path).convert("RGB")
        image.thumbnail((1200, 1200))
        # Photos are sorted into two classes, as a data set has; a photo and its variants into one.
        own = folder / ("even" if number % 2 == 0 else "odd")
        own.mkdir(parents=True, exist_ok=True)
        target = own / f"{number:05d}.png"
        image.save(target)
        families[target.name] = number
        for step in (0, 4, 7):
            name = names[(number + step) % len(names)]
            change, suffix, quality = VARIANTS[name]
            target = own / f"{number:05d}-{step}{suffix}"
            change(image).save(target, **({} if quality is None else {"quality": quality}))
            kinds[target.name], families[target.name] = name, number
    return kinds, families


def audit(program, folder):
    started = time.monotonic()
    result = subprocess.run([program, "audit", str(folder), "--json"], check=True, capture_output=True, text=True)
    return json.loads(result.stdout), time.monotonic() - started


def measure(arguments, work):
    photos = sorted(path for path in arguments.photos.iterdir() if path.suffix in (".jpg", ".png", ".webp"))
    merged = {}
    if arguments.known:
        for line in arguments.known.read_text().splitlines():
            names = line.split()
            merged.update({name: names[0] for name in names})
    kinds, families = plant(photos, work)
    # What is known to be the same picture is one family.
    first = {path.name: number for number, path in enumerate(photos)}
    family = {name: first[merged.get(photos[number].name, photos[number].name)] for name, number in families.items()}
    answer, seconds = audit(arguments.convserve, work)
    groups = [[pathlib.PurePath(file).name for file in group]
              for group in answer["audit"]["near_duplicates"] + answer["audit"]["duplicates"]]
    found, accused = set(), {}
    for group in groups:
        members = collections.Counter(family[name] for name in group)
        found.update(name for name in group if members[family[name]] > 1)
        if len(members) > 1:
            accused.update({name: group for name in group if name not in kinds})
    print(f"{len(photos)} photos, {len(kinds)} variants, {seconds:.1f} s\n")
    print("| variant | planted | found |\n| --- | --- | --- |")
    for name in VARIANTS:
        planted = [file for file, kind in kinds.items() if kind == name]
        print(f"| {name} | {len(planted)} | {sum(file in found for file in planted)} |")
    print(f"| all | {len(kinds)} | {sum(file in found for file in kinds)} "
          f"({100 * sum(file in found for file in kinds) / len(kinds):.2f} %) |")
    print(f"\naccused wrongly: {len(accused)} of {len(photos)} photos")
    for name, group in sorted(accused.items()):
        print("  ", photos[families[name]].name, "with",
              sorted({photos[families[other]].name for other in group} - {photos[families[name]].name}))
    for file in sorted(set(kinds) - found):
        print("   missed:", photos[families[file]].name, kinds[file])
    print("\nfindings on the photos as they are:")
    for finding in answer["audit"]["findings"]:
        name = pathlib.PurePath(finding["file"]).name
        if name not in kinds:
            print(f"   {finding['kind']} {finding['value']:.2f} {photos[families[name]].name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("--convserve", required=True)
    parser.add_argument("--known", type=pathlib.Path)
    parser.add_argument("--others", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for what is planted; else it is removed")
    arguments = parser.parse_args()
    random.seed(7)
    with tempfile.TemporaryDirectory() as temporary:
        measure(arguments, arguments.keep or pathlib.Path(temporary))
        if arguments.others:
            answer, seconds = audit(arguments.convserve, arguments.others)
            groups = answer["audit"]["near_duplicates"]
            print(f"\n{answer['images']} others, {seconds:.1f} s: {sum(map(len, groups))} in {len(groups)} groups")
            for group in groups:
                print("  ", *group)


main()
