"""Decide how many people the shares of units are of, on every page and in every document of the roll-out.

Those that the catalogue or an officer's count knows; of a unit of which neither knows any (communes, mostly) those that
an order in force names. Whoever forms a share or a rank asks here, so that a page and a bulletin say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders import queries
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.geography.figures import Figure, Figures, Measure, Vintage
from bluezone.geography.units import Unit, UnitCode
from bluezone.i18n import Language
from bluezone.rollout.sources import PEOPLE_ON_ORDER, source_of_people

#: of a vintage's id, before the key of the order
_ON_ORDER = "order "


def denominators_of(units: Sequence[Unit], day: dt.date, measure: Measure = Measure.POPULATION) -> Figures:
    """Return every count of people that is known, with those that an order in force on a day names for the units of
    which no other count is; their vintage names the order."""
    figures = reader.denominators()
    unknown = [unit for unit in units if figures.on(unit, measure, day) is None]
    if not unknown:
        return figures
    named = queries.people_on_orders([str(unit.code) for unit in unknown], measure.value, day)
    return figures.with_figures(_figure(target, measure) for target in named.values()) if named else figures


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


def _figure(target: Target, measure: Measure) -> Figure:
    return Figure(UnitCode.parse(target.key), target.people, _vintage(target.directive, measure))


def _vintage(order: Directive, measure: Measure) -> Vintage:
    return Vintage(f"{_ON_ORDER}{order.pk}", measure, order.issued, PEOPLE_ON_ORDER, order.number)
