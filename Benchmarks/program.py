"""Programs that the benchmark starts: some to their end, servers until they are no longer needed."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
# More than any single measurement takes on a slow machine: a program that hangs ends the benchmark.
TIMEOUT_SECONDS = 600
STOP_SECONDS = 10


def output_of(*arguments, environment=None):
    """What a program printed; its errors go where ours go."""
    words = [str(argument) for argument in arguments]
    result = subprocess.run(
        words, check=False, stdout=subprocess.PIPE, text=True, env=environment, timeout=TIMEOUT_SECONDS)
    if result.returncode != 0:
        raise SystemExit(f"This failed with status {result.returncode}: {' '.join(words)}")
    return result.stdout


def output_of_script(name, *arguments, environment=None):
    """The same for a script of this folder."""
    return output_of(sys.executable, HERE / name, *arguments, environment=environment)


@contextlib.contextmanager
def running(*arguments, environment, log):
    """A program with its children in a process group of its own, all of which end with the block."""
    with open(log, "w") as file:
        process = subprocess.Popen(
            [str(argument) for argument in arguments], stdout=file, stderr=subprocess.STDOUT, env=environment,
            start_new_session=True)
        try:
            yield process
        finally:
            stop(process)


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    # Whatever is left of its group; usually nothing is.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def say(text):
    """Progress, apart from the results on standard output."""
    print(text, file=sys.stderr, flush=True)
