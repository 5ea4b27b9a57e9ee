"""Decide when a phone sends decoys: at exponential intervals, and only while its owner may be awake.

Real publications come while people are awake, and at no time of the phone's own. So the time to the next decoy has no
memory: nothing of it is written down, and a phone that starts again begins anew. What falls into the owner's sleep is
left out, not put off: else all phones would send in the morning.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.chance import Chance
from bluezone.phone.errors import PhoneError

#: hours of the day, in Viet Nam, in which an owner is taken to be awake
AWAKE_FROM_H, AWAKE_UNTIL_H = 7, 22
_VIET_NAM = timedelta(hours=7)
#: one in five days, all of it in waking hours
MEAN_AWAKE_S = 5 * (AWAKE_UNTIL_H - AWAKE_FROM_H) * 3_600.0
#: how often at least the phone looks whether it is to send; it changes nothing in how often it does
LOOK_S = 600.0

_log = logging.getLogger(__name__)


def next_gap_s(chance: Chance) -> float:
    """Draw the waking seconds until the next decoy."""
    return -MEAN_AWAKE_S * math.log1p(-min(chance.uniform(0.0, 1.0), 1.0 - 2.0**-53))


def may_be_awake(state: DeviceState, now_s: float) -> bool:
    """Tell whether the owner may be awake: by the hour, or because they look at the phone or carry it about."""
    hour = (datetime.fromtimestamp(now_s, UTC) + _VIET_NAM).hour
    return AWAKE_FROM_H <= hour < AWAKE_UNTIL_H or state.screen_on or state.moving is True


async def run_decoys(
    sleep: Callable[[float], Awaitable[object]],
    chance: Chance,
    is_wanted: Callable[[], bool],
    send: Callable[[], object],
) -> None:
    """Send decoys until cancelled. `send` runs in a thread, and `is_wanted` is asked at that moment."""
    while True:
        gap_s = next_gap_s(chance)
        await sleep(min(gap_s, LOOK_S))
        if gap_s > LOOK_S or not is_wanted():
            continue
        try:
            await asyncio.to_thread(send)
        except PhoneError as error:
            _log.info("decoys: not all were sent (%s)", type(error).__name__)
