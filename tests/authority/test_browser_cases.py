"""A case over its course in a real browser: who it is, a call, a likely duplicate, handing over; by keyboard, at both
widths, in both languages and schemes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser
PASSWORD = "a long password 1\n"


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """Serve an authority with two health offices: the ministry's (lan, without a role) and a province's."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("cases") / "var"))
    made = installation.run(
        "create-officer", "tinh", "--role", "province", "--unit", "63:93", "--may-confirm", "--password-stdin",
        stdin=PASSWORD,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert installation.run("code-quota", "10").returncode == 0
    installation.start()
    yield installation.url
    installation.stop()


def _open_case(page: Any, url: str, number: str) -> None:
    page.goto(f"{url}/officer/cases/new")
    page.fill("[name=test_date]", "18/8/2020")
    page.fill("[name=file_number]", number)
    page.click("main form button")
    page.wait_for_selector(".digits")
    page.goto(f"{url}/officer/cases/?q={number}")
    page.click("tbody th a")


@pytest.mark.parametrize(
    ("width", "scheme", "language"), first(1, [(360, "dark", "vi"), (1_280, "light", "en"), (360, "light", "en")])
)
def test_a_case_is_followed_by_keyboard(open_browser, url, width, scheme, language):
    officer = open_browser(width, scheme)
    page = officer.page
    page.goto(f"{url}/officer/login")
    if language == "en":
        officer.press_in_menu("button[name=language][value=en]")
    officer.log_in(url)
    number = f"HG-{width}-{scheme}"
    _open_case(page, url, number)
    officer.check()

    officer.press("a[href$='/person']")
    officer.check()
    officer.press("main form button")
    page.wait_for_selector("[role=alert]:focus")
    officer.check()
    officer.type_in("[name=name]", "Trần Thị Mai")
    officer.type_in("[name=telephone]", "0912345678")
    officer.press("main form button")
    pseudonym = re.search(r"P-\w{4}-\w{3}", page.inner_text("main")).group()
    assert "Mai" not in page.inner_text("main")
    officer.check()

    officer.press(f"a[href$='{pseudonym}']")
    officer.check()
    officer.tab_to("details:has([name=reason]) summary")
    page.keyboard.press("Enter")
    officer.type_in("[name=reason]", "to call the person")
    officer.press("details:has([name=reason]) button")
    assert page.inner_text("h1") == "Trần Thị Mai"
    officer.tab_to("details:has([name=name]) summary")
    page.keyboard.press("Enter")
    assert page.input_value("[name=name]") == "Trần Thị Mai"
    officer.check()

    page.goto(f"{url}/officer/cases/?q={number}")
    officer.press("tbody th a")
    officer.press(f"a[href$='{pseudonym}']")
    officer.press("a[href$='/course']")
    officer.check()
    officer.tab_to("[name=symptoms][value=fever]")
    page.keyboard.press("Space")
    officer.press("main form button")
    assert {"vi": "sốt", "en": "fever"}[language] in page.inner_text("main").lower()

    page.goto(f"{url}/officer/cases/?q={number}")
    officer.press("tbody th a")
    officer.press("a[href$='/hand-over']")
    officer.check()
    officer.tab_to("[name=to_place]")  # none is chosen beforehand
    page.keyboard.press("ArrowDown")
    officer.press("main form button")
    officer.check()
    officer.press("form[action$='/taken-back'] button")
    officer.check()


@pytest.mark.thorough
def test_what_looks_like_one_case_is_merged_and_parted(open_browser, url):
    officer = open_browser(360, "dark")
    officer.log_in(url)
    page = officer.page
    for _ in range(2):
        _open_case(page, url, "the same")
    officer.check()
    with page.expect_navigation():
        page.click("form[action*='/merge/'] button")
    officer.check()
    page.goto(f"{url}/officer/cases/?q=the same")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody th a")
    page.click("main a[href*='/officer/cases/']:has-text('the same')")
    officer.check()
    with page.expect_navigation():
        page.click("form[action$='/part'] button")
    page.goto(f"{url}/officer/cases/?q=the same")
    assert page.locator("tbody tr").count() == 2
