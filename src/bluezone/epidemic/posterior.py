"""Draw what a model's parameters may have been, given what was seen: approximate Bayesian computation by sequential
Monte Carlo (Toni et al. 2009, doi:10.1098/rsif.2008.0172).

Particles are drawn from the prior and kept where the model comes near to what was seen; each generation moves those of
the one before a little and is kept where it comes nearer. Nothing is asked of the model but that it can be run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.errors import EpidemicError

Floats = NDArray[np.float64]
#: Runs the model with a particle and a number of its own, and says how far it comes from what was seen.
Distance = Callable[[Floats, int], float]

#: Share of a generation that is near enough for the next; and runs for one particle after which a search ends.
_NEARER: Final = 0.5
_TRIES: Final = 40


@dataclass(frozen=True, slots=True)
class Posterior:
    """Hold particles (draw, parameter) with their weights, which sum to 1; how near all of them came, and how many runs
    that took."""

    particles: Floats
    weights: Floats
    tolerance: float
    runs: int

    def interval(self, level: float = 0.9) -> Floats:
        """Return (lower, median, upper) of each parameter: between the ends it lies with a probability of `level`."""
        ends = ((1 - level) / 2, 0.5, (1 + level) / 2)
        order = np.argsort(self.particles, axis=0)
        found = np.empty((3, self.particles.shape[1]))
        for k in range(self.particles.shape[1]):
            share = np.cumsum(self.weights[order[:, k]])
            at = np.minimum(np.searchsorted(share, ends), len(share) - 1)
            found[:, k] = self.particles[order[at, k], k]
        return found


def abc(
    low: Sequence[float], high: Sequence[float], distance: Distance, generator: np.random.Generator, *,
    particles: int = 200, generations: int = 6,
) -> Posterior:  # fmt: skip
    """Return the posterior under a uniform prior between `low` and `high`. Deterministic for a generator.

    It ends after so many generations, or before where hardly any run comes nearer. Raises EpidemicError for bounds or
    numbers that mean nothing.
    """
    least, most = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if len(least) != len(most) or not np.all(least < most) or particles < 10:
        raise EpidemicError("a posterior needs a range for each parameter, and 10 particles or more")
    drawn = least + (most - least) * generator.random((2 * particles, len(least)))
    away = np.array([distance(each, run) for run, each in enumerate(drawn)])
    nearest = np.argsort(away)[:particles]
    now = Posterior(drawn[nearest], np.full(particles, 1 / particles), float(away[nearest].max()), 2 * particles)
    away = away[nearest]
    for _ in range(generations - 1):
        tolerance = float(np.quantile(away, _NEARER))
        later = _next(now, tolerance, least, most, distance, generator)
        if later is None:
            break
        now, away = later
    return now


def _next(
    before: Posterior, tolerance: float, least: Floats, most: Floats, distance: Distance,
    generator: np.random.Generator,
) -> tuple[Posterior, Floats] | None:  # fmt: skip
    """Return a generation that came nearer, with how near each came; None where that takes too many runs."""
    number, size = before.particles.shape
    mean = before.weights @ before.particles
    spread = np.sqrt(2 * before.weights @ (before.particles - mean) ** 2) + 1e-12  # of the kernel: twice the variance
    found, away, run = np.empty((number, size)), np.empty(number), before.runs
    kept = 0
    while kept < number:
        if run - before.runs > _TRIES * number:
            return None
        parent = before.particles[generator.choice(number, p=before.weights)]
        tried = parent + spread * generator.standard_normal(size)
        if np.any(tried < least) or np.any(tried > most):
            continue
        run += 1
        reached = distance(tried, run)
        if reached <= tolerance:
            found[kept], away[kept] = tried, reached
            kept += 1
    steps = (found[:, None, :] - before.particles[None, :, :]) / spread
    weights = 1 / (np.exp(-(steps**2).sum(axis=2) / 2) @ before.weights)  # over a uniform prior
    return Posterior(found, weights / weights.sum(), tolerance, run), away
