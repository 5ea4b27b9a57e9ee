"""Units and orders in a browser, with the example of Hậu Giang: by keyboard, telephone and desktop, light and dark."""

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
    """An authority that serves the example, with an officer of Hậu Giang (be), of Cần Thơ, which has none (tho), and of
    a ward of Vị Thanh (xa)."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    assert installation.run("load-example").returncode == 0
    for name, role, unit in (
        ("be", "province", "Hậu Giang"),
        ("tho", "province", "Cần Thơ"),
        ("xa", "commune", "63:31318"),
    ):
        arguments = ("create-officer", name, "--role", role, "--unit", unit, "--password-stdin")
        done = installation.run(*arguments, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
    installation.start()
    yield installation.url
    installation.stop()


@pytest.fixture
def officer(open_browser: Callable[..., Any], url: str) -> Callable[..., Any]:
    """Opens a window and logs in: `officer("be", 390, "dark")`."""

    def log_in(name: str = "be", width: int = 1_280, scheme: str = "light") -> Any:
        made = open_browser(width, scheme)
        page = made.page
        page.goto(f"{url}/officer/login")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.click("main form button")
        return made

    return log_in


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1_280, "dark")])
def test_every_page_of_units_and_orders_is_clean(officer, url, width, scheme):
    made = officer("be", width, scheme)
    page = made.page
    page.goto(f"{url}/officer/units/?sector=schools")
    code = page.locator("tbody tr td:last-child").first.inner_text().split()[-1]
    paths = [
        "/officer/units/", "/officer/units/?q=zzz", "/officer/units/?within=Atlantis", f"/officer/units/{code}",
        "/officer/units/new", f"/officer/units/{code}/edit", "/officer/units/upload", "/officer/directives/",
        "/officer/directives/1", "/officer/directives/2", "/officer/directives/new", f"/install/{code}",
    ]  # fmt: skip
    for path in paths:
        page.goto(f"{url}{path}")
        made.check()
    page.goto(f"{url}/officer/directives/2")
    with page.expect_navigation():
        page.click("tbody th a")
    made.check()
    assert page.locator("tbody tr").count() > 2


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark")])
def test_empty_pages_say_what_to_do(officer, url, width, scheme):
    made = officer("tho", width, scheme)
    for path, text in (("units/", "Chưa có đơn vị"), ("directives/", "Chưa có công văn")):
        made.page.goto(f"{url}/officer/{path}")
        assert text in made.page.inner_text("main")
        made.check()


def test_an_order_is_given_by_keyboard_alone(officer, url):
    made = officer("be", 1_280, "light")
    page = made.page
    page.goto(f"{url}/officer/directives/")
    made.press("main a.button")
    made.press("button[name=step]")
    page.wait_for_selector("[role=alert]:focus")
    made.check()
    for field, text in (
        ("number", "77/UBND"), ("issued", "15/8/2020"), ("target", "120%"), ("deadline", "30/8/2020"),
    ):  # fmt: skip
        made.type_in(f"[name={field}]", text)
    for field, text in (("issuer", "UBND tỉnh"), ("responsible", "Chánh Văn phòng")):
        made.tab_to(f"details:has([name={field}]) > summary")
        if not page.is_visible(f"[name={field}]"):
            page.keyboard.press("Enter")
        made.type_in(f"[name={field}]", text)
    made.press("button[name=step]")
    assert "120" in page.inner_text("[role=alert]")
    made.check()
    page.fill("[name=target]", "30%")
    made.press("button[name=step]")
    assert "219.906" in page.inner_text("main")
    made.check()
    made.press("button[value=store]")
    assert re.search(r"/officer/directives/\d+$", page.url)
    assert "77/UBND" in page.inner_text("main")
    made.tab_to("details:has(form[action$=withdraw]) > summary")
    page.keyboard.press("Enter")
    made.press("form[action$=withdraw] button")
    assert "Đã thu hồi" in page.inner_text("main")
    made.check()


@pytest.mark.thorough
def test_people_nobody_knows_are_asked_for_on_a_clean_page(officer, url):
    made = officer("be", 360, "light")
    page = made.page
    page.goto(f"{url}/officer/directives/new")
    values = {"number": "78/UBND", "issued": "15/8/2020", "issuer": "UBND", "scope": "Phường I, Vị Thanh",
              "target": "30%", "deadline": "30/8/2020", "responsible": "Chủ tịch"}  # fmt: skip
    for name, text in values.items():
        if not page.is_visible(f"[name={name}]"):
            page.click(f"details:has([name={name}]) > summary")
        page.fill(f"[name={name}]", text)
    page.click("button[value=preview]")
    page.fill("input[name^=people]", "nhiều")
    page.click("button[value=preview]")
    assert "nhiều" in page.inner_text(".errorlist")
    made.check()
    page.fill("input[name^=people]", "7.500")
    page.click("button[value=preview]")
    assert "2.250" in page.inner_text("main")
    made.check()


@pytest.mark.thorough
def test_a_unit_is_founded_closed_and_opened_again(officer, url):
    made = officer("be", 390, "light")
    page = made.page
    page.goto(f"{url}/officer/units/new")
    page.click("main form button")
    page.wait_for_selector("[role=alert]:focus")
    made.check()
    page.fill("[name=name]", "Trường thử")
    page.select_option("[name=sector]", "schools")
    page.fill("[name=within]", "Phường I, Vị Thanh")
    page.fill("[name=headcount]", "60")
    page.click("main form button")
    assert "Trường thử" in page.inner_text("h1")
    made.check()
    page.click("main details summary")
    page.click("form[action$=close] button")
    assert "Đã đóng từ" in page.inner_text("main")
    made.check()
    page.click("form[action$=reopen] button")
    assert "Đã đóng từ" not in page.inner_text("main")


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark")])
def test_a_list_with_bad_rows_is_looked_at_on_a_clean_page(officer, url, tmp_path, width, scheme):
    made = officer("be", width, scheme)
    page = made.page
    page.goto(f"{url}/officer/units/upload")
    path = tmp_path / "list.csv"
    path.write_text("tên đơn vị;lĩnh vực;xã;số người\nTrường X;trường học;Phường I, Vị Thanh;90\nY;thú y;Ở đâu;?\n")
    page.set_input_files("[name=file]", path)
    page.click("main form button")
    assert "Ở đâu" in page.inner_text("main")
    made.check()
    path.write_text("không có gì")
    page.goto(f"{url}/officer/units/upload")
    page.set_input_files("[name=file]", path)
    page.click("main form button")
    assert "dòng tiêu đề" in page.inner_text("main")
    made.check()


def test_a_school_gets_a_class_on_a_telephone(officer, url):
    made = officer("be", 360, "light")
    page = made.page
    page.goto(f"{url}/officer/units/?sector=schools")
    page.click("tbody th a")
    school = page.url
    with page.expect_navigation():
        page.click("#inside a.button")
    made.check()
    page.fill("[name=name]", "Lớp 6A")
    page.fill("[name=headcount]", "40")
    with page.expect_navigation():
        page.click("main form .button")
    made.check()
    page.goto(school)
    assert "Lớp 6A" in page.inner_text("#inside")
    made.check()
    page.goto(f"{url}/officer/units/?q=lop 6a")
    assert "thuộc" in page.inner_text("tbody")
    made.check()


@pytest.mark.thorough
def test_a_ward_goes_from_house_to_house_by_telephone(officer, url):
    made = officer("xa", 360, "dark")
    page = made.page
    page.goto(f"{url}/officer/outreach/?of=households")
    made.check()
    page.click("tbody th a")
    made.check()
    page.fill("#number [name=households]", "120")
    page.click("#number button")
    page.fill("[name=has]", "1–30")
    page.fill("[name=refused]", "30, 31")
    page.click("#rounds .actions button")
    assert "30" in page.inner_text("[role=alert]")
    made.check()
    page.fill("[name=refused]", "31")
    page.click("#rounds .actions button")
    assert "31" in page.inner_text("h1")
    assert "32–120" in page.inner_text("main")
    page.fill("#team-form [name=name]", "Tổ COVID cộng đồng 1")
    page.fill("#team-form [name=numbers]", "1–60")
    page.click("#team-form button")
    assert "61–120" in page.inner_text("#teams")
    made.check()


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1_280, "dark")])
def test_whom_we_reach_is_clean(officer, url, width, scheme):
    made = officer("be", width, scheme)
    page = made.page
    for part in ("families", "households", "unions"):
        page.goto(f"{url}/officer/outreach/?of={part}")
        made.check()
    with page.expect_navigation():
        page.click(".doors a")
    made.check()
    page.fill("[name=title]", "Ra quân cài đặt")
    page.fill("[name=due]", "30/8/2020")
    with page.expect_navigation():
        page.click("main form .button")
    assert "Ra quân cài đặt" in page.inner_text("#tasks")
    made.check()
    page.click("#tasks .open")
    made.check()
    page.goto(f"{url}/officer/units/?sector=state-agencies")
    page.click("tbody th a")
    page.click("a[href$=families]")
    made.check()
