"""Test the published figures of contact tracing: no subtraction of totals and parts discloses a small count."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import pytest

from bluezone.authority.epidemiology import effect
from bluezone.authority.epidemiology.effect import Period, Traced, count, in_all, shown
from bluezone.protocol.warned import estimate

FIRST = dt.date(2020, 7, 20)


def traced(app: int = 0, hand: int = 0, infected: int = 0, **more) -> list[Traced]:
    people = [Traced(True, False, True, each < infected, **more) for each in range(app)]
    return people + [Traced(False, True, True, each < infected, **more) for each in range(hand)]


@pytest.mark.parametrize(
    ("number", "whole", "expected"),
    [
        (0, None, None),
        (4, None, None),
        (5, None, 5),
        (9, None, 5),
        (10, None, 10),
        (999, None, 995),
        (1_000, None, 1_000),
        (1_004, None, 1_000),
        (7, 30, 5),
        (26, 30, None),  # four did not
        (25, 30, 25),
        (30, 30, None),
        (4, 5_000, 0),  # among many nobody is meant
        (4_999, 5_000, 4_995),
    ],
)
def test_small_counts_and_small_rests_are_not_shown_and_others_cut_to_fives(number, whole, expected):
    assert count(number, whole) == expected


@pytest.mark.parametrize(
    ("people", "percent", "is_enough"), [(9, 50, False), (10, 50, True), (49, 90, False), (50, 90, True)]
)
def test_a_percentile_has_five_people_on_either_side(people, percent, is_enough):
    assert effect.enough(people, percent) is is_enough
    assert (effect.quantile([1.0] * people + [None], percent) is not None) is is_enough


@pytest.mark.parametrize(
    ("waits", "percent", "hours"),
    [
        ([(3_600, 10), (math.inf, 0)], 50, 1),
        ([(3_600, 4), (7_200, 6)], 50, 2),
        ([(3_600, 45), (86_400, 5)], 90, 1),
        ([(3_600, 44), (86_400, 6)], 90, 24),
        ([(3_600, 4), (math.inf, 6)], 50, math.inf),
        ([(3_600, 9)], 50, None),
        ([], 50, None),
    ],
)
def test_how_long_codes_wait_is_told_by_the_bound_of_a_class(waits, percent, hours):
    assert effect.wait_h(waits, percent) == hours


@pytest.mark.parametrize("day", [dt.date(2020, 8, 20), dt.date(2020, 8, 24), dt.date(2026, 11, 26)])
def test_periods_are_over_for_a_week_and_never_overlap(day):
    found = effect.periods(day)
    assert len(found) == effect.PERIODS
    assert found[0] + effect.PERIOD + effect.SETTLES <= day < found[0] + 2 * effect.PERIOD + effect.SETTLES
    assert all(one - other == effect.PERIOD for one, other in itertools.pairwise(found))
    assert all(each.weekday() == 0 for each in found)


def test_the_same_periods_stand_there_until_another_is_over():
    days = [dt.date(2020, 8, 10) + dt.timedelta(days=each) for each in range(60)]
    starts = {start for day in days for start in effect.periods(day)}
    assert all((start - min(starts)).days % effect.PERIOD.days == 0 for start in starts)


def test_attack_rates_are_those_of_what_is_shown():
    made = shown(Period(FIRST, traced=traced(app=52, hand=103, infected=13)))
    assert (made["contacts_app"], made["confirmed_app"], made["attack_rate_app"]) == (50, 10, 0.2)
    assert (made["contacts_hand"], made["confirmed_hand"], made["attack_rate_hand"]) == (100, 10, 0.1)
    assert (made["contacts_followed"], made["contacts_confirmed"]) == (155, 25)
    few = shown(Period(FIRST, traced=traced(app=52, infected=3)))
    assert (few["confirmed_app"], few["attack_rate_app"]) == (None, None)
    assert in_all([made, few])["attack_rate_app"] == 0.2  # of the period of which both counts are shown


def test_who_was_found_both_ways_counts_in_neither_group():
    made = shown(Period(FIRST, traced=[Traced(True, True, True, False)] * 20))
    assert (made["contacts_followed"], made["contacts_app"], made["contacts_hand"]) == (20, None, None)


def test_days_are_told_of_ten_people_or_more():
    made = shown(Period(FIRST, traced=traced(app=10, days_to_report=3, days_to_isolation=4)))
    assert (made["days_to_report_median"], made["days_to_report_90"]) == (3, None)
    assert made["days_to_isolation_app"] == 4
    assert shown(Period(FIRST, traced=traced(app=9, days_to_report=3)))["days_to_report_median"] is None


def test_nothing_is_shown_of_nothing():
    made = shown(Period(FIRST))
    assert len(made) == 25
    assert set(made.values()) == set(in_all([made]).values()) == set(in_all([]).values()) == {None}


@pytest.mark.parametrize("small", range(5))
def test_a_total_is_the_same_whatever_was_not_shown_of_its_parts(small):
    whole = in_all([shown(Period(FIRST, issued=40)), shown(Period(FIRST, issued=small))])
    assert whole["codes_issued"] == 40


def test_of_whatever_is_shown_together_no_difference_names_fewer_than_five():
    for issued, used in itertools.product(range(40), repeat=2):
        if used > issued:
            continue
        made = shown(Period(FIRST, issued=issued, used=used))
        assert made["codes_issued"] is None or made["codes_issued"] >= 5
        assert made["codes_used"] is None or (used >= 5 and issued - used >= 5)
        alike = [
            (i, u)
            for i, u in itertools.product(range(40), repeat=2)
            if u <= i and (made["codes_issued"], made["codes_used"]) == (count(i), count(u, i))
        ]
        assert len(alike) >= 5, "who reads the page cannot tell which it was"


def test_of_several_periods_the_ends_of_an_estimate_are_summed_and_so_never_too_near():
    parts = [
        shown(Period(FIRST, warned=estimate(answers, yes))) for answers, yes in ((10_000, 2_750), (400, 100), (4, 4))
    ]
    warned = ("phones_answered", "phones_warned", "phones_warned_low", "phones_warned_high")
    assert [parts[1][name] for name in warned] == [400, None, 0, 35]
    assert [in_all(parts)[name] for name in warned] == [10_400, 500, 330, 705]
