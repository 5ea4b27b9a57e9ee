"""What is drawn covers a truth that was made up, as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.posterior import Posterior, abc


def outbreak(parameters: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return weekly cases of a branching process: how many begin, and how many each infects in each of three weeks."""
    cases, now = [], generator.poisson(np.exp(parameters[0]))
    for growth in parameters[1:]:
        now = generator.poisson(3 * growth * now)
        cases.append(now)
    return np.array(cases, dtype=float)


LOW, HIGH = [3.0, 0.1, 0.1, 0.1], [6.0, 1.0, 1.0, 1.0]


def fitted(seen: np.ndarray, seed: int, **how: int) -> Posterior:
    def distance(parameters: np.ndarray, run: int) -> float:
        got = outbreak(parameters, np.random.default_rng([seed, run]))
        return float(np.abs(np.log((got + 1) / (seen + 1))).max())

    return abc(LOW, HIGH, distance, np.random.default_rng(seed), **how)


def test_nine_of_ten_intervals_hold_a_truth_drawn_from_the_prior() -> None:
    chance = np.random.default_rng(7)
    held = []
    for seed in range(30):
        truth = np.array(LOW) + (np.array(HIGH) - np.array(LOW)) * chance.random(4)
        found = fitted(outbreak(truth, chance), seed, particles=60, generations=4).interval()
        held += list((found[0] <= truth) & (truth <= found[2]))
    assert 0.83 < np.mean(held) < 0.97  # of 120; three standard errors about 0.9 are 0.82 and 0.98


def test_what_cases_tell_narrows_the_prior_and_more_generations_come_nearer() -> None:
    truth = np.array([5.0, 0.4, 0.6, 0.3])
    seen = outbreak(truth, np.random.default_rng(1))
    few, many = (fitted(seen, 3, particles=80, generations=number) for number in (1, 5))
    assert many.tolerance < few.tolerance / 2
    width = many.interval()[2] - many.interval()[0]
    assert np.all(width[2:] < 0.75 * 0.9 * 0.9)  # of weeks whose cases and those of the week before are known
    assert many.weights.sum() == pytest.approx(1)
    again = fitted(seen, 3, particles=80, generations=5)
    assert np.array_equal(again.particles, many.particles)


@pytest.mark.parametrize(("low", "high", "particles"), [([1], [0], 50), ([0, 0], [1], 50), ([0], [1], 3)])
def test_what_cannot_be_drawn_is_refused(low: list[float], high: list[float], particles: int) -> None:
    with pytest.raises(EpidemicError, match="a range for each parameter"):
        abc(low, high, lambda *_: 0.0, np.random.default_rng(1), particles=particles)
