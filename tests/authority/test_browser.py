"""The officers' pages in a browser: by keyboard alone, telephone and desktop, light and dark, in two languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser
#: of the installation's clock, as an officer types it
TODAY = "18/8/2020"


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority that serves, with the officer lan, and hoa of the province."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    province = ("create-officer", "hoa", "--role", "province", "--unit", "63:93", "--password-stdin")
    assert installation.run(*province, stdin="a long password 1\n").returncode == 0
    installation.start()
    yield installation.url
    installation.stop()


TEXTS = {
    "vi": {"list": "Ca bệnh", "mistake": "Hãy ghi ngày", "code": "Hãy đọc mã này", "until": "Có hiệu lực đến"},
    "en": {"list": "Cases", "mistake": "Give the day", "code": "Read this code", "until": "Good until"},
}


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    first(1, [(360, "light", "vi"), (360, "dark", "en"), (1_280, "dark", "vi"), (1_280, "light", "en")]),
)
def test_an_officer_gets_a_code_by_keyboard_alone(open_browser, url, width, scheme, language):
    officer, texts = open_browser(width, scheme), TEXTS[language]
    page = officer.page
    page.goto(f"{url}/officer/login")
    if language == "en":
        officer.press_in_menu("button[name=language][value=en]")
    officer.check()
    officer.log_in(url)
    assert texts["list"] in page.inner_text("h1")
    officer.check()

    officer.press("main a.button")
    officer.check()
    officer.press("main form button")
    assert texts["mistake"] in page.inner_text("[role=alert]")
    page.wait_for_selector("[role=alert]:focus")
    officer.check()

    officer.tab_to("[name=report_type]")
    page.keyboard.press("ArrowDown")
    officer.type_in("[name=onset_date]", TODAY)
    officer.type_in("[name=file_number]", "HG-114")
    officer.press("main form button")
    assert texts["code"] in page.inner_text("h1")
    assert re.fullmatch(r"(\d{4}\s*){3}", "".join(page.locator(".digits [aria-hidden]").all_inner_texts()))
    assert texts["until"] in page.inner_text(".until")
    digits_px = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.digits')).fontSize)")
    assert digits_px >= 48
    officer.check()

    officer.press("main a.button")
    assert "HG-114" in page.inner_text("h1")
    officer.check()
    officer.press_in_menu(".menu-panel a[href='/officer/cases/']")
    assert "HG-114" in page.inner_text("main")
    officer.check()
    officer.press("tbody th a")
    assert "HG-114" in page.inner_text("h1")
    officer.check()
    officer.press_in_menu(".top form[action$=logout] button")
    assert page.url.endswith("/officer/login")


def test_the_first_tab_skips_to_the_content(open_browser, url):
    officer = open_browser(360)
    officer.log_in(url)
    officer.page.keyboard.press("Tab")
    assert officer.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    box = officer.page.locator("a.skip").bounding_box()
    assert box["y"] >= 0


def test_the_code_page_offers_nothing_that_would_lose_the_code(open_browser, url):
    officer = open_browser()
    officer.log_in(url)
    officer.page.goto(f"{url}/officer/cases/new")
    officer.page.fill("[name=test_date]", TODAY)
    officer.page.click("main form button")
    officer.page.wait_for_selector(".digits")
    assert officer.page.locator("button[name=language]").count() == 0


def test_reloading_the_code_page_opens_no_second_case_and_shows_no_code(open_browser, url):
    officer = open_browser()
    officer.log_in(url)
    officer.page.goto(f"{url}/officer/cases/new")
    officer.page.fill("[name=test_date]", TODAY)
    officer.page.fill("[name=file_number]", "reloaded")
    officer.page.click("main form button")
    officer.page.wait_for_selector(".digits")
    officer.page.reload()
    assert officer.page.locator(".digits").count() == 0
    officer.page.goto(f"{url}/officer/cases/")
    assert officer.page.inner_text("main").count("reloaded") == 1


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["/officer/nothing", "/officer/cases/?page=9"])
def test_other_pages_are_clean_too(open_browser, url, path):
    officer = open_browser(360, "dark")
    officer.log_in(url)
    officer.page.goto(f"{url}{path}")
    officer.check()


def test_a_rehearsal_says_so_on_every_page(open_browser, url):
    officer = open_browser()
    officer.page.goto(f"{url}/officer/login")
    assert "diễn tập" in officer.page.inner_text(".rehearsal")


@pytest.mark.parametrize(
    ("width", "scheme"), first(1, [(390, "light"), (390, "dark"), (1_280, "dark"), (1_280, "light")])
)
def test_the_public_pages_of_the_roll_out(open_browser, url, width, scheme):
    """Also without any figure, as on the first day."""
    reader = open_browser(width, scheme)
    for path, text in [("/rollout/", "Chưa có số liệu cả nước"), ("/rollout/63:93", "Tỉnh Hậu Giang")]:
        reader.page.goto(f"{url}{path}")
        assert text in reader.page.inner_text("h1")
        reader.check()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(390, "light", "vi"), (1_280, "dark", "vi"), (390, "dark", "en")]
)
def test_an_officer_writes_news_and_takes_them_back(open_browser, url, width, scheme, language):
    officer = open_browser(width, scheme)
    page = officer.page
    officer.log_in(url, "hoa", lands="/officer/rollout/")
    if language == "en":
        officer.press_in_menu("button[name=language][value=en]")
    page.goto(f"{url}/officer/news/")
    officer.check()
    officer.press("main a.button")
    officer.check()
    officer.press("main form button")
    page.wait_for_selector("[role=alert]:focus")
    officer.check()
    title = f"Điểm xét nghiệm {width} {scheme}"
    officer.type_in("[name=unit]", "huyện Long Mỹ")
    officer.type_in("[name=title_vi]", title)
    officer.type_in("[name=text_vi]", "Tại trạm y tế, từ 8 giờ.")
    officer.press("main form button")
    assert title in page.inner_text("main")
    officer.check()
    page.click(".task-lines li:first-child summary")
    assert "từ 8 giờ" in page.inner_text("main")
    officer.press(f"button[aria-label*='{title}']")
    assert page.locator(f"button[aria-label*='{title}']").count() == 0
    officer.check()


@pytest.mark.parametrize(
    ("width", "scheme"), first(1, [(320, "light"), (360, "dark"), (768, "light"), (1_280, "dark")])
)
def test_the_menu_is_one_row_and_opens_by_keyboard_to_all_pages(open_browser, url, width, scheme):
    officer = open_browser(width, scheme)
    page = officer.page
    officer.log_in(url, "hoa", "/officer/rollout/")
    # The areas stand beside the search, or below 1,180 px in a row of their own.
    assert page.locator(".top > div").bounding_box()["height"] <= (64 if width >= 1_180 else 96)
    areas = [each.bounding_box() for each in page.locator(".menu-row a:visible").all()]
    assert len(areas) == 4
    assert len({each["y"] for each in areas}) == 1
    assert all(each["x"] >= 0 and each["x"] + each["width"] <= width for each in areas)
    tops = {page.locator(each).bounding_box()["y"] // 40 for each in (".find", ".menu > summary")}
    assert tops == {0}, "the search and the button stand in the first row"
    before = page.locator("h1").bounding_box()["y"]
    officer.open_menu()
    officer.check()
    assert page.locator("h1").bounding_box()["y"] == before, "it opens over the page"
    box = page.locator(".menu-panel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= page.viewport_size["height"], "its end can be read without scrolling the page"
    page.keyboard.press("Escape")
    assert page.locator("details.menu").get_attribute("open") is None
    assert page.evaluate("document.activeElement.matches('details.menu > summary')")
    officer.open_menu()
    officer.press(".menu-panel a[href='/officer/directives/']")
    assert page.url.endswith("/officer/directives/")


@pytest.mark.thorough
def test_the_menu_opens_without_a_script(browser, url):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{url}/officer/login")
    page.click("details.menu > summary")
    with page.expect_navigation():
        page.click(".menu-panel a[href='/rollout/']")
    assert page.url.endswith("/rollout/")
    context.close()


def test_the_way_through_the_first_page_goes_by_keyboard_moves_nothing_and_stays_closed(open_browser, url):
    officer = open_browser(1_280)
    page = officer.page
    officer.log_in(url, "hoa", "/officer/rollout/")
    page.evaluate("localStorage.clear()")
    page.reload()
    before = page.locator("h1").bounding_box()["y"]
    if not page.locator("dialog.tour").is_visible():
        officer.press(".tour-open")
    titles = []
    for _ in range(8):
        titles.append(page.locator(".tour section:visible h2").inner_text())
        page.keyboard.press("ArrowRight")
    assert len(set(titles)) == 8
    officer.check()
    page.evaluate("scrollTo(0, 0)")
    assert page.locator("h1").bounding_box()["y"] == before
    page.keyboard.press("Escape")
    assert not page.locator("dialog.tour").is_visible()
    assert page.evaluate("document.activeElement.matches('.tour-open')")
    page.reload()
    assert not page.locator("dialog.tour").is_visible()
