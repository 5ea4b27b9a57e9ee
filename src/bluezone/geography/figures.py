"""Look denominators up: how many people (or smartphones, or adults) a unit has, by whose count and of which date.

No share is ever formed without saying which `Vintage` it used: Hải Dương's 40.40 % of 19 June 2021 fits its census of
2009, not that of 2019.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bluezone.errors import N_
from bluezone.geography.errors import NoFigureError
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Unit, UnitCode


class Measure(enum.StrEnum):
    """Name what a denominator counts."""

    POPULATION = "population"
    SMARTPHONES = "smartphones"
    ADULTS = "adults"


@dataclass(frozen=True, slots=True)
class Vintage:
    """Describe one count of the country: a census, a register, an estimate.

    `as_of` is the day it speaks of; `counts_from` the first day whose shares are formed on it (None: `as_of`). A count
    that becomes known later than shares that are printed already counts from a later day.
    """

    id: str
    measure: Measure
    as_of: dt.date
    title: str
    source: str
    counts_from: dt.date | None = None

    @property
    def first_day(self) -> dt.date:
        """Return the first day whose shares are formed on it."""
        return self.counts_from or self.as_of


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold a denominator: `value` people or smartphones of a unit in one vintage; `note` says how a sum came about."""

    unit: UnitCode
    value: int
    vintage: Vintage
    note: str = ""


#: the figures of units in all vintages of a measure, the newest first
Denominators = Mapping[tuple[UnitCode, Measure], tuple[Figure, ...]]


class Figures:
    """Find denominators by unit and vintage. A unit without its own gets the sum of its parts, and says so."""

    def __init__(self, figures: Iterable[Figure], gazetteer: Gazetteer) -> None:
        self._figures = {(figure.unit, figure.vintage.id): figure for figure in figures}
        self._gazetteer = gazetteer
        #: what `every` has found: a table of 5,000 rows asks four times for each
        self._every: dict[tuple[UnitCode, Measure], tuple[Figure, ...]] = {}
        self.vintages: Mapping[str, Vintage] = {figure.vintage.id: figure.vintage for figure in self._figures.values()}

        self._newest_first = sorted(
            self.vintages.values(), key=lambda each: (each.as_of, each.first_day, each.id), reverse=True
        )

    def with_figures(self, more: Iterable[Figure]) -> Figures:
        """Return these figures and others (those officers entered), the others having the last word."""
        return Figures([*self._figures.values(), *more], self._gazetteer)

    def get(self, unit: Unit, vintage: str) -> Figure | None:
        """Return the unit's figure in one vintage, or None. A unit of 2025 is the sum of its parts, if none was
        divided."""
        if own := self._figures.get((unit.code, vintage)):
            return own
        parts = self._gazetteer.predecessors(unit.code)
        if not parts or not all(part.whole for part in parts):
            return None
        found = [self._figures.get((part.predecessor, vintage)) for part in parts]
        known = [figure for figure in found if figure is not None]
        if len(known) < len(parts):
            return None
        names = " + ".join(self._gazetteer.unit(figure.unit).name for figure in known)
        return replace(known[0], unit=unit.code, value=sum(figure.value for figure in known), note=f"sum of {names}")

    def every(self, unit: Unit, measure: Measure) -> tuple[Figure, ...]:
        """Return the unit's figures in all vintages of a measure, the newest first."""
        if (known := self._every.get((unit.code, measure))) is None:
            found = (self.get(unit, vintage.id) for vintage in self._newest_first if vintage.measure is measure)
            known = self._every[unit.code, measure] = tuple(figure for figure in found if figure is not None)
        return known

    def of_units(self, units: Iterable[Unit], measures: Iterable[Measure]) -> Denominators:
        """Return the figures of many units at once, each unit looked up once."""
        once = {unit.code: unit for unit in units}
        return {(code, measure): self.every(unit, measure) for measure in measures for code, unit in once.items()}

    def on(self, unit: Unit, measure: Measure, day: dt.date) -> Figure | None:
        """Return the denominator of a unit's shares of a day; None where no vintage knows it.

        It is the newest of those that count on that day. Where none does yet it is the one that counts first: so what
        is added later, with the day from which it counts, never changes a share of a day gone by.
        """
        every = self.every(unit, measure)
        counting = (figure for figure in every if figure.vintage.first_day <= day)
        first = min(
            every, key=lambda figure: (figure.vintage.first_day, figure.vintage.as_of, figure.vintage.id), default=None
        )
        return next(counting, first)

    def current(self, unit: Unit, measure: Measure, day: dt.date) -> Figure:
        """Return the denominator of `on`. Raises NoFigureError where there is none."""
        figure = self.on(unit, measure, day)
        if figure is None:
            raise NoFigureError(
                N_("no figure for {measure} of {unit} is known; add one with its date and source"),
                measure=measure.value,
                unit=self._gazetteer.path(unit),
            )
        return figure
