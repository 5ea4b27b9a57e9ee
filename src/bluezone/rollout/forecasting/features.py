"""Say in numbers what a curve looks like on its last day: how fast it grew of late, for how long, how coarsely it was
printed.

Everything is relative to the last total, so that a commune and a country speak the same language. A printed total is
an interval: papers round, repeat yesterday's figure, and print "more than 20 million". A gain below the rounding unit
says nothing of the pace, so the window over which a pace is taken reaches back until the gain is at least one unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Paces are taken over at least so many days before the last figure.
WINDOWS_DAYS = (2, 7, 14, 30, 60)
#: The share of the total a day that paces are measured against, and the least that one is taken for.
TYPICAL_GROWTH, LEAST_GROWTH = 0.002, 2e-5
#: A figure below this is a count, not a rounded one; of a rounded one at least two digits are meant.
LEAST_ROUNDED, DIGITS_MEANT = 1000, 2
#: A curve's future is learnt up to so many days ahead; further ahead it goes on as it does there.
LEARNT_DAYS = 365
#: Features of a horizon change up to here.
_LAST_CHANGE_DAYS = 180.0
#: The pool starts from a pace that fades by so much a day, which mixes the shortest window and the week by this weight.
FADING, SHORTEST_WEIGHT = 0.95, 0.6


@dataclass(frozen=True, slots=True)
class Curve:
    """Hold readings of a curve: days (any origin) and totals, rising; `unit` is what the totals are rounded to."""

    days: Floats
    totals: Floats
    unit: float

    def __len__(self) -> int:
        """Return the number of readings."""
        return len(self.days)

    def until(self, index: int) -> Curve:
        """Return the readings up to and including one."""
        return Curve(self.days[: index + 1], self.totals[: index + 1], self.unit)

    @property
    def last(self) -> float:
        """Return the last total."""
        return float(self.totals[-1])


def rounding_unit(printed: Sequence[int]) -> int:
    """Return what the last printed totals are rounded to: the largest power of ten that divides all of the last six."""
    last = printed[-1]
    if last < LEAST_ROUNDED:
        return 1
    unit = int(10 ** (len(str(last)) - DIGITS_MEANT))
    while unit > 1 and any(total % unit for total in printed[-6:]):
        unit //= 10
    return unit


def growth_rates(curve: Curve) -> Floats:
    """Return the log of the daily growth as a share of the total over each window; at least two readings."""
    last_day, last, unit = curve.days[-1], curve.last, curve.unit
    spans, gains = last_day - curve.days[:-1], last - curve.totals[:-1]
    telling = gains >= unit
    rates = []
    for window in WINDOWS_DAYS:
        far_enough = np.flatnonzero(telling & (spans >= window))
        index = far_enough[-1] if far_enough.size else 0
        gain = gains[index] if gains[index] >= unit else max(gains[index], unit / 3)
        rates.append(gain / spans[index] / last)
    return np.log(np.array(rates) + LEAST_GROWTH)


def starting_gains(rates: Floats, last: float, horizons: Floats) -> Floats:
    """Return the gains that a fading pace would give: where the pool starts from."""
    pace = last * np.exp(SHORTEST_WEIGHT * rates[0] + (1 - SHORTEST_WEIGHT) * rates[1])
    gains: Floats = pace * (1 - FADING**horizons) / (1 - FADING)
    return gains


def _logarithm(horizons: Floats) -> Floats:
    logarithm: Floats = np.log(np.minimum(horizons, _LAST_CHANGE_DAYS) / 14)
    return logarithm


def _slowing(age: float, horizons: Floats) -> Floats:
    """Return by how much a curve that grows as the logarithm of its age falls short of its present pace."""
    slowing: Floats = np.log(age / horizons * np.log1p(horizons / age))
    return slowing


def _states(curve: Curve, rates: Floats) -> tuple[float, float, float, float, float, float]:
    week = rates[1]
    age = float(np.clip(np.log((curve.days[-1] - curve.days[0] + 3) / 60), -3, 1.5))
    return (
        rates[0] - week,
        rates[2] - week,
        rates[3] - week,
        rates[4] - week,
        week - np.log(TYPICAL_GROWTH),
        age,
    )


def middle_features(curve: Curve, rates: Floats, bias: float, horizons: Floats) -> Floats:
    """Return (horizons, features) for the middle; `bias` is how far the pool missed this curve before, as in `Past`."""
    short, fortnight, month, two_months, level, age = _states(curve, rates)
    state = np.array(
        [
            1,
            short,
            fortnight,
            month,
            two_months,
            level,
            age,
            level * abs(level) / 4,
            month * abs(month) / 2,
        ]
    )
    logarithm = _logarithm(horizons)
    shapes = np.stack([np.ones_like(logarithm), logarithm, np.maximum(logarithm, 0) ** 2], 1)
    crossed = (state[None, :, None] * shapes[:, None, :]).reshape(len(horizons), -1)
    near = np.minimum(horizons, _LAST_CHANGE_DAYS)
    slowings = [
        _slowing(float(curve.days[-1] - curve.days[0]) + 2, near),
        _slowing(min(60 * float(np.exp(two_months)), 1e4), near),
        _slowing(0.3 * float(np.exp(-rates[1])), near),
    ]
    missed = bias * shapes[:, :2]
    return np.concatenate([crossed, np.stack(slowings, 1), missed], 1)


def spread_features(curve: Curve, rates: Floats, bias: float, unrest: float, horizons: Floats) -> Floats:
    """Return (horizons, features) for the spread; `unrest` is how much this curve scattered before, as in `Past`."""
    short, _, month, _, level, age = _states(curve, rates)
    logarithm = _logarithm(horizons)
    coarse = min(float(np.log1p(curve.unit / (7 * curve.last * np.exp(rates[1])))), 3.0)
    gap = float(np.log1p(curve.days[-1] - curve.days[-2]))
    constant = [min(abs(short), 3), min(abs(month), 3), age, 1 / len(curve), gap, coarse, level, unrest, abs(bias)]
    columns = [np.ones_like(logarithm), logarithm, logarithm**2 / 3]
    columns += [value * columns[0] for value in constant]
    columns += [level * logarithm / 2, coarse * logarithm, unrest * logarithm / 2]
    grown = np.log1p(starting_gains(rates, curve.last, horizons) / curve.last)
    columns += [grown, np.sqrt(grown)]
    return np.stack(columns, 1)


def lone_features(share: float | None, age_days: float | None, horizons: Floats) -> Floats:
    """Return (horizons, features) where one figure is known: of the share reached and of the days since the start of
    the campaign, where these are known."""
    logarithm = _logarithm(horizons)
    ones = np.ones_like(logarithm)
    reached = 0.0 if share is None else float(np.clip(np.log(share / 0.1), -5, 2))
    age = 0.0 if age_days is None else float(np.clip(np.log((age_days + 2) / 60), -3.4, 2))
    with_share, with_age = float(share is not None), float(age_days is not None)
    columns = [ones, logarithm, logarithm**2 / 3, with_share * ones, reached * ones, reached * logarithm]
    columns += [with_age * ones, age * ones, age * logarithm, with_share * age * ones]
    return np.stack(columns, 1)
