"""`kill -9` at any moment: what is there afterwards is whole, and the next start needs no repair."""

import asyncio
import json
import os
import pathlib
import random
import subprocess
import time

from good_clients import Question
from server import CONVSERVE, ROOT
from wire import Lost, Wire

CHECKPOINT = ROOT / "Tests/Goldens/weights/resnet8_cifar10_zip.pth"


async def server(side, kills):
    """Kills the server while it starts, without and with what it had measured before, and under load."""
    ledger, server = side.target.ledger, side.server
    started = time.monotonic()
    server.start()
    await asyncio.to_thread(server.wait_until_ready)
    first = time.monotonic() - started
    server.kill()
    for number in range(kills):
        # Every other start has nothing to go by: it measures, and writes what it finds.
        if number % 2:
            for file in caches(server):
                file.unlink()
        server.start()
        await asyncio.sleep(random.uniform(0, 1.2 * first))
        server.kill()
        check_caches(server, ledger)
    times = [await restart_under_load(side) for _ in range(kills)]
    check_caches(server, ledger)
    litter = [file.name for file in cache_folder(server).iterdir() if file not in caches(server)]
    print(
        f"kill -9: {kills} times while starting, {kills} times under load; ready again after "
        f"{max(times):.2f} s at most (first start: {first:.2f} s); left over: {litter or 'nothing'}", flush=True)


async def restart_under_load(side):
    """Seconds from the kill to the next good answer, at the same port."""
    server = side.server
    if server.process.poll() is not None:
        server.start()
        await asyncio.to_thread(server.wait_until_ready)
    clients = [asyncio.create_task(ask_until_lost(side)) for _ in range(30)]
    await asyncio.sleep(random.uniform(0.2, 1))
    killed = time.monotonic()
    server.kill()
    await asyncio.gather(*clients)
    server.start()
    await asyncio.to_thread(server.wait_until_ready)
    question = Question(side.target, side.pictures, side.models)
    wire = await Wire.open(side.target)
    await wire.send(question.bytes)
    question.check(await wire.answer(), side.target.ledger)
    await wire.close()
    return time.monotonic() - killed


async def ask_until_lost(side):
    """What is answered is right; that nothing is answered in the end is what killing means."""
    try:
        wire = await Wire.open(side.target)
        for _ in range(100_000):
            question = Question(side.target, side.pictures, side.models)
            await wire.send(question.bytes)
            question.check(await wire.answer(), side.target.ledger)
    except (Lost, OSError):
        pass


def cache_folder(server):
    return pathlib.Path(server.environment["XDG_CACHE_HOME"]) / "convserve"


def caches(server):
    return list(cache_folder(server).glob("algorithms-*.json"))


def check_caches(server, ledger):
    for file in caches(server):
        try:
            json.loads(file.read_text())
        except ValueError as error:
            ledger.fail(f"kill -9: {file.name} is broken: {error}")


def keys(ledger, folder, kills):
    """Kills `convserve keys add`: the file holds every key that was printed, and can be read."""
    file = pathlib.Path(folder) / "killed-keys"
    took = duration([CONVSERVE, "keys", "add", "first", "--api-keys", file])
    printed = {"first"}
    for number in range(kills):
        name = f"key-{number}"
        if killed([CONVSERVE, "keys", "add", name, "--api-keys", file], took):
            printed.add(name)
        listed = subprocess.run([CONVSERVE, "keys", "list", "--api-keys", file], capture_output=True, text=True)
        if listed.returncode or not printed <= set(listed.stdout.split()):
            ledger.fail(f"kill -9 of keys add: {listed.stdout}{listed.stderr}")
    print(f"kill -9 of keys add: {kills} times, of which {len(printed) - 1} were done before", flush=True)


def imports(ledger, folder, kills):
    """Kills `convserve import`, of new models and of one that is there: a server starts with what there is."""
    models = pathlib.Path(folder) / "imported"
    command = [CONVSERVE, "import", "--architecture", "resnet8", "--models", models, CHECKPOINT]
    took = duration([*command, "--name", "there"])
    done = 0
    for number in range(2 * kills):
        name = f"new-{number}" if number % 2 else "there"
        done += killed([*command, "--name", name, "--force"], took)
        checked = subprocess.run([CONVSERVE, "serve", "--check", "--models", models], capture_output=True, text=True)
        if checked.returncode or "there" not in checked.stdout:
            ledger.fail(f"kill -9 of import of {name}: {checked.stdout}{checked.stderr}")
    print(f"kill -9 of import: {2 * kills} times, of which {done} were done before", flush=True)


def duration(command):
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - began


def killed(command, took):
    """Whether the command was done before it was killed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ)
    # Writing comes at the end.
    time.sleep(took * random.uniform(0.5, 1.1))
    process.kill()
    process.communicate()
    return process.returncode == 0
