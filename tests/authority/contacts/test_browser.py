"""The queue of exposure reports in a browser: axe, widths, dark and light, both languages, the keyboard."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"
COMMUNE = "/63:93/63:930/63:31318/"
_COLUMNS = (
    "id_digest, place, day, quarters, nearness, probability, policy, policy_version, received_at, number,"
    " number_digest, evidence, verdict, reason, rank, risk, outcome"
)


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority with an officer of ward I of Vị Thanh (mot), and reports that wait for a call there."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    arguments = ("create-officer", "mot", "--role", "commune", "--unit", "Phường I, Vị Thanh", "--password-stdin")
    done = installation.run(*arguments, stdin=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(installation.var / "db.sqlite3")) as database, database:
        for number in range(3):
            verdict, rank = ("corroborated", 0) if number == 0 else ("consistent", 1)
            values = (
                *(f"{number:064d}", COMMUNE, "2020-08-15", 3, "near", 82, "bluezone", "3", "2020-08-16 06:00:00"),
                *(b"x", "n", b"", verdict, "", rank, number, ""),
            )
            marks = ", ".join("?" * len(values))
            database.execute(f"INSERT INTO contacts_report ({_COLUMNS}) VALUES ({marks})", values)
    installation.start()
    yield installation.url
    installation.stop()


@pytest.mark.parametrize(("width", "scheme"), first(1, [(360, "dark"), (360, "light"), (1_280, "dark")]))
def test_the_queue_and_a_report_are_clean_in_both_languages(open_browser, url, width, scheme):
    made = open_browser(width, scheme)
    page = made.page
    page.goto(f"{url}/officer/login")
    page.fill("[name=username]", "mot")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button")
    for language in ("vi", "en"):
        page.goto(f"{url}/language/{language}")
        for path in ("", "?outcome=f1", "?verdict=corroborated"):
            page.goto(f"{url}/officer/contacts/{path}")
            made.check()
        page.goto(f"{url}/officer/contacts/")
        page.focus("tbody a")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        made.check()
        assert "0912" not in page.inner_text("main")
        page.focus("#reason")
        page.keyboard.type("  .")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("[role=alert]").is_visible()
        made.check()
