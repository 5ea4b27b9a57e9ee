"""Reports to the health office in a real browser: axe, widths, both languages, darkness, the keyboard."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.phone.web.browsing import Open, look_for_faults, picture, press, visit
from tests.tiers import first

from bluezone.phone.web.security import Access
from bluezone.protocol.reports import ReportAnswer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    first(1, [("small", "vi", "light"), ("wide", "en", "dark"), ("small", "en", "dark")]),
)
def test_reports_are_accessible_fit_and_can_be_sent_by_keyboard(
    seeded: Any, open_page: Open, site: Access, size: str, language: str, scheme: str
) -> None:
    seeded.agree(language=language)
    day = seeded.reportable()
    seeded.runner.stores.publications.finish("revision-token", seeded.clock())
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, content=ReportAnswer().to_json("x"))

    seeded.answer = answer
    page = open_page(size, color_scheme=scheme)
    for path in (f"/exposure/{day}/report", "/reports", "/heard"):
        visit(page, site, path)
        look_for_faults(page, path)
        picture(page, path, size, language, scheme)
    visit(page, site, f"/exposure/{day}/report")
    page.focus("details.answer summary")
    page.keyboard.press("Enter")
    assert page.locator("pre.wire").is_visible()
    look_for_faults(page, "every word of a report")
    assert asked == []
    press(page, "button[name=consent]")
    assert page.url.endswith("/report/sent")
    assert asked == ["/v1/exposure-reports"]
    look_for_faults(page, "a report that was sent")
    picture(page, "report-sent", size, language, scheme)
    visit(page, site, "/reports")
    look_for_faults(page, "reports")
    picture(page, "reports-some", size, language, scheme)
    press(page, "button[name=row]")
    assert asked[-1] == "/v1/exposure-reports/take-back"
