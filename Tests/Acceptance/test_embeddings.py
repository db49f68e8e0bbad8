"""Embeddings as a user asks for them: by curl, and by `convserve embed` into a file that NumPy's format describes."""

import array
import ast
import json
import os
import subprocess
import sys
import tempfile
import unittest

from support import LITE0, PATIENCE, PHOTOS, ROOT, Server, command

PICTURES = ["chelsea.png", "coffee.png"]
DIMENSIONS = 1280


def rows(data):
    """Vectors of little-endian float32."""
    values = array.array("f", data)
    if sys.byteorder == "big":
        values.byteswap()
    return [values[start:start + DIMENSIONS] for start in range(0, len(values), DIMENSIONS)]


def product(left, right):
    return sum(a * b for a, b in zip(left, right))


class EmbeddingTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())

    def curl(self, *arguments):
        forms = [argument for name in PICTURES for argument in ("-F", f"image=@{PHOTOS / name}")]
        result = subprocess.run(
            ["curl", "--silent", "--show-error", "--fail-with-body", *forms, *arguments,
             f"{self.server.url}/v1/models/{LITE0}/embeddings"],
            cwd=self.folder, capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(result.returncode, 0, result)
        return result.stdout

    def test_json_float32_and_the_command_have_the_same_values(self):
        answer = json.loads(self.curl())
        self.assertEqual([answer["model"], answer["dimensions"]], [LITE0, DIMENSIONS])
        vectors = [embedding["values"] for embedding in answer["embeddings"]]
        self.assertEqual([embedding["image"] for embedding in answer["embeddings"]], PICTURES)
        for vector in vectors:
            self.assertAlmostEqual(product(vector, vector), 1, places=4)
        # A cat and a cup of coffee.
        self.assertLess(product(*vectors), 0.7)

        binary = rows(self.curl("-H", "Accept: application/octet-stream"))
        header = self.curl("-H", "Accept: application/octet-stream", "--output", os.devnull, "--dump-header", "-")
        self.assertIn(f"x-embedding-dimensions: {DIMENSIONS}", header.decode().lower())
        self.assertIn("x-embedding-count: 2", header.decode().lower())
        file = os.path.join(self.folder, "vectors.npy")
        result = command("embed", "--models", ROOT / "models", "--model", LITE0, "-o", file,
                         *(PHOTOS / name for name in PICTURES))
        self.assertEqual((result.returncode, result.stdout.split()), (0, PICTURES), result)
        with open(file, "rb") as stream:
            data = stream.read()
        self.assertEqual(data[:8], b"\x93NUMPY\x01\x00")
        end = 10 + int.from_bytes(data[8:10], "little")
        self.assertEqual(
            ast.literal_eval(data[10:end].decode()),
            {"descr": "<f4", "fortran_order": False, "shape": (2, DIMENSIONS)})
        for others in (binary, rows(data[end:])):
            for vector, other in zip(vectors, others, strict=True):
                self.assertAlmostEqual(product(vector, other), 1, places=4)


if __name__ == "__main__":
    unittest.main()
