"""Forecast when a target is met: carry a cumulative curve of bursts and plateaus, sampled irregularly, forward.

The model: the logarithm of the relative growth a day (daily gain / total) is an AR(1) process with a mean, seen through
noise. A burst fades towards the mean, a plateau slowly wakes, a steady pace goes on; gains are never negative. Between
two figures only their mean growth is known: it is taken as a reading on the day in the middle, the days without one are
missing values, which the Kalman filter of statsmodels handles exactly.

Bands take the same shock on all days (the process barely changes from one day to the next), which makes them a little
too wide rather than too narrow. Parameters and their check by rolling-origin backtest: docs/measurements/forecast.md.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError

#: How much of a day's deviation from mean growth is left the next day: a burst halves in 17 days.
PERSISTENCE = 0.96
#: The growth a day that bursts fade to and plateaus wake to, as a share of the total.
MEAN_GROWTH = 0.0015
#: Standard deviations of the log growth: of its change from day to day, and of one reading of it.
SHOCK = 0.4
READING_NOISE = 0.3
#: The least growth a day that is told from none: log growth needs one.
LEAST_GROWTH = 1e-6
MAX_HORIZON_DAYS = 730
DEFAULT_LEVEL = 0.8


class ForecastError(RolloutError):
    """Report a series or a question that cannot be forecast."""


@dataclass(frozen=True, slots=True)
class Point:
    """Hold a total on a day."""

    date: dt.date
    total: int


@dataclass(frozen=True, slots=True)
class Day:
    """Hold a forecast day: the middle of the forecast and the band of the level asked for. Never falling."""

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
    by_day = {p.date: p.total for p in known}
    notes = []
    if len(by_day) < len(known):
        notes.append(N_("some days had several figures: the largest was taken"))
    series: list[Point] = []
    fell = False
    for date, total in by_day.items():
        fell = fell or bool(series and total < series[-1].total)
        series.append(Point(date, max(total, series[-1].total if series else 0)))
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
) -> Forecast:
    """Carry a series forward from its last figure on or before `as_of` to `horizon_days` after it.

    `ceiling` (the population) is never passed; `level` is the share of the band, 0.8 as published.
    """
    if not 1 <= horizon_days <= MAX_HORIZON_DAYS:
        raise ForecastError(N_("a horizon must be between 1 and {most} days"), most=MAX_HORIZON_DAYS)
    if not 0 < level < 1:
        raise ForecastError(N_("the level of a band must lie between 0 and 1"))
    series, notes = clean(points, as_of)
    process = _Process(series, horizon_days + (as_of - series[-1].date).days)
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle, low, high = (process.totals(ceiling, shift) for shift in (0.0, -z, z))
    skipped = (as_of - series[-1].date).days
    days = tuple(
        Day(as_of + dt.timedelta(days=n - skipped + 1), float(middle[n]), float(low[n]), float(high[n]))
        for n in range(skipped, len(middle))
    )
    return Forecast(series[-1], as_of, level, days, notes)


def arrival(
    points: Iterable[Point],
    *,
    target: int,
    as_of: dt.date,
    deadline: dt.date | None = None,
    ceiling: int | None = None,
    level: float = DEFAULT_LEVEL,
) -> Arrival:
    """Return when the total reaches `target`, with the band's edges, and the chance that it does by the end of
    `deadline`."""
    series, _ = clean(points, as_of)
    last = series[-1]
    if last.total >= target:
        reached = next(p.date for p in series if p.total >= target)
        return Arrival(reached, reached, reached, 1.0 if deadline is not None else None)
    process = _Process(series, MAX_HORIZON_DAYS)
    z = NormalDist().inv_cdf((1 + level) / 2)

    def day(shift: float) -> dt.date | None:
        enough = np.flatnonzero(process.totals(ceiling, shift) >= target)
        return last.date + dt.timedelta(days=int(enough[0]) + 1) if enough.size else None

    chance = _chance(process, target, (deadline - last.date).days, ceiling) if deadline is not None else None
    return Arrival(day(0.0), day(z), day(-z), chance)


def _chance(process: _Process, target: int, days: int, ceiling: int | None) -> float:
    """The chance that the total reaches the target within some days: the shock that just suffices, by bisection."""
    if days < 1 or (ceiling is not None and target > ceiling):
        return 0.0
    at = min(days, MAX_HORIZON_DAYS) - 1
    low, high = -8.0, 8.0
    for _ in range(40):
        shift = (low + high) / 2
        low, high = (low, shift) if process.totals(ceiling, shift)[at] >= target else (shift, high)
    return 1 - NormalDist().cdf(high)


class _Process:
    """The fitted process: log growth on each day after the last figure."""

    def __init__(self, series: Sequence[Point], days: int) -> None:
        self._last = series[-1].total
        result = _model(_readings(series)).smooth([PERSISTENCE, READING_NOISE**2, SHOCK**2])
        predicted = result.get_forecast(days)
        self._log_growth: NDArray[np.float64] = np.asarray(predicted.predicted_mean) + math.log(MEAN_GROWTH)
        self._deviation: NDArray[np.float64] = np.asarray(predicted.se_mean)

    def totals(self, ceiling: int | None, shift: float) -> NDArray[np.float64]:
        """The total on each day if growth runs `shift` standard deviations off its forecast; at most the ceiling."""
        growth = np.exp(np.minimum(self._log_growth + shift * self._deviation, 50.0))
        totals: NDArray[np.float64] = self._last * (1 + np.cumsum(growth))
        return np.minimum(totals, max(ceiling, self._last)) if ceiling is not None else totals


def _readings(series: Sequence[Point]) -> NDArray[np.float64]:
    """Log growth less its mean, on the daily grid from the first figure to the last; NaN where there is no reading."""
    first = series[0].date
    readings = np.full((series[-1].date - first).days + 1, np.nan)
    for before, after in itertools.pairwise(series):
        days = (after.date - before.date).days
        growth = max((after.total - before.total) / days / max(after.total, 1), LEAST_GROWTH)
        readings[(after.date - first).days - (days - 1) // 2] = math.log(growth / MEAN_GROWTH)
    return readings


def _model(readings: NDArray[np.float64]) -> Any:
    # Loading statsmodels takes two seconds that only a forecast should cost.
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    return SARIMAX(readings, order=(1, 0, 0), measurement_error=True)
