"""Answer requests in threads: as many as a pool has, and as many waiting as it bears."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


class BusyError(Exception):
    """Report that as many requests wait for a pool as it bears."""


class Pool:
    """Run functions in `threads` threads. `nice`: let all others go first when the processor is short (Linux)."""

    def __init__(self, name: str, threads: int, waiting: int, nice: int = 0) -> None:
        self._room = threads + waiting
        self._taken = 0
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_be_nice, initargs=(nice,))

    async def run(self, function: Callable[..., _T], *arguments: object) -> _T:
        """Return what a function returns. Raises BusyError.

        Once begun it goes on to its end, also where the caller went away: what it stored is stored.
        """
        if self._taken >= self._room:
            raise BusyError
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)
        finally:
            self._taken -= 1


def _be_nice(nice: int) -> None:
    if nice:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
