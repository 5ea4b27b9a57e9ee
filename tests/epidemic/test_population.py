from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.epidemic import scenario as scenarios
from bluezone.epidemic.demography import FILE, Demography, Mixing, Society, read_society, society_of
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.population import MAX_PEOPLE, Population, build_population, expected_bytes_per_person
from bluezone.epidemic.scenario import Scenario
from bluezone.geography.country import chosen
from epidemic_validation.britain import UNITED_KINGDOM

VIETNAM = society_of("vietnam")


def test_ages_are_exactly_the_census_shares(town: Population) -> None:
    counts = np.bincount(town.persons["age"], minlength=9)
    assert np.abs(counts - np.array(VIETNAM.demography.age_shares) * town.people).max() <= 1


def test_household_sizes_follow_the_census_within_sampling_error(town: Population, household_sizes) -> None:
    sizes = household_sizes(town)
    expected = np.array(VIETNAM.demography.household_size_shares)
    observed = np.bincount(sizes, minlength=9)[1:9] / len(sizes)
    assert np.all(np.abs(observed - expected) < 4 * np.sqrt(expected * (1 - expected) / len(sizes)))
    assert sizes.mean() == pytest.approx(expected @ np.arange(1, 9), rel=0.02)


def test_members_of_a_household_are_contiguous(town: Population) -> None:
    persons = town.persons
    place = np.arange(town.people)
    assert np.all((persons["home"] <= place) & (place < persons["home"] + persons["home_size"]))


def test_hardly_a_household_is_headed_by_a_child(town: Population) -> None:
    firsts = town.persons["age"][town.persons["home"] == np.arange(town.people)]
    assert np.mean(firsts <= 1) < 0.02


def test_ties_are_mutual_and_within_one_occupation(town: Population) -> None:
    persons = town.persons
    source = np.repeat(np.arange(town.people), persons["tie_number"])
    forth = np.sort(source.astype(np.int64) * town.people + town.ties)
    back = np.sort(town.ties.astype(np.int64) * town.people + source)
    assert np.array_equal(forth, back)
    assert not np.any(source == town.ties)
    assert np.array_equal(persons["occupation"][source], persons["occupation"][town.ties])


def test_mean_contacts_are_those_of_the_mixing(town: Population) -> None:
    of_class = np.array([0, 0, 1, 1, 1, 1, 1, 2, 2])[town.persons["age"]]
    for kind, wanted in enumerate(VIETNAM.mixing.random_contacts):
        number = town.persons["stub_number"][of_class == kind]
        assert number.mean() == pytest.approx(wanted, abs=4 * number.std() / np.sqrt(len(number)) + 0.01)
    workers = town.persons["tie_number"][town.persons["occupation"] == 2]
    assert workers.mean() * VIETNAM.mixing.unit_daily_share == pytest.approx(3.0, rel=0.02)


def test_every_stub_lies_on_the_circle_of_its_owner(town: Population) -> None:
    assert np.array_equal(np.sort(town.stubs), np.arange(len(town.stubs)))
    owner = np.repeat(np.arange(town.people), town.persons["stub_number"])
    assert np.array_equal(town.owners[town.stubs], owner)
    circle = np.searchsorted(town.circles, town.stubs, side="right") - 1
    assert np.all((circle == 0) | (circle == 1 + town.persons["age"][owner]))
    assert np.mean(circle > 0) == pytest.approx(VIETNAM.mixing.assortativity, abs=0.02)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    first, again, other = (build_population(3000, seed) for seed in (4, 4, 5))
    assert np.array_equal(first.persons, again.persons)
    assert np.array_equal(first.owners, again.owners)
    assert not np.array_equal(first.ties, other.ties)


@settings(max_examples=15, deadline=None)
@given(people=st.integers(100, 3000), seed=st.integers(0, 2**40), uk=st.booleans())
def test_any_size_and_seed_gives_a_whole_population(people: int, seed: int, uk: bool) -> None:
    population = build_population(people, seed, society=UNITED_KINGDOM if uk else VIETNAM)
    assert population.people == people
    persons = population.persons
    assert persons["home_size"][persons["home"] == np.arange(people)].sum() == people
    assert np.all(population.ties < people)
    assert population.circles[-1] == len(population.stubs) == population.persons["stub_number"].sum()


def test_relabelling_keeps_every_relation(town: Population, relabel, household_sizes) -> None:
    moved = relabel(town, np.random.default_rng(3))
    place = np.empty(town.people, dtype=np.int64)
    place[moved.persons["key"]] = np.arange(town.people)  # where the person of each key is now
    old, new = town.persons, moved.persons
    assert not np.array_equal(old["key"], new["key"])
    assert np.array_equal(old["age"], new["age"][place])
    old_home_key = old["key"][old["home"]]
    # a household's members stay together, whoever now sits first
    first = np.minimum.reduceat(new["key"], np.flatnonzero(new["home"] == np.arange(town.people)))
    now_home_key = np.repeat(first, household_sizes(moved))
    assert np.array_equal(now_home_key[place], old_home_key)
    some = 17
    row = town.ties[old["tie_start"][some] : old["tie_start"][some] + old["tie_number"][some]]
    start = new["tie_start"][place[some]]
    assert np.array_equal(place[row], moved.ties[start : start + old["tie_number"][some]])


@pytest.mark.parametrize("people", [0, -5, 99, MAX_PEOPLE + 1])
def test_a_size_that_cannot_be_served_names_the_nearest_that_can(people: int) -> None:
    nearest = 100 if people < 100 else MAX_PEOPLE
    with pytest.raises(EpidemicError, match=f"ask for {nearest:,}"):
        build_population(people, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"age_shares": (0.5,) * 9}, "sum to 1"),
        ({"age_shares": (1.0,)}, "9 groups"),
        ({"household_size_shares": (1.2, -0.2)}, "not be negative"),
        ({"phone_ownership": (1.5,) * 9}, "between 0 and 1"),
    ],
)
def test_a_table_that_is_no_distribution_is_refused(change: dict[str, tuple[float, ...]], message: str) -> None:
    with pytest.raises(EpidemicError, match=message):
        replace(VIETNAM.demography, **change)


@pytest.mark.parametrize("change", [{"unit_daily_share": 0.0}, {"unit_contacts": (-1, 1, 1)}, {"unit_size": 0}])
def test_contacts_that_mean_nothing_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(EpidemicError, match="contacts"):
        replace(VIETNAM.mixing, **change)


def test_a_population_of_people_who_meet_nobody_can_be_built() -> None:
    hermits = Society(
        Demography("hermits", (0, 0, 1, 0, 0, 0, 0, 0, 0), (1.0,), (0.5,) * 9, source="test"),
        Mixing((0, 0, 0), (0, 0, 0), (0, 0, 0)),
    )
    population = build_population(200, 1, society=hermits)
    assert len(population.ties) == len(population.stubs) == 0


@pytest.mark.parametrize("society", [VIETNAM, UNITED_KINGDOM])
def test_the_memory_of_a_population_is_known_before_it_is_built(society: Society) -> None:
    population = build_population(20_000, 1, society=society)
    assert expected_bytes_per_person(society) == pytest.approx(population.bytes_per_person, rel=0.03)


def test_the_whole_country_fits_one_worker_with_21_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "available_bytes", lambda: 21_000_000_000)
    Plan("Việt Nam", 97_000_000, Scenario(days=60), (0.3,), (1,)).check(1)


def described(change: Callable[[str], str]) -> str:
    return change((chosen("vietnam") / FILE).read_text("utf-8"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("[mixing]", "[meeting]"), "society.toml: 'mixing'"),
        (lambda text: text.replace("0.2\n", "1.2\n"), "assortativity|rewired share"),
        (lambda text: text.replace("0.1673", "0.9"), "age shares: shares must not be negative and must sum to 1"),
        (lambda text: text.replace("age_shares", "ages"), "unexpected keyword argument 'ages'"),
        (lambda text: text.replace("[4.0, 3.0", "[4.0 3.0"), "society.toml: Unclosed array"),
    ],
)
def test_what_a_country_says_of_its_people_is_refused_in_one_sentence(
    tmp_path: Path, change: Callable[[str], str], sentence: str
) -> None:
    (tmp_path / FILE).write_text(described(change), "utf-8")
    with pytest.raises(EpidemicError, match=sentence) as refused:
        read_society(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_country_whose_people_are_not_described_is_not_simulated() -> None:
    with pytest.raises(EpidemicError, match=r"laos cannot be simulated: its package lacks society\.toml"):
        society_of("laos")
