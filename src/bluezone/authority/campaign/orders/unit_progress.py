"""Compute the progress of the units under one towards the order that is in force for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders.models import Kind, Target
from bluezone.authority.campaign.orders.people import denominators_of
from bluezone.geography.figures import Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout import directives
from bluezone.rollout.directives import Progress
from bluezone.rollout.series import Series


def of_unit(target: Target, series: Series) -> Progress:
    """Return the progress of a unit towards its own target."""
    reports = reader.last_reports([UnitCode.parse(target.key)], series.day)
    return _progress(target.key, series, target.people, target.installs, target, *reports.values())


def behind(target: Target, children: Sequence[Unit], day: dt.date) -> list[tuple[Unit, Progress]]:
    """Return the units under a target's that will not make it at their pace on a day, the largest gap first.

    Each has the target it was given; where the order was not handed down, the same share of its own people. Units of
    which neither is known are left out.
    """
    measure = Measure(target.directive.base)
    figures = denominators_of(children, day, measure)
    by_code = {str(unit.code): unit for unit in children}
    given = {each.key: each for each in target.directive.targets.filter(kind=Kind.UNIT, key__in=by_code)}
    codes = [unit.code for unit in children]
    below, reports = reader.series_of(codes, day), reader.last_reports(codes, day)
    found = []
    for code, unit in by_code.items():
        own = given.get(code)
        base = figures.on(unit, measure, day)
        people = own.people if own else base.value if base else None
        if not people:
            continue
        installs = own.installs if own else -(-people * target.directive.share // 1)
        series = below.get(unit.code) or Series(day)
        found.append(_progress(code, series, people, int(installs), target, reports.get(unit.code)))
    return [(by_code[each.key], each) for each in directives.behind(found)]


def _progress(
    key: str, series: Series, people: int, installs: int, target: Target, last_report: dt.date | None = None
) -> Progress:
    share, deadline = min(Fraction(installs, people), Fraction(1)), target.directive.deadline
    return directives.progress(key, series, base=people, target=share, deadline=deadline, last_report=last_report)
