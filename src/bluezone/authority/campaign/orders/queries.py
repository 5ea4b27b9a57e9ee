"""Find the orders in force, for the public pages (target line), bulletins and reminders; and the people that shares
of units are of: those known to the catalogue or an officer's count, else those that an order names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q, QuerySet

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.officers.jurisdiction import places_above
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.sectors import closed_keys
from bluezone.geography.figures import Figure, Figures, Measure, Vintage
from bluezone.geography.units import Unit, UnitCode
from bluezone.i18n import Language
from bluezone.rollout.directives import Letter
from bluezone.rollout.sources import PEOPLE_ON_ORDER, source_of_people


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


def targets_of_organisation(organisation: Organisation, day: dt.date) -> list[Target]:
    """Return what an organisation is to reach under the orders in force on a day, the nearest deadline first."""
    rows = Target.objects.filter(organisation=organisation, left_on=None, directive__in=in_force(day))
    return list(rows.select_related("directive", "organisation").order_by("directive__deadline", "pk"))


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
    """Return the share a unit is to reach: the order's own (also of a sector without units), or what the number handed
    down to it is of its people."""
    if target.parent_id is None or not target.people:
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


def targets_of_sectors(place: str, day: dt.date) -> dict[str, Target]:
    """Return what the running orders of persons ask of each sector in a place, by its key: the place's own before one
    of a place above, then the one with the nearest deadline."""
    rows = Target.objects.filter(kind=Kind.SECTOR, place__in=places_above(place), left_on=None)
    rows = rows.filter(directive__in=running(day), directive__is_example=False).select_related("directive")
    return {row.key: row for row in rows.order_by("place", "-directive__deadline", "-pk")}


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


#: of a vintage's id, before the key of the order
_ON_ORDER = "order "


def denominators_of(units: Sequence[Unit], day: dt.date, measure: Measure = Measure.POPULATION) -> Figures:
    """Return every count of people that is known, with those that an order in force on a day names for the units of
    which no other count is; their vintage names the order."""
    figures = reader.denominators()
    unknown = [unit for unit in units if figures.on(unit, measure, day) is None]
    if not unknown:
        return figures
    named = people_on_orders([str(unit.code) for unit in unknown], measure.value, day)
    on_orders = (
        Figure(UnitCode.parse(target.key), target.people, _vintage(target.directive, measure))
        for target in named.values()
    )
    return figures.with_figures(on_orders) if named else figures


def people_of(unit: Unit, day: dt.date, measure: Measure = Measure.POPULATION) -> Figure | None:
    """Return what the shares of a unit are of on a day; None where nobody knows."""
    return denominators_of([unit], day, measure).on(unit, measure, day)


def title_of_people(vintage: str, language: Language) -> str:
    """Name a count of people by the id of its vintage (`people_of`), also one that was kept with what came of it."""
    found = reader.denominators().vintages.get(vintage)
    if found is None and vintage.startswith(_ON_ORDER):
        order = Directive.objects.filter(pk=vintage.removeprefix(_ON_ORDER)).first()
        found = _vintage(order, Measure.POPULATION) if order is not None else None
    return source_of_people(found, language) if found is not None else vintage


def _vintage(order: Directive, measure: Measure) -> Vintage:
    return Vintage(f"{_ON_ORDER}{order.pk}", measure, order.issued, PEOPLE_ON_ORDER, order.number)
