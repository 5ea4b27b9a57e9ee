"""The figure of a unit that holds others: which counts, over how many, and that no small part follows from it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.series import Parts, Series, choose
from bluezone.rollout.suppression import Extent, disclose, disclose_sum
from bluezone.rollout.unit_trees import UnitNode, forest, reported_on, tree_series

DAY = dt.date(2020, 8, 18)
REPORTED, COUNTED = Origin.REPORTED, Origin.COUNTED


def series(*counts: tuple[int, int], origin: Origin = REPORTED) -> Series:
    """A series of (days ago, number)."""
    made = [
        Count(OrganisationCode("X"), DAY - dt.timedelta(days=ago), installs=number, origin=origin)
        for ago, number in counts
    ]
    return choose(made, DAY)


def node(code: str, people: int | None, own: Series | None = None, *children: UnitNode) -> UnitNode:
    return UnitNode(OrganisationCode(code), people, own or Series(DAY), children)


def figure(root: UnitNode) -> Series:
    return tree_series([root])[root.code]


def test_a_unit_that_holds_none_has_its_own_figure_as_it_is():
    own = series((1, 3))
    assert tree_series([node("A", 40, own)]) == {"A": own}


#: own report, counts of the parts -> figure, known, summed
CASES = {
    "all parts have a figure: the sum, not the own report": (
        series((0, 90)), [series((0, 30)), series((2, 40))], (70, 2, True)),
    "a part is missing: the own report of today": (
        series((0, 90)), [series((0, 30)), None], (90, 1, False)),
    "a part is missing and the own report is old: the sum of those known": (
        series((8, 90)), [series((0, 30)), None], (30, 1, True)),
    "a part is missing and there is no own report": (
        None, [series((0, 30)), None], (30, 1, True)),
    "a part is silent for longer than a week: the own report of yesterday": (
        series((1, 90)), [series((0, 30)), series((8, 40))], (90, 2, False)),
    "... and without one it stays with what it had": (
        None, [series((0, 30)), series((8, 40))], (70, 2, True)),
    "no part has a figure: the own report however old": (
        series((20, 90)), [None, None], (90, 0, False)),
    "only posters count: the own count of posters, which holds theirs": (
        series((0, 90), origin=COUNTED), [series((0, 30), origin=COUNTED), series((0, 40), origin=COUNTED)],
        (90, 2, False)),
    "posters, and one part reports: the sum": (
        series((0, 50), origin=COUNTED), [series((0, 30)), series((0, 40), origin=COUNTED)], (70, 2, True)),
    "an own report of today beside parts that only posters count": (
        series((0, 90)), [series((0, 30), origin=COUNTED), series((0, 40), origin=COUNTED)], (90, 2, False)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_rule_says_which_figure_counts(case):
    own, parts, (total, known, summed) = CASES[case]
    root = node("A", 1_000, own, *(node(f"P{place}", 100, each) for place, each in enumerate(parts)))
    found = figure(root)
    assert found.total == total
    assert found.parts is not None
    assert (found.parts.all, found.parts.known, found.parts.summed) == (2, known, summed)
    assert not found.parts.at_least


def test_a_sum_tells_how_old_its_oldest_part_is():
    found = figure(node("A", 900, None, node("B", 100, series((0, 30))), node("C", 100, series((9, 40)))))
    assert found.parts == Parts(2, 2, stale=1, oldest=DAY - dt.timedelta(days=9), summed=True)


def test_a_part_that_joins_is_no_gain():
    """Movement is over the common set of both days only."""
    early, late = series((10, 20), (3, 30), (0, 35)), series((3, 50), (0, 52))
    found = figure(node("A", 900, None, node("B", 100, early), node("C", 100, late)))
    assert found.totals() == [(DAY - dt.timedelta(days=3), 80), (DAY, 87)]


def test_a_part_that_says_nothing_on_a_day_stays_where_it_was():
    found = figure(node("A", 900, None, node("B", 100, series((4, 20), (0, 30))), node("C", 100, series((4, 10)))))
    assert found.totals() == [(DAY - dt.timedelta(days=4), 30), (DAY, 40)]


def test_trees_of_three_levels_count_everybody_once():
    zone = node(
        "Z", 3_000, None,
        node("A", 500, series((0, 400)), node("A1", 200, series((0, 120))), node("A2", 200, series((0, 130)))),
        node("B", 500, series((0, 100))),
    )  # fmt: skip
    found = tree_series([zone])
    assert {code: each.total for code, each in found.items()} == {"Z": 350, "A": 250, "A1": 120, "A2": 130, "B": 100}


def test_a_part_whose_own_parts_are_not_all_known_does_not_end_the_unit_above():
    """Its sum is no whole: the zone's report of today counts until it is one."""
    company = node("A", 500, None, node("A1", 200, series((0, 120))), node("A2", 200))
    assert figure(node("Z", 3_000, series((0, 900)), company)).total == 900


SMALL = st.integers(0, 4)


@given(SMALL, SMALL, st.integers(5, 35), st.booleans())
def test_a_small_part_follows_from_nothing_that_is_shown(one, other, sister, reports):
    """Two schools that differ in a small class alone look the same, whatever the own report makes of it."""

    def shown(small: int) -> int | None:
        own = series((0, small + sister + 30), origin=REPORTED if reports else COUNTED)
        kind = COUNTED
        parts = [node("B", 40, series((0, small), origin=kind)), node("C", 40, series((0, sister), origin=kind))]
        return figure(node("A", 200, own, *parts)).total

    assert shown(one) == shown(other)


@given(SMALL, SMALL, st.integers(5, 35))
def test_a_sum_is_made_of_what_may_be_disclosed(one, other, sister):
    def of(small: int) -> Series:
        return figure(node("A", 200, None, node("B", 40, series((0, small))), node("C", 40, series((0, sister)))))

    assert of(one).total == of(other).total == sister
    for small in (one, other):
        assert of(small).parts.at_least == (small > 0)


def test_what_is_in_no_part_is_suppressed_as_a_part_would_be():
    """The class that has not reported would follow: 62 in all, 60 in the other class."""
    found = figure(node("A", 140, series((0, 62)), node("B", 100, series((0, 60))), node("C", 40)))
    assert found.total == 60
    assert found.parts.at_least


def test_all_but_a_few_of_a_part_are_no_more_told_than_a_few():
    found = figure(node("A", 200, None, node("B", 40, series((0, 39))), node("C", 40, series((0, 20)))))
    assert (found.total, found.parts.at_least) == (56, True)


def test_a_sum_of_hidden_parts_alone_is_hidden():
    assert disclose_sum(0, 80, at_least=True).extent is Extent.SUPPRESSED
    assert disclose_sum(56, 80, at_least=True).extent is Extent.AT_LEAST
    assert disclose_sum(3, 80, at_least=False) == disclose(3, 80)


@pytest.mark.parametrize(
    ("own", "inside", "day"),
    [
        (None, [None, 3], None),
        (4, [None, 3], 4),
        (None, [2, 3], 3),
        (4, [2, 3], 3),
        (1, [2, 3], 1),
        (None, [], None),
    ],
)
def test_a_unit_has_reported_when_all_in_it_have(own, inside, day):
    """Numbers are days ago."""

    def date(ago: int | None) -> dt.date | None:
        return None if ago is None else DAY - dt.timedelta(days=ago)

    assert reported_on(date(own), [date(each) for each in inside]) == date(day)


def test_a_forest_is_made_of_who_holds_whom():
    people = {OrganisationCode(code): 10 for code in "ABCD"}
    parents = {OrganisationCode("B"): OrganisationCode("A"), OrganisationCode("D"): OrganisationCode("elsewhere")}
    roots = forest(people, parents, {}, DAY)
    assert [[each.code for each in root.walk()] for root in roots] == [["A", "B"], ["C"], ["D"]]
