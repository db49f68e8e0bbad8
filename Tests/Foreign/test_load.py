"""Load tools and slow attackers. What counts is that everything is answered and nothing is left behind, not how fast."""

import contextlib
import re
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from support import PATIENCE, PHOTO, Server, ask


def tool(*command):
    run = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=PATIENCE, check=False)
    return run.stdout + run.stderr


class LoadTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("--log-level", "warning"))

    def test_ab_keeps_its_connections(self):
        for arguments in (["-k"], []):
            output = tool("ab", "-q", "-n", 5000, "-c", 50, *arguments, f"{self.server.url}/healthz")
            self.assertRegex(output, r"Complete requests:\s+5000\n")
            self.assertRegex(output, r"Failed requests:\s+0\n")
            self.assertNotIn("Non-2xx", output)
            if arguments:
                # HTTP/1.0 with Connection: Keep-Alive.
                self.assertRegex(output, r"Keep-Alive requests:\s+5000\n")

    def test_ab_posts_photos(self):
        # -l: answers hold times, so their lengths differ.
        output = tool("ab", "-q", "-k", "-l", "-n", 500, "-c", 16, "-p", PHOTO, "-T", "image/jpeg",
                      f"{self.server.url}/v1/classify")
        self.assertRegex(output, r"Complete requests:\s+500\n")
        self.assertRegex(output, r"Failed requests:\s+0\n")
        self.assertNotIn("Non-2xx", output)

    def test_siege(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as urls:
            urls.write("".join(f"{self.server.url}{path}\n" for path in ("/healthz", "/v1/models", "/openapi.yaml")))
            urls.flush()
            output = tool("siege", "-b", "-c", 25, "-r", 40, "-i", "-f", urls.name)
        self.assertRegex(output, r"100\.00\s*%|\"availability\":\s*100")
        self.assertRegex(output, r"(?i)failed[ _]transactions\"?:\s*0")


class SlowClientTests(unittest.TestCase):
    """slowhttptest's four modes, 200 connections for 20 seconds, while an honest client asks on."""

    def attack(self, path, *mode):
        # Limits that such an attack reaches within its time.
        limits = ("--header-timeout", "4", "--body-timeout", "4", "--write-timeout", "4", "--idle-timeout", "6")
        with Server("--log-level", "warning", *limits) as server:
            idle_descriptors = server.descriptors()
            memory = server.status("VmRSS")
            statuses, failures, is_over = [], [], threading.Event()

            def honest_client():
                while not is_over.wait(0.2):
                    try:
                        statuses.append(ask(server.port, "GET", "/healthz")[0])
                    except OSError as error:
                        failures.append(error)

            client = threading.Thread(target=honest_client)
            client.start()
            try:
                output = tool("slowhttptest", "-c", 200, "-r", 100, "-l", 20, "-p", 3, *mode, "-u", server.url + path)
            finally:
                is_over.set()
                client.join()
            plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", output)
            counts = dict(re.findall(r"(pending|connected|error|closed|service available):\s+(\w+)", plain))
            print(f"\n  {' '.join(map(str, mode))}: {counts}, {len(statuses)} honest requests answered, "
                  f"memory {memory} -> {server.status('VmHWM')} kB at most")
            self.assertEqual(failures, [])
            self.assertEqual(set(statuses), {200})
            # The attack ends early when the server has closed all of its connections.
            self.assertGreater(len(statuses), 5)
            self.assertEqual(counts.get("service available"), "YES", plain[-2000:])
            self.assertLess(server.status("VmHWM") - memory, 64 << 10, "kB")
            deadline = time.monotonic() + PATIENCE
            while server.descriptors() > idle_descriptors:
                self.assertLess(time.monotonic(), deadline, "descriptors are left open")
                time.sleep(0.1)

    def test_slow_headers(self):
        self.attack("/healthz", "-H", "-i", 2, "-x", 24)

    def test_slow_body(self):
        self.attack("/v1/classify", "-B", "-i", 2, "-s", 100000, "-x", 24, "-f", "image/jpeg")

    def test_ranges(self):
        self.attack("/openapi.yaml", "-R", "-a", 10, "-b", 3000)

    def test_slow_read(self):
        self.attack("/openapi.yaml", "-X", "-w", 10, "-y", 20, "-n", 2, "-z", 32, "-k", 3)

    def test_stalled_uploads_hold_no_more_than_their_budget(self):
        with Server("--log-level", "warning") as server, contextlib.ExitStack() as stack:
            memory = server.status("VmRSS")
            size = 32 << 20
            head = f"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: {size}\r\n\r\n"
            refused = 0
            for _ in range(60):
                stalled = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
                with contextlib.suppress(OSError):
                    stalled.sendall(head.encode() + bytes(size - 1))
                stalled.settimeout(0.05)
                with contextlib.suppress(OSError):
                    refused += stalled.recv(100).startswith(b"HTTP/1.1 503")
            grown = (server.status("VmHWM") - memory) >> 10
            print(f"\n  60 stalled uploads of 32 MB: {refused} refused, memory grew by at most {grown} MB")
            self.assertGreaterEqual(refused, 45)
            self.assertLess(grown, 2 * 256)
            self.assertEqual(ask(server.port, "GET", "/healthz")[0], 200)
