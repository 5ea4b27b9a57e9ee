"""Tabulate how long two people are near each other: what infection and detection both depend on."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from bluezone.epidemic import records
from bluezone.epidemic.demography import Hours, Mixing
from bluezone.epidemic.population import Population
from bluezone.epidemic.quantiles import QUANTILES

#: -log(1 - u) at u = 0, 1 / QUANTILES, ...; the last is not used (`candidates.exponential`).
EXPONENTIAL: Final = -np.log1p(-np.append(np.arange(QUANTILES) / QUANTILES, 1 - 2.0**-33))


def hours_quantiles(hours: Hours) -> NDArray[np.float64]:
    """Return quantiles of the hours that two are together on a day they meet, in rising order."""
    u = (np.arange(records.HOURS_STEPS) + 0.5) / records.HOURS_STEPS
    drawn = hours.median * np.exp(hours.spread * scipy.special.ndtri(u))
    return np.asarray(np.clip(drawn, hours.shortest, hours.longest))


def at_home(mixing: Mixing) -> NDArray[np.float64]:
    """Return what an hour with one housemate weighs, by size of the household; an hour elsewhere weighs 1."""
    mates = np.maximum(np.arange(records.HOME_SIZES) - 1.0, 1.0)
    return np.asarray(mixing.home_weight * mates**-mixing.home_sharing)


def detection_rate(population: Population, hours: NDArray[np.float64], detection: float) -> float:
    """Return the rate an hour at which phones notice each other: so that of the contacts outside the home, a day each,
    a share `detection` makes an alert. Infinite where all do."""
    if detection >= 1:
        return math.inf
    ties = float(population.persons["tie_number"].sum()) * population.society.mixing.unit_daily_share
    weights = np.array([ties, float(len(population.stubs))])
    if detection <= 0 or weights.sum() == 0:
        return 0.0 if detection <= 0 else -math.log1p(-detection)
    weights /= weights.sum()

    def missed(rate: float) -> float:
        return float(weights @ np.exp(-rate * hours[records.IN_UNIT :]).mean(axis=1)) - (1 - detection)

    return float(scipy.optimize.brentq(missed, 0.0, 50.0 / float(hours[records.IN_UNIT :].min()), xtol=1e-9))
