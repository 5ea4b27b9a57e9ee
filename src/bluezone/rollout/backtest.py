"""Measure how good forecasts are, by a rolling origin: stand at every past figure, forecast, compare with what came.

A truth between two figures at most three weeks apart is read off the straight line between them; wider gaps tell
nothing. Errors are in percent of the true total.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

import numpy as np

from bluezone.rollout.forecast import Point, clean, forecast

HORIZONS_DAYS = (3, 7, 14)
MAX_GAP_DAYS = 21

Forecaster = Callable[[Sequence[Point], int], float]


@dataclass(frozen=True, slots=True)
class Trial:
    """Hold one origin and horizon: what was known, and what came."""

    name: str
    known: tuple[Point, ...]
    horizon_days: int
    truth: float


@dataclass(frozen=True, slots=True)
class Score:
    """Hold a method's errors at one horizon: number of trials, mean and median of the absolute error in percent of
    truth."""

    trials: int
    mean_error: float
    median_error: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Count how often a band held the truth, and how wide it was at the median, in percent of truth."""

    trials: int
    share: float
    median_width: float


def persistence(known: Sequence[Point], horizon_days: int) -> float:  # noqa: ARG001 - one signature for all
    """Forecast that nothing changes."""
    return float(known[-1].total)


def straight_line(points: int) -> Forecaster:
    """Carry the least-squares slope of the last points on from the last one; never downwards."""

    def method(known: Sequence[Point], horizon_days: int) -> float:
        tail = known[-points:]
        days = [(point.date - tail[-1].date).days for point in tail]
        slope = float(np.polyfit(days, [float(point.total) for point in tail], 1)[0])
        return known[-1].total + max(slope, 0.0) * horizon_days

    return method


def growth_process(known: Sequence[Point], horizon_days: int) -> float:
    """Forecast by the method of `bluezone.rollout.forecast`."""
    return forecast(known, as_of=known[-1].date, horizon_days=horizon_days).days[-1].total


#: What `docs/measurements/forecast.md` compares.
METHODS: Mapping[str, Forecaster] = {
    "persistence": persistence,
    "straight line, last 2": straight_line(2),
    "straight line, last 3": straight_line(3),
    "growth process": growth_process,
}


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


def scores(method: Forecaster, made: Sequence[Trial]) -> dict[int, Score]:
    """Return the method's score at each horizon; under 0 over all of them."""
    errors: dict[int, list[float]] = {}
    for trial in made:
        error = abs(method(trial.known, trial.horizon_days) - trial.truth) / trial.truth * 100
        errors.setdefault(trial.horizon_days, []).append(error)
        errors.setdefault(0, []).append(error)
    return {horizon: Score(len(of), mean(of), median(of)) for horizon, of in errors.items()}


def coverage(made: Sequence[Trial], level: float) -> dict[int, Coverage]:
    """Return how often the band of a level held the truth at each horizon; under 0 over all of them."""
    held: dict[int, list[tuple[bool, float]]] = {}
    for trial in made:
        known = trial.known
        day = forecast(known, as_of=known[-1].date, horizon_days=trial.horizon_days, level=level).days[-1]
        result = (day.low <= trial.truth <= day.high, (day.high - day.low) / trial.truth * 100)
        held.setdefault(trial.horizon_days, []).append(result)
        held.setdefault(0, []).append(result)
    return {
        horizon: Coverage(len(of), mean(inside for inside, _ in of), median(width for _, width in of))
        for horizon, of in held.items()
    }
