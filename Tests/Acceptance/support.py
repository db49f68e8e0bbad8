"""The server as a process, its command line, and plain HTTP, for the acceptance tests. Standard library only."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONVSERVE = os.environ.get("CONVSERVE", str(ROOT / ".build/release/convserve"))
PHOTOS = pathlib.Path(os.environ["PHOTOS"])
LITE0 = "efficientnet-lite0"
RESNET8 = "resnet8-cifar10"
# Seconds after which a step counts as failed; generous, as the machine may be busy.
PATIENCE = 60


def command(*arguments, **options):
    """Runs `convserve ARGUMENTS` to its end, with output as text."""
    return subprocess.run(
        [CONVSERVE, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


@contextlib.contextmanager
def models_directory():
    """A model repository with exactly the two models that the tests know, whatever else models/ holds."""
    with tempfile.TemporaryDirectory() as directory:
        for name in (LITE0, RESNET8):
            os.symlink(ROOT / "models" / name, os.path.join(directory, name))
        yield directory


@contextlib.contextmanager
def models_copy():
    """A model repository of the caller's own, for what changes it: the small model, copied."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(ROOT / "models" / RESNET8, os.path.join(directory, RESNET8))
        yield directory


class Server:
    """`convserve serve` on a free port; ended when the `with` block is left, however that happens."""

    def __init__(self, *options, models=models_directory, default_model=LITE0):
        self.options = options
        self.models = models
        self.default_model = default_model

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            models = stack.enter_context(self.models())
            self.process = subprocess.Popen(
                [CONVSERVE, "serve", "--host", "127.0.0.1", "--port", "0", "--models", models,
                 "--default-model", self.default_model, "--log-level", "warning", *self.options],
                stdout=subprocess.PIPE, text=True)
            stack.callback(self._end)
            self._await_readiness()
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._cleanup.close()

    def _await_readiness(self):
        # A server that hangs before it writes its line is killed, which ends the reading.
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        match = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert match, f"the server's first line has no address: {line!r}"
        self.port = int(match[1])
        deadline = time.monotonic() + PATIENCE
        while self.get("/readyz").status != 200:
            assert time.monotonic() < deadline, "the server does not become ready"
            time.sleep(0.05)

    def _end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def get(self, target, **fields):
        return self.ask("GET", target, None, **fields)

    def post(self, target, body, content_type=None):
        return self.ask("POST", target, body, **({"Content-Type": content_type} if content_type else {}))

    def ask(self, method, target, body, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, target, body=body, headers=fields)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def classify(self, photo, query=""):
        """The predictions for one photo, best first."""
        answer = self.post(f"/v1/classify{query}", (PHOTOS / photo).read_bytes(), "image/png")
        assert answer.status == 200, answer
        return answer.json["predictions"][0]["classes"]


class Answer:
    """A response read to its end."""

    def __init__(self, status, fields, body):
        self.status = status
        self.fields = fields
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"
