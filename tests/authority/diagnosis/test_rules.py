"""What makes a case, and what a code is good for."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.diagnosis import rules
from bluezone.authority.diagnosis.rules import CodeFacts, DateProblem, TokenFacts, Verdict
from bluezone.protocol.verification import CertifiedReport

TODAY = dt.date(2020, 8, 18)
NOW = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def days_ago(count: int) -> dt.date:
    return TODAY - dt.timedelta(days=count)


@pytest.mark.parametrize(
    ("onset", "test", "problem"),
    [
        (None, None, (DateProblem.NONE_GIVEN, "onset_date")),
        (TODAY, None, None),
        (None, TODAY, None),
        (days_ago(28), days_ago(28), None),
        (days_ago(3), TODAY, None),
        (TODAY, days_ago(3), None),  # tested as a contact, ill later
        (days_ago(-1), None, (DateProblem.IN_FUTURE, "onset_date")),
        (TODAY, days_ago(-1), (DateProblem.IN_FUTURE, "test_date")),
        (days_ago(29), None, (DateProblem.TOO_OLD, "onset_date")),
        (TODAY, days_ago(29), (DateProblem.TOO_OLD, "test_date")),
    ],
)
def test_a_case_needs_a_date_of_the_last_28_days(onset, test, problem):
    assert rules.date_problem(onset, test, TODAY) == problem


def test_days_are_counted_from_symptoms_else_from_the_test():
    assert rules.onset_for_keys(days_ago(3), TODAY) == days_ago(3)
    assert rules.onset_for_keys(None, TODAY) == TODAY


GOOD = CodeFacts(expires_at=LATER, used=False, burnt=False, tries=0, report=CertifiedReport.CONFIRMED)
LIKELY = CodeFacts(expires_at=LATER, used=False, burnt=False, tries=0, report=CertifiedReport.LIKELY)


@pytest.mark.parametrize(
    ("code", "caller_tries", "accept", "verdict"),
    [
        (None, 0, (), Verdict.UNKNOWN),
        (GOOD, 0, (), Verdict.ACCEPTED),
        (GOOD, 4, (), Verdict.ACCEPTED),
        (GOOD, 5, (), Verdict.EXHAUSTED),
        (CodeFacts(LATER, False, False, 2, CertifiedReport.CONFIRMED), 3, (), Verdict.EXHAUSTED),
        (CodeFacts(LATER, False, False, 2, CertifiedReport.CONFIRMED), 2, (), Verdict.ACCEPTED),
        (CodeFacts(LATER, True, False, 0, CertifiedReport.CONFIRMED), 0, (), Verdict.USED),
        (CodeFacts(LATER, False, True, 0, CertifiedReport.CONFIRMED), 0, (), Verdict.BURNT),
        (CodeFacts(NOW, False, False, 0, CertifiedReport.CONFIRMED), 0, (), Verdict.EXPIRED),
        (LIKELY, 0, (), Verdict.ACCEPTED),
        (LIKELY, 0, ("confirmed",), Verdict.UNSUPPORTED),
        (LIKELY, 0, ("likely",), Verdict.ACCEPTED),
        (LIKELY, 0, ("negative",), Verdict.ACCEPTED),
        (GOOD, 0, ("likely",), Verdict.ACCEPTED),
        (LIKELY, 5, ("confirmed",), Verdict.EXHAUSTED),
    ],
)
def test_a_code_is_good_once_in_time_and_after_few_tries(code, caller_tries, accept, verdict):
    assert rules.judge_code(code, caller_tries, accept, NOW, allowed_tries=5) is verdict


@pytest.mark.parametrize(
    ("token", "good"),
    [
        (None, False),
        (TokenFacts(LATER, used=False), True),
        (TokenFacts(LATER, used=True), False),
        (TokenFacts(LATER, used=True, same_keys=True), True),
        (TokenFacts(NOW, used=True, same_keys=True), False),
        (TokenFacts(NOW, used=False), False),
    ],
)
def test_a_token_is_good_in_time_and_for_one_set_of_keys(token, good):
    assert rules.token_is_good(token, NOW) is good


@pytest.mark.parametrize(
    ("expires_at", "used", "burnt", "state"),
    [
        (LATER, False, False, "waiting"),
        (NOW, False, False, "expired"),
        (NOW, True, False, "used"),
        (LATER, False, True, "burnt"),
    ],
)
def test_an_officer_sees_the_state_of_a_code(expires_at, used, burnt, state):
    assert rules.code_state(expires_at, used=used, burnt=burnt, now=NOW) == state


def test_unknown_words_of_accept_are_named():
    assert rules.unknown_test_types(["confirmed", "maybe", "likely"]) == ["maybe"]
