#!/usr/bin/env python3
"""Holds `convserve serve` under mixed traffic, reloads its models, stops it and kills it under load. See
docs/operations.md."""

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

import changing
import killing
import stopping
from bad_clients import MODEL
from growth import Growth
from ledger import Ledger
from server import CONVSERVE, ROOT, Server, free_port
from side import Side
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
    parser.add_argument("--reloads", type=int, default=200, help="times that a model is replaced, at most 2000")
    parser.add_argument("--part", choices=["all", "traffic", "reloads"], default="all", help="what is run")
    parser.add_argument("--kills", type=int, default=12, help="times that each program is killed, at most 100")
    arguments = parser.parse_args()
    arguments.minutes = min(arguments.minutes, LONGEST_MINUTES)
    arguments.idle = min(arguments.idle, 8000)
    arguments.good, arguments.bad = min(arguments.good, 100), min(arguments.bad, 100)
    arguments.kills = min(arguments.kills, 100)
    arguments.reloads = min(arguments.reloads, 2000)
    return arguments


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


def mixed_traffic(arguments, folder):
    """How many failures there were."""
    others = [name for name in ("efficientnet-lite0",) if list((arguments.models / name).glob("*/model.json"))]
    names = [MODEL, *others]
    with contextlib.ExitStack() as stack:
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
        return failures_of(sides)


def reloads(arguments, folder):
    """How many failures there were."""
    target = Target("reloads", free_port(), Ledger("reloads"))
    repository = changing.Repository(folder)
    server = Server(target, repository.folder, folder, "--default-model", changing.ODD, *OPTIONS)
    side = Side(server, [changing.ODD, changing.EVEN], 1)
    with server:
        asyncio.run(changing.run(side, repository, arguments.reloads))
    return failures_of([side])


def failures_of(sides):
    failures = sum(side.target.ledger.failure_count for side in sides)
    for side in sides if failures else []:
        print(f"--- the end of the log of {side.target.name}\n{side.server.log.read_text()[-3000:]}")
    return failures


def main():
    arguments = options()
    random.seed(time.time_ns())
    # So that the servers end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        if arguments.part != "traffic":
            failures += reloads(arguments, folder)
        if arguments.part != "reloads":
            failures += mixed_traffic(arguments, folder)
    print("All is well." if not failures else f"{failures} failures.")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
