"""nginx and HAProxy in front of the server, with kept connections to it."""

import contextlib
import json
import socket
import unittest

from support import PATIENCE, PHOTO, Server, ask, closed_connections, free_port, proxy
from test_table import rows

NGINX = """
daemon off; master_process off; pid DIRECTORY/pid; error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path DIRECTORY/body; proxy_temp_path DIRECTORY/proxy;
  fastcgi_temp_path DIRECTORY/f; uwsgi_temp_path DIRECTORY/u; scgi_temp_path DIRECTORY/s;
  upstream convserve { server 127.0.0.1:UPSTREAM; keepalive 8; }
  server {
    listen 127.0.0.1:LISTEN; client_max_body_size 64m; proxy_request_buffering BUFFERING;
    location / { proxy_pass http://convserve; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
"""

HAPROXY = """
global
  maxconn 256
defaults
  mode http
  timeout connect 60s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend front
  bind 127.0.0.1:LISTEN
  default_backend back
backend back
  server convserve 127.0.0.1:UPSTREAM
"""


class ProxyTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.jpeg = PHOTO.read_bytes()

    def check(self, port):
        """Every kind of request through a proxy is answered as without one, over few connections."""
        jpeg = {"Content-Type": "image/jpeg"}
        before = closed_connections(self.server.port)
        requests = [
            ("GET", "/healthz", None, {}, False), ("HEAD", "/openapi.yaml", None, {}, False),
            ("GET", "/openapi.yaml", None, {"Accept-Encoding": "gzip"}, False),
            ("POST", "/v1/classify", self.jpeg, jpeg, False), ("POST", "/v1/classify", [self.jpeg], jpeg, True),
            ("POST", "/v1/classify", self.jpeg, jpeg | {"Expect": "100-continue"}, False),
            ("GET", "/nothing", None, {}, False), ("DELETE", "/healthz", None, {}, False),
            ("POST", "/v1/classify", b"no image", jpeg, False),
        ]
        direct = [self.answer(self.server.port, *request) for request in requests]
        here = closed_connections(self.server.port)
        for _ in range(25):
            self.assertEqual([self.answer(port, *request) for request in requests], direct)
        self.assertEqual([status for status, _, _ in direct], [200, 200, 200, 200, 200, 200, 404, 405, 400])
        # 225 requests; the proxy may have opened a few connections more than it keeps.
        self.assertLess(closed_connections(self.server.port) - here, 40, f"{here - before} without the proxy")

    def answer(self, port, method, target, body, fields, chunked):
        if chunked:
            body = iter(body)
        status, headers, answer = ask(port, method, target, body, fields, chunked)
        if target == "/v1/classify" and status == 200:
            answer = json.loads(answer)["predictions"][0]["classes"]
        return status, headers["Content-Type"], answer

    def check_smuggling(self, port):
        """Whatever a client sends through the proxy, the next one gets the answer to its own request."""
        target = "/v1/architectures/lenet5/summary?format=csv"
        expected = ask(self.server.port, "GET", target)[2]
        for name, data, _ in rows():
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as attacker:
                attacker.sendall(data)
                # Long enough for what the proxy passes on to have arrived.
                attacker.settimeout(0.05)
                with contextlib.suppress(OSError):
                    while attacker.recv(65536):
                        pass
                for _ in range(2):
                    self.assertEqual(ask(port, "GET", target)[2], expected, name)

    def check_too_large(self, port):
        """A body that is refused while it arrives: the answer, or at worst a proxy's word for a broken connection."""
        status, _, _ = ask(port, "POST", "/v1/classify", iter([bytes(1 << 20)] * 34), {}, True)
        self.assertIn(status, (413, 502))
        self.assertEqual(ask(port, "GET", "/healthz")[0], 200)

    def test_nginx(self):
        for buffering in ("on", "off"):
            port = free_port()
            configuration = NGINX.replace("UPSTREAM", str(self.server.port)).replace("LISTEN", str(port))
            with self.subTest(buffering=buffering), proxy(
                    ["nginx", "-c"], configuration.replace("BUFFERING", buffering), port):
                self.check(port)
                self.check_too_large(port)
                self.check_smuggling(port)

    def test_haproxy(self):
        port = free_port()
        configuration = HAPROXY.replace("UPSTREAM", str(self.server.port)).replace("LISTEN", str(port))
        with proxy(["haproxy", "-db", "-f"], configuration, port):
            self.check(port)
            self.check_too_large(port)
            self.check_smuggling(port)
