"""The daily declaration in isolation in a real browser: axe, widths, both languages, darkness, the keyboard."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.phone.web.browsing import Open, look_for_faults, picture, press, visit
from tests.tiers import first

from bluezone.phone.web.security import Access
from bluezone.protocol.one_time_codes import draw_long
from bluezone.protocol.reports import ReportAnswer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language", "scheme"), first(1, [("small", "vi", "light"), ("wide", "en", "dark")]))
def test_who_is_isolated_declares_by_keyboard(
    seeded: Any, open_page: Open, site: Access, size: str, language: str, scheme: str
) -> None:
    seeded.agree(language=language)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, content=ReportAnswer().to_json("x"))

    seeded.answer = answer
    page = open_page(size, color_scheme=scheme)
    visit(page, site, "/isolation")
    look_for_faults(page, "the code of an isolation")
    picture(page, "isolation-code", size, language, scheme)
    page.fill("#code", draw_long(16, lambda n: n // 3))
    press(page, "form[action='/isolation/code'] button")
    look_for_faults(page, "how are you")
    picture(page, "isolation-form", size, language, scheme)
    press(page, "form[action='/isolation'] button")
    look_for_faults(page, "nothing was ticked")
    assert asked == []
    page.focus("[name=s-breathless]")
    page.keyboard.press("Space")
    press(page, "form[action='/isolation'] button")
    assert asked == ["/v1/isolation-declarations"]
    assert page.locator("a[href='tel:115']").is_visible()
    look_for_faults(page, "a declaration that was sent")
    picture(page, "isolation-sent", size, language, scheme)
