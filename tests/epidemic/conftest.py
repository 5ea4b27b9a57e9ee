"""Populations and diseases the epidemic room's tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bluezone.epidemic.demography import Demography, Mixing, Society, society_of
from bluezone.epidemic.disease import STRAIN_2020, Delay, Disease
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.population_kernels import order_home
from bluezone.epidemic.records import I32, U8, Records

VIETNAM = society_of("vietnam")


@pytest.fixture(scope="session", autouse=True)
def _compiled(compiled_simulator: None) -> None:
    """Compile before the first test: most of them run the simulator."""


@pytest.fixture(scope="session")
def town() -> Population:
    """20,000 people of Việt Nam."""
    return build_population(20_000, 1, society=VIETNAM, place="Town")


@pytest.fixture(scope="session")
def plain_disease() -> Disease:
    """Everybody alike: one infectiousness, one susceptibility, nobody in hospital, nobody recovers early."""
    return replace(
        STRAIN_2020,
        symptomatic=(1.0,) * 9,
        moderate=(1.0,) * 9,
        severe=(0.0,) * 9,
        susceptibility=(1.0,) * 9,
        superspreading_sd=0.0,
        timing="apart",
        mild_recovery=Delay(60.0, 1.0),
    )


@pytest.fixture(scope="session")
def homes_of_five() -> Society:
    """Everybody lives with four others and meets nobody else."""
    people = Demography("fives", (0, 0, 0, 1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1), (1.0,) * 9, source="test")
    return Society(people, Mixing((0, 0, 0), (0, 0, 0), (0, 0, 0)))


@pytest.fixture(scope="session")
def strangers() -> Society:
    """Everybody lives alone and meets 40 strangers a day."""
    people = Demography("singles", (0, 0, 0, 1, 0, 0, 0, 0, 0), (1.0,), (1.0,) * 9, source="test")
    return Society(people, Mixing((0, 0, 0), (40, 40, 40), (0, 0, 0)))


@pytest.fixture(scope="session")
def household_sizes() -> Callable[[Population], U8]:
    return _household_sizes


def _household_sizes(population: Population) -> U8:
    """Return the sizes of the households, one after the other."""
    persons = population.persons
    return np.asarray(persons["home_size"][persons["home"] == np.arange(population.people)])


@pytest.fixture(scope="session")
def relabel() -> Callable[[Population, np.random.Generator], Population]:
    return _relabel


def _relabel(population: Population, generator: np.random.Generator) -> Population:
    """Permute households, and members within them. Results must not change."""
    persons = population.persons
    rank_of_household = generator.random(population.people)[persons["home"]]
    old_of_new = np.lexsort((generator.random(population.people), rank_of_household))
    new_of_old = np.empty(population.people, dtype=np.int32)
    new_of_old[old_of_new] = np.arange(population.people, dtype=np.int32)
    moved = persons[old_of_new]
    sizes = moved["home_size"].astype(np.int64)
    first = np.flatnonzero(np.concatenate([[True], np.diff(persons["home"][old_of_new]) != 0]))
    moved["home"] = np.repeat(first, sizes[first])
    for home in first:
        order_home(moved, home)
    start = moved["tie_start"].copy()
    marks = _permute_rows(moved, "tie", population.tie_marks)
    moved["tie_start"] = start
    ties = _permute_rows(moved, "tie", population.ties)
    stubs = _permute_rows(moved, "stub", population.stubs)
    return replace(
        population,
        persons=moved,
        ties=new_of_old[ties],
        tie_marks=marks,
        stubs=stubs,
        owners=new_of_old[population.owners],
    )


def _permute_rows(moved: Records, name: str, values: I32) -> I32:
    """Rows in the order of the moved persons, whose starts are set anew."""
    lengths = moved[f"{name}_number"].astype(np.int64)
    start = np.cumsum(lengths) - lengths
    first = np.repeat(moved[f"{name}_start"] - start, lengths)
    moved[f"{name}_start"] = start
    return values[first + np.arange(len(values))]
