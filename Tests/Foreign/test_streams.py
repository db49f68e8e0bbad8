"""Bodies and answers in pieces: large files through Tests/StreamingServer, with clients that are slow."""

import contextlib
import filecmp
import gzip
import hashlib
import http.client
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import zlib

import h11
import requests

from support import PATIENCE, StreamingServer, ask, eventually, free_port, proxy
from test_proxies import HAPROXY, NGINX
from test_tls import Certificates

# kB by which a server may grow, whatever the size of what it passes on.
GROWTH = 64 << 10
LARGE = 2 << 30


def make_large_file(path):
    """Sparse, but not all alike: a piece that is lost or put elsewhere shows."""
    with open(path, "wb") as file:
        file.truncate(LARGE)
        for number in range(64):
            file.seek(number * (LARGE // 64) + 4099 * number)
            file.write(b"mark %d" % number)


def patterned(length):
    """Bytes that do not repeat, and that compress, if not much."""
    return random.Random(length).randbytes(length // 2).hex().encode()


def curl(*arguments):
    run = subprocess.run(["curl", "-sS", *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                         check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


class LargeFileTests(unittest.TestCase):
    """2 GB each way; what the server holds of them is measured from its start on."""

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.file = os.path.join(cls.folder, "large")
        make_large_file(cls.file)

    @contextlib.contextmanager
    def server(self, *identity, authority=None):
        with StreamingServer(*identity, authority=authority) as server:
            memory = server.status("VmRSS")
            yield server
            grown = server.status("VmHWM") - memory
            print(f"\n  memory {memory} kB, at most {grown:+} kB")
            self.assertLess(grown, GROWTH, "kB")

    def check_upload(self, server, *options):
        began = time.monotonic()
        answer = curl(*options, "-T", self.file, f"{server.url}/files/up")
        print(f"\n  {' '.join(options)}: {LARGE / (time.monotonic() - began) / 1e6:.0f} MB/s", end="")
        self.assertEqual(answer, f"{LARGE}\n")
        self.assertTrue(filecmp.cmp(self.file, server.folder / "up", shallow=False))

    def test_slow_upload(self):
        with self.server() as server:
            self.check_upload(server, "--limit-rate", "100M")

    def test_fast_uploads(self):
        with self.server() as server:
            self.check_upload(server, "-H", "Transfer-Encoding: chunked")
            self.check_upload(server, "-H", "Expect: 100-continue")

    def test_tls_both_ways(self):
        with tempfile.TemporaryDirectory() as folder:
            certificates = Certificates(folder)
            authority = certificates["authority.pem"]
            with self.server(certificates["ec.pem"], certificates["ec.key"], authority=authority) as server:
                self.check_upload(server, "--cacert", authority)
                self.check_download(server, "--cacert", authority)

    def check_download(self, server, *options):
        with contextlib.suppress(FileExistsError):
            os.symlink(self.file, server.folder / "large")
        got = os.path.join(self.folder, "got")
        curl(*options, "-o", got, f"{server.url}/files/large")
        self.assertTrue(filecmp.cmp(self.file, got, shallow=False))
        os.remove(got)

    def test_downloads(self):
        with self.server() as server:
            self.check_download(server, "--limit-rate", "100M")
            self.check_download(server, "--http1.0")
            self.check_download(server, "--compressed")

    def test_a_download_that_pauses(self):
        with self.server() as server:
            os.symlink(self.file, server.folder / "large")
            got = os.path.join(self.folder, "paused")
            process = subprocess.Popen(
                ["curl", "-sS", "--limit-rate", "400M", "-o", got, f"{server.url}/files/large"])
            for _ in range(3):
                time.sleep(1)
                process.send_signal(signal.SIGSTOP)
                time.sleep(3)
                process.send_signal(signal.SIGCONT)
            self.assertEqual(process.wait(PATIENCE), 0)
            self.assertTrue(filecmp.cmp(self.file, got, shallow=False))
            os.remove(got)


class ClientTests(unittest.TestCase):
    """What other clients send and get, byte for byte."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(StreamingServer())
        cls.body = patterned(64 << 20)
        (cls.server.folder / "file").write_bytes(cls.body)

    def pieces(self, body=None):
        """In sizes that fit no buffer."""
        body, start = body or self.body, 0
        for size in [1, 2, 65_535, 65_537, 7, 300_001] * (len(body) // 400_000 + 1):
            yield body[start:start + size]
            start += size
            if start >= len(body):
                return

    def check_saved(self, name):
        self.assertEqual(hashlib.sha256((self.server.folder / name).read_bytes()).digest(),
                         hashlib.sha256(self.body).digest())

    def test_http_client(self):
        pieces = filter(None, self.pieces())
        status, _, answer = ask(self.server.port, "PUT", "/files/a", pieces, {"Transfer-Encoding": "chunked"}, True)
        self.assertEqual((status, answer), (200, b"%d\n" % len(self.body)))
        self.check_saved("a")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", "/files/file")
            answer, digest = connection.getresponse(), hashlib.sha256()
            while piece := answer.read(100_003):
                digest.update(piece)
            self.assertEqual(digest.digest(), hashlib.sha256(self.body).digest())
            # The connection is kept behind a streamed answer.
            connection.request("GET", "/files/none")
            self.assertEqual(connection.getresponse().status, 404)

    def test_requests(self):
        with requests.Session() as session:
            for name in ("b", "c"):
                answer = session.put(f"{self.server.url}/files/{name}", data=self.pieces(), timeout=PATIENCE)
                self.assertEqual(answer.text, f"{len(self.body)}\n")
                self.check_saved(name)
                answer = session.get(f"{self.server.url}/files/file", stream=True, timeout=PATIENCE)
                digest = hashlib.sha256()
                for piece in answer.iter_content(70_001):
                    digest.update(piece)
                self.assertEqual(digest.digest(), hashlib.sha256(self.body).digest())
            pools = session.get_adapter(self.server.url).poolmanager.pools
            self.assertEqual([pools[key].num_connections for key in pools.keys()], [1])

    def test_coded_bodies(self):
        for coding, coded in (
            ("gzip", gzip.compress(self.body, 1)), ("deflate", zlib.compress(self.body, 1)),
            # A row of members, as from a file that was written on.
            ("gzip", gzip.compress(self.body[:1000]) + gzip.compress(self.body[1000:], 1)),
        ):
            for body in (coded, self.pieces(coded)):
                answer = requests.put(f"{self.server.url}/files/coded", data=body, timeout=PATIENCE,
                                      headers={"Content-Encoding": coding})
                self.assertEqual(answer.text, f"{len(self.body)}\n")
                self.check_saved("coded")

    @contextlib.contextmanager
    def h11_client(self):
        """A way to send an event, and one to get the next."""
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as stream:
            machine = h11.Connection(h11.CLIENT)

            def next_event():
                while (event := machine.next_event()) is h11.NEED_DATA:
                    machine.receive_data(stream.recv(50_021))
                return event

            yield machine, lambda event: stream.sendall(machine.send(event)), next_event

    def answer(self, next_event):
        head, body = next_event(), bytearray()
        while not isinstance(event := next_event(), h11.EndOfMessage):
            body += event.data
        return head, bytes(body)

    def test_h11_agrees_with_every_byte(self):
        host = ("Host", "localhost")
        with self.h11_client() as (machine, send, next_event):
            for method, path, status, length in (
                ("GET", "/files/file", 200, len(self.body)), ("HEAD", "/files/file", 200, 0),
                ("GET", "/files/none", 404, 13), ("GET", "/files/file", 200, len(self.body)),
            ):
                send(h11.Request(method=method, target=path, headers=[host]))
                send(h11.EndOfMessage())
                head, body = self.answer(next_event)
                self.assertEqual((head.status_code, len(body)), (status, length), (method, path))
                machine.start_next_cycle()
            send(h11.Request(method="PUT", target="/files/h", headers=[host, ("Transfer-Encoding", "chunked")]))
            for piece in filter(None, self.pieces()):
                send(h11.Data(data=piece))
            send(h11.EndOfMessage())
            self.assertEqual(self.answer(next_event)[1], b"%d\n" % len(self.body))
            self.check_saved("h")
            machine.start_next_cycle()

    def test_h11_waits_for_100_continue(self):
        with self.h11_client() as (machine, send, next_event):
            send(h11.Request(method="PUT", target="/files/w", headers=[
                ("Host", "a"), ("Content-Length", "5"), ("Expect", "100-continue")]))
            self.assertEqual(next_event().status_code, 100)
            send(h11.Data(data=b"later"))
            send(h11.EndOfMessage())
            self.assertEqual(self.answer(next_event)[1], b"5\n")
            machine.start_next_cycle()

    def test_h11_gets_an_answer_before_its_body_is_over(self):
        (self.server.folder / "directory").mkdir(exist_ok=True)
        for path, length, status in (("/files/directory", 1 << 20, 500), ("/files/x", 9 << 30, 413)):
            with self.h11_client() as (machine, send, next_event):
                send(h11.Request(method="PUT", target=path, headers=[("Host", "a"), ("Content-Length", str(length))]))
                send(h11.Data(data=b"begun"))
                head, _ = self.answer(next_event)
                self.assertEqual(head.status_code, status)
                # The rest of the body cannot be told from a request.
                self.assertIs(machine.their_state, h11.MUST_CLOSE)
                self.assertIsInstance(next_event(), h11.ConnectionClosed)

    def test_http_1_0_gets_no_chunks(self):
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as stream:
            stream.sendall(b"GET /files/file HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            head, body = b"".join(iter(lambda: stream.recv(1 << 20), b"")).split(b"\r\n\r\n", 1)
        self.assertNotIn(b"transfer-encoding", head.lower())
        self.assertIn(b"\r\nConnection: close", head)
        self.assertEqual(body, self.body)


class ProxyTests(unittest.TestCase):
    """50 MB through a proxy that passes on what it has got."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(StreamingServer())
        cls.body = patterned(50 << 20)

    def check(self, port):
        idle = self.server.descriptors()
        url = f"http://127.0.0.1:{port}/files/p"
        for body in (self.body, (self.body[start:start + 99_991] for start in range(0, len(self.body), 99_991))):
            self.assertEqual(requests.put(url, data=body, timeout=PATIENCE).text, f"{len(self.body)}\n")
            self.assertEqual(requests.get(url, timeout=PATIENCE).content, self.body)
        self.check_arrival(port)
        self.check_abandoned(port)
        # A proxy may keep up to eight connections, and HAProxy one more for each of its threads.
        self.assertTrue(eventually(lambda: self.server.descriptors() <= idle + 12), "descriptors are left open")

    def check_arrival(self, port):
        """The server has the first half of a body before the second is sent."""
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as stream:
            half = 1 << 20
            stream.sendall(b"PUT /files/halves HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (2 * half))
            stream.sendall(bytes(half))
            saved = self.server.folder / "halves"
            # HAProxy's buffers hold 16 KB of it, and sockets nothing.
            self.assertTrue(eventually(lambda: saved.exists() and saved.stat().st_size > half // 2))
            stream.sendall(bytes(half))
            self.assertTrue(stream.recv(1000).startswith(b"HTTP/1.1 200 "))

    def check_abandoned(self, port):
        """Downloads and uploads that clients leave in the middle."""
        with contextlib.ExitStack() as stack:
            for number in range(50):
                stream = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
                stream.sendall(b"GET /files/p HTTP/1.1\r\nHost: a\r\n\r\n" if number % 2 else
                               b"PUT /files/q HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\nbegun")
                if number % 2:
                    self.assertTrue(stream.recv(1000).startswith(b"HTTP/1.1 200 "))

    def test_nginx(self):
        port = free_port()
        configuration = NGINX.replace("UPSTREAM", str(self.server.port)).replace("LISTEN", str(port))
        with proxy(["nginx", "-c"], configuration.replace("BUFFERING", "off"), port):
            self.check(port)

    def test_haproxy(self):
        port = free_port()
        configuration = HAPROXY.replace("UPSTREAM", str(self.server.port)).replace("LISTEN", str(port))
        with proxy(["haproxy", "-db", "-f"], configuration, port):
            self.check(port)
