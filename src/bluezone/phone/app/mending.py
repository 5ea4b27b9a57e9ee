"""Decide when a running phone looks for damaged databases: only while something cannot be read or written, and seldomer
the longer that lasts, for a full disk is such a trouble too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bluezone.phone.stores.damage import damaged_databases

FIRST_LOOK_S, LAST_LOOK_S = 60.0, 3_600.0


async def run_mending(directory: Path, has_trouble: Callable[[], bool], mend: Callable[[], Awaitable[None]]) -> None:
    """Look for damage until cancelled, and call `mend`, which heals it as at the start."""
    wait_s = FIRST_LOOK_S
    while True:
        await asyncio.sleep(wait_s)
        if not has_trouble():
            wait_s = FIRST_LOOK_S
            continue
        if await asyncio.to_thread(damaged_databases, directory):
            await mend()
        wait_s = min(2 * wait_s, LAST_LOOK_S)
