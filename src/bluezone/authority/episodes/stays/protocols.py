"""Find how long an isolation lasts, on which days tests are due and what its release asks: by day, place, role and
vaccination, as dated data.

`protocols.json` is the data that comes with the program: each rule with the days between which it holds, the place it
holds in, and its source. A ministry adds others by a signed file (`protocol_store`). What no text was found for is
named in `assumed`, and pages say so.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.utils.translation import gettext_noop

from bluezone.authority.episodes.stays.rules import Ask, IsolationError
from bluezone.authority.episodes.words import StayKind


@dataclass(frozen=True, slots=True)
class Protocol:
    """Hold one rule. Day 1 is the first day of isolation, of a case (`cases`) that of the positive test; `days` is the
    last one. `watch_days`: at home afterwards, watching one's health. `vaccinated`: whom it is for; None: for all.
    `within`: the place it holds in. `release`: what is asked at the end; `if_positive_days`: the day after which a
    positive last test keeps a case no longer."""

    name: str
    kind: StayKind
    cases: bool
    vaccinated: bool | None
    first: dt.date
    last: dt.date | None
    within: str
    days: int
    watch_days: int
    test_days: tuple[int, ...]
    if_positive_days: int | None
    release: frozenset[Ask]
    assumed: frozenset[str]
    source: str
    #: in Vietnamese; only of the rules that come with the program: a ministry writes its source in its own language
    source_vi: str = ""

    def source_in(self, language: str) -> tuple[str, str]:
        """Return the source for a reader of a language, and the language that it is written in."""
        if not self.source_vi:
            return self.source, "vi"
        return (self.source_vi, "vi") if language == "vi" else (self.source, "en")

    def holds(self, day: dt.date, kind: StayKind, place: str, *, vaccinated: bool, cases: bool = False) -> bool:
        """Decide whether it holds for an isolation that begins on a day."""
        return (
            self.kind is kind
            and self.cases == cases
            and self.first <= day
            and (self.last is None or day <= self.last)
            and place.startswith(self.within)
            and self.vaccinated in (None, vaccinated)
        )

    def until(self, since: dt.date) -> dt.date:
        """Return the last day of an isolation that begins on a day."""
        return since + dt.timedelta(days=self.days - 1)

    def positive_until(self, since: dt.date) -> dt.date | None:
        """Return the day from which on a positive last test keeps a case no longer; None: it always does."""
        return since + dt.timedelta(days=self.if_positive_days - 1) if self.if_positive_days else None

    def tests(self, since: dt.date) -> list[dt.date]:
        """Return the days on which tests are due."""
        return [since + dt.timedelta(days=day - 1) for day in self.test_days]


@functools.cache
def shipped() -> tuple[Protocol, ...]:
    """Return the protocols that come with the program."""
    text = resources.files("bluezone.authority.episodes.stays").joinpath("protocols.json").read_text(encoding="utf-8")
    return tuple(_read(each) for each in json.loads(text))


def in_force(
    day: dt.date, kind: StayKind, place: str, *, vaccinated: bool, known: Iterable[Protocol], cases: bool = False
) -> Protocol:
    """Return the protocol of an isolation that begins on a day: of those that hold the nearest place's, then the one
    made for who is (not) vaccinated, then the newest. A contact in hospital follows the rule of a site. Raises
    IsolationError where none holds."""
    kind = StayKind.SITE if kind is StayKind.HOSPITAL and not cases else kind
    found = [each for each in known if each.holds(day, kind, place, vaccinated=vaccinated, cases=cases)]
    if not found and cases:
        raise IsolationError(gettext_noop("no rule lets a case isolate there on this day: choose a hospital or a site"))
    if not found:
        raise IsolationError(gettext_noop("no rule is known of how long an isolation lasts that begins on this day"))
    return max(found, key=lambda each: (len(each.within), each.vaccinated is not None, each.first))


@dataclass(frozen=True, slots=True)
class Held:
    """Hold the rule for a kind of isolation, and for whom: None for everybody, and no rule where none is known."""

    kind: StayKind
    cases: bool
    vaccinated: bool | None
    protocol: Protocol | None


def held_in(day: dt.date, place: str, known: Sequence[Protocol]) -> list[Held]:
    """Return what holds in a place for isolations that begin on a day, of each kind; one rule for both where it makes
    no difference who is vaccinated."""

    def one(kind: StayKind, cases: bool, vaccinated: bool) -> Protocol | None:
        try:
            return in_force(day, kind, place, vaccinated=vaccinated, known=known, cases=cases)
        except IsolationError:
            return None

    found: list[Held] = []
    for cases, kind in ((False, StayKind.SITE), (False, StayKind.HOME), *((True, each) for each in StayKind)):
        both = [one(kind, cases, each) for each in (False, True)]
        whom = (None,) if both[0] == both[1] else (False, True)
        found += [Held(kind, cases, each, rule) for each, rule in zip(whom, both, strict=False)]
    return found


def _read(fields: dict[str, Any]) -> Protocol:
    last = fields["until"]
    return Protocol(
        name=fields["name"],
        kind=StayKind(fields["place"]),
        cases=fields["cases"],
        vaccinated=fields["vaccinated"],
        first=dt.date.fromisoformat(fields["from"]),
        last=dt.date.fromisoformat(last) if last else None,
        within=fields["within"],
        days=fields["days"],
        watch_days=fields["watch_days"],
        test_days=tuple(fields["test_days"]),
        if_positive_days=fields["if_positive_days"],
        release=frozenset(map(Ask, fields["release"])),
        assumed=frozenset(fields["assumed"]),
        source=fields["source"],
        source_vi=fields["source_vi"],
    )
