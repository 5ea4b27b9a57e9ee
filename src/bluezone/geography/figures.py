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
    """Describe one count of the country: a census, a register, an estimate."""

    id: str
    measure: Measure
    as_of: dt.date
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold a denominator: `value` people or smartphones of a unit in one vintage; `note` says how a sum came about."""

    unit: UnitCode
    value: int
    vintage: Vintage
    note: str = ""


class Figures:
    """Find denominators by unit and vintage. A unit without its own gets the sum of its parts, and says so."""

    def __init__(self, figures: Iterable[Figure], gazetteer: Gazetteer) -> None:
        self._figures = {(figure.unit, figure.vintage.id): figure for figure in figures}
        self._gazetteer = gazetteer
        self.vintages: Mapping[str, Vintage] = {figure.vintage.id: figure.vintage for figure in self._figures.values()}

    def with_figures(self, more: Iterable[Figure]) -> Figures:
        """Return these figures with others added (an officer's own), which replace those they repeat."""
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
        """Return all vintages of a measure for the unit, the newest first."""
        vintages = sorted(self.vintages.values(), key=lambda vintage: vintage.as_of, reverse=True)
        found = (self.get(unit, vintage.id) for vintage in vintages if vintage.measure is measure)
        return tuple(figure for figure in found if figure is not None)

    def current(self, unit: Unit, measure: Measure, on: dt.date) -> Figure:
        """Return the newest figure that was counted by a date, or the oldest there is. Raises NoFigureError."""
        every = self.every(unit, measure)
        if not every:
            raise NoFigureError(
                N_("no figure for {measure} of {unit} is known; add one with its date and source"),
                measure=measure.value,
                unit=self._gazetteer.path(unit),
            )
        return next((figure for figure in every if figure.vintage.as_of <= on), every[-1])
