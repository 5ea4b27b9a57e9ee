"""Forecast when a target is met: carry a cumulative curve of bursts and plateaus, sampled irregularly, forward.

The model is one for all curves, learnt over a pool of them (`bluezone.rollout.forecasting`): other countries' apps,
Vietnam and its provinces, made-up campaigns. From the pace of the last days, week, fortnight, one and two months, the
age of the curve and how it was missed at its earlier figures it says the middle and the spread of the gain on each day
ahead. A printed figure is taken as the interval that it is: rounded, repeated, or "more than 20 million". What it was
learnt on and how good it is: docs/measurements/forecast.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.forecasting.features import Curve, Floats, rounding_unit
from bluezone.rollout.forecasting.model import pool
from bluezone.rollout.forecasting.outlook import Known, Outlook, outlook
from bluezone.rollout.points import Point

MAX_HORIZON_DAYS = 730
DEFAULT_LEVEL = 0.8
#: A forecast is made for every day of the first month, then for days ever further apart, with straight lines between.
_EVERY_DAY, _APART = 30, 1.06


class ForecastError(RolloutError):
    """Report a series or a question that cannot be forecast."""


@dataclass(frozen=True, slots=True)
class Day:
    """Hold a forecast day: the total foretold and the band of the level asked for. Never falling.

    The total is the one whose mean error is least; the truth lies above it somewhat more often than below. Where the
    last figure was rounded, the band may begin up to half its unit below it.
    """

    date: dt.date
    total: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Hold a forecast from the last figure on; `days` begins with the day after `as_of`. `level` is the band's
    share."""

    last: Point
    as_of: dt.date
    level: float
    days: tuple[Day, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Hold when a target is met: the middle of the forecast, the early and the late edge of the band (None: not
    within two years), and the chance that it is met by the deadline, if one was given."""

    middle: dt.date | None
    earliest: dt.date | None
    latest: dt.date | None
    chance_by_deadline: float | None


def clean(points: Iterable[Point], as_of: dt.date) -> tuple[list[Point], tuple[str, ...]]:
    """Return the points up to a day in order, one a day, never falling; and what had to be mended. Raises
    ForecastError."""
    known = sorted((p for p in points if p.date <= as_of), key=lambda p: (p.date, p.total))
    if any(p.total < 0 for p in known):
        raise ForecastError(N_("a total cannot be negative"))
    by_day = {p.date: p for p in known}
    notes = []
    if len(by_day) < len(known):
        notes.append(N_("some days had several figures: the largest was taken"))
    series: list[Point] = []
    fell = False
    for date, point in by_day.items():
        falls = bool(series) and point.total < series[-1].total
        fell = fell or falls
        series.append(Point(date, series[-1].total, series[-1].at_least) if falls else point)
    if fell:
        notes.append(N_("totals fell on some days: they were held at the earlier figure"))
    if not series or series[-1].total == 0:
        raise ForecastError(N_("there is no figure on or before {date} to forecast from"), date=as_of)
    if len(series) == 1:
        notes.append(N_("only one figure: the forecast knows nothing of the pace"))
    return series, tuple(notes)


def forecast(
    points: Iterable[Point],
    *,
    as_of: dt.date,
    horizon_days: int,
    ceiling: int | None = None,
    level: float = DEFAULT_LEVEL,
    orders: Sequence[dt.date] = (),
) -> Forecast:
    """Carry a series forward from its last figure on or before `as_of` to `horizon_days` after it.

    `ceiling` (the phones if their number is known, else the people) is approached and never passed; `level` is the
    share of the band, 0.8 as published; `orders` are the days on which a campaign was or will be ordered: paces from
    before the last of them tell nothing, and one still to come lifts what is gained after it.
    """
    if not 1 <= horizon_days <= MAX_HORIZON_DAYS:
        raise ForecastError(N_("a horizon must be between 1 and {most} days"), most=MAX_HORIZON_DAYS)
    _check(level)
    series, notes = clean(points, as_of)
    last = series[-1]
    skipped = (as_of - last.date).days
    seen = _look(series, ceiling, orders, skipped + horizon_days)
    low, middle, high = _by_day(seen, level, skipped + horizon_days)
    days = tuple(
        Day(as_of + dt.timedelta(days=n - skipped + 1), float(middle[n]), float(low[n]), float(high[n]))
        for n in range(skipped, len(middle))
    )
    return Forecast(last, as_of, level, days, notes)


def arrival(
    points: Iterable[Point],
    *,
    target: int,
    as_of: dt.date,
    deadline: dt.date | None = None,
    ceiling: int | None = None,
    level: float = DEFAULT_LEVEL,
    orders: Sequence[dt.date] = (),
) -> Arrival:
    """Return when the total reaches `target`, with the band's edges, and the chance that it does by the end of
    `deadline`."""
    _check(level)
    series, _ = clean(points, as_of)
    last = series[-1]
    if last.total >= target:
        reached = next(p.date for p in series if p.total >= target)
        return Arrival(reached, reached, reached, 1.0 if deadline is not None else None)
    seen = _look(series, ceiling, orders, MAX_HORIZON_DAYS)
    late, middle, early = (
        last.date + dt.timedelta(days=int(np.argmax(path >= target)) + 1) if path[-1] >= target else None
        for path in _by_day(seen, level, MAX_HORIZON_DAYS)
    )
    chance = None if deadline is None else _chance(series, target, (deadline - last.date).days, ceiling, orders)
    return Arrival(middle, early, late, chance)


def chance_of(
    points: Iterable[Point],
    *,
    target: int,
    deadline: dt.date,
    as_of: dt.date,
    ceiling: int | None = None,
    orders: Sequence[dt.date] = (),
) -> float:
    """Return the chance that the total reaches `target` by the end of `deadline`, as `arrival` does, in less time."""
    series, _ = clean(points, as_of)
    if series[-1].total >= target:
        return 1.0
    return _chance(series, target, (deadline - series[-1].date).days, ceiling, orders)


def _check(level: float) -> None:
    if not 0 < level < 1:
        raise ForecastError(N_("the level of a band must lie between 0 and 1"))


def _chance(series: Sequence[Point], target: int, days: int, ceiling: int | None, orders: Sequence[dt.date]) -> float:
    if days < 1:
        return 0.0
    at = np.array([min(days, MAX_HORIZON_DAYS)], dtype=float)
    seen = outlook(_known(series, ceiling, orders), pool(), at)
    return float(1 - seen.chance_at_most(np.array([[target - 0.5]]))[0, 0])


def _look(series: Sequence[Point], ceiling: int | None, orders: Sequence[dt.date], days: int) -> Outlook:
    return outlook(_known(series, ceiling, orders), pool(), _grid(days))


def _known(series: Sequence[Point], ceiling: int | None, orders: Sequence[dt.date]) -> Known:
    last = series[-1].date
    ordered = max((day for day in orders if day <= last), default=None)
    if ordered is not None:
        before = [point for point in series if point.date <= ordered]
        series = [*before[-1:], *(point for point in series if point.date > ordered)]
    unit = rounding_unit([point.total for point in series])
    shift = unit / 2 if unit > 1 else 0.0
    curve = Curve(
        np.array([point.date.toordinal() for point in series], dtype=float),
        np.maximum.accumulate([point.total + shift * point.at_least for point in series]),
        float(unit),
    )
    later = sorted(float((day - last).days) for day in orders if day > last)
    return Known(curve, ceiling, None if ordered is None else float(ordered.toordinal()), later)


def _grid(days: int) -> Floats:
    """Return the horizons that are worked out, up to the first that is not before `days`."""
    grid = [float(day) for day in range(1, _EVERY_DAY + 1)]
    while grid[-1] < days:
        grid.append(float(np.ceil(grid[-1] * _APART)))
    return np.array(grid)


def _by_day(seen: Outlook, level: float, days: int) -> list[Floats]:
    """Return the low edge, the middle and the high edge on each day from the first after the last figure on."""
    edges = seen.quantiles([(1 - level) / 2, (1 + level) / 2])
    low, high = edges.T
    middle = seen.middle()
    every = np.arange(1, days + 1, dtype=float)
    paths = (np.minimum(low, middle), middle, np.maximum(high, middle))
    return [np.interp(every, seen.gains.horizons, path) for path in paths]
