"""Forecast each country's series by a pool that never saw it, beside the simple rules: by one fitted without it, or by
the one that ships, where that has not learnt it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bluezone.rollout import backtest
from bluezone.rollout.backtest import HORIZONS_DAYS, LEVELS, Bands, Trial
from bluezone.rollout.forecasting.features import Curve
from bluezone.rollout.forecasting.model import Pool
from bluezone.rollout.forecasting.model import pool as shipped_pool
from bluezone.rollout.forecasting.outlook import Known, Outlook, outlook
from bluezone.rollout.points import Point
from fit_forecast import pool_cases, pool_series
from forecast_pool import rules
from forecast_pool.fitting import design, fit, fit_lone
from forecast_pool.series import Case, Whole, cases_of, read_wholes

_CHANCES = [edge for level in LEVELS for edge in ((1 - level) / 2, (1 + level) / 2)]
_HORIZONS = np.array(HORIZONS_DAYS, dtype=float)


@dataclass(slots=True)
class Run:
    """Hold trials, and every method's forecasts of them."""

    trials: list[Trial] = field(default_factory=list)
    found: dict[str, list[tuple[float, Bands]]] = field(default_factory=lambda: defaultdict(list))


def leave_one_out(folder: Path, origins: int, prints: int, lone_origins: int, seed: int) -> tuple[Run, Run]:
    """Return the trials of every country with daily or many printed totals, and those from a single figure."""
    series = pool_series(folder)
    cases = pool_cases(series)
    made = design(cases)
    run, lone, values = Run(), Run(), defaultdict(list)
    for group, whole in series:
        if len(whole.days) < 40:
            continue
        fitted = fit(made, made.groups != group)
        law = fit_lone([(other, each) for other, each in series if other != group])
        pool = Pool(fitted.curve, fitted.plain, law, fitted.typical_miss, 1.0, 0.0, (), 0)
        cases = _thinned(cases_of(whole, group, prints, 3 * origins // prints, seed), origins, seed)
        _forecast(run, values, group, cases, pool)
        _alone(lone, group, whole, pool, lone_origins, seed)
    return _with_bands(run, values), lone


def by_shipped(folder: Path, origins: int, prints: int, lone_origins: int, seed: int) -> tuple[Run, Run]:
    """Return the trials of series that the pool that ships has not learnt."""
    run, lone, values = Run(), Run(), defaultdict(list)
    for whole in read_wholes(folder):
        cases = _thinned(cases_of(whole, whole.name, prints, 3 * origins // prints, seed), origins, seed)
        _forecast(run, values, whole.name, cases, shipped_pool())
        _alone(lone, whole.name, whole, shipped_pool(), lone_origins, seed)
    return _with_bands(run, values), lone


def _forecast(run: Run, values: dict[str, list[float]], group: str, cases: Sequence[Case], pool: Pool) -> None:
    """Forecast cases by a pool and by the simple rules."""
    for case in cases:
        known = _points(case.curve)
        truths = case.truths(_HORIZONS)
        simple = {name: [rule(known, h) for h in HORIZONS_DAYS] for name, rule in backtest.RULES.items()}
        simple["ETS, damped (statsmodels)"] = rules.ets(known, HORIZONS_DAYS)
        simple["Theta (statsmodels)"] = rules.theta(known, HORIZONS_DAYS)
        foretold = _foretold(outlook(Known(case.curve), pool, _HORIZONS))
        for index, horizon in enumerate(HORIZONS_DAYS):
            if np.isfinite(truths[index]):
                run.trials.append(Trial(group, known, horizon, float(truths[index])))
                run.found["pool"].append(foretold[index])
                for name, forecasts in simple.items():
                    values[name].append(forecasts[index])


def _with_bands(run: Run, values: dict[str, list[float]]) -> Run:
    """Return a run with the simple rules' forecasts in bands of their errors on the other series."""
    bands = {name: backtest.with_own_errors(run.trials, forecasts) for name, forecasts in values.items()}
    return Run(run.trials, {**bands, "pool": run.found["pool"]})


def _alone(lone: Run, group: str, whole: Whole, pool: Pool, number: int, seed: int) -> None:
    """Stand at days spread evenly over a series, with that day's figure alone."""
    generator = np.random.default_rng([seed, len(whole.days)])
    for index in generator.choice(len(whole.days) - 1, size=min(number, len(whole.days) - 1), replace=False):
        day, total = float(whole.days[index]), float(whole.totals[index])
        curve = Curve(np.array([day]), np.array([total]), 1.0)
        ways = {
            "nothing": Known(curve),
            "the people": Known(curve, whole.people),
            "the start of the campaign": Known(curve, None, day - whole.age(day)),
            "both": Known(curve, whole.people, day - whole.age(day)),
        }
        foretold = {name: _foretold(outlook(known, pool, _HORIZONS)) for name, known in ways.items()}
        for place, horizon in enumerate(HORIZONS_DAYS):
            truth = whole.at(day + horizon)
            if np.isfinite(truth):
                lone.trials.append(Trial(group, _points(curve), horizon, truth))
                for name in ways:
                    lone.found[name].append(foretold[name][place])


def _thinned(cases: Sequence, origins: int, seed: int) -> list:
    chosen = np.random.default_rng(seed).permutation(len(cases))[:origins]
    return [cases[index] for index in sorted(chosen)]


def _points(curve: Curve) -> tuple[Point, ...]:
    return tuple(
        Point(dt.date.fromordinal(int(day)), int(total)) for day, total in zip(curve.days, curve.totals, strict=True)
    )


def _foretold(seen: Outlook) -> list[tuple[float, Bands]]:
    edges = seen.quantiles(_CHANCES)
    return [
        (float(middle), {level: (float(own[2 * i]), float(own[2 * i + 1])) for i, level in enumerate(LEVELS)})
        for middle, own in zip(seen.middle(), edges, strict=True)
    ]
