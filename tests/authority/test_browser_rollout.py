"""The public pages of the roll-out with figures, in a real browser: both lists of provinces, both languages, light and
dark, from 360 to 1280 px; the slider by keyboard; the table that says what the map shows."""

from __future__ import annotations

import shutil
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.authority.shifts import MOST_LATE, SHIFTS
from tests.tiers import first

pytestmark = pytest.mark.browser

#: a week of every district of Hậu Giang and of the communes of one, an order, and the real figures of 2020-21
_FILL = """
import datetime as dt
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.history import reported_counts

day = dt.date(2020, 8, 17)
store(reported_counts())
districts = catalogue.all_units().children(UnitCode.parse("63:93"), day)
communes = catalogue.all_units().children(districts[0].code, day)
parts = [UnitCode.parse(code) for code in ("63:92", "63:93", "63:94")]
units = [*parts, *(unit.code for unit in (*districts, *communes))]
store(
    Count(unit, day - dt.timedelta(days=back), installs=3 if place == 11 else 400 * (place + 1) * (12 - back),
          source="devices", origin=Origin.COUNTED)
    for place, unit in enumerate(units) for back in range(8)
)
order = Directive.objects.create(
    number="1459/UBND-NCTH", issued=dt.date(2020, 8, 13), issuer="UBND tỉnh Hậu Giang", scope="63:93", place="/63:93/",
    base="population", target="3/10", deadline=dt.date(2020, 8, 30), responsible="Sở TT&TT",
)
Target.objects.create(
    directive=order, kind=Kind.UNIT, key="63:93", place="/63:93/", people=733_017, installs=219_906
)
"""
PAGES = {
    "/rollout/": "17", "/rollout/?system=34": "17", "/rollout/63:93": "Hậu Giang", "/rollout/34:92": "Cần Thơ",
    "/rollout/63:930": "Vị Thanh", "/rollout/63:31318": "", "/rollout/63:01": "Hà Nội",
    "/rollout/compare?unit=63:93&unit=63:930&unit=63:931": "Vị Thanh", "/rollout/compare?add=xyz": "xyz",
    "/rollout/data/": "dictionary.json",
}  # fmt: skip
WINDOWS = [
    (360, "light", "vi"), (390, "dark", "en"), (768, "light", "en"), (1_280, "dark", "vi"), (1_280, "light", "en"),
]  # fmt: skip


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority with figures."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    installation.python(f"import django; django.setup()\n{_FILL}")
    installation.start()
    yield installation.url
    installation.stop()


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme", "language"), WINDOWS)
def test_pages_with_figures_are_clean(open_browser, url, width, scheme, language):
    reader = open_browser(width, scheme)
    page = reader.page
    page.goto(f"{url}/language/{language}?next=/rollout/")
    for path, text in PAGES.items():
        answer = page.goto(f"{url}{path}")
        assert answer.status == 200, path
        page.wait_for_load_state("networkidle")
        assert text in page.inner_text("main")
        assert page.evaluate("document.documentElement.lang") == language
        drawn = "[...document.querySelectorAll('img')].every(one => one.complete && one.naturalWidth)"
        assert page.evaluate(drawn), f"{path}: a figure is not drawn"
        reader.check()


@pytest.fixture(scope="module")
def slow_url(url: str) -> Iterator[str]:
    """Serve the authority's pages over a line on which a page stops for a moment after each of its cards."""

    class SlowLine(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urllib.request.Request(url + self.path, headers={"Accept-Language": "vi"})
            with urllib.request.urlopen(asked) as answer:
                body = answer.read()
            self.send_response(200)
            for name in ("Content-Type", "Content-Security-Policy"):
                self.send_header(name, answer.headers.get(name, ""))
            self.end_headers()
            parts = body.split(b"</section>") if b"<html" in body[:300] else [body]
            for part in parts[:-1]:
                self.wfile.write(part + b"</section>")
                self.wfile.flush()
                time.sleep(0.4)
            self.wfile.write(parts[-1])

        def log_message(self, *_: Any) -> None:
            """Say nothing of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowLine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", first(1, [360, 1_280]))
@pytest.mark.parametrize("path", ["/rollout/", "/rollout/63:93"])
def test_a_page_that_arrives_card_by_card_does_not_jump(open_browser, slow_url, path, width):
    reader = open_browser(width)
    reader.page.goto(f"{slow_url}{path}")
    reader.page.wait_for_load_state("networkidle")
    assert reader.page.locator("section.card").count() >= 3
    late, while_coming, moved = reader.page.evaluate(SHIFTS)
    assert late + while_coming < MOST_LATE, moved


def test_the_other_language_is_one_key_away_on_the_same_page(open_browser, url):
    reader = open_browser(390)
    reader.page.goto(f"{url}/rollout/63:93")
    reader.press_in_menu(".top a[hreflang=en]")
    assert reader.page.url.endswith("/rollout/63:93")
    assert "installations" in reader.page.inner_text("h1")


@pytest.mark.parametrize("path", ["/rollout/", "/rollout/63:93"])
def test_the_slider_goes_by_keyboard_and_says_its_day(open_browser, url, path):
    reader = open_browser(1_280)
    page = reader.page
    page.goto(f"{url}{path}")
    newest = page.inner_text("#at-text")
    reader.tab_to("#at")
    with page.expect_navigation():
        page.keyboard.press("ArrowLeft")
    assert "at=" in page.url
    before = page.inner_text("#at-text")
    assert before != newest
    assert page.get_attribute("#at", "aria-valuetext") == before


@pytest.mark.thorough
def test_without_the_script_the_button_leads_to_the_day(browser, url):
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{url}/rollout/63:93")
    page.locator("#at").fill("0")
    with page.expect_navigation():
        page.click("form.choices button")
    assert "at=0" in page.url
    context.close()


def test_the_table_says_all_that_the_map_shows(open_browser, url):
    reader = open_browser(1_280)
    page = reader.page
    page.goto(f"{url}/rollout/")
    on_map = page.locator(".map path title").all_text_contents()
    in_table = {row.locator("th a").inner_text(): row.inner_text() for row in page.locator(".ranks tbody tr").all()}
    silent = page.locator(".fold li").all_text_contents()
    assert len(on_map) == len(in_table) + len(silent) == 63
    for title in on_map:
        name, _, share = title.partition(": ")
        if not any(each.endswith(name) for each in silent):
            (row,) = (text for known, text in in_table.items() if known.endswith(name))
            assert share in row
    assert page.get_attribute(".map", "aria-hidden") == "true", "keyboards and screen readers have the table"
    with page.expect_navigation():
        page.locator(".map a[href*='63:48']").click()
    assert "/rollout/63:48" in page.url
    page.go_back()
    reader.tab_to(".ranks tbody a")
    reader.tab_to(".fold summary")
    page.keyboard.press("Enter")
    reader.tab_to(".fold li a")
    reader.check()


def test_from_the_country_down_to_a_commune_by_keyboard(open_browser, url):
    reader = open_browser(1_280)
    page = reader.page
    page.goto(f"{url}/rollout/63:93")
    reader.press(".ranks tbody a")
    assert "/rollout/63:93" in page.url
    assert "/rollout/63:93?" not in page.url
    page.goto(f"{url}/rollout/63:930")
    reader.press("ul.tiles a")
    assert page.locator("h1").inner_text().startswith(("Phường", "Xã"))
    reader.press("nav.eyebrow a")
    assert "/rollout/?date=" in page.url
