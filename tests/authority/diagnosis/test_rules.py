"""What makes a case, and what a code is good for."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.diagnosis import rules
from bluezone.authority.diagnosis.rules import CodeFacts, DateProblem, TokenFacts, TokenVerdict, Verdict
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


def facts(**changes) -> CodeFacts:
    known = {"expires_at": LATER, "used": False, "burnt": False, "report": CertifiedReport.CONFIRMED}
    return CodeFacts(**(known | changes))


LIKELY = facts(report=CertifiedReport.LIKELY)


@pytest.mark.parametrize(
    ("code", "accept", "verdict"),
    [
        (None, (), Verdict.UNKNOWN),
        (facts(), (), Verdict.ACCEPTED),
        (facts(used=True), (), Verdict.USED),
        (facts(used=True, nonce=False), (), Verdict.USED),
        (facts(used=True, nonce=True), (), Verdict.REPEATED),
        (facts(used=True, nonce=True), ("negative",), Verdict.REPEATED),
        (facts(used=True, nonce=True, expires_at=NOW), (), Verdict.USED),
        (facts(burnt=True), (), Verdict.BURNT),
        (facts(burnt=True, expires_at=NOW), (), Verdict.BURNT),
        (facts(nonce=True), (), Verdict.ACCEPTED),
        (facts(nonce=False), (), Verdict.OTHER_NONCE),  # asked for by another phone
        (facts(nonce=False, expires_at=NOW), (), Verdict.OTHER_NONCE),
        (facts(expires_at=NOW), (), Verdict.EXPIRED),
        (LIKELY, (), Verdict.ACCEPTED),
        (LIKELY, ("confirmed",), Verdict.UNSUPPORTED),
        (LIKELY, ("likely",), Verdict.ACCEPTED),
        (LIKELY, ("negative",), Verdict.ACCEPTED),
        (facts(), ("likely",), Verdict.ACCEPTED),
    ],
)
def test_a_code_is_good_once_and_in_time(code, accept, verdict):
    assert rules.judge_code(code, accept, NOW) is verdict


@pytest.mark.parametrize(
    ("token", "verdict"),
    [
        (None, TokenVerdict.INVALID),
        (TokenFacts(LATER, used=False), TokenVerdict.GOOD),
        (TokenFacts(LATER, used=True), TokenVerdict.INVALID),
        (TokenFacts(LATER, used=True, same_keys=True), TokenVerdict.GOOD),
        (TokenFacts(NOW, used=True, same_keys=True), TokenVerdict.EXPIRED),
        (TokenFacts(NOW, used=True), TokenVerdict.INVALID),
        (TokenFacts(NOW, used=False), TokenVerdict.EXPIRED),
    ],
)
def test_a_token_is_good_in_time_and_for_one_set_of_keys(token, verdict):
    assert rules.judge_token(token, NOW) is verdict


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
