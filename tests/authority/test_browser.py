"""The officers' pages in a real browser: by keyboard alone, on a phone and a desk, light and dark, in two languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: counts layout shifts from the first paint on
WATCH_SHIFTS = """
    window.shifts = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts += entry.value))
        .observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority that serves, with the officer lan, and hoa of the province."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    province = ("create-officer", "hoa", "--role", "province", "--unit", "63:93", "--password-stdin")
    assert installation.run(*province, stdin="a long password 1\n").returncode == 0
    installation.start()
    yield installation.url
    installation.stop()


@pytest.fixture(scope="module")
def browser(require_tool: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = require_tool.program("chromium", "chromium-browser", package="chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


class Desk:
    """An officer at a keyboard."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element has the focus, and see that the focus shows."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                break
        else:
            pytest.fail(f"{selector} cannot be reached by keyboard")
        ring = self.page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert ring != "none", f"{selector}: nobody sees that it has the focus"

    def type_in(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        """Press the button or follow the link with Enter."""
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def log_in(self, url: str, name: str = "lan") -> None:
        self.page.goto(f"{url}/officer/login")
        self.page.wait_for_function("document.activeElement.name === 'username'")  # the page gives it the focus
        self.page.keyboard.type(name)
        self.type_in("[name=password]", "a long password 1")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert self.page.url.endswith("/officer/cases/")

    def check(self) -> None:
        """What holds for every page: axe finds nothing, nothing sticks out, nothing jumped."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        assert self.page.evaluate("window.shifts") == 0
        small = self.page.evaluate(
            """() => [...document.querySelectorAll("a.button, button, input:not([type=hidden]), select")]
                .filter(one => one.offsetParent && Math.min(one.offsetHeight, one.offsetWidth) < 24
                    && !one.closest("label")).map(one => one.outerHTML)"""
        )
        assert small == [], "targets below 24 px (WCAG 2.2, 2.5.8)"


@pytest.fixture
def desk(browser: Any) -> Iterator[Callable[..., Desk]]:
    """Opens a browser window: `desk(360, "dark")`."""
    contexts = []

    def sit_down(width: int = 1_280, scheme: str = "light") -> Desk:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(WATCH_SHIFTS)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("console", lambda message: _no_csp_violation(message.text))
        return Desk(page)

    yield sit_down
    for context in contexts:
        context.close()


def _no_csp_violation(text: str) -> None:
    assert "Content Security Policy" not in text, text


TEXTS = {
    "vi": {"list": "Ca bệnh của bạn", "mistake": "Hãy ghi ngày", "code": "Hãy đọc mã này", "until": "Có hiệu lực đến"},
    "en": {"list": "Your cases", "mistake": "Give the day", "code": "Read this code", "until": "Good until"},
}


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(360, "light", "vi"), (360, "dark", "en"), (1_280, "dark", "vi"), (1_280, "light", "en")],
)
def test_an_officer_gets_a_code_by_keyboard_alone(desk, url, width, scheme, language):
    officer, texts = desk(width, scheme), TEXTS[language]
    page = officer.page
    page.goto(f"{url}/")
    if language == "en":
        officer.press("button[name=language][value=en]")
    officer.check()
    officer.log_in(url)
    assert texts["list"] in page.inner_text("h1")
    officer.check()

    officer.press("main a.button")
    officer.check()
    officer.press("main form button")
    assert texts["mistake"] in page.inner_text("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    officer.check()

    officer.tab_to("[name=report_type]")
    page.keyboard.press("ArrowDown")
    officer.tab_to("[name=onset_date]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    officer.type_in("[name=file_number]", "HG-114")
    officer.press("main form button")
    assert texts["code"] in page.inner_text("h1")
    assert re.fullmatch(r"\d{4}\s*\d{4}", "".join(page.locator(".digits [aria-hidden]").all_inner_texts()))
    assert texts["until"] in page.inner_text(".until")
    digits_px = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.digits')).fontSize)")
    assert digits_px >= 48
    officer.check()

    officer.press("main a.button")
    assert "HG-114" in page.inner_text("main")
    officer.check()
    officer.press("tbody th a")
    assert "HG-114" in page.inner_text("h1")
    officer.check()
    officer.press(".top form[action$=logout] button")
    assert page.url.endswith("/officer/login")


def test_the_first_tab_skips_to_the_content(desk, url):
    officer = desk(360)
    officer.log_in(url)
    officer.page.keyboard.press("Tab")
    assert officer.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    box = officer.page.locator("a.skip").bounding_box()
    assert box["y"] >= 0


def test_the_code_page_offers_nothing_that_would_lose_the_code(desk, url):
    officer = desk()
    officer.log_in(url)
    officer.page.goto(f"{url}/officer/cases/new")
    officer.page.select_option("[name=test_date]", index=1)
    officer.page.click("main form button")
    officer.page.wait_for_selector(".digits")
    assert officer.page.locator("button[name=language]").count() == 0


def test_reloading_the_code_page_opens_no_second_case_and_shows_no_code(desk, url):
    officer = desk()
    officer.log_in(url)
    officer.page.goto(f"{url}/officer/cases/new")
    officer.page.select_option("[name=test_date]", index=1)
    officer.page.fill("[name=file_number]", "reloaded")
    officer.page.click("main form button")
    officer.page.wait_for_selector(".digits")
    officer.page.reload()
    assert officer.page.locator(".digits").count() == 0
    officer.page.goto(f"{url}/officer/cases/")
    assert officer.page.inner_text("main").count("reloaded") == 1


@pytest.mark.parametrize("path", ["/officer/nothing", "/officer/cases/?page=9"])
def test_other_pages_are_clean_too(desk, url, path):
    officer = desk(360, "dark")
    officer.log_in(url)
    officer.page.goto(f"{url}{path}")
    officer.check()


def test_a_rehearsal_says_so_on_every_page(desk, url):
    officer = desk()
    officer.page.goto(f"{url}/officer/login")
    assert "diễn tập" in officer.page.inner_text(".rehearsal")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1_280, "dark"), (1_280, "light")])
def test_the_public_pages_of_the_roll_out(desk, url, width, scheme):
    """Also without any figure, as on the first day."""
    reader = desk(width, scheme)
    for path, text in [("/rollout/", "Chưa có số liệu cả nước"), ("/rollout/63:93", "Tỉnh Hậu Giang")]:
        reader.page.goto(f"{url}{path}")
        assert text in reader.page.inner_text("h1")
        reader.check()


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(390, "light", "vi"), (1_280, "dark", "vi"), (390, "dark", "en")]
)
def test_an_officer_writes_news_and_takes_them_back(desk, url, width, scheme, language):
    officer = desk(width, scheme)
    page = officer.page
    officer.log_in(url, "hoa")
    if language == "en":
        officer.press("button[name=language][value=en]")
    page.goto(f"{url}/officer/news/")
    officer.check()
    officer.press("main a.button")
    officer.check()
    officer.press("main form button")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    officer.check()
    title = f"Điểm xét nghiệm {width} {scheme}"
    officer.type_in("[name=unit]", "huyện Long Mỹ")
    officer.type_in("[name=title_vi]", title)
    officer.type_in("[name=text_vi]", "Tại trạm y tế, từ 8 giờ.")
    officer.press("main form button")
    assert title in page.inner_text("main")
    officer.check()
    page.click("tbody tr:first-child summary")
    assert "từ 8 giờ" in page.inner_text("main")
    officer.press(f"button[aria-label*='{title}']")
    assert page.locator(f"button[aria-label*='{title}']").count() == 0
    officer.check()
