"""Rank units on a day from the figures in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.reader import LAST_OF_63
from bluezone.geography import catalogue
from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import REFORM_DATE, Level, System, Unit
from bluezone.rollout.ranking import Basis, Ranking, rank

#: movement is over a week
WEEK = dt.timedelta(days=7)


def children_of(unit: Unit, day: dt.date) -> Sequence[Unit]:
    """Return the units under one on a day: before July 2025, under one of the 34, the provinces it was made of."""
    if unit.level is Level.COMMUNE:
        return ()
    if day <= LAST_OF_63 and (parts := reader.parts_of(unit.code)):
        return [catalogue.provinces().unit(part) for part in parts]
    return catalogue.all_units().children(unit.code, day)


def sisters_of(unit: Unit, day: dt.date) -> Sequence[Unit]:
    """Return the units beside one on a day, itself among them; none beside the country."""
    return catalogue.all_units().children(unit.parent, day) if unit.parent is not None else ()


def ranking_of(units: Sequence[Unit], day: dt.date, measure: Measure, figures: Figures) -> Ranking:
    """Rank units on a day by the people in `figures`, with movement since a week before, and the ranks that sources
    printed beside ours."""
    codes = [unit.code for unit in units]
    series, printed = reader.series_of(codes, day), reader.printed_ranks(codes, day)
    basis = Basis(measure)
    return rank(units, series, figures, on=day, basis=basis, base_date=day - WEEK, printed=printed)


def provinces_on(day: dt.date, system: System, measure: Measure) -> Ranking:
    """Rank the provinces of one system on a day. Before 1 July 2025 the 34 are sums over their parts."""
    on = min(day, LAST_OF_63) if system is System.PROVINCES_63 else max(day, REFORM_DATE)
    return ranking_of(catalogue.provinces().of_level(Level.PROVINCE, on), day, measure, reader.denominators())
