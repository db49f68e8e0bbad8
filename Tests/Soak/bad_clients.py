"""Clients that break the rules, are broken themselves, or leave; each with what the server has to make of it."""

import asyncio
import contextlib
import gzip
import json
import random
import re
import zlib

from pictures import png
from server import ROOT
from wire import Lost, Wire

# Bad clients ask for this by its name, good ones do not; see Ledger.
MODEL = "resnet8-cifar10"
CLASSIFY = f"/v1/models/{MODEL}/classify"
PHOTO = (ROOT / "Tests/Goldens/images/photo.jpg").read_bytes()
# 50 MiB, beyond the limit of a body and beyond 100 times its size.
BOMB = gzip.compress(bytes(50 << 20))


def head(target, fields, path=CLASSIFY, method="POST"):
    return f"{method} {path} HTTP/1.1\r\n{target.fields}{fields}\r\n".encode()


def whole(target, body, fields="", path=CLASSIFY):
    return head(target, f"{fields}Content-Length: {len(body)}\r\n", path) + body


async def expect(target, what, data, *statuses):
    """Sends what has to be answered by one of `statuses`."""
    wire = await Wire.open(target)
    with contextlib.suppress(Lost):
        # The server may refuse and close before it has everything.
        await wire.send(data)
    answer = await wire.answer()
    if answer.status not in statuses:
        target.ledger.fail(f"{what}: {answer.status}, not {statuses}: {answer.body[:200]!r}")
    await wire.close()


# Requests that are wrong.


async def row_of_the_table(target):
    """One of the raw requests that the parser is tested with."""
    name, data, statuses, heads = random.choice(TABLE)
    wire = await Wire.open(target)
    with contextlib.suppress(Lost):
        await wire.send(data)
        wire.finish_sending()
    try:
        answers = await wire.answers_to_the_end(heads)
    except Lost:
        # Its reset overtook the answer, as bytes were left unread (RFC 9112 section 9.6): nobody can wait for those.
        target.ledger.unread += len(statuses)
        answers = None
    if answers is not None and [answer.status for answer in answers] != statuses:
        target.ledger.fail(f"{name}: {[answer.status for answer in answers]}, not {statuses}")
    await wire.close()


async def broken_picture(target):
    data = bytearray(PHOTO)
    for _ in range(random.randint(1, 30)):
        data[random.randrange(len(data))] = random.randrange(256)
    await expect(target, "a broken JPEG", whole(target, data[:random.randint(1, len(data))]), 200, 400, 413)


async def no_picture(target):
    body = random.randbytes(random.randint(1, 10_000))
    await expect(target, "no picture", whole(target, body), 400)


async def picture_bomb(target):
    await expect(target, "a picture of 3,600 megapixels", whole(target, png(60_000, 60_000, zlib.compress(b""))), 413)


async def expansion_bomb(target):
    await expect(target, "50 MiB in 50 KiB", whole(target, BOMB, "Content-Encoding: gzip\r\n"), 413)


async def corrupt_gzip(target):
    body = gzip.compress(PHOTO)[:-9]
    await expect(target, "gzip without its end", whole(target, body, "Content-Encoding: gzip\r\n"), 400)


async def huge_header(target):
    await expect(target, "a header of 40 KB", head(target, f"X: {'x' * 40_000}\r\n"), 431)


async def many_fields(target):
    await expect(target, "200 fields", head(target, "X: 1\r\n" * 200), 431)


async def long_line(target):
    await expect(target, "a request line of 20 KB", head(target, "", "/" + "x" * 20_000, "GET"), 414)


async def huge_body(target):
    await expect(target, "a body of a terabyte", head(target, f"Content-Length: {10 ** 12}\r\n"), 413)


async def wrong_json(target):
    body = random.choice([
        b"{", b"[" * 5_000, b'{"images": []}', b'{"images": [{"data": "####"}]}', b'{"images": 1, "x": 2}',
        json.dumps({"images": [{"data": "AAAA"}], "top_k": 10 ** 12}).encode()])
    await expect(target, f"JSON {body[:40]}", whole(target, body, "Content-Type: application/json\r\n"), 400)


async def wrong_form(target):
    body = b"--x\r\nContent-Disposition: form-data; name=image\r\n\r\nhalf"
    await expect(target, "half a form", whole(target, body, "Content-Type: multipart/form-data; boundary=x\r\n"), 400)


async def nothing_there(target):
    await expect(target, "an unknown model", whole(target, PHOTO, path="/v1/models/nobody/classify"), 404)


async def wrong_type(target):
    await expect(target, "a film", whole(target, PHOTO, "Content-Type: video/mp4\r\n"), 415)


async def wrong_method(target):
    await expect(target, "DELETE", head(target, "", method="DELETE"), 405)


# Clients that are slow.


async def slow_header(target):
    """A byte each half second: the server does not wait for its end."""
    await trickle(target, b"", head(target, "X: " + "x" * 4_000 + "\r\n"))


async def slow_body(target):
    data = whole(target, PHOTO)
    await trickle(target, data[:-10_000], data[-10_000:])


async def trickle(target, first, rest):
    wire = await Wire.open(target)
    await wire.send(first)
    answer = asyncio.create_task(wire.answer())
    with contextlib.suppress(Lost):
        for byte in rest:
            await wire.send(bytes([byte]))
            await asyncio.wait([answer], timeout=0.5)
            if answer.done():
                break
    status = (await answer).status
    if status != 408:
        target.ledger.fail(f"a client that trickles got {status}, not 408")
    await wire.close()


async def slow_reader(target):
    """Asks for 100 pages, and goes without reading one."""
    wire = await Wire.open(target)
    wire.writer.transport.pause_reading()
    # The server soon takes no more, so what is sent is not waited for.
    wire.writer.write(head(target, "", "/openapi.yaml", "GET") * 100)
    await asyncio.sleep(random.uniform(0, 5))
    wire.leave(100)


# Clients that leave.


async def truncated_body(target):
    data = whole(target, PHOTO)
    wire = await Wire.open(target)
    await wire.send(data[:random.randint(len(data) - len(PHOTO), len(data) - 1)])
    wire.finish_sending()
    for answer in await wire.answers_to_the_end():
        if answer.status != 400:
            target.ledger.fail(f"half a body: {answer.status}, not 400")
    await wire.close()


async def reset_in_the_middle(target):
    data = whole(target, PHOTO)
    wire = await Wire.open(target)
    with contextlib.suppress(Lost):
        await wire.send(data[:random.randint(1, len(data))])
    await asyncio.sleep(random.uniform(0, 0.05))
    wire.leave()


async def reset_while_computing(target):
    path = f"{CLASSIFY}?crop=ten"
    wire = await Wire.open(target)
    with contextlib.suppress(Lost):
        await wire.send(whole(target, PHOTO, path=path) * 3)
    await asyncio.sleep(random.uniform(0, 0.02))
    wire.leave(3)


async def only_looks(target):
    wire = await Wire.open(target)
    if random.random() < 0.5:
        await wire.close()
    else:
        wire.leave(0)


def table():
    """Rows of requests.table: name, bytes, statuses, numbers of the requests to HEAD.

    The table's routes become this server's. Left out are rows that lean on its small limits (all that repeat
    something), on what its routes answer, also to a query, or whose lengths count a path.
    """
    rows = []
    for line in (ROOT / "Tests/HTTPTestSupport/requests.table").read_text().splitlines():
        columns = line.split(" | ")
        if line.startswith("#") or len(columns) != 5:
            continue
        _, name, text, answers, events = columns
        statuses = [int(answer) for answer in answers.split()[:-1] if answer != "100"]
        if re.search(r"\{[^}]*\*|/echo|/small|/hello\?|Content-Length: 5000|FA0|smuggler", text + name):
            continue
        if "/length" in text and min(statuses, default=400) < 400:
            continue
        if answers.endswith("waits"):
            statuses.append(400)
        heads = [number for number, event in enumerate(events.split(" -> ")) if event.startswith("HEAD ")]
        for ours, here in [("{host}", r"Host: a\r\n"), ("/hello", "/healthz"), ("/length", CLASSIFY)]:
            text = text.replace(ours, here)
        rows.append((name, unescaped(text), statuses, heads))
    return rows


def unescaped(text):
    escapes = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}
    return re.sub(
        rb"\\(?:x([0-9A-F]{2})|(.))", lambda found: bytes.fromhex(found[1].decode()) if found[1] else escapes[found[2]],
        text.encode())


TABLE = table()

# The last ones need to end one side of the connection, which TLS does not know in Python.
WRONG = [
    broken_picture, no_picture, picture_bomb, expansion_bomb, corrupt_gzip, huge_header, many_fields, long_line,
    huge_body, wrong_json, wrong_form, nothing_there, wrong_type, wrong_method]
SLOW = [slow_header, slow_body, slow_reader]
LEAVING = [reset_in_the_middle, reset_while_computing, only_looks]
HALF_CLOSING = [row_of_the_table, truncated_body]


async def bad_client(target, is_over):
    mischief = WRONG + SLOW + LEAVING + ([] if target.context else HALF_CLOSING * 4)
    while not is_over.is_set():
        act = random.choice(mischief)
        target.ledger.kinds[act.__name__] += 1
        try:
            await act(target)
        except (Lost, OSError) as error:
            target.ledger.fail(f"{act.__name__} was not answered: {error}")
        await asyncio.sleep(random.uniform(0, 0.2))
