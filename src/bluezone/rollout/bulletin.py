"""Compose the daily bulletin of a jurisdiction, as figures. How it looks and reads: `documents`, `wording`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bluezone.geography.figures import Figure, Figures, Measure
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Level, Unit
from bluezone.rollout.counts import Count, breaks_between, gain_per_day, latest, of_unit
from bluezone.rollout.forecast import Forecast, Point, forecast
from bluezone.rollout.pace import Pace, pace
from bluezone.rollout.ranking import Basis, Standing, rank

#: How many of the best and of the worst a bulletin names.
NAMED = 3
#: A curve and its forecast reach this far ahead if no deadline says otherwise.
FORECAST_DAYS = 14
#: A gain "in a day" is one over at most so many days; figures did not come every day.
DAY_GAIN_DAYS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """Hold a gain since an earlier figure, in installs and in share (0..1)."""

    since: dt.date
    count: int
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Place:
    """Hold the rank among equals; `printed` if it was taken from the source of the figure, not computed from
    figures."""

    rank: int
    of: int
    printed: bool
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """Hold a target, and what it takes."""

    share: Fraction
    deadline: dt.date
    pace: Pace


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Hold all that a bulletin says of one unit on one day. Every number may be missing; nothing is made up."""

    unit: Unit
    date: dt.date
    time: dt.time | None
    figure: Count | None
    base: Figure | None
    share: Fraction | None
    day_gain: Change | None
    base_gain: Change | None
    place: Place | None
    parts: tuple[Unit, ...]
    best: tuple[Standing, ...]
    worst: tuple[Standing, ...]
    silent: tuple[Unit, ...]
    goal: Goal | None
    curve: tuple[Point, ...]
    outlook: Forecast | None


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
    forecast: bool = True


def compose(
    unit: Unit,
    date: dt.date,
    counts: Iterable[Count],
    gazetteer: Gazetteer,
    figures: Figures,
    wanted: Wanted | None = None,
) -> Bulletin:
    """Compose the bulletin of a unit from the counts at hand: its own, its peers' and its parts'."""
    wanted = wanted or Wanted()
    every = [count for count in counts if count.date <= date]
    own = of_unit(every, unit)
    figure = latest(own, date)
    known = figures.every(unit, Measure.POPULATION)
    base = next((f for f in known if f.vintage.as_of <= date), known[-1] if known else None)
    parts = gazetteer.children(unit.code, date)
    standings = rank(parts, every, figures, on=date).standings if parts else ()
    ranked = [standing for standing in standings if standing.rank is not None]
    curve = tuple(Point(count.date, count.installs) for count in own if count.installs is not None)
    return Bulletin(
        unit=unit,
        date=date,
        time=wanted.time,
        figure=figure,
        base=base,
        share=Fraction(figure.installs or 0, base.value) if figure and base else None,
        day_gain=_day_gain(own, figure, base),
        base_gain=_change(own, figure, base, wanted.base_date) if wanted.base_date else None,
        place=_place(unit, date, every, gazetteer, figures, wanted.base_date),
        parts=parts,
        best=tuple(ranked[:NAMED]),
        worst=tuple(ranked[NAMED:][-NAMED:]),
        silent=tuple(standing.unit for standing in standings if standing.silent),
        goal=_goal(own, figure, base, date, wanted),
        curve=curve,
        outlook=_outlook(curve, date, base, wanted.deadline) if wanted.forecast else None,
    )


def _day_gain(own: Sequence[Count], figure: Count | None, base: Figure | None) -> Change | None:
    """The gain since the figure before, if that is recent enough to call it a day's."""
    if figure is None:
        return None
    before = latest(own, figure.date - dt.timedelta(days=1))
    if before is None or (figure.date - before.date).days > DAY_GAIN_DAYS:
        return None
    return _change(own, figure, base, before.date)


def _change(own: Sequence[Count], figure: Count | None, base: Figure | None, since: dt.date) -> Change | None:
    before = latest(own, since)
    if figure is None or before is None or before.date >= figure.date or breaks_between(before.date, figure.date):
        return None
    count = (figure.installs or 0) - (before.installs or 0)
    return Change(before.date, count, Fraction(count, base.value) if base else None)


def _place(
    unit: Unit,
    date: dt.date,
    counts: Sequence[Count],
    gazetteer: Gazetteer,
    figures: Figures,
    base_date: dt.date | None,
) -> Place | None:
    if unit.parent is None:
        return None
    peers = gazetteer.children(unit.parent, date)
    of_day = [c for c in counts if c.unit == unit.code and c.date == date and c.rank is not None]
    if of_day and unit.level is Level.PROVINCE:
        return Place(of_day[-1].rank or 0, len(peers), printed=True)
    ranking = rank(peers, counts, figures, on=date, basis=Basis(), base_date=base_date)
    standing = ranking.of(unit.code)
    if standing.rank is None or len(ranking.ranked) < 2:
        return None
    return Place(standing.rank, len(ranking.ranked), printed=False, places=standing.places)


def _goal(
    own: Sequence[Count], figure: Count | None, base: Figure | None, date: dt.date, wanted: Wanted
) -> Goal | None:
    people = wanted.people or (base.value if base else None)
    if wanted.target is None or wanted.deadline is None or people is None:
        return None
    made = pace(
        installs=(figure.installs or 0) if figure else 0,
        base=people,
        target=wanted.target,
        as_of=date,
        deadline=wanted.deadline,
        last_figure=figure.date if figure else None,
        recent_per_day=gain_per_day(own, date),
    )
    return Goal(wanted.target, wanted.deadline, made)


def _outlook(curve: Sequence[Point], date: dt.date, base: Figure | None, deadline: dt.date | None) -> Forecast | None:
    """The forecast, where there are enough figures for a pace."""
    if len({point.date for point in curve if point.total > 0}) < 2:
        return None
    days = (deadline - date).days if deadline and deadline > date else FORECAST_DAYS
    return forecast(curve, as_of=date, horizon_days=min(days, 365), ceiling=base.value if base else None)
