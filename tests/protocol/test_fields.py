"""Fields of messages: one reader, the same refusals, whichever message asks."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import date_of, flag_of, text_of, whole_of
from bluezone.protocol.messages import VerifyResponse
from bluezone.protocol.reports import HeardUpload, ReportAnswer, TakeBack
from bluezone.protocol.text import base64_text
from bluezone.protocol.user_reports import Services, UserReportRequest, UserReportResponse

NONCE = base64_text(bytes(256))


def body(**fields: Any) -> bytes:
    """Return fields as JSON."""
    return json.dumps(fields).encode()


@pytest.mark.parametrize("absent", [{}, {"x": None}])
def test_null_and_absent_are_the_empty_value(absent: dict[str, None]) -> None:
    assert (text_of(absent, "x"), whole_of(absent, "x"), flag_of(absent, "x", ""), date_of(absent, "x", "")) == (
        "",
        0,
        False,
        None,
    )


@pytest.mark.parametrize("absent", [{}, {"x": None}, {"x": ""}])
def test_a_required_text_is_missing_where_it_is_empty(absent: dict[str, str | None]) -> None:
    with pytest.raises(ProtocolError, match=r"^what: x is missing$"):
        text_of(absent, "x", "what", required=True)


@pytest.mark.parametrize(
    ("bits", "value", "is_read"),
    [
        (32, 2**31 - 1, True),
        (32, 2**31, False),
        (32, -(2**31), True),
        (32, -(2**31) - 1, False),
        (64, 2**63 - 1, True),
        (64, 2**63, False),
        (64, 1.0, False),
        (64, True, False),
        (64, "1", False),
    ],
)
def test_a_whole_number_has_so_many_bits(bits: int, value: object, is_read: bool) -> None:
    if is_read:
        assert whole_of({"n": value}, "n", bits=bits) == value
        return
    with pytest.raises(ProtocolError, match=f"n is not a whole number of {bits} bits"):
        whole_of({"n": value}, "n", bits=bits)


@pytest.mark.parametrize("text", ["20200816", "2020-W33-7", "2020-8-16", "2020-02-30", "16/8/2020", "2020-08-16T00:00"])
def test_a_day_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ProtocolError, match="verify response: testDate is not a date YYYY-MM-DD"):
        VerifyResponse.from_json(body(testtype="confirmed", testDate=text, token="t"))
    with pytest.raises(ProtocolError, match="YYYY-MM-DD is meant"):
        UserReportRequest.from_json(body(phone="0912345678", nonce=NONCE, testDate=text))
    assert date_of({"day": "2020-08-16"}, "day", "") == date(2020, 8, 16)


NO_TEXT = [7, True, ["a"], {"a": "b"}, "\ud800", "a\0"]


@pytest.mark.parametrize("value", NO_TEXT)
@pytest.mark.parametrize(
    ("message", "name"),
    [
        (VerifyResponse, "token"),
        (UserReportRequest, "phone"),
        (UserReportResponse, "error"),
        (ReportAnswer, "code"),
        (TakeBack, "report"),
        (HeardUpload, "revisionToken"),
    ],
)
def test_what_is_no_text_is_refused_alike(message: Any, name: str, value: object) -> None:
    with pytest.raises(ProtocolError, match=rf"{name} is not text$"):
        message.from_json(body(**{"nonce": NONCE, name: value}))


def test_the_moment_of_an_answer_may_lie_after_2038() -> None:
    answer = UserReportResponse(expires_at_s=2**31 + 5)
    assert UserReportResponse.from_json(answer.to_json("padding")) == answer
    for value in ("1597747200", 1.5, True):
        with pytest.raises(ProtocolError, match="expiresAtTimestamp is not a whole number"):
            UserReportResponse.from_json(body(expiresAtTimestamp=value))


def test_what_an_authority_does_not_say_it_does_not_do() -> None:
    assert Services.from_json(body(user_reports=None)) == Services()
    assert Services.from_json(Services(user_reports=True).to_json()) == Services(user_reports=True)
    with pytest.raises(ProtocolError, match="services: keys_go_abroad is neither true nor false"):
        Services.from_json(body(keys_go_abroad="false"))
