"""Orders as rules: what each is to reach, and every order that cannot be given, as a table of cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from bluezone.authority.campaign.orders.rules import (
    DirectiveError,
    Letter,
    Node,
    asks_nothing,
    check,
    plan,
    without_people,
)
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base
from bluezone.rollout.errors import TargetError

DAY = dt.date(2020, 8, 15)
HAU_GIANG = catalogue.all_units().unit(UnitCode.parse("63:93"), DAY)
LETTER = Letter(
    number="1234/UBND-KGVX",
    issued=dt.date(2020, 8, 14),
    issuer="UBND tỉnh Hậu Giang",
    scope=HAU_GIANG,
    base=Base.POPULATION,
    target=Fraction(3, 10),
    deadline=dt.date(2020, 8, 30),
    responsible="Chủ tịch UBND tỉnh",
)


def node(key: str, people: int | None, installs: int | None = None, *children: Node) -> Node:
    return Node("unit", key, f"name of {key}", f"/{key}/", people, installs=installs, children=children)


def test_the_real_order_can_be_given():
    check(LETTER, 733_017, DAY)


@pytest.mark.parametrize(
    ("change", "people", "sentence"),
    [
        ({"target": Fraction(6, 5)}, 733_017, "120 %"),
        ({"target": Fraction(0)}, 733_017, "0 %"),
        ({"deadline": dt.date(2020, 8, 14)}, 733_017, "has gone by"),
        ({"deadline": dt.date(2020, 8, 13)}, 733_017, "before the order"),
        ({"number": " "}, 733_017, "number"),
        ({"responsible": ""}, 733_017, "answers"),
        ({}, None, "has no figure for population"),
        ({"deadline": dt.date(2025, 7, 1)}, 733_017, "does not exist on"),
        ({"issued": dt.date(2020, 8, 16)}, 733_017, "in the future"),
        ({"issued": dt.date(2020, 4, 1)}, 733_017, "before the app existed"),
    ],
)
def test_an_order_that_cannot_be_given_is_a_sentence(change, people, sentence):
    with pytest.raises((DirectiveError, TargetError), match=sentence):
        check(replace(LETTER, **change), people, DAY)


def test_what_is_handed_down_adds_up_on_every_level():
    tree = node("p", 1_000, 100, node("a", 400, 80, node("a1", 300, 70), node("a2", 100, 10)), node("b", 600, 20))
    for how in (Split.EQUALISE, Split.EQUAL_SHARE, Split.BY_PEOPLE):
        made = plan(tree, Fraction(3, 10), how)
        a, b = made.children
        assert made.installs == 300
        assert a.installs + b.installs == 300
        assert sum(child.installs for child in a.children) == a.installs


def test_equalised_all_end_at_one_share_and_who_is_above_it_does_nothing():
    tree = node("p", 1_000, 300, node("a", 500, 250), node("b", 500, 50))
    a, b = plan(tree, Fraction(4, 10), Split.EQUALISE).children
    assert (a.needed, b.installs) == (0, 150)
    a, b = plan(tree, Fraction(4, 10), Split.EQUAL_SHARE).children
    assert (a.needed, b.needed) == (50, 50)


def test_a_part_without_people_or_with_more_installs_than_people_is_named():
    missing = node("p", 1_000, 0, node("a", None), node("b", 600))
    assert [each.key for each in without_people(missing)] == ["a"]
    with pytest.raises(TargetError, match="name of a has no population"):
        plan(missing, Fraction(1, 2), Split.EQUALISE)
    with pytest.raises(TargetError, match="name of b has 700 installs but 600 people"):
        plan(node("p", 1_000, 0, node("a", 400), node("b", 600, 700)), Fraction(1, 2), Split.EQUALISE)
    with pytest.raises(DirectiveError, match="name of p"):
        plan(node("p", None), Fraction(1, 2), Split.EQUALISE)


def test_a_part_that_is_asked_for_nothing_asks_nothing_of_those_below():
    tree = node("p", 1_001, 0, node("tiny", 1, 0, node("t1", 1)), node("b", 1_000))
    made = plan(tree, Fraction(1, 1_001), Split.EQUAL_SHARE)
    assert [child.installs for child in made.children] == [0, 1]
    assert made.children[0].children[0].installs == 0


@pytest.mark.parametrize(
    ("installs", "how", "is_asked"),
    [
        ((900, 0), Split.EQUALISE, True),
        ((900, None), Split.EQUAL_SHARE, True),
        ((900, 0), Split.BY_PEOPLE, False),  # each is asked for its part, wherever it stands
        ((900, 300), Split.EQUALISE, False),  # nobody stands below the share
        ((500, 0), Split.EQUALISE, False),  # something is missing, and handed down
    ],
)
def test_an_order_that_is_reached_as_a_whole_and_asks_nothing_of_those_below_is_asked_about(installs, how, is_asked):
    high, low = installs
    root = node("whole", 2_000, high + (low or 0), node("high", 1_000, high), node("low", 1_000, low))
    question = asks_nothing(plan(root, Fraction(3, 10), how), how)
    assert (question is not None) is is_asked
    if question is not None:
        assert str(question).startswith("name of whole has 900 already and is asked for 600")
