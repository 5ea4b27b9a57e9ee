"""A code mistyped, pasted, of something else: a sentence that helps."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.phone.web.presenters.code import in_groups, read_code
from bluezone.phone.web.texts import translator

EN = translator("en", UTC)


@pytest.mark.parametrize(
    "text",
    ["123456789018", " 1234 5678 9018\n", "1234-5678-9018", "1234.5678.9018", "１２３４５６７８９０１８",
     "1234\u00a05678\u200b9018", "https://phone.example/v?c=123456789018",
     "https://phone.example/v?r=VN&c=1234-5678-9018"],
)  # fmt: skip
def test_a_code_is_read_however_it_was_pasted(text: str) -> None:
    assert read_code(text, EN).code == "123456789018"


def test_the_codes_of_the_reference_server_are_read_too() -> None:
    assert read_code("1234 5678", EN).code == "12345678"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Please enter the code"),
        ("   ", "Please enter the code"),
        ("1234567", "these are 7"),
        ("1", "this is 1 digit"),
        ("12345678901", "these are 11"),
        ("1234 5678 9019", "not right yet"),
        ("1234 5687 9018", "not right yet"),
        ("7K3M Q2XD 7K3M Q2XE", "not right yet"),
        ("1234567ä", "and nothing else"),
        ("١٢٣٤٥٦٧٨", "and nothing else"),
        ("https://shop.example/?id=12345678", "holds no code"),
        ("https://shop.example/?c=1234", "holds no code"),
        ("https://[broken", "holds no code"),
        ("a name of ten thousand characters" * 300, "and nothing else"),
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
    ("text", "shown"), [("123456789018", "1234 5678 9018"), ("12345678", "1234 5678"), ("<b>", "<b>"), ("", "")]
)
def test_a_code_of_a_link_is_shown_in_groups(text: str, shown: str) -> None:
    assert in_groups(text) == shown
