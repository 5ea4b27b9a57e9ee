"""The engine against results that can be computed without it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.tiers import first

from bluezone.epidemic.closeness import hours_quantiles
from bluezone.epidemic.demography import Society
from bluezone.epidemic.disease import INFECTIOUS_DAYS, Disease, tables
from bluezone.epidemic.engine import run, simulate
from bluezone.epidemic.interventions import Diagnosis, Isolation, Lockdown
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.scenario import Scenario
from epidemic_validation.britain import UNITED_KINGDOM

NOTHING_DONE = {
    "diagnosis": Diagnosis(symptomatic_share=0.0),
    "isolation": Isolation(symptomatic_share=0.0, household_of_case=False),
}


def final_size_distribution(susceptible: int, initial: int, escape: float) -> NDArray[np.float64]:
    """P(k more infected) on a complete graph where each pair escapes with a fixed chance (Ball 1986, triangular)."""
    p = np.zeros(susceptible + 1)
    for j in range(susceptible + 1):
        total = math.comb(susceptible, j)
        for i in range(j):
            total -= math.comb(susceptible - i, j - i) * p[i] / escape ** ((susceptible - j) * (initial + i))
        p[j] = total * escape ** ((susceptible - j) * (initial + j))
    return p


def test_the_recursion_itself_sums_to_one() -> None:
    assert final_size_distribution(4, 1, 0.7).sum() == pytest.approx(1)


@pytest.mark.parametrize("hazard", [0.1, 0.3, 0.8])
def test_household_outbreaks_have_the_exact_final_size_distribution(
    homes_of_five: Society, plain_disease: Disease, hazard: float
) -> None:
    population = build_population(60_000, 3, society=homes_of_five)
    scenario = Scenario(days=150, disease=plain_disease.with_rate(hazard), initial_infections=6000, **NOTHING_DONE)
    states = simulate(population, scenario, 1).world.states
    initial = (states["infected_day"] == 0).reshape(-1, 5).sum(axis=1)
    final = (states["infected_day"] >= 0).reshape(-1, 5).sum(axis=1)
    for m in (1, 2):
        observed = np.bincount(final[initial == m] - m, minlength=6 - m)[: 6 - m]
        expected = final_size_distribution(5 - m, m, math.exp(-hazard)) * observed.sum()
        chi2 = ((observed - expected) ** 2 / expected)[expected > 5].sum()
        assert chi2 < 25, (m, observed, expected)  # 4 degrees of freedom: one in 20,000


@pytest.mark.parametrize("r0", [1.5, 2.5])
def test_random_mixing_has_the_final_size_of_the_equation(
    strangers: Society, plain_disease: Disease, r0: float
) -> None:
    people, initial = 100_000, 500
    population = build_population(people, 2, society=strangers)
    scenario = Scenario(days=300, disease=plain_disease.with_rate(r0 / 40), initial_infections=initial, **NOTHING_DONE)
    attack = np.mean([run(population, scenario, seed).attack_rate for seed in range(3)])
    z = 0.5
    for _ in range(200):  # 1 - z = (1 - initial share) exp(-R0 z)
        z = 1 - (1 - initial / people) * math.exp(-r0 * z)
    assert attack == pytest.approx(z, abs=0.006)


def test_a_source_without_competition_infects_as_many_as_its_hazard_says(
    strangers: Society, plain_disease: Disease
) -> None:
    population = build_population(200_000, 2, society=strangers)
    scenario = Scenario(days=30, disease=plain_disease.with_rate(2.0 / 40), initial_infections=400, **NOTHING_DONE)
    outcome = run(population, scenario, 1)
    first = outcome.cohort_r[0]
    assert first == pytest.approx(2.0, abs=4 * math.sqrt(2.0 / 400))  # Poisson


def test_generation_times_follow_the_gamma_distribution(strangers: Society, plain_disease: Disease) -> None:
    population = build_population(200_000, 2, society=strangers)
    scenario = Scenario(days=INFECTIOUS_DAYS, disease=plain_disease.with_rate(0.2 / 40), initial_infections=20_000,
                        **NOTHING_DONE)  # fmt: skip
    infections = run(population, scenario, 1).by_day["infections"]
    shares = np.diff(np.concatenate([[0], tables(plain_disease).infectiousness[0]]))
    expected = shares[:5] * 20_000 * 0.2 * 0.9  # a tenth meets a source; the second generation hardly matters yet
    assert np.all(np.abs(infections[1:6] - expected) < 4 * np.sqrt(expected) + 0.02 * expected)


# --- the fast sampler against a slow literal one ----------------------------------------------------------------------


def literal_epidemic(population: Population, scenario: Scenario, generator: np.random.Generator) -> NDArray[np.float64]:
    """The same model written down day by day and contact by contact, with its own random numbers.

    Returns (infections by day, infections at home, in units, at random).
    """
    persons, people = population.persons, population.people
    table = tables(scenario.disease)
    rate, mixing = scenario.disease.transmission_rate, population.society.mixing
    by_day = np.diff(table.infectiousness, prepend=0.0)
    susceptibility = table.susceptibility[persons["age"]]
    place = np.arange(people)
    home = [
        (i, j) for i in place for j in range(persons["home"][i], persons["home"][i] + persons["home_size"][i]) if j != i
    ]
    ties = np.stack([np.repeat(place, persons["tie_number"]), population.ties], axis=1)
    one_way = ties[ties[:, 0] < ties[:, 1]]
    home_hours, tie_hours, random_hours = (
        hours_quantiles(each) for each in (mixing.home_hours, mixing.unit_hours, mixing.random_hours)
    )
    hours_of_tie = generator.choice(tie_hours, len(one_way))  # theirs for good, as are those of two at home
    housemates = np.array(home)
    name = np.minimum(housemates[:, 0], housemates[:, 1]) * people + np.maximum(housemates[:, 0], housemates[:, 1])
    _, couple_of = np.unique(name, return_inverse=True)
    at_home_weight = generator.choice(home_hours, couple_of.max() + 1)[couple_of] * mixing.home_weight
    at_home_weight *= (persons["home_size"][housemates[:, 0]] - 1.0) ** -mixing.home_sharing
    infected = np.full(people, -1)
    infected[generator.choice(people, scenario.initial_infections, replace=False)] = 0
    factor = np.zeros(people)
    course = np.array([np.searchsorted(table.course_bounds[age], u, side="right")
                       for age, u in zip(persons["age"], generator.random(people), strict=True)])  # fmt: skip
    factor = table.course_factor[np.minimum(course, 5)] * generator.choice(table.superspreading, people)
    incubation = generator.choice(table.incubation, people)
    onset, weight = 1 + incubation, by_day[incubation]  # acted upon the morning after
    length = np.where(course < 3, onset + generator.choice(table.mild_recovery, people),
                      onset + generator.choice(table.to_hospital, people))  # fmt: skip
    curve, by_network = np.zeros(scenario.days), np.zeros(3)
    curve[0] = scenario.initial_infections
    for day in range(1, scenario.days):
        level = [each for each in scenario.lockdowns if each.from_day <= day]
        open_unit, open_random, home_factor = (level[-1].work, level[-1].random, level[-1].home) if level else (1, 1, 1)
        age = np.where(infected >= 0, day - infected, 0)
        infectious = (infected >= 0) & (age >= 1) & (age <= INFECTIOUS_DAYS) & (age < length)
        strength = np.where(infectious, rate * factor * weight[place, np.clip(age - 1, 0, INFECTIOUS_DAYS - 1)], 0.0)
        today = generator.random(len(one_way)) < mixing.unit_daily_share * open_unit
        met, met_hours = one_way[today], hours_of_tie[today]
        pairs = []
        for circle in range(len(population.circles) - 1):
            stubs = population.owners[population.circles[circle] : population.circles[circle + 1]].copy()
            generator.shuffle(stubs)
            half = len(stubs) // 2
            couple = np.stack([stubs[:half], stubs[half : 2 * half]], axis=1)
            pairs.append(couple[generator.random(half) < open_random])
        strangers = np.concatenate(pairs)
        strange_hours = generator.choice(random_hours, len(strangers))
        newly: set[int] = set()
        for network, (edges, closeness) in enumerate([
            (housemates, at_home_weight * home_factor),
            (np.concatenate([met, met[:, ::-1]]), np.tile(met_hours, 2)),
            (np.concatenate([strangers, strangers[:, ::-1]]), np.tile(strange_hours, 2)),
        ]):  # fmt: skip
            hazard = closeness * strength[edges[:, 0]] * susceptibility[edges[:, 1]]
            hit = (infected[edges[:, 1]] < 0) & (generator.random(len(edges)) < -np.expm1(-hazard))
            fresh = set(edges[hit, 1].tolist()) - newly
            by_network[network] += len(fresh)
            newly |= fresh
        infected[list(newly)] = day
        curve[day] = len(newly)
    return np.concatenate([curve, by_network])


@pytest.mark.parametrize("lockdowns", first(1, [[Lockdown(8, school=0.4, work=0.4, random=0.3, home=1.5)], []]))
def test_the_fast_sampler_and_the_literal_one_agree(plain_disease: Disease, lockdowns: list[Lockdown]) -> None:
    from bluezone.epidemic.disease import STRAIN_2020

    population = build_population(1500, 8, society=UNITED_KINGDOM)
    disease = replace(STRAIN_2020, transmission_rate=0.5)
    scenario = Scenario(days=40, disease=disease, initial_infections=15, lockdowns=tuple(lockdowns), **NOTHING_DONE)
    runs = 60
    slow = np.array([literal_epidemic(population, scenario, np.random.default_rng(seed)) for seed in range(runs)])
    fast = []
    for seed in range(runs * 4):
        curves = run(population, scenario, seed).by_day
        by_network = [curves[f"{name}_infections"].sum() for name in ("home", "unit", "random")]
        fast.append(np.concatenate([curves["infections"], by_network]))
    fast_runs = np.array(fast, dtype=float)

    def summaries(runs_: NDArray[np.float64]) -> NDArray[np.float64]:
        curve, network = runs_[:, :40], runs_[:, 40:]
        weeks = curve.reshape(len(runs_), 8, 5).sum(axis=2)
        return np.column_stack([curve.sum(axis=1), weeks, network])

    one, other = summaries(slow), summaries(fast_runs)
    error = np.sqrt(one.var(axis=0, ddof=1) / len(one) + other.var(axis=0, ddof=1) / len(other))
    moving = error > 0
    z = (one.mean(axis=0) - other.mean(axis=0))[moving] / error[moving]
    assert np.abs(z).max() < 4, dict(zip(np.flatnonzero(moving), z.round(2), strict=True))
    assert abs(z[0]) < 3
    assert 0.1 < fast_runs[:, :40].sum(axis=1).mean() / 1500 < 0.95
