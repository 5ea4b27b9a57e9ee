"""Rehearse several days: on each evening but the last somebody tests positive, keys go out in batch after batch, and
the phones ask for them by themselves, every four hours, as phones do.

What one day does not show comes with it: midnights (of Viet Nam and of UTC) with a change of keys, several cases and
exports, phones that were warned on one day and meet others on the next, and from the fifteenth day on retention.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import numpy as np
from numpy.typing import NDArray

from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import CHECK_EVERY_S, SPREAD
from bluezone.town.clock import local_date
from bluezone.town.errors import TownError
from bluezone.town.findings import choose_case
from bluezone.town.fleet import Fleet
from bluezone.town.paths import Path
from bluezone.town.plans import DAY_S, at
from bluezone.town.server import TownAuthority
from bluezone.town.tracing import Tracing
from bluezone.town.truth import minutes_near, minutes_within
from bluezone.town.watching import REPORT_EVERY_S, Watcher
from bluezone.town.world import World

_EVENING_S = at(20)
#: for so long after an export it is looked who was warned: every phone has checked by then
_CHECKED_WITHIN_S = CHECK_EVERY_S * (1 + SPREAD) + REPORT_EVERY_S
_AFTER_BATCH_S = 60.0
#: Before a day begins it is decided who is isolated on it. Where anybody is in the last ten minutes of the night, no
#: radio has asked yet.
_ROUND_BEFORE_S, _APART_BEFORE_S = 900.0, 600.0
_STORY = ("confirmed", "published", "time_passes", "exported", "checked")


@dataclass(frozen=True, slots=True)
class Case:
    """Describe somebody who tested positive: who, when the officer opened the case (Unix seconds), keys published."""

    person: int
    confirmed_at_s: float
    keys: int


def most_in_a_day(paths: Sequence[Path], duration_s: float) -> NDArray[np.float64]:
    """Return the minutes (n, n) within two metres on the day on which they were most; days begin at six."""
    return np.asarray(np.max(minutes_by_day(paths, duration_s), axis=0))


def minutes_by_day(paths: Sequence[Path], duration_s: float) -> list[NDArray[np.float64]]:
    """Return for each day the minutes (n, n) within two metres."""
    return [minutes_within(paths, first_s, last_s) for first_s, last_s in day_spans(duration_s)]


def day_spans(duration_s: float) -> list[tuple[float, float]]:
    """Return beginning and end of each day, in seconds; the last may be cut short."""
    starts = np.arange(0.0, duration_s, DAY_S).tolist()
    return [(start_s, min(start_s + DAY_S, duration_s)) for start_s in starts]


def near_a_case(paths: Sequence[Path], cases: Sequence[Case], epoch_s: float) -> list[NDArray[np.float64]]:
    """Return for each day everybody's (n,) most minutes within two metres of one case, before that case was confirmed:
    of what came later no phone can be warned."""
    days: list[NDArray[np.float64]] = []
    for case in cases:
        for day, (first_s, last_s) in enumerate(day_spans(case.confirmed_at_s - epoch_s)):
            if day == len(days):
                days.append(np.zeros(len(paths)))
            days[day] = np.maximum(days[day], minutes_near(paths, case.person, first_s, last_s))
    return days


class Diary(Watcher):
    """Let an officer, the cases' owners and the export job do what is due on the days before the last, and report all
    of it to another watcher."""

    online = True

    def __init__(
        self,
        world: World,
        seed: int,
        days: int,
        epoch_s: float,
        client: httpx.Client,
        tracing: Tracing,
        onlooker: Watcher | None = None,
    ) -> None:
        self.cases: list[Case] = []
        self.files = 0
        self.isolated_s: dict[int, float] = {}
        self._world, self._seed, self._days, self._epoch_s, self._client = world, seed, days, epoch_s, client
        self._tracing, self._rounds = tracing, 0
        self._export_s, self._look_until_s = math.inf, -math.inf
        self._warned: set[int] = set()
        self._authority: TownAuthority | None = None
        self._phones: Sequence[Runner] = ()
        self._onlooker = onlooker or Watcher()
        # what is none of this one's business
        for event in ("heard", "day_is_over", "recorded", *_STORY, "traced", "told"):
            setattr(self, event, getattr(self._onlooker, event))

    def begins(self, fleet: Fleet, authority: TownAuthority) -> None:
        self._authority = authority
        self._tracing.begin()
        self._onlooker.begins(fleet, authority)

    def day_begins(self, phones: Sequence[Runner]) -> None:
        self._phones = phones
        self._onlooker.day_begins(phones)

    def time_is(self, town_s: float) -> float:
        authority = self._authority
        assert authority is not None
        authority.set_clock(self._epoch_s + town_s)
        if len(self.cases) < self._days - 1 and town_s >= self._next_case_s:
            self._confirm(authority, town_s)
        if town_s >= self._next_round_s:
            self._trace(town_s)
        if town_s >= self._export_s:
            publication = authority.publish()
            self.files += publication.files
            if publication.files:
                self._look_until_s = town_s + _CHECKED_WITHIN_S
                self.exported(publication.files)
            next_s = max(publication.next_batch_s - self._epoch_s + _AFTER_BATCH_S, town_s + 1.0)
            self._export_s = next_s if publication.waiting else math.inf  # until somebody publishes again
        due_s = min(self._export_s, self._next_round_s)
        if len(self.cases) < self._days - 1:
            due_s = min(due_s, self._next_case_s)
        if town_s <= self._look_until_s:
            self._look_who_was_warned()
        return min(due_s - town_s, REPORT_EVERY_S, self._onlooker.time_is(town_s))

    @property
    def _next_case_s(self) -> float:
        return len(self.cases) * DAY_S + _EVENING_S

    @property
    def _next_round_s(self) -> float:
        return (self._rounds + 1) * DAY_S - _ROUND_BEFORE_S if self._rounds < self._days - 1 else math.inf

    def _trace(self, town_s: float) -> None:
        """Let who was warned report, and keep at home from the next day on who is decided to be F1."""
        self._rounds += 1
        self._look_who_was_warned()
        cases = {case.person for case in self.cases}
        new = self._tracing.round(
            cases, self._warned, lambda number: self._phones[number].exclusive(), self._epoch_s + town_s
        )
        from_s = self._rounds * DAY_S - _APART_BEFORE_S
        for person in new:
            self._world.isolate(person, from_s, self.isolated_s)
            self.isolated_s[person] = from_s
        if self._tracing.publishes and new:
            self._export_s = town_s
        self.traced(len(new))

    def _confirm(self, authority: TownAuthority, town_s: float) -> None:
        known = {case.person for case in self.cases}
        number = choose_case(most_in_a_day(self._world.paths, town_s), self._seed, len(self.cases), known)
        now_s = self._epoch_s + town_s
        code = authority.open_case(self._client, local_date(now_s))
        self.confirmed(number)
        with self._phones[number].exclusive() as phone:
            report = phone.publisher(self._client).publish(code, consent=True)
        if report.inserted != report.keys_sent:
            raise TownError(f"of {report.keys_sent} keys the authority took {report.inserted}: {report.warnings}")
        self.cases.append(Case(number, now_s, report.inserted))
        self._export_s = town_s
        self.published(number, report.inserted)

    def _look_who_was_warned(self) -> None:
        for number, phone in enumerate(self._phones):
            if number not in self._warned and phone.stores.exposures.alerts():
                self._warned.add(number)
                self.checked(number, True)
