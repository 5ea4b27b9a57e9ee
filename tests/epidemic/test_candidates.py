"""Candidates are drawn by the hours of each contact, and infect with exactly the chance that hours and people make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from tests.tiers import first

from bluezone.epidemic.calibration import nothing_done
from bluezone.epidemic.candidates import cumulate_weights, infectivity, place_of, vaccinated
from bluezone.epidemic.demography import Society, society_of
from bluezone.epidemic.disease import STRAIN_2020, tables
from bluezone.epidemic.engine import Simulation, rules_of, simulate, word_of
from bluezone.epidemic.interventions import Lockdown, Vaccination, VaccineDose
from bluezone.epidemic.meetings import across, circle_of, hours_at_home, hours_of_strangers, stubs_met, tie_met
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.records import (
    AT_HOME,
    AT_RANDOM,
    HOURS_STEPS,
    IN_UNIT,
    Record,
    World,
)
from bluezone.epidemic.scenario import Scenario
from epidemic_validation.britain import UNITED_KINGDOM

VIETNAM = society_of("vietnam")

#: Measures that change what a contact weighs from one day to another.
MEASURES = {
    "lockdowns": (Lockdown(5, school=0.3, work=0.6, random=0.5, home=1.4),),
    "vaccination": Vaccination((VaccineDose(3, 0.4),)),
}


def met(
    world: World, rules: Record, population: Population, at_home: list[float], i: int, days: range
) -> Iterator[tuple[str, int, int, float]]:
    """Give (kind, with whom, day, hours times danger) of all meetings of someone, one after the other."""
    persons, me, hours = world.persons, world.persons[i], rules["hours"]
    mates = int(me["home_size"]) - 1
    mixing = population.society.mixing
    danger = mixing.home_weight * max(mates, 1) ** -mixing.home_sharing
    for j in range(int(me["home"]), int(me["home"]) + mates + 1):
        together = hours[AT_HOME, hours_at_home(persons, rules, i, j)]
        for day in days if j != i else ():
            yield "home", j, day, together * danger * at_home[day]
    for t in range(int(me["tie_start"]), int(me["tie_start"]) + int(me["tie_number"])):
        j, mark = int(world.ties[t]), int(world.tie_marks[t])
        together = hours[IN_UNIT, mark % HOURS_STEPS]
        for day in days:
            if tie_met(persons, world.by_day, rules, i, mark, day):
                yield ("short tie", "tie", "long tie")[int(np.digitize(together, (1.0, 3.0)))], j, day, together
    for position in world.stubs[me["stub_start"] : me["stub_start"] + me["stub_number"]].tolist():
        for day in days:
            other = across(world.circles, world.centre, circle_of(world.circles, position), position, day)
            if stubs_met(world.by_day, rules, position, other, day) and world.owners[other] != i:
                together = hours[AT_RANDOM, hours_of_strangers(rules, position, other, day)]
                yield "stranger", int(world.owners[other]), day, together


def hazards(done: Simulation, rules: Record, population: Population, scenario: Scenario) -> dict[int, dict[str, float]]:
    """Return the hazard of everybody whom the first infected meet, by kind of meeting."""
    world, table = done.world, tables(scenario.disease)
    levels = {day: level.home for level in scenario.lockdowns for day in range(level.from_day, scenario.days)}
    at_home = [levels.get(day, 1.0) for day in range(scenario.days)]
    by_onset = np.diff(table.infectiousness, prepend=0.0)
    found: dict[int, dict[str, float]] = {}
    for i in np.flatnonzero(world.states["infected_day"] == 0).tolist():
        of_day = by_onset[int(world.courses["onset_day"][i]) - 1]
        until = min(int(world.courses["end_day"][i]), int(rules["days"]), len(of_day) + 1)
        own = infectivity(world.courses, rules, np.uint64(world.persons["key"][i]), i) / rules["rate"]
        own *= scenario.disease.transmission_rate
        for kind, j, day, weight in met(world, rules, population, at_home, i, range(1, until)):
            age = int(world.persons["age"][j])
            chance = table.susceptibility[age]
            if vaccinated(world.by_day, rules, np.uint64(world.persons["key"][j]), age, day):
                chance *= 1 - rules["infection_efficacy"]
            row = found.setdefault(j, {})
            row[kind] = row.get(kind, 0.0) + own * of_day[day - 1] * weight * chance
    return found


@pytest.mark.parametrize(
    ("society", "measures"),
    first(1, [(VIETNAM, MEASURES), (UNITED_KINGDOM, MEASURES), (VIETNAM, {}), (UNITED_KINGDOM, {})]),
)
def test_each_contact_is_infected_with_the_chance_its_hours_make(society: Society, measures: dict[str, object]) -> None:
    """Sources whose contacts infect nobody further: whoever they meet is infected with chance 1 - exp(-hazard)."""
    population = build_population(20_000, 1, society=society)
    scenario = replace(nothing_done(STRAIN_2020.with_rate(0.8), 26, 150), **measures)
    expected: dict[str, list[float]] = {}
    observed: dict[str, int] = {}
    for seed in range(5):
        done = simulate(population, scenario, seed, generations=1)
        rules = rules_of(population, replace(scenario, app=done.app), word_of(seed, 0xB1EC0DE))
        infected, seen = done.world.states["infected_day"], 0
        for j, by_kind in hazards(done, rules, population, scenario).items():
            if infected[j] == 0:
                continue
            age = "child" if population.persons["age"][j] < 2 else "adult"
            group = f"{max(by_kind, key=lambda kind: by_kind[kind])}, {age}"
            expected.setdefault(group, []).append(-np.expm1(-sum(by_kind.values())))
            observed[group] = observed.get(group, 0) + int(infected[j] > 0)
            seen += int(infected[j] > 0)
        assert seen == (infected > 0).sum() > 100
    assert len(expected) == 10
    for group, chances in expected.items():
        p = np.array(chances)
        z = (observed[group] - p.sum()) / np.sqrt((p * (1 - p)).sum())
        assert abs(z) < 4, (group, observed[group], p.sum())


def test_a_place_of_all_that_contacts_weigh_is_one_contact(town: Population) -> None:
    """Of evenly spread places, each housemate and tie has as many as it weighs."""
    scenario = Scenario(days=5, initial_infections=0)
    world = simulate(town, scenario, 1).world
    rules = rules_of(town, replace(scenario, app=scenario.app.in_campaign(1)), word_of(1, 0xB1EC0DE))
    for i in (11, 250, 4_003):
        me = town.persons[i]
        mates, number, start = int(me["home_size"]) - 1, int(me["tie_number"]), int(me["tie_start"])
        cumulated, places = np.empty(mates + number), 20_000
        total = cumulate_weights(world.persons, world.tie_marks, rules, i, cumulated)
        found = [place_of(cumulated, mates + number, (k + 0.5) / places * total) for k in range(places)]
        at_home = cumulated[mates - 1] if mates else 0.0
        assert sum(place < mates for place in found) / places == pytest.approx(at_home / total, abs=2 / places)
        for t in range(number):
            hours = rules["hours"][IN_UNIT, town.tie_marks[start + t] % HOURS_STEPS]
            weight = hours * rules["acceptance"][town.persons["age"][town.ties[start + t]]]
            assert found.count(mates + t) / places == pytest.approx(weight / total, abs=2 / places)
        assert place_of(cumulated, mates + number, total * 1.001) == mates + number - 1  # rounding leads nowhere else


@pytest.mark.parametrize("society", [VIETNAM, UNITED_KINGDOM])
def test_few_candidates_are_looked_up_for_an_infection(society: Society) -> None:
    """While few have had it: later, most whom a candidate would reach have."""
    population = build_population(20_000, 1, society=society)
    rate = STRAIN_2020.transmission_rate * (1.0 if society is VIETNAM else 0.4)
    world = simulate(population, nothing_done(STRAIN_2020.with_rate(rate), 10, 200), 1).world
    infected = world.states["infected_day"] >= 0
    assert 0.05 < infected.mean() < 0.12
    assert world.courses["candidates"].sum() < 4 * infected.sum()
