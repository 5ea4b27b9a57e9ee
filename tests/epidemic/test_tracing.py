from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bluezone.epidemic.disease import STRAIN_2020
from bluezone.epidemic.engine import run, simulate
from bluezone.epidemic.interventions import App, Diagnosis, Isolation, ManualTracing, Venues
from bluezone.epidemic.meetings import across, circle_of, stubs_met, tie_met
from bluezone.epidemic.population import Population
from bluezone.epidemic.records import HAS_APP, Record, World
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.tracing import find

BASE = Scenario(days=80, disease=STRAIN_2020.with_rate(1.45), initial_infections=40)


def outbreak(population: Population, **changes: object) -> dict[str, float]:
    return run(population, replace(BASE, **changes), 1).summary()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def quiet(town: Population) -> tuple[World, Record]:
    """A town in which 60 % have the app, nobody is ill and nobody isolated."""
    from bluezone.epidemic import engine

    scenario = Scenario(days=30, initial_infections=0, app=App(uptake=0.6, detection=0.5, bystanders=0.2))
    word = engine.word_of(1, 0xB1EC0DE)
    return simulate(town, scenario, 1).world, engine.rules_of(town, scenario, word)


def contacts(quiet: tuple[World, Record], i: int, first: int, last: int) -> set[tuple[int, int]]:
    world, rules = quiet
    n = find(world, rules, i, first, last, False, 0)
    return set(zip(world.found[0, :n].tolist(), world.found[1, :n].tolist(), strict=True))


def test_two_phones_agree_on_whether_they_met(quiet: tuple[World, Record]) -> None:
    world, _ = quiet
    users = np.flatnonzero(world.states["flags"] & HAS_APP)[:60]
    seen = 0
    for i in users.tolist():
        for j, day in contacts(quiet, i, 10, 10):
            assert (i, day) in contacts(quiet, j, 10, 10)
            seen += 1
    assert seen > 100


def test_a_phone_finds_only_users_who_live_with_it_or_met_its_owner(
    quiet: tuple[World, Record], town: Population
) -> None:
    world, rules = quiet
    persons = town.persons
    for i in range(100, 160):
        start, number = persons["stub_start"][i], persons["stub_number"][i]
        for j, day in contacts(quiet, i, 5, 12):
            assert world.states["flags"][j] & HAS_APP
            first = int(persons["tie_start"][i])
            marks = [int(town.tie_marks[t]) for t in range(first, first + int(persons["tie_number"][i]))
                     if town.ties[t] == j]  # fmt: skip
            partners = {
                int(world.owners[across(world.circles, world.centre, circle_of(world.circles, x), x, day)])
                for x in town.stubs[start : start + number]
            }
            together = persons["home"][i] == persons["home"][j]
            assert (
                together or j in partners or any(tie_met(persons, world.by_day, rules, i, mark, day) for mark in marks)
            )


def test_a_meeting_of_the_past_is_drawn_the_same_again(quiet: tuple[World, Record]) -> None:
    assert contacts(quiet, 1234, 3, 14) == contacts(quiet, 1234, 3, 14)


def test_who_meets_whom_at_random_is_mutual_and_changes_daily(quiet: tuple[World, Record]) -> None:
    world, rules = quiet
    differs = 0
    for position in range(0, len(world.owners), 97):
        circle = circle_of(world.circles, position)
        other = across(world.circles, world.centre, circle, position, 7)
        assert across(world.circles, world.centre, circle, other, 7) == position
        assert stubs_met(world.by_day, rules, position, other, 7) == stubs_met(world.by_day, rules, other, position, 7)
        differs += other != across(world.circles, world.centre, circle, position, 8)
    assert differs > 300


def test_the_app_lowers_infections_and_costs_isolation(town: Population) -> None:
    without = outbreak(town)
    much = outbreak(town, app=App(uptake=0.6, consent=1.0, detection=0.9))
    assert much["infections"] < 0.95 * without["infections"]
    assert much["needless_isolation_days"] > without["needless_isolation_days"]
    assert 0 < much["app_false_alerts"] < much["app_alerts"]


@pytest.mark.parametrize(
    "app",
    [
        App(uptake=0.6, consent=0.0),
        App(uptake=0.6, activity=0.0),
        App(uptake=0.6, start_day=10_000),
        App(uptake=0.0),
    ],
)
def test_an_app_that_publishes_nothing_changes_nothing(town: Population, app: App) -> None:
    with_app, without = outbreak(town, app=app), outbreak(town)
    assert with_app["app_alerts"] == with_app["published"] == 0
    assert with_app["infections"] == without["infections"]
    assert with_app["isolation_days"] == without["isolation_days"]


def test_phones_that_notice_nothing_alert_nobody(town: Population) -> None:
    blind = outbreak(town, app=App(uptake=0.6, detection=0.0, bystanders=0.0))
    seeing = outbreak(town, app=App(uptake=0.6, detection=0.7, bystanders=0.0))
    assert blind["app_alerts"] == 0 < seeing["app_alerts"]
    assert blind["infections"] == outbreak(town)["infections"]


def test_bystanders_are_alerted_in_proportion(town: Population) -> None:
    none = outbreak(town, days=25, app=App(uptake=0.6, bystanders=0.0))["app_alerts"]
    double = outbreak(town, days=25, app=App(uptake=0.6, bystanders=1.0))["app_alerts"]
    assert 1.5 < double / none < 2.2  # some of them are told already


def test_a_slower_upload_prevents_less(town: Population) -> None:
    def infections(delay: int) -> float:
        app = App(uptake=0.65, consent=1.0, detection=1.0, upload_delay_days=delay)
        return float(np.mean([run(town, replace(BASE, app=app), seed).infections for seed in range(6)]))

    assert infections(0) < infections(8)


def test_second_order_tracing_alerts_more_people(town: Population) -> None:
    first = outbreak(town, app=App(uptake=0.5))
    second = outbreak(town, app=App(uptake=0.5, second_order=True))
    assert first["second_order_alerts"] == 0
    assert second["second_order_alerts"] > second["app_alerts"]
    assert second["infections"] < first["infections"]
    assert second["isolation_days"] > first["isolation_days"]


def test_interviews_stop_at_the_capacity_of_the_day(town: Population) -> None:
    few = run(town, replace(BASE, manual=ManualTracing(interviews_per_day=1)), 1)
    many = run(town, replace(BASE, manual=ManualTracing(interviews_per_day=1000)), 1)
    assert few.by_day["cases"].max() > 20
    alerts = few.by_day["manual_alerts"]
    assert 0 < alerts.max() < 120  # no single interview names more
    assert many.by_day["manual_alerts"].sum() > 3 * alerts.sum()


def test_interviews_need_no_phone(town: Population) -> None:
    traced = outbreak(town, manual=ManualTracing(interviews_per_day=1000))
    assert traced["app_alerts"] == 0
    assert traced["manual_alerts"] > 0


def test_venues_warn_only_where_codes_hang_and_are_scanned(town: Population) -> None:
    assert outbreak(town, venues=Venues(0.0, 1.0))["venue_alerts"] == 0
    assert outbreak(town, venues=Venues(1.0, 0.0))["venue_alerts"] == 0
    some, all_of_them = outbreak(town, venues=Venues(0.3, 0.5)), outbreak(town, venues=Venues(1.0, 1.0))
    assert 0 < some["venue_alerts"] < all_of_them["venue_alerts"]


def test_a_venue_warns_at_most_its_visitors(town: Population) -> None:
    small = outbreak(town, days=20, venues=Venues(1.0, 1.0, size=4))
    large = outbreak(town, days=20, venues=Venues(1.0, 1.0, size=40))
    assert large["venue_alerts"] > 3 * small["venue_alerts"]


def test_central_isolation_prevents_infections_at_home(town: Population) -> None:
    home = outbreak(town, isolation=Isolation(symptomatic_share=0.0))
    central = outbreak(town, isolation=Isolation(symptomatic_share=0.0, central_cases=True, central_contacts=True))
    assert central["home_infections"] / central["infections"] < home["home_infections"] / home["infections"]


def test_isolation_nobody_keeps_is_no_isolation(town: Population) -> None:
    nobody = Isolation(case_daily_dropout=1.0, contact_daily_dropout=1.0)
    assert outbreak(town, isolation=nobody, app=App(uptake=0.5))["isolation_days"] == 0


def test_tests_find_cases_only_if_sensitive_and_late_enough(town: Population) -> None:
    blind = outbreak(town, diagnosis=Diagnosis(symptomatic_share=1.0, sensitivity=0.0, specificity=1.0))
    assert blind["cases"] <= blind["admissions"]
    sharp = outbreak(town, diagnosis=Diagnosis(symptomatic_share=1.0, sensitivity=1.0, insensitive_days=0))
    assert sharp["cases"] == pytest.approx(sharp["onsets"], rel=0.1)
    unseen = Diagnosis(symptomatic_share=1.0, sensitivity=1.0, specificity=1.0, insensitive_days=40)
    late = outbreak(town, diagnosis=unseen)
    assert late["cases"] <= late["admissions"]


def test_a_test_that_is_not_specific_makes_cases_of_the_well(town: Population) -> None:
    def cases(specificity: float) -> float:
        diagnosis = Diagnosis(traced_share=1.0, specificity=specificity)
        return outbreak(town, diagnosis=diagnosis, app=App(uptake=0.5))["cases"]

    assert cases(0.5) > cases(1.0) * 1.1


def test_alerted_people_test_positive_more_often_than_others(town: Population) -> None:
    outcome = outbreak(town, days=35, app=App(uptake=0.4), diagnosis=Diagnosis(traced_share=0.5))
    assert outcome["alerted_later_positive"] > outcome["cases"] / outcome["people"]
