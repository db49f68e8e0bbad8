#!/usr/bin/env python3
"""Holds `convserve serve` under mixed traffic, then stops it and kills it under load. See docs/operations.md."""

import argparse
import asyncio
import contextlib
import pathlib
import random
import resource
import signal
import ssl
import subprocess
import sys
import tempfile
import time

import killing
import stopping
from bad_clients import MODEL, bad_client
from good_clients import good_client, idle_client
from growth import Growth
from ledger import Ledger
from pictures import known
from server import CONVSERVE, ROOT, Server, free_port
from wire import Target

LONGEST_MINUTES = 120
SECONDS_BETWEEN_SAMPLES = 5
SECONDS_BETWEEN_HANGUPS = 20
# Good clients share the machine with everything else and may be held up for many seconds, in the middle of a body or of
# a handshake, without being to blame; slow ones are to meet their ends all the same.
OPTIONS = [
    "--max-connections", "10000", "--queue-capacity", "4000", "--request-timeout", "600", "--idle-timeout", "600",
    "--header-timeout", "60", "--body-timeout", "60", "--write-timeout", "120"]


def options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help=f"of traffic, at most {LONGEST_MINUTES}")
    parser.add_argument("--idle", type=int, default=2000, help="connections that mostly wait, at most 8000")
    parser.add_argument("--good", type=int, default=16, help="clients that keep to the rules, at most 100")
    parser.add_argument("--bad", type=int, default=12, help="clients that do not, at most 100")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "models", help="model repository")
    parser.add_argument("--growth", type=float, default=32, help="MiB an hour by which memory may grow")
    parser.add_argument("--kills", type=int, default=12, help="times that each program is killed, at most 100")
    arguments = parser.parse_args()
    arguments.minutes = min(arguments.minutes, LONGEST_MINUTES)
    arguments.idle = min(arguments.idle, 8000)
    arguments.good, arguments.bad = min(arguments.good, 100), min(arguments.bad, 100)
    arguments.kills = min(arguments.kills, 100)
    return arguments


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


async def hang_up(sides, renew, is_over):
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_BETWEEN_HANGUPS):
                await is_over.wait()
                return
        renew()
        for side in sides:
            side.server.hang_up()
            side.renewals += 1 if side.target.context else 0


async def traffic(arguments, sides, renew):
    for side in sides:
        await side.prepare()
    for side in sides:
        side.growth = Growth(side.server)
    is_over = asyncio.Event()
    tasks = [asyncio.create_task(hang_up(sides, renew, is_over))]
    for side in sides:
        tasks += [asyncio.create_task(client) for client in side.clients(arguments, is_over, arguments.minutes)]
    end, next_line = time.monotonic() + 60 * arguments.minutes, 0
    while (now := time.monotonic()) < end:
        for side in sides:
            side.server.require_running()
            side.growth.sample()
        if now >= next_line:
            next_line = now + 60
            for side in sides:
                side.scrape()
                print(side.line(), flush=True)
        await asyncio.sleep(SECONDS_BETWEEN_SAMPLES)
    for side in sides:
        print(side.line(), flush=True)
    is_over.set()
    await asyncio.gather(*tasks)
    for side in sides:
        await side.conclude(arguments.growth)


class Certificates:
    """Two certificates that take turns."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.turn = 0
        for number in (0, 1):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                 "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                 "-keyout", self.folder / f"{number}.key", "-out", self.folder / f"{number}.pem"],
                check=True, capture_output=True)
        self.renew()

    def renew(self):
        """Links are replaced, the certificate's after the key's: a server that reads in between keeps what it has."""
        self.turn = 1 - self.turn
        for kind in ("key", "pem"):
            link = self.folder / f"new.{kind}"
            link.symlink_to(self.folder / f"{self.turn}.{kind}")
            link.rename(self.folder / f"current.{kind}")

    @property
    def options(self):
        return ["--tls-certificate", str(self.folder / "current.pem"), "--tls-key", str(self.folder / "current.key")]

    @property
    def context(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        for number in (0, 1):
            context.load_verify_locations(self.folder / f"{number}.pem")
        return context


def encrypted_side(folder, models, names, tls):
    """A server with TLS and API keys."""
    file = pathlib.Path(folder) / "keys"
    command = [CONVSERVE, "keys", "add", "soak", "--scopes", "infer,inspect,admin", "--api-keys", file]
    key = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    target = Target("TLS", free_port(), Ledger("TLS"), tls.context, key)
    server = Server(target, models, folder, "--default-model", MODEL, "--api-keys", str(file), *tls.options, *OPTIONS)
    return Side(server, names, 0.1)


def main():
    arguments = options()
    random.seed(time.time_ns())
    # So that the servers end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    others = [name for name in ("efficientnet-lite0",) if (arguments.models / name / "1/model.json").exists()]
    names = [MODEL, *others]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        tls = Certificates(folder)
        plain = Target("plain", free_port(), Ledger("plain"))
        sides = [
            Side(Server(plain, arguments.models, folder, "--default-model", MODEL, *OPTIONS), names, 1),
            encrypted_side(folder, arguments.models, names, tls)]
        for side in sides:
            stack.enter_context(side.server)
        asyncio.run(traffic(arguments, sides, tls.renew))
        for side in sides:
            asyncio.run(stopping.run(side))
        asyncio.run(killing.server(sides[0], arguments.kills))
        killing.keys(plain.ledger, folder, arguments.kills)
        killing.imports(plain.ledger, folder, arguments.kills)
        failures = sum(side.target.ledger.failure_count for side in sides)
        for side in sides if failures else []:
            print(f"--- the end of the log of {side.target.name}\n{side.server.log.read_text()[-3000:]}")
    print("All is well." if not failures else f"{failures} failures.")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
