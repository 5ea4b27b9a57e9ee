"""A code mistyped, pasted, of something else: a sentence that helps."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import PublishError
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.presenters.code import read_code, refusal
from bluezone.phone.web.texts import translator

EN = translator("en", UTC)


@pytest.mark.parametrize(
    "text",
    ["12345678", " 1234 5678\n", "1234-5678", "1234.5678", "１２３４５６７８", "1234\u00a05678", "1234\u200b5678",
     "https://phone.example/v?c=12345678", "https://phone.example/v?r=VN&c=1234-5678"],
)  # fmt: skip
def test_a_code_is_read_however_it_was_pasted(text: str) -> None:
    assert read_code(text, EN).code == "12345678"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Please enter the code"),
        ("   ", "Please enter the code"),
        ("1234567", "these are 7"),
        ("1", "this is 1 digit"),
        ("123456789", "these are 9"),
        ("1234567a", "8 digits and nothing else"),
        ("²²²²³³³³x", "8 digits and nothing else"),
        ("١٢٣٤٥٦٧٨", "8 digits and nothing else"),
        ("https://shop.example/?id=12345678", "holds no code"),
        ("https://[broken", "holds no code"),
        ("a name of ten thousand characters" * 300, "8 digits and nothing else"),
    ],
)
def test_what_is_no_code_is_answered_with_what_to_mend(text: str, says: str) -> None:
    read = read_code(text, EN)
    assert read.code == ""
    assert says in read.problem


@given(st.text())
def test_any_text_gives_a_code_or_a_sentence(text: str) -> None:
    read = read_code(text, EN)
    assert bool(read.code) != bool(read.problem)


@pytest.mark.parametrize(
    ("error", "title", "try_again"),
    [
        (ConnectionFailedError("no answer"), "No connection just now", True),
        (PublishError("x", "code_expired"), "This code has run out", False),
        (PublishError("x", "code_invalid"), "This code was not accepted", False),
        (PublishError("x", "code_not_found"), "This code was not accepted", False),
        (PublishError("x", "token_expired"), "The confirmation has lapsed", False),
        (PublishError("x", "something_new"), "The health authority did not accept this", False),
        (PhoneError("the scheme is not en"), "This phone cannot share now", False),
    ],
)
def test_every_refusal_says_what_comes_next(error: PhoneError, title: str, try_again: bool) -> None:
    said = refusal(error, EN)
    assert (said.title, said.try_again) == (title, try_again)
