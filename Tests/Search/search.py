"""Searches that are killed; see run.

    Tests/Search/run --kills 20 --seed 3 --only asha
"""

import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import pictures_in_idx

CONVSERVE = os.environ["CONVSERVE"]
FILES = ("report.json", "report.html", "parallel.svg", "marginals.svg")

SPACE = {
    "settings": {"architecture": "lenet5", "epochs": 4, "batch_size": 16},
    "parameters": {
        "learning_rate": {"log_uniform": [0.003, 30], "points": 4},
        "optimizer": {"choice": ["nesterov", "adam"]},
        "momentum": {"uniform": [0.5, 0.95], "points": 2, "when": {"optimizer": "nesterov"}},
    },
}

# Name, what the space says besides, workers, and whether the table is the same whatever happens.
SEARCHES = [
    ("grid", {"sampler": "grid"}, 2, True),
    ("random", {"sampler": "random", "trials": 8, "seed": 3}, 3, True),
    ("halving", {"sampler": "sobol", "trials": 9, "scheduler": {"name": "halving", "reduction": 2}}, 2, True),
    ("asha", {"sampler": "random", "trials": 9, "scheduler": {"name": "asha", "reduction": 2}}, 1, True),
    ("asha of three", {"sampler": "random", "trials": 9, "scheduler": {"name": "asha", "reduction": 2}}, 3, False),
]


def start(space, data, output, workers):
    arguments = [CONVSERVE, "search", space, "--data", data, "--output", output, "--workers", str(workers)]
    return subprocess.Popen(
        [*map(str, arguments), "--threads", str(workers), "--resume"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def descendants(output):
    """Processes that work in the folder of a search, by its name in their arguments."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(output).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def require_nobody(output):
    end = time.monotonic() + 20
    while descendants(output):
        assert time.monotonic() < end, f"left behind: {descendants(output)}"
        time.sleep(0.02)


def files(output):
    return {name: (output / name).read_bytes() for name in FILES if (output / name).exists()}


def finish(process, output):
    text = process.communicate()[0].decode()
    assert process.returncode == 0, f"exit status {process.returncode}:\n{text}"
    require_nobody(output)


def disturb(process, output, dice):
    """Kills the search or one of its trials, or asks it to stop; says which."""
    way = dice.choice(["search", "search", "trial", "stop"])
    children = [number for number in descendants(output) if number != process.pid]
    if way == "trial" and children:
        try:
            os.kill(dice.choice(children), signal.SIGKILL)
        except ProcessLookupError:
            pass
        # The search starts it again, and is killed later.
        time.sleep(dice.uniform(0, 0.3))
    if way == "stop":
        process.send_signal(dice.choice([signal.SIGTERM, signal.SIGINT]))
    else:
        process.kill()
    process.communicate()
    # Asked to stop before it could hear it, it ends at once, with nothing to keep.
    assert process.returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 75, 0), process.returncode
    require_nobody(output)
    return way


def table_of_log(output):
    """What each trial came to, by the log alone."""
    last = {}
    for line in (output / "decisions.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["decision"] == "result":
            last[entry["trial"]] = entry["result"]
    return last


def check_replay(space, data, output, workers):
    """The program accepts its own log, which it refuses where it would have decided otherwise; the table is the log's."""
    before, log = files(output), (output / "decisions.jsonl").read_bytes()
    finish(start(space, data, output, workers), output)
    assert files(output) == before and (output / "decisions.jsonl").read_bytes() == log
    table = table_of_log(output)
    for row in json.loads(before["report.json"])["trials"]:
        result = table[row["trial"]]
        for name in ("status", "epochs", "validation_accuracy", "validation_loss"):
            assert result.get(name) == row.get(name), (row, result)
    assert log.count(b'"decision":"test"') == 1


def run(name, space, data, folder, workers, is_repeatable, kills, dice):
    calm = folder / f"calm-{name}".replace(" ", "-")
    began = time.monotonic()
    finish(start(space, data, calm, workers), calm)
    seconds = time.monotonic() - began
    done, rounds, ways = 0, 0, {}
    while done < kills:
        rounds += 1
        wild = folder / f"wild-{name}-{rounds}".replace(" ", "-")
        while True:
            process = start(space, data, wild, dice.randint(1, 3) if is_repeatable and "asha" not in name else workers)
            try:
                process.wait(dice.uniform(0.02, 0.7 * seconds) if done < kills else None)
                break
            except subprocess.TimeoutExpired:
                way = disturb(process, wild, dice)
                ways[way], done = ways.get(way, 0) + 1, done + 1
                print(f"\r{name}: {done} of {kills} kills, {rounds} searches", end="", flush=True)
        finish(process, wild)
        check_replay(space, data, wild, workers)
        if is_repeatable:
            assert files(wild) == files(calm), f"{wild} differs from {calm}"
    print(f"\r{name}: {done} kills ({ways}) in {rounds} searches of {seconds:.1f} s; "
          + ("all end with the same files" if is_repeatable else "every log replays to its table"), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="the beginning of a search's name")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    searches = [search for search in SEARCHES if search[0].startswith(options.only or "")]
    with tempfile.TemporaryDirectory(prefix="convserve-search-") as place:
        folder = pathlib.Path(place)
        pictures_in_idx.write(folder / "data", dice)
        for index, (name, members, workers, is_repeatable) in enumerate(searches):
            space = folder / f"space-{index}.yaml"
            space.write_text(json.dumps({**SPACE, **members}))
            # As many each as come to all together.
            kills = options.kills * (index + 1) // len(searches) - options.kills * index // len(searches)
            run(name, space, folder / "data", folder, workers, is_repeatable, kills, dice)
    print(f"{options.kills} kills, seed {options.seed}: nothing lost, nothing left behind")


if __name__ == "__main__":
    sys.exit(main())
