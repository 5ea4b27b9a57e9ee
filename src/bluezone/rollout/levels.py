"""Hold the figures of a place against its parts, the place it lies in, its people and its day before, by rules that are
data, as the validation rules of DHIS2 are.

A rule compares two sides that are known of one place and day; where one is not known, it says nothing. Every rule is a
doubt: an officer who knows better stores the figure all the same, with a reason.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bluezone.errors import N_
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.series import REPORTS, Series


class Side(enum.StrEnum):
    """Name what a rule compares."""

    FIGURE = "installations of the place"
    IN_USE = "apps in use there"
    PARTS = "sum of its parts that reported that day"
    WHOLE = "installations of the place it lies in, that day"
    BEFORE = "its figure before"
    LIKELY = "what its figure before can have grown to"
    PEOPLE = "people there"


@dataclass(frozen=True, slots=True)
class Rule:
    """Demand that the left side is `>=` or `<=` the right one; `sentence` says what is wrong where it is not."""

    name: str
    left: Side
    operator: str
    right: Side
    severity: Severity
    sentence: str

    def holds(self, values: Mapping[Side, int]) -> bool:
        """Decide whether the rule holds; it does where a side is not known."""
        left, right = values.get(self.left), values.get(self.right)
        if left is None or right is None:
            return True
        return left >= right if self.operator == ">=" else left <= right


RULES = (
    Rule(
        "below-parts", Side.FIGURE, ">=", Side.PARTS, Severity.DOUBT,
        N_("{place} has {figure} on {day}, less than its parts of that day together ({known} of {units}: {parts})"),
    ),
    Rule(
        "above-whole", Side.FIGURE, "<=", Side.WHOLE, Severity.DOUBT,
        N_("{place} has {figure} on {day}, more than {whole_name}, in which it lies ({whole})"),
    ),
    Rule(
        "falls", Side.FIGURE, ">=", Side.BEFORE, Severity.DOUBT,
        N_("the total falls from {before} on {day_before} to {after} on {day_after}"),
    ),
    Rule(
        "jumps", Side.FIGURE, "<=", Side.LIKELY, Severity.DOUBT,
        N_("the total jumps from {before} on {day_before} to {after} on {day_after}"),
    ),
    Rule(
        "too-many", Side.FIGURE, "<=", Side.PEOPLE, Severity.DOUBT,
        N_("{count} installations are more than the {people} people of the unit"),
    ),
    Rule(
        "more-in-use", Side.IN_USE, "<=", Side.FIGURE, Severity.DOUBT,
        N_("{active} active phones are more than {installs} installations"),
    ),
)  # fmt: skip

#: a total grows by at most so much a day, or by so many of all people; of a place without people by so much at once
_GROWTH_A_DAY, _OF_PEOPLE_A_DAY, _GROWTH_AT_ONCE, _SMALL = 1.25, 0.05, 5, 500
#: after so many days any growth is possible
_DAYS = 21


def likely(before: int, days: int, people: int | None) -> int | None:
    """Return what a total can have grown to after some days; None where anything is possible."""
    if days > _DAYS:
        return None
    if people is None:
        return max(_SMALL, _GROWTH_AT_ONCE * before)
    return round(max(before * _GROWTH_A_DAY**days, before + _OF_PEOPLE_A_DAY * people * days))


def broken(values: Mapping[Side, int], rules: Iterable[Rule] = RULES) -> list[Rule]:
    """Return the rules that do not hold."""
    return [rule for rule in rules if not rule.holds(values)]


@dataclass(frozen=True, slots=True)
class Beside:
    """Hold what is known around some figures: the places they lie in, those in them, the reports of the same days; and
    the figures (unit, day) that an officer above has approved."""

    units: Mapping[UnitCode, Unit] = field(default_factory=dict)
    parts: Mapping[UnitCode, Sequence[UnitCode]] = field(default_factory=dict)
    counts: Sequence[Count] = ()
    approved: Collection[tuple[UnitCode | OrganisationCode, dt.date]] = ()


NOTHING_BESIDE = Beside()
_Installs = Mapping[tuple[UnitCode | OrganisationCode, dt.date], int]


def between(counts: Sequence[Count], beside: Beside) -> list[list[Problem]]:
    """Return for each of some new figures what is wrong between it, its parts and the place it lies in.

    A place that is not among the new ones is held against its parts at the first of them.
    """
    installs = {**_by_place(beside.counts), **_by_place(counts)}
    own = {(each.unit, each.date) for each in counts}
    looked_at: set[tuple[UnitCode, dt.date]] = set()
    found = []
    for count in counts:
        unit = beside.units.get(count.unit) if isinstance(count.unit, UnitCode) else None
        problems = list(_of_place(unit, count.date, installs, beside)) if unit is not None else []
        above = unit.parent if unit is not None else None
        whole_day = (above, count.date)
        if above is not None and not problems and whole_day not in own and whole_day not in looked_at:
            looked_at.add((above, count.date))
            whole = beside.units.get(above)
            problems += _of_place(whole, count.date, installs, beside, above=False) if whole is not None else ()
        found.append(problems)
    return found


def _by_place(counts: Iterable[Count]) -> dict[tuple[UnitCode | OrganisationCode, dt.date], int]:
    """Return the installations of each place and day, of the first class of REPORTS that has them."""
    ordered = sorted((each for each in counts if each.origin in REPORTS), key=lambda each: -REPORTS.index(each.origin))
    return {(each.unit, each.date): each.installs for each in ordered if each.installs is not None}


def _of_place(
    unit: Unit, day: dt.date, installs: _Installs, beside: Beside, *, above: bool = True
) -> Iterator[Problem]:
    figure = installs.get((unit.code, day))
    parts = [each for part in beside.parts.get(unit.code, ()) if (each := installs.get((part, day))) is not None]
    values = {} if figure is None else {Side.FIGURE: figure}
    words: dict[str, object] = {"place": unit.name, "figure": figure, "day": day}
    if parts:
        values[Side.PARTS] = sum(parts)
        words |= {"parts": sum(parts), "known": len(parts), "units": len(beside.parts[unit.code])}
    whole = beside.units.get(unit.parent) if unit.parent is not None and above else None
    if whole is not None and (of_whole := installs.get((whole.code, day))) is not None:
        values[Side.WHOLE] = of_whole
        words |= {"whole": of_whole, "whole_name": whole.name}
    for rule in broken(values):
        yield Problem(0, "", rule.name, rule.severity, rule.sentence, words)


def of_series(
    unit: Unit, own: Series, parts: Mapping[Unit, Series], above: Unit | None = None, whole: Series | None = None
) -> list[Problem]:
    """Return what is wrong between a place's figure, those that its parts reported for the same day, and that of the
    place above. Only what somebody reported is compared: what our own server counts may well be less."""
    if own.figure is None:
        return []
    day, summed = own.figure.date, own.origin is Origin.PARTS
    around: list[tuple[Unit, Series]] = [] if summed else list(parts.items())
    if above is not None and whole is not None:
        around.append((above, whole))
    installs: dict[tuple[UnitCode | OrganisationCode, dt.date], int] = {}
    for place, series in ((unit, own), *around):
        count = next((each for each in reversed(series.counts) if each.date == day), None)
        if count is not None and count.installs is not None and count.origin is not Origin.COUNTED:
            installs[place.code, day] = count.installs
    beside = Beside({each.code: each for each, _ in ((unit, own), *around)}, {unit.code: [each.code for each in parts]})
    every = (unit,) if summed else (unit, *parts)
    return [problem for place in every for problem in _of_place(place, day, installs, beside)]
