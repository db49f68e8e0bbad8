"""A client of HTTP/1.1 that can also misbehave: it sends the bytes that it is given."""

import asyncio
import contextlib
import dataclasses
import socket
import ssl
import struct

# Seconds after which an answer counts as lost; generous, as the machine may be busy.
PATIENCE = 180


class Lost(Exception):
    """The connection ended, or went silent, before the whole answer was there."""


@dataclasses.dataclass
class Target:
    """Where requests go, and what is written down of them."""

    name: str
    port: int
    ledger: object
    context: ssl.SSLContext | None = None
    key: str | None = None

    @property
    def fields(self):
        """Header lines that every request needs."""
        return "Host: localhost\r\n" + (f"Authorization: Bearer {self.key}\r\n" if self.key else "")


@dataclasses.dataclass
class Answer:
    status: int
    fields: dict
    body: bytes


class Wire:
    """One connection."""

    def __init__(self, target, reader, writer):
        self.target = target
        self.reader = reader
        self.writer = writer
        self.received = bytearray()

    @classmethod
    async def open(cls, target):
        target.ledger.opened += 1
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection("127.0.0.1", target.port, ssl=target.context)
        except OSError:
            # The server may have accepted it, and TLS have failed.
            target.ledger.torn += 1
            raise
        if target.context:
            target.ledger.certificates.add(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
        # So that `send` returns when the kernel has everything.
        writer.transport.set_write_buffer_limits(high=0)
        return cls(target, reader, writer)

    async def send(self, data):
        self.writer.write(data)
        with lost_if_broken():
            async with asyncio.timeout(PATIENCE):
                await self.writer.drain()

    async def answer(self, to_head=False):
        """The next final answer, whole."""
        with lost_if_broken():
            async with asyncio.timeout(PATIENCE):
                status, fields = await self._head()
                while status < 200:
                    status, fields = await self._head()
                body = b"" if to_head or status in (204, 304) else await self._body(fields)
        self.target.ledger.answers[status] += 1
        return Answer(status, fields, body)

    async def answers_to_the_end(self, heads=()):
        """Every answer until the server closes; `heads` are the numbers of those to HEAD."""
        answers = []
        while not await self.is_at_end():
            answers.append(await self.answer(to_head=len(answers) in heads))
        return answers

    async def is_at_end(self):
        """Whether the server has closed; else bytes are there."""
        with lost_if_broken():
            async with asyncio.timeout(PATIENCE):
                return not self.received and not await self._receive()

    async def _head(self):
        lines = (await self._until(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        return int(lines[0].split(" ")[1]), fields

    async def _body(self, fields):
        if "transfer-encoding" not in fields:
            return await self._exactly(int(fields["content-length"]))
        body = b""
        while size := int(await self._until(b"\r\n"), 16):
            body += await self._exactly(size)
            await self._exactly(2)
        await self._exactly(2)
        return body

    async def _until(self, mark):
        while (end := self.received.find(mark)) < 0:
            await self._need()
        found = bytes(self.received[:end])
        del self.received[:end + len(mark)]
        return found

    async def _exactly(self, count):
        while len(self.received) < count:
            await self._need()
        found = bytes(self.received[:count])
        del self.received[:count]
        return found

    async def _need(self):
        if not await self._receive():
            raise EOFError(f"the server closed after {len(self.received)} bytes of an answer")

    async def _receive(self):
        data = await self.reader.read(1 << 16)
        self.received += data
        return bool(data)

    def finish_sending(self):
        self.writer.write_eof()

    async def close(self):
        self.writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.writer.wait_closed()

    def leave(self, requests=1):
        """Goes away as a program does that crashed: with a reset, and without reading `requests` answers."""
        self.target.ledger.torn += 1
        self.target.ledger.unread += requests
        with contextlib.suppress(OSError):
            self.writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@contextlib.contextmanager
def lost_if_broken():
    try:
        yield
    # What is no HTTP is as good as nothing.
    except (OSError, EOFError, TimeoutError, ValueError, LookupError) as error:
        raise Lost(f"{type(error).__name__}: {error}") from error
