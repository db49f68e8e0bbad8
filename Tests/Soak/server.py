"""`convserve` as a process, and what the kernel says of it."""

import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import time

from metrics import Metrics
from wire import PATIENCE

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONVSERVE = os.environ.get("CONVSERVE", str(ROOT / ".build/release/convserve"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(target, path):
    """One GET on a connection of its own, outside of asyncio: status and body."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=PATIENCE) as plain:
        stream = target.context.wrap_socket(plain) if target.context else plain
        stream.sendall(f"GET {path} HTTP/1.1\r\n{target.fields}Connection: close\r\n\r\n".encode())
        received = b""
        while data := stream.recv(1 << 16):
            received += data
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


class Server:
    """`convserve serve`; it has ended when the block has."""

    def __init__(self, target, models, folder, *options):
        self.target = target
        self.log = pathlib.Path(folder) / f"{target.name}.log"
        self.command = [
            CONVSERVE, "serve", "--host", "127.0.0.1", "--port", str(target.port), "--models", str(models),
            "--log-level", "notice", *options]
        self.environment = os.environ | {"XDG_CACHE_HOME": str(folder)}
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=subprocess.DEVNULL, stderr=log, env=self.environment)

    def wait_until_ready(self):
        """Seconds that it took."""
        began = time.monotonic()
        while not self.is_ready():
            self.require_running()
            if time.monotonic() - began > PATIENCE:
                raise SystemExit("the server does not become ready")
            time.sleep(0.02)
        return time.monotonic() - began

    def require_running(self):
        if self.process.poll() is not None:
            raise SystemExit(
                f"FAILED: the server {self.target.name} ended by itself with {self.process.returncode}:\n"
                f"{self.log.read_text()[-3000:]}")

    def is_ready(self):
        try:
            return ask(self.target, "/readyz")[0] == 200
        except (OSError, ssl.SSLError, IndexError):
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def terminate(self):
        self.process.terminate()

    def wait(self):
        """Exit status."""
        return self.process.wait(PATIENCE)

    def __enter__(self):
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def metrics(self):
        return Metrics(ask(self.target, "/metrics")[1].decode())

    def resident_bytes(self):
        return 1024 * self._status("VmRSS")

    def threads(self):
        return self._status("Threads")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def _status(self, name):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1])
