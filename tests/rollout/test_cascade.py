"""A target handed down."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.cascade import Part, Split, people_meant, split
from bluezone.rollout.errors import TargetError
from bluezone.rollout.pace import installs_for

THIRTY = Fraction(3, 10)


def test_equalising_asks_most_of_those_who_stand_lowest() -> None:
    parts = [Part("a", 1000, 50), Part("b", 1000, 150), Part("c", 1000, 700)]
    result = split(Fraction(4, 10), parts, Split.EQUALISE)
    assert [a.target for a in result] == [250, 250, 700]
    assert [a.needed for a in result] == [200, 100, 0]


def test_an_equal_share_asks_the_same_of_everybody() -> None:
    parts = [Part("a", 1000, 50), Part("b", 2000, 150)]
    result = split(Fraction(4, 10), parts, Split.EQUAL_SHARE)
    assert [(a.target, a.needed) for a in result] == [(383, 333), (817, 667)]


def test_one_that_is_full_hands_the_rest_on() -> None:
    result = split(Fraction(9, 10), [Part("a", 100, 95), Part("b", 100, 5)], Split.EQUAL_SHARE)
    assert [a.target for a in result] == [100, 80]


def test_a_target_already_reached_asks_nothing() -> None:
    result = split(THIRTY, [Part("a", 100, 50), Part("b", 100, 20)])
    assert [a.needed for a in result] == [0, 0]


@pytest.mark.parametrize("parts", [[], [Part("a", 0)], [Part("a", -5)], [Part("a", 10, 11)], [Part("a", 10, -1)]])
def test_what_cannot_be_split_is_refused(parts: list[Part]) -> None:
    with pytest.raises(TargetError):
        split(THIRTY, parts)


part_sizes = st.lists(
    st.integers(1, 200_000).flatmap(lambda people: st.tuples(st.just(people), st.integers(0, people))),
    min_size=1,
    max_size=30,
)


@given(part_sizes, st.fractions(Fraction(1, 100), 1, max_denominator=1000), st.sampled_from(Split))
def test_what_is_handed_down_adds_up_to_what_was_asked(
    sizes: list[tuple[int, int]], share: Fraction, how: Split
) -> None:
    parts = [Part(str(n), people, installs) for n, (people, installs) in enumerate(sizes)]
    result = split(share, parts, how)
    asked = max(installs_for(share, sum(p.people for p in parts)), sum(p.installs for p in parts))
    assert sum(a.target for a in result) == asked
    assert all(a.installs <= a.target <= a.people for a in result)


@given(part_sizes, st.fractions(Fraction(1, 100), 1, max_denominator=1000))
def test_after_equalising_all_that_do_something_end_alike(sizes: list[tuple[int, int]], share: Fraction) -> None:
    parts = [Part(str(n), people, installs) for n, (people, installs) in enumerate(sizes)]
    working = [a for a in split(share, parts) if a.needed]
    for a in working:
        for b in working:
            assert abs(Fraction(a.target, a.people) - Fraction(b.target, b.people)) <= Fraction(1, a.people) + Fraction(
                1, b.people
            )


def test_an_order_to_officials_and_their_families_means_a_household_each() -> None:
    assert people_meant(1000, with_families=True) == 3600
    assert people_meant(1000, with_families=False) == 1000


def test_a_target_of_the_whole_is_handed_down_even_if_the_parts_count_otherwise() -> None:
    parts = [Part("a", 400), Part("b", 590)]
    result = split(THIRTY, parts, whole=1000)
    assert sum(a.target for a in result) == 300
    assert sum(a.target for a in split(Fraction(1), parts, whole=1000)) == 990
