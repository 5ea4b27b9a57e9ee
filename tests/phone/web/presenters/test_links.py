"""Which screen a link of a message, a page or another app opens, and which links open nothing."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import parse_qs, urlsplit

import pytest

from bluezone.phone.web.presenters import links
from bluezone.phone.web.texts import translator
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address

EN = translator("en", UTC)
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
    assert links.read(link, OWN, EN).path == screen


def test_the_poster_of_a_place_opens_the_question_whether_to_check_in():
    opened = links.read(PLACE, OWN, EN).path
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
    said = links.read(link, OWN, EN)
    assert said.path == ""
    assert said.title == "This link is of something else"
    assert said.text.startswith("It was not opened. ")


def test_without_an_authority_only_the_fields_own_scheme_opens_anything():
    assert links.read("https:///v?c=12345678", "", EN).path == ""
    assert links.read("https://bluezone.example.vn/v?c=12345678", "", EN).path == ""
    assert links.read("ens://v?c=12345678", "", EN).path == "/v?c=12345678"


def test_a_poster_that_cannot_be_read_says_so():
    assert links.read(f"https://{OWN}/p/7K3M-Q2XS#AAAA", OWN, EN).title == "The code of this place cannot be read"
    assert links.read(f"https://{OWN}/install/7K3M-Q2XX", OWN, EN).title == "This poster cannot be read well"
