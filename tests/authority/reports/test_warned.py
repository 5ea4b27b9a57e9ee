"""Counting phones that warned: sums of a week only, each answer once, an estimate that says how far off it may be."""

from __future__ import annotations

import csv
import datetime as dt
import io
import secrets
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bluezone.authority.epidemiology import effect
from bluezone.authority.reports import counts, retention
from bluezone.authority.reports.models import WarnedAnswer, WarnedWeek
from bluezone.authority.site import clock
from bluezone.protocol import warned as rule
from bluezone.protocol.reports import ReportAnswer
from bluezone.protocol.warned import WARNED_PATH, Ticket

#: a Wednesday
NOW = dt.datetime(2020, 8, 26, 5, tzinfo=dt.UTC)
WEEK = dt.date(2020, 8, 17)
pytestmark = pytest.mark.django_db


@pytest.fixture
def send(phone: Any):
    phone.clock.now = NOW

    def sent(answer: rule.WarnedAnswer, **headers: str) -> ReportAnswer:
        found = phone.post(WARNED_PATH, answer.to_json("x" * 500), headers=headers)
        assert len(found.content) == 4_096
        return ReportAnswer.from_json(found.content)

    return sent


def answer(said: bool = True, week: dt.date = WEEK) -> rule.WarnedAnswer:
    return rule.WarnedAnswer(secrets.token_bytes(16), week, said)


def sums() -> list[tuple[dt.date, int, int]]:
    return list(WarnedWeek.objects.order_by("week").values_list("week", "answers", "yes"))


def test_answers_are_added_up_by_week_and_the_same_one_once(send):
    yes, no = answer(True), answer(False)
    for each in (yes, no, yes, no, answer(False)):
        assert send(each) == ReportAnswer()
    assert sums() == [(WEEK, 3, 1)]


def test_the_same_id_with_another_word_changes_nothing(send):
    yes = answer(True)
    send(yes)
    send(rule.WarnedAnswer(yes.answer, WEEK, False))
    assert sums() == [(WEEK, 1, 1)]


@pytest.mark.parametrize("weeks", [-2, -1, 1, 2])
def test_weeks_that_are_not_over_or_long_over_are_not_counted(send, weeks):
    assert send(answer(week=WEEK + weeks * rule.WEEK)).code == "week_closed"
    assert sums() == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"answer": "AAAA", "week": "2020-08-17", "warned": true}'])
def test_what_is_no_answer_is_refused(phone, send, body):
    found = phone.post(WARNED_PATH, body)
    assert found.status_code == 400
    assert ReportAnswer.from_json(found.content).code == "bad_request"


def test_a_decoy_is_answered_like_an_answer_asks_what_it_asks_and_leaves_nothing(
    send,
):
    send(answer())
    with CaptureQueriesContext(connection) as real:
        send(answer())
    before = sums(), WarnedAnswer.objects.count()
    with CaptureQueriesContext(connection) as decoy:
        assert send(answer(), **{"X-Chaff": "1"}) == ReportAnswer()
    assert (sums(), WarnedAnswer.objects.count()) == before
    asked = [[each["sql"].split()[0] for each in some] for some in (real, decoy)]
    kinds = [[word for word in words if word in ("SELECT", "INSERT", "UPDATE")] for words in asked]
    assert kinds[0] == kinds[1]
    assert "UPDATE" in kinds[0]


def test_a_copied_database_says_nothing_of_one_phone(send):
    """Whatever is stored of two answers that differ in their word alone is the same, but for the sum of all."""
    one, other = answer(True), answer(False)
    send(one)
    send(other)
    stored = list(WarnedAnswer.objects.values())
    assert {frozenset(row) for row in stored} == {frozenset({"id_digest", "week"})}
    assert not any(each.answer.hex() in str(stored) for each in (one, other))
    assert {row["week"] for row in stored} == {WEEK}


def test_marks_go_when_the_week_is_closed_and_sums_after_90_days(send):
    send(answer())
    closes = rule.ends_at(WEEK) + rule.TAKEN
    retention.counts.purge_answers(closes - dt.timedelta(hours=1))
    assert WarnedAnswer.objects.count() == 1
    retention.counts.purge_answers(closes + dt.timedelta(days=1))
    assert WarnedAnswer.objects.count() == 0
    assert not rule.is_open(WEEK, closes)
    counts.purge_answers(dt.datetime.combine(WEEK + counts.KEPT, dt.time(23), dt.UTC))
    assert WarnedWeek.objects.count() == 1
    counts.purge_answers(dt.datetime.combine(WEEK + counts.KEPT, dt.time(23), dt.UTC) + dt.timedelta(days=1))
    assert WarnedWeek.objects.count() == 0


@pytest.mark.parametrize("offset", range(28))
def test_of_every_period_that_is_shown_all_days_are_still_kept(offset):
    today = dt.date(2020, 8, 26) + dt.timedelta(days=offset)
    assert effect.periods(today)[-1] >= today - counts.KEPT


def test_thousands_of_phones_are_counted_within_the_stated_error(phone):
    phone.clock.now = NOW
    draw = np.random.default_rng(8)
    for number in range(400):
        counts.receive(Ticket(WEEK, draw.bytes(16)).answer(warned=number < 120), NOW)
    found = counts.estimate([WEEK])
    assert found.answers == 400
    assert abs(found.warned - 120) <= found.error
    assert found.low <= 120 <= found.high


def shown(first: dt.date) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(Client().get("/tracing/effect.csv").content.decode()))
    return {row["indicator"]: row["value"] for row in rows if row["from"] == first.isoformat()}


@pytest.mark.parametrize(
    ("answers", "yes", "expected"),
    [
        (0, 0, ("", "", "", "")),
        (4, 4, ("", "", "", "")),
        (1_003, 251, ("1000", "", "0", "55")),  # as the coin alone would have it
        (10_000, 2_750, ("10000", "500", "330", "670")),
        (10_000, 2_400, ("10000", "", "0", "0")),
    ],
)
def test_the_public_file_has_the_estimate_its_ends_and_nothing_of_few(set_clock, answers, yes, expected):
    first = effect.periods(clock.date_of(NOW))[0]
    set_clock.now = NOW
    for number in range(4):  # over the four weeks of a period
        part = [total // 4 + (number < total % 4) for total in (answers, yes)]
        WarnedWeek.objects.create(week=first + number * rule.WEEK, answers=part[0], yes=part[1])
    WarnedWeek.objects.create(week=first + 4 * rule.WEEK, answers=999, yes=999)  # of the next period
    found = shown(first)
    names = ("phones_answered", "phones_warned", "phones_warned_low", "phones_warned_high")
    assert tuple(found[name] for name in names) == expected
