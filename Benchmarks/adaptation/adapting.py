"""What the scripts of this folder share: running `convserve adapt`, and reading what it keeps."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONVSERVE = os.environ.get("CONVSERVE", str(ROOT / ".build/release/convserve"))


class Run:
    """One run of `adapt` in folders of its own, which go when the object is closed."""

    def __init__(self, photos, base, *options, models=ROOT / "models"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="adapting-"))
        self.models = self.folder / "models"
        self.models.mkdir()
        os.symlink(pathlib.Path(models).resolve() / base, self.models / base)
        self.work = self.folder / "work"
        start = time.perf_counter()
        self.lines = self.call(
            "adapt", photos, "--base", base, "--name", "adapted", "--models", self.models, "--json", "--work-directory",
            self.work, *options)
        self.seconds = time.perf_counter() - start
        self.report = self.lines[-1]["report"]

    def call(self, *arguments):
        """A command's JSON lines."""
        done = subprocess.run([CONVSERVE, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def split(self):
        return json.loads((self.work / "split.json").read_text())

    def features(self):
        """By file, in the order in which they were computed: all images that are used."""
        files = sorted((self.work / "features").glob("features-*.safetensors"), key=lambda file: int(file.stem.split("-")[1]))
        rows = numpy.concatenate([read_features(file) for file in files])
        split = self.split()
        used = sorted(split["training"] + split["validation"] + split["test"], key=lambda name: name.encode())
        assert len(used) == len(rows), "one row an image"
        return dict(zip(used, rows))

    def close(self):
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def read_features(file):
    """The one tensor of a safetensors file."""
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])["features"]
    start, end = header["data_offsets"]
    return numpy.frombuffer(data[8 + length + start : 8 + length + end], "<f4").reshape(header["shape"])


def label(name):
    return name.split("/")[0]
