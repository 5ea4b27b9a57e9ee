"""What may be told of a count, as a table; and that sums are made of nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.campaign.figures.organisation_series import total
from bluezone.authority.units.rules import Extent, told
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count

DAY = dt.date(2020, 8, 15)
PROVINCE = UnitCode.parse("63:93")


@pytest.mark.parametrize(
    ("installs", "people", "shown", "extent"),
    [
        (0, 40, 0, Extent.FEW),
        (4, 40, 0, Extent.FEW),
        (5, 40, 5, Extent.EXACT),
        (35, 40, 35, Extent.EXACT),
        (36, 40, 36, Extent.NEARLY_ALL),
        (40, 40, 36, Extent.NEARLY_ALL),
        (70, 40, 70, Extent.EXACT),  # travellers at a station
        (3, 1_000, 3, Extent.EXACT),
        (998, 1_000, 998, Extent.EXACT),
        (3, None, 0, Extent.FEW),
        (9, None, 9, Extent.EXACT),
        (3, 3, 0, Extent.HIDDEN),
        (5, 5, 0, Extent.HIDDEN),
        (9, 3, 9, Extent.EXACT),
    ],
)
def test_small_counts_and_those_that_leave_few_out_are_not_told(installs, people, shown, extent):
    assert (told(installs, people).installs, told(installs, people).extent) == (shown, extent)


@given(st.integers(1, 999), st.data())
def test_what_is_told_never_says_more_than_there_is_nor_which_of_five_counts_it_was(people, data):
    installs = data.draw(st.integers(0, people))
    made = told(installs, people)
    assert made.installs <= installs
    if made.extent is not Extent.EXACT:
        same = [other for other in range(people + 1) if told(other, people) == made]
        assert len(same) >= min(5, people + 1)


def counts(*values: tuple[int, int]) -> list[Count]:
    return [Count(PROVINCE, DAY + dt.timedelta(days=day), installs=installs) for day, installs in values]


def test_a_sum_carries_those_who_say_nothing_on_a_day():
    made = total([counts((0, 10), (2, 14)), counts((1, 5)), []], PROVINCE)
    assert [(count.date.day, count.installs) for count in made] == [(15, 10), (16, 15), (17, 19)]
    assert total([], PROVINCE) == []
