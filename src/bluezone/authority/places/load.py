"""Say at which hours a place is full, from entries at its door alone: phones tell nobody where they are. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HOURS = 24
#: of a curve's drawing: left edge, width of an hour, its lowest point, its height
_LEFT, _HOUR, _FLOOR, _HEIGHT = 10, 20, 90, 80


@dataclass(frozen=True, slots=True)
class Load:
    """Hold arrivals at a door by hour of the day: of how many days, their sum, and the most of any one."""

    days: int
    sums: tuple[int, ...]
    most: tuple[int, ...]

    @property
    def busiest(self) -> int:
        """Return the hour of the most arrivals; the earlier of two."""
        return max(range(HOURS), key=lambda hour: (self.sums[hour], -hour))

    @property
    def points(self) -> str:
        """Return the sums as points of an SVG polyline, 480 wide and 110 high."""
        highest = max(self.sums)
        return " ".join(
            f"{_LEFT + hour * _HOUR},{_FLOOR - _HEIGHT * total // highest}" for hour, total in enumerate(self.sums)
        )


def load_of(counts: Iterable[Mapping[dt.date, list[int]]]) -> Load | None:
    """Return the load of days with arrivals, each as 24 counts, of all that count them; None where nobody arrived."""
    days: dict[dt.date, list[int]] = {}
    for found in counts:
        for day, hours in found.items():
            days[day] = [a + b for a, b in zip(days.get(day, [0] * HOURS), hours, strict=True)]
    busy = [hours for hours in days.values() if any(hours)]
    if not busy:
        return None
    columns = list(zip(*busy, strict=True))
    return Load(len(busy), tuple(map(sum, columns)), tuple(map(max, columns)))
