"""Whether each processor is all ours right now, and measurements that others disturbed, made again.

Virtual machines share their cores with others: for seconds at a time everything takes up to twice as long, and nothing
in /proc says so. A short piece of plain work on all processors at once tells it: its time, beside the shortest time that
it ever took in this run.
"""

import multiprocessing
import os
import signal
import statistics
import time

LOOPS = 100_000
TRIES = 7
# As a multiple of the shortest time of the work: what is above is disturbed.
CALM_BELOW = 1.15
LONGEST_WAIT_SECONDS = 20
# Measurements of one thing, until one of them is undisturbed.
MOST_ATTEMPTS = 4

_fastest = {}


def measure_undisturbed(run, processors, attempts=MOST_ATTEMPTS):
    """What `run` returns, and whether the processors were all ours before and after it.

    A disturbed measurement is made again, after a wait for calm. If all are disturbed, the last one counts.
    """
    for _ in range(attempts):
        was_calm = wait_for_cores(processors)
        result = run()
        if was_calm and is_calm(processors):
            return result, True
    return result, False


def wait_for_cores(count):
    """Waits, though not for ever, until `count` processors are all ours; says whether they are."""
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while not is_calm(count):
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True


def is_calm(count):
    seconds = busy_seconds(count)
    if count not in _fastest:
        # What is fast is known only after some tries.
        _fastest[count] = min(seconds, *(busy_seconds(count) for _ in range(10)))
    _fastest[count] = min(_fastest[count], seconds)
    return seconds < CALM_BELOW * _fastest[count]


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
