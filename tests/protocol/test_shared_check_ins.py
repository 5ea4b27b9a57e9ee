"""The message that gives check-ins: its bounds, and which stays and days are given."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.shared_check_ins import (
    CHECK_INS_BODY_BYTES,
    MAX_CHECK_INS,
    CheckInUpload,
    SharedCheckIn,
    first_infectious_day,
    whole_minutes,
)

PLACE, START = bytes(range(32)), 1_597_708_800
ONE = SharedCheckIn(PLACE, START, START + 3_600)
DAY = dt.date(2020, 8, 18)


def body(**changed: Any) -> bytes:
    return json.dumps(json.loads(CheckInUpload("token", (ONE,)).to_json("xx")) | changed).encode()


def row(**changed: Any) -> dict[str, Any]:
    [found] = json.loads(body())["checkIns"]
    return found | changed


def test_a_message_is_read_as_it_was_written():
    assert CheckInUpload.from_json(body()) == CheckInUpload("token", (ONE,))


def test_the_longest_fits_the_size_that_all_have():
    many = tuple(SharedCheckIn(PLACE, START + 60 * n, START + 60 * n + 600) for n in range(MAX_CHECK_INS))
    longest_token = "t" * 3_400  # 120 rows of 21 bytes, nonce and tag, in base64
    assert len(CheckInUpload(longest_token, many).to_json()) < CHECK_INS_BODY_BYTES


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"[]",
        b"{}",
        body(revisionToken=""),
        body(revisionToken=7),
        body(revisionToken="t" * 8_193),
        body(checkIns=[]),
        body(checkIns="x"),
        body(checkIns=[7]),
        body(checkIns=[row(), row()]),
        body(checkIns=[row(start=START + 60 * n) for n in range(MAX_CHECK_INS + 1)]),
        body(checkIns=[row(location="AAAA")]),
        body(checkIns=[row(location=7)]),
        body(checkIns=[row(start=START + 1)]),
        body(checkIns=[row(start=True)]),
        body(checkIns=[row(start=float(START))]),
        body(checkIns=[row(end=START)]),
        body(checkIns=[row(end=START - 600)]),
        body(checkIns=[row(end=START + 540)]),
        body(checkIns=[row(end=START + 86_460)]),
        body(checkIns=[row(end=2**63)]),
        body(checkIns=[row(start=-600)]),
    ],
)
def test_what_cannot_be_is_refused(given):
    with pytest.raises(ProtocolError):
        CheckInUpload.from_json(given)


@pytest.mark.parametrize(
    ("came_s", "left_s", "given"),
    [
        (START, START + 3_600, (START, START + 3_600)),
        (START + 59.9, START + 3_600.1, (START, START + 3_660)),
        (START, START + 600, (START, START + 600)),
        (START, START + 599.9, None),
        (START + 30, START + 86_400 + 30, None),
    ],
)
def test_a_stay_is_given_in_whole_minutes(came_s, left_s, given):
    found = whole_minutes(PLACE, came_s, left_s)
    assert (found and (found.start_s, found.end_s)) == given


@pytest.mark.parametrize(
    ("symptoms", "test", "first"),
    [(DAY, DAY + dt.timedelta(3), dt.date(2020, 8, 16)), (None, DAY, dt.date(2020, 8, 16)), (None, None, dt.date.min)],
)
def test_days_from_two_before_the_symptoms_or_the_test_are_offered(symptoms, test, first):
    assert first_infectious_day(symptoms, test, days_before=2) == first
