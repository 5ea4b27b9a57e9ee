from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.epidemic.disease import DELTA, OMICRON, STRAIN_2020, Disease
from bluezone.epidemic.engine import run, simulate
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import (
    App,
    Diagnosis,
    Imports,
    Isolation,
    Lockdown,
    ManualTracing,
    Vaccination,
    VaccineDose,
    Venues,
)
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.results import Outcome
from bluezone.epidemic.scenario import Scenario

#: Everything at once, so that a property holds for every switch.
EVERYTHING = Scenario(
    days=70,
    disease=STRAIN_2020.with_rate(2.5),
    initial_infections=60,
    prior_immunity=0.05,
    diagnosis=Diagnosis(symptomatic_share=0.6, traced_share=0.7, specificity=0.98),
    isolation=Isolation(central_contacts=True, symptomatic_share=0.4),
    app=App(uptake=0.45, activity=0.8, second_order=True, household_clustering=0.3, unit_clustering=0.2),
    manual=ManualTracing(interviews_per_day=6),
    venues=Venues(participating_share=0.5, scanning_share=0.5),
    lockdowns=(Lockdown(20, school=0.0, work=0.5, random=0.4, home=1.3), Lockdown(40)),
    vaccination=Vaccination((VaccineDose(10, 0.2, from_age=5), VaccineDose(30, 0.5))),
    imports=Imports(0.5, ((15, 20),)),
)


def same(first: Outcome, second: Outcome) -> bool:
    return (
        all(np.array_equal(first.by_day[name], second.by_day[name]) for name in first.by_day)
        and np.array_equal(first.cohort_r, second.cohort_r, equal_nan=True)
        and np.array_equal(first.infections_by_age, second.infections_by_age)
        and np.array_equal(first.deaths_by_age, second.deaths_by_age)
        and first.installed == second.installed
    )


def check_books(outcome: Outcome, population: Population) -> None:
    """Conservation laws: what must hold of any run."""
    curves = outcome.by_day
    infections = outcome.infections
    by_network = sum(int(curves[f"{name}_infections"].sum()) for name in ("home", "unit", "random"))
    assert infections == by_network + curves["imported"].sum() == outcome.infections_by_age.sum()
    assert infections <= population.people
    caused = np.nan_to_num(outcome.cohort_r) * curves["infections"]
    assert caused.sum() == pytest.approx(by_network)
    assert outcome.deaths_by_age.sum() == curves["deaths"].sum() <= curves["admissions"].sum()
    assert curves["onsets"].sum() <= infections
    for name in ("infected", "in_hospital", "critical", "isolated", "isolated_well"):
        assert curves[name].min() >= 0, name
        assert curves[name].max() <= population.people, name
    assert np.all(curves["isolated_well"] <= curves["isolated"])
    assert np.all(curves["in_hospital"] <= curves["infected"])
    assert np.all(curves["critical"] <= curves["in_hospital"])
    assert curves["app_false_alerts"].sum() <= curves["app_alerts"].sum()
    assert curves["alerted_cases"].sum() <= curves["cases"].sum()
    assert curves["published"].sum() <= curves["cases"].sum()


def test_a_run_is_the_same_twice_and_another_seed_differs(town: Population) -> None:
    first, again, other = run(town, EVERYTHING, 1), run(town, EVERYTHING, 1), run(town, EVERYTHING, 2)
    assert same(first, again)
    assert not same(first, other)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_relabelling_people_changes_nothing(town: Population, relabel, seed: int) -> None:
    outcome = run(town, EVERYTHING, seed)
    assert outcome.by_day["second_order_alerts"].sum() > 0
    assert outcome.by_day["manual_alerts"].sum() > 0
    assert outcome.by_day["venue_alerts"].sum() > 0
    assert same(outcome, run(relabel(town, np.random.default_rng(seed)), EVERYTHING, seed))


def test_the_books_balance_with_everything_on(town: Population) -> None:
    check_books(run(town, EVERYTHING, 5), town)


@settings(max_examples=20, deadline=None)
@given(
    rate=st.floats(0, 3),
    uptake=st.floats(0, 0.65),
    seed=st.integers(0, 1000),
    days=st.integers(1, 120),
    central=st.booleans(),
    dropout=st.floats(0, 1),
    strain=st.sampled_from([STRAIN_2020, DELTA, OMICRON]),
)
def test_the_books_balance_for_any_scenario(
    rate: float, uptake: float, seed: int, days: int, central: bool, dropout: float, strain: Disease
) -> None:
    population = build_population(2000, seed % 3)
    scenario = Scenario(
        days=days,
        disease=strain.with_rate(rate),
        initial_infections=5,
        isolation=Isolation(central_cases=central, contact_daily_dropout=dropout, case_daily_dropout=dropout),
        app=App(uptake=uptake, second_order=central),
        diagnosis=Diagnosis(traced_share=0.5),
    )
    check_books(run(population, scenario, seed), population)


def test_without_transmission_only_the_imported_are_infected(town: Population) -> None:
    scenario = Scenario(
        days=40, disease=STRAIN_2020.with_rate(0.0), initial_infections=7, imports=Imports(0, ((5, 4),))
    )
    outcome = run(town, scenario, 1)
    assert outcome.infections == 11
    assert outcome.by_day["infections"][0] == 7
    assert outcome.by_day["infections"][5] == 4


def test_nobody_is_infected_on_the_day_of_their_source(town: Population) -> None:
    outcome = run(town, Scenario(days=1, initial_infections=500, disease=STRAIN_2020.with_rate(5.0)), 1)
    assert outcome.infections == 500


def test_the_immune_stay_uninfected(town: Population) -> None:
    scenario = Scenario(days=60, initial_infections=50, prior_immunity=1.0)
    assert run(town, scenario, 1).infections == 0


def test_more_adoption_keeps_the_users_it_had(town: Population) -> None:
    few = simulate(town, Scenario(days=1, app=App(uptake=0.15, household_clustering=0.5)), 1)
    many = simulate(town, Scenario(days=1, app=App(uptake=0.40, household_clustering=0.5)), 1)
    has = [done.world.states["flags"] & 4 > 0 for done in (few, many)]
    assert np.all(has[1][has[0]])
    assert few.installed == pytest.approx(0.15, abs=0.01)
    assert many.installed == pytest.approx(0.40, abs=0.01)


def test_a_full_lockdown_leaves_only_infections_at_home(town: Population) -> None:
    closed = Scenario(days=60, initial_infections=50, lockdowns=(Lockdown(0, school=0, work=0, random=0),))
    curves = run(town, closed, 1).by_day
    assert curves["unit_infections"].sum() == curves["random_infections"].sum() == 0
    assert curves["home_infections"].sum() > 0


def test_a_closer_home_in_lockdown_infects_more_at_home(town: Population) -> None:
    def at_home(factor: float) -> int:
        level = Lockdown(0, school=0, work=0, random=0, home=factor)
        scenario = Scenario(days=60, initial_infections=200, lockdowns=(level,), disease=STRAIN_2020.with_rate(0.3))
        return sum(int(run(town, scenario, seed).by_day["home_infections"].sum()) for seed in range(4))

    assert at_home(2.0) > 1.2 * at_home(1.0)


def test_a_perfect_vaccine_for_everybody_stops_the_outbreak_on_its_day(town: Population) -> None:
    scenario = Scenario(
        days=60,
        initial_infections=100,
        disease=STRAIN_2020.with_rate(1.0),
        vaccination=Vaccination((VaccineDose(20, 1.0),), infection_efficacy=1.0),
    )
    infections = run(town, scenario, 1).by_day["infections"]
    assert infections[:20].sum() > 200
    assert infections[20:].sum() == 0


def test_a_vaccine_against_severe_disease_empties_hospitals_but_does_not_stop_spread(town: Population) -> None:
    base = Scenario(days=80, initial_infections=100, disease=STRAIN_2020.with_rate(1.0))
    shot = replace(base, vaccination=Vaccination((VaccineDose(0, 1.0),), infection_efficacy=0.0, severe_efficacy=1.0))
    without, with_shot = run(town, base, 1), run(town, shot, 1)
    assert without.by_day["admissions"].sum() > 50
    assert with_shot.by_day["admissions"].sum() == 0
    assert with_shot.infections > 0.8 * without.infections


def test_progress_is_told_up_to_the_last_day(town: Population) -> None:
    told: list[int] = []
    run(town, Scenario(days=12), 1, progress=told.append)
    assert told[-1] == 12
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("scenario", "seed", "message"),
    [
        (Scenario(initial_infections=30_000), 1, "ask for 20,000 or fewer"),
        (Scenario(), -1, "ask for 1"),
        (Scenario(app=App(uptake=0.9)), 1, "own a phone"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused_in_a_sentence(
    town: Population, scenario: Scenario, seed: int, message: str
) -> None:
    with pytest.raises(EpidemicError, match=message):
        run(town, scenario, seed)
