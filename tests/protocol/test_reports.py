"""Exposure reports: what is written is what is read, and what cannot be ends in one error."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.heard import LIST_BYTES, OpenedKey
from bluezone.protocol.reports import (
    HEARD_BODY_BYTES,
    MAX_KEYS,
    REPORT_BODY_BYTES,
    Certainty,
    ExposureReport,
    HeardUpload,
    ReportAnswer,
    ReportRefusal,
    TakeBack,
    day_interval,
)
from bluezone.protocol.text import MAX_MESSAGE_BYTES, base64_text

DAY = dt.date(2020, 8, 18)
START = day_interval(DAY)
REPORT = ExposureReport(
    report=bytes(range(16)),
    receipt="r" * 64,
    commune="34:31471",
    day=DAY,
    keys=(b"k" * 16, b"l" * 16),
    quarters=3,
    near_minutes=25,
    certainty=Certainty.LIKELY,
    policy="bluezone",
    policy_version="3",
    opened=(OpenedKey(b"o" * 16, START, 60), OpenedKey(b"p" * 16, START + 60, 84)),
)


def changed(**fields: Any) -> bytes:
    """Return the body of REPORT with some fields changed."""
    return json.dumps(json.loads(REPORT.to_json()) | fields).encode()


def test_messages_are_read_as_they_were_written() -> None:
    assert ExposureReport.from_json(REPORT.to_json("padding")) == REPORT
    taken = TakeBack(bytes(range(16)))
    assert TakeBack.from_json(taken.to_json("padding")) == taken
    given_list = HeardUpload("token", bytes(LIST_BYTES))
    assert HeardUpload.from_json(given_list.to_json("padding")) == given_list
    refused = ReportAnswer("no such number", ReportRefusal.NUMBER_UNCONFIRMED)
    assert ReportAnswer.from_json(refused.to_json("padding")) == refused


@pytest.mark.parametrize("near", [None, 0, 25])
def test_a_report_may_lack_an_estimate_and_an_opened_key(near: int | None) -> None:
    body = json.loads(REPORT.to_json()) | {"nearMinutes": near}
    del body["opened"]
    read = ExposureReport.from_json(json.dumps(body).encode())
    assert (read.near_minutes, read.opened) == (near, ())
    assert ExposureReport.from_json(read.to_json()) == read


def test_the_bodies_fit_what_phones_fill_them_up_to() -> None:
    full = ExposureReport(
        report=bytes(16),
        receipt="r" * 128,
        commune="34:31471",
        day=DAY,
        keys=tuple(bytes([number]) * 16 for number in range(MAX_KEYS)),
        quarters=96,
        near_minutes=1_440,
        certainty=Certainty.CANNOT_TELL,
        policy="p" * 40,
        policy_version="v" * 40,
        opened=tuple(OpenedKey(b"o" * 16, START, 48) for _ in range(3)),
    )
    assert len(full.to_json()) < REPORT_BODY_BYTES
    longest_token = base64_text(bytes(12 + 120 * 21 + 16))
    assert len(HeardUpload(longest_token, bytes(LIST_BYTES)).to_json()) < HEARD_BODY_BYTES <= MAX_MESSAGE_BYTES


def test_what_the_owner_reads_is_all_that_is_sent() -> None:
    sent = json.loads(REPORT.to_json("x"))
    assert sent.pop("padding") == "x"
    assert sent == REPORT.fields()


def test_the_temporary_exposure_key_is_never_in_a_report() -> None:
    """The RPIK follows from the TEK, not the TEK from the RPIK: nothing of the message has room for one."""
    assert set(REPORT.fields()["opened"][0]) == {"rpik", "rollingStartNumber", "rollingPeriod"}


@pytest.mark.parametrize(
    "fields",
    [
        {"report": ""},
        {"report": None},
        {"receipt": "<script>"},
        {"receipt": "r" * 129},
        {"commune": ""},
        {"commune": "34:3147"},
        {"commune": "Long Mỹ"},
        {"day": "20200818"},
        {"day": "2020-08-32"},
        {"day": "0001-01-01"},
        {"day": 20200818},
        {"keys": []},
        {"keys": "key"},
        {"keys": [base64_text(b"k" * 16)] * 2},
        {"keys": [base64_text(b"k" * 15)]},
        {"keys": [None]},
        {"keys": [base64_text(number.to_bytes(16, "big")) for number in range(MAX_KEYS + 1)]},
        {"receipt": None},
        {"day": None},
        {"quarters": None},
        {"policy": None},
        {"certainty": None},
        {"quarters": -1},
        {"quarters": 97},
        {"quarters": True},
        {"quarters": 1.5},
        {"certainty": "sure"},
        {"nearMinutes": 1_441},
        {"nearMinutes": True},
        {"nearMinutes": "82"},
        {"policy": ""},
        {"policy": "=1+1"},
        {"policyVersion": "v" * 41},
        {"opened": {}},
        {"opened": [1]},
        {"opened": [{"rpik": base64_text(b"o" * 16), "rollingPeriod": 144}]},
        {"opened": [{"rpik": base64_text(b"o" * 16), "rollingStartNumber": START}]},
        {"opened": [{"rpik": base64_text(b"o" * 16), "rollingStartNumber": START - 1, "rollingPeriod": 10}]},
        {"opened": [{"rpik": base64_text(b"o" * 16), "rollingStartNumber": START + 1, "rollingPeriod": 144}]},
        {"opened": [{"rpik": base64_text(b"o" * 16), "rollingStartNumber": START - 288, "rollingPeriod": 144}]},
        {
            "opened": [
                {"rpik": base64_text(b"o" * 16), "rollingStartNumber": start, "rollingPeriod": 9}
                for start in (START - 144, START)
            ]
        },
        {"opened": [{"rpik": base64_text(b"o" * 8), "rollingStartNumber": START, "rollingPeriod": 144}]},
        {"opened": [{"rpik": base64_text(b"o" * 16), "rollingStartNumber": START, "rollingPeriod": 1}] * 4},
    ],
)
def test_a_report_that_cannot_be_is_one_error(fields: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        ExposureReport.from_json(changed(**fields))


@pytest.mark.parametrize(
    "body",
    [
        {"revisionToken": "", "heard": base64_text(bytes(LIST_BYTES))},
        {"revisionToken": "t" * 8_193, "heard": base64_text(bytes(LIST_BYTES))},
        {"revisionToken": "t", "heard": base64_text(bytes(LIST_BYTES - 8))},
        {"revisionToken": "t", "heard": "§"},
        {"revisionToken": 1, "heard": base64_text(bytes(LIST_BYTES))},
        {},
    ],
)
def test_a_heard_list_that_cannot_be_is_one_error(body: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        HeardUpload.from_json(json.dumps(body).encode())


@given(st.binary(max_size=200))
def test_garbage_ends_in_one_error(body: bytes) -> None:
    for message in (ExposureReport, TakeBack, HeardUpload):
        with pytest.raises(ProtocolError):
            message.from_json(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(sorted(REPORT.fields())),
)
def test_any_value_in_any_field_is_read_or_is_one_error(value: object, name: str) -> None:
    try:
        ExposureReport.from_json(changed(**{name: value}))
    except ProtocolError:
        return


def test_what_is_secret_is_in_no_text() -> None:
    shown = repr(REPORT) + repr(TakeBack(REPORT.report)) + repr(HeardUpload("secret-token", bytes(LIST_BYTES)))
    for secret in ("secret-token", "r" * 64, repr(REPORT.report), repr(b"k" * 16), repr(b"o" * 16)):
        assert secret not in shown
