"""Streams whose clients lie, stop, trickle or leave, through Tests/StreamingServer."""

import contextlib
import gzip
import random
import socket
import struct
import threading
import time
import unittest
import zlib

from support import PATIENCE, StreamingServer, eventually
from test_streams import GROWTH, LARGE

# Seconds after which StreamingServer gives a client up that has stopped.
PAUSE_LIMIT = 30


class BadClientTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(StreamingServer())
        with open(cls.server.folder / "large", "wb") as file:
            file.truncate(LARGE)

    @contextlib.contextmanager
    def sent(self, fields, *pieces):
        """A connection on which an upload has been begun."""
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as stream:
            stream.sendall(f"PUT /files/bad HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n".encode())
            # The server may have answered, and have closed, before the last of it.
            with contextlib.suppress(OSError):
                for piece in pieces:
                    stream.sendall(piece)
            yield stream

    def statuses(self, fields, *pieces):
        """All the answers until the server closes.

        100 may come before one, to see whether a client that has ended its side is still there.
        """
        with self.sent(fields, *pieces) as stream:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_WR)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := stream.recv(65536):
                    received += piece
            statuses = [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
            return [status for status in statuses if status != 100]

    def test_malformed_bodies(self):
        chunked = "Transfer-Encoding: chunked"
        for fields, pieces, expected in (
            # Longer than announced: the rest is read as a request, and is none.
            ("Content-Length: 5", [b"begun and more\r\n\r\n"], [200, 400]),
            (chunked, [b"5\r\nbegun\r\nzz\r\n"], [400]),
            (chunked, [b"5\r\nbegun and more\r\n0\r\n\r\n"], [400]),
            (chunked + "\r\nContent-Length: 5", [b"5\r\nbegun\r\n0\r\n\r\n"], [400]),
            (f"Content-Length: {9 << 30}", [b"begun"], [413]),
            (chunked, [b"%x\r\nbegun" % (9 << 30)], [413]),
            (chunked + "\r\nContent-Encoding: gzip", [b"5\r\nbegun\r\n0\r\n\r\n"], [400]),
            ("Content-Encoding: br\r\nContent-Length: 5", [b"begun"], [415]),
            ("Content-Encoding: gzip\r\nContent-Length: 500", [gzip.compress(random.randbytes(1000))[:500]], [400]),
        ):
            self.assertEqual(self.statuses(fields, *pieces), expected, (fields, pieces[0][:30]))

    def test_bodies_that_end_too_early_leave_nothing(self):
        idle = self.server.descriptors()
        for number in range(200):
            with self.sent("Content-Length: 1000000", bytes(500_000)) as stream:
                if number % 2:
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.assertTrue(eventually(lambda: self.server.descriptors() <= idle), "descriptors are left open")

    def test_bombs(self):
        memory = self.server.status("VmRSS")
        deflate = zlib.compressobj(9, wbits=31)
        bomb = b"".join(deflate.compress(bytes(1 << 20)) for _ in range(1024)) + deflate.flush()
        print(f"\n  1 GB in {len(bomb)} bytes", end="")
        self.assertEqual(self.statuses(f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}", bomb), [413])
        # The same within the limits of its ratio: half of the body does not compress.
        noise = random.randbytes(1 << 20)
        mixed = gzip.compress(noise) + gzip.compress(bytes(64 << 20))
        fields = f"Content-Encoding: gzip\r\nContent-Length: {len(mixed)}"
        self.assertEqual(self.statuses(fields, mixed), [200])
        self.assertEqual((self.server.folder / "bad").stat().st_size, 65 << 20)
        grown = self.server.status("VmHWM") - memory
        print(f", memory {memory} kB, at most {grown:+} kB")
        self.assertLess(grown, GROWTH, "kB")

    def test_small_chunks_cost_in_proportion(self):
        """A chunk of one byte has five bytes beside it: more work, but not without end."""
        memory, before = self.server.status("VmRSS"), self.server.processor_seconds()
        count = 300_000
        chunks = [b"1\r\nx\r\n" * 10_000] * (count // 10_000)
        self.assertEqual(self.statuses("Transfer-Encoding: chunked", *chunks, b"0\r\n\r\n"), [200])
        self.assertEqual((self.server.folder / "bad").stat().st_size, count)
        seconds = self.server.processor_seconds() - before
        print(f"\n  {count} chunks of a byte: {seconds:.1f} s of a processor, "
              f"memory at most {self.server.status('VmHWM') - memory:+} kB")
        self.assertLess(seconds, 10)

    def test_clients_that_stop_are_let_go(self):
        """Uploads and downloads that stop, that trickle, and that are stopped without a word: all at a time."""
        idle = self.server.descriptors()
        began = time.monotonic()
        with contextlib.ExitStack() as stack:
            stalled = [stack.enter_context(self.sent("Content-Length: 1000", b"begun")) for _ in range(20)]
            trickling = stack.enter_context(self.sent("Content-Length: 1000"))
            deaf = [stack.enter_context(self.deaf()) for _ in range(20)]
            self.assertTrue(eventually(lambda: self.server.descriptors() >= idle + 41))
            is_over = threading.Event()
            thread = threading.Thread(target=self.trickle, args=(trickling, is_over))
            thread.start()
            try:
                for stream in [*stalled, trickling]:
                    self.assertTrue(stream.recv(1000).startswith(b"HTTP/1.1 408 "))
                self.assertTrue(eventually(lambda: self.server.descriptors() <= idle), "descriptors are left open")
            finally:
                is_over.set()
                thread.join()
            print(f"\n  all gone after {time.monotonic() - began:.1f} s")
            self.assertGreater(time.monotonic() - began, PAUSE_LIMIT - 1)
            self.assertEqual(len(deaf), 20)

    @contextlib.contextmanager
    def deaf(self):
        """A client that asks for a file and reads nothing of it."""
        with socket.socket() as stream:
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            stream.connect(("127.0.0.1", self.server.port))
            stream.sendall(b"GET /files/large HTTP/1.1\r\nHost: a\r\n\r\n")
            yield stream

    def trickle(self, stream, is_over):
        """A byte each second."""
        with contextlib.suppress(OSError):
            while not is_over.wait(1):
                stream.sendall(b"x")


class AbandonedTests(unittest.TestCase):
    def test_downloads_and_uploads_that_are_abandoned_leave_nothing(self):
        with StreamingServer() as server:
            with open(server.folder / "large", "wb") as file:
                file.truncate(LARGE)
            idle = server.descriptors()
            for batch in range(10):
                self.abandon(server.port, batch)
            self.assertTrue(eventually(lambda: server.descriptors() <= idle), "descriptors are left open")
            memory = server.status("VmRSS")
            for batch in range(20):
                self.abandon(server.port, batch)
            self.assertTrue(eventually(lambda: server.descriptors() <= idle), "descriptors are left open")
            grown = server.status("VmRSS") - memory
            print(f"\n  4000 after 2000: memory {memory} kB and {grown:+} kB")
            self.assertLess(grown, 10 << 10, "kB")

    def abandon(self, port, batch):
        """Leaves 100 downloads and 100 uploads in their middle, by a close or a reset."""
        with contextlib.ExitStack() as stack:
            for number in range(200):
                stream = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
                if number % 2:
                    stream.sendall(b"GET /files/large HTTP/1.1\r\nHost: a\r\n\r\n")
                    self.assertTrue(stream.recv(1000).startswith(b"HTTP/1.1 200 "))
                else:
                    stream.sendall(b"PUT /files/u%d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   b"5\r\nbegun\r\n" % number)
                if (number + batch) % 4 < 2:
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
