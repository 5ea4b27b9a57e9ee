"""Say how far a curve may go: the distribution of its gain at any horizon, learnt over a pool of curves.

The logarithm of the gain has a middle and a spread to either side, each a sum of features (see `features`) with
coefficients shrunk towards a pace that fades by 5 % a day. The middle lies between this and a smoothing of the curve
alone (see `smoothing`): two that err in different ways, and together less than either. The shape between and beyond is
the pool's own, with heavy tails. The pool's parameters are read from a file that `benchmarks/fit_forecast.py` writes.
How far the pool missed this curve at its earlier figures moves the middle and widens the spread: the more figures, the
more the curve is itself.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from bluezone.rollout.forecasting.features import (
    LEARNT_DAYS,
    Curve,
    Floats,
    growth_rates,
    lone_features,
    middle_features,
    spread_features,
    starting_gains,
)
from bluezone.rollout.forecasting.smoothing import smoothed_gains

#: A gain smaller than this share of the total, plus half an install, is told from none by nothing.
LEAST_GAIN = 1e-4
#: How much of the middle is the smoothing's, at most; half of that where so much of the total is gained.
SMOOTHED, MUCH_GAINED = 0.6, 0.03
#: Spreads of the log gain are no wider than this, and the gain no larger than this many times the total.
_WIDEST, _MOST_TIMES = 4.5, 50.0
#: Beyond the outermost quantile known, the chance falls as this power.
_TAIL_POWER = 4.0
#: How a curve was missed before: so many earlier figures at most, forecasts over so many days, origins so far apart;
#: and how strongly the pool holds (as if it were so many misses of a typical size).
_PAST_FIGURES, _PAST_DAYS, _PAST_APART_DAYS, _POOL_WEIGHT = 6, (2, 45), 4, 3
_PAST_LOOK_DAYS = 5


@dataclass(frozen=True, slots=True)
class Law:
    """Hold one learnt distribution of log gains: coefficients of the middle and of both spreads, and the shape."""

    middle: Floats
    below: Floats
    above: Floats
    chances: Floats
    quantiles: Floats

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Law:
        """Read a law from plain lists."""
        return cls(*(np.array(values[name], dtype=float) for name in cls.__slots__))

    def write(self) -> dict[str, list[float]]:
        """Write a law as plain lists, to seven digits."""
        return {name: [float(f"{x:.7g}") for x in getattr(self, name)] for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Pool:
    """Hold what the pool taught: the laws of a curve, of its misses (known before `curve`) and of a lone figure; and
    what an order on a date does to the pace."""

    curve: Law
    plain: Law
    lone: Law
    typical_miss: float
    step_factor: float
    step_spread: float
    series: tuple[str, ...]
    version: int


@functools.cache
def pool() -> Pool:
    """Return the pool that ships with the room."""
    text = resources.files("bluezone.rollout.forecasting").joinpath("parameters.json").read_text(encoding="utf-8")
    return pool_of(json.loads(text))


def pool_of(values: Mapping[str, Any]) -> Pool:
    """Read a pool from the parts of its file."""
    return Pool(
        Law.read(values["curve"]),
        Law.read(values["plain"]),
        Law.read(values["lone"]),
        float(values["typical_miss"]),
        float(values["step_factor"]),
        float(values["step_spread"]),
        tuple(values["series"]),
        int(values["version"]),
    )


@dataclass(frozen=True, slots=True)
class Past:
    """Hold how the pool missed a curve at its earlier figures, shrunk: the bias, and the log of the scatter."""

    bias: float = 0.0
    unrest: float = 0.0


@dataclass(frozen=True, slots=True)
class Gains:
    """Hold the distribution of the gain after the last reading at each horizon: log gain + `least` has this middle and
    these spreads, in the shape of a law."""

    horizons: Floats
    middle: Floats
    below: Floats
    above: Floats
    least: float
    law: Law

    def chance_below(self, gains: Floats) -> Floats:
        """Return the chance that the gain is at most the one given; (horizons, any) for (horizons, any)."""
        logarithm = np.log(np.maximum(gains, 0) + self.least)
        distance = logarithm - self.middle[:, None]
        scaled = distance / np.where(distance < 0, self.below[:, None], self.above[:, None])
        return np.where(gains < 0, 0.0, _chance(scaled, self.law))


def _chance(scaled: Floats, law: Law) -> Floats:
    chance: Floats = np.interp(scaled, law.quantiles, law.chances)
    low, high = law.quantiles[0], law.quantiles[-1]
    under, over = scaled < low, scaled > high
    chance = np.where(under, law.chances[0] * (low / np.where(under, scaled, low)) ** _TAIL_POWER, chance)
    return np.where(over, 1 - (1 - law.chances[-1]) * (high / np.where(over, scaled, high)) ** _TAIL_POWER, chance)


def least_gain(last: Any) -> Any:  # a number, or an array of them
    """Return the gain that is told from none by nothing."""
    return LEAST_GAIN * last + 0.5


def past_of(curve: Curve, plain: Law, typical_miss: float) -> Past:
    """Return how a law that knows nothing of its past missed a curve at its earlier figures, newest first."""
    misses = np.array([_miss(curve, *pair, plain) for pair in past_pairs(curve)])
    return past_from(misses / typical_miss)


def past_from(misses: Floats) -> Past:
    """Return the past that misses, in units of a typical one, come to."""
    weight = len(misses) + _POOL_WEIGHT
    scatter = float(np.minimum(np.abs(misses), 5).sum()) + _POOL_WEIGHT
    return Past(float(np.clip(misses, -3, 3).sum()) / weight, float(np.log(scatter / weight)))


def past_pairs(curve: Curve) -> list[tuple[int, int]]:
    """Return the earlier readings to look back from, newest first, each with the later one it is held against."""
    pairs: list[tuple[int, int]] = []
    last, before = len(curve) - 1, np.inf
    for origin in range(last - 1, 0, -1):
        later = origin + 1
        while later < last and curve.days[later] - curve.days[origin] < _PAST_LOOK_DAYS:
            later += 1
        ahead = curve.days[later] - curve.days[origin]
        if _PAST_DAYS[0] <= ahead <= _PAST_DAYS[1] and before - curve.days[origin] >= _PAST_APART_DAYS:
            pairs.append((origin, later))
            before = curve.days[origin]
        if len(pairs) == _PAST_FIGURES:
            break
    return pairs


def _miss(curve: Curve, origin: int, later: int, plain: Law) -> float:
    horizon = np.array([curve.days[later] - curve.days[origin]])
    gains = curve_gains(curve.until(origin), Past(), plain, horizon, smoothed=False)
    distance = np.log(curve.totals[later] - curve.totals[origin] + gains.least) - gains.middle[0]
    return float(distance / (gains.below if distance < 0 else gains.above)[0])


def curve_gains(curve: Curve, past: Past, law: Law, horizons: Floats, *, smoothed: bool = True) -> Gains:
    """Return the distribution of a curve's gain at some horizons; at least two readings. `smoothed`: its middle is
    mixed with the curve's own smoothing."""
    rates = growth_rates(curve)
    near = np.minimum(horizons, LEARNT_DAYS)
    least = least_gain(curve.last)
    start = np.log(starting_gains(rates, curve.last, near) + least)
    middle = start + middle_features(curve, rates, past.bias, near) @ law.middle
    if smoothed:
        middle = mixed(middle, np.log(smoothed_gains(curve, near) + least), curve.last, least)
    spread = spread_features(curve, rates, past.bias, past.unrest, near)
    return _gains(middle, spread, horizons, curve.last, least, law)


def mixed(pooled: Floats, smooth: Floats, last: float | Floats, least: float | Floats) -> Floats:
    """Return the log gain (+ least) between the pool's and the smoothing's: nearer to the latter the more is gained."""
    gains = np.exp(pooled) - least
    weight = SMOOTHED * gains / (gains + MUCH_GAINED * last)
    between: Floats = np.log(np.maximum((1 - weight) * gains + weight * (np.exp(smooth) - least), 0) + least)
    return between


def lone_gains(last: float, share: float | None, age_days: float | None, law: Law, horizons: Floats) -> Gains:
    """Return the distribution of the gain where one figure is known."""
    near = np.minimum(horizons, LEARNT_DAYS)
    features = lone_features(share, age_days, near)
    return _gains(np.log(last) + features @ law.middle, features, horizons, last, LEAST_GAIN * last, law)


def _gains(middle: Floats, spread: Floats, horizons: Floats, last: float, least: float, law: Law) -> Gains:
    below = np.exp(np.minimum(spread @ law.below, np.log(_WIDEST)))
    above = np.exp(np.minimum(spread @ law.above, np.log(_WIDEST)))
    beyond = np.log(np.maximum(horizons / LEARNT_DAYS, 1))
    middle = np.clip(middle + beyond, np.log(least), np.log(_MOST_TIMES * last + least))
    return Gains(horizons, middle, below, above, least, law)
