"""Run the whole town on one clock: an asyncio loop whose time jumps to the next timer instead of waiting for it.

The loop never sleeps while a timer is pending, so a day of phones takes as long as their work takes. It blocks for
real in two cases only: nothing at all is scheduled (then only another thread can wake it), or work handed to an
executor is still running (then time stands still until the work is done, so that no timeout fires because a thread
was slow). What it does not know are real sockets: a timeout around one would fire at once. HTTP of the town is
therefore spoken outside the loop.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from bluezone.phone.clock import Clock, SimulatedTimeLoop
from bluezone.town.country import ZONE

_LONGEST_S = 86_400.0
#: without a job under way only a signal or another thread writes to the loop: the system is asked for that now and then
_ASK_EVERY = 16


class _JumpingSelector(selectors.DefaultSelector):
    """Answer at once what is ready; where nothing is, move the loop's time on instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.jobs = 0  # handed to an executor and not yet done
        self._unasked = 0
        self.next_due_s: Callable[[], float | None] = lambda: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._unasked += 1
        ready = []
        if self.jobs or timeout is None or self._unasked >= _ASK_EVERY:
            self._unasked, ready = 0, super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None or self.jobs:
            return super().select(None)  # call_soon_threadsafe and a finished job write to the loop's self-pipe
        # To the very moment: the sum would depend, in its last bit, on how many jumps led there.
        due_s = self.next_due_s()
        self.now_s = self.now_s + timeout if due_s is None else max(self.now_s, min(due_s, self.now_s + _LONGEST_S))
        return ready


class JumpingLoop(SimulatedTimeLoop):
    """Run an asyncio event loop with `time()` starting at 0 s and jumping; see the module's text."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._jumping.next_due_s = self._next_due_s

    def _next_due_s(self) -> float | None:
        scheduled = self._scheduled  # type: ignore[attr-defined]
        return float(scheduled[0].when()) if scheduled else None

    def time(self) -> float:
        """Return the seconds of the town since the loop was made."""
        return self._jumping.now_s

    def jump_to(self, when_s: float) -> bool:
        """Move time on to `when_s` from within a callback, where nothing at all would happen until then; else False.

        Spares the caller a timer: worth it for what comes by the hundred thousand.
        """
        scheduled = self._scheduled  # type: ignore[attr-defined]
        if self._ready or self._stopping or self._jumping.jobs or (scheduled and scheduled[0].when() <= when_s):  # type: ignore[attr-defined]
            return False
        self._jumping.now_s = max(self._jumping.now_s, when_s)
        return True

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run `func` in an executor; time stands still until it has returned."""
        future = super().run_in_executor(executor, func, *args)
        self._jumping.jobs += 1
        future.add_done_callback(self._job_done)
        return future

    def _job_done(self, _future: asyncio.Future[Any]) -> None:
        self._jumping.jobs -= 1


def clock_of(loop: asyncio.AbstractEventLoop, epoch_s: float) -> Clock:
    """Return the phones' clock: Unix seconds = `epoch_s` at the loop's zero, plus the loop's time."""
    return lambda: epoch_s + loop.time()


def local_date(unix_s: float) -> dt.date:
    """Return the date in the town."""
    return dt.datetime.fromtimestamp(unix_s, ZONE).date()
