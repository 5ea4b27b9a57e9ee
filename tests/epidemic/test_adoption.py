from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bluezone.epidemic.adoption import adopt, sectors_of, shared_out
from bluezone.epidemic.demography import Parts, society_of
from bluezone.epidemic.engine import word_of
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import SECTORS, App, Group
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.records import LAST_DAY

VIETNAM = society_of("vietnam")

WORD = word_of(3, 1)


def adopted(population: Population, app: App) -> tuple[NDArray[np.bool_], float]:
    """Return who uses the app in the end, and the share of people who installed it."""
    since, installed = adopt(population, app, WORD)
    return since < LAST_DAY, installed


@pytest.mark.parametrize("uptake", [0.0754, 0.15, 0.30, 0.60])
@pytest.mark.parametrize(("household", "unit"), [(0.0, 0.0), (0.6, 0.0), (0.3, 0.5)])
def test_the_uptake_asked_for_is_met(town: Population, uptake: float, household: float, unit: float) -> None:
    users, installed = adopted(town, App(uptake, household_clustering=household, unit_clustering=unit))
    assert installed == pytest.approx(uptake, abs=0.015)
    assert users.mean() == pytest.approx(installed)


def test_adoption_by_age_follows_ownership(town: Population) -> None:
    users, _ = adopted(town, App(0.3))
    by_age = np.array([users[town.persons["age"] == age].mean() for age in range(9)])
    expected = np.array(VIETNAM.demography.phone_ownership) * 0.3 / VIETNAM.demography.overall_ownership
    number = np.bincount(town.persons["age"])
    assert np.all(np.abs(by_age - expected) < 4 * np.sqrt(expected * (1 - expected) / number) + 0.005)


def _housemates_alike(population: Population, clustering: float) -> float:
    """How much likelier than anyone is the second of a household to have the app if the first has."""
    users, _ = adopted(population, App(0.3, household_clustering=clustering))
    adult = (population.persons["age"] >= 2) & (population.persons["age"] <= 5)
    first = np.flatnonzero(population.persons["home"] == np.arange(population.people))
    first = first[population.persons["home_size"][first] >= 2]
    both_adult = first[adult[first] & adult[first + 1]]
    return float(users[both_adult + 1][users[both_adult] == 1].mean() / users[both_adult + 1].mean())


def test_clustering_makes_housemates_alike(town: Population) -> None:
    assert _housemates_alike(town, 0.0) == pytest.approx(1.0, abs=0.12)
    assert _housemates_alike(town, 0.8) > 1.6


def test_activity_leaves_installs_idle(town: Population) -> None:
    users, installed = adopted(town, App(0.5, activity=0.4))
    assert users.mean() == pytest.approx(0.4 * installed, abs=0.015)


def test_nobody_has_the_app_at_no_uptake(town: Population) -> None:
    users, installed = adopted(town, App(0.0))
    assert installed == 0
    assert users.sum() == 0


def test_more_installs_than_phones_are_refused(town: Population) -> None:
    with pytest.raises(EpidemicError, match=r"own a phone; ask for 0\.6"):
        adopt(town, App(0.9), WORD)


def test_installs_rise_as_a_ramp_says(town: Population) -> None:
    ramp = ((0, 0.08), (10, 0.08), (20, 0.30), (40, 0.30))
    since, installed = adopt(town, App(groups=(Group(ramp),)), WORD)
    assert installed == pytest.approx(0.30, abs=0.01)
    for day, share in ((0, 0.08), (10, 0.08), (15, 0.19), (20, 0.30), (60, 0.30)):
        assert (since <= day).mean() == pytest.approx(share, abs=0.01)
    later, _ = adopt(town, App(groups=(Group((*ramp[:2], (20, 0.4))),)), WORD)
    assert np.all(later <= since)  # who installs at 30 % does at 40 %, and no later


def test_each_group_installs_at_its_own_time_and_the_rest_as_the_uptake_says(town: Population) -> None:
    groups = (Group(((5, 0.4),), sector="pupils", from_age=1), Group(((9, 0.2),), from_age=5))
    since, _ = adopt(town, App(0.1, start_day=3, groups=groups), WORD)
    age, sector = town.persons["age"], sectors_of(WORD, town.persons, 0.05, 0.15, 0.1)
    first = (sector == SECTORS.index("pupils")) & (age >= 1)
    second = ~first & (age >= 5)
    for who, day, share in ((first, 5, 0.4), (second, 9, 0.2), (~first & ~second, 3, 0.1)):
        assert set(np.unique(since[who])) == {day, LAST_DAY}
        assert (since[who] == day).mean() == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize(
    ("total", "wanted", "owners", "shared"),
    [  # of two times; groups in order, everybody else last
        ([10, 30], [], [70], [[10, 30]]),
        ([10, 30], [[4, 9]], [10, 60], [[4, 9], [6, 21]]),
        ([10, 30], [[40, 40]], [10, 60], [[10, 10], [0, 20]]),  # no more than own a phone
        ([10, 30], [[20, 20], [5, 5]], [40, 40, 40], [[8, 20], [2, 5], [0, 5]]),  # more than there are
        ([10, 12], [[4, 20]], [30, 60], [[4, 6], [6, 6]]),  # nobody uninstalls
        ([10, 40], [[4, 4], [0, 0]], [16, 12, 15], [[4, 14.5], [0, 10.5], [6, 15]]),  # no phones left but in the groups
        ([10, 10], [[2, 1]], [30, 60], [[2, 2], [8, 8]]),
        ([10, 90], [[2, 2]], [30, 60], [[2, 30], [8, 60]]),  # all who own a phone
    ],
)
def test_installs_of_groups_and_all_others_are_the_total(total, wanted, owners, shared) -> None:
    made = shared_out(np.array(total), np.array(wanted).reshape(-1, 2), np.array(owners, dtype=float))
    assert made.tolist() == [pytest.approx(row) for row in shared]


def test_a_group_of_everybody_takes_what_the_sectors_leave(town: Population) -> None:
    groups = (
        Group(((0, 0.05), (10, 0.9)), sector="pupils"),
        Group(((0, 0.4), (10, 0.4)), sector="officials"),
        Group(((0, 0.10), (10, 0.5)), of_everybody=True),
    )
    since, installed = adopt(town, App(groups=groups), WORD)
    assert installed == pytest.approx(0.5, abs=0.01)
    assert (since <= 0).mean() == pytest.approx(0.10, abs=0.01)
    assert (since <= 5).mean() == pytest.approx(0.30, abs=0.01)
    sector, own = sectors_of(WORD, town.persons, 0.05, 0.15, 0.1), np.array(VIETNAM.demography.phone_ownership)
    pupils, officials = (sector == SECTORS.index(name) for name in ("pupils", "officials"))
    owners = own[town.persons["age"][pupils]].mean()
    assert owners < 0.9  # who is asked for more than that is not refused
    assert (since[pupils] <= 10).mean() == pytest.approx(owners, abs=0.03)
    assert (since[officials] <= 0).mean() == pytest.approx(0.4, abs=0.05)
    with pytest.raises(EpidemicError, match="of all people who own a phone"):
        adopt(town, App(groups=(Group(((0, 0.9),), of_everybody=True),)), WORD)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ((Group(((0, 0.1),), of_everybody=True), Group(((0, 0.1),))), "must be the last"),
        ((Group(((0, 0.1),), sector="pupils", of_everybody=True),), "no sector, part or age"),
        ((Group(((1, 0.1),), sector="pupils"), Group(((0, 0.1),), of_everybody=True)), "same days"),
    ],
)
def test_a_group_of_everybody_stands_alone_at_the_end(groups: tuple[Group, ...], said: str) -> None:
    with pytest.raises(EpidemicError, match=said):
        App(groups=groups)


def test_a_part_of_the_place_can_have_an_uptake_of_its_own() -> None:
    parts = Parts(("Chợ", "Ruộng"), (3_000, 7_000), ("a", "b"))
    people = build_population(10_000, 1, society=replace(VIETNAM, parts=parts))
    since, _ = adopt(people, App(0.1, groups=(Group(((0, 0.5),), part="Ruộng"),)), WORD)
    assert (people.part_of == 1).mean() == pytest.approx(0.7, abs=0.01)
    assert (since[people.part_of == 1] == 0).mean() == pytest.approx(0.5, abs=0.02)
    assert (since[people.part_of == 0] == 0).mean() == pytest.approx(0.1, abs=0.02)
    with pytest.raises(EpidemicError, match="no part 'Chùa'"):
        adopt(people, App(groups=(Group(((0, 0.5),), part="Chùa"),)), WORD)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"installed": ()}, "rising days"),
        ({"installed": ((3, 0.2), (1, 0.3))}, "rising days"),
        ({"installed": ((3, 0.2), (9, 0.1))}, "never fall"),
        ({"installed": ((3, 1.2),)}, "between 0 and 1"),
        ({"installed": ((3, 0.2),), "sector": "soldiers"}, "no sector"),
        ({"installed": ((3, 0.2),), "from_age": 5, "to_age": 2}, "must be between"),
    ],
)
def test_installs_that_mean_nothing_are_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(EpidemicError, match=said):
        Group(**wrong)
