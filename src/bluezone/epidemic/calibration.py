"""Find how infectious a strain must be for a wanted reproduction number in a given society."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from bluezone.epidemic.demography import Society
from bluezone.epidemic.disease import Disease
from bluezone.epidemic.engine import simulate
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import Diagnosis, Isolation
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.scenario import Scenario

_PEOPLE = 300_000
#: Infections in the generation that is counted as caused, at most: so few that hardly two meet the same people.
_CAUSED = 6_000


def nothing_done(disease: Disease, days: int, initial_infections: int) -> Scenario:
    """Return the scenario of an outbreak nobody does anything about."""
    return Scenario(
        days=days,
        disease=disease,
        initial_infections=initial_infections,
        diagnosis=Diagnosis(symptomatic_share=0.0, background_daily_share=0.0),
        isolation=Isolation(symptomatic_share=0.0, household_of_case=False, case_compliance=0.0),
    )


@lru_cache(maxsize=2)
def _population(society: Society) -> Population:
    return build_population(_PEOPLE, 20, society=society)


def reproduction_number(society: Society, disease: Disease) -> float:
    """Measure the mean number of people infected by those of the second generation of an outbreak nobody does anything
    about.

    Measured by simulation (300,000 people, 12 seeds, standard error about 2 %). The first generation is left out, as
    those brought from outside are not like those infected here. It counts all that limits the start of a real outbreak,
    such as housemates already infected, and nothing of its later course.
    """
    days = math.ceil(3 * (disease.generation.mean + 4 * disease.generation.sd))
    first = 200
    if disease.transmission_rate > 0:  # so many that the third generation has about `_CAUSED` people
        second, third = _generations(society, disease, days, 5, seeds=2)
        growth = max(third, second, 10) / 10
        first = max(5, min(2000, int(5 * _CAUSED / max(1.0, 5 * growth))))
    second, third = _generations(society, disease, days, first)
    return third / second if second else 0.0


def _generations(society: Society, disease: Disease, days: int, initial: int, seeds: int = 12) -> tuple[int, int]:
    """People infected in the second and in the third generation, over all seeds."""
    scenario = nothing_done(disease, days, initial)
    sizes = np.zeros(4, dtype=np.int64)
    for seed in range(seeds):
        world = simulate(_population(society), scenario, seed, generations=3).world
        sizes += np.bincount(world.courses["generation"][world.states["infected_day"] >= 0], minlength=4)[:4]
    return int(sizes[2]), int(sizes[3])


@lru_cache(maxsize=64)
def rate_for(society: Society, disease: Disease, r0: float) -> float:
    """Find the `Disease.transmission_rate` that gives a reproduction number in a society, to 1 %. Deterministic.

    Raises EpidemicError for a number that cannot be reached.
    """
    if not 0 < r0 <= 20:
        raise EpidemicError(f"a reproduction number of {r0:g} cannot be simulated; ask for one between 0.1 and 20")
    low, r_low = 0.0, 0.0
    high, r_high = 0.0, 0.0
    rate = 0.12 * r0
    for _ in range(25):
        r = reproduction_number(society, replace(disease, transmission_rate=rate))
        if abs(r / r0 - 1) < 0.01:
            return rate
        if r < r0:
            low, r_low = rate, r
        else:
            high, r_high = rate, r
        rate = low + (high - low) * (r0 - r_low) / (r_high - r_low) if high else 2 * rate
    raise EpidemicError(f"people of {society.demography.name} meet too few others for a reproduction number of {r0:g}")
