"""The contact graph, a contact's pages and an outbreak's figures in a browser: axe, widths, dark and light,
both languages, the keyboard."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tiers import first

from bluezone.authority import site

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"
#: SHA-256 of dist/cytoscape.min.js in the npm package cytoscape 3.35.0
CYTOSCAPE = "71fa9ebec21a7ca2c40cff6aacc30d1f6464e363662ad4b2c197e1adc770cd94"
#: two cases, their household and colleagues, whom one of these met; a third officer's office has nothing
_FILL = """
import datetime as dt
from bluezone.authority.episodes import services
from bluezone.authority.episodes.words import Reached
from bluezone.authority.episodes.calls import Said
from bluezone.authority.episodes.words import Decision
from bluezone.authority.episodes.words import FoundBy
from bluezone.authority.episodes.words import Setting
from bluezone.authority.episodes.services import Met
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
now = dt.datetime(2020, 8, 20, 2, 40, tzinfo=dt.UTC)
day = lambda number: dt.date(2020, 8, number)
for name, place in (("nga", "/63:93/"), ("khoa", "/63:92/")):
    user = User(username=name, role="province", place=place, may_confirm=True)
    user.set_password("a long password 1")
    user.save()
by = Issuer(officer=User.objects.get(username="nga"))
def case(name, onset, tested, place="/63:93/"):
    person = persons.enter(Identity(name=name), place, now)
    values = {"report_type": "confirmed", "status": "confirmed", "onset_date": day(onset), "test_date": day(tested)}
    opened = dt.datetime(2020, 8, tested, tzinfo=dt.UTC)
    return Case.objects.create(place=place, person=person, created_at=opened, **values)
def near(source, name, on, setting=Setting.OTHER, decided=None, **more):
    row = services.enter(source, Identity(name=name), Met(day(on), setting, **more), by, now)
    if decided:
        services.call(row, Said(Reached.YES), by.officer, now)
        services.decide(row, decided, by.officer, now)
    return row
a, b = case("An", 11, 13), case("Bình", 14, 16)
theirs = case("Dung", 12, 14, "/63:92/")
wife = near(a, "Mai", 12, Setting.HOUSEHOLD, Decision.CONTACT)
services.isolate(wife, day(16), now)
boss = near(b, "Tú", 15, Setting.WORK, Decision.CONTACT, found_by=FoundBy.APP)
for number, (source, on) in enumerate([(a, 13), (a, 14), (b, 15), (b, 15)]):
    near(source, f"Người {number}", on)
services.enter(a, boss.person, Met(day(13), Setting.WORK), by, now)
for number in range(4):
    near(wife if number % 2 else boss, f"F2 {number}", 15 + number // 2, decided=Decision.CONTACT if number else None)
near(theirs, "Hoa", 14)
"""


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority of 20 August 2020 whose province Hậu Giang (nga) traces an outbreak."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("graph") / "var"))
    installation.set_clock(1_597_891_200)
    installation.python(f"import django; django.setup()\n{_FILL}")
    installation.start()
    yield installation.url
    installation.stop()


def logged_in(made: Any, url: str, name: str = "nga") -> Any:
    made.page.goto(f"{url}/officer/login")
    made.page.fill("[name=username]", name)
    made.page.fill("[name=password]", PASSWORD)
    with made.page.expect_navigation():
        made.page.click("main form button")
    return made.page


@pytest.mark.parametrize(
    ("width", "scheme"), first(1, [(320, "dark"), (360, "light"), (768, "light"), (1_280, "dark")])
)
def test_the_graph_and_its_pages_are_clean_in_both_languages(open_browser, url, width, scheme):
    made = open_browser(width, scheme)
    page = logged_in(made, url)
    for language in ("vi", "en"):
        page.goto(f"{url}/language/{language}")
        for path in ("graph", "graph?waits=call", "graph?level=2&found=app"):
            assert page.goto(f"{url}/officer/contacts/{path}").status == 200
            made.check()
        for path in ("", "line-list", "line-list?found=both", "?from=2019-01-01&to=2019-01-03"):
            assert page.goto(f"{url}/officer/epidemiology/{path}").status == 200
            page.evaluate("Promise.all([...document.images].map(one => (one.loading = 'eager', one.decode())))")
            made.check()
        page.goto(f"{url}/officer/contacts/graph")
        addresses = page.evaluate("[...document.querySelectorAll('#people th a')].map(one => one.href)")
        contact, case = (next(each for each in addresses if part in each) for part in ("/people/", "/cases/"))
        case = case.replace("/officer/cases/", "/officer/contacts/of-case/")
        for address in (contact, case, f"{case}/new"):
            assert page.goto(address).status == 200
            made.check()
    logged_in(open_browser(width, scheme), url, "khoa")


@pytest.mark.parametrize(("width", "scheme"), first(1, [(320, "light"), (1_280, "dark")]))
def test_what_tracing_achieves_is_clean_for_everybody(open_browser, url, width, scheme):
    made = open_browser(width, scheme)
    for language in ("vi", "en"):
        made.page.goto(f"{url}/language/{language}")
        assert made.page.goto(f"{url}/tracing/").status == 200
        made.check()


def test_the_drawing_is_used_by_keyboard_and_can_be_passed(open_browser, url):
    page = logged_in(open_browser(1_280), url)
    page.goto(f"{url}/officer/contacts/graph")
    page.focus("#graph")
    said = page.locator("#graph-said")
    assert said.inner_text().startswith("F0 P-")
    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("F1 P-")
    page.keyboard.press("ArrowLeft")
    source = said.inner_text()
    assert source.startswith("F0 P-")  # of two sources of a contact, either
    page.keyboard.press("ArrowDown")
    assert said.inner_text() != source
    before = page.evaluate("document.querySelector('#graph')._cyreg.cy.zoom()")
    page.keyboard.press("+")
    assert page.evaluate("document.querySelector('#graph')._cyreg.cy.zoom()") > before
    page.keyboard.press("Enter")
    key = page.evaluate("location.hash")
    assert page.locator(key.replace("#", "[id='") + "']").is_visible()
    page.focus("#graph-help a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "people"


@pytest.mark.parametrize("width", [1_280, 320])
def test_the_drawing_fits_its_card_and_can_be_laid_out_by_chain(open_browser, url, width):
    page = logged_in(open_browser(width), url)
    page.goto(f"{url}/officer/contacts/graph")
    levels = """() => {
        const cy = document.querySelector("#graph")._cyreg.cy;
        const box = cy.elements().renderedBoundingBox();
        const at = level => cy.nodes(`.F${level}`).map(one => Math.round(one.position("x")));
        return {right: box.x2, left: box.x1, width: cy.width(), columns: [0, 1, 2].map(at)};
    }"""
    found = page.evaluate(levels)
    assert found["left"] >= 0
    assert found["right"] <= found["width"]
    assert [len(set(column)) for column in found["columns"]] == [1, 1, 1]
    page.click("[data-layout=chains]")
    first, second, third = page.evaluate(levels)["columns"]
    assert max(first) < min(second)
    assert max(second) < min(third)


def test_without_scripts_the_table_says_it_all(browser, url):
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{url}/officer/login")
    page.fill("[name=username]", "nga")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.goto(f"{url}/officer/contacts/graph")
    assert page.locator("noscript").is_visible()
    assert not page.locator("#graph").is_visible()
    assert page.locator("#people tbody tr").count() == 14
    context.close()


def test_the_library_is_as_it_came():
    path = Path(site.__file__).parent / "static/vendor/cytoscape.min.js"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == CYTOSCAPE
