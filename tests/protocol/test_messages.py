from __future__ import annotations

import contextlib
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import declared
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishCode,
    PublishRequest,
    PublishResponse,
    RejectedKey,
    VerifyCode,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.text import MessageTooLargeError
from bluezone.protocol.verification import is_certified, tek_mac

ALL = [VerifyRequest, VerifyResponse, CertificateRequest, CertificateResponse, PublishRequest, PublishResponse]

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
dates = st.none() | st.dates()
published_keys = st.builds(
    TemporaryExposureKey,
    key=st.binary(min_size=16, max_size=16),
    rolling_start_interval=st.integers(0, 2**31 - 145),
    rolling_period=st.integers(1, 144),
    transmission_risk=st.integers(0, 8),
)
messages = st.one_of(
    st.builds(VerifyRequest, words.filter(bool), st.lists(words, max_size=3).map(tuple)),
    st.builds(VerifyResponse, words, dates, dates, words, words, words),
    st.builds(CertificateRequest, words.filter(bool), st.binary(min_size=32, max_size=32)),
    st.builds(CertificateResponse, words, words, words),
    st.builds(PublishResponse, words, st.integers(0, 30), words, words, st.lists(words, max_size=3).map(tuple)),
    st.builds(
        PublishRequest,
        keys=st.lists(published_keys, max_size=14, unique_by=lambda key: key.key).map(tuple),
        health_authority_id=words,
        verification_payload=words,
        hmac_key=st.binary(max_size=20),
        symptom_onset_interval=st.none() | st.integers(1, 2**31 - 1),
        traveler=st.booleans(),
        revision_token=words,
    ),
)


@settings(max_examples=4 * settings.default.max_examples)  # there are so many kinds
@given(message=messages, padding=words)
def test_every_message_reads_back(message, padding: str) -> None:
    assert type(message).from_json(message.to_json(padding)) == message


# --- the wire is that of Google's servers -----------------------------------------------------------------------------


def test_a_publish_request_has_the_fields_of_the_key_server() -> None:
    keys = (TemporaryExposureKey(b"\xfb" * 16, 2_649_600, 144, 3), TemporaryExposureKey(b"k" * 16, 2_649_744, 20))
    request = PublishRequest(keys, "vn.gov", "a.b.c", b"h" * 16, 2_649_600, True, "again")
    assert json.loads(request.to_json("pad")) == {
        "temporaryExposureKeys": [
            {
                "key": "+/v7+/v7+/v7+/v7+/v7+w==",
                "rollingStartNumber": 2_649_600,
                "rollingPeriod": 144,
                "transmissionRisk": 3,
            },
            {"key": "a2tra2tra2tra2tra2traw==", "rollingStartNumber": 2_649_744, "rollingPeriod": 20},
        ],
        "healthAuthorityID": "vn.gov",
        "verificationPayload": "a.b.c",
        "hmacKey": "aGhoaGhoaGhoaGhoaGhoaA==",
        "symptomOnsetInterval": 2_649_600,
        "traveler": True,
        "revisionToken": "again",
        "padding": "pad",
    }


def test_what_the_key_server_always_wants_is_always_there() -> None:
    assert json.loads(PublishRequest((), "").to_json()) == {
        "temporaryExposureKeys": [],
        "healthAuthorityID": "",
        "revisionToken": "",
        "padding": "",
    }


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (VerifyRequest("12345678", ("confirmed",)), {"code": "12345678", "accept": ["confirmed"]}),
        (
            VerifyResponse("confirmed", date(2020, 8, 1), date(2020, 8, 3), "t"),
            {"testtype": "confirmed", "symptomDate": "2020-08-01", "testDate": "2020-08-03", "token": "t"},
        ),
        (
            VerifyResponse(error="no", error_code=VerifyCode.CODE_INVALID),
            {"error": "no", "errorCode": "code_invalid"},
        ),
        (
            CertificateRequest("t", b"m" * 32),
            {"token": "t", "ekeyhmac": "bW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW0="},
        ),
        (CertificateResponse("a.b.c"), {"certificate": "a.b.c"}),
        (
            PublishResponse("r", 13, "key 3 ...", PublishCode.PARTIAL_FAILURE, ("w",)),
            {
                "revisionToken": "r",
                "insertedExposures": 13,
                "error": "key 3 ...",
                "code": "partial_failure",
                "warnings": ["w"],
            },
        ),
    ],
)
def test_messages_have_the_fields_of_googles_servers(message, fields: dict[str, Any]) -> None:
    assert json.loads(message.to_json()) == fields


@pytest.mark.parametrize("kind", ALL)
def test_padding_and_fields_nobody_knows_are_passed_over(kind) -> None:
    needed = {"code": "1", "token": "t", "ekeyhmac": "A" * 43, "temporaryExposureKeys": []}
    if kind in (VerifyResponse, PublishResponse):
        needed = {}
    body = needed | {"padding": {"any": ["thing", 1.5]}, "new in 2027": None}
    assert kind.from_json(json.dumps(body)) == kind.from_json(json.dumps(needed))


# --- one bad key of fourteen ------------------------------------------------------------------------------------------


def fourteen() -> list[dict[str, Any]]:
    keys = tuple(TemporaryExposureKey(bytes([day]) * 16, 2_649_600 + 144 * day) for day in range(14))
    rows: list[dict[str, Any]] = json.loads(PublishRequest(keys, "").to_json())["temporaryExposureKeys"]
    return rows


def publish(rows: list[Any], **fields: Any) -> PublishRequest:
    return PublishRequest.from_json(json.dumps({"temporaryExposureKeys": rows} | fields))


BAD_KEYS = [
    ({"key": "AAAA"}, "3 bytes"),
    ({"key": ""}, "0 bytes"),
    ({"key": "not base64!"}, "key is not base64"),
    ({"key": 7}, "key is not text"),
    ({"key": "\ud800"}, "key is not text"),
    ({"rollingPeriod": 0}, "rolling period 0"),
    ({"rollingPeriod": 145}, "rolling period 145"),
    ({"rollingPeriod": True}, "rollingPeriod is not a whole number"),
    ({"rollingPeriod": 144.0}, "rollingPeriod is not a whole number"),
    ({"rollingPeriod": "144"}, "rollingPeriod is not a whole number"),
    ({"rollingPeriod": None}, "rolling period 0"),
    ({"rollingStartNumber": -1}, "rolling start -1"),
    ({"rollingStartNumber": 2**31}, "rollingStartNumber is not a whole number"),
    ({"rollingStartNumber": 10**300}, "rollingStartNumber is not a whole number"),
    ({"rollingStartNumber": [1]}, "rollingStartNumber is not a whole number"),
    ({"transmissionRisk": 9}, "transmission risk 9"),
    ({"transmissionRisk": False}, "transmissionRisk is not a whole number"),
]


@pytest.mark.parametrize(("change", "reason"), BAD_KEYS)
def test_one_bad_key_of_fourteen_falls_alone_and_is_named(change: dict[str, Any], reason: str) -> None:
    rows = fourteen()
    rows[5] |= change
    request = publish(rows)
    assert [key.key[0] for key in request.keys] == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13]
    assert request.indices == (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13)
    (rejected,) = request.rejected
    assert rejected.index == 5
    assert reason in rejected.reason
    assert str(rejected).startswith("key 5 cannot be imported: ")


@pytest.mark.parametrize("row", [None, 7, "key", [], True])
def test_a_row_that_is_no_object_falls_alone(row: Any) -> None:
    rows: list[Any] = fourteen()
    rows[13] = row
    request = publish(rows)
    assert len(request.keys) == 13
    assert request.rejected == (RejectedKey(13, "not an object"),)


def test_a_key_sent_twice_counts_once() -> None:
    rows = fourteen()
    rows[9] = rows[2] | {"rollingStartNumber": 5, "key": rows[2]["key"].rstrip("=")}
    request = publish(rows)
    assert len(request.keys) == 13
    assert request.rejected == (RejectedKey(9, "the same key as key 2"),)


def test_the_hmac_still_covers_the_bad_key() -> None:
    """The phone certified fourteen: what makes one of them bad must not make the certificate wrong."""
    rows = fourteen()
    good = publish(rows)
    mac = tek_mac(good.keys, b"h" * 16)
    assert is_certified(good.submitted, b"h" * 16, mac)
    rows[5]["rollingPeriod"] = 145
    bad = publish(rows)
    assert len(bad.keys) == 13
    assert not is_certified(bad.submitted, b"h" * 16, mac)
    assert bad.submitted[5] == good.submitted[5]._replace(rolling_period=145)


def test_base64_without_padding_is_taken_and_kept_as_sent() -> None:
    rows = fourteen()
    rows[0]["key"] = rows[0]["key"].rstrip("=")
    request = publish(rows, hmacKey="aGhoaGhoaGhoaGhoaGhoaA")
    assert request.keys[0].key == bytes(16)
    assert request.submitted[0].key_base64 == "A" * 22
    assert request.hmac_key == b"h" * 16


# --- what makes a whole message refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"temporaryExposureKeys": None},
        {"temporaryExposureKeys": {}},
        {"temporaryExposureKeys": "x"},
        {"temporaryExposureKeys": [], "healthAuthorityID": 7},
        {"temporaryExposureKeys": [], "healthAuthorityID": "a\0b"},
        {"temporaryExposureKeys": [], "verificationPayload": ["a.b.c"]},
        {"temporaryExposureKeys": [], "hmacKey": "!"},
        {"temporaryExposureKeys": [], "symptomOnsetInterval": "2649600"},
        {"temporaryExposureKeys": [], "symptomOnsetInterval": True},
        {"temporaryExposureKeys": [], "symptomOnsetInterval": 2**31},
        {"temporaryExposureKeys": [], "traveler": 1},
        {"temporaryExposureKeys": [], "traveler": "true"},
        {"temporaryExposureKeys": [], "revisionToken": {}},
    ],
)
def test_a_publish_request_of_a_wrong_shape_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="publish request"):
        PublishRequest.from_json(json.dumps(body))


def test_null_counts_as_absent_and_an_onset_before_time_as_unknown() -> None:
    fields = (
        "healthAuthorityID",
        "verificationPayload",
        "hmacKey",
        "symptomOnsetInterval",
        "traveler",
        "revisionToken",
    )
    assert publish([], **dict.fromkeys(fields)) == publish([])
    assert publish([], symptomOnsetInterval=-5).symptom_onset_interval is None


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        (VerifyRequest, {}, "code is missing"),
        (VerifyRequest, {"code": ""}, "code is missing"),
        (VerifyRequest, {"code": 12345678}, "code is not text"),
        (VerifyRequest, {"code": "1", "accept": "confirmed"}, "accept"),
        (VerifyRequest, {"code": "1", "accept": [1]}, "accept"),
        (VerifyResponse, {"testDate": "yesterday"}, "testDate is not a date"),
        (VerifyResponse, {"symptomDate": "2020-02-30"}, "symptomDate is not a date"),
        (CertificateRequest, {"ekeyhmac": "A" * 43}, "token is missing"),
        (CertificateRequest, {"token": "t"}, "ekeyhmac is missing"),
        (CertificateRequest, {"token": "t", "ekeyhmac": "AAAA"}, "3 bytes"),
        (CertificateRequest, {"token": "t", "ekeyhmac": "?"}, "ekeyhmac is not base64"),
        (CertificateResponse, {"certificate": 1}, "certificate is not text"),
        (PublishResponse, {"insertedExposures": -1}, "is not 0 to 2147483647"),
        (PublishResponse, {"insertedExposures": True}, "insertedExposures"),
        (PublishResponse, {"warnings": "w"}, "warnings"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(kind, body: dict[str, Any], words: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        kind.from_json(json.dumps(body))
    assert words in str(caught.value)


@pytest.mark.parametrize("kind", ALL)
def test_a_message_above_64000_bytes_is_too_large(kind) -> None:
    with pytest.raises(MessageTooLargeError):
        kind.from_json(b'{"padding": "' + b"x" * 64_000 + b'"}')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = sorted({field.name for kind in ALL for field in declared(kind)} | {"temporaryExposureKeys"})
key_rows = st.dictionaries(
    st.sampled_from(["key", "rollingStartNumber", "rollingPeriod", "transmissionRisk"]), json_values
)


@settings(max_examples=4 * settings.default.max_examples)
@given(
    st.one_of(
        st.binary(max_size=100),
        json_values.map(json.dumps),
        st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6).map(json.dumps),
        st.lists(key_rows | json_values, max_size=5).map(lambda rows: json.dumps({"temporaryExposureKeys": rows})),
    )
)
def test_any_body_at_all_is_a_message_or_a_protocol_error_and_nothing_else(body: bytes | str) -> None:
    for kind in ALL:
        with contextlib.suppress(ProtocolError):
            message = kind.from_json(body)
            assert kind.from_json(message.to_json()) is not None
