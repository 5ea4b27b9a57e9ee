"""A code mistyped, pasted, of something else: a sentence that helps; and which screen a tapped link opens."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.phone.web.presenters.codes import in_groups, read_code, read_tapped
from bluezone.phone.web.presenters.common import translator
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address

EN = translator("en", UTC)


@pytest.mark.parametrize(
    "text",
    ["123456789018", " 1234 5678 9018\n", "1234-5678-9018", "1234.5678.9018", "１２３４５６７８９０１８",
     "1234\u00a05678\u200b9018", "https://phone.example/v?c=123456789018",
     "https://phone.example/v?r=VN&c=1234-5678-9018"],
)  # fmt: skip
def test_a_code_is_read_however_it_was_pasted(text: str) -> None:
    assert read_code(text, EN).value == "123456789018"


def test_the_codes_of_the_reference_server_are_read_too() -> None:
    assert read_code("1234 5678", EN).value == "12345678"


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
    assert read.value == ""
    assert says in read.problem


@given(st.text())
def test_any_text_gives_a_code_or_a_sentence(text: str) -> None:
    read = read_code(text, EN)
    assert bool(read.value) != bool(read.problem)


@pytest.mark.parametrize(
    ("text", "shown"), [("123456789018", "1234 5678 9018"), ("12345678", "1234 5678"), ("<b>", "<b>"), ("", "")]
)
def test_a_code_of_a_link_is_shown_in_groups(text: str, shown: str) -> None:
    assert in_groups(text) == shown


OWN = "bluezone.example.vn"
PLACE = place_address(
    f"https://{OWN}", "7K3M-Q2XS", make_payload("Chợ Vị Thanh", "", PlaceKind.SHOP, 60, bytes(range(16)))
)


@pytest.mark.parametrize(
    ("link", "screen"),
    [
        (f"https://{OWN}/v?c=7K3MQ2XD9ABCDEF0", "/v?c=7K3MQ2XD9ABCDEF0"),
        (f"https://{OWN.upper()}/v?c=12345678&page=1", "/v?c=12345678"),
        ("ens://v?c=12345678&r=704", "/v?c=12345678"),
        ("ens://v?r=704", "/v?c="),  # the screen of codes says what is missing
        (f"https://{OWN}/v?c=%3Cscript%3E", "/v?c=%3Cscript%3E"),
        (f"https://{OWN}/v?{'a=1&' * 100}", "/v?c="),
        (f"https://{OWN}/install/7K3M-Q2XS", "/unit?given=7K3M-Q2XS"),
    ],
)
def test_a_link_of_the_authority_opens_the_screen_that_asks_first(link, screen):
    assert read_tapped(link, OWN, EN).path == screen


def test_the_poster_of_a_place_opens_the_question_whether_to_check_in():
    opened = read_tapped(PLACE, OWN, EN).path
    assert urlsplit(opened).path == "/diary/in"
    assert parse_qs(urlsplit(opened).query) == {"text": [PLACE]}


@pytest.mark.parametrize(
    "link",
    [
        "",
        "/settings/delete",
        "https://evil.example/v?c=12345678",
        f"https://{OWN}.evil.example/v?c=12345678",
        f"https://evil.example@{OWN}/v?c=12345678",
        f"https://{OWN}@evil.example/v?c=12345678",
        f"https://{OWN}:8443/v?c=12345678",
        f"http://{OWN}/v?c=12345678",
        f"https://{OWN}/",
        f"https://{OWN}/officer/",
        f"https://{OWN}/v/../officer",
        f"https://{OWN}/i#",
        "ens://evil?c=12345678",
        "ens:v?c=12345678",
        "intent://v?c=12345678#Intent;scheme=ens;end",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///data/data/vn.bluezone.mobile/files/phone/phone.sqlite3",
        "content://vn.bluezone.mobile/x",
        "https://[::1/v?c=12345678",
        f"https://{OWN}/v?c=1\r\nSet-Cookie: a=b",
        f"https://{OWN}/v?c={'1' * 30_000}",
        PLACE + "A" * 30_000,
    ],
)
def test_any_other_link_is_a_sentence_and_opens_nothing(link):
    said = read_tapped(link, OWN, EN)
    assert said.path == ""
    assert said.title == "This link is of something else"
    assert said.text.startswith("It was not opened. ")


def test_without_an_authority_only_the_fields_own_scheme_opens_anything():
    assert read_tapped("https:///v?c=12345678", "", EN).path == ""
    assert read_tapped("https://bluezone.example.vn/v?c=12345678", "", EN).path == ""
    assert read_tapped("ens://v?c=12345678", "", EN).path == "/v?c=12345678"


def test_a_poster_that_cannot_be_read_says_so():
    assert read_tapped(f"https://{OWN}/p/7K3M-Q2XS#AAAA", OWN, EN).title == "The code of this place cannot be read"
    assert read_tapped(f"https://{OWN}/install/7K3M-Q2XX", OWN, EN).title == "This poster cannot be read well"
