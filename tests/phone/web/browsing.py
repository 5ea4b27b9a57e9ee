"""How tests of the screens use a browser: go, press, look for faults, take a picture."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bluezone.phone.web.security import Access

#: a telephone, and the screen of an office
SIZES = {"small": (360, 740), "wide": (1280, 800)}
#: opens a page of the owner's browser: `open_page`
Open = Callable[..., Any]


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
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], path
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
