"""How pages are laid out, in a real browser: nothing sticks out or scrolls sideways from 320 to 1280 px, for an officer
of each level, with and without figures; and what the design promises of single pages, in pixels."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.authority.shifts import MOST_LATE, SHIFTS
from tests.tiers import first

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 768, 1_280)
PASSWORD = "a long password 1"

#: Hậu Giang on 20 August 2020: the example, a week of every district (two silent since the 14th), an officer a level
_FILL = """
import datetime as dt
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import example
from bluezone.authority.officers.models import OfficeTask, User
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin

example.load()
districts = catalogue.all_units().children(UnitCode.parse("63:93"), dt.date(2020, 8, 20))
communes = catalogue.all_units().children(UnitCode.parse("63:934"), dt.date(2020, 8, 20))
store(
    Count(unit.code, dt.date(2020, 8, day), installs=4_000 + 1_100 * place + 300 * (day - 13), source="report",
          origin=Origin.REPORTED)
    for place, unit in enumerate((*districts, *communes[:9])) for day in range(13, 15 if place in (1, 3) else 21)
)
store(
    Count(UnitCode.parse("63:93"), dt.date(2020, 8, day), installs=55_289 + 4_000 * (day - 13), source="report",
          origin=Origin.REPORTED)
    for day in range(14, 20)
)
school = Organisation.objects.filter(sector="schools").order_by("pk").first()
User.objects.create_user("truong", password="a long password 1", role="unit-head", place=school.place)
office = OfficeTask.objects.get(territory="/63:93/", sector="hospitality").office
User.objects.create_user("so", password="a long password 1", role="department", place=office.place)
"""
_OFFICERS = """
from bluezone.authority.officers.models import User
for name, role, place in (
    ("bo", "ministry", "/"), ("tinh", "province", "/63:93/"), ("huyen", "district", "/63:93/63:934/"),
    ("xa", "commune", "/63:93/63:930/63:31318/"),
):
    reads = name == "tinh"  # health data: declarations and check-ins are for who reads them
    User.objects.create_user(name, password="a long password 1", role=role, place=place, may_read_health=reads)
"""
_OF_ALL = ("rollout/", "directives/", "units/", "changes")
#: what an office has for the units of its sectors, too
_OF_OFFICES = ("doors/", "doors/units", "doors/rounds/new", "outreach/", "letterhead", "rollout/reports", "units/new")
_DIRECTING = (
    "rollout/figures/new", "rollout/import", "rollout/populations/", "rollout/reports", "directives/new", "units/new",
    "units/upload", "bulletins/", "officers", "officers/new", "news/", "news/new", "simulations/", "quarantine/",
    "units/sectors", "units/sectors/new", "units/sectors/hospitality", "directives/targets", "rollout/national/",
    "rollout/national/import", "rollout/populations/upload", "outreach/?of=households", "outreach/?of=unions",
    "guidance/", "guidance/new", "forms/", "forms/new",
    "forms/population/1", "isolation/", "isolation/new", "isolation/rules", "work/",
    "search", "area/cases", "area/campaign", "area/places", "area/office",
    "declarations/", "declarations/times", "passes/", "places/",
    *_OF_OFFICES,
)  # fmt: skip
PAGES = {
    "": ("/rollout/", "/rollout/63:93", "/rollout/63:934", "/rollout/63:31318", "/rollout/63:01", "/rollout/34:92",
         "/officer/login", "/tracing/", "/nothing", "/i", "/declare/", "/declare/population", "/declare/receipt",
         "/places/register", "/places/register/receipt"),
    "lan": ("/officer/cases/", "/officer/cases/new", "/officer/contacts/handovers", "/officer/cases/codes",
            "/officer/persons/", "/officer/contacts/graph"),
    "bo": tuple(f"/officer/{path}" for path in (*_OF_ALL, "keys", "keys/new", "cases/quota", "officers/new",
                                                "second-order/", "laboratories", "laboratories/new",
                                                "federation/")),
    "tinh": tuple(f"/officer/{path}" for path in (*_OF_ALL, *_DIRECTING, "rollout/figures/of/63:93")),
    "so": tuple(f"/officer/{path}" for path in (*_OF_ALL, *_OF_OFFICES)),
    "huyen": tuple(f"/officer/{path}" for path in (*_OF_ALL, "rollout/reports", "rollout/figures/of/63:934")),
    "xa": tuple(f"/officer/{path}" for path in (*_OF_ALL, "directives/new")),
    "truong": ("/officer/rollout/", "/officer/directives/", "/officer/rollout/own"),
}  # fmt: skip
#: elements that a reader would have to scroll sideways
_SCROLLING = """() => [...document.querySelectorAll("body *")]
    .filter(one => ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1
        && one.tagName !== "PRE" && one.tagName !== "TEXTAREA")
    .map(one => `${one.tagName}.${one.className}: ${one.scrollWidth} > ${one.clientWidth}`)"""


@pytest.fixture(scope="module", params=first(1, ["with figures", "empty"]))
def any_url(request: Any, url: str, empty_url: str) -> str:
    return url if request.param == "with figures" else empty_url


def _served(on_sqlite: Any, folder: Any, installation_at: Callable[..., Any], code: str) -> Iterator[str]:
    installation = installation_at(shutil.copytree(on_sqlite.var, folder / "var"))
    installation.set_clock(1_597_891_200)  # 09:40 on 20 August 2020 in Vietnam
    installation.python(f"import django; django.setup()\n{code}")
    installation.start()
    yield installation.url
    installation.stop()


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority in the middle of the fortnight."""
    yield from _served(on_sqlite, tmp_path_factory.mktemp("layout"), installation_at, _OFFICERS + _FILL)


@pytest.fixture(scope="module")
def empty_url(
    on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]
) -> Iterator[str]:
    """An authority on its first day."""
    yield from _served(on_sqlite, tmp_path_factory.mktemp("empty"), installation_at, _OFFICERS)


def _enter(page: Any, url: str, name: str) -> None:
    page.goto(f"{url}/officer/login")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button")
    assert not page.url.endswith("/officer/login"), name


@pytest.fixture
def officer(open_browser: Callable[..., Any], url: str) -> Callable[..., Any]:
    """Opens a page as an officer: `officer("tinh", "/officer/rollout/", 360)`."""

    def opened(name: str, path: str, width: int = 1_280, scheme: str = "light") -> Any:
        made = open_browser(width, scheme)
        if name:
            _enter(made.page, url, name)
        assert made.page.goto(f"{url}{path}").status == 200
        made.page.wait_for_load_state("networkidle")
        return made

    return opened


#: of the others `test_gaps_in_a_browser` looks at each page, of one unit without figures
@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(PAGES, key=lambda name: name != "tinh"))
def test_nothing_sticks_out_and_nothing_scrolls_sideways(open_browser, any_url, url, name):
    if name in ("truong", "so") and any_url != url:
        pytest.skip("without units and offices there is nobody to head or to answer for them")
    page = open_browser(320).page
    if name:
        _enter(page, any_url, name)
    wrong = []
    for path in PAGES[name]:
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        answer = page.goto(f"{any_url}{path}")
        assert answer.status == (404 if path == "/nothing" else 200), path
        # A closed menu is never drawn, and as wide as its button: measure it as it opens.
        page.eval_on_selector_all("details.menu", "all => all.forEach(one => { one.open = true; })")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("document.documentElement.scrollWidth") - width
            wrong += [f"{path} at {width}: {over} px too wide"] if over > 0 else []
            wrong += [f"{path} at {width}: {each}" for each in page.evaluate(_SCROLLING)]
    assert wrong == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    "path", ["/officer/directives/1", "/officer/directives/2", "/officer/rollout/", "/rollout/63:93"]
)
def test_bars_of_one_table_are_as_long_so_that_they_can_be_compared(officer, path):
    page = officer("tinh", path, 360).page
    for width in (360, 768, 1_280):
        page.set_viewport_size({"width": width, "height": 800})
        bars = page.evaluate(
            "[...document.querySelectorAll('.lines .bar')].map(one => Math.round(one.getBoundingClientRect().width))"
        )
        assert len(bars) >= 6
        assert len(set(bars)) == 1, (width, bars)
        assert bars[0] >= 40


_CUT_SELECTS = """() => [...document.querySelectorAll("select")].filter(one => {
    const style = getComputedStyle(one), pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16;
    return pen.measureText(one.selectedOptions[0].text).width > room;
}).map(one => `${one.name}: ${one.clientWidth}`)"""


def test_what_a_column_was_taken_for_is_read_whole_beside_its_arrow(open_browser, url, tmp_path):
    page = open_browser(768).page
    _enter(page, url, "tinh")
    page.goto(f"{url}/officer/rollout/import")
    file = tmp_path / "bc.csv"
    file.write_text("Huyện;Số lượt cài đặt\nHuyện Vị Thủy;8120\nHuyện Phụng Hiệp;15981\n", encoding="utf-8")
    page.set_input_files("input[type=file]", file)
    with page.expect_navigation():
        page.click("main form button")
    for width in (360, 768, 1_280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".map select").count() == 2
        assert page.evaluate(_CUT_SELECTS) == []


def test_what_officers_answer_for_takes_two_lines_on_a_tablet(officer):
    page = officer("tinh", "/officer/officers", 768).page
    lines = page.evaluate("[...document.querySelectorAll('.officers td:nth-of-type(2)')].map(one => one.offsetWidth)")
    assert lines
    assert min(lines) >= 98  # 7 em of text: `người đứng đầu đơn vị` in two lines


def test_what_comes_late_is_seen_to_push_the_page(open_browser):
    page = open_browser(360).page
    page.goto("data:text/html,<p style='height:300px'>one</p><p>two</p>")
    page.wait_for_function("window.arrived < Infinity")
    assert page.evaluate(SHIFTS)[0] == 0
    page.evaluate("document.body.prepend(Object.assign(document.createElement('p'), {innerText: 'late'}))")
    page.wait_for_function(f"({SHIFTS})()[0] > {MOST_LATE}")


# --- an order ---------------------------------------------------------------------------------------------------------


def _order(page: Any, url: str) -> str:
    page.goto(f"{url}/officer/directives/")
    return str(page.locator("main table a", has_text="30%").first.get_attribute("href"))


def test_an_order_fits_a_tablet_and_eight_districts_a_telephone(open_browser, url):
    browser = open_browser(360)
    page = browser.page
    _enter(page, url, "tinh")
    page.goto(f"{url}{_order(page, url)}")
    assert page.locator(".lines tbody tr").count() == 8
    assert page.locator(".lines tbody").bounding_box()["height"] <= 1_000
    assert page.locator("section.card", has=page.locator(".lines")).bounding_box()["height"] <= 1_500
    names = page.evaluate("[...document.querySelectorAll('.lines .c-name')].map(one => one.offsetHeight)")
    assert max(names) < 30, "no name breaks"
    browser.check()
    page.set_viewport_size({"width": 768, "height": 1_024})
    card = page.locator("section.card", has=page.locator(".lines"))
    assert page.evaluate(_SCROLLING) == []
    assert page.locator(".lines").bounding_box()["width"] <= card.bounding_box()["width"]
    heights = page.evaluate("[...document.querySelectorAll('.lines tbody tr')].map(one => one.offsetHeight)")
    assert max(heights) < 72, "a state takes two lines at most"
    browser.check()


@pytest.mark.parametrize(("width", "scheme"), first(1, [(360, "dark"), (1_280, "light")]))
def test_what_an_order_lacks_stands_first_each_with_its_button(open_browser, url, width, scheme):
    browser = open_browser(width, scheme)
    page = browser.page
    _enter(page, url, "tinh")
    page.goto(f"{url}{_order(page, url)}")
    cards = page.locator("main section.card")
    assert "Việc còn phải làm" in cards.first.inner_text()
    assert page.locator(".todo li").count() == page.locator(".todo li a.button").count() > 0
    assert page.locator(".todo a.button:not(.quiet)").count() == 1, "one primary button"
    assert "còn 10 ngày" in page.inner_text("h1")
    browser.check()
    browser.press(".todo li a.button")
    assert "/rollout/reports" in page.url


# --- the country and a province ---------------------------------------------------------------------------------------

#: cards beside one another that do not end on the same line, and what stands beside an empty column
_UNEVEN = """() => [...document.querySelectorAll(".duo")].flatMap(row => {
    const cards = [...row.children].map(one => one.getBoundingClientRect());
    const beside = cards.filter(one => cards.some(other => other !== one && Math.abs(other.top - one.top) < 2));
    const filled = cards.every(one => beside.length || Math.abs(one.width - row.getBoundingClientRect().width) < 2);
    const even = new Set(beside.map(one => Math.round(one.bottom))).size <= 1;
    return filled && even ? [] : [cards.map(one => `${one.left},${one.top},${one.width},${one.height}`).join(" | ")];
})"""


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["/rollout/", "/rollout/63:93", "/rollout/63:48", "/rollout/63:934", "/rollout/34:92"])
def test_no_column_of_a_public_page_stands_empty(open_browser, url, path):
    page = open_browser(320).page
    page.goto(f"{url}{path}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(_UNEVEN) == [], width
        main = page.locator("main").bounding_box()
        for card in page.locator("main > .card, main > .stack > .card").all():
            if card.is_visible():
                assert card.bounding_box()["width"] > main["width"] * 0.8, width


def test_letters_of_a_curve_keep_their_size_on_a_telephone(open_browser, url):
    page = open_browser(360).page
    page.goto(f"{url}/rollout/63:93")
    page.wait_for_load_state("networkidle")
    shown = page.locator("img.curve").bounding_box()["width"]
    address = page.evaluate("document.querySelector('img.curve').currentSrc")
    assert "size=narrow" in address
    drawing = page.request.get(address).text()
    assert 13 * shown / float(re.search(r'width="(\d+)"', drawing)[1]) >= 12
    assert 'font-size="13px"' in drawing


def test_the_silent_are_one_line_until_they_are_opened(open_browser, url):
    page = open_browser(360).page
    page.goto(f"{url}/rollout/")
    fold = page.locator(".fold")
    assert fold.bounding_box()["height"] < 60
    fold.locator("summary").click()
    assert fold.locator("a").count() > 50


def test_a_province_is_the_map_of_its_districts_with_a_line_each(open_browser, url):
    browser = open_browser(1_280, "dark")
    page = browser.page
    page.goto(f"{url}/rollout/63:93")
    assert page.locator(".map.districts path").count() == 8
    assert page.locator(".multiples li").count() == 8
    page.locator("summary", has_text="Xem dạng bảng").click()
    assert page.locator(".plain tbody tr").count() == 8
    page.wait_for_load_state("networkidle")
    browser.check()


# --- the first page of a day ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "width", "scheme"), first(1, [("tinh", 360, "dark"), ("tinh", 1_280, "light"), ("xa", 360, "light")])
)
def test_the_day_begins_with_its_tasks_each_with_a_button(open_browser, url, name, width, scheme):
    browser = open_browser(width, scheme)
    page = browser.page
    _enter(page, url, name)
    page.wait_for_load_state("networkidle")
    assert "việc" in page.inner_text("h1")
    tasks = page.locator(".todo > li")
    assert tasks.count() > 0
    assert page.locator(".todo a.button:not(.quiet)").count() <= 1, "one primary button"
    assert page.locator(".todo > li:has(a.button)").count() == tasks.count()
    first = page.locator("main section.card").first.bounding_box()
    assert first["y"] < 300, "the tasks come first"
    browser.check()


def test_the_day_says_each_number_once(open_browser, url):
    page = open_browser(1_280).page
    _enter(page, url, "tinh")
    said = page.inner_text(".now")
    for fact in page.locator(".facts.slim dd").all_inner_texts():
        assert fact.split(" (")[0] not in said
    installed = re.search(r"[\d.]{6,}", said)[0]
    assert page.inner_text("main").count(installed) == 1
