"""Know how many people a count may hold at most, by those who live in a place. Pure."""

from __future__ import annotations

from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.names import Names

#: a count of a unit that is larger is a slip, or is no count
_TIMES_THE_PEOPLE = 10


class Limits:
    """Tell how many people a count of a unit may hold at most: ten times those who live there, and no more than those
    of its province; those of the sender's province for an organisation."""

    def __init__(self, names: Names, context: Context) -> None:
        self.names, self.context = names, context
        self._known: dict[UnitCode | None, int | None] = {}

    def of(self, unit: Unit | None) -> int | None:
        """Return the most a count may be, None where nobody knows how many people there are."""
        code = unit.code if unit else self.context.within
        if code not in self._known:
            self._known[code] = self._find(unit, self.names.units.get(code) if code else None)
        return self._known[code]

    def _find(self, unit: Unit | None, place: Unit | None) -> int | None:
        if place is None or self.context.figures is None:
            return None
        path = [place, *(self.names.units[code] for code in self.names.above(place))]
        people = [
            figure.value
            for each in path
            if (figure := self.context.figures.on(each, Measure.POPULATION, self.context.today))
        ]
        if not people:
            return None
        if unit is None or place.level is Level.PROVINCE:
            return max(people) * (1 if unit is None else _TIMES_THE_PEOPLE)
        return min(people[0] * _TIMES_THE_PEOPLE, max(people))
