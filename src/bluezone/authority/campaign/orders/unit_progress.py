"""How the units under one stand against the order that is in force for it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from bluezone.authority.campaign.figures import rankings
from bluezone.authority.campaign.orders.models import Kind, Target
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Unit
from bluezone.rollout import directives
from bluezone.rollout.counts import Count
from bluezone.rollout.directives import Progress


def of_unit(target: Target, counts: Sequence[Count], day: dt.date) -> Progress:
    """The progress of a unit towards its own target."""
    return _progress(target.key, counts, target.people, target.installs, target, day)


def behind(target: Target, children: Sequence[Unit], day: dt.date) -> list[tuple[Unit, Progress]]:
    """The units under a target's that will not make it at their pace, the largest gap first.

    Each has the target it was given; where the order was not handed down, the same share of its own people. Units of
    which neither is known are left out.
    """
    by_code = {str(unit.code): unit for unit in children}
    given = {each.key: each for each in target.directive.targets.filter(kind=Kind.UNIT, key__in=by_code)}
    counts: dict[str, list[Count]] = defaultdict(list)
    for count in rankings.recent_counts(children, day):
        counts[str(count.unit)].append(count)
    found = []
    for code, unit in by_code.items():
        own = given.get(code)
        people = own.people if own else _people(unit, target.directive.base, day)
        if not people:
            continue
        installs = own.installs if own else -(-people * target.directive.share // 1)
        found.append(_progress(code, counts[code], people, int(installs), target, day))
    return [(by_code[each.key], each) for each in directives.behind(found)]


def _progress(key: str, counts: Sequence[Count], people: int, installs: int, target: Target, day: dt.date) -> Progress:
    share = min(Fraction(installs, people), Fraction(1))
    return directives.progress(key, counts, base=people, target=share, as_of=day, deadline=target.directive.deadline)


def _people(unit: Unit, base: str, day: dt.date) -> int | None:
    known = catalogue.figures().every(unit, Measure(base))
    return next((each.value for each in known if each.vintage.as_of <= day), known[-1].value if known else None)
