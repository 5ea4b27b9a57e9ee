"""Keys of machines and the quota of codes in a browser: by keyboard alone, telephone and desktop, light and dark."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority that serves, with an officer of the ministry who has the right and a commune's who has not."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    for name, post in (("bo", ("ministry",)), ("xa", ("commune", "--unit", "63:31318"))):
        arguments = ("create-officer", name, "--role", *post, "--password-stdin")
        assert installation.run(*arguments, stdin="a long password 1\n").returncode == 0
    installation.start()
    yield installation.url
    installation.stop()


@pytest.mark.parametrize(("width", "scheme"), first(1, [(320, "dark"), (1_280, "light")]))
def test_a_key_is_made_seen_once_and_revoked_by_keyboard_alone(open_browser, url, width, scheme):
    officer = open_browser(width, scheme)
    page = officer.page
    officer.log_in(url, "bo", "/officer/rollout/")
    officer.press_in_menu("a[href='/officer/keys']")
    officer.check()
    officer.press("main a.button")
    officer.check()
    officer.press("main form button")
    page.wait_for_selector("[role=alert]:focus")
    officer.check()
    officer.type_in("[name=label]", f"CDC {width}")
    officer.press("main form button")
    secret = page.input_value("#key")
    assert secret.startswith("admin-")
    assert len(secret) > 40
    assert secret not in page.url
    officer.check()
    page.reload()
    assert page.url.endswith("/officer/keys"), "the form sent again makes no second key"
    assert secret not in page.content()
    assert page.locator(f"th:text-is('CDC {width}')").count() == 1
    row = page.locator("tr", has=page.locator(f"th:text-is('CDC {width}')"))
    officer.press(f"main a[href='{row.locator('a').get_attribute('href')}']")
    officer.check()
    officer.press("main form button")
    assert "đã thu hồi" in row.inner_text()


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1_280, "dark")])
def test_the_ministry_sets_the_factor_by_keyboard_alone(open_browser, url, width, scheme):
    officer = open_browser(width, scheme)
    page = officer.page
    officer.log_in(url, "bo", "/officer/rollout/")
    officer.press_in_menu("a[href='/officer/cases/quota']")
    officer.check()
    officer.type_in("[name=factor]", "2,5")
    officer.press("main form:has([name=factor]) button")
    assert "× 2,5" in page.inner_text("main")
    assert "25" in page.inner_text("main tbody")
    officer.check()


def test_who_may_not_confirm_reads_whom_to_ask(open_browser, url):
    officer = open_browser(320, "dark")
    officer.log_in(url, "xa", "/officer/rollout/")
    officer.page.goto(f"{url}/officer/cases/new")
    assert "Bộ Y tế" in officer.page.inner_text("main")
    officer.check()
