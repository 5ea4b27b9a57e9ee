"""The parameter set `openabm` is what its sources say."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bluezone.epidemic import openabm
from bluezone.epidemic.cases import begin_symptoms, confirm, feel_ill
from bluezone.epidemic.engine import rules_of, run, simulate, word_of
from bluezone.epidemic.meetings import trait
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.records import MILD, Record, World
from bluezone.epidemic.transmission import counted_at_random

EVERYTHING = openabm.SWITCHES[-1]
ON_SYMPTOMS = openabm.SWITCHES[-2]
TODAY = 30


@pytest.fixture(scope="module")
def town() -> Population:
    return build_population(3_000, 4, society=openabm.SOCIETY)


def scene(town: Population, switches: openabm.Switches) -> tuple[World, Record]:
    """Return a town in which nothing has happened yet, and its rules."""
    scenario = replace(openabm.scenario(switches, days=90), initial_infections=0)
    done = simulate(town, replace(scenario, diagnosis=replace(scenario.diagnosis, background_daily_share=0.0)), 1)
    return done.world, rules_of(town, replace(scenario, app=done.app), word_of(1, 0xB1EC0DE))


def fall_ill(world: World, rules: Record, i: int) -> None:
    """Let somebody's symptoms begin today, five days after the infection."""
    world.states[i]["infected_day"], world.courses[i]["course"] = TODAY - 6, MILD
    world.courses[i]["onset_day"], world.courses[i]["recovery_day"] = TODAY, TODAY + 12
    world.courses[i]["end_day"] = TODAY + 12
    begin_symptoms(world, rules, i, TODAY)


def somebody(town: Population, rules: Record, *, complies: bool) -> int:
    """Return somebody who lives with others and would, or would not, stay at home with symptoms."""
    return next(
        i
        for i in np.flatnonzero(town.persons["home_size"] > 2).tolist()
        if (trait(rules, np.uint64(town.persons["key"][i])) < 0.8) is complies
    )


def mates(town: Population, i: int) -> list[int]:
    first = int(town.persons["home"][i])
    return [j for j in range(first, first + int(town.persons["home_size"][i])) if j != i]


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


def test_whoever_is_in_quarantine_stays_with_symptoms_and_so_does_the_household(town: Population) -> None:
    world, rules = scene(town, ON_SYMPTOMS)
    i = somebody(town, rules, complies=False)
    fall_ill(world, rules, i)
    assert world.courses[i]["index_until"] == 0
    assert not world.states["isolated_until"].any()

    world.states[i]["isolated_from"], world.states[i]["isolated_until"] = TODAY - 3, TODAY + 1
    fall_ill(world, rules, i)
    ends = int(world.states[i]["isolated_until"])
    assert world.courses[i]["index_until"] == TODAY + 14
    assert ends > TODAY + 1
    assert {int(world.states[j]["isolated_until"]) for j in mates(town, i)} == {ends}


def test_symptoms_within_fourteen_days_of_others_lead_to_nothing(town: Population) -> None:
    world, rules = scene(town, replace(EVERYTHING, tests=False))
    i = somebody(town, rules, complies=True)
    feel_ill(world, rules, i, TODAY - 10)
    before = world.states[i].copy()
    assert world.courses[i]["index_until"] == TODAY + 4
    fall_ill(world, rules, i)
    assert world.courses[i]["unheeded"]
    assert world.states[i]["isolated_until"] == before["isolated_until"]


def test_a_positive_result_keeps_nine_in_ten_of_a_household_that_stayed_on_symptoms(town: Population) -> None:
    world, rules = scene(town, ON_SYMPTOMS)
    kept, free = [], []
    for i in np.flatnonzero(town.persons["home"] == np.arange(town.people)).tolist()[:400]:
        if trait(rules, np.uint64(town.persons["key"][i])) >= 0.8:
            continue
        fall_ill(world, rules, i)
        if world.courses[i]["index_until"] < TODAY + 14:  # the result is negative
            continue
        before = {j: int(world.states[j]["isolated_until"]) for j in mates(town, i)}
        assert all(ends <= TODAY + 7 for ends in before.values())
        confirm(world, rules, i, TODAY + 2)
        for j, ends in before.items():
            assert int(world.states[j]["isolated_until"]) <= TODAY + 14
            later = int(world.states[j]["isolated_until"]) - ends
            (kept if trait(rules, np.uint64(town.persons["key"][j])) < 0.9 else free).append(later)
    assert len(kept) > 100
    assert np.mean([later > 0 for later in kept]) > 0.7
    assert set(free) == {0}


def test_a_negative_result_frees_nobody_whom_a_housemate_keeps_at_home(town: Population) -> None:
    world, rules = scene(town, EVERYTHING)
    i, j = next(
        (i, j)
        for i in np.flatnonzero(town.persons["home_size"] > 1).tolist()
        for j in mates(town, i)
        if trait(rules, np.uint64(town.persons["key"][j])) < 0.8
    )
    ends = []
    for index_until in (0, TODAY + 10):
        world.states[j]["isolated_from"], world.states[j]["isolated_until"] = TODAY - 4, TODAY + 10
        world.courses[i]["index_until"] = index_until
        world.courses[j]["index_until"], world.courses[j]["traced_day"] = 0, -1
        feel_ill(world, rules, j, TODAY)
        ends.append(int(world.states[j]["isolated_until"]))
    assert ends == [TODAY + 2, TODAY + 10]


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
    is added for chance in up to four runs each.
    """
    theirs_by_set = (0.858, 0.740, 0.759, 0.662, 0.631, 0.627)
    for switches, theirs in zip(openabm.SWITCHES, theirs_by_set, strict=True):
        ours = []
        for seed in range(4):
            population = build_population(20_000, seed, society=openabm.SOCIETY)
            scenario = openabm.scenario(switches, contacts=openabm.contacts_a_day(population))
            ours.append(run(population, scenario, seed).attack_rate)
        grown = [attack for attack in ours if attack > 0.02]  # one of some fourteen dies out, as there
        assert len(grown) >= 2
        assert np.mean(grown) == pytest.approx(theirs, abs=0.025), switches.name
