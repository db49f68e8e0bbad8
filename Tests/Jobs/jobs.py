"""Jobs that are killed, and jobs whose world is taken away; see run.

    Tests/Jobs/run --kills 20 --seed 3 --only kills
"""

import argparse
import datetime
import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import pictures
from server import BASE, Refused, Server

OVER = ("succeeded", "failed", "cancelled")
# Members of reports that say when, how long or under which name.
TIMES = {"seconds", "created", "started", "ended", "time", "run", "model", "name_of_model", "threads"}
# After as many children in a row that came no further the server gives a job up, so the next one is left to come further.
FRUITLESS = 3


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def without_times(value, name):
    """A report without what two runs may differ in."""
    if isinstance(value, dict):
        return {key: without_times(member, name) for key, member in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [without_times(element, name) for element in value]
    return value.replace(name, "NAME") if isinstance(value, str) else value


def outcome(server, job):
    """What a job has made: the digest of its weights, and its report."""
    name, version = job["model"]["name"], job["model"]["version"]
    report = server.json("GET", f"/v1/jobs/{job['id']}/report")
    return digest(server.models / name / version / "weights.safetensors"), without_times(report, name)


def versions(server, name):
    folder = server.models / name
    return sorted(entry.name for entry in folder.iterdir() if entry.name.isdigit()) if folder.exists() else []


def check_models(server):
    """Every model that is served answers; none is half there."""
    for model in server.json("GET", "/v1/models")["models"]:
        assert model["state"] == "ready", model
        photo = pictures.drawn("circle", random.Random(9))
        answer = server.json("POST", f"/v1/models/{model['name']}/classify", photo, "image/png")
        assert answer["predictions"][0]["classes"], answer


class Killing:
    """Kills at drawn moments until enough were; one job after the other."""

    def __init__(self, folder, kills, dice, fine_tune):
        self.server = Server(folder, ["--job-threads", "2"]).start()
        self.kills, self.dice, self.fine_tune = kills, dice, fine_tune
        self.names, self.stages = [], {}
        self.done = 0

    def run(self):
        # As many as a test set needs: below that nothing is fine-tuned.
        self.dataset = self.server.upload(pictures.form(pictures.draw(None, each=60)))
        began = time.monotonic()
        job = self.server.create(self.dataset, "undisturbed", fine_tune=self.fine_tune)
        self.names.append("undisturbed")
        job = self.server.wait_for(job, *OVER)
        assert job["state"] == "succeeded", job
        self.seconds = time.monotonic() - began
        self.expected = outcome(self.server, job)
        self.versions = versions(self.server, "undisturbed")
        print(f"an undisturbed job takes {self.seconds:.1f} s and makes {len(self.versions)} version(s)", flush=True)
        while self.done < self.kills:
            self.disturb(f"killed-{len(self.names)}")
        assert self.server.stop() == 0
        print(f"{self.done} kills over {len(self.names) - 1} jobs; by stage: {self.stages}", flush=True)

    def disturb(self, name):
        """One job, killed again and again, then checked."""
        server = self.server
        job = server.create(self.dataset, name, fine_tune=self.fine_tune)
        self.names.append(name)
        reached, fruitless = 0, 0
        while server.job(job)["state"] not in OVER and self.done < self.kills:
            if fruitless >= FRUITLESS:
                server.wait("the job to come further", lambda: self.is_further(job, reached))
            time.sleep(self.dice.uniform(0, self.seconds / 3))
            state = server.job(job)
            if state["state"] in OVER:
                break
            fruitless = 0 if state["progress"] > reached else fruitless + 1
            reached = max(reached, state["progress"])
            self.kill(state)
        job = server.wait_for(job, *OVER)
        assert job["state"] == "succeeded", f"{job}; the log: {server.log()[-3000:]}"
        made = outcome(server, job)
        assert made[0] == self.expected[0], f"{name} has other weights than the undisturbed model"
        assert made[1] == self.expected[1], f"{name} has another report:\n{made[1]}\n{self.expected[1]}"
        assert versions(server, name) == self.versions, f"{name} was published as {versions(server, name)}"
        check_models(server)

    def is_further(self, job, reached):
        state = self.server.job(job)
        return state["state"] in OVER or state["progress"] > reached

    def kill(self, state):
        """The child or the server, as drawn; then all jobs are there, each once."""
        child = self.server.child()
        stage = state.get("stage", state["state"])
        if child and self.dice.random() < 0.5:
            try:
                os.kill(child, 9)
            except ProcessLookupError:
                return
        else:
            self.server.kill()
            self.server.start()
        self.done += 1
        self.stages[stage] = self.stages.get(stage, 0) + 1
        jobs = self.server.json("GET", "/v1/jobs")["jobs"]
        names = sorted(job["request"]["name"] for job in jobs)
        assert names == sorted(self.names), f"jobs are {names}, not {sorted(self.names)}"
        if self.done % 10 == 0:
            print(f"{self.done} kills", flush=True)


def full_disk(folder):
    """An upload that the disk has no room for is 507, leaves nothing, and hurts nobody."""
    probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if probe.returncode:
        return print("skipped: a full disk needs the right to mount", flush=True)
    server = Server(folder)
    server.jobs.mkdir()
    script = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"'
    server.prefix = ["unshare", "--mount", "sh", "-c", script, server.jobs]
    server.start()
    noise = random.Random(1).randbytes(4 << 20)
    try:
        server.upload(pictures.form({"circle/1.png": noise, "cross/1.png": noise}))
        raise AssertionError("what does not fit was taken")
    except Refused as refusal:
        assert refusal.status == 507 and refusal.problem["type"] == "/problems/storage-failed", refusal
    assert server.json("GET", "/v1/datasets")["datasets"] == []
    check_models(server)
    server.upload(pictures.form(pictures.draw(None, each=5)))
    assert server.stop() == 0
    print("a full disk: refused, nothing left behind", flush=True)


def failing_job(folder, what, take_away):
    """A job that lacks what it needs fails and says why; the next one is done."""
    server = Server(folder).start()
    dataset = server.upload(pictures.form(pictures.draw(None)))
    spare = server.upload(pictures.form(pictures.draw(None, seed=2)))
    first = server.create(dataset, "first")
    server.wait_for(first, "running", *OVER)
    second = server.create(dataset, "second")
    restore = take_away(server, dataset)
    server.wait_for(first, *OVER)
    job = server.wait_for(second, *OVER)
    assert job["state"] == "failed" and job.get("problem"), job
    restore()
    third = server.wait_for(server.create(spare, "third"), *OVER)
    assert third["state"] == "succeeded", third
    check_models(server)
    assert server.stop() == 0
    print(f"{what}: the job fails with: {job['problem']}", flush=True)


def dataset_gone(server, dataset):
    folders = [path for path in server.jobs.rglob(f"*{dataset}*") if path.is_dir()]
    assert folders, f"there is no folder of {dataset} in {server.jobs}"
    for folder in folders:
        shutil.rmtree(folder)
    return lambda: None


def base_gone(server, _):
    aside = server.folder / "aside"
    shutil.move(server.models / BASE, aside)
    return lambda: shutil.move(aside, server.models / BASE)


def jumping_clock(folder):
    """A clock that is set back and forth changes no outcome."""
    library, setting = pathlib.Path(folder, "clock.so"), pathlib.Path(folder, "offset")
    source = pathlib.Path(__file__).with_name("clock.c")
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        return print("skipped: a clock that jumps needs a C compiler", flush=True)
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source], check=True)
    setting.write_text("0")
    server = Server(folder, environment={"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(setting)}).start()
    dataset = server.upload(pictures.form(pictures.draw(None)))
    outcomes = []
    day = 86_400
    for name, jumps in (("steady", []), ("jumping", [-30 * day, 3 * day, 3600, -800 * day])):
        job = server.create(dataset, name)
        for jump in jumps:
            setting.write_text(str(jump))
            # A job may be over in a fifth of a second, so that not every jump falls between two of its events.
            time.sleep(0.1)
        job = server.wait_for(job, *OVER)
        assert job["state"] == "succeeded", job
        outcomes.append(outcome(server, job))
        events = server.json("GET", f"/v1/jobs/{job['id']}/events")["events"]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        times = [datetime.datetime.fromisoformat(event["time"]) for event in events]
        jumped = any(abs(later - earlier) > datetime.timedelta(minutes=30) for earlier, later in zip(times, times[1:]))
        assert bool(jumps) == jumped, f"the clock did not jump: {times}"
    assert outcomes[0] == outcomes[1]
    setting.write_text("0")
    assert server.stop() == 0
    print("a clock that jumps: the same model, events in order of their numbers", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--only", choices=["kills", "disk", "dataset", "base", "clock"])
    parser.add_argument("--no-fine-tuning", action="store_true")
    options = parser.parse_args()
    print(f"--seed {options.seed}", flush=True)
    dice = random.Random(options.seed)
    parts = {
        "kills": lambda folder: Killing(folder, options.kills, dice, not options.no_fine_tuning).run(),
        "disk": full_disk,
        "dataset": lambda folder: failing_job(folder, "a dataset that is gone", dataset_gone),
        "base": lambda folder: failing_job(folder, "a base that is gone", base_gone),
        "clock": jumping_clock,
    }
    for name in [options.only] if options.only else parts:
        with tempfile.TemporaryDirectory(prefix="convserve-jobs-") as folder:
            parts[name](folder)
    print("all is as it should be", flush=True)


if __name__ == "__main__":
    sys.exit(main())
