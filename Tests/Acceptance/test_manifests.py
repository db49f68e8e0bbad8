"""The manifests of deploy/kubernetes: what they start is the program's, and Katib can read what it writes."""

import contextlib
import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest

import support

MANIFESTS = support.ROOT / "deploy/kubernetes"
EXPERIMENTS = ("katib-random.yaml", "katib-hyperband.yaml")
# What Katib's collector of StdOut looks for where a manifest names nothing else: since 0.12, and before.
KATIB_FILTERS = (r"([\w|-]+)\s*=\s*([+-]?\d*(\.\d+)?([Ee][+-]?\d+)?)", r"([\w|-]+)\s*=\s*((-?\d+)(\.\d+)?)")
RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
TRIALS = 3


def documents(name):
    """The documents of a manifest. The environment of schemathesis knows YAML."""
    python = pathlib.Path(os.environ["SCHEMATHESIS"]).with_name("python")
    script = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)"
    with (MANIFESTS / name).open() as file:
        return json.loads(subprocess.run([python, "-c", script], stdin=file, capture_output=True, check=True).stdout)


def document(name, kind):
    return next(found for found in documents(name) if found["kind"] == kind)


def write_data(folder):
    """Pictures of 8 x 8 in two classes, bright at the left or at the right, which anything learns at once."""
    for name, count in (("train", 600), ("t10k", 40)):
        pixels = bytes(220 if (pixel % 8 < 4) == (image % 2 == 0) else 30 for image in range(count) for pixel in range(64))
        labels = bytes(image % 2 for image in range(count))
        (folder / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">BBBB3I", 0, 0, 8, 3, count, 8, 8) + pixels)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, count) + labels)


class Pod:
    """What a container of a manifest sees: its volumes, as folders of one that is deleted afterwards."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("data", "searches", "space", "trial"):
            (folder / name).mkdir()
        write_data(folder / "data")

    def write(self, volume, manifest):
        for name, text in document(manifest, "ConfigMap")["data"].items():
            (self.folder / volume / name).write_text(text.replace('"/data"', json.dumps(str(self.folder / "data"))))

    def run(self, specification, replacements, *more):
        """Runs a container's command, with more options where they are given."""
        container, = specification["containers"]
        words = container.get("command", ["convserve"]) + container.get("args", [])
        assert words.pop(0) == "convserve"
        mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
        return support.command(*(self.seen(replaced(word, replacements), mounts) for word in words), *more, cwd=self.folder)

    def seen(self, word, mounts):
        """A path of the container as it is here."""
        paths = "|".join(map(re.escape, mounts))
        return re.sub(rf"(^|=)({paths})(?=/|$)", rf"\g<1>{self.folder}\2", word)


def replaced(word, replacements):
    for name, value in replacements.items():
        word = word.replace(name, value)
    assert "$" not in word, f"{word} names what nobody sets"
    return word


@contextlib.contextmanager
def pod():
    with tempfile.TemporaryDirectory() as folder:
        yield Pod(pathlib.Path(folder))


def pod_specification(manifest):
    found = documents(manifest)[0]
    job = found["spec"]["trialTemplate"]["trialSpec"] if found["kind"] == "Experiment" else found
    return job["spec"]["template"]["spec"]


@unittest.skipUnless("avx2" in pathlib.Path("/proc/cpuinfo").read_text(), "the manifests name kernels for AVX2")
class ManifestTests(unittest.TestCase):
    def assert_success(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_trials_run_in_a_pod_each_and_the_search_finds_them_trained(self):
        space = document("space.yaml", "ConfigMap")["data"]["space.yaml"]
        completions = documents("trials.yaml")[0]["spec"]["completions"]
        self.assertIn(f"trials: {completions}\n", space)
        with pod() as here:
            (here.folder / "space/space.yaml").write_text(
                space.replace(f"trials: {completions}", f"trials: {TRIALS}").replace("epochs: 9", "epochs: 2"))
            for index in range(TRIALS):
                self.assert_success(here.run(pod_specification("trials.yaml"), {"$(JOB_COMPLETION_INDEX)": str(index)}))
            trials = here.folder / "searches/first/trials"
            trained = {file: file.read_bytes() for file in trials.glob("*/curve.json")}
            self.assertEqual(len(trained), TRIALS)
            times = {file: file.stat().st_mtime_ns for file in trials.glob("*/checkpoint.safetensors")}
            self.assertEqual(len(times), TRIALS)

            done = here.run(pod_specification("search.yaml"), {})
            self.assert_success(done)
            self.assertIn("Report: ", done.stdout)
            self.assertEqual({file: file.read_bytes() for file in trained}, trained)
            self.assertEqual({file: file.stat().st_mtime_ns for file in times}, times, "a trial was trained again")

            other = here.run(pod_specification("trials.yaml"), {"$(JOB_COMPLETION_INDEX)": str(TRIALS)})
            self.assertEqual(other.returncode, os.EX_USAGE)
            self.assertIn(f"0 to {TRIALS - 1}", other.stderr)

    def test_exit_statuses_that_the_jobs_tell_apart_are_those_of_the_program(self):
        with pod() as here:
            (here.folder / "space/space.yaml").write_text("parameters: {}\n")
            for manifest, replacements in (("search.yaml", {}), ("trials.yaml", {"$(JOB_COMPLETION_INDEX)": "0"})):
                rules = documents(manifest)[0]["spec"]["podFailurePolicy"]["rules"]
                failing = next(rule["onExitCodes"]["values"] for rule in rules if rule["action"] == "FailJob")
                self.assertIn(here.run(pod_specification(manifest), replacements).returncode, failing)

    def test_katib_can_set_every_parameter_and_read_every_metric(self):
        for manifest in EXPERIMENTS:
            experiment = document(manifest, "Experiment")["spec"]
            objective = experiment["objective"]
            names = [objective["objectiveMetricName"], *objective["additionalMetricNames"]]
            for values in assignments(experiment):
                with self.subTest(manifest, **values), pod() as here:
                    here.write("trial", "katib-trial.yaml")
                    done = here.run(pod_specification(manifest), replacements(experiment, values))
                    self.assert_success(done)
                    for line in done.stdout.splitlines():
                        self.assertRegex(line, rf"^{RFC_3339} [a-z_]+=\d+\.\d+$")
                    for pattern in KATIB_FILTERS:
                        found = metrics(done.stdout, pattern)
                        self.assertLessEqual(set(names), set(found))
                        self.assertTrue(all(0 <= float(value) < 1e9 for values in found.values() for value in values))
                    self.assertEqual(len(metrics(done.stdout)["train_loss"]), int(values.get("epochs", 9)))

    def test_katib_is_told_that_a_trial_that_diverged_is_worth_nothing(self):
        for manifest in EXPERIMENTS:
            experiment = document(manifest, "Experiment")["spec"]
            strategies = {rule["name"]: rule["value"] for rule in experiment["objective"]["metricStrategies"]}
            # By itself Katib takes the best value on the way.
            self.assertEqual(strategies[experiment["objective"]["objectiveMetricName"]], "latest")
            values = next(assignments(experiment)) | {"learning_rate": "100", "epochs": "9"}
            with self.subTest(manifest), pod() as here:
                here.write("trial", "katib-trial.yaml")
                # A rate times a decay of more than 2 makes weights grow with each step.
                done = here.run(
                    pod_specification(manifest), replacements(experiment, values), "--set=weight_decay=1")
                self.assert_success(done)
                self.assertNotRegex(done.stdout, re.compile("nan|inf", re.IGNORECASE))
                for pattern in KATIB_FILTERS:
                    self.assertEqual(float(metrics(done.stdout, pattern)["validation_accuracy"][-1]), 0)


def assignments(experiment):
    """Values of an experiment's parameters such as Katib may draw: the first of each, and the last."""
    ends = {}
    for parameter in experiment["parameters"]:
        space = parameter["feasibleSpace"]
        ends[parameter["name"]] = space["list"] if "list" in space else [space["min"], space["max"]]
    yield {name: values[0] for name, values in ends.items()}
    yield {name: values[-1] for name, values in ends.items()}


def replacements(experiment, values):
    """What Katib puts in the place of `${trialParameters.NAME}`."""
    return {
        f"${{trialParameters.{parameter['name']}}}": values[parameter["reference"]]
        for parameter in experiment["trialTemplate"]["trialParameters"]}


def metrics(text, pattern=KATIB_FILTERS[0]):
    """What Katib's collector reads: the values of each name, in the order of the lines."""
    found = {}
    for line in text.splitlines():
        for match in re.finditer(pattern, line):
            found.setdefault(match[1], []).append(match[2])
    return found


if __name__ == "__main__":
    unittest.main()
