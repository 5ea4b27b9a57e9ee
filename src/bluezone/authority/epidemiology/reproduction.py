"""Estimate the reproduction number over time from daily counts of cases. Pure.

Method: Cori, Ferguson, Fraser, Cauchemez (2013), A new framework and software to estimate time-varying reproduction
numbers during epidemics, American Journal of Epidemiology 178:1505. Cases of a day are Poisson around R times the
infectivity of earlier cases; with a gamma prior R has a gamma posterior over a window of days. Tests hold it to
published results of the authors' package EpiEstim. The first day's cases came from elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW_DAYS = 7
#: shape and scale of the prior: mean 5, standard deviation 5, so that an outbreak is not thought over too soon
_PRIOR_SHAPE, _PRIOR_SCALE = 1.0, 5.0
#: of the standard normal distribution, for 95 of 100
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Hold the estimate of the window that ends on the day of this index: posterior mean, standard deviation, and the
    2.5th and 97.5th percentile."""

    day: int
    cases: int
    mean: float
    deviation: float
    low: float
    high: float


def serial_weights(mean: float, deviation: float, days: int) -> list[float]:
    """Return the chance of each serial interval from 0 days on: a gamma distribution that begins at one day, cut into
    days (web appendix 11 of the paper). `mean` is over 1."""
    shape, scale = ((mean - 1) / deviation) ** 2, deviation**2 / (mean - 1)

    def below(x: float, of: float) -> float:
        return gamma_cdf(x / scale, of) if x > 0 else 0.0

    found = []
    for k in range(days):
        chance = k * below(k, shape) + (k - 2) * below(k - 2, shape) - 2 * (k - 1) * below(k - 1, shape)
        moved = 2 * below(k - 1, shape + 1) - below(k - 2, shape + 1) - below(k, shape + 1)
        found.append(max(0.0, chance + shape * scale * moved))
    return found


def estimates(cases: Sequence[int], weights: Sequence[float], window: int = WINDOW_DAYS) -> list[Reproduction]:
    """Return the estimates of windows from the second day on; none where no earlier case can have infected anybody."""
    days = range(len(cases))
    infectivity = [sum(cases[day - ago] * weights[ago] for ago in range(1, min(day + 1, len(weights)))) for day in days]
    found = []
    for last in range(window, len(cases)):
        count, pressure = sum(cases[last - window + 1 : last + 1]), sum(infectivity[last - window + 1 : last + 1])
        if pressure > 0:
            shape, scale = _PRIOR_SHAPE + count, 1 / (1 / _PRIOR_SCALE + pressure)
            low, high = (scale * gamma_quantile(chance, shape, z) for chance, z in ((0.025, -_Z), (0.975, _Z)))
            found.append(Reproduction(last, count, shape * scale, math.sqrt(shape) * scale, low, high))
    return found


def gamma_cdf(x: float, shape: float) -> float:
    """Return the regularised lower incomplete gamma function: its series below the mean, else Lentz's fraction."""
    if x <= 0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        step = shape
        while term > total * 1e-15:
            step += 1
            term *= x / step
            total += term
        return front * total
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    value, step = d, 0.0
    while True:
        step += 1
        a, b = -step * (step - shape), b + 2
        c, d = b + a / c, 1 / (b + a * d)
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            return 1 - front * value


def gamma_quantile(chance: float, shape: float, z: float) -> float:
    """Return the quantile at scale 1 by Newton's method, from Wilson's and Hilferty's guess of the normal one `z`."""
    x = max(shape * (1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3, 1e-3)
    for _step in range(50):
        density = math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape))
        moved = max(x - (gamma_cdf(x, shape) - chance) / density, x / 2)
        if abs(moved - x) < 1e-12 * x:
            break
        x = moved
    return x
