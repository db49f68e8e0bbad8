"""Client libraries: curl, http.client, requests (urllib3) and h11."""

import contextlib
import gzip
import json
import socket
import subprocess
import unittest

import h11
import requests

from support import MODEL, PATIENCE, PHOTO, Server, ask


class ClientTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.jpeg = PHOTO.read_bytes()
        status, _, body = ask(cls.server.port, "POST", "/v1/classify", cls.jpeg, {"Content-Type": "image/jpeg"})
        assert status == 200, body
        cls.expected = json.loads(body)["predictions"][0]["classes"]

    def classes(self, body):
        return json.loads(body)["predictions"][0]["classes"]

    def test_curl_forms_chunks_compression_and_versions(self):
        target = f"{self.server.url}/v1/classify"
        for arguments in (
            ["-F", f"image=@{PHOTO}"],
            ["--http1.0", "-H", "Content-Type: image/jpeg", "--data-binary", f"@{PHOTO}"],
            ["-H", "Content-Type: image/jpeg", "-H", "Transfer-Encoding: chunked", "--data-binary", f"@{PHOTO}"],
            ["-H", "Content-Type: image/jpeg", "-H", "Expect: 100-continue", "--data-binary", f"@{PHOTO}"],
            ["--compressed", "-F", f"image=@{PHOTO}"],
        ):
            run = subprocess.run(
                ["curl", "-sS", *arguments, target], capture_output=True, timeout=PATIENCE, check=True)
            self.assertEqual(self.classes(run.stdout), self.expected, arguments)

    def test_requests_keeps_one_connection_for_every_kind_of_body(self):
        with requests.Session() as session:
            def post(**options):
                answer = session.post(f"{self.server.url}/v1/classify", timeout=PATIENCE, **options)
                self.assertEqual(answer.status_code, 200, answer.text)
                self.assertEqual(self.classes(answer.content), self.expected)
            jpeg = {"Content-Type": "image/jpeg"}
            for _ in range(20):
                post(files={"image": ("photo.jpg", self.jpeg)})
                post(data=self.jpeg, headers=jpeg)
                post(data=iter([self.jpeg[:100], self.jpeg[100:]]), headers=jpeg)
                post(data=gzip.compress(self.jpeg), headers=jpeg | {"Content-Encoding": "gzip"})
            description = session.get(f"{self.server.url}/openapi.yaml", timeout=PATIENCE)
            self.assertEqual(description.headers["Content-Encoding"], "gzip")
            self.assertIn("operationId: classify", description.text)
            pools = session.get_adapter(self.server.url).poolmanager.pools
            self.assertEqual([pools[key].num_connections for key in pools.keys()], [1])

    def test_requests_sees_every_refusal(self):
        for options, status in (
            ({"data": b"x" * (33 << 20)}, 413), ({"data": iter([b"x" * (33 << 20)])}, 413),
            ({"data": b"x", "headers": {"Content-Encoding": "br"}}, 415),
            ({"data": gzip.compress(bytes(33 << 20)), "headers": {"Content-Encoding": "gzip"}}, 413),
        ):
            answer = requests.post(f"{self.server.url}/v1/classify", timeout=PATIENCE, **options)
            self.assertEqual(answer.status_code, status)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")

    @contextlib.contextmanager
    def h11_client(self):
        """A connection that h11 speaks on, strict in what it takes."""
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as stream:
            machine = h11.Connection(h11.CLIENT)
            def next_event():
                while True:
                    event = machine.next_event()
                    if event is not h11.NEED_DATA:
                        return event
                    machine.receive_data(stream.recv(65536))
            yield machine, lambda event: stream.sendall(machine.send(event)), next_event, stream

    def response(self, next_event):
        """The final response and its body."""
        head = next_event()
        while isinstance(head, h11.InformationalResponse):
            head = next_event()
        body = b""
        while not isinstance(event := next_event(), h11.EndOfMessage):
            body += bytes(event.data)
        return head, body

    def test_h11_agrees_with_every_answer_on_one_connection(self):
        host = ("Host", "localhost")
        with self.h11_client() as (machine, send, next_event, _):
            for method, target, status in (
                ("GET", "/healthz", 200), ("HEAD", "/healthz", 200), ("HEAD", "/openapi.yaml", 200),
                ("OPTIONS", "/v1/classify", 204), ("OPTIONS", "*", 204), ("GET", "/nothing", 404),
                ("DELETE", "/healthz", 405), ("BREW", "/healthz", 501), ("GET", f"/v1/models/{MODEL}/summary", 200),
            ):
                send(h11.Request(method=method, target=target, headers=[host, ("Accept-Encoding", "gzip")]))
                send(h11.EndOfMessage())
                head, body = self.response(next_event)
                self.assertEqual(head.status_code, status, (method, target))
                self.assertEqual(bool(body), method != "HEAD" and status != 204)
                machine.start_next_cycle()

    def test_h11_waits_for_100_continue_and_sends_trailers(self):
        with self.h11_client() as (machine, send, next_event, _):
            send(h11.Request(method="POST", target="/v1/classify", headers=[
                ("Host", "localhost"), ("Content-Type", "image/jpeg"), ("Transfer-Encoding", "chunked"),
                ("Expect", "100-continue")]))
            self.assertEqual(next_event().status_code, 100)
            send(h11.Data(data=self.jpeg[:1000]))
            send(h11.Data(data=self.jpeg[1000:]))
            send(h11.EndOfMessage(headers=[("X-Checksum", "1")]))
            head, body = self.response(next_event)
            self.assertEqual(head.status_code, 200)
            self.assertEqual(self.classes(body), self.expected)

    def test_h11_half_closes_and_gets_its_answer(self):
        with self.h11_client() as (machine, send, next_event, stream):
            send(h11.Request(method="POST", target="/v1/classify", headers=[
                ("Host", "localhost"), ("Content-Type", "image/jpeg"), ("Content-Length", str(len(self.jpeg)))]))
            send(h11.Data(data=self.jpeg))
            send(h11.EndOfMessage())
            stream.shutdown(socket.SHUT_WR)
            head, body = self.response(next_event)
            self.assertEqual(head.status_code, 200)
            self.assertEqual(self.classes(body), self.expected)
