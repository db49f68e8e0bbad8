"""The server, and proxies in front of it, as processes on free ports of the loopback."""

import contextlib
import http.client
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONVSERVE = os.environ.get("CONVSERVE", str(ROOT / ".build/release/convserve"))
STREAMING_SERVER = os.environ.get("STREAMING_SERVER", str(ROOT / ".build/release/StreamingServer"))
MODEL = "resnet8-cifar10"
PHOTO = ROOT / "Tests/Goldens/images/photo.jpg"
# Seconds after which a step counts as failed; generous, as the machine may be busy.
PATIENCE = 120


def eventually(condition, seconds=PATIENCE):
    """Whether it holds within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, method, target, body=None, fields=None, chunked=False, authority=None):
    """One request on a connection of its own, over TLS if an authority is to be trusted: status, fields, body."""
    if authority:
        context = ssl.create_default_context(cafile=authority)
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(method, target, body=body, headers=fields or {}, encode_chunked=chunked)
        response = connection.getresponse()
        return response.status, response.headers, response.read()


@contextlib.contextmanager
def ended(process):
    """Ends a process when the block is left, however that happens."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Program:
    """What can be seen from outside of a server that runs: `process`, `port` and `authority` are its own."""

    @property
    def url(self):
        return f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}"

    def status(self, name):
        """A line of /proc/PID/status in kB, such as VmRSS."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server(Program):
    """`convserve serve` with one small model."""

    def __init__(self, *options, authority=None):
        self.options = options
        self.authority = authority

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            models = stack.enter_context(tempfile.TemporaryDirectory())
            os.symlink(ROOT / "models" / MODEL, os.path.join(models, MODEL))
            self.log = stack.enter_context(tempfile.TemporaryFile())
            self.process = stack.enter_context(ended(subprocess.Popen(
                [CONVSERVE, "serve", "--host", "127.0.0.1", "--port", "0", "--models", models, *self.options],
                stdout=subprocess.PIPE, stderr=self.log, text=True)))
            line = self.process.stdout.readline()
            self.port = int(re.search(r":(\d+)$", line.strip())[1])
            deadline = time.monotonic() + PATIENCE
            while ask(self.port, "GET", "/readyz", authority=self.authority)[0] != 200:
                assert time.monotonic() < deadline, "the server does not become ready"
                time.sleep(0.05)
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.process.stdout.close()
        self._cleanup.close()


class StreamingServer(Program):
    """Tests/StreamingServer: files that go in and out, and a clock. It has a folder of its own."""

    def __init__(self, certificate=None, key=None, authority=None):
        self.identity = (certificate, key) if certificate else ()
        self.authority = authority

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            self.process = stack.enter_context(ended(subprocess.Popen(
                [STREAMING_SERVER, str(self.folder), *self.identity],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)))
            self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])
            # Behind a first answer the program has the memory and the descriptors that it makes once.
            ask(self.port, "GET", "/files/none", authority=self.authority)
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self._cleanup.close()


def closed_connections(port):
    """How many connections to `port` wait for the end of their TIME_WAIT: one for each that was not kept."""
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    ends = [(line.split()[1], line.split()[2], line.split()[3]) for line in lines]
    suffix = f":{port:04X}"
    return sum(state == "06" and (local.endswith(suffix) or remote.endswith(suffix)) for local, remote, state in ends)


@contextlib.contextmanager
def proxy(command, configuration, port):
    """A proxy in the foreground, with its configuration in a file of its own; waits until it listens."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory, "configuration")
        file.write_text(configuration.replace("DIRECTORY", directory))
        process = subprocess.Popen([*command, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        with process.stderr, ended(process):
            deadline = time.monotonic() + PATIENCE
            while True:
                with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert process.poll() is None, process.stderr.read().decode()
                assert time.monotonic() < deadline, "the proxy does not listen"
                time.sleep(0.05)
            yield
