"""Take twenty contacts from a spreadsheet to letters in a browser: clicks counted, one reason, no name typed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

pytestmark = pytest.mark.browser

MOST_CLICKS = 40
NAMES = [f"{family} Văn {given}" for family in ("Võ", "Lê", "Đặng", "Ngô") for given in ("An", "Bê", "Cư", "Du", "Em")]
_FILL = """
import datetime as dt
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
place, now = "/63:93/63:930/63:31318/", clock.now()
user = User(username="lan1", full_name="Lan", role="commune", place=place, may_confirm=True)
user.set_password("a long password 1")
user.save()
tested = now.date() - dt.timedelta(days=1)
values = {"report_type": "confirmed", "status": "confirmed", "test_date": tested, "created_at": now}
print(Case.objects.create(place=place, file_number="LM-001", **values).pk)
"""
#: shifts, orders and acts, people whose names were opened
_COUNT = """
from auditlog.models import LogEntry
from bluezone.authority.episodes.models import Letter
from bluezone.authority.persons.models import Shift
opened = LogEntry.objects.filter(changes__has_key="opened in a shift").values("object_pk").distinct().count()
print(Shift.objects.count(), Letter.objects.count(), Letter.objects.values("act").distinct().count(), opened)
"""


@pytest.fixture(scope="module")
def installation(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Any) -> Iterator[Any]:
    """An authority with a case of ward I of Vị Thanh, and an officer there who may confirm cases."""
    made = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    made.case = made.python(f"import django; django.setup()\n{_FILL}").strip()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """The list of the interview: who, where, and when they were near."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["STT", "Họ và tên", "Năm sinh", "Số điện thoại", "Địa chỉ", "Quan hệ", "Ngày tiếp xúc"])
    for at, name in enumerate(NAMES, 1):
        book.active.append([at, name, 1970 + at, f"09123456{at:02}", f"Tổ {at}", "đồng nghiệp", "17/8/2020"])
    book.save(tmp_path / "contacts.xlsx")
    return tmp_path / "contacts.xlsx"


class Hand:
    """Count the clicks on a page."""

    def __init__(self, page: Any) -> None:
        self.page, self.clicks = page, 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()

    def follow(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.click(selector)


@pytest.mark.thorough
def test_twenty_contacts_go_from_a_list_to_letters_in_forty_clicks(
    open_browser: Callable[..., Any], installation: Any, sheet: Path
) -> None:
    made = open_browser()
    page, hand = made.page, Hand(made.page)
    made.log_in(installation.url, "lan1", lands="/officer/rollout/")
    page.goto(f"{installation.url}/officer/contacts/of-case/{installation.case}")
    hand.follow("main a[href*='/upload']")
    hand.clicks += 2  # in the window of the system that chooses a file
    page.set_input_files("[name=file]", sheet)
    hand.follow("main form .actions button")
    hand.follow("#decide .store .actions button")
    hand.follow("main .actions a[href='/officer/work/']")
    assert NAMES[0] not in page.inner_text("main")
    hand.click(".shift label:has([name=purpose])")
    hand.follow(".shift button")
    hand.follow(".work-row a[href*='open=']")
    assert f"Đang gọi {NAMES[0]}" in page.inner_text(".panel")
    _check_widths(made)
    for name in NAMES:
        assert name in page.inner_text(".panel h3")
        hand.follow(".panel [value=well]")
    hand.click("section:has(.work-row:nth-of-type(20)) label.all")
    assert page.inner_text("[data-count]") == "20"
    _check_widths(made)
    hand.follow(".bulk [formaction$='/orders']")
    _check_widths(made)
    hand.follow("main form .button")
    with page.expect_download() as letters:
        hand.click("a[href*='/isolation/acts/']")
    assert Path(letters.value.path()).read_bytes().startswith(b"%PDF")
    assert hand.clicks <= MOST_CLICKS
    assert installation.python(f"import django; django.setup()\n{_COUNT}").split() == ["1", "20", "1", "20"]


def _check_widths(made: Any) -> None:
    """Check a page as it stands at a desk's width and at a telephone's; that it moves when resized is no jump."""
    for width in (360, 1_280):
        made.page.set_viewport_size({"width": width, "height": 800})
        made.page.wait_for_timeout(200)  # until what moved by it was noted
        made.page.evaluate("window.noted = []")
        made.check()
