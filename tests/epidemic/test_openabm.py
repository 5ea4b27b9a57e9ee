"""The parameter set of OpenABM-Covid19 is what its sources say."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bluezone.epidemic.engine import rules_of, run, simulate, word_of
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.records import Record, World
from bluezone.epidemic.transmission import counted_at_random
from epidemic_validation import openabm

EVERYTHING = openabm.SWITCHES[-1]
TODAY = 30


@pytest.fixture(scope="module")
def town() -> Population:
    return build_population(3_000, 4, society=openabm.SOCIETY)


def scene(town: Population, switches: openabm.Switches) -> tuple[World, Record]:
    """Return a town in which nothing has happened yet, and its rules."""
    scenario = replace(openabm.scenario(switches, days=90), initial_infections=0)
    done = simulate(town, replace(scenario, diagnosis=replace(scenario.diagnosis, background_daily_share=0.0)), 1)
    return done.world, rules_of(town, replace(scenario, app=done.app), word_of(1, 0xB1EC0DE))


def test_ages_by_size_of_household_are_those_of_its_households() -> None:
    persons = build_population(60_000, 2, society=openabm.SOCIETY).persons
    by_age = [float((persons["home_size"][persons["age"] == age] - 1.0).mean()) for age in range(9)]
    assert by_age == pytest.approx([3.0, 3.0, 2.2, 2.2, 2.2, 1.65, 1.1, 0.95, 0.7], abs=0.12)


def test_whoever_is_left_meets_as_many_at_random(town: Population) -> None:
    world, rules = scene(town, EVERYTHING)
    assert counted_at_random(world, rules, TODAY) == pytest.approx(1 / 2)
    world.states["isolated_from"], world.states["isolated_until"] = TODAY, TODAY + 1
    free = slice(0, town.people * 2 // 3)
    world.states["isolated_until"][free] = TODAY
    left = town.persons["stub_number"][free].sum() / len(town.stubs)
    assert counted_at_random(world, rules, TODAY) == pytest.approx(1 / 2 / left)
    assert counted_at_random(world, rules, TODAY + 1) == pytest.approx(1 / 2)


def test_the_number_of_threads_changes_nothing(town: Population) -> None:
    scenario = openabm.scenario(EVERYTHING, days=60).with_uptake(0.4)
    alone, together = (run(town, scenario, 3, threads=threads) for threads in (1, 3))
    assert alone.summary() == together.summary()


def test_its_rate_is_divided_by_the_contacts_of_its_society() -> None:
    persons = build_population(100_000, 20, society=openabm.SOCIETY).persons
    contacts = 2 * (persons["home_size"] - 1.0) + 0.5 * persons["tie_number"] + persons["stub_number"]
    assert contacts.mean() == pytest.approx(openabm.CONTACTS_A_DAY, rel=0.01)


def test_every_set_of_switches_has_its_own_runs_at_every_uptake() -> None:
    runs = Path(__file__).resolve().parents[2] / "tools" / "epidemic_validation" / "openabm_runs.csv"
    with runs.open(encoding="utf-8", newline="") as lines:
        cells = Counter((row["switches"], row["uptake"]) for row in csv.DictReader(lines))
    assert {name for name, _ in cells} == {switches.name for switches in openabm.SWITCHES}
    assert len(cells) == 6 * 7
    assert min(cells.values()) >= 3
    assert min(number for (_, uptake), number in cells.items() if float(uptake) == 0) >= 4


def test_the_attack_rate_of_each_set_is_that_of_the_program() -> None:
    """Hold attack rates to the means of its own runs, 20,000 people and 150 days:
    tools/epidemic_validation/openabm_runs.csv.

    The goal is one point; how far each set is from it is told in docs/measurements/epidemic.md. Here a point
    is added for chance in up to four runs each. The two sets in which households stay on symptoms are not held to
    it: there that program keeps them longer on a positive result, by rules that are not ours.
    """
    for switches, theirs in zip(openabm.SWITCHES[:4], (0.858, 0.740, 0.759, 0.662), strict=True):
        ours = []
        for seed in range(4):
            population = build_population(20_000, seed, society=openabm.SOCIETY)
            scenario = openabm.scenario(switches, contacts=openabm.contacts_a_day(population))
            ours.append(run(population, scenario, seed).attack_rate)
        grown = [attack for attack in ours if attack > 0.02]  # one of some fourteen dies out, as there
        assert len(grown) >= 2
        assert np.mean(grown) == pytest.approx(theirs, abs=0.025), switches.name
