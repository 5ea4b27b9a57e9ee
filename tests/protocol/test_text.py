from __future__ import annotations

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import (
    MessageTooLargeError,
    base64_bytes,
    base64_text,
    is_clean,
    is_whole,
    json_document,
    json_object,
)


@given(st.binary(max_size=100))
def test_base64_of_either_alphabet_is_read_padded_or_not(data: bytes) -> None:
    standard, url = base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()
    assert base64_text(data) == standard
    for text in (standard, url, standard.rstrip("="), url.rstrip("=")):
        assert base64_bytes(text, "it") == data


@pytest.mark.parametrize("text", ["A", "AAAAA", "AA A", "AA\nA", "AA=A", "=A", "ÄAAA", "AAA!", "AAAA\0", "ＡＡＡＡ"])
def test_what_is_not_base64_is_refused_by_name(text: str) -> None:
    with pytest.raises(ProtocolError, match="hmacKey is not base64"):
        base64_bytes(text, "hmacKey")


@given(st.text())
def test_any_text_is_base64_or_a_protocol_error(text: str) -> None:
    with contextlib.suppress(ProtocolError):
        base64_bytes(text, "it")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{} {}", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"7", "not a JSON object"),
        (b'"x"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"\xff\xfe{}", "UTF-8"),
        ("\ufeff{}".encode(), "not JSON"),
        ("{}".encode("utf-16"), "UTF-8"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "Infinity is not a JSON number"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b'{"a": ' + b"[" * 30_000, "nested too deeply"),
        (b'{"":' * 15_000, "nested too deeply"),
    ],
)
def test_what_is_not_a_json_object_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ProtocolError, match="the message") as caught:
        json_object(data, "the message")
    assert words in str(caught.value)


def test_a_message_above_its_limit_is_not_even_read() -> None:
    assert json_object(b'{"a":"' + b"x" * 63_992 + b'"}', "it")
    with pytest.raises(MessageTooLargeError, match="64001 bytes"):
        json_object(b"x" * 64_001, "it")


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_a_protocol_error(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert json_document(data, "it") == json.loads(data)


@pytest.mark.parametrize("value", [True, False, 1.0, "1", None, [], 4, -4, 10**40])
def test_whole_numbers_are_neither_booleans_nor_fractions_nor_out_of_range(value: object) -> None:
    assert not is_whole(value, -3, 3)


@pytest.mark.parametrize("value", [-3, 0, 3])
def test_whole_numbers_within_the_range_are(value: int) -> None:
    assert is_whole(value, -3, 3)


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("", True),
        ("Hậu Giang 😷", True),
        ("a\0b", False),
        ("\ud800", False),
        ("x\udfff", False),
        (7, False),
        (None, False),
    ],
)
def test_clean_text_can_be_kept_by_every_store(value: object, clean: bool) -> None:
    assert is_clean(value) is clean
