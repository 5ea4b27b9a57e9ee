"""Fields of messages: one reader, the same refusals, whichever message asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pytest

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import APART, SECONDS, Message, matches, once, size, within
from bluezone.protocol.messages import VerifyResponse
from bluezone.protocol.reports import HeardUpload, ReportAnswer, TakeBack
from bluezone.protocol.text import base64_text
from bluezone.protocol.user_reports import Services, UserReportRequest, UserReportResponse
from bluezone.protocol.verification import CertifiedReport

NONCE = base64_text(bytes(256))


def body(**fields: Any) -> bytes:
    """Return fields as JSON."""
    return json.dumps(fields).encode()


@dataclass(frozen=True, slots=True)
class Sample(Message):
    """A message with a field of every type."""

    what = "sample"
    needed_text: str
    text: str = ""
    whole: int = 0
    moment: Annotated[int, SECONDS] = 0
    flag: bool = False
    day: date | None = None
    some_bytes: Annotated[bytes, size(3)] = b""
    many: Annotated[tuple[str, ...], size(0, 2), once] = ()
    few: Annotated[str, "short", matches(r"[a-z]{2}", "two letters")] = ""
    number: Annotated[int, within(1, 5)] = 0
    report: CertifiedReport | None = None
    inner: TakeBack | None = None
    minutes: int | None = None
    certain: bool | None = None
    mine: Annotated[str, APART] = "mine"


NAMES = (
    "text",
    "whole",
    "moment",
    "flag",
    "day",
    "someBytes",
    "many",
    "short",
    "number",
    "report",
    "inner",
    "minutes",
    "certain",
    "mine",
)


def test_null_and_absent_are_the_default_and_what_is_empty_is_not_written() -> None:
    sample = Sample.from_json(body(neededText="x", **dict.fromkeys(NAMES), later=7))
    assert sample == Sample("x")
    assert sample.to_json() == b'{"neededText":"x"}'


def test_what_is_known_to_be_none_is_not_unknown() -> None:
    sample = Sample("x", minutes=0, certain=False)
    assert sample.to_json() == b'{"neededText":"x","minutes":0,"certain":false}'
    assert Sample.from_json(sample.to_json()) == sample


def test_every_type_reads_back() -> None:
    values = {"day": date(2020, 8, 16), "some_bytes": b"abc", "many": ("a", "b"), "few": "ab", "flag": True}
    numbers = {"whole": -1, "moment": 2**40, "number": 5}
    sample = Sample("x", "ạ", **values, **numbers, report=CertifiedReport.LIKELY, inner=TakeBack(bytes(16)))
    assert Sample.from_json(sample.to_json("padding")) == sample
    assert json.loads(sample.to_json("p"))["short"] == "ab"


@pytest.mark.parametrize("absent", [{}, {"neededText": None}, {"neededText": ""}])
def test_a_field_without_a_default_is_missing_where_it_is_empty(absent: dict[str, str | None]) -> None:
    with pytest.raises(ProtocolError, match=r"^sample: neededText is missing$"):
        Sample.from_json(body(**absent))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("whole", 2**31 - 1, ""),
        ("whole", 2**31, "is not a whole number of 32 bits"),
        ("whole", -(2**31), ""),
        ("whole", -(2**31) - 1, "is not a whole number of 32 bits"),
        ("moment", 2**63 - 1, ""),
        ("moment", 2**63, "is not a whole number of 64 bits"),
        ("moment", 1.0, "is not a whole number of 64 bits"),
        ("moment", True, "is not a whole number of 64 bits"),
        ("moment", "1", "is not a whole number of 64 bits"),
        ("flag", 1, "is neither true nor false"),
        ("day", "16/8/2020", "is not a date YYYY-MM-DD"),
        ("someBytes", "YWI", "has 2 bytes where 3 are meant"),
        ("someBytes", "?", "is not base64"),
        ("many", "ab", "is not a list"),
        ("many", [1], "is not text"),
        ("many", ["a", "a"], "names one twice"),
        ("many", ["a", "b", "c"], "has 3 entries where 0 to 2 are meant"),
        ("short", "abc", "is not two letters"),
        ("number", 6, "is not 1 to 5"),
        ("report", "positive", "is none of confirmed, likely, negative, user-report, recursive"),
        ("inner", [], "is not an object"),
        ("inner", {"report": "AAAA"}, "has 3 bytes where 16 are meant"),
    ],
)
def test_a_field_is_checked_and_named(field: str, value: object, said: str) -> None:
    sent = body(neededText="x", **{field: value})
    if not said:
        assert getattr(Sample.from_json(sent), field) == value
        return
    with pytest.raises(ProtocolError, match=rf"^(sample: {field}|take-back: report) {said}$"):
        Sample.from_json(sent)


def test_what_is_made_is_checked_as_what_is_read() -> None:
    with pytest.raises(ProtocolError, match="someBytes has 2 bytes"):
        Sample("x", some_bytes=b"ab")


@pytest.mark.parametrize("text", ["20200816", "2020-W33-7", "2020-8-16", "2020-02-30", "16/8/2020", "2020-08-16T00:00"])
def test_a_day_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ProtocolError, match="verify response: testDate is not a date YYYY-MM-DD"):
        VerifyResponse.from_json(body(testtype="confirmed", testDate=text, token="t"))
    with pytest.raises(ProtocolError, match="user report request: testDate is not a date YYYY-MM-DD"):
        UserReportRequest.from_json(body(phone="0912345678", nonce=NONCE, testDate=text))


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
