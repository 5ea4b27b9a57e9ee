"""Carry the story on: who tests positive publishes, keys go out, phones warn, and who was warned is traced.

Of several days, on each evening but the last somebody tests positive (`Diary`): keys go out in batch after batch, and
the phones ask for them by themselves, every half hour, as phones do. What one day does not show comes with it:
midnights (of Viet Nam and of UTC) with a change of keys, several cases and exports, phones that were warned on one day
and meet others on the next, and from the fifteenth day on retention. What follows the last day is done on a clock that
stands still until it is moved (`Evening`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import numpy as np
from numpy.typing import NDArray

from bluezone.phone.app.engine import Phone
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import CHECK_EVERY_S, SPREAD, fetch
from bluezone.protocol.guidance import GUIDANCE
from bluezone.town.clock import local_date
from bluezone.town.day import REPORT_EVERY_S, Watcher
from bluezone.town.errors import TownError
from bluezone.town.findings import choose_case, minutes_near, minutes_within
from bluezone.town.fleet import Fleet
from bluezone.town.market import Market, PlaceStory, Stay
from bluezone.town.paths import Path
from bluezone.town.plans import DAY_S, at
from bluezone.town.server import TownAuthority
from bluezone.town.tracing import Tracing
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


def _publish(phone: Phone, client: httpx.Client, code: str) -> int:
    """Publish the keys of a case under its code; return how many. Raises TownError where one is refused."""
    report = phone.publisher(client).publish(code, consent=True)
    if report.inserted != report.keys_sent:
        raise TownError(f"of {report.keys_sent} keys the authority took {report.inserted}: {report.warnings}")
    return report.inserted


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
        for event in ("heard", "day_is_over", *_STORY, "traced", "told"):
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
        if self._tracing.second_order and new:
            self._export_s = town_s
        self.traced(len(new))

    def _confirm(self, authority: TownAuthority, town_s: float) -> None:
        known = {case.person for case in self.cases}
        number = choose_case(most_in_a_day(self._world.paths, town_s), self._seed, len(self.cases), known)
        now_s = self._epoch_s + town_s
        code = authority.open_case(self._client, local_date(now_s))
        self.confirmed(number)
        with self._phones[number].exclusive() as phone:
            keys = _publish(phone, self._client, code)
        self.cases.append(Case(number, now_s, keys))
        self._export_s = town_s
        self.published(number, keys)

    def _look_who_was_warned(self) -> None:
        for number, phone in enumerate(self._phones):
            if number not in self._warned and phone.stores.exposures.alerts():
                self._warned.add(number)
                self.checked(number, True)


#: (what is being done, how much of it is done, of how much)
Progress = Callable[[str, float, float], None]

_MAX_BATCHES = 16  # four hours of batches: keys wait three hours at most after the phone ended its own


class StandingClock:
    """Keep the time after the day: it stands still until it is moved, here and for the authority."""

    def __init__(self, now_s: float, authority: TownAuthority) -> None:
        self._now_s, self._authority = now_s, authority
        authority.set_clock(now_s)

    def __call__(self) -> float:
        return self._now_s

    def go_to(self, now_s: float) -> None:
        """Move the clock on; it never goes back."""
        self._now_s = max(self._now_s, now_s)
        self._authority.set_clock(self._now_s)


class Evening:
    """Carry the story on after the last day."""

    def __init__(
        self,
        fleet: Fleet,
        clock: StandingClock,
        authority: TownAuthority,
        client: httpx.Client,
        progress: Progress,
        watcher: Watcher,
    ) -> None:
        self._fleet, self._clock, self._authority, self._client = fleet, clock, authority, client
        self._progress, self._watcher = progress, watcher
        #: by which phones decided last: the one that the authority published, once they have it
        self.policy: tuple[str, str] | None = None

    @contextmanager
    def _phone(self, number: int, *, tapped: bool = False) -> Iterator[Phone]:
        """Open a phone. `tapped`: for what its owner does, with chance and key material of its own."""
        phone = self._fleet.open_phone(number, self._clock, self._authority.net(self._client), tapped=tapped)
        try:
            yield phone
        finally:
            phone.close()

    def publish(self, case: int, test_date: dt.date) -> int:
        """Let an officer open the case and its phone publish; return how many keys."""
        self._progress("publishing the case's keys", 0, 1)
        code = self._authority.open_case(self._client, test_date)
        self._watcher.confirmed(case)
        with self._phone(case) as phone:
            keys = _publish(phone, self._client, code)
        self._progress("publishing the case's keys", 1, 1)
        self._watcher.published(case, keys)
        return keys

    def warn_of_place(self, market: Market, case: int, was: Stay) -> PlaceStory:
        """Let the case, who was at a place with a code, share that after the keys, an officer confirm it, and who
        passed through be warned."""
        self._progress("warning of a place", 0, 1)
        story = market.warn(was, lambda: self._phone(case), self._clock)
        self._progress("warning of a place", 1, 1)
        return story

    def export(self) -> int:
        """Let time pass, batch by batch, until no key is waiting any more; return how many files came."""
        stage, files = "waiting for the embargo", 0
        for batch in range(_MAX_BATCHES):
            self._progress(stage, batch, _MAX_BATCHES)
            publication = self._authority.publish()
            files += publication.files
            if not publication.waiting:
                self._progress(stage, _MAX_BATCHES, _MAX_BATCHES)
                self._watcher.exported(files)
                return files
            next_s = publication.next_batch_s + _AFTER_BATCH_S
            self._watcher.time_passes(next_s)
            self._clock.go_to(next_s)
        raise TownError(f"{publication.waiting} keys are still waiting after {_MAX_BATCHES} batches")

    def warn(self, cases: Collection[int]) -> set[int]:
        """Let every phone but those of `cases` fetch, match and decide; return whose warned them of a case."""
        people = set(range(len(self._fleet.world.people)))
        return self._check_each(
            "fetching, matching, deciding",
            people - set(cases),
            lambda phone: bool(phone.stores.exposures.alerts()),
            self._watcher.checked,
        )

    def trace(self, tracing: Tracing, cases: Collection[int], warned: Collection[int]) -> frozenset[int]:
        """Let who was warned report, the officer decide, and with second order the contacts of F1 be told; return whose
        phones say that they were near an F1."""
        stage = "reporting and tracing"
        self._progress(stage, 0, 1)
        new = tracing.round(cases, warned, lambda number: self._phone(number, tapped=True), self._clock())
        self._progress(stage, 1, 1)
        self._watcher.traced(len(new))
        if not tracing.second_order:
            return frozenset()
        if new:
            self.export()
        others = set(range(len(self._fleet.world.people))) - set(cases) - set(warned)
        told = self._check_each(
            "fetching the keys of contacts",
            others,
            lambda phone: bool(phone.stores.exposures.watch_alerts(self._clock())),
            self._watcher.told,
        )
        return frozenset(told)

    def _check_each(
        self, stage: str, people: Collection[int], is_told: Callable[[Phone], bool], tell: Callable[[int, bool], None]
    ) -> set[int]:
        """Let the phones of these people fetch, match and decide; return whose told them."""
        found = set()
        for done, number in enumerate(sorted(people)):
            self._progress(stage, done, len(people))
            with self._phone(number) as phone:
                fetched = phone.sync(self._client)
                fetch(GUIDANCE, phone, self._client)
                refused = (*fetched.bad, *phone.check().exports_bad)
                self.policy = phone.policy.name, phone.policy.version
                if refused:
                    raise TownError(f"a phone refused {refused[0][0]}: {refused[0][1]}")
                if is_told(phone):
                    found.add(number)
            tell(number, number in found)
        self._progress(stage, len(people), len(people))
        return found
