"""SIGTERM under load: whatever was sent before the signal is answered, and the server exits with 0."""

import asyncio
import time

from good_clients import Question
from wire import Lost, Wire

SENDING = 40
# Their bodies are half sent when the signal comes.
ARRIVING = 10
# Connected and sending in the last moment.
LATE = 20
IDLE = 200


class Ending:
    def __init__(self, side):
        self.side = side
        self.target = side.target
        self.signalled = None
        self.answered_before = 0
        self.answered_after = 0
        self.lost_after = 0

    def question(self):
        return Question(self.target, self.side.pictures, self.side.models)

    async def asking(self):
        """Asks one question after the other, some in pipelines, until the server is gone."""
        wire = await Wire.open(self.target)
        for number in range(1_000_000):
            if not await self.ask(wire, [self.question() for _ in range(1 + number % 3)]):
                break
        await wire.close()

    async def ask(self, wire, questions, pause=None):
        """Whether the connection is still good. What was sent before the signal has to be answered."""
        data = b"".join(question.bytes for question in questions)
        try:
            if pause:
                # The header is there, and half of the body.
                await wire.send(data[:len(data) // 2])
                sent = time.monotonic()
                await pause.wait()
                await asyncio.sleep(0.2)
                await wire.send(data[len(data) // 2:])
            else:
                await wire.send(data)
                sent = time.monotonic()
        except Lost:
            if pause:
                self.target.ledger.fail("SIGTERM: a request that was arriving was cut off")
            return False
        return await self.answers(wire, questions, sent)

    async def answers(self, wire, questions, sent):
        for question in questions:
            try:
                answer = await wire.answer()
            except Lost as error:
                if self.signalled is None or sent < self.signalled:
                    self.target.ledger.fail(f"SIGTERM: a request sent before it was lost: {error}")
                else:
                    self.lost_after += 1
                return False
            question.check(answer, self.target.ledger)
            if self.signalled is None:
                self.answered_before += 1
            else:
                self.answered_after += 1
        return True

    async def late(self, is_sent):
        """A connection that the server has perhaps not accepted yet."""
        wire = await Wire.open(self.target)
        question = self.question()
        await wire.send(question.bytes)
        sent = time.monotonic()
        is_sent.set()
        await self.answers(wire, [question], sent)
        await wire.close()

    async def arriving(self, stopped):
        wire = await Wire.open(self.target)
        await self.ask(wire, [self.question()], pause=stopped)
        await wire.close()


async def run(side, last=None):
    """`last` is a question about something that takes long, to which there must be an answer too."""
    ending = Ending(side)
    stopped = asyncio.Event()
    idle = [await Wire.open(side.target) for _ in range(IDLE)]
    tasks = [asyncio.create_task(ending.asking()) for _ in range(SENDING)]
    tasks += [asyncio.create_task(ending.arriving(stopped)) for _ in range(ARRIVING)]
    await asyncio.sleep(3)
    sent = [asyncio.Event() for _ in range(LATE)]
    tasks += [asyncio.create_task(ending.late(event)) for event in sent]
    await asyncio.gather(*(event.wait() for event in sent))
    if last:
        tasks.append(asyncio.create_task(last()))
        # It is to be in work.
        await asyncio.sleep(0.1)
    ending.signalled = time.monotonic()
    side.server.terminate()
    stopped.set()
    await asyncio.gather(*tasks)
    status = await asyncio.to_thread(side.server.wait)
    if status != 0:
        side.target.ledger.fail(f"SIGTERM: exit status {status}")
    if not ending.answered_after:
        side.target.ledger.fail("SIGTERM: nothing was in work when the signal came")
    for wire in idle:
        if not await wire.is_at_end():
            side.target.ledger.fail("SIGTERM: an idle connection got bytes")
        await wire.close()
    print(
        f"{side.target.name}: SIGTERM: {ending.answered_before} answers before, {ending.answered_after} after it, "
        f"{ending.lost_after} requests sent after it and not taken; exit status {status}", flush=True)
