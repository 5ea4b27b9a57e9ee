"""How tests of the screens use a browser: go, press, look for faults, take a picture; each width and language once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.axe import violations
from tests.tiers import first

from bluezone.phone.web.security import Access

#: a telephone, and the screen of an office
SIZES = {"small": (360, 740), "wide": (1280, 800)}
#: opens a page of the owner's browser: `open_page`
Open = Callable[..., Any]


#: how screens are looked at: the first way in `make test`, the others in `make thorough`
LOOKS = pytest.mark.parametrize(
    ("size", "language", "scheme"),
    first(1, [("small", "vi", "light"), ("wide", "en", "dark"), ("small", "en", "dark"), ("wide", "vi", "light")]),
)
#: the same for some, in the dark first
DARK = pytest.mark.parametrize(
    ("size", "language", "scheme"), first(1, [("small", "vi", "dark"), ("wide", "en", "light")])
)


class Screen:
    """A page of the owner's browser, of one size and appearance: go somewhere, press, look for faults."""

    def __init__(self, page: Any, site: Access, *names: str) -> None:
        self.page, self.site, self._names = page, site, names

    def visit(self, path: str) -> None:
        visit(self.page, self.site, path)

    def press(self, selector: str) -> None:
        press(self.page, selector)

    def look(self, name: str) -> None:
        """Look for faults, at twice the size of letters too, and take a picture."""
        look_for_faults(self.page, name)
        if "small" in self._names:
            self.page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} at 200 %"
            self.page.evaluate("document.documentElement.style.fontSize = ''")
        picture(self.page, name, *self._names)

    def see(self, *paths: str) -> None:
        """Go to each, and look."""
        for path in paths:
            self.visit(path)
            self.look(path)


@contextmanager
def launched(program: str) -> Iterator[Any]:
    """Start a browser, and end it with the block."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def visit(page: Any, site: Access, path: str) -> None:
    page.goto(f"http://127.0.0.1:{site.port}{path}")


def follow(page: Any, selector: str) -> None:
    """Click, and wait for the page that follows."""
    with page.expect_navigation():
        page.click(selector)


def look_for_faults(page: Any, path: str) -> None:
    """Axe finds nothing, nothing sticks out to the side, and every control is large enough for a thumb."""
    assert violations(page) == [], path
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    small = page.evaluate(
        """[...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
        .filter((one) => !one.matches(".skip, .inline, .visually-hidden"))
        .map((one) => [one.outerHTML.slice(0, 80), (one.closest("label") ?? one).getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < 44 || box.width < 44)).map(([html]) => html)"""
    )
    assert small == [], path


def picture(page: Any, path: str, *names: str) -> None:
    """For a person to look at, where BLUEZONE_PICTURES names a folder."""
    folder = os.environ.get("BLUEZONE_PICTURES")
    if folder:
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
        page.screenshot(path=f"{folder}/{'-'.join((name, *names))}.png", full_page=True)


def press(page: Any, selector: str) -> None:
    """Tab to it, see that the focus shows, and press Enter."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    else:
        pytest.fail(f"{selector} cannot be reached by keyboard on {page.url}")
    shown = "getComputedStyle(document.activeElement).boxShadow"
    assert page.evaluate(shown) != "none", f"{selector}: nobody sees that it has the focus"
    with page.expect_navigation():
        page.keyboard.press("Enter")
