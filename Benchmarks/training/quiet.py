"""Measurements while nothing else computes: threads that wait for each other suffer far more from others than those share.

With two busy processes beside it, PyTorch on two processors was seen to train at a tenth of its speed.
"""

import os
import resource
import time

# Share of all processors' time that others may take.
ACCEPTED = 0.04
LOOK_SECONDS = 1
TICKS = os.sysconf("SC_CLK_TCK")


def measure_undisturbed(run, longest_wait, tries):
    """Waits for a quiet machine, though not for ever, and measures again where others came in between.

    The figures of the least disturbed try, with "others": their share of the processors' time.
    """
    best = None
    for _ in range(tries):
        wait_until_quiet(longest_wait)
        figures, others = observed(run)
        if best is None or others < best["others"]:
            best = {**figures, "others": round(others, 3)}
        if others <= ACCEPTED:
            break
    return best


def wait_until_quiet(longest):
    end = time.monotonic() + longest
    while observed(lambda: time.sleep(LOOK_SECONDS))[1] > ACCEPTED and time.monotonic() < end:
        pass


def observed(run):
    """What `run` returns, and the share of all processors' time that went to others than us and our children."""
    busy, ours, start = busy_seconds(), our_seconds(), time.monotonic()
    result = run()
    wall = time.monotonic() - start
    others = busy_seconds() - busy - (our_seconds() - ours)
    return result, max(others, 0) / (wall * os.cpu_count())


def busy_seconds():
    """Of all processors together, since the system started: user, nice, system, interrupts, stolen (proc(5))."""
    fields = [int(field) for field in open("/proc/stat").readline().split()[1:9]]
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = fields
    return (user + nice + system + interrupts + soft + stolen) / TICKS


def our_seconds():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
