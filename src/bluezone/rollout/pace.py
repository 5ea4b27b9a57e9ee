"""Compute what a target takes: how many more installs, in how many days, how many a day, and whether that is under way.

All arithmetic on targets is exact (Fraction), so that 30 % of 733,017 is 219,906 people on every machine.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from dataclasses import dataclass
from fractions import Fraction

from bluezone.errors import N_
from bluezone.rollout.errors import TargetError

_PERCENT = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*%")
_SHARE = re.compile(r"[01](?:[.,]\d+)?")


class Status(enum.StrEnum):
    """Name how a target stands."""

    MET = "met"
    ON_TRACK = "on track"
    BEHIND = "behind"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Pace:
    """Hold where a unit stands against a target on a day.

    `share` = installs / base; `needed` installs are missing, `per_day` of them on each of the days in which they can
    still come (see `days_to_come`; None where there is none). `days` are those until the deadline, 0 on the day itself.
    `recent_per_day` is the mean daily gain of the last week, None without figures.
    `silent_days` counts the days since the last figure.
    """

    installs: int
    base: int
    share: float
    target_share: Fraction
    target_installs: int
    needed: int
    days: int
    per_day: int | None
    recent_per_day: float | None
    silent_days: int
    status: Status


def parse_share(text: str) -> Fraction:
    """Read `30%`, `30 %`, `7,54%` or `0.3` as an exact share in (0, 1]. Raises TargetError."""
    stripped = text.strip()
    if match := _PERCENT.fullmatch(stripped):
        share = Fraction(match["number"].replace(",", ".")) / 100
    elif _SHARE.fullmatch(stripped):
        share = Fraction(stripped.replace(",", "."))
    else:
        raise TargetError(N_("“{text}” is not a share; write it as 30%"), text=text)
    return check_share(share)


def check_share(share: Fraction) -> Fraction:
    """Refuse a target of nothing or of more than everybody."""
    if not 0 < share <= 1:
        raise TargetError(
            N_("a target of {percent} % cannot be met: it must be over 0 % and at most 100 %"),
            percent=f"{float(share * 100):g}",
        )
    return share


def installs_for(share: Fraction, base: int) -> int:
    """Return the least whole number of installs that is at least `share` of `base`."""
    return math.ceil(share * base)


def days_to_come(as_of: dt.date, deadline: dt.date, last_figure: dt.date | None) -> int:
    """Return the days in which what is missing by `as_of` can still come.

    The deadline's own day is one of them until its figure is in: the figure of a day is that of its evening.
    """
    if as_of < deadline:
        return (deadline - as_of).days
    return int(as_of == deadline and last_figure != deadline)


def pace(
    *,
    installs: int,
    base: int,
    target: Fraction,
    as_of: dt.date,
    deadline: dt.date,
    last_figure: dt.date | None = None,
    recent_per_day: float | None = None,
) -> Pace:
    """Compute where a unit stands on `as_of` against `target` (a share of `base`) due by the end of `deadline`.

    On track: the pace of the last week, kept up, meets the target. Behind: it does not, or no day is left. Impossible:
    the deadline has passed. Raises TargetError for an impossible share or a unit without people.
    """
    check_share(target)
    if base <= 0:
        raise TargetError(N_("there is nothing to count against: the unit has a figure of {base}"), base=base)
    target_installs = installs_for(target, base)
    needed = max(0, target_installs - installs)
    days, to_come = max(0, (deadline - as_of).days), days_to_come(as_of, deadline, last_figure)
    return Pace(
        installs=installs,
        base=base,
        share=installs / base,
        target_share=target,
        target_installs=target_installs,
        needed=needed,
        days=days,
        per_day=math.ceil(Fraction(needed, max(to_come, 1))) if to_come or not needed else None,
        recent_per_day=recent_per_day,
        silent_days=max(0, (as_of - last_figure).days) if last_figure else 0,
        status=_status(needed, days, to_come, recent_per_day, passed=as_of > deadline),
    )


def _status(needed: int, days: int, to_come: int, recent_per_day: float | None, *, passed: bool) -> Status:
    if not needed:
        return Status.MET
    if passed:
        return Status.IMPOSSIBLE
    if recent_per_day is None and to_come:
        return Status.UNKNOWN
    return Status.ON_TRACK if (recent_per_day or 0) * days >= needed else Status.BEHIND
