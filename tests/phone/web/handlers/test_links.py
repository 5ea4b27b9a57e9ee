"""A link that somebody tapped outside Bluezone, as Android's app hands it to the screens."""

from __future__ import annotations

from urllib.parse import quote

import pytest

OWN = "bluezone.example.vn"


@pytest.fixture
def visitor(seeded, web):
    seeded.runner.choose(agreed_at_s=web.NOW_S)
    return web.Visitor(seeded, link_host=OWN)


def enter(visitor, link: str) -> str:
    """Return where the address of the app's first page leads to, with a link as `LinkActivity` writes it."""
    screen = quote(f"/link?text={quote(link, safe='')}", safe="")
    answer = visitor.get(f"/enter?token={visitor.access.token}&to={screen}")
    assert answer.headers["refresh"].startswith("0; url=")
    return answer.headers["refresh"].removeprefix("0; url=")


@pytest.mark.parametrize(
    ("link", "screen"),
    [
        (f"https://{OWN}/v?c=12345678", "/v?c=12345678"),
        ("ens://v?c=12345678&r=704", "/v?c=12345678"),
        (f"https://{OWN}/install/7K3M-Q2XS", "/unit?given=7K3M-Q2XS"),
    ],
)
def test_a_link_goes_from_the_apps_first_page_to_its_screen(visitor, link, screen):
    answer = visitor.get(enter(visitor, link))
    assert (answer.status_code, answer.headers["location"]) == (303, screen)
    assert visitor.get(screen).status_code == 200


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/v?c=12345678", "javascript:alert(1)", f"https://{OWN}/v?c=<b>x</b>" + "1" * 2_001, ""],
)
def test_another_link_is_one_sentence_that_does_not_repeat_it(visitor, link):
    answer = visitor.get(enter(visitor, link))
    assert answer.status_code == 422
    assert "Đây là đường dẫn của thứ khác" in answer.text
    assert "evil.example" not in answer.text
    assert "alert(1)" not in answer.text


def test_a_link_before_the_first_yes_waits_for_it(seeded, web):
    seeded.runner.choose(agreed_at_s=None)
    visitor = web.Visitor(seeded, link_host=OWN)
    poster = visitor.get(enter(visitor, f"https://{OWN}/install/7K3M-Q2XS"))
    assert "mở lại đường dẫn hoặc quét lại mã" in poster.text
    code = visitor.get(visitor.get(enter(visitor, "ens://v?c=12345678")).headers["location"])
    assert "mã của bạn vẫn dùng được" in code.text


@pytest.mark.parametrize(
    "screen",
    [
        *("/link?text=a&text=b", "/link?text=a\r\nSet-Cookie: x=y", "/link?to=x", "/link?text=<a>", "/link?text=a b"),
        *("/v?text=x", "//x?text="),
    ],
)
def test_only_an_encoded_link_is_led_on(visitor, screen):
    answer = visitor.get(f"/enter?token={visitor.access.token}&to={quote(screen, safe='')}")
    assert answer.headers["refresh"] == "0; url=/"
    assert len(answer.headers.get_list("set-cookie")) == 1
