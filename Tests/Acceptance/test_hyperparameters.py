"""What docs/hyperparameters.md shows of searches and trials: its files and commands run as they are written, on small drawn pictures."""

import json
import pathlib
import random
import re
import sys
import tempfile
import unittest

from support import ROOT, command

sys.path.insert(0, str(ROOT / "Tests/Search"))
import pictures_in_idx  # noqa: E402

PAGE = (ROOT / "docs/hyperparameters.md").read_text()


def block(language, part):
    """The first block of a language that contains a text."""
    return next(found for found in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if part in found)


class SearchPageTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        pictures_in_idx.write(self.folder / "pictures", random.Random(1))

    def run_line(self, beginning, *more, **changes):
        line = next(line for line in PAGE.splitlines() if line.startswith(f"convserve {beginning}"))
        for old, new in changes.items():
            line = line.replace(old, new)
        return command(*line.split()[1:], *more, cwd=self.folder)

    def test_the_search_of_the_page(self):
        (self.folder / "shoes.yaml").write_text(block("yaml", "# shoes.yaml"))
        result = self.run_line("search", "--trials", 9, **{"/usr/share/datasets/fashion-mnist": "pictures"})
        self.assertEqual(result.returncode, 0, result)
        folder = self.folder / "searches/shoes"
        for name in re.findall(r"^\| `([a-z]+\.[a-z]+)`", PAGE, re.MULTILINE):
            self.assertTrue((folder / name).exists(), name)
        self.assertEqual(len(json.loads((folder / "report.json").read_text())["trials"]), 9)
        for name in ("spec.json", "curve.json", "result.json"):
            self.assertTrue((folder / "trials/0007" / name).exists(), name)

    def test_the_trial_of_the_page(self):
        (self.folder / "spec.json").write_text(block("json", "training_images").replace("DIR", "pictures"))
        result = self.run_line("trial")
        self.assertEqual(result.returncode, 0, result)
        events = [json.loads(line)["event"] for line in result.stdout.splitlines()]
        self.assertEqual(events, ["started", "epoch", "epoch", "epoch", "paused"])

    def test_every_option_is_on_the_page(self):
        for name in ("search", "trial"):
            text = command(name, "--help").stdout
            for option in re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE):
                if option not in ("--help", "--version"):
                    self.assertIn(option, PAGE, f"{name} {option}")


if __name__ == "__main__":
    unittest.main()
