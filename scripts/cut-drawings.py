#!/usr/bin/env python3
"""Writes the drawings of a report's page as files: `scripts/cut-drawings.py PAGE FOLDER`, named by their number in the page.

Each gets a white ground, since a page elsewhere may be dark.
"""

import pathlib
import re
import sys


def main():
    page, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for number, drawing in enumerate(re.findall(r"<svg .*?</svg>", page.read_text(), re.DOTALL), 1):
        ground = '</desc>\n<rect width="100%" height="100%" fill="#ffffff"/>'
        (folder / f"{number}.svg").write_text(drawing.replace("</desc>", ground, 1) + "\n")


if __name__ == "__main__":
    main()
