"""Describe an order: who is to bring what to which share by when, by whose letter, and who answers for it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bluezone.errors import N_
from bluezone.geography.figures import Measure
from bluezone.geography.units import Unit
from bluezone.rollout.errors import TargetError
from bluezone.rollout.pace import Pace, Status, check_share, pace
from bluezone.rollout.series import Series

#: A unit that has been silent for so many days is late; an order asks for a figure every day.
REMIND_AFTER_DAYS = 2


class Base(enum.StrEnum):
    """Name what a target is a share of."""

    POPULATION = "population"
    SMARTPHONES = "smartphones"
    ADULTS = "adults"
    HEADCOUNT = "headcount"

    @property
    def measure(self) -> Measure | None:
        """Return the geography's measure; a headcount is the unit's own."""
        return None if self is Base.HEADCOUNT else Measure(self.value)


@dataclass(frozen=True, slots=True)
class Letter:
    """Hold an order as it is written, such as "at least 30 % of the population of Hậu Giang between now and 30 August".
    Units that come in later have time until `late_until`."""

    number: str
    issued: dt.date
    issuer: str
    scope: Unit
    base: Base
    target: Fraction
    deadline: dt.date
    responsible: str
    late_until: dt.date | None = None


def check(letter: Letter, base_value: int | None, today: dt.date) -> None:
    """Raise TargetError, with a sentence for the officer, for an order nobody could carry out."""
    unit = letter.scope
    check_share(letter.target)
    if not letter.number.strip() or not letter.responsible.strip():
        raise TargetError(N_("an order needs its number and somebody who answers for it"))
    if letter.deadline < letter.issued:
        raise TargetError(
            N_("the deadline {deadline} is before the order of {issued}"),
            field="deadline",
            deadline=letter.deadline,
            issued=letter.issued,
        )
    if letter.deadline < today:
        raise TargetError(N_("the deadline {deadline} has gone by"), field="deadline", deadline=letter.deadline)
    for day in (letter.issued, letter.deadline):
        if not unit.in_force(day):
            raise TargetError(
                N_("{unit} does not exist on {day}: choose the unit of that date"),
                field="scope",
                unit=unit.full_name,
                day=day,
            )
    if not base_value:
        raise TargetError(
            N_("{unit} has no figure for {base}: add one with its date and source first"),
            unit=unit.full_name,
            base=letter.base.value,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """Hold where one unit stands under an order.

    `silent_days` counts the days since its last report, None where there never was one. It is not the age of the figure
    that counts: that may be the Ministry's while the unit reports daily, or our own count of a unit that never did.
    """

    key: str
    pace: Pace
    last_figure: dt.date | None
    silent_days: int | None

    @property
    def reminder_due(self) -> bool:
        """Return whether the unit's reports are late."""
        return is_late(self.silent_days)

    @property
    def gap(self) -> int:
        """Return installs a day it lacks at its recent pace (all of them if it has none)."""
        if self.pace.per_day is None:
            return self.pace.needed
        return max(0, self.pace.per_day - round(self.pace.recent_per_day or 0))


def silence(last_report: dt.date | None, day: dt.date) -> int | None:
    """Return the days since a unit's last report; None where there never was one."""
    return None if last_report is None else max(0, (day - last_report).days)


def is_late(silent_days: int | None) -> bool:
    """Return whether reports are late that a unit has been silent about for some days (None: it never reported).

    The figure of a day is that of its evening, so who reported yesterday is late at no hour of today. Pages, reminders
    and bulletins all ask here.
    """
    return silent_days is None or silent_days >= REMIND_AFTER_DAYS


def pace_of(series: Series, base: int, target: Fraction, deadline: dt.date) -> Pace:
    """Return where a unit stands on the day of its series against a target (a share of `base`) due by the end of a
    day."""
    return pace(
        installs=series.total or 0,
        base=base,
        target=target,
        as_of=series.day,
        deadline=deadline,
        last_figure=series.figure.date if series.figure else None,
        recent_per_day=series.gain_per_day(),
    )


def progress(
    key: str, series: Series, *, base: int, target: Fraction, deadline: dt.date, last_report: dt.date | None
) -> Progress:
    """Return a unit's progress on the day of its series: its figure, its pace of the last week, its days of silence."""
    last = series.figure
    return Progress(
        key=key,
        pace=pace_of(series, base, target, deadline),
        last_figure=last.date if last else None,
        silent_days=silence(last_report, series.day),
    )


def behind(all_progress: Sequence[Progress]) -> list[Progress]:
    """Return the units that will not make it at their pace, the largest gap first."""
    late = (p for p in all_progress if p.pace.status in (Status.BEHIND, Status.IMPOSSIBLE, Status.UNKNOWN))
    return sorted(late, key=lambda p: (-p.gap, p.key))
