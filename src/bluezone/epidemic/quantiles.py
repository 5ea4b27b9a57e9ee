"""Tabulate the quantiles of distributions: one hash, one look-up, no special functions at run time."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from bluezone.epidemic.errors import EpidemicError

#: Entries of a table, a power of two; entry k holds the quantile at (k + 1/2) / QUANTILES.
QUANTILES: Final = 1024
_MIDPOINTS: Final = (np.arange(QUANTILES) + 0.5) / QUANTILES


def _check(mean: float, sd: float) -> None:
    if not (mean > 0 and sd > 0):
        raise EpidemicError(f"a duration needs a mean and a standard deviation above 0, not {mean:g} and {sd:g}")


def gamma_cdf(mean: float, sd: float, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the gamma distribution's cumulative probability."""
    _check(mean, sd)
    return np.asarray(scipy.special.gammainc((mean / sd) ** 2, at * mean / sd**2))


def gamma_quantiles(mean: float, sd: float) -> NDArray[np.float64]:
    """Return quantiles of a gamma distribution."""
    _check(mean, sd)
    return np.asarray(scipy.special.gammaincinv((mean / sd) ** 2, _MIDPOINTS) * sd**2 / mean)


def lognormal_quantiles(mean: float, sd: float) -> NDArray[np.float64]:
    """Return quantiles of a log-normal distribution given by its own mean and standard deviation."""
    _check(mean, sd)
    variance = math.log(1 + (sd / mean) ** 2)
    return np.asarray(np.exp(math.log(mean) - variance / 2 + math.sqrt(variance) * scipy.special.ndtri(_MIDPOINTS)))


def whole_days(quantiles: NDArray[np.float64], least: int = 1) -> NDArray[np.int16]:
    """Return durations rounded to days, none shorter than `least`."""
    return np.maximum(np.rint(quantiles), least).astype(np.int16)


def negative_binomial_quantiles(mean: float, sd: float) -> NDArray[np.uint16]:
    """Return quantiles of a number of contacts: fixed where sd is 0, negative binomial where sd**2 > mean, else
    Poisson.

    The table's own mean is brought back to `mean` within half a step by moving its largest entries.
    """
    if mean == 0 or sd == 0:
        return np.full(QUANTILES, round(mean), dtype=np.uint16)
    k = np.arange(int(mean + 40 * max(sd, math.sqrt(mean))) + 10)
    if sd**2 > mean * (1 + 1e-9):
        cdf = scipy.special.betainc(mean**2 / (sd**2 - mean), k + 1.0, mean / sd**2)
    else:
        cdf = scipy.special.gammaincc(k + 1.0, mean)
    table = np.searchsorted(cdf, _MIDPOINTS).astype(np.int64)
    missing = round(mean * QUANTILES) - int(table.sum())
    for step in range(abs(missing)):
        table[-1 - step % (QUANTILES // 8)] += 1 if missing > 0 else -1
    return table.astype(np.uint16)
