"""Contacts of contacts: what telling them adds, how many it disturbs, and that nobody is isolated for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bluezone.epidemic import presets, words
from bluezone.epidemic.engine import run
from bluezone.epidemic.ensembles import Plan, run_task
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import App, Isolation
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.second_order import HAI_DUONG, SecondOrder, compare, plans
from bluezone.epidemic.words import translator
from bluezone.i18n import Language

ENGLISH, VIETNAMESE = translator(Language.ENGLISH), translator(Language.VIETNAMESE)

APP = App(uptake=0.5, detection=0.7, bystanders=0.2, second_order=True)


@pytest.fixture(scope="module")
def town() -> Population:
    return build_population(5_000, 3)


def outbreak(town: Population, app: App, **isolation: float) -> dict[str, float]:
    """Run 50 days in which nobody acts on symptoms unasked."""
    calm = replace(presets.vietnam_2020(), days=50, initial_infections=30, app=app)
    return run(town, replace(calm, isolation=Isolation(**isolation)), 4).summary()


def test_whoever_is_told_and_does_not_watch_changes_nothing(town):
    without = outbreak(town, replace(APP, second_order=False))
    told = outbreak(town, replace(APP, watching_share=0.0))
    assert told["second_order_alerts"] > 0
    for name in ("infections", "isolation_days", "tests", "app_alerts", "deaths"):
        assert told[name] == without[name], name


def test_nobody_is_isolated_for_it_without_symptoms(town):
    """With all contacts well, days of isolation come from symptoms alone: fewer than one for each who was told."""
    without = outbreak(town, replace(APP, second_order=False))
    told = outbreak(town, APP)
    assert told["isolation_days"] - without["isolation_days"] < told["second_order_alerts"]


def test_more_contacts_who_warn_others_tell_more_people(town):
    none, some, all_ = (outbreak(town, replace(APP, second_order_share=share)) for share in (0.0, 0.4, 1.0))
    assert none["second_order_alerts"] == 0
    assert 0 < some["second_order_alerts"] < all_["second_order_alerts"]


def test_whoever_was_told_and_is_infected_is_not_counted_as_disturbed(town):
    told = outbreak(town, APP)
    assert 0 < told["second_order_false_alerts"] < told["second_order_alerts"]


def test_both_plans_differ_in_the_switch_alone():
    plan = Plan("", 1_000, Scenario(days=5), (0.3,), (1,))
    without, having = plans(plan)
    assert (without.scenario.app.second_order, having.scenario.app.second_order) == (False, True)
    back = replace(having.scenario, app=replace(having.scenario.app, second_order=False))
    assert back == without.scenario


def test_what_is_compared_are_the_same_seeds_at_the_same_uptake():
    plan = Plan("", 3_000, replace(presets.vietnam_2020(), days=40, initial_infections=30), (0.5,), (1, 2))
    without, having = ([run_task(task) for task in each.tasks()] for each in plans(plan))
    (found,) = compare(without, having)
    assert (found.uptake, found.runs) == (0.5, 2)
    base, after = (sum(row["infections"] for row in rows if row["uptake"] == 0.5) for rows in (without, having))
    assert found.averted_share.mean == pytest.approx((base - after) / base)
    assert found.second == pytest.approx(sum(row["second_order_alerts"] for row in having) / 2)
    assert compare(without[:2], having[2:]) == []


@pytest.mark.parametrize("field", ["second_order_share", "watching_share"])
def test_shares_are_shares(field):
    with pytest.raises(EpidemicError):
        App(**{field: 1.2})


def test_what_happened_in_hai_duong_is_said_beside_it():
    assert HAI_DUONG == (20, 938)
    assert "938 F2" in words.second_order_in_history(ENGLISH)
    assert "938 F2" in words.second_order_in_history(VIETNAMESE)


def found(**changes: object) -> SecondOrder:
    from bluezone.epidemic.effects import Estimate

    made = SecondOrder(0.3, 4, Estimate(0.02, 0.01, 0.03), 10.0, 20.0, 90.0, 0.1, 5.0, 9.0)
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "4.5 for each F1"),
        ({}, "90\u00a0% of them are not infected"),
        ({"second": 0.0}, "none warned others"),
        ({"runs": 1}, "cannot be told from chance"),
    ],
)
def test_sentences(changes, says):
    assert says in words.second_order(found(**changes), "Hải Dương", 60, ENGLISH)
    assert words.second_order(found(**changes), "Hải Dương", 60, VIETNAMESE)
