"""Photos in, a served model and its report out: with curl, with the standard library, and with `convserve jobs`."""

import contextlib
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import warnings
import zipfile

from support import CONVSERVE, PATIENCE, RESNET8, ROOT, Server, command, models_copy

sys.path.insert(0, str(ROOT / "Tests/Jobs"))
import pictures  # noqa: E402

ARCHIVES = ROOT / "Tests/Goldens/archives"


@contextlib.contextmanager
def server_with_jobs(*options):
    with tempfile.TemporaryDirectory() as folder:
        with Server("--jobs-directory", os.path.join(folder, "jobs"), *options,
                    models=models_copy, default_model=RESNET8) as server:
            server.folder = pathlib.Path(folder)
            yield server


def zipped(photos):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in photos.items():
            archive.writestr(f"photos/{name}", data)
    return buffer.getvalue()


def zipped_twice(photos, name):
    buffer = io.BytesIO(zipped(photos))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(f"photos/{name}", photos[name])
    return buffer.getvalue()


def tarred(photos, mode="w:gz"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in photos.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def curl(*arguments):
    """The status and the body of the answer."""
    result = subprocess.run(
        ["curl", "-sS", "-w", "\n%{http_code}", *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
        check=True)
    body, _, status = result.stdout.rpartition("\n")
    return int(status), json.loads(body) if body else None


class UploadTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(server_with_jobs("--max-upload", "8"))
        cls.drawn = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.photos = pictures.draw(cls.drawn, each=4)

    def tearDown(self):
        for dataset in self.server.get("/v1/datasets").json["datasets"]:
            self.assertEqual(self.server.ask("DELETE", f"/v1/datasets/{dataset['id']}", None).status, 204)
        uploads = [path for path in (self.server.folder / "jobs").rglob("*.png")]
        self.assertEqual(uploads, [])

    def check(self, status, dataset):
        self.assertEqual(status, 201, dataset)
        self.assertEqual(dataset["images"], 12)
        self.assertEqual(
            dataset["classes"], [{"name": name, "images": 4} for name in ("circle", "cross", "square")])
        self.assertEqual(self.server.get(f"/v1/datasets/{dataset['id']}").json, dataset)

    def test_a_form_by_curl(self):
        files = [part for name in self.photos
                 for part in ("-F", f"photos=@{self.drawn}/{name};filename={name}")]
        self.check(*curl(*files, f"{self.server.url}/v1/datasets"))

    def test_an_archive_by_curl_that_asks_before_it_sends(self):
        for data, kind in ((zipped(self.photos), "application/zip"), (tarred(self.photos), "application/gzip"),
                           (tarred(self.photos, "w"), "application/octet-stream")):
            with self.subTest(kind), tempfile.NamedTemporaryFile() as file:
                file.write(data)
                file.flush()
                self.check(*curl("-X", "POST", "-T", file.name, "-H", f"Content-Type: {kind}", "-H", "Expect: 100-continue",
                                 f"{self.server.url}/v1/datasets"))

    def test_chunks(self):
        data = zipped(self.photos)
        pieces = (data[start:start + 1000] for start in range(0, len(data), 1000))
        answer = self.server.ask("POST", "/v1/datasets", pieces, **{"Content-Type": "application/zip"})
        self.check(answer.status, answer.json)

    def test_bad_uploads_are_told_what_is_accepted_and_leave_nothing(self):
        circle = self.photos["circle/000.png"]
        form = pictures.form
        cases = {
            "no class folders": (form({"1.png": circle}), "dataset-unusable"),
            "one class": (form({"circle/1.png": circle, "circle/2.png": circle}), "dataset-unusable"),
            "a class named ..": (form({"../1.png": circle}), "dataset-unusable"),
            "nothing": (form({}), "dataset-unusable"),
            "a file that is no archive": (("application/zip", b"PK" + bytes(100)), "dataset-unusable"),
            "an archive that is cut off": (("application/zip", zipped(self.photos)[:900]), "dataset-unusable"),
            "an encrypted zip": (("application/zip", (ARCHIVES / "encrypted.zip").read_bytes()), "dataset-unusable"),
            "a bomb": (("application/zip", (ARCHIVES / "bomb.zip").read_bytes()), "dataset-unusable"),
            "a nested archive": (("application/zip", (ARCHIVES / "nested.zip").read_bytes()), "dataset-unusable"),
            "a form that is cut off": ((form({})[0], b"--drawn\r\n"), "invalid-request"),
            "a form without a boundary": (("multipart/form-data", b"x"), "invalid-request"),
            "a picture": (("image/png", circle), "unsupported-media-type"),
        }
        for name, ((kind, data), problem) in cases.items():
            with self.subTest(name):
                answer = self.server.post("/v1/datasets", data, kind)
                self.assertEqual(answer.fields["Content-Type"], "application/problem+json", answer)
                self.assertEqual(answer.json["type"], f"/problems/{problem}", answer)
                self.assertEqual(self.server.get("/v1/datasets").json, {"datasets": []})

    def test_what_is_accepted_is_said_once(self):
        circle = self.photos["circle/000.png"]
        flat = io.BytesIO()
        with zipfile.ZipFile(flat, "w") as archive:
            archive.writestr("1.png", circle)
        problem = self.server.post("/v1/datasets", flat.getvalue(), "application/zip").json
        self.assertEqual(problem["detail"].lower().count("accepted"), 1, problem)
        self.assertNotIn("CSV", problem["detail"])

    def test_photos_of_which_too_few_can_be_used_are_told_before_a_job_computes(self):
        circles = [self.photos[f"circle/{index:03}.png"] for index in range(3)]
        same = {f"{name}/{index}.png": data for name in ("circle", "cross") for index, data in enumerate(circles)}
        dataset = self.server.post("/v1/datasets", zipped(same), "application/zip").json
        self.assertIn("none of the 6 images can be used", dataset["audit"]["problem"])
        body = {"kind": "adapt", "dataset": dataset["id"], "base": RESNET8, "name": "same"}
        refused = self.server.post("/v1/jobs", json.dumps(body).encode(), "application/json")
        self.assertEqual((refused.status, refused.json["type"]), (409, "/problems/too-few-photos"))
        self.assertIn(dataset["audit"]["problem"], refused.json["detail"])
        with tempfile.NamedTemporaryFile(suffix=".zip") as file:
            file.write(zipped(same))
            file.flush()
            uploaded = command("jobs", "upload", file.name, "--server", self.server.url)
        self.assertIn("adapt cannot use these photos:\n  none of the 6 images can be used", uploaded.stdout)

    def test_two_entries_of_one_name_are_both_kept_and_told(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive = zipped_twice(self.photos, "circle/000.png")
        dataset = self.server.post("/v1/datasets", archive, "application/zip").json
        self.assertEqual(dataset["images"], 13)
        self.assertEqual(dataset["ignored_files"], {"count": 0, "examples": []})
        self.assertEqual(dataset["renamed_files"], {
            "count": 1, "examples": ["photos/circle/000.png: another file has that name, so it is kept as 000~2.png"]})

    def test_what_is_too_large_is_refused_before_it_is_sent(self):
        status, problem = self.too_large()
        self.assertEqual((status, problem["type"], problem["limit"]), (413, "/problems/body-too-large", 8 << 20))

    def too_large(self):
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as connection:
            connection.sendall(
                b"POST /v1/datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\n"
                b"Content-Length: 9000000\r\nExpect: 100-continue\r\n\r\n")
            answer = b""
            while not answer.endswith(b"}\n"):
                piece = connection.recv(65536)
                self.assertTrue(piece, answer)
                answer += piece
        self.assertNotIn(b"100 Continue", answer)
        return int(answer.split()[1]), json.loads(answer.partition(b"\r\n\r\n")[2])

    def test_an_upload_that_breaks_off_leaves_nothing(self):
        data = zipped(self.photos)
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as connection:
            connection.sendall(
                b"POST /v1/datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\n"
                b"Content-Length: %d\r\n\r\n" % len(data) + data[:-10])
            deadline = time.monotonic() + PATIENCE
            while not self.is_uploading():
                self.assertLess(time.monotonic(), deadline, "the upload did not begin")
                time.sleep(0.02)
        while self.is_uploading():
            self.assertLess(time.monotonic(), deadline, "the upload has left something")
            time.sleep(0.02)
        self.assertEqual(self.server.get("/v1/datasets").json, {"datasets": []})

    def is_uploading(self):
        """Whether there is an archive on disk; folders may go while they are walked through."""
        return any("archive" in files for _, _, files in os.walk(self.server.folder / "jobs"))

    def test_pages_of_other_origins_and_other_names_are_kept_out(self):
        kind, data = pictures.form(self.photos)
        for fields in ({"Origin": "http://a.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "a.example"}):
            with self.subTest(fields):
                answer = self.server.ask("POST", "/v1/datasets", data, **{"Content-Type": kind, **fields})
                self.assertEqual((answer.status, answer.json["type"]), (403, "/problems/state-change-forbidden"))


class KeyTests(unittest.TestCase):
    def test_photos_and_jobs_need_the_scope_train_for_reading_too(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "keys")
            keys = {scope: command("keys", "add", scope, "--scopes", scope, "--api-keys", file).stdout.strip()
                    for scope in ("inspect", "admin", "train")}
            with Server("--jobs-directory", os.path.join(folder, "jobs"), "--api-keys", file, models=models_copy,
                        default_model=RESNET8) as server:
                for target in ("/v1/datasets", "/v1/jobs", "/v1/jobs/x", "/v1/jobs/x/events", "/v1/jobs/x/report"):
                    self.assertEqual(server.get(target).status, 401)
                    for scope in ("inspect", "admin"):
                        answer = server.get(target, Authorization=f"Bearer {keys[scope]}")
                        self.assertEqual((answer.status, answer.json["accepted"]), (403, ["train"]))
                    answer = server.get(target, Authorization=f"Bearer {keys['train']}")
                    self.assertIn(answer.status, (200, 404))
                client = subprocess.run(
                    [CONVSERVE, "jobs", "list", "--server", server.url, "--json"], capture_output=True, text=True,
                    env={**os.environ, "CONVSERVE_API_KEY": keys["train"]}, timeout=PATIENCE, check=True)
                self.assertEqual(json.loads(client.stdout), {"jobs": []})
                refused = command("jobs", "list", "--server", server.url)
                self.assertEqual(refused.returncode, 1)
                self.assertIn("401", refused.stderr)


class NameTests(unittest.TestCase):
    def test_a_name_that_somebody_takes_while_a_command_computes(self):
        with tempfile.TemporaryDirectory() as folder:
            models, photos = pathlib.Path(folder, "models"), os.path.join(folder, "photos")
            shutil.copytree(ROOT / "models" / RESNET8, models / RESNET8)
            pictures.draw(photos, each=6)
            adapt = [CONVSERVE, "adapt", photos, "--base", RESNET8, "--name", "shapes", "--models", models, "--json"]
            with subprocess.Popen(adapt, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
                process.stdout.readline()
                process.send_signal(signal.SIGSTOP)
                shutil.copytree(ROOT / "models" / RESNET8, models / "shapes")
                process.send_signal(signal.SIGCONT)
                output, errors = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 1, errors)
            self.assertNotIn('"published"', output)
            self.assertIn('the name "shapes" is in use: neither training nor adapting made that model', errors)
            self.assertIn("What was computed is kept", errors)
            self.assertEqual(os.listdir(models / "shapes"), ["1"])
            self.assertTrue((models / ".adapting" / "shapes").exists())
            # Also for one who is told so at once the next time.
            again = subprocess.run(adapt, capture_output=True, text=True, timeout=PATIENCE, check=False)
            self.assertEqual(again.returncode, 1, again.stderr)
            self.assertTrue((models / ".adapting" / "shapes").exists())
            done = subprocess.run([*adapt, "--new-version"], capture_output=True, text=True, timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(sorted(os.listdir(models / "shapes")), ["1", "2"])
            self.assertFalse((models / ".adapting" / "shapes").exists())


SPACE = """
settings: {architecture: lenet5, input: [3, 32, 32], epochs: 40, batch_size: 8}
parameters: {learning_rate: {log_uniform: [0.003, 0.3]}, optimizer: {choice: [nesterov, adam]}}
sampler: sobol
scheduler: {name: halving, minimum_epochs: 10}
trials: 4
"""


class SearchTests(unittest.TestCase):
    def ended_trials(self, server, job):
        events = server.get(f"/v1/jobs/{job}/events").json["events"]
        return [event["message"] for event in events if event["type"] == "log"]

    def await_state(self, server, job, state):
        deadline = time.monotonic() + PATIENCE
        while (found := server.get(f"/v1/jobs/{job}").json)["state"] != state:
            self.assertLess(time.monotonic(), deadline, found)
            self.assertNotIn(found["state"], ("failed", "succeeded", "cancelled"), found)
            time.sleep(0.02)

    def test_a_search_that_is_paused_and_resumed_finds_what_one_without_a_server_finds(self):
        with server_with_jobs() as server, tempfile.TemporaryDirectory() as folder:
            photos, space = os.path.join(folder, "photos"), pathlib.Path(folder, "space.yaml")
            drawn = pictures.draw(photos, each=20)
            space.write_text(SPACE)
            jobs = ["--server", server.url]
            dataset = json.loads(command("jobs", "upload", photos, "--json", *jobs).stdout)["id"]
            created = command("jobs", "create", "--dataset", dataset, "--space", space, "--name", "shapes", "--json", *jobs)
            self.assertEqual(created.returncode, 0, created.stderr)
            job = json.loads(created.stdout)["id"]
            deadline = time.monotonic() + PATIENCE
            while not self.ended_trials(server, job):
                self.assertLess(time.monotonic(), deadline, server.get(f"/v1/jobs/{job}").json)
                time.sleep(0.02)
            self.assertEqual(command("jobs", "pause", job, *jobs).returncode, 0)
            self.await_state(server, job, "paused")
            early = server.get(f"/v1/jobs/{job}/report").json
            self.assertNotIn("test", early)
            self.assertEqual(command("jobs", "resume", job, *jobs).returncode, 0)
            watched = subprocess.run(
                [CONVSERVE, "jobs", "watch", job, *jobs], capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(watched.returncode, 0, watched.stdout + watched.stderr)
            self.assertIn("It made shapes version 1.", watched.stdout)

            alone = subprocess.run(
                [CONVSERVE, "search", space, "--data", photos, "--output", os.path.join(folder, "alone")],
                capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(alone.returncode, 0, alone.stderr)
            report = server.get(f"/v1/jobs/{job}/report").json
            self.assertEqual(report, json.loads(pathlib.Path(folder, "alone/report.json").read_text()))
            page = server.get(f"/v1/jobs/{job}/report", Accept="text/html")
            self.assertEqual(page.body, pathlib.Path(folder, "alone/report.html").read_bytes())
            self.assertIn("default-src 'none'", page.fields["Content-Security-Policy"])
            self.check_events(server, job, report)
            answer = server.post("/v1/models/shapes/classify", drawn["cross/001.png"], "image/png").json
            self.assertEqual({row["label"] for row in answer["predictions"][0]["classes"]}, {"circle", "cross", "square"})
            record = next((server.folder / "jobs" / "jobs" / job).iterdir())
            self.assertTrue(record.name.startswith("report."), record)

    def check_events(self, server, job, report):
        messages = self.ended_trials(server, job)
        self.assertEqual(len(messages), sum(len(trial["parts"]) for trial in report["trials"]), messages)
        self.assertTrue(any(message.endswith(", the best so far") for message in messages))
        epochs = [event for event in server.get(f"/v1/jobs/{job}/events").json["events"] if event["type"] == "epoch"]
        self.assertEqual({event["trial"] for event in epochs}, {trial["trial"] for trial in report["trials"]})
        self.assertTrue(all("validation_accuracy" in event and 0 <= event["progress"] <= 1 for event in epochs))

    def test_a_space_that_cannot_be_searched_is_refused_with_its_place(self):
        with server_with_jobs() as server, tempfile.TemporaryDirectory() as folder:
            photos, space = os.path.join(folder, "photos"), pathlib.Path(folder, "space.yaml")
            pictures.draw(photos, each=4)
            dataset = json.loads(command("jobs", "upload", photos, "--json", "--server", server.url).stdout)["id"]
            space.write_text(SPACE.replace("nesterov, adam", "nesterov, adamm"))
            refused = command("jobs", "create", "--dataset", dataset, "--space", space, "--server", server.url)
            self.assertEqual(refused.returncode, 1)
            self.assertRegex(refused.stderr, r"space\.parameters\.optimizer.*adamm.*accepted: .*adamw")
            self.assertEqual(server.get("/v1/jobs").json, {"jobs": []})


class JobTests(unittest.TestCase):
    def test_from_a_folder_of_photos_to_an_answer_and_a_report(self):
        with server_with_jobs() as server, tempfile.TemporaryDirectory() as folder:
            photos = pictures.draw(folder, each=15)
            jobs = ["--server", server.url]
            uploaded = command("jobs", "upload", folder, "--json", *jobs)
            self.assertEqual(uploaded.returncode, 0, uploaded.stderr)
            dataset = json.loads(uploaded.stdout)
            self.assertEqual(dataset["images"], len(photos))
            created = subprocess.run(
                [CONVSERVE, "jobs", "create", "--dataset", dataset["id"], "--base", RESNET8, "--name", "shapes", "--seed", "1",
                 "--watch", *jobs], capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(created.returncode, 0, created.stdout + created.stderr)
            job = server.get("/v1/jobs").json["jobs"][0]
            self.assertEqual((job["state"], job["model"]["name"]), ("succeeded", "shapes"))
            answer = server.post("/v1/models/shapes/classify", photos["cross/001.png"], "image/png").json
            self.assertEqual({row["label"] for row in answer["predictions"][0]["classes"]}, {"circle", "cross", "square"})
            report = server.get(f"/v1/jobs/{job['id']}/report").json
            self.assertTrue(0 <= report["accuracy"] <= 1)
            page = pathlib.Path(folder, "report.html")
            self.assertEqual(command("jobs", "report", job["id"], "-o", page, *jobs).returncode, 0)
            self.assertIn("<html", page.read_text()[:500].lower())
            self.check_events(server, job["id"])
            # The name is in use, by a model of other classes.
            other = command("jobs", "upload", self.others(folder), "--json", *jobs)
            refused = command("jobs", "create", "--dataset", json.loads(other.stdout)["id"], "--base", RESNET8, "--name", "shapes",
                              *jobs)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("409", refused.stderr)
            self.assertIn("Nothing may be added to the model of this name: ", refused.stderr)
            self.assertIn("or give --new-version to add a version", refused.stderr)
            self.assertEqual(command("jobs", "delete", job["id"], *jobs).returncode, 0)
            self.assertEqual(server.get("/v1/jobs").json, {"jobs": []})

    def others(self, folder):
        path = os.path.join(folder, "others")
        pictures.draw(path, each=15, shapes=("circle", "square"))
        return path

    def check_events(self, server, job):
        """As a stream they are those of the list, from wherever a client left, with a last one that is the job."""
        listed = server.get(f"/v1/jobs/{job}/events").json["events"]
        for last in (0, len(listed) - 2):
            fields = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
            stream = server.get(f"/v1/jobs/{job}/events", **fields)
            self.assertEqual(stream.fields["Cache-Control"], "no-cache")
            events = stream.body.decode().strip().split("\n\n")
            self.assertEqual(events[0], "retry: 2000")
            told = [json.loads(event.partition("data: ")[2]) for event in events[1:-1]]
            self.assertEqual(told, listed[last:])
            self.assertTrue(events[-1].startswith("event: done\ndata: "))
            self.assertEqual(json.loads(events[-1].partition("data: ")[2])["state"], "succeeded")


class SwitchedOffTests(unittest.TestCase):
    def test_without_a_directory_the_answer_says_how_to_switch_jobs_on(self):
        with Server(models=models_copy, default_model=RESNET8) as server:
            answer = server.post("/v1/datasets", b"x", "application/zip")
            self.assertEqual((answer.status, answer.json["type"]), (404, "/problems/jobs-disabled"))
            self.assertIn("--jobs-directory DIR", answer.json["detail"])

    def test_a_directory_that_cannot_be_is_named_before_the_server_starts(self):
        with tempfile.NamedTemporaryFile() as file:
            result = command("serve", "--check", "--jobs-directory", file.name, "--models", ROOT / "models")
        self.assertEqual(result.returncode, 64)
        self.assertIn("--jobs-directory takes a directory", result.stderr)
