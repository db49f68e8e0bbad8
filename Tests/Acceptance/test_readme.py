"""What README.md promises: its curl commands run as they are written, against a photo of a cat."""

import contextlib
import json
import os
import re
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import CONVSERVE, LITE0, PATIENCE, PHOTOS, ROOT, Server, command, models_directory

sys.path.insert(0, str(ROOT / "Tests/Jobs"))
import pictures  # noqa: E402

CATS = {"tabby", "tiger cat", "Egyptian cat", "Persian cat", "Siamese cat"}


def best_class_is_a_cat(output):
    classes = json.loads(output)["predictions"][0]["classes"]
    return classes[0]["label"] in CATS and len(classes) == 5


def has_loaded_nothing_new(output):
    report = json.loads(output)
    return report["loaded"] == [] and {model["state"] for model in report["models"]} == {"ready"}


def has_loaded_the_birds(output):
    return json.loads(output)["loaded"] == [{"name": "my-birds", "version": "1"}]


def best_class_is_a_circle(output):
    return json.loads(output)["predictions"][0]["classes"][0]["label"] == "circle"


def has_totals_of(parameters):
    return lambda output: json.loads(output)["totals"]["parameters"] == parameters


# Each command of the README by its beginning, and what its output must be like.
EXPECTATIONS = [
    ("curl -F image=@cat.png localhost", best_class_is_a_cat),
    ("curl --data-binary @cat.png", best_class_is_a_cat),
    ("curl localhost:8080/v1/models/efficientnet-lite0/summary", has_totals_of(4_652_008)),
    ("curl -H 'Accept: text/plain' localhost:8080/v1/models/", lambda output: "4,652,008" in output),
    ("curl localhost:8080/v1/models/efficientnet-lite0/stats", lambda output: json.loads(output)["totals"]),
    ("curl 'localhost:8080/v1/architectures/vgg16/summary?", has_totals_of(138_357_544)),
    ("curl 'localhost:8080/v1/compare?", lambda output: "138.36 M" in output and "61.10 M" in output),
    ("curl -X POST localhost:8080/v1/models/reload", has_loaded_nothing_new),
    ("curl -X POST 'localhost:8080/v1/models/", lambda output: json.loads(output)["state"] == "ready"),
    ("convserve adapt my-birds --base efficientnet-lite0", lambda output: "my-birds, version 1" in output),
    ("curl -X POST localhost:8080/v1/models/reload", has_loaded_the_birds),
    ("curl -F image=@bird.jpg localhost:8080/v1/models/my-birds/", best_class_is_a_circle),
    ("curl --data-binary @my-birds.zip", lambda output: json.loads(output)["images"] == 60),
    ("curl -H 'Content-Type: application/json' localhost:8080/v1/jobs", lambda output: json.loads(output)["id"]),
]


class ReadmeTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.models = cls.enterClassContext(models_directory())
        jobs = os.path.join(cls.folder, "jobs")
        cls.server = cls.enterClassContext(
            Server("--jobs-directory", jobs, models=lambda: contextlib.nullcontext(cls.models)))
        os.symlink(PHOTOS / "chelsea.png", os.path.join(cls.folder, "cat.png"))
        birds = pathlib.Path(cls.folder, "my-birds")
        pictures.draw(str(birds))
        shutil.make_archive(str(birds), "zip", birds)
        shutil.copy(birds / "circle/000.png", os.path.join(cls.folder, "bird.jpg"))

    def run_command(self, line):
        if line.startswith("curl"):
            line = line.replace("localhost:8080", f"127.0.0.1:{self.server.port}") + " --silent --fail-with-body"
        else:
            line = f"'{CONVSERVE}' {line.split(maxsplit=1)[1]} --models '{self.models}'"
        return subprocess.run(
            ["bash", "-c", line], cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def test_every_curl_command_works(self):
        text = (ROOT / "README.md").read_text()
        # A comment behind a command stays out, as --silent is added at its end.
        lines = [line.split(" #")[0].rstrip() for line in re.findall(
            r"^(?:curl .*localhost:8080|convserve adapt ).*$", text.replace("\\\n", ""), re.MULTILINE)]
        self.assertEqual(len(lines), len(EXPECTATIONS), lines)
        dataset = "ID"
        for line, (beginning, is_right) in zip(lines, EXPECTATIONS):
            with self.subTest(line):
                self.assertTrue(line.startswith(beginning), f"expected {beginning}")
                result = self.run_command(line.replace('"ID"', f'"{dataset}"'))
                self.assertEqual(result.returncode, 0, result)
                if line.endswith("/v1/datasets"):
                    dataset = json.loads(result.stdout)["id"]
                self.assertTrue(is_right(result.stdout), result.stdout)

    def test_the_swift_program_is_the_one_that_is_compiled(self):
        text = (ROOT / "README.md").read_text()
        program = (ROOT / "Tests/ReadmeExample/main.swift").read_text()
        self.assertIn(f"```swift\n{program}```\n", text)

    def test_coffee_is_an_espresso(self):
        best = self.server.classify("coffee.png")[0]
        self.assertEqual((best["label"], best["index"], best["id"]), ("espresso", 967, "n07920052"))
        self.assertGreater(best["probability"], 0.5)

    def test_the_command_line_agrees_with_the_server(self):
        from support import LITE0, command
        result = command("classify", PHOTOS / "coffee.png", "--model", LITE0, "--models", ROOT / "models", "--json")
        self.assertEqual(result.returncode, 0, result)
        classes, served = json.loads(result.stdout)["predictions"][0]["classes"], self.server.classify("coffee.png")
        # Both choose algorithms for batches of their own size, which round differently.
        for one, other in zip(classes, served, strict=True):
            self.assertAlmostEqual(one.pop("probability"), other.pop("probability"), delta=1e-4)
        self.assertEqual(classes, served)
