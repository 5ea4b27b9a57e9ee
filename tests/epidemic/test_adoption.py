from __future__ import annotations

import numpy as np
import pytest

from bluezone.epidemic.adoption import adopt
from bluezone.epidemic.demography import VIETNAM
from bluezone.epidemic.engine import word_of
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import App
from bluezone.epidemic.population import Population

WORD = word_of(3, 1)


@pytest.mark.parametrize("uptake", [0.0754, 0.15, 0.30, 0.60])
@pytest.mark.parametrize(("household", "unit"), [(0.0, 0.0), (0.6, 0.0), (0.3, 0.5)])
def test_the_uptake_asked_for_is_met(town: Population, uptake: float, household: float, unit: float) -> None:
    users, installed = adopt(town, App(uptake, household_clustering=household, unit_clustering=unit), WORD)
    assert installed == pytest.approx(uptake, abs=0.015)
    assert users.mean() == pytest.approx(installed)


def test_adoption_by_age_follows_ownership(town: Population) -> None:
    users, _ = adopt(town, App(0.3), WORD)
    by_age = np.array([users[town.persons["age"] == age].mean() for age in range(9)])
    expected = np.array(VIETNAM.demography.phone_ownership) * 0.3 / VIETNAM.demography.overall_ownership
    number = np.bincount(town.persons["age"])
    assert np.all(np.abs(by_age - expected) < 4 * np.sqrt(expected * (1 - expected) / number) + 0.005)


def _housemates_alike(population: Population, clustering: float) -> float:
    """How much likelier than anyone is the second of a household to have the app if the first has."""
    users, _ = adopt(population, App(0.3, household_clustering=clustering), WORD)
    adult = (population.persons["age"] >= 2) & (population.persons["age"] <= 5)
    first = np.flatnonzero(population.persons["home"] == np.arange(population.people))
    first = first[population.persons["home_size"][first] >= 2]
    both_adult = first[adult[first] & adult[first + 1]]
    return float(users[both_adult + 1][users[both_adult] == 1].mean() / users[both_adult + 1].mean())


def test_clustering_makes_housemates_alike(town: Population) -> None:
    assert _housemates_alike(town, 0.0) == pytest.approx(1.0, abs=0.12)
    assert _housemates_alike(town, 0.8) > 1.6


def test_activity_leaves_installs_idle(town: Population) -> None:
    users, installed = adopt(town, App(0.5, activity=0.4), WORD)
    assert users.mean() == pytest.approx(0.4 * installed, abs=0.015)


def test_nobody_has_the_app_at_no_uptake(town: Population) -> None:
    users, installed = adopt(town, App(0.0), WORD)
    assert installed == 0
    assert users.sum() == 0


def test_more_installs_than_phones_are_refused(town: Population) -> None:
    with pytest.raises(EpidemicError, match=r"own a phone; ask for 0\.6"):
        adopt(town, App(0.9), WORD)
