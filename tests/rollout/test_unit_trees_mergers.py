"""What a unit's series is once others went into it with their people."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.rollout.counts import Count, Kind, OrganisationCode, Origin
from bluezone.rollout.series import SUM, Series
from bluezone.rollout.unit_trees import Gone, with_gone

TAKER, GOER = OrganisationCode("7K3M-Q2XD"), OrganisationCode("9Q3C-2883")
MERGED, TODAY = 14, 20


def series(code: OrganisationCode, counts: dict[int, int], origin: Origin = Origin.REPORTED) -> Series:
    """Return a series of August 2020, as it is chosen on the 20th."""
    made = tuple(Count(code, dt.date(2020, 8, day), number, origin=origin) for day, number in counts.items())
    return Series(dt.date(2020, 8, TODAY), Kind.INSTALLS, origin if made else None, made)


@pytest.mark.parametrize(
    ("own", "gone", "made"),
    [
        # both reported daily, and the one that is left of both since
        ({12: 10, 13: 12, 14: 14, 15: 40}, {12: 20, 13: 21, 14: 22}, {12: 30, 13: 33, 14: 36, 15: 40}),
        # nobody has reported since: the sum stands, and is as old as it is
        ({13: 12}, {14: 22}, {14: 34}),
        # the one that took it in never reported: what is known are the others'
        ({}, {12: 20, 14: 22}, {12: 20, 14: 22}),
        ({16: 70}, {12: 20, 14: 22}, {12: 20, 14: 22, 16: 70}),
        # it began to report later: no gain by joining
        ({14: 14}, {8: 5, 14: 22}, {14: 36}),
        # on days of silence each stays where it was
        ({10: 10, 14: 14}, {10: 20, 12: 24}, {10: 30, 12: 34, 14: 38}),
        # what a closed unit is said to have after its last day counts for nobody
        ({14: 14}, {14: 22, 17: 99}, {14: 36}),
        ({14: 14, 15: 40}, {}, {14: 14, 15: 40}),
    ],
)
def test_counts_are_added_up_to_the_day_of_the_merger(own, gone, made):
    went = Gone(series(GOER, gone), dt.date(2020, 8, MERGED))
    found = with_gone(series(TAKER, own), TAKER, [went])
    assert {day.day: number for day, number in found.totals()} == made
    assert {count.unit for count in found.counts} <= {TAKER}


def test_two_that_went_on_different_days_are_added_each_until_its_own():
    first = Gone(series(GOER, {10: 5, 12: 6}), dt.date(2020, 8, 12))
    second = Gone(series(GOER, {10: 50, 16: 60}), dt.date(2020, 8, 16))
    found = with_gone(series(TAKER, {10: 1, 14: 9, 18: 80}), TAKER, [first, second])
    assert {day.day: number for day, number in found.totals()} == {10: 56, 12: 57, 14: 59, 16: 69, 18: 80}
    assert [count.source == SUM for count in found.counts] == [True, True, True, True, False]


def test_a_merger_of_posters_is_not_added_twice():
    own = series(TAKER, {13: 12, 14: 34}, Origin.COUNTED)  # the nightly count has the posters of both
    gone = Gone(series(GOER, {13: 20, 14: 22}, Origin.COUNTED), dt.date(2020, 8, MERGED))
    assert with_gone(own, TAKER, [gone]) == own
