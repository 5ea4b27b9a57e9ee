"""Decide what is published of what tracing achieves, and what is not. Pure.

Everything is of the whole country and of four weeks that are over for a week. Nobody is to be found in it:

- a count under 5, or one that leaves fewer than 5 of its whole out, is not shown (`rollout.suppression`); all
  are cut to fives, so that who reads them every day sees nobody come, and who subtracts parts finds nobody;
- a total is the sum of what is shown of its parts, so nothing can be subtracted from it; four weeks never overlap
  others, so neither can one day's page from the next one's;
- how many phones warned is an estimate of answers into which coins are mixed (`protocol.warned`): it is shown with
  the numbers between which the truth lies in 95 of 100 cases, cut away from it;
- a share is that of the counts that are shown; a median or a percentile needs 5 people on either side.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bluezone.authority.episodes.tables import Attack, attack, percentile
from bluezone.protocol.warned import Estimate, estimate
from bluezone.rollout.suppression import LEAST_DISCLOSED, STEP, is_suppressed

#: four weeks, counted from a Monday
PERIOD = dt.timedelta(days=28)
_FIRST_MONDAY = dt.date(2020, 1, 6)
#: so long after its end what happened in a period is still entered
SETTLES = dt.timedelta(days=7)
#: periods shown: the first day of the oldest is at most 90 days ago, and for so long what is counted is kept whole
PERIODS = 2


def periods(today: dt.date) -> list[dt.date]:
    """Return the first days of the periods that are shown on a day, the newest first."""
    last = (today - SETTLES - _FIRST_MONDAY).days // PERIOD.days - 1
    return [_FIRST_MONDAY + PERIOD * number for number in range(last, last - PERIODS, -1)]


@dataclass(frozen=True, slots=True)
class Traced:
    """Describe a contact that was entered in a period: found by the app alone, by hand alone or by both; decided to be
    one; confirmed by a test since; days from the meeting to the report of the warning and to isolation."""

    by_app: bool
    by_hand: bool
    followed: bool
    infected: bool
    days_to_report: int | None = None
    days_to_isolation: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Hold what happened in four weeks, before anything is suppressed. `waits_s`: upper bounds of how long codes waited
    to be used, with how many; the last bound is infinite."""

    first: dt.date
    issued: int = 0
    used: int = 0
    waits_s: Sequence[tuple[float, int]] = ()
    keys: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    traced: Sequence[Traced] = ()
    warned: Estimate = field(default_factory=lambda: estimate(0, 0))


@dataclass(frozen=True, slots=True)
class Warned:
    """Hold what is shown of the phones that warned, each once a week: how many answered, how many of these warned by
    estimate, and between which numbers the truth lies in 95 of 100 cases. None: not shown."""

    answers: int | None = None
    phones: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Hold what is shown of the contacts found in one way; None: not shown."""

    followed: int | None
    infected: int | None
    rate: Attack | None
    median_to_isolation: float | None
    ninetieth_to_isolation: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold what is shown of a period, or of all that are shown; None: not shown, for too few people are in it. Times in
    hours and days."""

    first: dt.date | None
    issued: int | None
    used: int | None
    median_h: float | None
    ninetieth_h: float | None
    keys: int | None
    corroborated: int | None
    consistent: int | None
    refused: int | None
    contacts: int | None
    confirmed: int | None
    app: Group
    hand: Group
    median_to_report: float | None
    ninetieth_to_report: float | None
    warned: Warned


def count(number: int, whole: int | None = None) -> int | None:
    """Return a count as it is shown, of a whole that is shown too (None: of none): cut to fives, or None."""
    return None if is_suppressed(number, whole) else number - number % STEP


def _total(parts: Iterable[int | None]) -> int | None:
    """Return the sum of what is shown of the parts."""
    seen = [part for part in parts if part is not None]
    return sum(seen) if seen else None


def enough(people: int, percent: float) -> bool:
    """Return whether 5 people lie on either side of a percentile."""
    return people * min(percent, 100 - percent) >= LEAST_DISCLOSED * 100


def quantile(values: Sequence[float], percent: float) -> float | None:
    """Return a percentile that may be shown; None of too few people."""
    return percentile(values, percent) if enough(len(values), percent) else None


def wait_h(waits_s: Sequence[tuple[float, int]], percent: float) -> float | None:
    """Return within how many hours so many percent of the codes were used, by the upper bound of their class; infinite
    past the last. None of too few."""
    people = sum(number for _bound, number in waits_s)
    if not enough(people, percent):
        return None
    left = max(math.ceil(people * percent / 100), 1)
    for bound, number in waits_s:
        left -= number
        if left <= 0:
            return bound / 3_600
    return math.inf


def _group(traced: Sequence[Traced]) -> Group:
    followed = [each for each in traced if each.followed]
    infected = sum(each.infected for each in followed)
    whole, part = count(len(followed)), count(infected, len(followed))
    days = [each.days_to_isolation for each in followed if each.days_to_isolation is not None]
    return Group(
        whole,
        part,
        attack(whole, part) if whole and part is not None else None,
        quantile(days, 50),
        quantile(days, 90),
    )


def warned(found: Estimate) -> Warned:
    """Return what is shown of an estimate; nothing of fewer than 5 answers."""
    answers = count(found.answers)
    if answers is None:
        return Warned()
    low, high = math.floor(found.low / STEP) * STEP, math.ceil(found.high / STEP) * STEP
    return Warned(answers, count(round(max(found.warned, 0.0))), low, high)


def shown(period: Period) -> Shown:
    """Return what is published of a period."""
    followed = [each for each in period.traced if each.followed]
    reports = [each.days_to_report for each in followed if each.days_to_report is not None]
    return Shown(
        period.first,
        count(period.issued),
        count(period.used, period.issued),
        wait_h(period.waits_s, 50),
        wait_h(period.waits_s, 90),
        count(period.keys),
        count(period.verdicts.get("corroborated", 0)),
        count(period.verdicts.get("consistent", 0)),
        count(period.verdicts.get("refused", 0)),
        count(len(followed)),
        count(sum(each.infected for each in followed), len(followed)),
        _group([each for each in period.traced if each.by_app and not each.by_hand]),
        _group([each for each in period.traced if each.by_hand and not each.by_app]),
        quantile(reports, 50),
        quantile(reports, 90),
        warned(period.warned),
    )


def in_all(parts: Sequence[Shown]) -> Shown:
    """Return the sums of what is shown of each period; no times, for those of a sum could be taken apart."""

    def total(name: str) -> int | None:
        return _total(getattr(part, name) for part in parts)

    def group(name: str) -> Group:
        each = [getattr(part, name) for part in parts]
        known = [one for one in each if one.followed is not None and one.infected is not None]
        whole, part = _total(one.followed for one in known), _total(one.infected for one in known)
        rate = attack(whole, part) if whole and part is not None else None
        return Group(_total(one.followed for one in each), part, rate, None, None)

    return Shown(
        None,
        total("issued"),
        total("used"),
        None,
        None,
        total("keys"),
        total("corroborated"),
        total("consistent"),
        total("refused"),
        total("contacts"),
        total("confirmed"),
        group("app"),
        group("hand"),
        None,
        None,
        # sums of ends are farther apart than they need be, and never too near
        Warned(*(_total(getattr(part.warned, each) for part in parts) for each in Warned.__slots__)),
    )
