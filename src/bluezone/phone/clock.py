"""Define time and chance as arguments, and timers that do not sleep through a suspended machine or a changed clock.

asyncio's timers run on the steady clock, which stands still while a machine is suspended and knows nothing of a wall
clock that somebody sets. A phone's times are the wall's: identifiers have their ten minutes, checks their half hours.
So the two clocks are compared every few seconds, and where the wall's has jumped against the steady one, whoever sleeps
here is woken at once to plan anew.

A replay runs faster: on a loop whose seconds are so many times shorter than real ones, all that waits by it (scans,
rotations, pauses) goes faster with it. What the loop does not know are other machines: nothing that waits for the net
belongs on it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

#: gives the present moment in Unix seconds: `time.time` on a real phone, the town's jumping clock in a rehearsal
Clock = Callable[[], float]


class Chance(Protocol):
    """Give random numbers: `secrets.SystemRandom` on a real phone, a seeded generator in a rehearsal."""

    def uniform(self, low: float, high: float, /) -> float:
        """Return a number drawn uniformly from `low` to `high`."""


LOOK_EVERY_S = 5.0

#: what the clocks may drift apart between two looks; more is a jump
JUMP_S = 2.0


class ClockWatch:
    """Notice jumps of the clock while `run` runs; without it, `sleep` is asyncio's."""

    def __init__(self, clock: Clock, look_every_s: float = LOOK_EVERY_S) -> None:
        self._clock, self._look_every_s = clock, look_every_s
        self._jump = asyncio.Event()

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        wall, steady = self._clock(), loop.time()
        while True:
            await asyncio.sleep(self._look_every_s)
            now_wall, now_steady = self._clock(), loop.time()
            if abs((now_wall - wall) - (now_steady - steady)) > JUMP_S:
                woken, self._jump = self._jump, asyncio.Event()
                woken.set()
            wall, steady = now_wall, now_steady

    async def sleep(self, seconds: float) -> bool:
        """Sleep, at most until the clock jumps; return whether it did."""
        jump = self._jump
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await jump.wait()
        return jump.is_set()


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
