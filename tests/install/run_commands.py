"""Run commands of `bluezone` in a process each, as if only some packages were installed; print how each ended.

Run with the Python and the PYTHONPATH to be tried: it reads a JSON document on standard input,
{"absent": [import names], "commands": [[[argument, ...], seconds after which to stop it or null], ...]}.
"""

from __future__ import annotations

import importlib.machinery
import json
import os
import signal
import sys
import tempfile
import time

LIMIT_S = 120.0


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


def run(arguments: list[str], stop_after_s: float | None) -> dict[str, object]:
    """Run one command in a copy of this process."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            become(arguments, out.fileno(), err.fileno())
        code = wait(child, stop_after_s)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    return {"arguments": arguments, "code": code, "out": texts[0], "err": texts[1]}


def become(arguments: list[str], out: int, err: int) -> None:
    """Be the command, and never return."""
    code: object = 70
    try:
        os.setsid()
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.argv = ["bluezone", *arguments]
        from bluezone.cli.main import main

        main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:  # noqa: BLE001 (a traceback is what is looked for)
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def wait(child: int, stop_after_s: float | None) -> int:
    """Wait for the command, stopping it by SIGTERM where asked; return its exit code, -number for a signal."""
    started_s, stopped = time.monotonic(), False
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        passed_s = time.monotonic() - started_s
        if stop_after_s is not None and passed_s > stop_after_s and not stopped:
            os.kill(child, signal.SIGTERM)
            stopped = True
        if passed_s > LIMIT_S:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)


def main() -> None:
    asked = json.load(sys.stdin)
    hide(set(asked["absent"]))
    import bluezone.cli.main  # noqa: F401 (once for all commands)

    print(json.dumps([run(arguments, stop_after_s) for arguments, stop_after_s in asked["commands"]]))


if __name__ == "__main__":
    main()
