"""Compute the median of a gamma distribution, on arrays: the NHS policy turns a mean and a variance into a distance
with it.

SciPy has it, but a phone has numpy only. Exact (to 1e-9, relative) where it matters: the regularised lower incomplete
gamma function P(k, x) is summed as a power series and P = 1/2 solved by Newton's method on a grid of shapes once; in
between the logarithm of the median is interpolated by cubics. Above the grid the asymptotic series is as exact.
Sources: NIST Digital Library of Mathematical Functions 8.7.1 (series), 8.11.8 ff.; Choi, Proc. AMS 121 (1994) 245
(asymptotic series of the median).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from bluezone.exposure.scan_table import FloatArray

_LOWEST, _HIGHEST, _NODES = 0.02, 50.0, 2048
_TERMS, _ITERATIONS = 160, 60


def gamma_median(shape: FloatArray) -> FloatArray:
    """Return the median of gamma distributions of scale 1. Below a shape of 0.02 it is as good as 0, and 0 is what
    is said."""
    result = np.zeros_like(shape)
    large = shape > _HIGHEST
    k = shape[large]
    result[large] = (
        k - 1 / 3 + 8 / (405 * k) + 184 / (25515 * k**2) + 2248 / (3444525 * k**3) - 19006408 / (15345358875 * k**4)
    )
    middle = (shape >= _LOWEST) & ~large
    result[middle] = np.exp(_interpolate(np.log(shape[middle])))
    return result


def _interpolate(log_shape: FloatArray) -> FloatArray:
    """Cubic (four-point Lagrange) interpolation of the logarithm of the median."""
    step = (math.log(_HIGHEST) - math.log(_LOWEST)) / (_NODES - 1)
    position = (log_shape - math.log(_LOWEST)) / step
    left = np.clip(position.astype(np.int64), 1, _NODES - 3)
    t = position - left
    node = _log_median_nodes()
    return (
        -t * (t - 1) * (t - 2) / 6 * node[left - 1]
        + (t + 1) * (t - 1) * (t - 2) / 2 * node[left]
        - (t + 1) * t * (t - 2) / 2 * node[left + 1]
        + (t + 1) * t * (t - 1) / 6 * node[left + 2]
    )


@cache
def _log_median_nodes() -> FloatArray:
    shape = np.exp(np.linspace(math.log(_LOWEST), math.log(_HIGHEST), _NODES))
    log_gamma = np.array([math.lgamma(k) for k in shape])
    # From below: for small x, P is nearly x^k / (k Gamma(k)); for shapes above 1 the mean less a third is near.
    log_x = np.where(shape < 1, (log_gamma + np.log(shape / 2)) / shape, np.log(np.maximum(shape - 1 / 3, 0.1)))
    for _ in range(_ITERATIONS):
        x = np.exp(log_x)
        density = np.exp(shape * log_x - x - log_gamma)  # dP / d log x
        step = (density * _series(shape, x) - 0.5) / density
        log_x -= np.clip(step, -1, 1)
        if np.max(np.abs(step)) < 1e-13:
            break
    return log_x


def _series(shape: FloatArray, x: FloatArray) -> FloatArray:
    """P(k, x) / (x^k e^-x / Gamma(k)) = 1/k + x/(k (k+1)) + ..."""
    term = 1 / shape
    total = term.copy()
    for n in range(1, _TERMS):
        term = term * x / (shape + n)
        total += term
    return total
