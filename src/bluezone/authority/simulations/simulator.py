"""Run the simulator as a process: `bluezone epidemic ...`, watched and, when asked, ended."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from bluezone.authority.errors import AuthorityError
from bluezone.authority.simulations.rules import progress, refusal

_log = logging.getLogger(__name__)

#: how often a process without news is looked after
_PATIENCE_S = 2.0
_KEPT_LINES = 20
#: below the server's own work
_NICENESS = 10


class SimulatorError(AuthorityError):
    """Report that the simulator did not answer; the text says why, in its words."""


class StoppedError(Exception):
    """Report that the question was withdrawn while the simulator ran."""


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "bluezone", *arguments]


def _environment() -> dict[str, str]:
    """Return the process's environment. Compiled code is kept with the server's data: its user may have no home."""
    return {"NUMBA_CACHE_DIR": str(settings.BLUEZONE.var / "numba")} | os.environ


@functools.cache
def own_assumptions() -> dict[str, Any]:
    """Return every assumption and its default. Raises SimulatorError where there is no simulator."""
    done = subprocess.run(
        _command(["epidemic", "assumptions", "--json"]),
        env=_environment(), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    if done.returncode:
        raise SimulatorError(refusal(done.stderr.splitlines()))
    known: dict[str, Any] = json.loads(done.stdout)
    return known


def ask(
    arguments: Sequence[str], folder: Path, tell: Callable[[int, int], object], is_wanted: Callable[[], bool]
) -> dict[str, Any]:
    """Run one command of the simulator and return its JSON document.

    tell: hears of each run that is done, of how many. is_wanted: asked every few seconds. Raises StoppedError when it
    says no, SimulatorError when the simulator refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    answer = folder / "printed"
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    with (
        answer.open("w", encoding="utf-8") as output,
        subprocess.Popen(
            _command(arguments), stdout=output, stderr=subprocess.PIPE, text=True,
            env=_environment() | {"BLUEZONE_ENDS_WITH": str(os.getpid())},  # even where this one is killed
            start_new_session=True,  # with the processes it works with it is a group that can be ended whole
        ) as process,
    ):  # fmt: skip
        reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
        reader.start()
        try:
            os.setpriority(os.PRIO_PGRP, process.pid, _NICENESS)
            said = _watch(lines, tell, is_wanted)
            process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            reader.join()
    if process.returncode:
        reason = refusal(said)
        if not reason:
            _log.error("the simulator ended with %s: %s", process.returncode, "\n".join(said))
        raise SimulatorError(reason)
    document: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return document


def _watch(
    lines: queue.SimpleQueue[str | None], tell: Callable[[int, int], object], is_wanted: Callable[[], bool]
) -> Sequence[str]:
    """Read the simulator's messages until it ends; return the last that are no progress."""
    said: deque[str] = deque(maxlen=_KEPT_LINES)
    while True:
        try:
            line = lines.get(timeout=_PATIENCE_S)
        except queue.Empty:
            line = ""
        if line is None:
            return said
        if not is_wanted():
            raise StoppedError
        if at := progress(line):
            tell(*at)
        else:
            said.append(line)


def _read(process: subprocess.Popen[str], lines: queue.SimpleQueue[str | None]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        lines.put(line)
    lines.put(None)
