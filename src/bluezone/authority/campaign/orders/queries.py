"""Find the orders in force, for the public pages (target line), bulletins and reminders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q, QuerySet

from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.rules import Letter
from bluezone.authority.units.sectors import closed_keys
from bluezone.geography.units import UnitCode


def in_force(day: dt.date) -> QuerySet[Directive]:
    """Return the directives that are in force on a day (also past their deadline)."""
    return Directive.objects.filter(_in_force(day))


def running(day: dt.date) -> QuerySet[Directive]:
    """Return the directives that are in force on a day and not past their deadline."""
    return in_force(day).filter(deadline__gte=day)


def targets_of_unit(unit: UnitCode, day: dt.date) -> QuerySet[Target]:
    """Find what a province, district or commune is to reach under the directives in force on a day and not past their
    deadline, orders of persons before examples, the nearest deadline first.

    Each has `installs`, `people` and `directive` (share, deadline, number). Those that count heads of organisations are
    not among them: they are no target for the unit's installs.
    """
    is_in_force = _in_force(day, "directive__")
    rows = Target.objects.filter(is_in_force, kind=Kind.UNIT, key=str(unit), directive__deadline__gte=day)
    rows = rows.exclude(directive__base="headcount").select_related("directive")
    return rows.order_by("directive__is_example", "directive__deadline", "pk")


def cut_target_of(unit: UnitCode, day: dt.date) -> Target | None:
    """Return the first of a unit's targets (`targets_of_unit`) that was handed down to those below: an order from above
    is often carried out by one of the unit's own. None where none was; an example speaks only where no order of persons
    does."""
    rows = targets_of_unit(unit, day)
    first = rows.first()
    if first is None:
        return None
    parts = Target.objects.filter(parent=OuterRef("pk"), kind=Kind.UNIT)
    return rows.filter(Exists(parts), directive__is_example=first.directive.is_example).first()


def people_on_orders(keys: Collection[str], base: str, day: dt.date, *, ended: bool = False) -> dict[str, Target]:
    """Return, for each of some units that one names, a target of the order of persons in force that was issued last, of
    those whose shares are of `base`: it holds people that a letter once named. With `ended` of orders that are no
    longer in force, too."""
    rows = Target.objects.filter(kind=Kind.UNIT, key__in=list(keys), people__gt=0, directive__issued__lte=day)
    rows = rows if ended else rows.filter(_in_force(day, "directive__"))
    rows = rows.filter(directive__base=base, directive__is_example=False).select_related("directive")
    return {row.key: row for row in rows.order_by("directive__issued", "directive", "pk")}


def share_asked(target: Target) -> Fraction:
    """Return the share a unit is to reach: the order's own, or what the number handed down to it is of its people."""
    if target.parent_id is None:
        return target.directive.share
    return Fraction(min(target.installs, target.people), target.people)


def target_of(unit: UnitCode, day: dt.date) -> Target | None:
    """Return what a unit is to reach next, under an order of persons (examples to look around are none)."""
    return targets_of_unit(unit, day).filter(directive__is_example=False).first()


def empty_sectors(place: str, day: dt.date) -> QuerySet[Target]:
    """Return the sectors of a place that the orders running on a day speak to, and of which no people are known: they
    have no unit there, or none that is counted. Sectors that were closed since get none any more."""
    rows = Target.objects.filter(kind=Kind.SECTOR, place=place, people=0, left_on=None, directive__in=running(day))
    rows = rows.exclude(key__in=closed_keys()).select_related("directive")
    return rows.order_by("directive__is_example", "directive__deadline", "directive", "pk")


def asked_above(parent: Directive | None, letter: Letter, day: dt.date) -> Target | None:
    """Return what the order above asks of the unit a letter is for: the order that it carries out, else the one in
    force that ends no later; None where there is none, or its share is of something else."""
    rows = Target.objects.filter(kind=Kind.UNIT, key=str(letter.scope.code), directive__base=letter.base.value)
    rows = rows.filter(parent__isnull=False).select_related("directive")
    if parent is not None:
        return rows.filter(directive=parent).first()
    standing = rows.filter(_in_force(day, "directive__"), directive__is_example=False)
    return standing.filter(directive__deadline__range=(day, letter.deadline)).order_by("-installs", "pk").first()


def _in_force(day: dt.date, prefix: str = "") -> Q:
    ended = Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gt": day})
    return Q(**{f"{prefix}issued__lte": day}) & ended
