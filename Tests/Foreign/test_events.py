"""GET /v1/events with curl, requests, h11, nginx and HAProxy, and with clients that leave without a word."""

import contextlib
import json
import re
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

import h11
import requests

from support import MODEL, PATIENCE, Server, ask, eventually, free_port, proxy
from test_proxies import HAPROXY, NGINX
from test_tls import Certificates

# An event is due each second. A busy machine may be late, a buffer would be later by far.
EVENT_PATIENCE = 2
REQUEST = b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
MODEL_MEMBERS = {"name", "version", "state", "queue_admitted", "queue_length", "queue_capacity", "images", "batches"}


def parsed(text):
    """The messages of a whole event stream, each as its fields; fails where the text is not well-formed."""
    assert text.endswith("\n\n"), text[-200:]
    messages = []
    for block in text[:-2].split("\n\n"):
        fields = [line.split(": ", 1) for line in block.split("\n")]
        assert all(len(field) == 2 and field[0] in ("id", "event", "data", "retry") for field in fields), block
        assert len({name for name, _ in fields}) == len(fields), block
        messages.append(dict(fields))
    return messages


def complete(text):
    """The text as far as its last message is complete, as a client that leaves may stop anywhere."""
    return text[:text.rindex("\n\n") + 2]


def open_connections(port):
    """The one that asks included."""
    text = ask(port, "GET", "/metrics")[2].decode()
    return int(re.search(r"^convserve_connections_open (\d+)", text, re.MULTILINE)[1])


def curl(*arguments):
    return subprocess.run(["curl", "-sS", "-N", *map(str, arguments)], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)


class EventTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("--log-level", "warning"))

    def check_load(self, message):
        self.assertEqual(list(message), ["id", "event", "data"])
        self.assertEqual(message["event"], "load")
        self.assertRegex(message["id"], r"^\d+-\d+$")
        load = json.loads(message["data"])
        self.assertEqual(
            set(load), {"time", "window_seconds", "requests", "classifications", "connections_open", "models"})
        self.assertRegex(load["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        for part in ("requests", "classifications"):
            self.assertIn(set(load[part]), ({"per_second"}, {"per_second", "p50_ms", "p99_ms"}))
        self.assertGreaterEqual(load["connections_open"], 0)
        self.assertEqual([model["name"] for model in load["models"]], [MODEL])
        self.assertEqual(set(load["models"][0]), MODEL_MEMBERS)

    def check_stream(self, messages, least=3):
        """A retry, then events in their order, none missing."""
        self.assertEqual(messages[0], {"retry": "2000"})
        self.assertGreaterEqual(len(messages), 1 + least)
        for message in messages[1:]:
            self.check_load(message)
        numbers = [int(message["id"].split("-")[1]) for message in messages[1:]]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))

    def listened(self, *arguments, seconds=4):
        run = curl("--max-time", seconds, *arguments, f"{self.server.url}/v1/events")
        # 28: curl's own time is over.
        self.assertEqual(run.returncode, 28, run.stderr)
        return parsed(complete(run.stdout))

    def test_curl_gets_an_event_each_second(self):
        for arguments in ([], ["--compressed"], ["--http1.0"], ["--http1.0", "--compressed"]):
            with self.subTest(arguments):
                self.check_stream(self.listened(*arguments))

    def test_each_piece_can_be_expanded_when_it_arrives(self):
        command = ["curl", "-sS", "-N", "--compressed", f"{self.server.url}/v1/events"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                arrivals = [time.monotonic() for line in self.first_lines(process.stdout, 4) if line]
            finally:
                process.terminate()
        self.assertLess(max(later - sooner for sooner, later in zip(arrivals, arrivals[1:])), EVENT_PATIENCE)

    def first_lines(self, lines, count):
        """The first `data` lines, as they come."""
        for line in lines:
            if line.startswith("data: "):
                yield line
                count -= 1
                if count == 0:
                    return

    def test_a_client_that_comes_back_gets_what_it_missed(self):
        first = self.listened()
        time.sleep(2)
        again = self.listened("-H", f"Last-Event-ID: {first[1]['id']}", seconds=1)
        self.check_stream(again, least=len(first))
        # The same events once more, from the one behind the first on.
        self.assertEqual(again[1:len(first) - 1], first[2:])
        # No event is made twice for one who has them all.
        newest = again[-1]["id"]
        later = self.listened("-H", f"Last-Event-ID: {newest}", seconds=2.5)
        number = int(newest.split("-")[1])
        self.assertEqual(int(later[1]["id"].split("-")[1]), number + 1)

    def test_an_unknown_id_is_refused_or_passed_over(self):
        for value in ("x", "1", "1-2-3", "-1-2", "9" * 40 + "-1", "1-x", "a" * 4000):
            status, fields, body = ask(self.server.port, "GET", "/v1/events", fields={"Last-Event-ID": value})
            self.assertEqual(status, 400, value[:50])
            self.assertEqual(fields["Content-Type"], "application/problem+json")
            self.assertEqual(json.loads(body)["type"], "/problems/invalid-parameter")
        # The id of a server that runs no more: the stream starts with now.
        self.check_stream(self.listened("-H", "Last-Event-ID: 1-1"))
        self.check_stream(self.listened("-H", "Last-Event-ID;"))

    def test_head_and_other_methods(self):
        run = curl("-I", "--max-time", 10, f"{self.server.url}/v1/events")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r"^HTTP/1\.1 200 ")
        self.assertRegex(run.stdout, r"(?i)\ncontent-type: text/event-stream\n")
        self.assertRegex(run.stdout, r"(?i)\ncache-control: no-store\n")
        self.assertEqual(ask(self.server.port, "POST", "/v1/events", b"")[0], 405)

    def test_requests_reads_lines(self):
        with requests.get(f"{self.server.url}/v1/events", stream=True, timeout=PATIENCE) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
            # requests asks for gzip, and expands what comes.
            self.assertEqual(answer.headers["Content-Encoding"], "gzip")
            lines = answer.iter_lines(chunk_size=1, decode_unicode=True)
            for line in self.first_lines(lines, 4):
                self.assertEqual(json.loads(line.removeprefix("data: "))["models"][0]["name"], MODEL)

    def test_h11_agrees_with_every_byte(self):
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as stream:
            machine = h11.Connection(h11.CLIENT)
            stream.sendall(machine.send(h11.Request(method="GET", target="/v1/events", headers=[("Host", "a")])))
            stream.sendall(machine.send(h11.EndOfMessage()))
            body, events = b"", []
            while body.count(b"\n\n") < 4:
                event = machine.next_event()
                if event is h11.NEED_DATA:
                    # A byte at a time, as the worst network would bring them.
                    machine.receive_data(stream.recv(1))
                    continue
                events.append(event)
                body += bytes(getattr(event, "data", b""))
            self.assertEqual(events[0].status_code, 200)
            self.check_stream(parsed(complete(body.decode())))

    def test_a_client_that_has_ended_its_side_reads_on(self):
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as stream:
            stream.sendall(REQUEST)
            stream.shutdown(socket.SHUT_WR)
            received = b""
            while received.count(b"\ndata: ") < 4:
                piece = stream.recv(65536)
                self.assertTrue(piece, "the stream ends too early")
                received += piece


class StopTests(unittest.TestCase):
    """A server that stops lets its streams come to their end."""

    def test_sigterm_ends_every_stream_with_its_last_event(self):
        ways = [[], ["--compressed"], ["--http1.0"]] * 5
        with tempfile.TemporaryDirectory() as folder:
            certificates = Certificates(folder)
            for options in ((), certificates.options("ec")):
                authority = certificates["authority.pem"] if options else None
                with Server("--log-level", "warning", *options, authority=authority) as server:
                    self.check_stop(server, [["--cacert", authority, *way] if authority else way for way in ways])

    def check_stop(self, server, ways):
        target = f"{server.url}/v1/events"
        streams = [subprocess.Popen(["curl", "-sS", "-N", *way, target], stdout=subprocess.PIPE, text=True)
                   for way in ways]
        try:
            begun = [self.through_data(stream.stdout) for stream in streams]
            server.process.send_signal(signal.SIGTERM)
            for stream, beginning in zip(streams, begun):
                messages = parsed(beginning + stream.stdout.read())
                self.assertEqual(stream.wait(PATIENCE), 0)
                self.assertEqual(messages[-1]["event"], "end")
                self.assertEqual(json.loads(messages[-1]["data"]), {"reason": "the server stops"})
            self.assertEqual(server.process.wait(PATIENCE), 0)
        finally:
            for stream in streams:
                stream.kill()
                stream.wait()
                stream.stdout.close()

    def through_data(self, lines):
        text = ""
        while "data: " not in text:
            line = lines.readline()
            self.assertTrue(line, "the stream ends too early")
            text += line
        return text


class ProxiedEventTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("--log-level", "warning"))

    def check(self, port):
        self.check_arrivals(port, {})
        self.check_arrivals(port, {"Accept-Encoding": "gzip"})
        self.check_abandoned(port)

    def check_arrivals(self, port, fields):
        """Each event comes when it is made, not with the next ones."""
        with requests.get(f"http://127.0.0.1:{port}/v1/events", stream=True, timeout=PATIENCE,
                          headers={"Accept-Encoding": "identity"} | fields) as answer:
            arrivals = [time.monotonic()]
            for line in answer.iter_lines(chunk_size=1):
                if line.startswith(b"data: "):
                    arrivals.append(time.monotonic())
                if len(arrivals) > 5:
                    break
        self.assertLess(max(later - sooner for sooner, later in zip(arrivals, arrivals[1:])), EVENT_PATIENCE)

    def check_abandoned(self, port):
        """Streams that clients leave end on the server too, and not only when their proxy does."""
        before = open_connections(self.server.port)
        with contextlib.ExitStack() as stack:
            for number in range(100):
                stream = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
                stream.sendall(REQUEST)
                if number % 2:
                    stream.recv(1000)
            # Some go over connections that the proxy had kept.
            self.assertTrue(eventually(lambda: open_connections(self.server.port) > 100), "a stream did not open")
        self.assertTrue(
            eventually(lambda: open_connections(self.server.port) <= before), open_connections(self.server.port))

    def test_nginx(self):
        port = free_port()
        configuration = NGINX.replace("UPSTREAM", str(self.server.port)).replace("LISTEN", str(port))
        with proxy(["nginx", "-c"], configuration.replace("BUFFERING", "on"), port):
            self.check(port)

    def test_haproxy(self):
        port = free_port()
        configuration = HAPROXY.replace("UPSTREAM", str(self.server.port)).replace("LISTEN", str(port))
        with proxy(["haproxy", "-db", "-f"], configuration, port):
            self.check(port)


class AbandonedEventTests(unittest.TestCase):
    def test_ten_thousand_streams_leave_nothing(self):
        with Server("--log-level", "warning") as server:
            idle = server.descriptors()
            for batch in range(10):
                self.abandon(server, idle, batch)
            self.assertTrue(eventually(lambda: server.descriptors() <= idle), "descriptors are left open")
            memory = server.status("VmRSS")
            for batch in range(40):
                self.abandon(server, idle, batch)
            self.assertTrue(eventually(lambda: server.descriptors() <= idle), "descriptors are left open")
            grown = server.status("VmRSS") - memory
            print(f"\n  8000 streams after 2000: memory {memory} kB and {grown:+} kB")
            self.assertLess(grown, 10 << 10, "kB")
            self.assertEqual(ask(server.port, "GET", "/healthz")[0], 200)

    def abandon(self, server, idle, batch):
        """Opens streams, hears the head of most, and leaves: by a reset, by a close, or by half of one before."""
        # A client that has only ended its side is found to be gone with the next event.
        # The memory of many streams at a time would hide what each of them leaves.
        self.assertTrue(eventually(lambda: server.descriptors() <= idle + 300), "streams stay open")
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
                       for _ in range(200)]
            for stream in streams:
                stream.sendall(REQUEST)
            for number, stream in enumerate(streams):
                if (number + batch) % 5:
                    self.assertTrue(stream.recv(1000).startswith(b"HTTP/1.1 200 "))
                if number % 3 == 0:
                    # A close sends a reset.
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif number % 3 == 1:
                    stream.shutdown(socket.SHUT_WR)

    def test_a_client_that_never_reads_keeps_nobody(self):
        """Whoever reads gets every event; who does not is let go, although the kernel's buffer for it is far from full."""
        with Server("--log-level", "warning", "--write-timeout", "1") as server, contextlib.ExitStack() as stack:
            for _ in range(100):
                deaf = stack.enter_context(socket.socket())
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
                deaf.connect(("127.0.0.1", server.port))
                deaf.sendall(REQUEST)
            memory = server.status("VmRSS")
            run = curl("--max-time", 8, f"{server.url}/v1/events")
            self.assertGreaterEqual(len(parsed(complete(run.stdout))), 7)
            self.assertLess(server.status("VmRSS") - memory, 10 << 10, "kB")
            self.assertTrue(eventually(lambda: open_connections(server.port) <= 1, 30))
            server.process.terminate()
            self.assertEqual(server.process.wait(PATIENCE), 0)
