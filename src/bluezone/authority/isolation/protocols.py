"""Find how long an isolation lasts and on which days tests are due: by day, place and vaccination, as dated data.

`protocols.json` is the data that comes with the program: each rule with the days between which it holds, the place it
holds in, and its source. A ministry adds others by a signed file (`protocol_store`). What no text was found for is
named in `assumed`, and pages say so.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from django.utils.translation import gettext_noop

from bluezone.authority.isolation.rules import IsolationError, Where


@dataclass(frozen=True, slots=True)
class Protocol:
    """Hold one rule. Day 1 is the first day of isolation; `days` is the last one. `watch_days`: at home afterwards,
    watching one's health. `vaccinated`: whom it is for; None: for everybody. `within`: the place it holds in."""

    name: str
    where: Where
    vaccinated: bool | None
    first: dt.date
    last: dt.date | None
    within: str
    days: int
    watch_days: int
    test_days: tuple[int, ...]
    assumed: frozenset[str]
    source: str
    #: in Vietnamese; only of the rules that come with the program: a ministry writes its source in its own language
    source_vi: str = ""

    def source_in(self, language: str) -> tuple[str, str]:
        """Return the source for a reader of a language, and the language that it is written in."""
        if not self.source_vi:
            return self.source, "vi"
        return (self.source_vi, "vi") if language == "vi" else (self.source, "en")

    def holds(self, day: dt.date, where: Where, place: str, *, vaccinated: bool) -> bool:
        """Decide whether it holds for an isolation that begins on a day."""
        return (
            self.where is where
            and self.first <= day
            and (self.last is None or day <= self.last)
            and place.startswith(self.within)
            and self.vaccinated in (None, vaccinated)
        )

    def until(self, since: dt.date) -> dt.date:
        """Return the last day of an isolation that begins on a day."""
        return since + dt.timedelta(days=self.days - 1)

    def tests(self, since: dt.date) -> list[dt.date]:
        """Return the days on which tests are due."""
        return [since + dt.timedelta(days=day - 1) for day in self.test_days]


@functools.cache
def shipped() -> tuple[Protocol, ...]:
    """Return the protocols that come with the program."""
    text = resources.files("bluezone.authority.isolation").joinpath("protocols.json").read_text(encoding="utf-8")
    return tuple(_read(each) for each in json.loads(text))


def in_force(day: dt.date, where: Where, place: str, *, vaccinated: bool, known: Sequence[Protocol]) -> Protocol:
    """Return the protocol of an isolation that begins on a day: of those that hold the nearest place's, then the one
    made for who is (not) vaccinated, then the newest. Raises IsolationError where none holds."""
    found = [each for each in known if each.holds(day, where, place, vaccinated=vaccinated)]
    if not found:
        raise IsolationError(gettext_noop("no rule is known of how long an isolation lasts that begins on this day"))
    return max(found, key=lambda each: (len(each.within), each.vaccinated is not None, each.first))


@dataclass(frozen=True, slots=True)
class Held:
    """Hold the rule for a kind of isolation, and for whom: None for everybody, and no rule where none is known."""

    where: Where
    vaccinated: bool | None
    protocol: Protocol | None


def held_in(day: dt.date, place: str, known: Sequence[Protocol]) -> list[Held]:
    """Return what holds in a place for isolations that begin on a day, of each kind; one rule for both where it makes
    no difference who is vaccinated."""
    found: list[Held] = []
    for where in Where:
        both = [_in_force_or_none(day, where, place, vaccinated=each, known=known) for each in (False, True)]
        if both[0] == both[1]:
            found.append(Held(where, None, both[0]))
        else:
            found += [Held(where, kind, rule) for kind, rule in zip((False, True), both, strict=True)]
    return found


def _in_force_or_none(
    day: dt.date, where: Where, place: str, *, vaccinated: bool, known: Sequence[Protocol]
) -> Protocol | None:
    try:
        return in_force(day, where, place, vaccinated=vaccinated, known=known)
    except IsolationError:
        return None


def _read(fields: dict[str, object]) -> Protocol:
    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(str(fields[name])) if fields[name] else None

    first, tests, assumed = day("from"), fields["test_days"], fields["assumed"]
    assert first is not None
    assert isinstance(tests, list)
    assert isinstance(assumed, list)
    vaccinated = fields["vaccinated"]
    return Protocol(
        name=str(fields["name"]),
        where=Where(str(fields["place"])),
        vaccinated=vaccinated if isinstance(vaccinated, bool) else None,
        first=first,
        last=day("until"),
        within=str(fields["within"]),
        days=int(str(fields["days"])),
        watch_days=int(str(fields["watch_days"])),
        test_days=tuple(int(each) for each in tests),
        assumed=frozenset(str(each) for each in assumed),
        source=str(fields["source"]),
        source_vi=str(fields["source_vi"]),
    )
