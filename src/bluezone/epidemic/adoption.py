"""Choose who has the app, and other random shares of people.

People are ranked once, so those who have the app at 15 % are among those who have it at 30 %.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.hashing import ACTIVE, ADOPTS, ADOPTS_AS, COMPLY, IMMUNE, OWNS_PHONE, draw, unit
from bluezone.epidemic.interventions import App
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.population import Population
from bluezone.epidemic.records import B8, F32, F64, I64, U8, Records


@kernel
def rank_people(seed: np.uint64, persons: Records, ownership: F64, by_household: float, by_unit: float) -> F32:
    """Return each person's rank in [0, 1) for adoption; 2 for those without a phone.

    Someone takes the household's draw, the unit's, or their own; each is uniform, so ranks are.
    """
    ranks = np.empty(len(persons), dtype=np.float32)
    name = persons[0].key
    for i in range(len(persons)):
        if persons[i].home == i:  # the household is called after the smallest key in it
            name = persons[i].key
            for j in range(i, i + persons[i].home_size):
                name = min(name, persons[j].key)
        me = np.uint64(persons[i].key)
        if unit(draw(seed, me, OWNS_PHONE, 0)) >= ownership[persons[i].age]:
            ranks[i] = 2.0
            continue
        u = unit(draw(seed, me, ADOPTS_AS, 0))
        if u < by_household:
            ranks[i] = unit(draw(seed, np.uint64(name), ADOPTS, 1))
        elif u < by_household + by_unit:
            ranks[i] = unit(draw(seed, np.uint64(persons[i].unit), ADOPTS, 2))
        else:
            ranks[i] = unit(draw(seed, me, ADOPTS, 0))
    return ranks


@kernel
def choose(seed: np.uint64, persons: Records, purpose: int, share: float, ranks: F32, bound: float) -> U8:
    """Return 1 for a random share of those ranked below the bound (of everybody, if there are no ranks)."""
    chosen = np.zeros(len(persons), dtype=np.uint8)
    for i in range(len(persons)):
        ranked = len(ranks) == 0 or ranks[i] < bound
        if ranked and unit(draw(seed, np.uint64(persons[i].key), purpose, 0)) < share:
            chosen[i] = 1
    return chosen


@kernel
def moved(seed: np.uint64, keys: I64, share: float) -> B8:
    """Return of each key whether its person is among the share that does what is asked (`meetings.trait`)."""
    acts = np.empty(len(keys), dtype=np.bool_)
    for k in range(len(keys)):
        acts[k] = unit(draw(seed, np.uint64(keys[k]), COMPLY, 0)) < share
    return acts


def adopt(population: Population, app: App, seed: np.uint64) -> tuple[NDArray[np.uint8], float]:
    """Return (who uses the app, the share of people who installed it). The share meets `app.uptake` to within chance.

    Raises EpidemicError if fewer people own a phone than are to install.
    """
    if app.uptake <= 0:
        return np.zeros(population.people, dtype=np.uint8), 0.0
    ranks = rank_people(
        seed,
        population.persons,
        np.asarray(population.society.demography.phone_ownership, dtype=np.float64),
        float(app.household_clustering),
        float(app.unit_clustering),
    )
    owners = int(np.count_nonzero(ranks < 1.5)) / population.people
    if app.uptake > owners:
        raise EpidemicError(
            f"an uptake of {app.uptake:.2%} is more than the {owners:.2%} of these people who own a phone; "
            f"ask for {int(owners * 10000) / 10000:.4f} or less"
        )
    bound = app.uptake / owners
    users = choose(seed, population.persons, ACTIVE, float(app.activity), ranks, bound)
    return users, int(np.count_nonzero(ranks < bound)) / population.people


def immune(population: Population, share: float, seed: np.uint64) -> NDArray[np.bool_]:
    """Choose a random share of people, by key, who cannot be infected from the start."""
    nobody = np.empty(0, dtype=np.float32)
    return choose(seed, population.persons, IMMUNE, share, nobody, 0.0).astype(np.bool_)
