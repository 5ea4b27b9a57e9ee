"""A shift and the pages about one's own data in a browser: clean at a telephone's and a desk's width, in the dark."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser
PASSWORD = "a long password 1"


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority with an officer of ward I of Vị Thanh who may read health data."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    ward = ("--role", "commune", "--unit", "Phường I, Vị Thanh", "--may-read-health", "--password-stdin")
    done = installation.run("create-officer", "mot", *ward, stdin=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    installation.start()
    yield installation.url
    installation.stop()


@pytest.mark.parametrize(("width", "scheme"), first(1, [(360, "light"), (1_280, "dark")]))
def test_a_shift_is_opened_and_closed_and_every_page_is_clean(open_browser: Any, url: str, width: int, scheme: str):
    made = open_browser(width, scheme)
    page = made.page
    page.goto(f"{url}/my-data")
    page.click(".privacy summary")
    made.check()
    page.goto(f"{url}/officer/login")
    page.fill("[name=username]", "mot")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button")
    page.goto(f"{url}/officer/persons/requests")
    made.check()
    page.goto(f"{url}/officer/persons/")
    made.check()
    page.check("[name=purpose][value=follow-up]", force=True)
    with page.expect_navigation():
        page.click(".shift button")
    made.check()
    with page.expect_navigation():
        page.click(".shift button")
    assert page.locator("[name=purpose]").count() == 5
