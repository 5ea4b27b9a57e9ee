"""Run time faster: an asyncio loop for replays, whose seconds are so many times shorter than real ones.

All that waits by the loop (scans, rotations, pauses) goes faster with it. What the loop does not know are other
machines: nothing that waits for the net belongs on it.
"""

from __future__ import annotations

import asyncio
import selectors


class _AcceleratedSelector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout if timeout is None else timeout / self._speed)


class SimulatedTimeLoop(asyncio.SelectorEventLoop):
    """Run an event loop whose seconds are not real ones: what needs real time does not wait by them."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ARG002
        """Shut down with all the time threads need: the deadline that Runner sets since Python 3.12 would be over
        in no time."""
        await super().shutdown_default_executor()


class AcceleratedLoop(SimulatedTimeLoop):
    """Run an event loop whose `time()` starts at 0 s and runs `speed` times as fast as real time."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._started_s = super().time()
        super().__init__(_AcceleratedSelector(speed))
        # The resolution of the real clock, in our seconds: timers closer than that are due together.
        self._clock_resolution *= speed  # type: ignore[attr-defined]

    def time(self) -> float:
        return (super().time() - self._started_s) * self._speed
