#!/usr/bin/env python3
"""Runs the trials of `convserve search` on the nodes of a Ray cluster.

    deploy/ray/search.py SPACE.yaml --data DIR --output DIR [--ray-address ADDRESS] [--threads-per-trial N]
                         [--convserve PROGRAM] [options of `convserve search`]

The program decides, writes its log and its report, as it does on one machine. It starts run_trial.py for each part of a trial.
That script asks this process, which gives the part to Ray as a task. Ray finds a node with processors to spare. A task whose
node is lost is given to another, where the trial goes on from its checkpoint: what comes out is the same to the bit.

Program, data, models and output have the same paths on all nodes (NFS, for example). Start nodes with
RAY_kill_child_processes_on_worker_exit_with_raylet_subreaper=1, so that nothing outlives a worker. docs/hyperparameters.md
says more.
"""

import argparse
import ctypes
import fcntl
import itertools
import json
import os
import pathlib
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

# Seconds between two looks at whether a trial is to stop.
LOOK = 0.5
# Seconds that a lost node's trial may still hold its checkpoint.
LOCK_PATIENCE = 120
# Bytes of a trial's standard error that reach the search.
LAST_WORDS = 16 << 10


def end_with_parent(number):
    """For `preexec_fn`: the kernel sends this signal when the thread that started the process ends (PR_SET_PDEATHSIG)."""
    return lambda: ctypes.CDLL(None).prctl(1, number)


def await_children():
    """Ray has the system wait for children, whose status nobody learns then; and so it would be for theirs."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


# On a node of the cluster.

def await_lock(directory):
    """Waits until no other process is at work on the trial, as one on a node that Ray has given up may be for a moment."""
    lock = pathlib.Path(directory, "lock")
    deadline = time.monotonic() + LOCK_PATIENCE
    while lock.exists() and time.monotonic() < deadline:
        with lock.open() as file:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(LOOK)


def correspond(child, letters, part):
    """Hands on what a trial says, and asks it to keep what it has once the search wants that.

    It has a thread of its own: one that runs a task gives its processor away while it waits for Ray.
    """
    is_stopping = is_over = False
    while not is_over:
        ready, _, _ = select.select([child.stdout], [], [], LOOK)
        text = os.read(child.stdout.fileno(), 1 << 16) if ready else b""
        is_over = bool(ready) and not text
        if ray.get(letters.put.remote(part, text)) and not is_stopping:
            is_stopping = True
            child.terminate()


@ray.remote(max_retries=-1)
def run_part(letters, part, command, directory):
    """A part of a trial: its status as `subprocess` gives it, and the end of its standard error."""
    await_children()
    await_lock(directory)
    with tempfile.TemporaryFile() as errors, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            preexec_fn=end_with_parent(signal.SIGKILL)) as child:
        thread = threading.Thread(target=correspond, args=(child, letters, part), daemon=True)
        thread.start()
        status = child.wait()
        thread.join()
        size = errors.seek(0, os.SEEK_END)
        errors.seek(max(0, size - LAST_WORDS))
        return status, errors.read()


# On the search's own node.

@ray.remote(num_cpus=0)
class Letters:
    """What trials say on their way to the search, and the search's word that one is to stop."""

    def __init__(self):
        self.texts = {}
        self.stopped = set()

    def put(self, part, text):
        """Whether the part is to stop."""
        self.texts[part] = self.texts.get(part, b"") + text
        return part in self.stopped

    def take(self, part):
        return self.texts.pop(part, b"")

    def stop(self, part):
        self.stopped.add(part)


class Desk:
    """Takes the parts of trials that run_trial.py brings, one connection each."""

    def __init__(self, path, convserve):
        self.convserve = convserve
        self.numbers = itertools.count()
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        self.letters = Letters.options(scheduling_strategy=here).remote()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(256)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, client.makefile("r") as words:
            arguments = json.loads(words.readline())
            part = next(self.numbers)
            threads = int(arguments[arguments.index("--threads") + 1])
            directory = json.loads(pathlib.Path(arguments[0]).read_text())["directory"]
            task = run_part.options(num_cpus=threads, name=f"trial {pathlib.Path(directory).name}").remote(
                self.letters, part, [self.convserve, "trial", *arguments], directory)
            try:
                status, errors = self.follow(client, part, task)
            except OSError:
                # Nobody waits for it any more.
                return ray.cancel(task, force=True)
            except ray.exceptions.RayError as error:
                status, errors = os.EX_SOFTWARE, f"Error: {error}\n".encode()
            self.send(client, errors=errors, status=status)

    def follow(self, client, part, task):
        """Hands on what the trial says until it is over."""
        is_over = is_stopping = False
        while not is_over:
            is_over = bool(ray.wait([task], timeout=LOOK)[0])
            self.send(client, text=ray.get(self.letters.take.remote(part)))
            if not is_stopping and select.select([client], [], [], 0)[0]:
                # A word that the trial is to stop, or the end of who asked.
                is_stopping = True
                ray.get(self.letters.stop.remote(part))
        return ray.get(task)

    @staticmethod
    def send(client, **message):
        # As Latin-1, in which every byte is a character: a piece may end within one of UTF-8.
        texts = {name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in message.items()}
        client.sendall(json.dumps(texts).encode() + b"\n")


def parse(arguments):
    parser = argparse.ArgumentParser(
        allow_abbrev=False,
        description="convserve search, with trials on a Ray cluster. All other options are those of convserve search.")
    parser.add_argument("--ray-address", default="auto", help="the cluster's (default: the one that runs here)")
    parser.add_argument("--threads-per-trial", type=int, default=1, help="processors of each trial (1)")
    parser.add_argument("--workers", type=int, help="trials at once (default: as many as the cluster has processors for)")
    parser.add_argument("--convserve", default=shutil.which("convserve") or "convserve", help="the program, on all nodes")
    return parser.parse_known_args(arguments)


def main(arguments):
    options, others = parse(arguments)
    # What Ray prints is not what the search does.
    output = os.dup(1)
    os.dup2(2, 1)
    ray.init(address=options.ray_address, log_to_driver=False, logging_level="warning")
    await_children()
    workers = options.workers or max(
        1, int(ray.cluster_resources().get("CPU", 1)) // options.threads_per_trial)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "desk")
        desk = Desk(path, os.path.abspath(options.convserve))
        script = pathlib.Path(__file__).resolve().parent / "run_trial.py"
        search = subprocess.Popen(
            [desk.convserve, "search", *others, "--workers", str(workers),
             "--threads", str(workers * options.threads_per_trial),
             "--trial-command", shlex.join([sys.executable, "-S", str(script), path])],
            stdout=output, preexec_fn=end_with_parent(signal.SIGTERM))
        # Ray has a handler of its own. From a terminal the search hears of it by itself.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: search.terminate())
        return search.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
