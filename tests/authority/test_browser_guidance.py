"""What to do after a warning, on the officers' page: empty, with versions of every state, and with mistakes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1_280)


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority that serves, with hoa of a province; an entry that holds, one to come, one that was withdrawn."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    province = ("create-officer", "hoa", "--role", "province", "--unit", "63:93", "--password-stdin")
    assert installation.run(*province, stdin="a long password 1\n").returncode == 0
    for options in ((), ("--like", "2021-07-20", "--from", "2021-01-01"), ("--like", "2021-05-20")):
        assert installation.run("guidance", "publish", "package", *options).returncode == 0
    assert installation.run("guidance", "withdraw", "3").returncode == 0
    installation.start()
    yield installation.url
    installation.stop()


@pytest.mark.thorough
@pytest.mark.parametrize(("scheme", "language"), [("light", "vi"), ("dark", "en")])
def test_every_version_and_every_mistake_is_accessible_and_fits(open_browser, url, scheme, language):
    officer = open_browser(WIDTHS[0], scheme)
    page = officer.page
    page.goto(f"{url}/officer/login")
    if language == "en":
        officer.press_in_menu("button[name=language][value=en]")
    officer.log_in(url, "hoa", "/officer/rollout/")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{url}/officer/guidance/")
        page.click(".task-lines summary >> nth=0")
        officer.check()
        states = page.locator(".task-lines .state-tag").all_inner_texts()
        assert len(set(states)) == 3
        page.goto(f"{url}/officer/guidance/new")
        officer.check()
        page.fill("[name=unit]", "Nowhere")
        page.fill("[name=test_days]", "x, 99")
        page.fill("[name=telephones]", "abc")
        page.click("main form button.button")
        page.wait_for_selector("[role=alert]:focus")
        assert page.locator(".errorlist").count() >= 3
        officer.check()
