"""Resident memory, descriptors and threads over time."""

import dataclasses
import itertools
import statistics
import time

# What a server may take up while it warms up: allocators, caches, one arena for each thread.
WARM_UP_SECONDS = 300
# Long enough for a moment in which little is in work, short enough for many of them.
WINDOW_SECONDS = 60
# A line through fewer says more of chance than of the server.
FEWEST_WINDOWS = 10


@dataclasses.dataclass
class Sample:
    seconds: float
    resident: int
    descriptors: int
    threads: int


class Growth:
    def __init__(self, server):
        self.server = server
        self.began = time.monotonic()
        self.samples = []

    def sample(self):
        server = self.server
        self.samples.append(
            Sample(
                time.monotonic() - self.began, server.resident_bytes(), server.descriptors(), server.threads()))
        return self.samples[-1]

    def bytes_per_hour(self):
        """The slope of the line through the floors of the resident memory after the warm-up; None where there is too
        little of it.

        Whatever is in work comes on top of what a server holds, so only the least of each window tells of that. The
        line is Theil's and Sen's (Sen 1968, doi.org/10.1080/01621459.1968.10480934), the median of the slopes between
        any two floors: a few windows without a quiet moment in them do not tilt it, as they do that of least squares.
        """
        floors = self._floors()
        if len(floors) < FEWEST_WINDOWS:
            return None
        pairs = itertools.combinations(floors, 2)
        return 3600 * statistics.median(
            (later.resident - earlier.resident) / (later.seconds - earlier.seconds) for earlier, later in pairs)

    def _floors(self):
        """The sample with the least memory of each window after the warm-up."""
        kept = (sample for sample in self.samples if sample.seconds >= WARM_UP_SECONDS)
        windows = itertools.groupby(kept, lambda sample: sample.seconds // WINDOW_SECONDS)
        return [min(window, key=lambda sample: sample.resident) for _, window in windows]
