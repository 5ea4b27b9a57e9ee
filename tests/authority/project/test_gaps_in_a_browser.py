"""Draw every page of every role in a real browser: text keeps its distance from the button, list or field below it, and
axe finds nothing.

No server: Django's test client answers, and the browser gets what it gave. The sweeps of each room, in `make
thorough`, look at pages with much on them, in the dark and in English.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from tests.authority.project.addresses import VISITORS, addresses, path_of, table
from tests.tiers import first

from bluezone.authority.officers.models import User

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 768, 1_280)
#: at which most of what touches at any width does
FIRST_WIDTHS = (320, 1_280)
HOST = "http://testserver"
#: what differs between two drawings of one page
_DRAWN_ANEW = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|[0-9a-f-]{36}')
_STYLE_SHEET = re.compile(rb'<link rel="stylesheet" href="([^"]+)">')
_MAIN = re.compile(rb"<main.*</main>", re.DOTALL)
#: elements in `main` that stand below one another with less than 8 px between text and what is pressed, listed or
#: filled in. A label belongs to its field, and rows of a list or a table to each other. And by how much the page is
#: wider than the window.
TOUCHING = """() => {
    const named = "button, .button, input, select, textarea, img, svg, ul, ol, dl, table, form, details, pre";
    const holdsButtonOnly = one => one.firstElementChild?.matches("button, .button")
        && one.innerText.trim() === one.firstElementChild.innerText.trim();
    const solid = one => one.matches(`${named}, .card, .notice, .poster, .field`) || holdsButtonOnly(one);
    const text = one => one.matches("p, h1, h2, h3, .help, .until, .written") && one.innerText.trim();
    const boxed = one => one.matches(".card, .button, .poster, table");
    const seen = one => one.checkVisibility() && one.offsetHeight > 1 && getComputedStyle(one).position !== "absolute";
    const free = one => seen(one) && !one.closest("svg, table, .field, .visually-hidden");
    const over = document.documentElement.scrollWidth - innerWidth;
    const tooWide = over > 0 ? [`${over} px too wide`] : [];
    return [...document.querySelectorAll("main *")].filter(free).flatMap(one => {
        let next = one.nextElementSibling;
        while (next && !seen(next)) next = next.nextElementSibling;
        if (!next) return [];
        const either = solid(one) && (text(next) || boxed(one) || boxed(next));
        if (!(text(one) && solid(next)) && !either) return [];
        const above = one.getBoundingClientRect(), below = next.getBoundingClientRect();
        const stacked = below.top >= above.bottom - 4 && below.left < above.right && above.left < below.right;
        const gap = Math.round(below.top - above.bottom);
        return stacked && gap < 8 ? [`${gap} px: ${one.outerHTML.slice(0, 70)} | ${next.outerHTML.slice(0, 50)}`] : [];
    }).concat(tooWide);
}"""


@dataclass(frozen=True, slots=True)
class Page:
    """Hold what an address answered a visitor."""

    visitor: str
    path: str
    html: bytes
    #: what it is made of: the names of its templates
    templates: frozenset[str | None] = frozenset()


def login_waits(request: Any, name: str, *, is_known_browser: bool) -> int:
    """Stand in for the guard of logins: everybody waits."""
    return 9


def logged_in(visitor: str) -> Client:
    client = Client()
    if VISITORS[visitor] is not None:
        client.force_login(User.objects.get(username=visitor), "django.contrib.auth.backends.ModelBackend")
    return client


def pages(things: dict[str, str], *, once: bool) -> Iterator[Page]:
    """Give each page once, with the first visitor who meets it: of each address one (`once`), or all that differ.

    By the table of roles: nobody asks who is sent to the login, and one of those to whom an address is closed or is
    not there; with `once`, of all that are closed and of all that are not there the first.
    """
    seen, asked, letters = set(), set(), table()
    for number, visitor in enumerate(VISITORS):
        client = logged_in(visitor)
        for route in addresses():
            letter = letters.get(route, "o" * len(VISITORS))[number]
            alike = ("" if once and letter != "o" else route, letter)
            if letter == "l" or alike in asked:
                continue
            if once or letter != "o":
                asked.add(alike)
            path = path_of(route, things)
            answer = client.get(path)
            html = b"".join(answer.streaming_content) if answer.streaming else answer.content
            answer.close()
            found = _MAIN.search(html) if answer["Content-Type"].startswith("text/html") else None
            drawn = _DRAWN_ANEW.sub(b"", found[0]) if found else b""
            if found and drawn not in seen:
                seen.add(drawn)
                yield Page(visitor, path, html, frozenset(part.name for part in answer.templates))


def answers(things: dict[str, str]) -> Iterator[Page]:
    """Give the pages that answer a form, by template, and those of links with a code or a token."""
    number = things["officer_id"]
    key = {"form_id": str(uuid.UUID(int=7)), "role": "admin", "place": "/63:93/", "label": "CDC", "days": "365"}
    officer = {"full_name": "Trần Thị Hoa", "username": "hoa", "role": "commune", "unit": "63:31318"}
    case = {"case_id": str(uuid.UUID(int=7)), "report_type": "confirmed", "test_date": "2020-08-19"}
    setup = ""
    for template, visitor, path, form in (
        ("officers/wait.html", "nobody", "/officer/login", {"username": "lan", "password": "x"}),
        ("officers/key.html", "ministry", "/officer/keys/new", key),
        ("diagnosis/code.html", "cases", "/officer/cases/new", case),
        ("officers/link.html", "province", "/officer/officers/new", officer),
        ("officers/officer.html", "ministry", f"/officer/officers/{number}/suspend", {"active": "no"}),
    ):
        answer = logged_in(visitor).post(path, form, follow=True)
        assert template in [each.name for each in answer.templates], (path, answer.content.decode())
        yield Page(visitor, path, answer.content)
        setup = setup or "".join(re.findall(r"/officer/setup/[\w/-]+", answer.content.decode())[:1])
    for path in ("/v", "/v?c=A1B2C3D4E5F6G7H8", setup):
        yield Page("nobody", path, Client().get(path, follow=True).content)


@pytest.fixture(scope="module", autouse=True)
def database_beside_a_browser() -> Iterator[None]:
    """Lets this thread ask the database, though the browser's loop runs in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def drawn(open_browser: Callable[..., Any]) -> Callable[..., Any]:
    """Draws a page with the style sheets of the authority: `drawn(page, "dark")`, for an officer at a browser."""
    shown: dict[str, bytes] = {}
    officers: dict[str, Any] = {}

    def answer(route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=file) if (file := static_file(path)) else route.abort()
        elif route.request.is_navigation_request():
            route.fulfill(body=shown["page"], content_type="text/html; charset=utf-8")
        else:
            route.abort()

    def draw(each: Page, scheme: str = "light") -> Any:
        if scheme not in officers:
            officers[scheme] = open_browser(WIDTHS[0], scheme)
            officers[scheme].page.route("**/*", answer)
        shown["page"] = _STYLE_SHEET.sub(style_of, each.html)
        officers[scheme].page.goto(HOST + each.path)
        return officers[scheme]

    return draw


@cache
def static_file(path: str) -> str | None:
    return finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", path.removeprefix("/static/")))


def style_of(link: re.Match[bytes]) -> bytes:
    """Return a style sheet in place of its link: a browser whose requests are answered here keeps none for later."""
    file = static_file(link[1].decode())
    return b"<style>%b</style>" % Path(file).read_bytes() if file else link[0]


def touching(page: Any, widths: Iterable[int] = WIDTHS) -> list[str]:
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {each}" for each in page.evaluate(TOUCHING)]
    return found


@pytest.mark.parametrize("once", first(1, [True, False]))
def test_every_page_is_laid_out_and_read_by_everybody(things, drawn, once):
    """Of pages that the same templates make, axe looks at one; the sweeps of each room have it look at all."""
    wrong, read = [], set()
    for each in list(pages(things, once=once)):
        officer, widths = drawn(each), FIRST_WIDTHS if once else WIDTHS
        wrong += [f"{each.visitor} {each.path} {found}" for found in touching(officer.page, widths)]
        if once and each.templates not in read:
            read.add(each.templates)
            officer.page.set_viewport_size({"width": 360, "height": 800})
            try:
                officer.check()
            except AssertionError as error:
                wrong.append(f"{each.visitor} {each.path} {error}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.thorough
def test_answers_to_forms_and_pages_of_links_are_laid_out_and_read_alike(things, drawn, settings):
    settings.LOGIN_GUARD = f"{__name__}.login_waits"
    wrong = []
    for each in list(answers(things)):
        for scheme in ("light", "dark"):
            officer = drawn(each, scheme)
            wrong += [f"{each.visitor} {each.path} {found}" for found in touching(officer.page)]
            officer.page.set_viewport_size({"width": 320, "height": 800})
            officer.check()
    assert not wrong, "\n".join(wrong)
