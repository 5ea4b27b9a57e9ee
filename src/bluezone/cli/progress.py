"""Show how far a long piece of work is, on standard error: a bar in a terminal, sentences elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: Tells that so many more pieces are done.
Advance = Callable[[int], None]

_SENTENCE_EVERY_S = 10.0
#: (seconds in a unit, its name, durations below which it is used, counts are multiples of)
_UNITS = ((1, "seconds", 90, 10), (60, "minutes", 5_400, 1), (3_600, "hours", 172_800, 1))


class Shown:
    """Show the stages of a piece of work, one after the other. `kind`: `bar` (sentences off a terminal), `lines` of
    DONE TOTAL for programs, or `none`."""

    def __init__(self, kind: str = "bar") -> None:
        self.kind = "sentences" if kind == "bar" and not sys.stderr.isatty() else kind
        self._bars: Progress | None = None
        self._task: TaskID | None = None
        self._stage = ""
        self._started_s = self._said_s = 0.0

    def __call__(self, stage: str, done: float, total: float) -> None:
        """Show how much of a stage is done; another stage ends the one before."""
        new = stage != self._stage
        self._stage = stage
        if self.kind == "bar":
            self._draw(stage, done, total, new=new)
        elif self.kind == "sentences":
            self._say(stage, done, total, new=new)
        elif self.kind == "lines" and done:
            print(done, total, file=sys.stderr, flush=True)

    @contextmanager
    def counting(self, stage: str, total: int) -> Iterator[Advance]:
        """Show a stage whose pieces are told one by one."""
        done = 0

        def advance(number: int) -> None:
            nonlocal done
            done += number
            self(stage, done, total)

        self(stage, 0, total)
        try:
            yield advance
        finally:
            self.close()

    def close(self) -> None:
        """Take the bars away, so that something can be printed."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
        self._stage = ""

    def _draw(self, stage: str, done: float, total: float, *, new: bool) -> None:
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description:<36}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bars.start()
        if new or self._task is None:
            self._task = self._bars.add_task(stage, total=total)
        self._bars.update(self._task, completed=done)

    def _say(self, stage: str, done: float, total: float, *, new: bool) -> None:
        """Say that a stage begins, then every ten seconds how much of it is done, and how much longer it will take."""
        now_s = time.monotonic()
        if new:
            self._started_s = self._said_s = now_s
            click.echo(f"{stage} ...", err=True)
        elif now_s - self._said_s >= _SENTENCE_EVERY_S or (done == total and total > 1):
            self._said_s = now_s
            left = ""
            if total > done >= total / 10:  # the first ones say nothing of the rest
                left = f", {spoken((now_s - self._started_s) / done * (total - done))} left"
            click.echo(f"{stage}: {done:.0f} of {total:.0f}{left}", err=True)


def spoken(seconds: float) -> str:
    """Say a duration as people do: `about 40 seconds`, `about 3 minutes`, `about 2 hours`."""
    for unit_s, name, below_s, step in _UNITS:
        if seconds < below_s:
            count = max(step, step * round(seconds / unit_s / step))
            return f"about {count} {name if count > 1 else name[:-1]}"
    return f"about {round(seconds / 86_400)} days"
