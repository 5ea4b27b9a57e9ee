"""The table of verdicts, case by case."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bluezone.authority.reports import rules
from bluezone.authority.reports.rules import Facts, Judgement, NamedKey, Reason, Verdict
from bluezone.protocol.intervals import interval_number
from bluezone.protocol.reports import Certainty

NOON = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)
#: midnight in Viet Nam: the day has seven hours of one UTC day, and seventeen of the next
DAY = dt.datetime(2020, 8, 16, tzinfo=dt.timezone(dt.timedelta(hours=7)))
START = interval_number(DAY.timestamp())
OUT = dt.datetime(2020, 8, 17, 3, 0, tzinfo=dt.UTC)
KEY = NamedKey(START, START + 144, OUT)
GOOD = Facts(DAY, NOON, (KEY,))


def withdrawn(key: NamedKey) -> NamedKey:
    return replace(key, withdrawn=True)


@pytest.mark.parametrize(
    ("facts", "verdict", "reason"),
    [
        (GOOD, Verdict.CONSISTENT, Reason.NOTHING_AGAINST),
        (replace(GOOD, heard=True), Verdict.CORROBORATED, Reason.HEARD),
        # an id that was seen is refused whatever else is true
        (replace(GOOD, id_seen=True), Verdict.REFUSED, Reason.ID_SEEN),
        (replace(GOOD, id_seen=True, heard=True), Verdict.REFUSED, Reason.ID_SEEN),
        # days outside retention
        (replace(GOOD, begins_at=DAY + dt.timedelta(days=3)), Verdict.REFUSED, Reason.DAY),
        (replace(GOOD, begins_at=DAY - dt.timedelta(days=13)), Verdict.REFUSED, Reason.DAY),
        (replace(GOOD, begins_at=DAY - dt.timedelta(days=13), heard=True), Verdict.REFUSED, Reason.DAY),
        # keys that were not out
        (replace(GOOD, keys=()), Verdict.REFUSED, Reason.KEY_NOT_OUT),
        (replace(GOOD, keys=(NamedKey(),)), Verdict.REFUSED, Reason.KEY_NOT_OUT),
        (replace(GOOD, keys=(KEY, NamedKey())), Verdict.REFUSED, Reason.KEY_NOT_OUT),
        (
            replace(GOOD, keys=(replace(KEY, out_at=NOON + dt.timedelta(seconds=1)),)),
            Verdict.REFUSED,
            Reason.KEY_NOT_OUT,
        ),
        (replace(GOOD, keys=(replace(KEY, out_at=NOON),)), Verdict.CONSISTENT, Reason.NOTHING_AGAINST),
        # keys of another day: two hours of difference between clocks are forgiven
        (replace(GOOD, keys=(NamedKey(START + 144, START + 288, OUT),)), Verdict.CONSISTENT, Reason.NOTHING_AGAINST),
        (replace(GOOD, keys=(NamedKey(START + 156, START + 288, OUT),)), Verdict.REFUSED, Reason.KEY_OF_ANOTHER_DAY),
        (replace(GOOD, keys=(NamedKey(START - 144, START - 12, OUT),)), Verdict.REFUSED, Reason.KEY_OF_ANOTHER_DAY),
        (replace(GOOD, keys=(NamedKey(START - 144, START - 11, OUT),)), Verdict.CONSISTENT, Reason.NOTHING_AGAINST),
        # withdrawn keys: refused where none else is named
        (replace(GOOD, keys=(withdrawn(KEY),)), Verdict.REFUSED, Reason.KEYS_WITHDRAWN),
        (replace(GOOD, keys=(withdrawn(KEY), KEY)), Verdict.CONSISTENT, Reason.NOTHING_AGAINST),
    ],
)
def test_a_report_has_the_verdict_of_the_table(facts: Facts, verdict: Verdict, reason: Reason) -> None:
    assert rules.judge(facts) == Judgement(verdict, reason)


def test_nothing_but_a_heard_identifier_corroborates() -> None:
    """Published keys are public: however many a report names, they prove nothing."""
    assert [rule.reason for rule in rules.RULES if rule.verdict is Verdict.CORROBORATED] == [Reason.HEARD]
    many = replace(GOOD, keys=(KEY,) * 30)
    assert rules.judge(many).verdict is Verdict.CONSISTENT


def test_every_rule_says_why_it_is_there() -> None:
    assert all(rule.why for rule in rules.RULES)
    assert {rule.reason for rule in rules.RULES} == set(Reason)


@pytest.mark.parametrize(("days_ago", "kept"), [(-1, False), (0, True), (14, True), (15, False)])
def test_days_of_the_last_two_weeks_are_known(days_ago: int, kept: bool) -> None:
    today = DAY + dt.timedelta(days=2)
    for received_at in (today, NOON, today + dt.timedelta(hours=23, minutes=59)):
        assert rules.day_is_kept(today - dt.timedelta(days=days_ago), received_at) is kept


@pytest.mark.parametrize(
    ("quarters", "near_minutes", "certainty", "risk"),
    [
        (1, 15, Certainty.CANNOT_TELL, 2),
        (8, 10, Certainty.LIKELY, 1),
        (1, 5, Certainty.POSSIBLE, 1),
        (1, 0, Certainty.LIKELY, 1),
        (4, None, Certainty.CANNOT_TELL, 1),
        (3, 0, Certainty.POSSIBLE, 0),
        (0, None, Certainty.CANNOT_TELL, 0),
    ],
)
def test_risk_follows_time_near_certainty_and_time_heard(
    quarters: int, near_minutes: int | None, certainty: Certainty, risk: int
) -> None:
    assert rules.risk(quarters, near_minutes, certainty) == risk
