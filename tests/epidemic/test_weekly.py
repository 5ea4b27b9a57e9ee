"""Contacts by week, fitted to weekly cases: what is found again, what is refused, and what is kept of three places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.tiers import also

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import Lockdown
from bluezone.epidemic.population import Population
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.recorded import DA_NANG, Record, record
from bluezone.epidemic.weekly import (
    LEAST,
    TOLERANCE,
    Weeks,
    delay_days,
    fit,
    played,
    posterior,
    weekly_cases,
    with_weeks,
)
from epidemic_validation.britain import ENGLAND, WALES

WEEKS = Weeks(4, 14)
SEEDS = range(4)
#: Half of the infected are found, and they go on meeting people: what comes of contacts shows.
OPEN = replace(
    vietnam_2020(),
    manual=replace(vietnam_2020().manual, interviews_per_day=0),
    isolation=replace(vietnam_2020().isolation, central_cases=False, central_contacts=False),
)


@pytest.mark.parametrize(
    ("by_sample", "days"),
    # 5 days of median incubation, 1 to the sample and 1 to the result, from the morning after the infection
    [(False, [0, 13, 20, 27]), (True, [0, 14, 21, 28])],
)
def test_a_week_of_cases_has_the_contacts_of_as_many_days_earlier_as_a_result_takes(
    by_sample: bool, days: list[int]
) -> None:
    assert delay_days(OPEN) == 8
    levels = Weeks(4, 14, by_sample).levels(OPEN, (0.5, 0.4, 0.3, 0.2))
    assert [level.from_day for level in levels] == days
    assert levels[2] == Lockdown(days[2], school=0.3, work=0.3, random=0.3)


def test_a_run_with_weeks_ends_with_the_last_of_them() -> None:
    assert with_weeks(OPEN, WEEKS, (0.5,) * 4, 30).days == 14 + 28
    assert with_weeks(OPEN, replace(WEEKS, by_sample=True), (0.5,) * 4, 30).days == 14 + 28 + 1


def test_weekly_cases_that_came_of_known_contacts_are_found_again(town: Population) -> None:
    wanted = weekly_cases(town, with_weeks(OPEN, WEEKS, (0.9, 0.9, 0.35, 0.7), 60), WEEKS, SEEDS)
    assert wanted[1] > 1.4 * wanted[0]
    heard: list[int] = []
    found = fit(town, OPEN, WEEKS, wanted.tolist(), SEEDS, advance=heard.append)
    assert found.worst < TOLERANCE / 2
    assert found.contacts[1] > 1.5 * found.contacts[2]
    assert sum(heard) == 25
    assert fit(town, OPEN, WEEKS, wanted.tolist(), SEEDS) == found


def test_what_contacts_may_have_been_lies_about_those_that_were(town: Population) -> None:
    truth = (0.8, 0.8, 0.3)
    wanted = weekly_cases(town, with_weeks(OPEN, Weeks(3, 14), truth, 40), Weeks(3, 14), (99,))
    near = played(town, OPEN, Weeks(3, 14), wanted.tolist(), [99], truth, 40)
    found = posterior(town, OPEN, Weeks(3, 14), near, 30, generations=3)
    low, middle, high = found.interval()
    assert np.all(low <= [np.log(40), 0.8, 0.3])
    assert np.all([np.log(40), 0.8, 0.3] <= high)
    assert middle[1] > middle[2]


def test_cases_that_contacts_cannot_bring_are_told_as_missed(town: Population) -> None:
    found = fit(town, OPEN, Weeks(2, 7), (5.0, 5000.0), [0])
    assert found.contacts[1] == 1.0
    assert found.worst > TOLERANCE


def test_a_week_has_no_fewer_contacts_than_the_least_that_are_tried(town: Population) -> None:
    found = fit(town, OPEN, Weeks(3, 14), (60.0, 60.0, 0.5), [0])
    assert LEAST <= min(found.contacts) < 0.1


@pytest.mark.parametrize(
    ("weeks", "wanted", "message"),
    [
        (Weeks(3, 14), (5.0, 5.0), "2 weeks of cases cannot be fitted"),
        (Weeks(1, 14), (5.0,), "give 2 or more"),
        (Weeks(2, 14), (5.0, 0.0), "a week without cases"),
        (Weeks(2, 14), (5.0, float("nan")), "a week without cases"),
        (Weeks(150, 14), (5.0,) * 150, "give 139"),
    ],
)
def test_weeks_that_cannot_be_fitted_are_refused(
    town: Population, weeks: Weeks, wanted: tuple[float, ...], message: str
) -> None:
    with pytest.raises(EpidemicError, match=message):
        fit(town, OPEN, weeks, wanted, [0])


def test_a_place_without_recorded_cases_is_refused() -> None:
    with pytest.raises(EpidemicError, match="choose one of da-nang"):
        record("atlantis")


@pytest.mark.parametrize("place", [DA_NANG, ENGLAND, WALES], ids=lambda place: place.key)
def test_every_week_of_a_record_has_its_contacts(place: Record) -> None:
    assert len(place.cases) == len(place.contacts) == place.weeks.number
    assert all(0 < share <= 1 for share in place.contacts)


@pytest.mark.parametrize("place", [DA_NANG, *also(ENGLAND, WALES)])
def test_contacts_kept_of_a_place_give_its_weekly_cases(place: Record) -> None:
    kept = played(
        place.population(), place.scenario(), place.weeks, place.wanted, place.seeds, place.contacts,
        place.initial_infections,
    )  # fmt: skip
    assert kept.worst < TOLERANCE, kept.misses
