"""Leaving a number: number and code cannot take each other's place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import Answer, CodeRequest, Confirmation, Forgetting
from bluezone.protocol.text import base64_text

REQUEST = bytes(range(16))
NUMBERS = st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True)
CODES = st.from_regex(r"[0-9]{6}", fullmatch=True)


def test_messages_are_read_as_they_were_written() -> None:
    asked = CodeRequest(request=REQUEST, number="+84912345678", language="en", commune="34:31471")
    assert CodeRequest.from_json(asked.to_json()) == asked
    confirmed = Confirmation(request=REQUEST, code="012345")
    assert Confirmation.from_json(confirmed.to_json()) == confirmed
    forgotten = Forgetting(receipt="r" * 43)
    assert Forgetting.from_json(forgotten.to_json()) == forgotten


@given(NUMBERS, CODES)
def test_a_number_is_never_taken_for_a_code_nor_a_code_for_a_number(number: str, code: str) -> None:
    """Fault 7 of the original: on a retry, code and personal data changed places."""
    with pytest.raises(ProtocolError):
        CodeRequest(request=REQUEST, number=code)
    with pytest.raises(ProtocolError):
        Confirmation(request=REQUEST, code=number)
    swapped = json.dumps({"request": base64_text(REQUEST), "code": number, "number": code}).encode()
    for message in (CodeRequest, Confirmation):
        with pytest.raises(ProtocolError):
            message.from_json(swapped)


@pytest.mark.parametrize(
    "fields",
    [
        {"number": "0912345678"},
        {"number": "+84 912 345 678"},
        {"number": "+84٩12345678"},
        {"number": "+" + "8" * 10_000},
        {"number": 84912345678},
        {"number": None},
        {"number": "+84912345678", "request": ""},
        {"number": "+84912345678", "language": "fr"},
        {"number": "+84912345678", "commune": "Long Mỹ"},
    ],
)
def test_what_is_no_request_for_a_code_is_one_error(fields: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        CodeRequest.from_json(json.dumps({"request": base64_text(REQUEST)} | fields).encode())


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"{}", Answer()),
        (b'{"expires_in_s": 300}', Answer()),
        (b'{"receipt": "abcdefghijklmnopqrst"}', Answer(receipt="abcdefghijklmnopqrst")),
        (b'{"error": "no", "code": "code_invalid"}', Answer(refusal="code_invalid")),
        (b'{"error": "no"}', Answer(refusal="internal_error")),
    ],
)
def test_answers(body: bytes, answer: Answer) -> None:
    assert Answer.from_json(body) == answer


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"receipt": 5}', b'{"receipt": "<script>"}', b"x" * 3_000])
def test_an_answer_that_is_none_is_one_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        Answer.from_json(body)
