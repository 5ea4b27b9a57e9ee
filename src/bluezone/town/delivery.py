"""Measure how long a warning takes from the export to its owner's notice, on the phones' own schedule.

When the files of the case are out, the phones of all others run as they lie on the table: each with its own loop, its
checks every half hour at a moment of its own, real HTTP, the real match, and a notifier that notes when it was told.
They run for more than one period before, while the authority has nothing for them yet, so that no phone starts with its
check. Nothing of the rehearsal changes by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

import httpx
import numpy as np

from bluezone.phone.app.schedule import CHECK_EVERY_S, FIRST_CHECK_WITHIN_S, SPREAD
from bluezone.phone.clock import Clock
from bluezone.phone.notices.port import RecordingNotifier
from bluezone.town.clock import JumpingLoop, clock_of
from bluezone.town.day import allow_files, run_all
from bluezone.town.fleet import Fleet
from bluezone.town.server import TownAuthority

_PERIOD_S = CHECK_EVERY_S * (1 + SPREAD)
_BEFORE_S = CHECK_EVERY_S + FIRST_CHECK_WITHIN_S + 60.0  # by then each has checked once
_AFTER_S = _PERIOD_S + 60.0  # by then each has checked again
_MOMENTS = 12

#: seconds from the export to the notice, by person
Delays = dict[int, float]


@dataclass(frozen=True, slots=True)
class Delay:
    """Summarise the hours from export to notice over the notices of several towns. `worst`: the longest."""

    notices: int
    median_h: float
    worst_h: float


def summary(delays_s: Sequence[float]) -> Delay | None:
    """Return the summary of delays in seconds; None where nobody was told."""
    return Delay(len(delays_s), median(delays_s) / 3_600, max(delays_s) / 3_600) if delays_s else None


def notice_delays_s(fleet: Fleet, cases: Collection[int], exported_s: float, authority: TownAuthority) -> Delays:
    """Return how long after the export, at `exported_s`, the owner of each phone was told; those of `cases` are not
    asked."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_live(fleet, cases, exported_s, authority))


async def _live(fleet: Fleet, cases: Collection[int], exported_s: float, authority: TownAuthority) -> Delays:
    clock = clock_of(asyncio.get_running_loop(), exported_s - _BEFORE_S)
    others = [number for number in range(len(fleet.world.people)) if number not in cases]
    allow_files(len(others))
    starts_s = np.random.default_rng([fleet.seed, _MOMENTS]).uniform(0.0, CHECK_EVERY_S, len(others))
    with httpx.Client(transport=_Unpublished(clock, exported_s), timeout=30.0) as client:
        net = authority.net(client)
        told = {number: RecordingNotifier(clock) for number in others}
        phones = [fleet.open_on_table(number, clock, net, told[number]) for number in others]
        try:
            await run_all(phones, starts_s.tolist(), _BEFORE_S + _AFTER_S)
        finally:
            for phone in phones:
                phone.close()
    delays_s = {number: first_delay_s([at_s for at_s, *_ in one.shown], exported_s) for number, one in told.items()}
    return {number: delay_s for number, delay_s in delays_s.items() if delay_s is not None}


def first_delay_s(shown_s: Sequence[float], exported_s: float) -> float | None:
    """Return how long after the export a notice was first shown. One shown before it tells of an export of an earlier
    day, and is not counted."""
    return next((at_s - exported_s for at_s in shown_s if at_s >= exported_s), None)


class _Unpublished(httpx.BaseTransport):
    """Ask the real authority, whose index of export files is empty until `from_s`."""

    def __init__(self, clock: Clock, from_s: float) -> None:
        self._clock, self._from_s, self._real = clock, from_s, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._clock() < self._from_s and request.url.path.endswith("/index.txt"):
            return httpx.Response(200, content=b"")
        return self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()
