"""openapi.yaml against the server: schemathesis makes requests of all that it allows and forbids, and checks answers."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import RESNET8, ROOT, Server

DESCRIPTION = ROOT / "openapi.yaml"
CONFIGURATION = pathlib.Path(__file__).with_name("schemathesis.toml")
# The tag of operations that change the server's state, such as the models that it serves.
CHANGING = "changes-state"
# Seconds; far more than a run takes, so that only a run that hangs is ended.
LIMIT = 600


@contextlib.contextmanager
def repository_copy():
    """A model repository whose files are nobody else's: what is done to it is done to no other test."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(ROOT / "models" / RESNET8, os.path.join(directory, RESNET8))
        yield directory


class OpenAPITests(unittest.TestCase):
    def ask_all(self, server, *selection):
        """Runs schemathesis on the operations that are selected; returns how many were asked, and how many there are."""
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run(
                [os.environ["SCHEMATHESIS"], "--no-color", "--config-file", CONFIGURATION, "run", DESCRIPTION,
                 "--url", server.url, *selection],
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)
        # All operations that were selected were really asked.
        counts = re.search(r"Selected: (\d+)/(\d+)\n +Tested: \1\n", result.stdout)
        self.assertTrue(counts, result.stdout)
        return int(counts[1]), int(counts[2])

    def test_the_server_does_what_its_description_says(self):
        with Server() as server:
            answer = server.get("/openapi.yaml")
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.body, DESCRIPTION.read_bytes())
            asked, described = self.ask_all(server, "--exclude-tag", CHANGING)
        with repository_copy() as models, Server(models=models, default_model=RESNET8) as server:
            changing, _ = self.ask_all(server, "--include-tag", CHANGING)
            # Whatever was asked of it, it goes on.
            self.assertEqual(server.get("/healthz").status, 200)
        self.assertEqual(asked + changing, described)
