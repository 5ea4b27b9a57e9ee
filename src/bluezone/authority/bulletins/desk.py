"""What a bulletin is made of: the figures of a unit, its peers and its parts, and the target its orders set."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from bluezone.authority.campaigns.models import DailyCount
from bluezone.authority.campaigns.store import counts_of
from bluezone.authority.directives.lookup import targets_of_unit
from bluezone.geography import catalogue
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.bulletin import Bulletin, Wanted, compose

#: the base date of a movement: a week before
WEEK = dt.timedelta(days=7)


def made_of(unit: Unit, date: dt.date, wanted: Wanted) -> Bulletin:
    """The bulletin of a unit and day, from what the database holds."""
    counts = counts_of(DailyCount.objects.filter(unit__in=_concerned(unit, date), date__lte=date))
    return compose(unit, date, counts, catalogue.all_units(), catalogue.figures(), wanted)


def with_target(unit: UnitCode, date: dt.date, wanted: Wanted) -> Wanted:
    """The same, with the nearest target that stands on the day under the orders to the unit."""
    target = targets_of_unit(unit, date).first()
    if target is None:
        return wanted
    exact = target.parent_id is None  # the order's own share; what was handed down is a number of installs
    share = target.directive.share if exact else Fraction(min(target.installs, target.people), target.people)
    return replace(wanted, target=share, deadline=target.directive.deadline, people=target.people)


def _concerned(unit: Unit, date: dt.date) -> list[str]:
    """The codes a bulletin is made from: the unit's, its peers' and its parts'."""
    gazetteer = catalogue.all_units()
    peers = gazetteer.children(unit.parent, date) if unit.parent else ()
    return [str(each.code) for each in (unit, *peers, *gazetteer.children(unit.code, date))]
