"""Members and their families: what cannot be, sums over classes, and what may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.families import (
    FamilyTally,
    TreeTally,
    fallen,
    families_meant,
    of_unit,
    problems,
    shown,
    summed,
)
from bluezone.rollout.suppression import Extent


@pytest.mark.parametrize(
    ("tally", "fields"),
    [
        (FamilyTally(told=40, reached=30, families_with_app=20, pledging=10, pledged=30, members=35, family=60), []),
        (FamilyTally(told=41), ["told"]),
        (FamilyTally(reached=41), ["reached"]),
        (FamilyTally(members=41), ["members"]),
        (FamilyTally(reached=10, families_with_app=11), ["families_with_app"]),
        (FamilyTally(families_with_app=1), ["families_with_app"]),
        (FamilyTally(pledging=2, pledged=41), ["pledged"]),
        (FamilyTally(pledged=4), ["pledging"]),
        (FamilyTally(family=801), ["family"]),
        (FamilyTally(pledging=0, pledged=0), []),
    ],
)
def test_what_cannot_be_is_named_by_its_field(tally, fields):
    assert [each.field for each in problems(tally, 40)] == fields


def test_without_a_headcount_nothing_is_too_much_of_it():
    assert problems(FamilyTally(told=4_000), None) == []


def test_a_running_total_that_falls_is_asked_about():
    assert fallen(FamilyTally(told=30, reached=10), FamilyTally(told=20, reached=10, pledging=1)) == ["told"]


def test_a_sum_knows_what_one_of_its_parts_knows():
    assert summed([FamilyTally(told=3), FamilyTally(told=4, reached=0), FamilyTally()]) == FamilyTally(
        told=7, reached=0
    )


def test_a_school_is_the_sum_of_its_classes_and_never_its_own_tally_beside_them():
    own = FamilyTally(told=500)
    classes = [TreeTally(FamilyTally(told=40)), TreeTally(FamilyTally(told=30)), TreeTally(FamilyTally())]
    assert of_unit(own, classes) == TreeTally(FamilyTally(told=70), known=2, all=3)
    assert of_unit(own, classes[2:]) == TreeTally(own, 0, 1)
    assert not of_unit(own, []).is_sum


def test_an_order_means_two_and_a_half_of_each_members_family():
    assert families_meant(60) == 156


def test_small_numbers_of_people_with_the_app_are_not_shown_and_those_told_are():
    made = shown(FamilyTally(told=2, reached=30, families_with_app=3, members=20, family=30), 40)
    assert made["told"].at_least == 2
    assert made["families_with_app"].extent is Extent.FEW
    assert made["members"].at_least == 20
    assert made["pledged"] is None


@given(st.integers(0, 40), st.integers(0, 104))
def test_members_and_family_are_shown_both_or_neither(members, family):
    """They add up to the unit's figure, which stands beside them."""
    made = shown(FamilyTally(members=members, family=family), 40)
    extents = {made["members"].extent, made["family"].extent}
    assert extents in ({Extent.EXACT}, {Extent.SUPPRESSED})
