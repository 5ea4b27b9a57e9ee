"""Do what follows the last day, on a clock that stands still until it is moved: publish, export, warn, trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import httpx

from bluezone.phone.app.engine import Phone
from bluezone.phone.app.tasks import fetch_guidance_of
from bluezone.town.errors import TownError
from bluezone.town.fleet import Fleet
from bluezone.town.market import Market, PlaceStory, Stay
from bluezone.town.server import TownAuthority
from bluezone.town.tracing import Tracing
from bluezone.town.watching import Watcher

#: (what is being done, how much of it is done, of how much)
Progress = Callable[[str, float, float], None]

_MAX_BATCHES = 12  # two days of batches: keys wait three hours at most after the phone ended its own
_AFTER_BATCH_S = 60.0


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

    @contextmanager
    def _phone(self, number: int, *, tapped: bool = False) -> Iterator[Phone]:
        """Open a phone. `tapped`: for what its owner does, with chance and key material of its own."""
        url, keys = self._authority.url, self._authority.trusted_keys
        phone = self._fleet.open_phone(number, self._clock, url, keys, tapped=tapped)
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
            report = phone.publisher(self._client).publish(code, consent=True)
        if report.inserted != report.keys_sent:
            raise TownError(f"of {report.keys_sent} keys the authority took {report.inserted}: {report.warnings}")
        self._progress("publishing the case's keys", 1, 1)
        self._watcher.published(case, report.inserted)
        return report.inserted

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
        count, stage = len(self._fleet.world.people), "fetching, matching, deciding"
        warned = set()
        for number in range(count):
            self._progress(stage, number, count)
            if number in cases:
                continue
            with self._phone(number) as phone:
                self._fetch_and_check(phone)
                if phone.stores.exposures.alerts():
                    warned.add(number)
            self._watcher.checked(number, number in warned)
        self._progress(stage, count, count)
        return warned

    def trace(self, tracing: Tracing, cases: Collection[int], warned: Collection[int]) -> frozenset[int]:
        """Let who was warned report, the officer decide, and with second order the contacts of F1 be told; return whose
        phones say that they were near an F1."""
        stage = "reporting and tracing"
        self._progress(stage, 0, 1)
        new = tracing.round(cases, warned, lambda number: self._phone(number, tapped=True), self._clock())
        self._progress(stage, 1, 1)
        self._watcher.traced(len(new))
        if not tracing.publishes:
            return frozenset()
        if new:
            self.export()
        return self._told(set(range(len(self._fleet.world.people))) - set(cases) - set(warned))

    def _told(self, others: Collection[int]) -> frozenset[int]:
        told = set()
        for done, number in enumerate(sorted(others)):
            self._progress("fetching the keys of contacts", done, len(others))
            with self._phone(number) as phone:
                self._fetch_and_check(phone)
                if phone.stores.exposures.watch_alerts(self._clock()):
                    told.add(number)
            self._watcher.told(number, number in told)
        self._progress("fetching the keys of contacts", 1, 1)
        return frozenset(told)

    def _fetch_and_check(self, phone: Phone) -> None:
        fetched = phone.sync(self._client)
        fetch_guidance_of(phone, self._client)
        report = phone.check()
        refused = (*fetched.bad, *report.exports_bad)
        if refused:
            raise TownError(f"a phone refused {refused[0][0]}: {refused[0][1]}")
