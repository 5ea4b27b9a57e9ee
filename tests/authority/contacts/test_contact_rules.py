"""Test the rules of contacts: decisions, whose contacts are traced, who waits for what, the first day of isolation."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.contacts import contact_rules as rules
from bluezone.authority.contacts.contact_rules import WAITS, ContactError, Decision, Standing, Ties, Wait

TODAY = dt.date(2020, 8, 18)
CONTACT, WAITING, NOT, LOST = Decision.CONTACT, Decision.WAITING, Decision.NOT, Decision.LOST


def day(back: int) -> dt.date:
    return TODAY - dt.timedelta(days=back)


@pytest.mark.parametrize(
    ("standing", "wait"),
    [
        (Standing(0, WAITING, called=True), Wait.TEST),
        (Standing(0, CONTACT), Wait.ISOLATION),
        (Standing(0, CONTACT, isolated=True), Wait.NOTHING),
        (Standing(1, WAITING), Wait.CALL),
        (Standing(1, WAITING, called=True), Wait.DECISION),
        (Standing(1, CONTACT, called=True), Wait.ISOLATION),
        (Standing(1, CONTACT, called=True, isolated=True), Wait.TEST),
        (Standing(1, CONTACT, called=True, isolated=True, tested=True), Wait.NOTHING),
        (Standing(1, CONTACT, tested=True), Wait.ISOLATION),
        (Standing(1, NOT), Wait.NOTHING),
        (Standing(1, LOST, called=True), Wait.NOTHING),
        (Standing(2, WAITING), Wait.CALL),
        (Standing(2, CONTACT), Wait.NOTHING),
    ],
)
def test_who_waits_for_what(standing, wait):
    assert rules.waits_for(standing) is wait


def test_every_rule_of_waiting_says_why_and_the_last_takes_all():
    assert all(rule.why for rule in WAITS)
    assert WAITS[-1].applies(Standing(9, CONTACT))


@pytest.mark.parametrize("before", list(Decision))
@pytest.mark.parametrize("after", list(Decision))
def test_only_the_steps_of_the_table_can_be_decided(before, after):
    if (before, after) in rules.TRANSITIONS:
        rules.check_decision(before, after)
        assert after in rules.decisions_from(before)
    else:
        with pytest.raises(ContactError):
            rules.check_decision(before, after)
    assert before is not after or (before, after) not in rules.TRANSITIONS


def test_contacts_of_contacts_are_the_last_ones_traced():
    assert [rules.level_after(level) for level in (0, 1)] == [1, 2]
    with pytest.raises(ContactError):
        rules.level_after(2)


@pytest.mark.parametrize(
    ("met", "first", "last", "good"),
    [
        (0, 5, 0, True),
        (5, 5, 0, True),
        (6, 5, 0, False),  # before the first infectious day
        (1, 5, 2, False),  # after the last
        (-1, 5, -9, False),  # has not come yet
        (28, 40, 0, True),
        (29, 40, 0, False),
    ],
)
def test_a_meeting_lies_on_an_infectious_day_of_the_last_four_weeks(met, first, last, good):
    if good:
        rules.check_meeting(day(met), day(first), day(last), TODAY)
        return
    with pytest.raises(ContactError) as refused:
        rules.check_meeting(day(met), day(first), day(last), TODAY)
    assert refused.value.field == "day"


@pytest.mark.parametrize(("began", "good"), [(4, True), (0, True), (5, False), (-1, False)])
def test_an_isolation_begins_between_the_first_meeting_and_today(began, good):
    if good:
        rules.check_isolation(day(began), day(4), TODAY)
        return
    with pytest.raises(ContactError):
        rules.check_isolation(day(began), day(4), TODAY)


@pytest.mark.parametrize(
    ("decision", "isolated", "admitted", "since"),
    [
        (CONTACT, 4, None, 4),
        (CONTACT, 4, 2, 4),
        (CONTACT, 2, 4, 4),
        (CONTACT, None, 2, 2),
        (CONTACT, None, None, None),
        (NOT, 4, None, None),
        (WAITING, 4, None, None),
        (LOST, 4, 1, 1),
    ],
)
def test_since_when_somebody_is_apart(decision, isolated, admitted, since):
    found = rules.isolated_since(
        decision, None if isolated is None else day(isolated), None if admitted is None else day(admitted)
    )
    assert found == (None if since is None else day(since))


def near(*keys: str) -> Ties:
    return Ties(near=frozenset(keys))


@pytest.mark.parametrize(
    ("ties", "gone"),
    [
        ({}, ""),
        ({"a": Ties()}, "a"),
        ({"a": Ties(held=True)}, ""),
        ({"a": Ties(), "b": near("a")}, "ab"),
        ({"a": Ties(held=True), "b": near("a")}, ""),  # who was near somebody who stays, stays
        ({"a": Ties(), "b": Ties(held=True, near=frozenset("a"))}, "a"),
        ({"a": near("b"), "b": near("a")}, "ab"),  # a couple goes together
        ({"a": near("b"), "b": near("a", "c"), "c": Ties(held=True)}, ""),
        ({"a": near("x")}, ""),  # near a contact of the office that has nothing to do with the case
        ({"a": Ties(), "b": near("a"), "c": near("b"), "d": near("b", "x")}, "abc"),
    ],
)
def test_who_goes_with_a_case_that_is_handed_over(ties, gone):
    assert rules.going(ties) == set(gone)
