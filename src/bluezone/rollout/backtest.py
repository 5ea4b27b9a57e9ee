"""Measure how good forecasts are, by a rolling origin: stand at every past figure, forecast, compare with what came.

A truth between two figures at most three weeks apart is read off the straight line between them; wider gaps tell
nothing. Errors and scores are in percent of the true total.

The interval score weighs a band's width and what it misses (Bracher et al. 2021, weighted interval score, here over the
middle and the bands of LEVELS); it falls to the absolute error where all bands are of no width. Simple rules have no
bands: they are given those of their own errors on the other series, as ratios of truth to forecast.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

import numpy as np

from bluezone.rollout.forecast import clean
from bluezone.rollout.forecast import forecast as by_pool
from bluezone.rollout.points import Point

HORIZONS_DAYS = (3, 7, 14, 30, 60)
LEVELS = (0.5, 0.8, 0.95)
#: The published band.
BAND = 0.8
MAX_GAP_DAYS = 21
#: What a damped trend keeps of its gain from one day to the next.
DAMPING = 0.95

#: A forecast: the middle, and for each level its low and high edge.
Bands = Mapping[float, tuple[float, float]]
Rule = Callable[[Sequence[Point], int], float]
Forecaster = Callable[["Trial"], tuple[float, Bands]]


@dataclass(frozen=True, slots=True)
class Trial:
    """Hold one origin and horizon: of which series, what was known, and what came."""

    name: str
    known: tuple[Point, ...]
    horizon_days: int
    truth: float


@dataclass(frozen=True, slots=True)
class Score:
    """Hold a method's results at one horizon: trials, mean and median of the absolute error, the mean interval score,
    and the share of trials whose 80 % band held the truth."""

    trials: int
    mean_error: float
    median_error: float
    interval_score: float
    coverage: float


def persistence(known: Sequence[Point], horizon_days: int) -> float:  # noqa: ARG001 - one signature for all
    """Forecast that nothing changes."""
    return float(known[-1].total)


def last_two(known: Sequence[Point], horizon_days: int) -> float:
    """Carry the line through the last two figures on."""
    return known[-1].total + _gain_per_day(known) * horizon_days


def damped(known: Sequence[Point], horizon_days: int) -> float:
    """Carry the gain between the last two figures on, each day a little less of it."""
    days = (1 - DAMPING**horizon_days) / (1 - DAMPING)
    return known[-1].total + _gain_per_day(known) * days


def _gain_per_day(known: Sequence[Point]) -> float:
    if len(known) < 2:
        return 0.0
    before, last = known[-2:]
    return (last.total - before.total) / (last.date - before.date).days


#: The simple rules that need no library.
RULES: Mapping[str, Rule] = {"persistence": persistence, "last two, line": last_two, "damped trend": damped}


def pooled(trial: Trial) -> tuple[float, Bands]:
    """Forecast by `bluezone.rollout.forecast`."""
    found = {}
    for level in LEVELS:
        made = by_pool(trial.known, as_of=trial.known[-1].date, horizon_days=trial.horizon_days, level=level)
        day = made.days[-1]
        found[level] = (day.low, day.high)
    return day.total, found


def trials(
    series: Mapping[str, Sequence[Point]], *, least_points: int = 2, horizons: Sequence[int] = HORIZONS_DAYS
) -> list[Trial]:
    """Try every origin with enough figures before it, at every horizon whose truth is known."""
    found = []
    for name, raw in series.items():
        points, _ = clean(raw, max(point.date for point in raw))
        for last in range(least_points - 1, len(points) - 1):
            for horizon in horizons:
                truth = _truth(points, points[last].date + dt.timedelta(days=horizon))
                if truth is not None:
                    found.append(Trial(name, tuple(points[: last + 1]), horizon, truth))
    return found


def _truth(points: Sequence[Point], day: dt.date) -> float | None:
    for before, after in itertools.pairwise(points):
        gap = (after.date - before.date).days
        if before.date <= day <= after.date and gap <= MAX_GAP_DAYS:
            return before.total + (after.total - before.total) * (day - before.date).days / gap
    return None


def interval_score(middle: float, bands: Bands, truth: float) -> float:
    """Return the weighted interval score, in percent of the truth."""
    total = abs(truth - middle) / 2
    for level, (low, high) in bands.items():
        alpha = 1 - level
        missed = max(low - truth, 0.0) + max(truth - high, 0.0)
        total += alpha / 2 * (high - low + 2 / alpha * missed)
    return total / (len(bands) + 0.5) / truth * 100


def with_own_errors(made: Sequence[Trial], values: Sequence[float]) -> list[tuple[float, Bands]]:
    """Return a simple rule's forecasts with the bands that its errors on all other series give, at each horizon."""
    ratios: dict[tuple[str, int], list[float]] = defaultdict(list)
    for trial, value in zip(made, values, strict=True):
        ratios[trial.name, trial.horizon_days].append(trial.truth / value)
    found: list[tuple[float, Bands]] = []
    for trial, value in zip(made, values, strict=True):
        others = [
            ratio
            for (name, horizon), own in ratios.items()
            if name != trial.name and horizon == trial.horizon_days
            for ratio in own
        ]
        found.append((value, {level: _edges(value, others, level) for level in LEVELS}))
    return found


def _edges(value: float, ratios: Sequence[float], level: float) -> tuple[float, float]:
    if not ratios:
        return value, value
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2])
    return float(value * low), float(value * high)


def scores(made: Sequence[Trial], found: Sequence[tuple[float, Bands]]) -> dict[int, Score]:
    """Return the score of some forecasts at each horizon; under 0 over all of them."""
    results: dict[int, list[tuple[float, float, bool]]] = defaultdict(list)
    for trial, (middle, bands) in zip(made, found, strict=True):
        error = abs(middle - trial.truth) / trial.truth * 100
        low, high = bands[BAND]
        result = (error, interval_score(middle, bands, trial.truth), bool(low <= trial.truth <= high))
        results[trial.horizon_days].append(result)
        results[0].append(result)
    return {
        horizon: Score(
            len(of),
            mean(error for error, _, _ in of),
            median(error for error, _, _ in of),
            mean(score for _, score, _ in of),
            mean(held for _, _, held in of),
        )
        for horizon, of in results.items()
    }
