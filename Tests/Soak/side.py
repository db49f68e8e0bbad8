"""One server with its clients, from the moment at which nobody is connected to the comparison at the end."""

import asyncio

from bad_clients import bad_client
from good_clients import good_client, idle_client
from ledger import Ledger
from pictures import known


class Side:
    """One server with its clients: `weight` says how many of them."""

    def __init__(self, server, models, weight):
        self.server = server
        self.target = server.target
        self.models = models
        self.weight = weight
        # Times that the server was to read its certificates again.
        self.renewals = 0

    @property
    def good_operations(self):
        return [("classify", self.models[0])] + [("classifyWithModel", model) for model in self.models[1:]]

    async def prepare(self):
        """Asks for the answers to be expected, and notes what the server holds when nobody is connected."""
        self.pictures = await known(self.target, self.models)
        if len(self.pictures) < 20:
            raise SystemExit(f"only {len(self.pictures)} pictures can be told apart by their answers")
        self.rest = await settled(self.server.descriptors)
        # What went before does not count; this scrape's own answer does, and makes up for that of the last one.
        self.target.ledger = Ledger(self.target.name)
        self.before = self.server.metrics()
        resident = self.server.resident_bytes() >> 20
        print(
            f"{self.target.name}: {len(self.pictures)} pictures, {resident} MiB, {self.rest} descriptors, "
            f"{self.server.threads()} threads at rest", flush=True)

    def clients(self, arguments, is_over, minutes):
        def count(number):
            return max(1, round(number * self.weight))

        # A few questions a minute each, at least one in a short run.
        pauses = (min(10, minutes * 10), min(40, minutes * 40))
        for _ in range(count(arguments.idle)):
            yield idle_client(self.target, self.pictures, self.models, is_over, pauses)
        for _ in range(count(arguments.good)):
            yield good_client(self.target, self.pictures, self.models, is_over)
        for _ in range(count(arguments.bad)):
            yield bad_client(self.target, is_over)

    def line(self):
        sample, ledger = self.growth.samples[-1], self.target.ledger
        return (
            f"{sample.seconds / 60:5.1f} min {self.target.name:5} {sample.resident / 2 ** 20:7.1f} MiB "
            f"{sample.descriptors:5} descriptors {sample.threads:3} threads {sum(ledger.answers.values()):8} answers "
            f"{ledger.failure_count} failures")

    def scrape(self):
        """The server's metrics since the beginning, counted as a client's question."""
        metrics = self.server.metrics().since(self.before)
        self.target.ledger.opened += 1
        self.target.ledger.answers[200] += 1
        return metrics

    async def conclude(self, bound):
        """Compares what is left with what was there before, and the server's counts with those of its clients."""
        ledger = self.target.ledger
        rest = await settled(self.server.descriptors, self.rest)
        if rest > self.rest:
            ledger.fail(f"{rest} descriptors are open, {self.rest} were before")
        # The last one may have come when no client was to connect any more.
        if self.renewals > 1 and len(ledger.certificates) < 2:
            ledger.fail(f"certificates were renewed {self.renewals} times, and no client saw another one")
        differences = await settled(lambda: list(ledger.differences(self.scrape(), self.good_operations)), [])
        for difference in differences:
            ledger.fail(difference)
        growth = self.growth.bytes_per_hour()
        if growth is not None and growth > bound * 2 ** 20:
            ledger.fail(f"memory grows by {growth / 2 ** 20:.1f} MiB an hour; {bound:g} are allowed")
        self._report(rest, growth)

    def _report(self, rest, growth):
        ledger = self.target.ledger
        slope = "too short to tell" if growth is None else f"{growth / 2 ** 20:+.1f} MiB an hour"
        print(
            f"{self.target.name}: answers by status {dict(sorted(ledger.answers.items()))}; "
            f"{sum(ledger.classifications.values())} classifications of {sum(ledger.images.values())} pictures; "
            f"{ledger.opened} connections, {ledger.torn} torn down; memory {slope}; {rest} descriptors at rest "
            f"(before: {self.rest}); {ledger.failure_count} failures")
        print(f"{self.target.name}: mischief {dict(ledger.kinds)}", flush=True)


async def settled(value, wanted=None):
    """The value once it is what is wanted, or, where nothing is, once it stays the same for two seconds; in any case
    after a minute."""
    last, same = value(), 0
    for _ in range(120):
        if last == wanted or (wanted is None and same == 4):
            break
        await asyncio.sleep(0.5)
        now = value()
        last, same = now, same + 1 if now == last else 0
    return last
