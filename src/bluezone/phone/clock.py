"""Define time as an argument, and timers that do not sleep through a suspended machine or a changed clock.

asyncio's timers run on the steady clock, which stands still while a machine is suspended and knows nothing of a wall
clock that somebody sets. A phone's times are the wall's: identifiers have their ten minutes, checks their four hours.
So the two clocks are compared every few seconds, and where the wall's has jumped against the steady one, whoever sleeps
here is woken at once to plan anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

#: gives the present moment in Unix seconds: `time.time` on a real phone, the town's jumping clock in a rehearsal
Clock = Callable[[], float]

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
