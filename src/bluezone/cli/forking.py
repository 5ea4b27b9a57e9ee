"""Run commands of `bluezone authority` in forks of this process, which has loaded it: loading costs more than they do.

    python -m bluezone.cli.forking FD

Each command is a message on the socket FD: its arguments as JSON, and with it four descriptors, which become its
standard input, output and error, and a pipe on which it says its process id and, at its end, its exit code. It runs in
a session of its own, by the same entry as from a shell. This process ends when the other end of the socket does.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import traceback
from contextlib import suppress
from typing import NoReturn

_MOST_BYTES = 65_536


def _serve(channel: socket.socket) -> None:
    import bluezone.cli.authority
    from bluezone.authority.project.processes import load

    load()
    import bluezone.authority.project.urls  # noqa: F401 (as each process of the server would)

    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _MOST_BYTES, 4)
        with suppress(ChildProcessError):  # a fork's end is told by its pipe; here its CPU time is counted
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not message:
            return
        if os.fork() == 0:
            channel.close()
            _run(json.loads(message), descriptors)
        for number in descriptors:
            os.close(number)


def _run(arguments: list[str], descriptors: list[int]) -> NoReturn:
    """Be a command to the end of this process."""
    os.setsid()
    status = descriptors[3]
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.write(status, b"%d\n" % os.getpid())
    code = 1
    try:
        from bluezone.cli.main import main

        sys.argv = ["bluezone", "authority", *arguments]
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 (as the interpreter would at its end)
        traceback.print_exc()
    finally:
        from django.db import connections

        connections.close_all()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os.write(status, b"%d\n" % code)
        os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
