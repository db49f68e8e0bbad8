"""`convserve pull` from a local server: whole, in pieces, after an interruption, and with the wrong bytes."""

import contextlib
import hashlib
import http.server
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

from support import CONVSERVE, PATIENCE, RESNET8, ROOT, command

WEIGHTS = (ROOT / "models" / RESNET8 / "1/weights.safetensors").read_bytes()
GOOD_NAME = f"resnet8-{hashlib.sha256(WEIGHTS).hexdigest()[:8]}.safetensors"
BAD_NAME = "resnet8-00000000.safetensors"


class FileServer(http.server.ThreadingHTTPServer):
    """Serves the weights under any name. Each answer ends early as long as `cuts` holds a number of bytes for it."""

    daemon_threads = True

    def __init__(self, cuts=(), stalls=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.cuts = list(cuts)
        # Whether a cut answer hangs instead of closing.
        self.stalls = stalls
        self.released = threading.Event()
        self.offsets = []

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/models/{name}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.endswith("/missing-00000000.pth"):
            return self.send_error(404)
        asked = self.headers.get("Range")
        offset = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.server.offsets.append(offset)
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(WEIGHTS) - offset))
        if asked:
            self.send_header("Content-Range", f"bytes {offset}-{len(WEIGHTS) - 1}/{len(WEIGHTS)}")
        self.end_headers()
        end = offset + self.server.cuts.pop(0) if self.server.cuts else len(WEIGHTS)
        self.wfile.write(WEIGHTS[offset:end])
        self.wfile.flush()
        if end < len(WEIGHTS) and self.server.stalls:
            self.server.released.wait(PATIENCE)

    def log_message(self, *_):
        pass


class PullTests(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.models = folder / "models"
        self.cache = folder / "cache"

    def arguments(self, url):
        return ["pull", "resnet8", "--url", url, "--models", self.models, "--cache", self.cache]

    def expect_imported(self, result):
        self.assertEqual(result.returncode, 0, result)
        self.assertIn("78186 parameters", result.stdout)
        self.assertEqual((self.cache / GOOD_NAME).read_bytes(), WEIGHTS)
        self.assertTrue((self.models / "resnet8/1/model.json").exists())
        listed = command("models", "--models", self.models)
        self.assertIn("resnet8", listed.stdout)

    def test_a_whole_file(self):
        with FileServer() as server:
            self.expect_imported(command(*self.arguments(server.url(GOOD_NAME))))
            self.assertEqual(server.offsets, [0])

    def test_a_connection_that_breaks_is_taken_up_again(self):
        with FileServer(cuts=[100_000]) as server:
            self.expect_imported(command(*self.arguments(server.url(GOOD_NAME))))
            self.assertEqual(server.offsets, [0, 100_000])

    def test_a_killed_download_is_resumed_by_the_same_command(self):
        with FileServer(cuts=[100_000], stalls=True) as server:
            arguments = self.arguments(server.url(GOOD_NAME))
            first = subprocess.Popen([CONVSERVE, *map(str, arguments)], stderr=subprocess.DEVNULL)
            partial = self.cache / (GOOD_NAME + ".part")
            with contextlib.ExitStack() as stack:
                stack.callback(first.wait)
                stack.callback(first.kill)
                deadline = time.monotonic() + PATIENCE
                while not (partial.exists() and partial.stat().st_size == 100_000):
                    self.assertLess(time.monotonic(), deadline, "the first part did not arrive")
                    time.sleep(0.02)
            self.assertFalse(self.models.exists())
            self.expect_imported(command(*arguments))
            self.assertEqual(server.offsets, [0, 100_000])
            self.assertFalse(partial.exists())

    def test_a_file_with_the_wrong_hash_is_deleted_and_not_imported(self):
        with FileServer() as server:
            result = command(*self.arguments(server.url(BAD_NAME)))
        self.assertEqual(result.returncode, 1, result)
        self.assertIn(BAD_NAME, result.stderr)
        self.assertIn(hashlib.sha256(WEIGHTS).hexdigest(), result.stderr)
        self.assertEqual(list(self.cache.iterdir()), [])
        self.assertFalse((self.models / "resnet8").exists())

    def test_a_file_that_is_not_there(self):
        with FileServer() as server:
            result = command(*self.arguments(server.url("missing-00000000.pth")))
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("404", result.stderr)

    def test_an_architecture_without_an_official_file(self):
        result = command("pull", "lenet5", "--models", self.models, "--cache", self.cache)
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("--url", result.stderr)
