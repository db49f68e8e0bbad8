"""openapi.yaml against the server: schemathesis makes requests of all that it allows and forbids, and checks answers."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from support import ROOT, Server

DESCRIPTION = ROOT / "openapi.yaml"
CONFIGURATION = pathlib.Path(__file__).with_name("schemathesis.toml")
# Seconds; far more than the run takes, so that only a run that hangs is ended.
LIMIT = 600


class OpenAPITests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def test_the_server_sends_its_description(self):
        answer = self.server.get("/openapi.yaml")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.body, DESCRIPTION.read_bytes())

    def test_the_server_does_what_its_description_says(self):
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run(
                [os.environ["SCHEMATHESIS"], "--no-color", "--config-file", CONFIGURATION, "run", DESCRIPTION,
                 "--url", self.server.url],
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)
        # All operations were really asked.
        self.assertRegex(result.stdout, r"Selected: (\d+)/\1\n +Tested: \1\n")
