"""Run commands of `bluezone`, as if only some packages were installed; print how each ended.

Run with the Python and the PYTHONPATH to be tried. It reads a JSON document on standard input:
{"absent": [import names], "helps": [[argument, ...], ...], "commands": [[[argument, ...], seconds or null], ...],
"fresh": whether each command imports what it needs by itself}. Commands with seconds go on until they are stopped:
so long after the first thing they say.

Every command runs in a process of its own, forked from this one. Helps are asked in this process, one after the other:
after the commands where those are to be fresh, else before, and what the helps imported is there for all. To load
the authority takes most of a second, and it has dozens of commands: they are forked after this process has done what
each of them does first, fresh ones after all others.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import io
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from typing import IO

#: a command that hangs is killed; the first of the simulator compiles for a minute on a quiet machine
LIMIT_S = 600.0


def hide(absent: set[str]) -> None:
    """Let no import find the packages named."""

    class Finder(importlib.machinery.PathFinder):
        @classmethod
        def find_spec(cls, fullname, path=None, target=None):
            if fullname.partition(".")[0] in absent:
                return None
            return super().find_spec(fullname, path, target)

    sys.meta_path[:] = [
        Finder if finder is importlib.machinery.PathFinder else finder
        for finder in sys.meta_path
        if not finder.__class__.__module__.startswith("__editable__")
    ]


def help_of(arguments: Sequence[str]) -> dict[str, object]:
    """Ask for a help in this process; return how that ended."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = code_of(arguments)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def code_of(arguments: Sequence[str]) -> int:
    """Be the command `bluezone`; return the exit code. A traceback is printed: it is what is looked for."""
    from bluezone.cli.main import main

    sys.argv = ["bluezone", *arguments]
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
        return code if isinstance(code, int) else 1
    except BaseException:  # noqa: BLE001 (see above)
        traceback.print_exc()
    return 70


class Running:
    """A command in a copy of this process, stopped by SIGTERM some time after the first thing it says, where asked."""

    def __init__(self, arguments: Sequence[str], stop_after_s: float | None) -> None:
        self.streams: list[IO[bytes]] = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]  # noqa: SIM115
        self.started_s, self.stop_after_s = time.monotonic(), stop_after_s
        self.spoke_s: float | None = None
        self.code: int | None = None
        self.child = os.fork()
        if not self.child:
            self._become(arguments)

    def _become(self, arguments: Sequence[str]) -> None:
        """Be the command, and never return."""
        code = 70
        try:
            os.setsid()
            for number, stream in enumerate(self.streams, 1):
                os.dup2(stream.fileno(), number)
            code = code_of(arguments)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def has_ended(self) -> bool:
        """Look after it: has it ended? It is killed where it takes too long."""
        found, status = os.waitpid(self.child, os.WNOHANG)
        if found:
            self.code = os.waitstatus_to_exitcode(status)
            return True
        now_s = time.monotonic()
        if self.spoke_s is None and any(os.fstat(stream.fileno()).st_size for stream in self.streams):
            self.spoke_s = now_s
        if self.stop_after_s is not None and self.spoke_s is not None and now_s > self.spoke_s + self.stop_after_s:
            os.kill(self.child, signal.SIGTERM)
            self.stop_after_s = None
        if now_s > self.started_s + LIMIT_S:
            with contextlib.suppress(ProcessLookupError):  # it has not yet made its group
                os.killpg(self.child, signal.SIGKILL)
        return False

    def ended(self) -> dict[str, object]:
        """Return its exit code (-number for a signal) and what it said."""
        texts = []
        for stream in self.streams:
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
            stream.close()
        return {"code": self.code, "out": texts[0], "err": texts[1]}


def wait_for(running: Sequence[Running]) -> None:
    """Wait until all have ended."""
    left = list(running)
    while left := [each for each in left if not each.has_ended()]:
        time.sleep(0.02)


def run_all(commands: Sequence[tuple[list[str], float | None]]) -> list[dict[str, object]]:
    """Run the commands that end one after the other, then those that must be stopped, all at once."""
    ran: dict[int, Running] = {}
    for number, (arguments, stop_after_s) in enumerate(commands):
        if stop_after_s is None:
            ran[number] = Running(arguments, None)
            wait_for([ran[number]])
    endless = {
        number: Running(arguments, stop_after_s)
        for number, (arguments, stop_after_s) in enumerate(commands)
        if stop_after_s is not None
    }
    wait_for(list(endless.values()))
    return [each.ended() for _, each in sorted((ran | endless).items())]


def run_in_turn(commands: Sequence[tuple[list[str], float | None]]) -> list[dict[str, object]]:
    """Run the commands that are not of the authority, and then, with that loaded, those that are."""
    ended: dict[int, dict[str, object]] = {}
    for ours in (False, True):
        if ours:
            load_authority()
        numbers = [number for number, (arguments, _) in enumerate(commands) if (arguments[0] == "authority") is ours]
        ended |= zip(numbers, run_all([commands[number] for number in numbers]), strict=True)
    return [each for _, each in sorted(ended.items())]


def load_authority() -> None:
    """Load what every command of the authority loads first, where the packages for that are there."""
    with contextlib.suppress(ImportError):
        from bluezone.authority.project.processes import load

        load()


def main() -> None:
    asked = json.load(sys.stdin)
    hide(set(asked["absent"]))
    import bluezone.cli.main  # noqa: F401 (once for all commands)

    if asked["fresh"]:
        commands, helps = run_in_turn(asked["commands"]), [help_of(each) for each in asked["helps"]]
    else:
        helps = [help_of(each) for each in asked["helps"]]
        load_authority()
        commands = run_all(asked["commands"])
    print(json.dumps({"commands": commands, "helps": helps}))


if __name__ == "__main__":
    main()
