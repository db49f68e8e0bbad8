"""openapi.yaml against the server: schemathesis makes requests of all that it allows and forbids, and checks answers."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from support import RESNET8, ROOT, Server, models_copy

DESCRIPTION = ROOT / "openapi.yaml"
CONFIGURATION = pathlib.Path(__file__).with_name("schemathesis.toml")
# The tag of operations that change the server's state; Tests/ServerAPITests checks who has it.
CHANGING = "changes-state"
# Seconds; far more than a run takes, so that only a run that hangs is ended.
LIMIT = 600


class OpenAPITests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.description = DESCRIPTION.read_text()
        cls.changing = len(re.findall(rf"^ +tags: \[(?:.*, )?{CHANGING}(?:, .*)?\]$", cls.description, re.MULTILINE))

    def ask(self, server, *selection):
        """Has schemathesis ask the operations that are selected; returns how many these are, and how many there are."""
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run(
                [os.environ["SCHEMATHESIS"], "--no-color", "--config-file", CONFIGURATION, "run", DESCRIPTION,
                 "--url", server.url, *selection],
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)
        counts = re.search(r"Selected: (\d+)/(\d+)\n +Tested: \1\n", result.stdout)
        self.assertTrue(counts, f"Not all operations were asked:\n{result.stdout}")
        return int(counts[1]), int(counts[2])

    def test_the_server_sends_its_description(self):
        with Server() as server:
            answer = server.get("/openapi.yaml")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.body.decode(), self.description)

    def test_the_server_does_what_its_description_says(self):
        with tempfile.TemporaryDirectory() as jobs, Server("--jobs-directory", jobs) as server:
            asked, described = self.ask(server, "--exclude-tag", CHANGING)
        self.assertEqual(asked, described - self.changing)

    def test_what_changes_state_is_as_described_too(self):
        """On a server and a model repository that no other test sees."""
        if not self.changing:
            self.skipTest(f"no operation has the tag {CHANGING}")
        with (tempfile.TemporaryDirectory() as jobs,
              Server("--jobs-directory", jobs, models=models_copy, default_model=RESNET8) as server):
            asked, _ = self.ask(server, "--include-tag", CHANGING)
            # Whatever was asked of it, it goes on.
            self.assertEqual(server.get("/healthz").status, 200)
        self.assertEqual(asked, self.changing)
