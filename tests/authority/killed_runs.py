"""Run code in processes that have loaded the authority, and have one kill itself before or after a call of a function.

Loading takes a second or two of CPU, and a kill suite has dozens of runs. So one process loads the authority for a data
folder, and each run is a fork of it: a process of its own that a SIGKILL ends without clean-up, like any other.

    python -m tests.authority.killed_runs FD  # that process; it ends when the other end of the socket FD does
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

_MOST_BYTES = 65_536
SOURCE = Path(__file__).resolve().parents[2] / "src"

#: goes after code that sets `owner` and `name` (the function), `place` ("never": it is not killed), `when`, `number`;
#: calls of several threads at once have a number each
KILLS_ITSELF = """
import itertools

real, calls = getattr(owner, name), itertools.count(1)

def wrapped(*args, **kwargs):
    is_the_one = next(calls) == number and place != "never"
    if is_the_one and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)  # no clean-up, no flush
    result = real(*args, **kwargs)
    if is_the_one and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, wrapped)
"""


class Prepared:
    """A data folder whose state can be put back, and a process that has loaded the authority for it."""

    def __init__(self, folder: Path, channel: socket.socket) -> None:
        self.var, self._kept, self._channel = folder / "var", folder / "kept", channel

    def run(self, code: str, *arguments: str, quiet: bool = False) -> int:
        """Run `code` in a process of its own; return its exit status (negative: the signal that ended it). `quiet`
        drops what it writes to standard error."""
        self._channel.send(json.dumps([code, arguments, quiet]).encode())
        return int(self._channel.recv(_MOST_BYTES))

    def keep(self) -> None:
        """Remember the folder as it is."""
        shutil.copytree(self.var, self._kept)

    def put_back(self) -> Path:
        """Make the folder again what it was when it was kept; return it."""
        shutil.rmtree(self.var)
        return Path(shutil.copytree(self._kept, self.var))


@contextlib.contextmanager
def loaded(folder: Path, set_up: Path, now_s: float, **settings: str) -> Iterator[Prepared]:
    """Load the authority for `folder`/var, a copy of the data folder `set_up`, by a clock that stands at `now_s`."""
    var = Path(shutil.copytree(set_up, folder / "var"))
    (var / "clock").write_text(str(now_s))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, (SOURCE, SOURCE.parent))),
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_SECRETS": str(var / "secrets"),
        "BLUEZONE_REHEARSAL_CLOCK": str(var / "clock"),
    } | settings
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.authority.killed_runs", str(theirs.fileno())]
    with mine, subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()]):
        theirs.close()
        try:
            yield Prepared(folder, mine)
        finally:
            mine.shutdown(socket.SHUT_RDWR)


def _serve(channel: socket.socket) -> None:
    import django

    django.setup()
    while message := channel.recv(_MOST_BYTES):
        child = os.fork()
        if child == 0:
            _run(*json.loads(message))
        _, status = os.waitpid(child, 0)
        channel.send(b"%d" % os.waitstatus_to_exitcode(status))


def _run(code: str, arguments: list[str], quiet: bool) -> NoReturn:
    """Be a process that runs `code`, to its end."""
    if quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.argv[1:] = arguments
    ended = 1
    try:
        exec(code, {"__name__": "__main__"})
        ended = 0
    except Exception:  # noqa: BLE001 (as the interpreter would at its end)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
