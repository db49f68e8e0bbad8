"""Resident memory, descriptors and threads over time."""

import dataclasses
import time

# What a server may take up while it warms up: allocators, caches, one arena for each thread.
WARM_UP_SECONDS = 300
# A line through less than this says more of chance than of the server.
SHORTEST_SECONDS = 600


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
        """The slope of the line of least squares through the resident memory after the warm-up; None where there is
        too little of it."""
        kept = [(s.seconds, s.resident) for s in self.samples if s.seconds >= WARM_UP_SECONDS]
        if not kept or kept[-1][0] - kept[0][0] < SHORTEST_SECONDS:
            return None
        mean_x = sum(x for x, _ in kept) / len(kept)
        mean_y = sum(y for _, y in kept) / len(kept)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in kept) / sum((x - mean_x) ** 2 for x, _ in kept)
        return slope * 3600
