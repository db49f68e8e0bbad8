"""SIGTERM while requests are in work: each of them is answered, and the exit status is 0."""

import concurrent.futures
import http.client
import signal
import threading
import time
import unittest

from support import PATIENCE, PHOTOS, Server

CLIENTS = 24


class StoppingTests(unittest.TestCase):
    def test_every_accepted_request_is_answered(self):
        # Ten crops an image make a request long enough to be caught in work.
        photo = (PHOTOS / "coffee.png").read_bytes()
        first_answer = threading.Event()

        def classify(connection):
            connection.putrequest("POST", "/v1/classify?crop=ten&timeout_ms=60000")
            connection.putheader("Content-Type", "image/png")
            connection.putheader("Content-Length", str(len(photo)))
            connection.endheaders()
            connection.send(photo)
            response = connection.getresponse()
            response.read()
            first_answer.set()
            return response.status, time.monotonic()

        with Server("--queue-capacity", "1000", "--grace-period", str(PATIENCE)) as server:
            # Asked once before, each connection has been accepted by the server and not only by the kernel.
            connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE) for _ in range(CLIENTS)]
            for connection in connections:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
                answers = [clients.submit(classify, connection) for connection in connections]
                self.assertTrue(first_answer.wait(PATIENCE))
                stopped = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                results = [answer.result() for answer in answers]
            self.assertEqual([status for status, _ in results], [200] * CLIENTS)
            self.assertGreater(sum(end > stopped for _, end in results), 1, "nothing was in work when the signal came")
            self.assertEqual(server.process.wait(PATIENCE), 0)
            with self.assertRaises(ConnectionRefusedError):
                server.get("/healthz")
            for connection in connections:
                connection.close()

    def test_an_idle_server_stops_at_once_by_either_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), Server() as server:
                idle = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
                idle.connect()
                began = time.monotonic()
                server.process.send_signal(number)
                self.assertEqual(server.process.wait(PATIENCE), 0)
                self.assertLess(time.monotonic() - began, 10)
                idle.close()
