"""Whether each processor is all ours right now, and measurements that others disturbed, made again.

Virtual machines share their cores with others: for seconds at a time everything takes up to twice as long, and nothing
in /proc says so. A short piece of plain work on all processors at once tells it: its time, beside the shortest time that
it ever took on such a processor in any run, which a file in ~/.cache/convserve keeps.
"""

import json
import multiprocessing
import os
import pathlib
import platform
import signal
import statistics
import time

LOOPS = 100_000
TRIES = 7
# As a multiple of the shortest time of the work: what is above is disturbed.
CALM_BELOW = 1.15
LONGEST_WAIT_SECONDS = 20
# Of all waits together: a machine that is never calm is measured as it is, and the figures say so.
PATIENCE_SECONDS = 600
KEPT = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "convserve" / "fastest-work.json"
# Measurements of one thing, until one of them is undisturbed.
MOST_ATTEMPTS = 4

_patience = PATIENCE_SECONDS
_waited = 0.0


def measure_undisturbed(run, processors, attempts=MOST_ATTEMPTS):
    """What `run` returns, and whether the processors were all ours before and after it.

    A disturbed measurement is made again, after a wait for calm, as long as there is patience left. If all are disturbed,
    the last one counts.
    """
    for _ in range(attempts):
        was_calm = wait_for_cores(processors)
        result = run()
        if was_calm and is_calm(processors):
            return result, True
        if _waited > _patience:
            break
    return result, False


def wait_for_cores(count):
    """Waits, though not for ever, until `count` processors are all ours; says whether they are."""
    global _waited
    start = time.monotonic()
    longest = min(LONGEST_WAIT_SECONDS, max(_patience - _waited, 0))
    while not is_calm(count):
        if time.monotonic() - start > longest:
            _waited += time.monotonic() - start
            return False
        time.sleep(0.5)
    _waited += time.monotonic() - start
    return True


def have_patience(seconds):
    """How long all waits together may take from now on."""
    global _patience, _waited
    _patience, _waited = seconds, 0.0


def is_calm(count):
    seconds = busy_seconds(count)
    fastest = read_fastest()
    if seconds < fastest.get(key(count), float("inf")):
        fastest[key(count)] = seconds
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(fastest))
    return seconds < CALM_BELOW * fastest[key(count)]


def read_fastest():
    try:
        return json.loads(KEPT.read_text())
    except (OSError, ValueError):
        return {}


def key(count):
    """The work takes another time in another Python."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    return f"{model}, {count} at once, Python {platform.python_version()}"


def busy_seconds(count):
    """Seconds that the slowest of `count` processes at once takes for the same work, each on a processor of its own."""
    available = sorted(os.sched_getaffinity(0))
    # The pool ends its processes by a signal, which the parent's handler would report.
    quiet = (signal.SIGTERM, signal.SIG_DFL)
    with multiprocessing.get_context("fork").Pool(count, signal.signal, quiet) as pool:
        return max(pool.map(_work, [available[i % len(available)] for i in range(count)], chunksize=1))


def _work(processor):
    os.sched_setaffinity(0, {processor})
    return statistics.median(_seconds() for _ in range(TRIES))


def _seconds():
    start = time.perf_counter()
    total = 0
    for i in range(LOOPS):
        total += i
    return time.perf_counter() - start
