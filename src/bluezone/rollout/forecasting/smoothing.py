"""Carry a curve on by exponential smoothing with a damped trend, fitted to the curve alone.

Between two readings the gain of a day is their mean. A trend is the gain of the day, smoothed, and fades by a factor a
day: how fast it follows and how fast it fades are those of a grid that would have foretold each next day's gain best
(Gardner and McKenzie 1985; the level follows the totals exactly, as totals of which every day is known should).
"""

from __future__ import annotations

import numpy as np

from bluezone.rollout.forecasting.features import Curve, Floats

#: No more of the past than this is smoothed.
PAST_DAYS = 150
_FADING = np.array([0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98])
_FOLLOWING = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0])
_GRID_FADING = np.repeat(_FADING, len(_FOLLOWING))
_GRID_FOLLOWING = np.tile(_FOLLOWING, len(_FADING))


def daily_gains(curve: Curve) -> Floats:
    """Return the gain of each day of the last months, from the first reading on; at least two readings."""
    first = max(curve.days[0], curve.days[-1] - PAST_DAYS)
    every = np.arange(first, curve.days[-1] + 1)
    gains: Floats = np.diff(np.interp(every, curve.days, curve.totals))
    return gains


def smoothed_gains(curve: Curve, horizons: Floats) -> Floats:
    """Return the gain at each horizon."""
    gains = daily_gains(curve)
    # A trend is `known` + `first` times the trend of the day before the first, which is fitted as well.
    known, first = np.zeros_like(_GRID_FADING), np.ones_like(_GRID_FADING)
    squares, products, weights = np.zeros((3, len(_GRID_FADING)))
    for gain in gains:
        known, first = _GRID_FADING * known, _GRID_FADING * first
        error = gain - known
        squares += error * error
        products += error * first
        weights += first * first
        known, first = known + _GRID_FOLLOWING * error, first * (1 - _GRID_FOLLOWING)
    started = np.maximum(products / weights, 0)
    missed = squares - 2 * started * products + started * started * weights
    best = int(np.argmin(missed))
    trend, fading = max(float(known[best] + first[best] * started[best]), 0.0), _GRID_FADING[best]
    found: Floats = trend * fading * (1 - fading**horizons) / (1 - fading)
    return found
