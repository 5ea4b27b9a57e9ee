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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bluezone.authority.epidemiology.figures import percentile
from bluezone.protocol.warned import Estimate, estimate
from bluezone.rollout.suppression import LEAST_DISCLOSED, STEP, is_suppressed

#: four weeks, counted from a Monday
PERIOD = dt.timedelta(days=28)
_FIRST_MONDAY = dt.date(2020, 1, 6)
#: so long after its end what happened in a period is still entered
SETTLES = dt.timedelta(days=7)
#: periods shown: the first day of the oldest is at most 90 days ago, and for so long what is counted is kept whole
PERIODS = 2

#: each share by its name: of which count which count. Two of the counts are shown in no other way
SHARES = {
    "codes_used_share": ("codes_issued", "codes_used"),
    "attack_rate_app": ("contacts_app", "confirmed_app"),
    "attack_rate_hand": ("contacts_hand", "confirmed_hand"),
}
#: what is shown, by the name of the indicator: counts, shares (0 to 1), times in hours and days. None: not shown
Shown = Mapping[str, float | None]


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


def count(number: int, whole: int | None = None) -> int | None:
    """Return a count as it is shown, of a whole that is shown too (None: of none): cut to fives, or None."""
    return None if is_suppressed(number, whole) else number - number % STEP


def enough(people: int, percent: float) -> bool:
    """Return whether 5 people lie on either side of a percentile."""
    return people * min(percent, 100 - percent) >= LEAST_DISCLOSED * 100


def quantile(values: Sequence[float | None], percent: float) -> float | None:
    """Return a percentile of what is known that may be shown; None of too few people."""
    known = [value for value in values if value is not None]
    return percentile(known, percent) if enough(len(known), percent) else None


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


def shown(period: Period) -> Shown:
    """Return what is published of a period."""
    followed = [each for each in period.traced if each.followed]
    found: dict[str, float | None] = {
        "codes_issued": count(period.issued),
        "codes_used": count(period.used, period.issued),
        "hours_to_use_median": wait_h(period.waits_s, 50),
        "hours_to_use_90": wait_h(period.waits_s, 90),
        "keys_published": count(period.keys),
        "contacts_followed": count(len(followed)),
        "contacts_confirmed": count(sum(each.infected for each in followed), len(followed)),
        "days_to_report_median": quantile([each.days_to_report for each in followed], 50),
        "days_to_report_90": quantile([each.days_to_report for each in followed], 90),
    }
    found |= {
        f"reports_{each}": count(period.verdicts.get(each, 0)) for each in ("corroborated", "consistent", "refused")
    }
    alone = {
        "app": [each for each in followed if each.by_app and not each.by_hand],
        "hand": [each for each in followed if each.by_hand and not each.by_app],
    }
    for name, group in alone.items():
        found[f"contacts_{name}"] = count(len(group))
        found[f"confirmed_{name}"] = count(sum(each.infected for each in group), len(group))
        found[f"days_to_isolation_{name}"] = quantile([each.days_to_isolation for each in group], 50)
    return found | _warned(period.warned) | _shares([found])


def _warned(found: Estimate) -> dict[str, float | None]:
    """Return what is shown of the phones that warned, each once a week; nothing of fewer than 5 answers."""
    if (answers := count(found.answers)) is None:
        return dict.fromkeys(("phones_answered", "phones_warned", "phones_warned_low", "phones_warned_high"))
    return {
        "phones_answered": answers,
        "phones_warned": count(round(max(found.warned, 0.0))),
        "phones_warned_low": math.floor(found.low / STEP) * STEP,
        "phones_warned_high": math.ceil(found.high / STEP) * STEP,
    }


def _shares(parts: Sequence[Shown]) -> dict[str, float | None]:
    """Return the shares of the periods of which both counts are shown."""
    found: dict[str, float | None] = {}
    for name, (whole, part) in SHARES.items():
        both = [(below, above) for each in parts if (below := each[whole]) and (above := each[part]) is not None]
        found[name] = sum(above for _, above in both) / sum(below for below, _ in both) if both else None
    return found


def in_all(parts: Sequence[Shown]) -> Shown:
    """Return the sums of what is shown of each period; no times, for those of a sum could be taken apart. Sums of an
    estimate's ends are farther apart than they need be, and never too near."""
    found: dict[str, float | None] = {}
    for name in parts[0] if parts else ():
        seen = [value for part in parts if (value := part[name]) is not None]
        found[name] = sum(seen) if seen and not name.startswith(("hours_", "days_")) else None
    return found | _shares(parts)
