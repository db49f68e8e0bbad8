"""Clients that keep to the rules, and check each answer: that it is whole, theirs, and of their own pictures."""

import asyncio
import gzip
import json
import random
import uuid

from pictures import CROPS, mistake
from wire import Lost, Wire

# Requests on one connection before it is closed and another one opened.
REQUESTS_PER_CONNECTION = 50


class Question:
    """A classification: its bytes, and what may be answered."""

    def __init__(self, target, pictures, models):
        self.id = uuid.uuid4().hex
        self.model = random.choice(models)
        # Bad clients ask the first model by its name; see Ledger.
        self.operation = "classify" if self.model == models[0] else "classifyWithModel"
        self.crop = random.choices(CROPS, weights=[6, 6, 1])[0]
        self.names = ["image"]
        self.pictures = random.choices(pictures, k=random.choice([1, 1, 1, 2, 4]))
        self.bytes = random.choice([self._raw, self._json, self._form])(target)

    def _raw(self, target):
        self.pictures = self.pictures[:1]
        return self._request(target, self.pictures[0].data, "application/octet-stream")

    def _json(self, target):
        images = [{"name": name, "data": picture.base64} for name, picture in self._named()]
        return self._request(target, json.dumps({"images": images}).encode(), "application/json")

    def _form(self, target):
        mark = f"mark-{self.id}"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n\r\n'.encode()
            + picture.data + b"\r\n" for name, picture in self._named()]
        body = b"".join(parts) + f"--{mark}--\r\n".encode()
        return self._request(target, body, f"multipart/form-data; boundary={mark}")

    def _named(self):
        self.names = [f"{self.id}-{number}" for number in range(len(self.pictures))]
        return zip(self.names, self.pictures)

    def _request(self, target, body, kind):
        path = "/v1/classify" if self.operation == "classify" else f"/v1/models/{self.model}/classify"
        head = (
            f"POST {path}?crop={self.crop}&top_k={random.randint(1, 10)} HTTP/1.1\r\n{target.fields}"
            f"X-Request-Id: {self.id}\r\nContent-Type: {kind}\r\n")
        if random.random() < 0.3:
            head += "Accept-Encoding: gzip\r\n"
        if random.random() < 0.2:
            body = gzip.compress(body, compresslevel=1)
            head += "Content-Encoding: gzip\r\n"
        if random.random() < 0.2:
            return head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body)
        return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body

    def mistake(self, answer):
        """What is wrong with the answer; None, if nothing is."""
        if answer.fields.get("x-request-id") != self.id:
            return f"the answer to request {self.id} is that to {answer.fields.get('x-request-id')}"
        if answer.status != 200:
            return f"{answer.status} to a good request: {answer.body[:300]!r}"
        coded = answer.fields.get("content-encoding") == "gzip"
        content = json.loads(gzip.decompress(answer.body) if coded else answer.body)
        if content["model"] != self.model or len(content["predictions"]) != len(self.pictures):
            return f"{content['model']} answered {len(content['predictions'])} of {len(self.pictures)} pictures"
        wrong = (
            self.mistake_in(content, picture, name, prediction)
            for prediction, name, picture in zip(content["predictions"], self.names, self.pictures))
        return next(filter(None, wrong), None)

    def mistake_in(self, content, picture, name, prediction):
        """What is wrong with the part of an answer that is about one picture."""
        return mistake(prediction, name, picture, content["model"], self.crop)

    def check(self, answer, ledger):
        if answer.status == 200:
            ledger.classifications[self.operation, self.model] += 1
            ledger.images[self.operation, self.model] += len(self.pictures)
        try:
            found = self.mistake(answer)
        except (ValueError, LookupError, TypeError) as error:
            found = f"{error!r} in {answer.body[:300]!r}"
        if found:
            ledger.fail(found)


def chunked(body):
    chunks = b""
    while body:
        size = random.randint(1, 1 << 15)
        chunks += b"%x\r\n%b\r\n" % (len(body[:size]), body[:size])
        body = body[size:]
    return chunks + b"0\r\n\r\n"


class Page:
    """A GET whose answer has to be the same each time."""

    PATHS = ["/healthz", "/v1/models", "/v1/architectures/vgg16/summary?format=csv", "/openapi.yaml"]
    answered = {}

    def __init__(self, target):
        self.id = uuid.uuid4().hex
        self.path = random.choice(self.PATHS)
        self.bytes = f"GET {self.path} HTTP/1.1\r\n{target.fields}X-Request-Id: {self.id}\r\n\r\n".encode()

    def check(self, answer, ledger):
        expected = self.answered.setdefault(self.path, answer.body)
        if (answer.status, answer.body, answer.fields.get("x-request-id")) != (200, expected, self.id):
            ledger.fail(f"{self.path}: {answer.status} {answer.fields} {answer.body[:200]!r}")


def question(target, pictures, models):
    return Page(target) if random.random() < 0.2 else Question(target, pictures, models)


async def good_client(target, pictures, models, is_over):
    """Asks until it is over; the last answer is waited for."""
    while not is_over.is_set():
        questions = []
        try:
            wire = await Wire.open(target)
            for _ in range(random.randint(1, REQUESTS_PER_CONNECTION)):
                # Sent in one go, they are answered in order.
                questions = [question(target, pictures, models) for _ in range(random.choice([1, 1, 1, 3]))]
                await wire.send(b"".join(asked.bytes for asked in questions))
                while questions:
                    questions[0].check(await wire.answer(), target.ledger)
                    questions.pop(0)
                await asyncio.sleep(random.uniform(0, 0.1))
                if is_over.is_set():
                    break
            await wire.close()
        except (Lost, OSError) as error:
            target.ledger.fail(f"{len(questions)} answers were lost: {error}")


async def idle_client(target, pictures, models, is_over, pauses):
    """Keeps one connection from the beginning to the end, and asks something now and then."""
    try:
        wire = await Wire.open(target)
        while not is_over.is_set():
            try:
                async with asyncio.timeout(random.uniform(*pauses)):
                    await is_over.wait()
            except TimeoutError:
                asked = Page(target) if random.random() < 0.8 else Question(target, pictures, models[:1])
                await wire.send(asked.bytes)
                asked.check(await wire.answer(), target.ledger)
        await wire.close()
    except (Lost, OSError) as error:
        target.ledger.fail(f"an idle connection was lost: {error}")
