"""What a user gets wrong, and whether the answer says what was wrong and what to do."""

import io
import os
import pathlib
import pickle
import socket
import struct
import tempfile
import unittest
import zipfile
import zlib

from support import LITE0, PATIENCE, PHOTOS, RESNET8, Server, command


def png_header(width, height):
    """A PNG that claims a size and has no pixels."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""))


class WrongRequestTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.jpeg = (PHOTOS / "rocket.jpg").read_bytes()

    def expect(self, answer, status, kind, *words):
        """A problem of this status and kind, whose detail has all the words."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.fields["Content-Type"], "application/problem+json")
        problem = answer.json
        self.assertEqual((problem["status"], problem["type"]), (status, f"/problems/{kind}"))
        for word in words:
            self.assertIn(word, problem["detail"])
        return problem

    def tearDown(self):
        # Whatever came in, the next client is served.
        self.assertEqual(self.server.classify("coffee.png")[0]["label"], "espresso")

    def test_truncated_jpeg(self):
        answer = self.server.post("/v1/classify", self.jpeg[:len(self.jpeg) // 2], "image/jpeg")
        problem = self.expect(answer, 400, "image-undecodable", "JPEG")
        self.assertEqual(problem["image"], "image")

    def test_text_as_jpeg(self):
        answer = self.server.post("/v1/classify", b"Dear server, this is a cat.\n", "image/jpeg")
        self.expect(answer, 400, "image-undecodable", "JPEG", "PNG", "WebP")

    def test_too_many_pixels_are_refused_by_the_header_alone(self):
        answer = self.server.post("/v1/classify", png_header(30_000, 30_000), "image/png")
        self.expect(answer, 413, "image-too-large", "30000", "50")

    def test_empty_body(self):
        answer = self.server.post("/v1/classify", b"", "image/jpeg")
        self.expect(answer, 400, "empty-body", "curl -F image=@")

    def test_unknown_model(self):
        answer = self.server.post("/v1/models/resnet-8/classify", self.jpeg, "image/jpeg")
        problem = self.expect(answer, 404, "unknown-model", "resnet-8", LITE0)
        self.assertEqual(problem["accepted"], [LITE0, RESNET8])

    def test_top_k_of_zero(self):
        answer = self.server.post("/v1/classify?top_k=0", self.jpeg, "image/jpeg")
        self.expect(answer, 400, "invalid-parameter", "top_k", "1")

    def test_missing_content_length(self):
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as client:
            client.sendall(b"POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" + self.jpeg)
            client.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda: client.recv(65_536), b""))
        self.assertTrue(received.startswith(b"HTTP/1.1 411 "), received[:200])
        self.assertIn(b"Content-Length", received)


class HostilePickle:
    """Unpickled by Python's own reader, this would create the folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.mkdir, (self.path,))


class WrongCommandTests(unittest.TestCase):
    def test_a_checkpoint_that_would_run_code(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            marker = folder / "executed"
            data = io.BytesIO()
            with zipfile.ZipFile(data, "w") as archive:
                archive.writestr("archive/data.pkl", pickle.dumps(HostilePickle(str(marker)), protocol=2))
                archive.writestr("archive/version", "3\n")
            (folder / "hostile.pth").write_bytes(data.getvalue())
            result = command(
                "import", "--architecture", "resnet18", "--models", folder / "models", folder / "hostile.pth")
            self.assertEqual(result.returncode, 1, result)
            self.assertIn("posix.mkdir", result.stderr)
            self.assertFalse(marker.exists(), "the file's code was executed")
            self.assertFalse((folder / "models/resnet18").exists())
            # The file is as dangerous as it claims to be.
            pickle.loads(pickle.dumps(HostilePickle(str(marker)), protocol=2))
            self.assertTrue(marker.exists())

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            result = command("serve", "--host", "127.0.0.1", "--port", port)
        self.assertEqual(result.returncode, 1, result)
        self.assertIn(str(port), result.stderr)
        self.assertIn("--port", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_unknown_option(self):
        result = command("serve", "--prot", "8080")
        self.assertEqual(result.returncode, 64, result)
        self.assertIn("--prot", result.stderr)
        self.assertIn("--port", result.stderr)
