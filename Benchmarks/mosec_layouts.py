"""The processes and threads with which mosec_server.py runs; apart from it, since mosec reads the command line of
whoever imports it."""

import dataclasses

LARGEST_BATCH = 8


@dataclasses.dataclass(frozen=True)
class Layout:
    """Processes, threads and batches; 0 decoders: those that infer decode too."""

    decoders: int
    inferring: int
    threads: int
    batch: int
    wait_ms: int = 2


LAYOUTS = {
    "one process": Layout(decoders=0, inferring=1, threads=2, batch=LARGEST_BATCH),
    "two processes": Layout(decoders=0, inferring=2, threads=1, batch=1),
    "decoders and one process": Layout(decoders=2, inferring=1, threads=2, batch=LARGEST_BATCH),
}
