"""What a machine may ask codes for, as tables."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from bluezone.authority.diagnosis import texts
from bluezone.authority.issuing import rules
from bluezone.authority.issuing.rules import Dates, IssueRefusedError

NOON = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
TODAY = dt.date(2020, 8, 18)


def refusal(call, *arguments, **named) -> str:
    try:
        call(*arguments, **named)
    except IssueRefusedError as refused:
        return refused.code or "refused"
    return ""


@pytest.mark.parametrize(
    ("test_type", "on", "found", "refused"),
    [
        ("confirmed", False, "confirmed", ""),
        ("Confirmed", False, "confirmed", ""),
        ("likely", False, "clinical", ""),
        ("negative", False, "negative", ""),
        ("user-report", True, "self", ""),
        ("user-report", False, "", "unsupported_test_type"),
        ("", False, "", "invalid_test_type"),
        ("clinical", False, "", "invalid_test_type"),
    ],
)
def test_test_types_are_the_words_of_the_protocol(test_type, on, found, refused):
    assert refusal(rules.report_type, test_type, user_reports=on) == refused
    if found:
        assert rules.report_type(test_type, user_reports=on) == found


@pytest.mark.parametrize(
    ("symptom", "test", "found"),
    [
        ("2020-08-16", "", Dates(dt.date(2020, 8, 16), None)),
        ("", "2020-08-16", Dates(None, dt.date(2020, 8, 16))),
        ("", "", Dates(None, None)),
        ("16/8/2020", "", None),
        ("2020-8-16", "", None),
        ("20200816", "", None),
        ("2020-08-32", "", None),
        ("", "yesterday", None),
    ],
)
def test_dates_have_one_form(symptom, test, found):
    if found is None:
        assert refusal(rules.dates_in, symptom, test) == "unparsable_request"
    else:
        assert rules.dates_in(symptom, test) == found


DAY = dt.timedelta(days=1)
EVENING = dt.datetime(2020, 8, 18, 20, tzinfo=dt.UTC)  # the 19th in Viet Nam
HANOI = dt.date(2020, 8, 19)


@pytest.mark.parametrize(
    ("now", "local", "offset", "day", "refused"),
    [
        (NOON, TODAY, 0, TODAY, ""),
        (NOON, TODAY, 0, TODAY + DAY, "invalid_date"),
        (NOON, TODAY, 0, TODAY - 28 * DAY, ""),
        (NOON, TODAY, 0, TODAY - 29 * DAY, "invalid_date"),
        (EVENING, HANOI, 0, HANOI, ""),
        (EVENING, HANOI, 0, TODAY - 28 * DAY, ""),
        (EVENING, HANOI, 420, HANOI + DAY, "invalid_date"),
        (NOON, TODAY, 840, TODAY + DAY, ""),
        (NOON, TODAY, -780, TODAY - 29 * DAY, ""),
        (NOON, TODAY, -780, TODAY - 30 * DAY, "invalid_date"),
        (NOON, TODAY, 0, None, "missing_date"),
    ],
)
def test_a_day_counts_from_28_days_ago_to_today_wherever_it_is_today(now, local, offset, day, refused):
    assert refusal(rules.check_dates, Dates(day, None), now, local, offset) == refused
    assert refusal(rules.check_dates, Dates(None, day), now, local, offset) == refused
    assert refusal(rules.check_dates, Dates(TODAY, day), now, local, offset) == ("" if day is None else refused)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("  ", None),
        ("8f5c1a52-0a3b-4f5e-9d29-3a3f6f0c9c11", uuid.UUID("8f5c1a52-0a3b-4f5e-9d29-3a3f6f0c9c11")),
        (" 8F5C1A52-0A3B-4F5E-9D29-3A3F6F0C9C11\n", uuid.UUID("8f5c1a52-0a3b-4f5e-9d29-3a3f6f0c9c11")),
    ],
)
def test_a_handle_is_a_uuid_or_ours_to_choose(text, found):
    assert rules.handle_in(text) == found
    assert refusal(rules.handle_in, "case 12") == "unparsable_request"


@pytest.mark.parametrize(
    ("failed", "issued", "said"),
    [
        (0, 3, ""),
        (2, 0, "Failed to issue 2 codes. See each error status in the codes array."),
        (1, 2, "Failed to issue 1 codes. Issued 2 codes successfully. See each error status in the codes array."),
    ],
)
def test_a_batch_says_how_it_went(failed, issued, said):
    assert rules.batch_summary(failed, issued) == said


def test_a_message_carries_the_digits_and_where_there_is_one_the_link():
    life = dt.timedelta(hours=1)
    with_link = texts.message("vi", "482177305596", "7K3MQ2XD7K3MQ2XA", life, "https://ma.example.vn")
    assert with_link == (
        "Bluezone: mã của bạn 4821 7730 5596 (dùng trong 60 phút). Hoặc bấm: https://ma.example.vn/v?c=7K3MQ2XD7K3MQ2XA"
    )
    without = texts.message("en", "482177305596", "7K3MQ2XD7K3MQ2XA", life, None)
    assert without == "Bluezone: your code 4821 7730 5596, good for 60 minutes."
