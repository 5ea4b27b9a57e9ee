"""Compute the median of a gamma distribution: the NHS policy turns a mean and a variance into a distance with it.

Exact (to 1e-9, relative) where it matters: the regularised lower incomplete gamma function P(k, x) is summed as a power
series and P = 1/2 solved by Newton's method on a grid of shapes once; in between the logarithm of the median is
interpolated by cubics. Above the grid the asymptotic series is as exact.
Sources: NIST Digital Library of Mathematical Functions 8.7.1 (series), 8.11.8 ff.; Choi, Proc. AMS 121 (1994) 245
(asymptotic series of the median).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

_LOWEST, _HIGHEST, _NODES = 0.02, 50.0, 2048
_LOG_LOWEST = math.log(_LOWEST)
_STEP = (math.log(_HIGHEST) - _LOG_LOWEST) / (_NODES - 1)
_MOST_TERMS, _ITERATIONS = 400, 60


def gamma_median(shape: float, log_medians: Sequence[float]) -> float:
    """Return the median of a gamma distribution of scale 1; `log_medians`: as `log_medians` makes them.

    Below a shape of 0.02 it is as good as 0, and 0 is what is said.
    """
    if shape > _HIGHEST:
        k2 = shape * shape
        correction = 8 / (405 * shape) + 184 / (25515 * k2) + 2248 / (3444525 * k2 * shape)
        return shape - 1 / 3 + correction - 19006408 / (15345358875 * k2 * k2)
    if not shape >= _LOWEST:  # false for NaN too
        return 0.0
    position = (math.log(shape) - _LOG_LOWEST) / _STEP
    left = min(max(int(position), 1), _NODES - 3)
    t = position - left
    return math.exp(
        -t * (t - 1) * (t - 2) / 6 * log_medians[left - 1]
        + (t + 1) * (t - 1) * (t - 2) / 2 * log_medians[left]
        - (t + 1) * t * (t - 2) / 2 * log_medians[left + 1]
        + (t + 1) * t * (t - 1) / 6 * log_medians[left + 2]
    )


@cache
def log_medians() -> tuple[float, ...]:
    """Return the logarithm of the median at each shape of the grid. Made at first use, in about a tenth of a second."""
    medians: list[float] = []
    for node in range(_NODES):
        shape = math.exp(_LOG_LOWEST + _STEP * node)
        # From its neighbour; the first from below: for small x, P is nearly x^k / (k Gamma(k)).
        guess = medians[-1] if medians else (math.lgamma(shape) + math.log(shape / 2)) / shape
        medians.append(_log_median(shape, guess))
    return tuple(medians)


def _log_median(shape: float, log_x: float) -> float:
    log_gamma = math.lgamma(shape)
    for _ in range(_ITERATIONS):
        x = math.exp(log_x)
        density = math.exp(shape * log_x - x - log_gamma)  # dP / d log x
        step = (density * _series(shape, x) - 0.5) / density
        log_x -= max(-1.0, min(1.0, step))
        if abs(step) < 1e-13:
            break
    return log_x


def _series(shape: float, x: float) -> float:
    """Return P(k, x) / (x^k e^-x / Gamma(k)) = 1/k + x/(k (k+1)) + ..."""
    term = 1 / shape
    summed = term
    for n in range(1, _MOST_TERMS):
        term *= x / (shape + n)
        summed += term
        if term < 1e-18 * summed:
            break
    return summed
