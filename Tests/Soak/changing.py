"""Models that come and go under load: every answer is that of one version, whole, and nothing is left behind.

Two models, `odd` and `even`, never change. A third is replaced again and again by versions that hold what these two hold,
by turns: so it is known beforehand what each of its versions answers.
"""

import asyncio
import contextlib
import json
import pathlib
import random
import shutil
import struct

import stopping
from bad_clients import MODEL, bad_client
from good_clients import Page, Question
from pictures import DISTANCE, distance
from server import ROOT
from side import settled
from wire import Lost, Wire

ODD, EVEN, CHANGING = "odd", "even", "changing"
COMMITTED = ROOT / "models" / MODEL / "1"
GOOD_CLIENTS = 12
BAD_CLIENTS = 4
# By how much memory may have grown after all reloads.
GROWTH_BYTES = 32 << 20
# Seconds for everything here; far more than it takes, so that only what hangs is ended.
LIMIT = 1800


class Repository:
    """A model repository of the soak's own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "changing-models"
        self.folder.mkdir()
        (self.folder / MODEL).symlink_to(COMMITTED.parent)
        self._write(self.folder / ODD / "1", 1)
        self._write(self.folder / EVEN / "1", 2)
        self.put(1)

    def put(self, version, model=CHANGING):
        """The whole version appears at once, as `convserve import` has it."""
        staging = self.folder / f".import-{model}-{version}"
        self._write(staging, version)
        (self.folder / model).mkdir(exist_ok=True)
        staging.rename(self.folder / model / str(version))

    def remove(self, version):
        shutil.rmtree(self.folder / CHANGING / str(version))

    def file(self, version, name):
        return self.folder / CHANGING / str(version) / name

    @staticmethod
    def _write(folder, version):
        """An even version differs from an odd one in weights, preprocessing and labels: whatever were mixed would show."""
        folder.mkdir(parents=True)
        weights = (COMMITTED / "weights.safetensors").read_bytes()
        manifest = json.loads((COMMITTED / "model.json").read_text())
        labels = (COMMITTED / "labels.txt").read_text().split()
        kind = ODD if version % 2 else EVEN
        if kind == EVEN:
            weights = rotated(weights)
            manifest["preprocessing"]["mean"] = [100, 128, 150]
        (folder / "weights.safetensors").write_bytes(weights)
        (folder / "model.json").write_text(json.dumps(manifest))
        (folder / "labels.txt").write_text("".join(f"{kind} {label}\n" for label in labels))


def rotated(weights):
    """A safetensors file with the last layer's classes moved on by one."""
    length, = struct.unpack("<Q", weights[:8])
    header, data = json.loads(weights[8:8 + length]), bytearray(weights[8 + length:])
    for name, tensor in header.items():
        if name != "__metadata__" and tensor["shape"][0] == 10:
            start, end = tensor["data_offsets"]
            row = (end - start) // 10
            data[start:end] = data[end - row:end] + data[start:end - row]
    return weights[:8 + length] + bytes(data)


class ChangingQuestion(Question):
    """A question to the model that changes; the version that answers says what the answer has to be."""

    # While the model is unloaded it may be refused.
    may_be_refused = False

    def __init__(self, target, pictures):
        super().__init__(target, pictures, [ODD, CHANGING])
        while self.model != CHANGING:
            super().__init__(target, pictures, [ODD, CHANGING])
        self.could_be_refused = self.may_be_refused

    def mistake(self, answer):
        if answer.status == 503 and (self.could_be_refused or self.may_be_refused):
            problem = json.loads(answer.body)
            return None if problem["type"] == "/problems/model-not-ready" else f"refused by {problem}"
        return super().mistake(answer)

    def mistake_in(self, content, picture, name, prediction):
        kind = ODD if int(content["version"]) % 2 else EVEN
        for found in prediction["classes"]:
            if not found["label"].startswith(f"{kind} "):
                return f"version {content['version']} answered with the label {found['label']}"
        return super().mistake_in({"model": kind}, picture, name, prediction)


def question(target, pictures):
    if random.random() < 0.6:
        return ChangingQuestion(target, pictures)
    return Question(target, pictures, [ODD, EVEN]) if random.random() < 0.9 else StillPage(target)


class StillPage(Page):
    """One that does not change with the models."""

    PATHS = [path for path in Page.PATHS if path != "/v1/models"]


class Load:
    """Clients that ask until the block is left; what they have sent is answered then."""

    def __init__(self, side):
        self.side = side
        self.is_over = asyncio.Event()

    async def __aenter__(self):
        self.tasks = [asyncio.create_task(self._client()) for _ in range(GOOD_CLIENTS)]
        self.tasks += [asyncio.create_task(bad_client(self.side.target, self.is_over)) for _ in range(BAD_CLIENTS)]

    async def __aexit__(self, *_):
        self.is_over.set()
        await asyncio.gather(*self.tasks)

    async def _client(self):
        target = self.side.target
        while not self.is_over.is_set():
            questions = []
            try:
                wire = await Wire.open(target)
                for _ in range(50):
                    questions = [question(target, self.side.pictures) for _ in range(random.choice([1, 1, 3]))]
                    await wire.send(b"".join(asked.bytes for asked in questions))
                    while questions:
                        answer = await wire.answer()
                        questions.pop(0).check(answer, target.ledger)
                        # Refused by its header, a long body is not read, nor what was sent behind it; of a body in chunks the
                        # server knows only later how long it is.
                        if answer.status == 503:
                            questions = []
                            raise Refused
                    if self.is_over.is_set():
                        break
                await wire.close()
            except Refused:
                await wire.close()
            except (Lost, OSError) as error:
                target.ledger.fail(f"{len(questions)} answers were lost: {error}")


class Refused(Exception):
    """The server may close the connection behind its answer."""


async def change(side, path):
    """Status and content of the answer to an operation that changes models."""
    wire = await Wire.open(side.target)
    await wire.send(f"POST {path} HTTP/1.1\r\n{side.target.fields}Content-Length: 0\r\n\r\n".encode())
    answer = await wire.answer()
    await wire.close()
    return answer.status, json.loads(answer.body)


async def expect(side, path, status, **members):
    """The answer's content, which has to have these members."""
    found, content = await change(side, path)
    if found != status or any(content.get(name) != value for name, value in members.items()):
        side.target.ledger.fail(f"POST {path}: {found} {content}, expected {status} {members}")
    return content


def version(number, model=CHANGING):
    return [{"name": model, "version": str(number)}]


async def run(side, repository, count):
    async with asyncio.timeout(LIMIT):
        await side.prepare()
        for picture in side.pictures:
            for crop in {crop for _, crop in picture.expected}:
                if distance(picture.expected[ODD, crop][1], picture.expected[EVEN, crop][1]) < DISTANCE:
                    raise SystemExit(f"the versions answer {picture.name} alike")
        # What load takes up by itself is there before.
        async with Load(side):
            await asyncio.sleep(10)
        before = await at_rest(side)
        async with Load(side):
            await replace(side, repository, range(2, count + 2))
        after = await at_rest(side)
        print(
            f"reloads: {count} under load; {before / 2 ** 20:.1f} MiB before, {after / 2 ** 20:.1f} MiB after "
            f"({(after - before) / 2 ** 20:+.1f})", flush=True)
        if after - before > GROWTH_BYTES:
            side.target.ledger.fail(f"memory has grown by {(after - before) / 2 ** 20:.1f} MiB in {count} reloads")
        await conclude(side)
        await faults(side, repository, count + 1)
        await stop_while_loading(side, repository)


async def at_rest(side):
    """Resident bytes when nothing is in work, and nothing more is given back."""
    await asyncio.sleep(1)
    return await settled(side.server.resident_bytes)


async def replace(side, repository, numbers):
    """Every one of these versions takes the place of the one before."""
    for number in numbers:
        repository.put(number)
        repository.remove(number - 1)
        await expect(
            side, "/v1/models/reload", 200, loaded=version(number), unloaded=version(number - 1), failed=[])
        if number % 50 == 0:
            print(f"reloads: version {number}, {side.server.resident_bytes() >> 20} MiB", flush=True)
        await asyncio.sleep(random.uniform(0, 0.2))


async def conclude(side):
    """The server counted what its clients got, version after version, and refused nothing."""
    ledger = side.target.ledger
    operations = [("classify", ODD), ("classifyWithModel", EVEN), ("classifyWithModel", CHANGING)]
    differences = await settled(lambda: list(ledger.differences(side.scrape(), operations)), [])
    for difference in differences:
        ledger.fail(difference)
    answered = ledger.classifications["classifyWithModel", CHANGING]
    if not answered:
        ledger.fail("the model that changed was never asked")
    print(
        f"reloads: {sum(ledger.classifications.values())} classifications, {answered} of them by the model that changed; "
        f"answers by status {dict(sorted(ledger.answers.items()))}; {ledger.failure_count} failures", flush=True)


async def faults(side, repository, newest):
    """What is broken, half there or unloaded, above the newest version."""
    async with Load(side):
        await corrupt(side, repository, newest + 1)
        await half_copied(side, repository, newest + 1)
        await unloaded(side, newest + 1)
    print(
        f"reloads: a corrupt version, a half-copied folder and an unload under load; "
        f"{side.target.ledger.failure_count} failures", flush=True)
    return newest + 1


async def failed_reload(side, number):
    content = await expect(side, "/v1/models/reload", 200, loaded=[], unloaded=[])
    failed = [(found["name"], found["version"]) for found in content["failed"]]
    states = {model["name"]: (model["state"], model["version"]) for model in content["models"]}
    if failed != [(CHANGING, str(number))] or states[CHANGING] != ("ready", str(number - 1)):
        side.target.ledger.fail(f"a reload of a broken version {number}: {content}")


async def corrupt(side, repository, number):
    """Broken files: the version before goes on."""
    repository.put(number)
    weights = repository.file(number, "weights.safetensors")
    whole = weights.read_bytes()
    for broken in [b"", whole[:100], whole[:-1], b"\xff" * 8 + whole[8:], whole[:20] + b"}" * 50 + whole[70:]]:
        weights.write_bytes(broken)
        await failed_reload(side, number)
        await expect(side, f"/v1/models/{CHANGING}/load", 422)
    repository.remove(number)
    await expect(side, "/v1/models/reload", 200, loaded=[], unloaded=[], failed=[])


async def half_copied(side, repository, number):
    """A folder that is still being copied, file after file and piece after piece, then whole."""
    repository.put(number)
    folder = repository.file(number, ".")
    contents = {file.name: file.read_bytes() for file in folder.iterdir()}
    for file in folder.iterdir():
        file.unlink()
    for name in ["labels.txt", "model.json", "weights.safetensors"]:
        for end in [0, len(contents[name]) // 2]:
            repository.file(number, name).write_bytes(contents[name][:end])
            await failed_reload(side, number)
        repository.file(number, name).write_bytes(contents[name])
    await expect(side, "/v1/models/reload", 200, loaded=version(number), unloaded=version(number - 1), failed=[])


async def unloaded(side, newest):
    """What the model took is answered, what comes later is refused with its state, until it is loaded again."""
    ChangingQuestion.may_be_refused = True
    await expect(side, f"/v1/models/{CHANGING}/unload", 200, name=CHANGING, version=str(newest), state="unloaded")
    await expect(side, "/v1/models/reload", 200, loaded=[], unloaded=[], failed=[])
    await expect(side, f"/v1/models/{CHANGING}/classify", 503, type="/problems/model-not-ready")
    await asyncio.sleep(1)
    await expect(side, f"/v1/models/{CHANGING}/load", 200, name=CHANGING, version=str(newest), state="ready")
    ChangingQuestion.may_be_refused = False


async def stop_while_loading(side, repository):
    """SIGTERM while many models are being loaded: whoever asked for that is answered too."""
    for number in range(300):
        repository.put(1, model=f"new-{number}")

    async def reload():
        with contextlib.suppress(Lost):
            status, content = await change(side, "/v1/models/reload")
            if (status, content.get("type")) != (503, "/problems/not-ready"):
                side.target.ledger.fail(f"SIGTERM while models are loaded: {status} {content}")
            return
        side.target.ledger.fail("SIGTERM while models are loaded: the answer was lost")

    await stopping.run(side, last=reload)
