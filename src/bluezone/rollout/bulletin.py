"""Compose the daily bulletin of a jurisdiction, as figures. How it looks and reads: `documents`, `wording`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bluezone.geography.figures import Figure, Figures, Measure, Vintage
from bluezone.geography.gazetteer import Around
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout import levels
from bluezone.rollout.chance import chance_of_target, most_of
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.directives import pace_of
from bluezone.rollout.forecast import Day, outlook
from bluezone.rollout.in_use import InUse, in_use
from bluezone.rollout.pace import Pace
from bluezone.rollout.problems import Problem
from bluezone.rollout.ranking import RankingRow, Standing, WholeAndParts, rank, standing, whole_and_parts
from bluezone.rollout.series import DEFAULT_ORDER, Point, Series

#: A curve and its forecast reach this far ahead if no deadline says otherwise.
FORECAST_DAYS = 14
#: A gain "in a day" is one over at most so many days; figures did not come every day.
DAY_GAIN_DAYS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """Hold a gain since an earlier figure, in installs and in share (0..1); `bound`: it may be more."""

    since: dt.date
    count: int
    points: Fraction | None
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """Hold a target, and what it takes; `chance` that it is met (0..1) is None where it is, or nothing is known."""

    share: Fraction
    deadline: dt.date
    pace: Pace
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Hold all that a bulletin says of one unit on one day. Every number may be missing; nothing is made up."""

    unit: Unit
    date: dt.date
    time: dt.time | None
    figure: Count | None
    base: Figure | None
    share: Fraction | None
    in_use: InUse | None
    day_gain: Change | None
    base_gain: Change | None
    standing: Standing
    parts: tuple[Unit, ...]
    silent: tuple[Unit, ...]
    old: tuple[RankingRow, ...]
    parts_sum: WholeAndParts | None
    goal: Goal | None
    curve: tuple[Point, ...]
    outlook: tuple[Day, ...]
    order: tuple[Origin, ...] = DEFAULT_ORDER
    #: the counts of people that shares of the parts are of, those of `base` apart
    parts_people: tuple[Vintage, ...] = ()
    #: what each source says of the unit, and what does not fit between its figure and its parts'
    own: Series | None = None
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hold what a bulletin is asked for beside unit and day.

    `people` is what the target is a share of, where an order has its own count of them (without: the population).
    A forecast takes its time, and is not always wanted.
    """

    base_date: dt.date | None = None
    target: Fraction | None = None
    deadline: dt.date | None = None
    time: dt.time | None = None
    people: int | None = None
    #: the days on which the target was ordered: what was gained before says little of what comes after
    orders: tuple[dt.date, ...] = ()
    forecast: bool = True
    #: in which order classes of sources are taken; it is said on the bulletin
    order: tuple[Origin, ...] = DEFAULT_ORDER


def compose(
    unit: Unit,
    date: dt.date,
    series: Mapping[UnitCode | OrganisationCode, Series],
    around: Around,
    figures: Figures,
    wanted: Wanted | None = None,
    printed: Mapping[UnitCode | OrganisationCode, Count] | None = None,
) -> Bulletin:
    """Return the bulletin of a unit from the series chosen for the day: its own, its peers' and its parts'.

    `printed` are the counts beside which a rank was printed (see `ranking.printed_ranks`).
    """
    wanted = wanted or Wanted()
    own = series.get(unit.code) or Series(date)
    base = figures.on(unit, Measure.POPULATION, date)
    parts, peers = around.parts, around.peers
    below = rank(parts, series, figures, on=date) if parts else None
    rows = below.rows if below else ()
    among = rank(peers, series, figures, on=date, base_date=wanted.base_date, printed=printed) if peers else None
    curve = own.points()
    most = most_of(unit, figures, date, base.value if base else None, own.total)
    return Bulletin(
        unit=unit,
        date=date,
        time=wanted.time,
        figure=own.figure,
        base=base,
        share=Fraction(own.total, base.value) if own.total is not None and base else None,
        in_use=in_use(own),
        day_gain=_day_gain(own, base),
        base_gain=_change(own, base, wanted.base_date) if wanted.base_date else None,
        standing=standing(among, unit.code) if among else Standing(),
        parts=parts,
        silent=tuple(row.unit for row in rows if row.silent),
        old=below.old if below else (),
        parts_sum=whole_and_parts(own.total, own.figure.date, below) if below and own.figure and own.total else None,
        goal=_goal(own, base, wanted, most),
        curve=curve,
        outlook=_outlook(curve, date, most, wanted) if wanted.forecast else (),
        order=wanted.order,
        parts_people=_other_people(rows, base),
        own=own,
        doubts=tuple(levels.of_series(unit, own, {part: series[part.code] for part in parts if part.code in series})),
    )


def _other_people(rows: Iterable[RankingRow], base: Figure | None) -> tuple[Vintage, ...]:
    """Return the vintages of the people of parts that are not the unit's own, the newest first."""
    found = {row.base.vintage.id: row.base.vintage for row in rows if row.base is not None}
    if base is not None:
        found.pop(base.vintage.id, None)
    return tuple(sorted(found.values(), key=lambda each: (-each.as_of.toordinal(), each.id)))


def _day_gain(own: Series, base: Figure | None) -> Change | None:
    """Return the gain over the count before, if that is recent enough to call it a day's."""
    if len(own.counts) < 2:
        return None
    before, last = own.counts[-2:]
    return _change(own, base, before.date) if (last.date - before.date).days <= DAY_GAIN_DAYS else None


def _change(own: Series, base: Figure | None, since: dt.date) -> Change | None:
    gain = own.gain_since(since)
    if gain is None:
        return None
    before, count = gain
    bound = own.figure is not None and own.figure.bound
    return Change(before, count, Fraction(count, base.value) if base else None, bound)


def _goal(own: Series, base: Figure | None, wanted: Wanted, most: int | None) -> Goal | None:
    people = wanted.people or (base.value if base else None)
    if wanted.target is None or wanted.deadline is None or people is None:
        return None
    made = pace_of(own, people, wanted.target, wanted.deadline)
    chance = chance_of_target(
        own.points(),
        target=made.target_installs,
        deadline=wanted.deadline,
        as_of=own.day,
        most=most or people,
        orders=wanted.orders,
    )
    return Goal(wanted.target, wanted.deadline, made, chance)


def _outlook(curve: tuple[Point, ...], date: dt.date, most: int | None, wanted: Wanted) -> tuple[Day, ...]:
    """Return the forecast, where there are enough counts for a pace."""
    if sum(point.total > 0 for point in curve) < 2:
        return ()
    deadline = wanted.deadline
    days = (deadline - date).days if deadline and deadline > date else FORECAST_DAYS
    return outlook(curve, as_of=date, ceiling=most, orders=wanted.orders).days(min(days, 365))
