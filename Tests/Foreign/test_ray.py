"""Searches on a Ray cluster of three nodes, of which one is lost while it works: what comes out is what one machine finds."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

# Before Ray reads it: whatever a worker has started ends with the worker.
os.environ["RAY_kill_child_processes_on_worker_exit_with_raylet_subreaper"] = "1"

import ray
from ray.cluster_utils import Cluster

import support

SCRIPT = support.ROOT / "deploy/ray/search.py"
# One trial diverges: a rate times a decay of more than 2 makes weights grow with each step. The others take some seconds each, so
# that there is something to lose.
SPACE = {
    "settings": {"architecture": "lenet5", "epochs": 45, "batch_size": 16, "optimizer": {"name": "nesterov"}},
    "parameters": {"learning_rate": {"choice": [0.003, 0.03, 0.1, 100]}, "weight_decay": {"choice": [0, 0.1]}},
    "sampler": "grid", "scheduler": {"name": "halving", "reduction": 3, "minimum_epochs": 15},
}
# What a search writes that has no paths and no times.
FILES = ("report.json", "parallel.svg", "marginals.svg")


def say(text):
    print(f"  {text}", flush=True)


def processes(text):
    """Processes whose arguments hold a text: number, parent, arguments."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            arguments = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0") if entry.name.isdigit() else []
            if any(text in argument for argument in arguments):
                found.append((int(entry.name), int(re.search(r"\) \S (\d+)", (entry / "stat").read_text())[1]), arguments))
        except (OSError, TypeError):
            # It has ended meanwhile.
            pass
    return found


def parent(process):
    try:
        return int(re.search(r"\) \S (\d+)", pathlib.Path(f"/proc/{process}/stat").read_text())[1])
    except OSError:
        return 0


def trials_of(node, output):
    """Trials that run on a node: their process and their folder."""
    raylet = node.all_processes["raylet"][0].process.pid
    return [
        (process, pathlib.Path(arguments[2]).parent)
        for process, worker, arguments in processes(str(output))
        if len(arguments) > 2 and arguments[1] == "trial" and parent(worker) == raylet]


def epochs_of(trial):
    """Epochs that a trial has come to and kept."""
    curve = trial / "curve.json"
    return len(json.loads(curve.read_text())["curve"]) if curve.exists() else 0


class RayTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="convserve-ray-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.data = cls.folder / "digits"
        subprocess.run([sys.executable, support.ROOT / "scripts/export-digits.py", cls.data], check=True)
        cls.space = cls.folder / "space.json"
        cls.space.write_text(json.dumps(SPACE))
        cls.local = cls.folder / "local"
        cls.run_locally(cls.local)
        cls.cluster = Cluster(initialize_head=True, head_node_args=cls.node())
        cls.addClassCleanup(cls.cluster.shutdown)
        cls.nodes = [cls.cluster.add_node(**cls.node()) for _ in range(2)]
        cls.cluster.wait_for_nodes()

    @staticmethod
    def node():
        return {"num_cpus": 1, "object_store_memory": 80 << 20, "include_dashboard": False}

    @classmethod
    def run_locally(cls, output):
        begin = time.monotonic()
        subprocess.run(
            [support.CONVSERVE, "search", cls.space, "--data", cls.data, "--output", output, "--workers", "2",
             "--threads", "2"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=support.PATIENCE)
        say(f"on one machine: {time.monotonic() - begin:.0f} s")

    def start(self, output, *options):
        return subprocess.Popen(
            [sys.executable, SCRIPT, self.space, "--data", self.data, "--output", output, "--ray-address",
             self.cluster.address, "--convserve", support.CONVSERVE, "--json", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, search, status=0):
        """The lines that a search has written."""
        out, errors = search.communicate(timeout=support.PATIENCE)
        self.assertEqual(search.returncode, status, errors)
        return [json.loads(line) for line in out.splitlines()]

    def assert_equal_to_local(self, output):
        for name in FILES:
            self.assertEqual((output / name).read_bytes(), (self.local / name).read_bytes(), name)
        for result in sorted(self.local.glob("trials/*/result.json")):
            other = output / result.relative_to(self.local)
            self.assertEqual(other.read_text(), result.read_text())
        trials = sum(1 for _ in self.local.glob("trials/*/result.json"))
        self.assertEqual(trials, 8)
        say(f"{trials} trials: validation accuracies, losses and report equal to those of one machine")

    def assert_no_process_left(self, output):
        self.assertTrue(support.eventually(lambda: not processes(str(output)), 20), processes(str(output)))

    def test_a_node_is_lost_and_its_trial_goes_on_from_its_checkpoint(self):
        output = self.folder / "lost"
        search = self.start(output)
        victim = self.nodes.pop()

        def at_work():
            return [(process, trial) for process, trial in trials_of(victim, output) if 0 < epochs_of(trial) < 10]

        self.assertTrue(support.eventually(at_work))
        process, trial = at_work()[0]
        self.cluster.remove_node(victim, allow_graceful=False)
        begin = time.monotonic()
        kept = epochs_of(trial)
        say(f"trial {trial.name} was on the node that is lost, and had {kept} epochs")
        self.assertTrue(support.eventually(lambda: not pathlib.Path(f"/proc/{process}").exists(), 20))
        say(f"its process was gone {time.monotonic() - begin:.1f} s later")

        lines = self.finish(search)
        starts = [
            line["line"]["epochs_done"] for line in lines
            if line["event"] == "trial" and line["trial"] == int(trial.name) and line["line"]["event"] == "started"]
        say(f"it was started with epochs done: {starts}")
        self.assertGreaterEqual(len(starts), 2)
        self.assertEqual(starts[0], 0)
        self.assertGreaterEqual(starts[1], kept)
        diverged = [line for line in lines if line["event"] == "result" and line["result"]["status"] == "diverged"]
        self.assertEqual(len(diverged), 1)
        self.assert_equal_to_local(output)
        self.assert_no_process_left(output)

    def test_a_search_that_is_stopped_and_then_killed_goes_on(self):
        output = self.folder / "stopped"
        search = self.start(output)
        self.assertTrue(support.eventually(lambda: any(map(epochs_of, output.glob("trials/*")))))
        search.terminate()
        self.finish(search, os.EX_TEMPFAIL)
        self.assert_no_process_left(output)
        say(f"stopped, with {sum(map(epochs_of, output.glob('trials/*')))} epochs kept")

        search = self.start(output, "--resume")
        self.assertTrue(support.eventually(lambda: any(trial for trial in processes(str(output)) if "trial" in trial[2])))
        search.send_signal(signal.SIGKILL)
        search.communicate()
        self.assert_no_process_left(output)
        say(f"killed, with {sum(map(epochs_of, output.glob('trials/*')))} epochs kept; no process is left")

        self.finish(self.start(output, "--resume"))
        self.assert_equal_to_local(output)
        self.assert_no_process_left(output)

    def test_a_wrong_space_is_refused_in_the_words_of_the_program(self):
        search = subprocess.run(
            [sys.executable, SCRIPT, os.devnull, "--data", self.data, "--output", self.folder / "none", "--ray-address",
             self.cluster.address, "--convserve", support.CONVSERVE],
            capture_output=True, text=True, timeout=support.PATIENCE, check=False)
        self.assertEqual(search.returncode, os.EX_DATAERR)
        self.assertIn("accepted: ", search.stderr)


if __name__ == "__main__":
    unittest.main()
