"""The roster of people in quarantine in a browser: at 22:00 on a telephone, by keyboard, by two people at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority with officers of ward I of Vị Thanh (mot, hai) and of the province (be)."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    ward = ("commune", "Phường I, Vị Thanh")
    for name, (role, unit) in (("mot", ward), ("hai", ward), ("be", ("province", "Hậu Giang"))):
        arguments = ("create-officer", name, "--role", role, "--unit", unit, "--password-stdin")
        done = installation.run(*arguments, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
    installation.start()
    yield installation.url
    installation.stop()


@pytest.fixture
def officer(open_browser: Callable[..., Any], url: str) -> Callable[..., Any]:
    """Opens a window and logs in: `officer("mot", 360, "dark")`."""

    def log_in(name: str, width: int = 1_280, scheme: str = "light") -> Any:
        made = open_browser(width, scheme)
        page = made.page
        page.goto(f"{url}/officer/login")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.click("main form button")
        return made

    return log_in


@pytest.fixture(scope="module")
def site(url: str, browser: Any) -> str:
    """A quarantine site that an officer of the ward registers, with beds A1 to A12; its code."""
    page = browser.new_context(locale="vi-VN").new_page()
    page.goto(f"{url}/officer/login")
    page.fill("[name=username]", "mot")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button")
    page.goto(f"{url}/officer/units/new")
    page.fill("[name=name]", "Khu cách ly A")
    page.select_option("[name=sector]", "quarantine")
    page.fill("[name=within]", "Phường I, Vị Thanh")
    page.click("main form button")
    code = page.url.rsplit("/", 1)[1]
    page.goto(f"{url}/officer/quarantine/{code}")
    page.fill("[name=number]", "A1")
    page.fill("[name=up_to]", "A12")
    page.click("form[action$=arrive] button")
    assert page.locator(".person").count() == 12
    page.context.close()
    return code


def tap(page: Any, bed: str, fact: str) -> None:
    """Tap a fact of a bed, and wait for the answer."""
    button = page.locator(".person", has=page.get_by_text(bed, exact=True)).locator(f"[data-fact={fact}]")
    with page.expect_response(lambda response: response.url.split("?")[0].endswith("/note")):
        button.click()
    # The answer's row stands in the page. (`wait_for_function` would ask by `eval`, which the page's policy forbids.)
    page.wait_for_selector("[aria-busy]", state="detached")
    page.wait_for_timeout(50)  # and its sentence


def pressed(page: Any, bed: str) -> list[str]:
    row = page.locator(".person", has=page.get_by_text(bed, exact=True))
    return row.locator("[aria-pressed=true]").evaluate_all("all => all.map(one => one.dataset.fact)")


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (360, "dark"), (1_280, "dark")])
def test_every_page_is_clean(officer, url, site, width, scheme):
    made = officer("mot", width, scheme)
    page = made.page
    for path in ("", f"/{site}", f"/{site}?only=unasked", f"/{site}?q=zz", "/63:31318"):
        page.goto(f"{url}/officer/quarantine{path}")
        made.check()
    page.goto(f"{url}/officer/quarantine/{site}")
    page.locator(".roster-arrive summary").click()
    page.fill("[name=number]", "Nguyễn Văn An")
    page.click("form[action$=arrive] button")
    assert "có thể là tên người" in page.inner_text("[role=alert]:not([hidden])")
    made.check()
    page.locator(".row-more summary").first.click()
    made.check()


@pytest.mark.thorough
def test_who_is_above_gets_a_clean_page_of_counts(officer, url, site):
    made = officer("be", 768, "light")
    made.page.goto(f"{url}/officer/quarantine/")
    assert "Khu cách ly A" in made.page.inner_text("main")
    made.check()
    made.page.goto(f"{url}/officer/units/{site}")
    made.check()


def test_one_tap_notes_one_fact_without_leaving_the_page(officer, url, site):
    made = officer("mot", 360)
    page = made.page
    page.goto(f"{url}/officer/quarantine/{site}")
    page.evaluate("window.sameDocument = true")
    tap(page, "A1", "has_app")
    assert pressed(page, "A1") == ["here", "has_phone", "asked", "has_app"]
    assert "11 trong 12" in page.inner_text("#tally")
    assert page.evaluate("window.sameDocument")
    page.reload()
    assert pressed(page, "A1") == ["here", "has_phone", "asked", "has_app"]
    made.check()


@pytest.mark.thorough
def test_two_people_who_tap_at_once_lose_nothing(officer, url, site):
    one, other = officer("mot", 360).page, officer("hai", 360).page
    for page in (one, other):
        page.goto(f"{url}/officer/quarantine/{site}")
    tap(one, "A2", "asked")
    tap(other, "A2", "has_phone")  # its page does not show the other tap yet
    assert pressed(other, "A2") == ["here", "has_phone", "asked"]
    tap(other, "A2", "has_app")
    tap(one, "A2", "asked")  # would take back what `one` has not seen: the app, the phone
    one.wait_for_selector("#said:not([hidden])")
    said = one.inner_text("#said")
    assert "vui lòng xem lại" in said
    assert pressed(one, "A2") == ["here", "has_phone", "asked", "has_app"]


def test_a_tap_without_network_is_named_and_not_noted(officer, url, site):
    made = officer("mot", 360)
    page = made.page
    page.goto(f"{url}/officer/quarantine/{site}")
    page.context.set_offline(True)
    page.locator(".person", has=page.get_by_text("A3", exact=True)).locator("[data-fact=asked]").click()
    page.wait_for_selector("#said:not([hidden])")
    assert "chưa được ghi" in page.inner_text("#said")
    assert pressed(page, "A3") == ["here"]
    page.context.set_offline(False)
    tap(page, "A3", "asked")
    assert pressed(page, "A3") == ["here", "asked"]
    assert page.locator("#said").is_hidden()


def test_a_roster_is_kept_by_keyboard_alone_and_without_scripts(browser, url, site, officer):
    made = officer("mot", 1_280)
    state = made.page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{url}/officer/quarantine/{site}")
    page.locator(".person", has=page.get_by_text("A5", exact=True)).locator("[data-fact=helped]").click()
    assert re.search(r"#row-\d+$", page.url)
    assert page.locator(".person", has=page.get_by_text("A5", exact=True)).locator("[aria-pressed=true]").count() == 4
    context.close()
    page = made.page
    page.goto(f"{url}/officer/quarantine/{site}?q=A6")
    made.tab_to("[data-fact=asked]")
    with page.expect_response(lambda response: response.url.split("?")[0].endswith("/note")):
        page.keyboard.press("Enter")
    page.wait_for_selector("[data-fact=asked][aria-pressed=true]")
    assert page.evaluate("document.activeElement.dataset.fact") == "asked"  # the focus stays where it was
    made.press("form[action$=confirm] button")
    assert "đã đủ lúc" in page.inner_text("main")


@pytest.mark.thorough
def test_a_person_leaves_and_comes_back(officer, url, site):
    made = officer("mot", 360)
    page = made.page
    page.goto(f"{url}/officer/quarantine/{site}")
    row = page.locator(".person", has=page.get_by_text("A12", exact=True))
    row.locator("summary").click()
    page.goto(f"{url}{row.locator('a[href$=end]').get_attribute('href')}")
    page.check("[value=died]")
    made.check()
    page.click("main form button")
    page.goto(f"{url}/officer/quarantine/{site}")
    page.locator(".roster-left summary").click()
    assert "giường A12" in page.inner_text(".roster-left")
    made.check()
    page.click(".roster-left li button")
    assert page.get_by_text("A12", exact=True).count() == 1
