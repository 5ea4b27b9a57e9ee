"""Divide the courses of an order by sector, from what units report: pure, no storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

#: (day, share of people who have installed)
Course = list[tuple[int, float]]
#: courses of an order, as the simulator calls them: met, as it is forecast, not given
MET, FORECAST, NOT_GIVEN = "met", "forecast", "not-given"

#: The simulator's sector (`bluezone.epidemic.interventions.SECTORS`) of a unit's people, by the unit's own sector.
#: Units count their staff, so doors tell nothing of `guests`; members of unions and those in quarantine come from
#: every sector.
SIMULATED: Final[Mapping[str, str]] = {
    "schools": "pupils",
    "state-agencies": "officials",
    "armed-forces": "officials",
    "hospitals": "officials",
    "companies": "workers",
    "zones": "workers",
    "hospitality": "workers",
    "stations": "workers",
    "transport": "workers",
    "markets": "workers",
    "neighbourhoods": "hamlets",
    "housing": "hamlets",
}
#: share of all people in each of those, in the simulator's society
SIZES: Final[Mapping[str, float]] = {"pupils": 0.37, "officials": 0.035, "workers": 0.085, "hamlets": 0.46}


@dataclass(frozen=True, slots=True)
class Reported:
    """Hold the newest installs of a sector's units that have a figure, and their people; `asked`: the share that an
    order asks of the sector, None where none does."""

    sector: str
    people: int
    installs: int
    asked: float | None = None

    @property
    def share(self) -> float:
        return min(self.installs / self.people, 1.0)


def simulated(reported: Sequence[Reported]) -> dict[str, list[Reported]]:
    """Return the sectors with figures by the simulator's name."""
    found: dict[str, list[Reported]] = {}
    for each in reported:
        if each.sector in SIMULATED and each.people > 0:
            found.setdefault(SIMULATED[each.sector], []).append(each)
    return found


def by_sector(reported: Sequence[Reported], people: int, own: Mapping[str, Course]) -> dict[str, list[dict[str, Any]]]:
    """Return the groups of each course of a place: a sector's with figures, then everybody's, of whom others have what
    the sectors leave (the simulator shares it out, for it knows how many people and phones a sector has).

    Today units that report stand where they say; all other people, also of their sector, have the rest of the place's
    installs. From there a sector rises as the whole place does. If the order is met, one that an order asks for a share
    rises evenly to it.
    """
    sectors = simulated(reported)
    known = [each for units in sectors.values() for each in units]
    others = people - sum(each.people for each in known)
    courses = {}
    for name, whole in own.items():
        rest = whole[0][1]
        if others > 0:
            rest = max(rest * people - sum(each.share * each.people for each in known), 0.0) / others
        courses[name] = [
            {"sector": sector, "installed": _of_sector(units, SIZES[sector] * people, rest, whole, name == MET)}
            for sector, units in sectors.items()
        ] + [{"installed": whole, "of_everybody": True}]
    return courses


def _of_sector(units: Sequence[Reported], size: float, rest: float, whole: Course, met: bool) -> Course:
    people, (start, days) = sum(each.people for each in units), (whole[0][1], whole[-1][0])
    covered = min(people / size, 1.0)

    def share(each: Reported, day: int, of_all: float) -> float:
        now = covered * each.share + (1 - covered) * rest
        if met and each.asked is not None:
            return now + max(each.asked - now, 0.0) * day / days
        return min(now * (of_all / start if start else 1.0), 1.0)

    return [(day, round(sum(each.people * share(each, day, of) for each in units) / people, 5)) for day, of in whole]
