"""TLS: scanners that look for weaknesses, clients, and renewals under load."""

import contextlib
import json
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import requests

from support import PATIENCE, PHOTO, Server
from test_load import tool

# What testssl.sh says of the certificate that is made here, of its authority's name server, and of HTTP's header: HSTS
# would bind every other port of the host too, and is for whoever owns the host to set. And what it at times cannot look
# at: its client may leave before TLS 1.3 has given it a session to resume.
NOT_OURS = {
    "engine_problem", "cert_revocation", "DNS_CAArecord", "HSTS", "security_headers", "sessionresumption_ticket"}


class Certificates:
    """An authority and what it signs, in a folder; RSA for the server, with the slowest keys that are common."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key", "-out",
                     "authority.pem", "-days", 90, "-subj", "/CN=authority")
        self.issue("rsa", "rsa:4096", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self.issue("ec", "ec", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self.issue("client", "ec", "extendedKeyUsage=clientAuth\n")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder, check=True, capture_output=True)

    def issue(self, name, kind, extensions):
        curve = ["-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ec" else []
        self.openssl("req", "-newkey", kind, *curve, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                     "-subj", f"/CN={name}")
        (self.folder / f"{name}.extensions").write_text("keyUsage=digitalSignature\n" + extensions)
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
                     "-CAcreateserial", "-days", 90, "-extfile", f"{name}.extensions", "-out", f"{name}.pem")

    def __getitem__(self, name):
        return str(self.folder / name)

    def options(self, name):
        return ("--tls-certificate", self[f"{name}.pem"], "--tls-key", self[f"{name}.key"])


class TLSTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.certificates = Certificates(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def server(self, name, *options):
        return Server("--log-level", "warning", *self.certificates.options(name), *options,
                      authority=self.certificates["authority.pem"])

    def test_sslscan_finds_nothing_weak(self):
        for name in ("rsa", "ec"):
            with self.subTest(name), self.server(name) as server:
                output = tool("sslscan", "--no-colour", f"127.0.0.1:{server.port}")
                enabled = re.findall(r"^(\S+)\s+enabled$", output, re.MULTILINE)
                self.assertEqual(enabled, ["TLSv1.2", "TLSv1.3"], output)
                accepted = re.findall(r"^(?:Preferred|Accepted)\s+(\S+)\s+\d+ bits\s+(\S+)", output, re.MULTILINE)
                self.assertEqual(len(accepted), 6, output)
                for version, cipher in accepted:
                    self.assertTrue(version == "TLSv1.3" or cipher.startswith("ECDHE-"), cipher)
                    self.assertRegex(cipher, "GCM|CHACHA20|POLY1305")
                self.assertIn("Session renegotiation not supported", output)
                self.assertNotRegex(output, r"(?<!not )vulnerable to heartbleed")

    def test_testssl_finds_nothing_weak(self):
        for name in ("rsa", "ec"):
            with self.subTest(name), self.server(name) as server, tempfile.TemporaryDirectory() as folder:
                report = pathlib.Path(folder, "report.json")
                tool("testssl", "--color", 0, "--warnings", "off", "--add-ca", self.certificates["authority.pem"],
                     "--jsonfile", report, f"127.0.0.1:{server.port}")
                findings = json.loads(report.read_text())
                self.assertGreater(len(findings), 100)
                weak = [f"{finding['id']}: {finding['severity']}: {finding['finding']}" for finding in findings
                        if finding["severity"] not in ("OK", "INFO") and finding["id"] not in NOT_OURS]
                self.assertEqual(weak, [])

    def test_requests_classifies_with_and_without_a_certificate(self):
        with self.server("ec", "--tls-client-ca", self.certificates["authority.pem"],
                         "--tls-client-verification", "optional") as server:
            for shown in (None, (self.certificates["client.pem"], self.certificates["client.key"])):
                with requests.Session() as session:
                    for _ in range(3):
                        # Given here, as a variable of the environment goes before what the session trusts.
                        answer = session.post(f"{server.url}/v1/classify", files={"image": PHOTO.read_bytes()},
                                              verify=self.certificates["authority.pem"], cert=shown)
                        self.assertEqual(answer.status_code, 200)
                        self.assertEqual(answer.json()["predictions"][0]["classes"][0]["label"], "cat")

    def test_ab_and_siege(self):
        with self.server("ec") as server:
            for arguments in (["-k"], []):
                output = tool("ab", "-q", "-n", 2000, "-c", 50, *arguments, f"{server.url}/healthz")
                self.assertRegex(output, r"Complete requests:\s+2000\n")
                self.assertRegex(output, r"Failed requests:\s+0\n")
            output = tool("siege", "-b", "-c", 25, "-r", 20, f"{server.url}/openapi.yaml")
            self.assertRegex(output, r"(?i)failed[ _]transactions\"?:\s*0")

    def test_renewals_under_load_lose_nothing(self):
        with self.server("ec") as server:
            descriptors = server.descriptors()
            is_over = threading.Event()

            def renew():
                while not is_over.wait(0.05):
                    server.process.send_signal(signal.SIGHUP)

            renewal = threading.Thread(target=renew)
            renewal.start()
            try:
                outputs = [tool("ab", "-q", "-n", 3000, "-c", 20, *arguments, f"{server.url}/healthz")
                           for arguments in (["-k"], [])]
            finally:
                is_over.set()
                renewal.join()
            for output in outputs:
                self.assertRegex(output, r"Complete requests:\s+3000\n")
                self.assertRegex(output, r"Failed requests:\s+0\n")
            deadline = time.monotonic() + PATIENCE
            while server.descriptors() > descriptors:
                self.assertLess(time.monotonic(), deadline, "descriptors are left open")
                time.sleep(0.1)

    def test_unfinished_handshakes_hold_nobody_up(self):
        """Figures for 200 handshakes begun and left, beside the same without them; RSA-4096."""
        with self.server("rsa", "--header-timeout", "30") as server, contextlib.ExitStack() as stack:
            alone = self.times(server)
            for _ in range(200):
                begun = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
                begun.sendall(bytes([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]))
            beside = self.times(server)
            print(f"\n  30 connections with RSA-4096: median {alone * 1e3:.1f} ms alone, "
                  f"{beside * 1e3:.1f} ms beside 200 unfinished handshakes")

    def times(self, server):
        times = []
        for _ in range(30):
            began = time.perf_counter()
            with requests.Session() as session:
                answer = session.get(f"{server.url}/healthz", verify=self.certificates["authority.pem"])
            self.assertEqual(answer.status_code, 200)
            times.append(time.perf_counter() - began)
        return sorted(times)[len(times) // 2]
