"""Be a command of an authority in a shell: ask for a fork of the loaded process, hand it this one's standard streams,
folder and environment, and end as it ends.

    python -I -S ask_fork.py SOCKET ARGUMENT...  # SOCKET: where `forked.listening` listens

It imports nothing of the project: to begin takes a fiftieth of a second.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys


def main() -> None:
    path, *arguments = sys.argv[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as told:
        told.connect(path)
        message = json.dumps([arguments, dict(os.environ), os.getcwd()]).encode()  # noqa: PTH109 (not imported)
        socket.send_fds(told, [message], [0, 1, 2])
        child = int(told.recv(64))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: os.kill(child, number))
        code = int(told.recv(64))
    sys.exit(code if code >= 0 else 128 - code)  # of a signal, as a shell says it


if __name__ == "__main__":
    main()
