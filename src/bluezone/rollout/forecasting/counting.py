"""Spread a distribution of gains over whole installs: those of a commune are few, and how many come is left to chance
even where the pace is known (Poisson).

The pool learnt its spreads on countries, whose gains are so large that this does not show.
"""

from __future__ import annotations

import numpy as np

from bluezone.rollout.forecasting.features import Floats

#: Of more installs than this the scatter is under 3 % of the gain, and lost in the spread of the pace.
MOST_COUNTED = 1500.0


def poisson_at_most(counts: Floats, means: Floats) -> Floats:
    """Return the chance that a Poisson count of such a mean is at most so many, to 0.002; 0 below none.

    By the chi-squared variable that has the same chance, whose cube root is nearly normal (Wilson and Hilferty 1931);
    the normal distribution by a logistic of a cubic (Page 1977).
    """
    whole = np.floor(counts + 1e-9)
    freedom = 2 * np.maximum(whole + 1, 1)
    variance = 2 / (9 * freedom)
    distance = np.clip((np.cbrt(2 * means / freedom) - (1 - variance)) / np.sqrt(variance), -8, 8)
    chance = 1 / (1 + np.exp(1.5976 * distance + 0.070566 * distance**3))
    some: Floats = np.where(whole > 0, chance, np.exp(-means))
    return np.where(whole < 0, 0.0, some)
