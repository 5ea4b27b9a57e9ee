"""Personal data, breaches and the state of the service in a real browser, in Vietnamese: axe, width, keyboard."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("privacy") / "var"))
    made = installation.run(
        "create-officer", "tinh", "--role", "province", "--unit", "63:93", "--may-confirm", "--password-stdin",
        stdin="a long password 1\n",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    installation.start()
    yield installation.url
    installation.stop()


@pytest.mark.parametrize(("width", "scheme"), first(1, [(360, "light"), (1_280, "light"), (360, "dark")]))
def test_pages_fit_and_a_breach_is_taken_down_by_keyboard(open_browser: Any, url: str, width: int, scheme: str) -> None:
    officer = open_browser(width, scheme)
    page = officer.page

    def look(name: str) -> None:
        officer.check()
        if shots := os.environ.get("KIT_SHOTS"):
            page.screenshot(path=str(Path(shots) / f"{name}-{width}-{scheme}.png"), full_page=True)

    page.goto(f"{url}/status")
    look("status")
    page.goto(f"{url}/privacy")
    page.locator("main details summary").first.click()
    look("privacy")
    officer.log_in(url, "tinh", lands="/officer/rollout/")
    page.goto(f"{url}/officer/breaches/")
    look("none")
    officer.press("main a.button")
    look("new")
    officer.type_in("[name=title]", "Danh sách gửi nhầm")
    page.locator("[name=may_harm]").check()
    page.fill("[name=found_at]", "2020-01-01T09:30")
    page.fill("[name=what]", "Một tệp được gửi cho sai cơ quan")
    page.fill("[name=data]", "Tên và số điện thoại của 30 người")
    page.select_option("[name=nature]", "disclosed")
    officer.press("main form button")
    look("list")
    assert "Danh sách gửi nhầm" in page.inner_text("main")
    officer.press("main th a")
    look("breach")
    assert dt.date(2020, 1, 4).strftime("%-d/%-m/%Y") in page.inner_text("main")
