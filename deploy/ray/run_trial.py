#!/usr/bin/env python3
"""Stands for `convserve trial` where a search runs on a Ray cluster: `run_trial.py SOCKET SPEC.json [options]`.

It brings the trial to search.py, which listens at SOCKET, writes what the trial writes, and ends as it does. On SIGTERM, and
when the search that started it ends, the trial keeps a checkpoint.
"""

import json
import os
import signal
import socket
import sys
import threading

def stop_with_parent(connection):
    """A search holds its trials' standard input open for as long as it lives (`ParentWatch`)."""
    while os.read(0, 4096):
        pass
    stop(connection)


def stop(connection):
    try:
        connection.sendall(b"stop\n")
    except OSError:
        # The trial's end came first.
        pass


def main(path, arguments):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    connection.sendall(json.dumps(arguments).encode() + b"\n")
    signal.signal(signal.SIGTERM, lambda *_: stop(connection))
    threading.Thread(target=stop_with_parent, args=(connection,), daemon=True).start()
    for line in connection.makefile("r"):
        message = json.loads(line)
        if "status" in message:
            sys.stderr.buffer.write(message["errors"].encode("latin-1"))
            return message["status"]
        sys.stdout.buffer.write(message["text"].encode("latin-1"))
        sys.stdout.flush()
    # search.py has ended.
    return os.EX_TEMPFAIL


if __name__ == "__main__":
    status = main(sys.argv[1], sys.argv[2:])
    if status < 0:
        # Ended by a signal, which a search takes for another thing than an error.
        os.kill(os.getpid(), -status)
    sys.exit(status)
