"""Assumptions drawn at once: within their ranges, the same twice, and nothing that an authority decides."""

from __future__ import annotations

import numpy as np
import pytest

from bluezone.epidemic import sampling
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.presets import assumptions, vietnam_2020
from bluezone.epidemic.recorded import DA_NANG
from bluezone.epidemic.sensitivity import LEVERS, variants
from bluezone.epidemic.weekly import weekly_cases


def test_every_draw_lies_in_the_ranges_and_leaves_all_else() -> None:
    scenario = vietnam_2020()
    before = assumptions(scenario)
    doubtful = {lever.name: lever for lever in sampling.doubtful()}
    for seed in range(40):
        after = assumptions(sampling.drawn(scenario, np.random.default_rng(seed)))
        for name, value in after.items():
            if name not in doubtful:
                assert value == before[name], name
                continue
            ends = (float(doubtful[name].low), float(doubtful[name].high), float(before[name]))
            assert min(ends) <= float(value) <= max(ends), name


def test_what_an_authority_decides_is_not_drawn() -> None:
    drawn = {lever.name for lever in sampling.doubtful()}
    assert drawn < {lever.name for lever in LEVERS}
    assert not drawn & {"app.second_order", "isolation.central_contacts", "manual.interviews_per_day"}


def test_what_contacts_were_fitted_with_is_neither_drawn_nor_moved() -> None:
    fitted = {"disease.transmission_rate", "diagnosis.symptomatic_share", "diagnosis.result_delay_days"}
    plan = Plan("", 50_000, vietnam_2020(), (0.3,), (1,))
    played = Plan("", 50_000, DA_NANG.as_it_was(), (0.3,), (1,), fitted=DA_NANG.key)
    moved, left = ({lever.name for lever, *_ in variants(each)} for each in (plan, played))
    assert moved - left == fitted
    assert {lever.name for lever in sampling.doubtful()} - {
        lever.name for lever in sampling.doubtful("da-nang")
    } == fitted


def test_both_runs_of_a_draw_differ_in_the_app_alone() -> None:
    plan = Plan("", 50_000, vietnam_2020(), (0.3,), (1,))
    tasks = list(sampling.tasks([plan], range(5)))
    assert len(tasks) == 10
    assert {task.plan.people for task in tasks} == {sampling.PEOPLE}
    for without, having in zip(tasks[::2], tasks[1::2], strict=True):
        assert (without.uptake, having.uptake) == (0.0, 0.3)
        assert without.plan == having.plan
        assert without.seed == having.seed
    assert tasks == list(sampling.tasks([plan], range(5)))


def test_contacts_fitted_to_cases_are_drawn_from_their_posterior_and_not_with_another_strain() -> None:
    played = DA_NANG.as_it_was()
    before = assumptions(played)
    drawn = [sampling.drawn(played, np.random.default_rng(seed), DA_NANG.key) for seed in range(40)]
    assert {assumptions(each)["disease.transmission_rate"] for each in drawn} == {before["disease.transmission_rate"]}
    assert len({assumptions(each)["app.consent"] for each in drawn}) > 30
    assert {each.days for each in drawn} == {played.days}
    levels = np.array([[level.work for level in each.lockdowns] for each in drawn])
    assert len({each.initial_infections for each in drawn}) > 10
    assert np.all((levels > 0) & (levels <= 1))
    assert np.all(levels.std(axis=0) > 0.02)


def test_draws_of_the_posterior_give_about_the_cases_that_were_recorded() -> None:
    population = DA_NANG.population()
    runs = [
        weekly_cases(population, DA_NANG.as_it_may_have_been(DA_NANG.scenario(), np.random.default_rng(seed)),
                     DA_NANG.weeks, (seed,))
        for seed in range(30)
    ]  # fmt: skip
    low, median, high = np.quantile(runs, [0.1, 0.5, 0.9], axis=0)
    assert np.all(low <= DA_NANG.cases)
    assert np.all(high >= DA_NANG.cases)
    assert np.all(np.abs(np.log(median / DA_NANG.cases)) < np.log(1.8))  # as near as each draw of the posterior came
    assert np.all(high < 4 * np.array(DA_NANG.cases))


def row(seed: int, uptake: float, infections: int) -> dict[str, float]:
    return {"seed": seed, "uptake": uptake, "infections": infections, "people": 1000}


def test_outbreaks_that_never_grew_say_nothing_of_what_is_averted() -> None:
    grown = [row(seed, uptake, 500 - round(200 * uptake * seed)) for seed in range(11) for uptake in (0.0, 0.1)]
    small = [row(seed, uptake, 5) for seed in range(20, 40) for uptake in (0.0, 0.1)]
    found = sampling.joint([*grown, *small], ("", 0.0), ("", 0.1))
    assert found is not None
    assert (found.averted.low, found.averted.mean, found.averted.high) == pytest.approx((0.0, 0.2, 0.4))
    assert (found.draws, found.grew) == (31, 11)
    for few in (small, grown[:8]):
        assert sampling.joint(few, ("", 0.0), ("", 0.1)) is None


def test_few_draws_give_a_wider_interval_than_many() -> None:
    def interval(number: int) -> float:
        rows = [
            row(seed, uptake, 500 - round(uptake * (seed * 37 % 400))) for seed in range(number) for uptake in (0, 1)
        ]
        found = sampling.joint(rows, ("", 0), ("", 1))
        assert found is not None
        return found.averted.high - found.averted.low

    assert interval(20) > interval(200)
