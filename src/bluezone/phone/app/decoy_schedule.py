"""Decide when a phone sends decoys: at exponential intervals, and only while its owner may be awake.

Real publications and reports come while people are awake, and at no time of the phone's own. So the time to the next
decoy has no memory: nothing of it is written down, and a phone that starts again begins anew. What falls into the
owner's sleep is left out, not put off: else all phones would send in the morning.

Who is isolated declares once a day for one to three weeks, so decoys of that come in such series. A series too is in
memory alone, and ends with the program, as one of an owner who is released.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, tzinfo

from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.client.decoys import DECLARATION, HEALTH_DECLARATION, PUBLICATION, REPORT, Step
from bluezone.phone.clock import Chance
from bluezone.phone.errors import PhoneError

#: hours of the day, in Viet Nam, in which an owner is taken to be awake
AWAKE_FROM_H, AWAKE_UNTIL_H = 7, 22
_AWAKE_A_DAY_S = (AWAKE_UNTIL_H - AWAKE_FROM_H) * 3_600.0
#: one publication in five days, all of it in waking hours; one report in twenty; one series of declarations in 100;
#: a household declares its health by a form once in ten days
MEAN_AWAKE_S = 5 * _AWAKE_A_DAY_S
REPORT_MEAN_S = 20 * _AWAKE_A_DAY_S
SERIES_MEAN_S = 100 * _AWAKE_A_DAY_S
HEALTH_MEAN_S = 10 * _AWAKE_A_DAY_S
#: days of an isolation: those of the shortest and the longest protocol
SERIES_DAYS = (7, 21)
#: by how much a declaration is earlier or later than the one of the day before
DAILY_SPREAD_S = 2 * 3_600.0
_DAY_S = 86_400.0
#: how often at least the phone looks whether it is to send; it changes nothing in how often it does
LOOK_S = 600.0

_log = logging.getLogger(__name__)


def next_gap_s(chance: Chance, mean_s: float = MEAN_AWAKE_S) -> float:
    """Draw the waking seconds until the next decoy."""
    return -mean_s * math.log1p(-min(chance.uniform(0.0, 1.0), 1.0 - 2.0**-53))


def series_s(chance: Chance) -> list[float]:
    """Draw a series of declarations: the seconds from each to the next, one in about a day."""
    first, last = SERIES_DAYS
    days = min(first + int(chance.uniform(0.0, last - first + 1)), last)
    return [_DAY_S + chance.uniform(-DAILY_SPREAD_S, DAILY_SPREAD_S) for _ in range(days - 1)]


def may_be_awake(state: DeviceState, now_s: float, zone: tzinfo) -> bool:
    """Tell whether the owner may be awake: by the hour, or because they look at the phone or carry it about."""
    hour = datetime.fromtimestamp(now_s, zone).hour
    return AWAKE_FROM_H <= hour < AWAKE_UNTIL_H or state.screen_on or state.moving is True


async def run_all_decoys(
    sleep: Callable[[float], Awaitable[object]],
    chance: Chance,
    is_wanted: Callable[[], bool],
    send: Callable[[Sequence[Step]], object],
) -> None:
    """Send decoys of every kind until cancelled: `send` sends those of the steps it is given."""
    await asyncio.gather(
        run_decoys(sleep, chance, is_wanted, lambda: send(PUBLICATION)),
        run_decoys(sleep, chance, is_wanted, lambda: send(REPORT), REPORT_MEAN_S),
        run_decoys(sleep, chance, is_wanted, lambda: send(HEALTH_DECLARATION), HEALTH_MEAN_S),
        run_series(sleep, chance, is_wanted, lambda: send(DECLARATION)),
    )


async def run_decoys(
    sleep: Callable[[float], Awaitable[object]],
    chance: Chance,
    is_wanted: Callable[[], bool],
    send: Callable[[], object],
    mean_s: float = MEAN_AWAKE_S,
) -> None:
    """Send decoys until cancelled, on average one in `mean_s` waking seconds. `send` runs in a thread, and `is_wanted`
    is asked at that moment."""
    while True:
        await _gap(sleep, chance, mean_s)
        await _send_if_wanted(is_wanted, send)


async def run_series(
    sleep: Callable[[float], Awaitable[object]],
    chance: Chance,
    is_wanted: Callable[[], bool],
    send: Callable[[], object],
) -> None:
    """Send series of daily decoys until cancelled. A day on which none is wanted at its moment is left out; a series
    begins only while one is."""
    while True:
        await _gap(sleep, chance, SERIES_MEAN_S)
        if not is_wanted():
            continue
        await _send_if_wanted(is_wanted, send)
        for wait_s in series_s(chance):
            await _wait(sleep, wait_s)
            await _send_if_wanted(is_wanted, send)


async def _gap(sleep: Callable[[float], Awaitable[object]], chance: Chance, mean_s: float) -> None:
    """Wait until the next decoy. The time has no memory, so it can be drawn anew at every look."""
    while (gap_s := next_gap_s(chance, mean_s)) > LOOK_S:
        await sleep(LOOK_S)
    await sleep(gap_s)


async def _wait(sleep: Callable[[float], Awaitable[object]], seconds: float) -> None:
    """Wait in pieces: a sleep ends early where the clock was set or the machine was suspended."""
    for _ in range(int(seconds // LOOK_S)):
        await sleep(LOOK_S)
    await sleep(seconds % LOOK_S)


async def _send_if_wanted(is_wanted: Callable[[], bool], send: Callable[[], object]) -> None:
    if not is_wanted():
        return
    try:
        await asyncio.to_thread(send)
    except PhoneError as error:
        _log.info("decoys: not all were sent (%s)", type(error).__name__)
