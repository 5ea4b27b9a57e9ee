"""A target handed down."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.cascade import Finding, Misfit, Part, Split, Written, judge, people_meant, split
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


@given(
    part_sizes,
    st.fractions(Fraction(1, 100), 1, max_denominator=1000),
    st.sampled_from([Split.EQUALISE, Split.EQUAL_SHARE]),
)
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


# --- cut by people and by phones -------------------------------------------------------------------------------------


def test_by_people_each_gets_the_same_share_wherever_it_stands() -> None:
    parts = [Part("a", 1000, 900), Part("b", 2000, 0), Part("c", 500)]
    assert [each.target for each in split(THIRTY, parts, Split.BY_PEOPLE)] == [300, 600, 150]


def test_by_phones_each_gets_its_part_of_the_phones() -> None:
    parts = [Part("a", 1000, phones=600), Part("b", 1000, phones=200), Part("c", 1000, phones=100)]
    assert [each.target for each in split(THIRTY, parts, Split.BY_PHONES)] == [600, 200, 100]


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([Part("a", 1000), Part("b", 1000, phones=900)], "nobody knows how many smartphones a has"),
        ([Part("a", 1000, phones=100), Part("b", 1000, phones=499)], "600 installs .* 599 smartphones"),
        ([Part("a", 1000, phones=5000), Part("b", 9000, phones=1)], "3,?000 installs .* 1,?001 smartphones"),
    ],
)
def test_by_phones_refuses_what_no_phone_can_bear(parts: list[Part], why: str) -> None:
    with pytest.raises(TargetError, match=why):
        split(THIRTY, parts, Split.BY_PHONES)


@given(part_sizes, st.fractions(Fraction(1, 100), 1, max_denominator=1000), st.data())
def test_what_is_cut_adds_up_and_asks_nobody_for_more_than_it_has(
    sizes: list[tuple[int, int]], share: Fraction, data: st.DataObject
) -> None:
    parts = [
        Part(str(n), people, installs, phones=data.draw(st.integers(1, 2 * people)))
        for n, (people, installs) in enumerate(sizes)
    ]
    asked = installs_for(share, sum(part.people for part in parts))
    by_people = split(share, parts, Split.BY_PEOPLE)
    assert sum(each.target for each in by_people) == asked
    assert all(abs(each.target - share * each.people) < 2 for each in by_people)
    try:
        by_phones = split(share, parts, Split.BY_PHONES)
    except TargetError:
        assert asked > sum(min(part.phones, part.people) for part in parts)
        return
    assert sum(each.target for each in by_phones) == asked
    assert all(each.target <= min(part.phones, part.people) for each, part in zip(by_phones, parts, strict=True))


def test_targets_that_are_given_are_not_split() -> None:
    with pytest.raises(ValueError, match="given"):
        split(THIRTY, [Part("a", 10)], Split.GIVEN)


# --- targets as they were written ------------------------------------------------------------------------------------

#: the district of the order of August 2020: 90,126 people, and the target that its province gave it
DISTRICT = {"people": 90_126, "target": 27_067}


@pytest.mark.parametrize(
    ("parts", "unit", "findings"),
    [
        # ten communes of a district of 90,126 with a target of a million each
        (
            [Written("a", 8_000, 1_000_000)],
            DISTRICT,
            [Finding(Misfit.OVER_PEOPLE, "a", 1_000_000, 8_000), Finding(Misfit.PEOPLE_APART, "", 8_000, 90_126)],
        ),
        # the same with people of a million each
        (
            [Written("a", 1_000_000, 300_000)],
            DISTRICT,
            [Finding(Misfit.OVER_WHOLE, "a", 1_000_000, 90_126), Finding(Misfit.PEOPLE_APART, "", 1_000_000, 90_126)],
        ),
        # 27,038 under 27,067
        (
            [Written("a", 45_063, 13_519), Written("b", 45_063, 13_519)],
            DISTRICT,
            [Finding(Misfit.UNDER, "", 27_038, 27_067)],
        ),
        ([Written("a", 45_063, 13_519), Written("b", 45_063, 13_548)], DISTRICT, []),
        # more than was asked for is nobody's mistake
        ([Written("a", 45_063, 20_000), Written("b", 45_063, 20_000)], DISTRICT, []),
        # people of another year differ a little
        ([Written("a", 42_000, 13_534), Written("b", 42_000, 13_534)], DISTRICT, []),
        (
            [Written("a", 40_000, 13_534), Written("b", 41_000, 13_534)],
            DISTRICT,
            [Finding(Misfit.PEOPLE_APART, "", 81_000, 90_126)],
        ),
        # nobody knows the people of one: nothing is said of their sum
        ([Written("a", 0, 13_534), Written("b", 41_000, 13_534)], DISTRICT, []),
        ([Written("a", 0, 99)], {"target": None, "people": None}, []),
        ([], DISTRICT, []),
        # a district left out
        (
            [Written("a", 45_063, 27_067)],
            DISTRICT | {"expected": ("a", "b")},
            [Finding(Misfit.LEFT_OUT, "", 1, 2, ("b",))],
        ),
        (
            [Written("a", 45_063, 13_000)],
            DISTRICT | {"expected": ("a", "b", "c")},
            [Finding(Misfit.LEFT_OUT, "", 1, 3, ("b", "c")), Finding(Misfit.UNDER, "", 13_000, 27_067)],
        ),
    ],
)
def test_what_does_not_fit_is_found(parts, unit, findings) -> None:  # type: ignore[no-untyped-def]
    assert judge(parts, **unit) == findings


def test_a_difference_is_named() -> None:
    (found,) = judge([Written("a", 90_126, 27_038)], **DISTRICT)
    assert (found.difference, found.misfit.is_refused) == (29, False)


@given(part_sizes, st.fractions(Fraction(1, 100), 1, max_denominator=1000), st.sampled_from([*Split][:3]))
def test_what_is_split_never_misfits(sizes: list[tuple[int, int]], share: Fraction, how: Split) -> None:
    parts = [Part(str(n), people, installs) for n, (people, installs) in enumerate(sizes)]
    everybody = sum(part.people for part in parts)
    written = [Written(each.key, each.people, each.target) for each in split(share, parts, how)]
    expected = [each.key for each in written]
    assert judge(written, target=installs_for(share, everybody), people=everybody, expected=expected) == []


@given(part_sizes, st.integers(0, 10**7), st.integers(1, 10**7), st.data())
def test_whatever_is_written_is_refused_only_for_what_a_unit_does_not_have(
    sizes: list[tuple[int, int]], target: int, people: int, data: st.DataObject
) -> None:
    written = [Written(str(n), size, data.draw(st.integers(0, 2 * size))) for n, (size, _) in enumerate(sizes)]
    found = judge(written, target=target, people=people)
    over = {each.key for each in written if each.target > each.people}
    assert {each.key for each in found if each.misfit is Misfit.OVER_PEOPLE} == over
    under = [each for each in found if each.misfit is Misfit.UNDER]
    assert bool(under) is (sum(each.target for each in written) < target)
