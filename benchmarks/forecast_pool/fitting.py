"""Learn the laws of `bluezone.rollout.forecasting.model` from cases.

The middle minimises the mean absolute error in percent of the true total, tempered (`TEMPER`) towards that of the log
gain, so that neither bursts nor plateaus alone decide; the spreads are medians of log distances; the shape is the
pool's quantiles. Coefficients are shrunk to zero, that is to a pace that fades. Each group of series weighs the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bluezone.rollout.forecasting.features import (
    Floats,
    growth_rates,
    lone_features,
    middle_features,
    spread_features,
    starting_gains,
)
from bluezone.rollout.forecasting.model import Law, least_gain, mixed, past_from, past_pairs
from bluezone.rollout.forecasting.smoothing import smoothed_gains
from forecast_pool.series import Case, Whole

HORIZONS = np.array([1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365], dtype=float)
CHANCES = np.array([0.005, 0.01, 0.025, 0.05, *np.arange(0.1, 0.91, 0.05), 0.95, 0.975, 0.99, 0.995])
TEMPER = 0.5
SHRINK_MIDDLE, SHRINK_SPREAD, SHRINK_LONE = 1.0, 0.02, 0.001
#: Between countries lone figures differ more than within one: their band is made wider by this, so that it holds in a
#: country that was left out.
LONE_WIDER = 1.4
#: And downwards by this more: on the long plateaus of apps that nobody asks for any more the truth lies below.
LONE_WIDER_BELOW = 1.1
#: Groups that weigh less than a country.
WEIGHTS: Mapping[str, float] = {"launches": 0.5}
#: Columns of the spread's features that hold the curve's own past: `unrest`, its product with the horizon, the bias.
_UNREST, _BIAS = [10, 14], [11]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Design:
    """Hold cases as arrays: features with a past of one, the start, log gains over it (of the truth, and by smoothing),
    the truths; and looks back."""

    groups: NDArray[np.str_]
    last: Floats
    middle: Floats
    spread: Floats
    start: Floats
    gains: Floats
    smooth: Floats
    truths: Floats
    back_case: NDArray[np.int64]
    back_middle: Floats
    back_spread: Floats
    back_gains: Floats

    @property
    def known(self) -> Bools:
        """Return which truths are known."""
        return np.isfinite(self.gains)


def design(cases: Sequence[Case]) -> Design:
    """Return the arrays of some cases at HORIZONS."""
    middle, spread, start, gains, smooth, truths = [], [], [], [], [], []
    back: list[tuple[int, Floats, Floats, float]] = []
    for number, case in enumerate(cases):
        curve, least = case.curve, least_gain(case.curve.last)
        rates = growth_rates(curve)
        log_start = np.log(starting_gains(rates, curve.last, HORIZONS) + least)
        truth = case.truths(HORIZONS)
        middle.append(middle_features(curve, rates, 1, HORIZONS))
        spread.append(spread_features(curve, rates, 1, 1, HORIZONS))
        start.append(log_start)
        smooth.append(np.log(smoothed_gains(curve, HORIZONS) + least) - log_start)
        gains.append(np.log(np.maximum(truth - case.true_now, 0) + least) - log_start)
        truths.append(truth)
        for origin, later in past_pairs(curve):
            before, ahead = curve.until(origin), np.array([curve.days[later] - curve.days[origin]])
            old_rates, old_least = growth_rates(before), least_gain(before.last)
            gain = np.log(curve.totals[later] - before.last + old_least)
            gain -= np.log(starting_gains(old_rates, before.last, ahead) + old_least)[0]
            features = middle_features(before, old_rates, 0, ahead)[0]
            back.append((number, features, spread_features(before, old_rates, 0, 0, ahead)[0], float(gain)))
    return Design(
        np.array([case.group for case in cases]),
        np.array([case.curve.last for case in cases]),
        np.array(middle),
        np.array(spread),
        np.array(start),
        np.array(gains),
        np.array(smooth),
        np.array(truths),
        np.array([b[0] for b in back]),
        np.array([b[1] for b in back]),
        np.array([b[2] for b in back]),
        np.array([b[3] for b in back]),
    )


@dataclass(frozen=True, slots=True)
class Fitted:
    """Hold the laws of one pool of curves."""

    curve: Law
    plain: Law
    typical_miss: float


def misses(made: Design, plain: Law) -> Floats:
    """Return how a law missed at each look back, in its own spreads."""
    distance = made.back_gains - made.back_middle @ plain.middle
    spread = np.where(distance < 0, made.back_spread @ plain.below, made.back_spread @ plain.above)
    return distance / np.exp(np.minimum(spread, 1.5))


def with_past(made: Design, plain: Law, typical: float) -> tuple[Floats, Floats]:
    """Return both arrays of features with each curve's own past in place of one."""
    missed = misses(made, plain) / typical
    pasts = [past_from(missed[made.back_case == number]) for number in range(len(made.groups))]
    bias, unrest = np.array([p.bias for p in pasts]), np.array([p.unrest for p in pasts])
    middle, spread = made.middle.copy(), made.spread.copy()
    middle[..., -2:] *= bias[:, None, None]
    spread[..., _UNREST] *= unrest[:, None, None]
    spread[..., _BIAS] *= np.abs(bias)[:, None, None]
    return middle, spread


def without_past(made: Design) -> tuple[Floats, Floats]:
    """Return both arrays of features as if nothing were known of the past."""
    middle, spread = made.middle.copy(), made.spread.copy()
    middle[..., -2:] = 0
    spread[..., _UNREST + _BIAS] = 0
    return middle, spread


def fit(made: Design, use: Bools) -> Fitted:
    """Fit the laws on some of the cases."""
    plain = fit_law(made, *without_past(made), use, smoothed=False)
    typical = float(np.median(np.abs(misses(made, plain)[use[made.back_case]])))
    return Fitted(fit_law(made, *with_past(made, plain, typical), use, smoothed=True), plain, typical)


def fit_law(made: Design, middle: Floats, spread: Floats, use: Bools, *, smoothed: bool) -> Law:
    """Fit one law on some of the cases, with given features; around the mean with the smoothing, if that is meant."""
    known = made.known & use[:, None]
    weights = group_weights(np.repeat(made.groups[:, None], len(HORIZONS), 1)[known])
    gains, features = made.gains[known], middle[known]
    coefficients = fit_middle(features, gains, np.exp(made.start[known]) / made.truths[known], weights, SHRINK_MIDDLE)
    foretold = features @ coefficients
    if smoothed:
        start = made.start[known]
        sizes = (np.repeat(each[:, None], len(HORIZONS), 1)[known] for each in (made.last, least_gain(made.last)))
        foretold = mixed(start + foretold, start + made.smooth[known], *sizes) - start
    return shaped(coefficients, gains - foretold, spread[known], weights)


def group_weights(groups: NDArray[np.str_]) -> Floats:
    """Return weights by which every group counts as WEIGHTS says, 1 if it does not."""
    weights = np.ones(len(groups))
    for group in np.unique(groups):
        own = groups == group
        weights[own] = WEIGHTS.get(str(group), 1.0) / own.sum()
    return weights / weights.sum()


def shaped(coefficients: Floats, distance: Floats, spread: Floats, weights: Floats) -> Law:
    """Return the law around a middle, from the distances to it: spreads to both sides and the quantiles of the rest."""
    below, above = (
        fit_quantile(spread[side], np.log(np.abs(distance[side]) + 0.01), weights[side], SHRINK_SPREAD)
        for side in (distance < 0, distance >= 0)
    )
    scaled = distance / np.exp(np.minimum(np.where(distance < 0, spread @ below, spread @ above), 1.5))
    order = np.argsort(scaled)
    quantiles = np.interp(CHANCES, np.cumsum(weights[order]) / weights.sum(), scaled[order])
    return Law(coefficients, below, above, CHANCES, quantiles)


def fit_middle(features: Floats, gains: Floats, scale: Floats, weights: Floats, shrink: float) -> Floats:
    """Minimise the tempered absolute error of totals in log gains, by reweighted least squares."""
    penalty = np.eye(features.shape[1]) * shrink
    reach = scale * np.exp(gains)
    coefficients = np.zeros(features.shape[1])
    for step in range(25):
        middle = features @ coefficients
        distance = gains - middle
        near = np.abs(distance) < 1e-3
        if step:
            between = (np.exp(np.minimum(middle, gains + 6)) - np.exp(gains)) / np.where(near, 1, -distance)
            reach = scale * np.where(near, np.exp(gains), np.abs(between))
        own = weights * np.maximum(reach, 1e-6) ** TEMPER
        own = own / own.sum() / (np.maximum(np.abs(distance), 0.03) if step else 1)
        coefficients = np.linalg.solve(features.T @ (features * own[:, None]) + penalty, features.T @ (own * gains))
    return coefficients


def fit_quantile(features: Floats, values: Floats, weights: Floats, shrink: float, chance: float = 0.5) -> Floats:
    """Return the coefficients of a quantile, shrunk, by reweighted least squares."""
    penalty = np.eye(features.shape[1]) * shrink
    weights = weights / weights.sum()
    own = weights
    for _ in range(25):
        coefficients = np.linalg.solve(features.T @ (features * own[:, None]) + penalty, features.T @ (own * values))
        distance = values - features @ coefficients
        own = weights * np.where(distance > 0, chance, 1 - chance) / np.maximum(np.abs(distance), 0.03)
    return np.asarray(coefficients)


def fit_lone(wholes: Sequence[tuple[str, Whole]], per_series: int = 160) -> Law:
    """Fit the law of a lone figure: half the days of a series even over it, half thick at its start."""
    features, gains, groups = [], [], []
    for group, series in wholes:
        for index in _lone_origins(series, per_series):
            day, total = float(series.days[index]), float(series.totals[index])
            truth = np.array([series.at(day + horizon) for horizon in HORIZONS])
            gain = np.log((np.maximum(truth - total, 0) + least_gain(total)) / total)
            known = np.isfinite(gain)
            for share in (None,) if series.people is None else (None, total / series.people):
                for age in (None, series.age(day)):
                    features.append(lone_features(share, age, HORIZONS)[known])
                    gains.append(gain[known])
                    groups.append(np.full(known.sum(), group))
    every, values = np.concatenate(features), np.concatenate(gains)
    weights = group_weights(np.concatenate(groups))
    coefficients = fit_quantile(every, values, weights, SHRINK_LONE)
    law = shaped(coefficients, values - every @ coefficients, every, weights)
    wider = np.where(law.quantiles < 0, LONE_WIDER * LONE_WIDER_BELOW, LONE_WIDER)
    return replace(law, quantiles=law.quantiles * wider)


def _lone_origins(series: Whole, number: int) -> list[int]:
    """Return which figures are taken alone: every one of a printed series; of daily totals some, half of them evenly,
    half the thicker the earlier."""
    if not series.is_daily:
        return list(range(len(series.days) - 1))
    generator = np.random.default_rng([3, sum(map(ord, series.name))])
    length = series.days[-1] - series.days[0]
    ages = [int(generator.integers(1, length - 1)) for _ in range(number // 2)]
    ages += [int(np.exp(generator.uniform(0, np.log(length - 1)))) for _ in range(number // 2)]
    return [min(int(np.searchsorted(series.days, series.days[0] + age)), len(series.days) - 2) for age in ages]
