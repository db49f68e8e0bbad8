"""Whether the machine gives each thread a core of its own right now: virtual machines do not always."""

import multiprocessing
import os
import signal
import time

LOOPS = 400_000
# Together, processes that share one core take about twice as long as one of them alone.
SHARED_ABOVE = 1.4
LONGEST_WAIT_SECONDS = 20


def wait_for_cores(count):
    """Waits, though not for ever, until `count` processes at once are as fast as one alone; says whether they are."""
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        if busy_seconds(count) < SHARED_ABOVE * busy_seconds(1):
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.5)


def busy_seconds(count):
    """Seconds that each of `count` processes at once takes for the same work, the fastest of three tries."""
    available = sorted(os.sched_getaffinity(0))
    # The pool ends its processes by a signal, which the parent's handler would report.
    quiet = (signal.SIGTERM, signal.SIG_DFL)
    with multiprocessing.get_context("fork").Pool(count, signal.signal, quiet) as pool:
        return min(
            max(pool.map(_work, [available[i % len(available)] for i in range(count)], chunksize=1)) for _ in range(3))


def _work(processor):
    os.sched_setaffinity(0, {processor})
    start = time.perf_counter()
    total = 0
    for i in range(LOOPS):
        total += i
    return time.perf_counter() - start
