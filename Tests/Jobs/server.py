"""A server with jobs, as a process that may be killed and started again over the same folders."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = "resnet8-cifar10"
# Seconds after which a step counts as failed; generous, as the machine may be busy.
PATIENCE = 300


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body[:500]!r}")
        self.status = status
        self.problem = json.loads(body) if body else {}


class Server:
    def __init__(self, folder, options=(), prefix=(), environment=None):
        self.folder = pathlib.Path(folder)
        self.models = self.folder / "models"
        self.jobs = self.folder / "jobs"
        self.options = options
        self.prefix = prefix
        self.environment = {**os.environ, **(environment or {})}
        self.process = None
        if not self.models.exists():
            self.models.mkdir(parents=True)
            shutil.copytree(ROOT / "models" / BASE, self.models / BASE)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, os.environ["CONVSERVE"], "serve", "--host", "127.0.0.1", "--port", "0", "--models", self.models,
                 "--jobs-directory", self.jobs, "--default-model", BASE, *self.options],
                stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment)
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        match = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert match, f"the server's first line has no address: {line!r}; its log: {self.log()[-2000:]}"
        self.port = int(match[1])
        self.wait("the server to become ready", self.is_ready)
        return self

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def is_ready(self):
        try:
            self.ask("GET", "/readyz")
            return True
        except (Refused, OSError, http.client.HTTPException):
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Ends it as a supervisor does; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return status

    def child(self):
        """The process that does a job now: a descendant of the server that runs `adapt`; None where there is none."""
        parents, commands = {}, {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text()
                commands[int(entry)] = pathlib.Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
        for process, command in commands.items():
            ancestor = process
            while ancestor in parents and ancestor != self.process.pid:
                ancestor = parents[ancestor]
            if ancestor == self.process.pid and process != ancestor and b"adapt" in command:
                return process
        return None

    def ask(self, method, target, body=None, kind=None, accept=None):
        """The answer's body.

        Raises Refused for an error.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            fields = {**({"Content-Type": kind} if kind else {}), **({"Accept": accept} if accept else {})}
            connection.request(method, target, body=body, headers=fields)
            response = connection.getresponse()
            data = response.read()
            if response.status >= 400:
                raise Refused(response.status, data)
            return data
        finally:
            connection.close()

    def json(self, method, target, body=None, kind=None):
        return json.loads(self.ask(method, target, body, kind))

    def upload(self, form):
        return self.json("POST", "/v1/datasets", form[1], form[0])["id"]

    def create(self, dataset, name, **members):
        request = {"kind": "adapt", "dataset": dataset, "base": BASE, "name": name, "seed": 7, **members}
        return self.json("POST", "/v1/jobs", json.dumps(request), "application/json")["id"]

    def job(self, job):
        return self.json("GET", f"/v1/jobs/{job}")

    def wait(self, what, test, patience=PATIENCE):
        end = time.monotonic() + patience
        while not test():
            assert time.monotonic() < end, f"waited in vain for {what}; the log: {self.log()[-2000:]}"
            time.sleep(0.05)

    def wait_for(self, job, *states):
        """The job, once it is in one of the states."""
        self.wait(f"{job} to be {states}, it is {self.job(job)}", lambda: self.job(job)["state"] in states)
        return self.job(job)
