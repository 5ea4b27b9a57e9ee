"""When a person is reminded, how long a number is kept, what became of a message: tables, without a database."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bluezone.authority.diagnosis import texts
from bluezone.authority.diagnosis.sending import rules
from bluezone.authority.diagnosis.sending.rules import Progress, Reminding, SendingError, State, Why

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> dt.datetime:
    """Return a moment of 18 August 2020 (`9:30`), or of the day after (`+7:00`), in Viet Nam."""
    hours, minutes = text.lstrip("+").split(":")
    return dt.datetime(2020, 8, 19 if text.startswith("+") else 18, int(hours), int(minutes), tzinfo=HERE)


@pytest.mark.parametrize(
    ("sent", "ends", "now", "due"),
    [
        ("9:00", "+9:00", "14:59", False),
        ("9:00", "+9:00", "15:00", True),
        ("9:00", "+9:00", "20:59", True),
        # nobody is woken: it waits for seven
        ("9:00", "+9:00", "21:00", False),
        ("15:30", "+15:30", "21:30", False),
        ("15:30", "+15:30", "+6:59", False),
        ("15:30", "+15:30", "+7:00", True),
        ("1:00", "+1:00", "6:59", False),
        ("1:00", "+1:00", "7:00", True),
        # unless it has run out by then
        ("15:30", "+6:00", "21:29", False),
        ("15:30", "+6:00", "21:30", True),
        ("15:30", "+7:00", "21:30", True),
        ("15:30", "+7:01", "21:30", False),
        ("15:30", "+6:00", "+5:59", True),
        # when it has, there is nothing to remind of
        ("9:00", "15:00", "15:00", False),
        ("9:00", "14:00", "15:30", False),
        (None, "+9:00", "15:00", False),
    ],
)
def test_a_code_is_reminded_of_after_six_hours_by_day(sent, ends, now, due):
    sent_at = at(sent) if sent else None
    facts = Reminding(sent_at, at(ends), waits=True, reminded=False)
    for zone in (HERE, dt.UTC):
        asked = at(now).astimezone(zone)  # whatever zone the clock is read in
        assert rules.is_reminded(facts, asked, HERE) is due


@pytest.mark.parametrize(("waits", "reminded"), [(False, False), (True, True), (False, True)])
def test_a_code_that_was_used_or_reminded_of_is_not_reminded_of(waits, reminded):
    facts = Reminding(at("9:00"), at("+9:00"), waits=waits, reminded=reminded)
    assert not rules.is_reminded(facts, at("16:00"), HERE)


def test_a_number_is_kept_as_long_as_its_code_and_a_day_at_most():
    assert rules.keep_number_until(at("9:00"), at("10:00")) == at("10:00")
    assert rules.keep_number_until(at("9:00"), at("+12:00")) == at("+9:00")
    assert rules.keep_number_until(at("9:00"), None) == at("+9:00")


@pytest.mark.parametrize(
    ("facts", "state", "why"),
    [
        (Progress(State.WAITING, has_code=False), State.WAITING, Why.NONE),
        (Progress(State.WAITING, has_code=True), State.WAITING, Why.NONE),
        (Progress(State.WAITING, has_code=False, past_keeping=True), State.REFUSED, Why.TOO_LATE),
        (Progress(State.WAITING, has_code=True, ended=True), State.REFUSED, Why.TOO_LATE),
        (Progress(State.WAITING, has_code=True, tried_in_vain=True), State.REFUSED, Why.GATEWAY),
        (Progress(State.WAITING, has_code=True, burnt=True), State.STOPPED, Why.NONE),
        (Progress(State.WAITING, has_code=True, used=True, tried_in_vain=True), State.USED, Why.NONE),
        (Progress(State.SENT, has_code=True), State.SENT, Why.NONE),
        (Progress(State.SENT, has_code=True, used=True, ended=True), State.USED, Why.NONE),
        (Progress(State.SENT, has_code=True, burnt=True), State.STOPPED, Why.NONE),
        (Progress(State.SENT, has_code=True, ended=True), State.RAN_OUT, Why.NONE),
        (Progress(State.SENT, has_code=True, past_keeping=True), State.RAN_OUT, Why.NONE),
        (Progress(State.SENT, has_code=False), State.RAN_OUT, Why.NONE),
        (Progress(State.USED, has_code=False, ended=True), State.USED, Why.NONE),
        (Progress(State.REFUSED, has_code=True, used=True), State.REFUSED, Why.NONE),
    ],
)
def test_what_became_of_a_message(facts, state, why):
    assert rules.state_now(facts) == (state, why)


def test_a_list_is_issued_whole_or_not_at_all():
    rules.check_quota(600, 600)
    with pytest.raises(SendingError, match=r"needs 1000 codes.*600 more. Nothing is issued"):
        rules.check_quota(1_000, 600)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_reminder_holds_no_code_and_tells_no_result(language):
    text = texts.reminder(language, at("9:05"), at("+9:05"))
    assert "9:05 18/8" in text
    assert "09:05 19/8" in text
    assert "http" not in text
    for word in ("dương tính", "F0", "positive", "COVID", "test", "xét nghiệm"):
        assert word not in text
