"""The officers' roll-out in a browser: realistic figures, telephone and desktop, light and dark, in two languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"
TABLE = """Ngày;Đơn vị;Số lượt cài;Tỷ lệ;Màu áo
17/8/2020;Châu Thành;9.100;
18/8/2020;Châu Thành;8.000;
18/8/2020;Cần Thơ;1;
18/8/2020;Atlantis;12;
18/8/2020;Hậu Giang;61.000;8,32%
18/8/2020;Phụng Hiệp;abc;
"""


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority that serves printed figures, units and an order, with officers of every level."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    assert installation.run("load-history").returncode == 0
    assert installation.run("load-example").returncode == 0
    for name, *role in (
        ("bo", "--role", "ministry"),
        ("tinh", "--role", "province", "--unit", "Hậu Giang"),
        ("xa", "--role", "commune", "--unit", "63:31318"),
    ):
        done = installation.run("create-officer", name, *role, "--password-stdin", stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
    assert installation.run("issue-bulletins").returncode == 0
    installation.start()
    yield installation.url
    installation.stop()


@pytest.fixture
def officer(open_browser: Callable[..., Any], url: str) -> Callable[..., Any]:
    """Opens a window and logs in: `officer("tinh", 390, "dark", "en")`."""

    def log_in(name: str = "tinh", width: int = 1_280, scheme: str = "light", language: str = "vi") -> Any:
        made = open_browser(width, scheme)
        page = made.page
        page.goto(f"{url}/officer/login")
        if language == "en":
            made.press_in_menu("button[name=language][value=en]")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.click("main form button")
        assert page.url.endswith("/officer/rollout/")
        return made

    return log_in


PAGES = (
    "rollout/",
    "rollout/figures/new",
    "rollout/figures/of/63:93",
    "rollout/import",
    "rollout/populations/",
    "rollout/populations/new",
    "rollout/populations/upload",
    "rollout/reports",
    "rollout/reports?of=organisations",
    "rollout/reports/completeness",
    "rollout/reports/remind?of=districts",
    "bulletins/",
    "bulletins/?unit=all",
    "officers",
    "officers/new",
    "changes",
)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("width", "scheme", "language", "heading"),
    [(390, "dark", "vi", "việc hôm nay"), (1_280, "light", "en", "today")],
)
def test_every_page_is_clean(officer, url, width, scheme, language, heading):
    made = officer("tinh", width, scheme, language)
    assert heading in made.page.inner_text("h1")
    for path in PAGES:
        made.page.goto(f"{url}/officer/{path}")
        made.check()


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["bo", "xa"])
def test_the_first_page_of_other_levels_is_clean(officer, name):
    made = officer(name, 390, "light")
    made.check()


@pytest.mark.parametrize(("width", "scheme"), first(1, [(360, "light"), (1_280, "dark")]))
def test_a_table_is_looked_at_changed_by_keyboard_and_stored(officer, url, tmp_path: Path, width, scheme):
    file = tmp_path / "bao_cao_ket_qua_cai_dat_bluezone_toan_tinh_18082020.csv"  # one word, wider than a telephone
    file.write_text(TABLE.replace("61.000", f"{61_000 + width // 5}"), encoding="utf-8")  # else all is stored already
    made = officer("tinh", width, scheme)
    page = made.page
    page.goto(f"{url}/officer/rollout/import")
    page.set_input_files("[name=file]", str(file))
    with page.expect_navigation():
        page.click("main form button.button")
    made.check()
    text = page.inner_text("main")
    for problem in ("giảm từ 9.100", "nằm ngoài địa bàn", "Atlantis", "không có số liệu", "Màu áo"):
        assert problem in text
    made.tab_to("[name=unit-2]")
    page.keyboard.press("End")  # leave this row out
    with page.expect_navigation():
        page.click(".store .button:not(.quiet, .plain)")
    assert "Chưa lưu gì: đây là tệp với thay đổi của bạn" in page.inner_text("main")
    made.check()
    with page.expect_navigation():
        page.click(".store .button:not(.quiet, .plain)")
    assert "Đã lưu" in page.inner_text("main")
    made.check()


def test_a_figure_is_entered_by_keyboard_alone_after_a_second_look(officer, url):
    made = officer("tinh", 1_280, "dark")
    page = made.page
    page.goto(f"{url}/officer/rollout/figures/new?unit=63:930&date=16/8/2020")
    made.type_in("[name=installs]", "5.000")
    made.press("main form button.button")
    page.goto(f"{url}/officer/rollout/figures/new?unit=63:930&date=17/8/2020")
    made.type_in("[name=installs]", "4.000")
    made.press("main form button.button")
    assert "giảm từ 5.000" in page.inner_text("[role=alert]")
    made.check()
    made.tab_to("[name=confirm]")
    page.keyboard.press("Space")
    made.type_in("[name=reason]", "đếm lại")
    made.press("main form button.button")
    assert "4.000" in page.inner_text("main")
    made.check()


@pytest.mark.thorough
def test_an_officer_is_appointed_and_sets_the_own_password(officer, open_browser, url):
    made = officer("tinh", 390, "dark")
    page = made.page
    page.goto(f"{url}/officer/officers/new?role=district&unit=63:933")
    page.fill("[name=full_name]", "Đỗ Văn Minh")
    page.fill("[name=username]", "minh")
    with page.expect_navigation():
        page.click("main form button.button")
    made.check()
    link = page.input_value("#link")
    new = open_browser(390, "light")
    new.page.goto(link)
    new.check()
    for field in ("new_password1", "new_password2"):
        new.page.fill(f"[name={field}]", "một câu thật dài 2020")
    with new.page.expect_navigation():
        new.page.click("main form button")
    assert new.page.url.endswith("/officer/login")
    new.page.goto(link)
    assert "không còn dùng được" in new.page.inner_text("h1, main")
    new.check()


PEOPLE = """Đơn vị;Dân số;Ngày;Nguồn
Châu Thành;95.000;1/4/2020;Cục Thống kê, công văn 12
Hậu Giang;1.100.000;1/7/2020;Cục Thống kê, công văn 12
Atlantis;12;1/7/2020;Cục Thống kê, công văn 12
Phụng Hiệp;rất nhiều;1/7/2020;Cục Thống kê, công văn 12
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("width", "scheme", "language", "change"),
    [(360, "dark", "vi", "Những gì thay đổi hôm nay"), (1_280, "light", "en", "What it changes today")],
)
def test_populations_are_looked_at_with_what_they_change(officer, url, tmp_path: Path, width, scheme, language, change):
    file = tmp_path / "dan-so.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    made = officer("tinh", width, scheme, language)
    page = made.page
    page.goto(f"{url}/officer/rollout/populations/upload")
    page.set_input_files("[name=file]", str(file))
    with page.expect_navigation():
        page.click("main form button.button")
    made.check()
    text = page.inner_text("main")
    for each in (change, "Châu Thành", "Atlantis", "rất nhiều"):
        assert each in text
    assert page.locator("input[name=confirmed]").count() == 1  # a third more people than the census found
    with page.expect_navigation():
        page.click("button[formaction$=cancel]")
    made.check()


@pytest.mark.thorough
def test_a_bad_population_is_refused_on_a_clean_form_and_loses_nothing(officer, url):
    made = officer("tinh", 360, "light")
    page = made.page
    page.goto(f"{url}/officer/rollout/populations/new")
    page.fill("[name=unit]", "Phường I, Vị Thanh")
    page.fill("[name=people]", "8.500")
    page.fill("[name=as_of]", "hôm qua")
    with page.expect_navigation():
        page.click("main form button.button")
    made.check()
    assert page.input_value("[name=unit]") == "Phường I, Vị Thanh"
    assert "hôm qua" in page.inner_text("main")
    page.fill("[name=as_of]", "1/4/2020")
    page.fill("[name=source]", "sổ hộ khẩu")
    with page.expect_navigation():
        page.click("main form button.button")
    made.check()
    with page.expect_navigation():
        page.click("#decide button.button:not(.plain)")
    assert "Đã lưu" in page.inner_text("main")
    made.check()
