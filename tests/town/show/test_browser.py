"""The page in a real browser, with a real rehearsal behind it: two widths, two languages, light and dark, keyboard."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.axe import violations
from tests.tiers import first

pytestmark = pytest.mark.browser

#: as `bluezone town show`, but nobody has to read along
SERVE = """
import asyncio, json, sys
from pathlib import Path
from bluezone.town.run import Options
from bluezone.town.show.serve import ShowOptions, serve
say = lambda url, port: print(json.dumps({"url": url, "port": port}), flush=True)
how = ShowOptions(3600.0, 0, patience=0.02)
asyncio.run(serve(Options(4, 13, Path(sys.argv[1]), 0.5, "en-v1-buckets"), how, say))
"""
READY_MS = 240_000


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, compiled_texts: None) -> Iterator[str]:
    """The address of a rehearsal of half an hour of four people."""
    command = [sys.executable, "-c", SERVE, str(tmp_path_factory.mktemp("show"))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())["url"]
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.wait(60)
    process.stdout.close()


@pytest.fixture(scope="module")
def chromium(require_tool: Any) -> Iterator[Any]:
    program = require_tool.chromium()
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def look(chromium: Any, town: str) -> Iterator[Callable[..., Any]]:
    """The page, once the rehearsal is over. A script error or a breach of the policy fails."""
    contexts, wrong = [], []

    def opened(width: int = 1_280, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(town)
        page.wait_for_selector("body[data-phase=over]", timeout=READY_MS)
        page.wait_for_selector("#findings table")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


#: of the plan: who and what is written over another
OVERLAPPING = """[...document.querySelectorAll('.name, .place')].flatMap(
(one, at, all) => all.slice(0, at).filter(other => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}).map(other => [one.textContent, other.textContent]))"""


@pytest.mark.parametrize(("width", "scheme"), first(1, [(360, "dark"), (1_280, "light")]))
def test_axe_finds_nothing_and_nothing_sticks_out(look, width, scheme):
    page = look(width, color_scheme=scheme)
    for language in ("en", "vi"):
        page.locator(".lang button").click()
        page.wait_for_selector(f"html[lang={language}]")
        page.wait_for_selector("body[data-phase=over]")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        small = page.evaluate(
            "[...document.querySelectorAll('a, button, select')].filter(one => one.offsetParent"
            " && !one.matches('.skip') && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )
        assert small == []
        assert page.evaluate(OVERLAPPING) == []


CROWD = """async () => {
    const {Plan} = await import("/static/plan.js");
    const holder = document.createElement("div");
    holder.className = "plan";
    holder.style.width = "320px";
    document.querySelector(".town").replaceChildren(holder);
    const names = ["An", "Bình", "Chi", "Dũng", "Giang", "Khánh", "Liên", "Long"];
    const buildings = [[0, 20], [40, 60], [80, 100]].map(([low, high], at) => (
        {kind: "office", number: at, box: [low, 10, high, 40]}));
    const plan = new Plan(holder, {
        width: 900, height: 480, x: {m: [-20, 120], u: [0, 900]}, y: {m: [-50, 50], u: [0, 480]},
        buildings, texts: {buildings: {office: "Văn phòng"}},
        paths: names.map((_, at) => ({t: [0], x: [at < 5 ? 18 : 58], y: [12 + 4 * (at % 5)]})),
    }, names, () => {});
    plan.draw(0, []);
}"""


def test_names_of_people_who_crowd_at_a_house_stand_clear_of_its_name_on_a_telephone(look):
    page = look(360)
    page.evaluate(CROWD)
    assert page.locator(".town .name").count() == 8
    assert page.evaluate(OVERLAPPING) == []


def test_the_drawing_has_everybody_with_the_shape_of_what_they_are(look):
    page = look()
    roles = page.evaluate("[...document.querySelectorAll('.somebody')].map(one => one.dataset.role ?? '')")
    assert len(roles) == 4
    assert roles.count("F0") == 1
    assert roles.count("F1") >= 1
    listed = page.evaluate("[...document.querySelectorAll('[data-person] .role')].map(one => one.textContent)")
    assert listed == roles


def test_a_phone_opens_by_keyboard_and_shows_its_own_screens(look):
    page = look()
    assert page.locator("[data-chosen]").get_attribute("data-person") == "0"  # until somebody chooses
    warned = page.locator("[data-person]", has=page.locator(".role:text('F1')")).first
    warned.focus()
    page.keyboard.press("Enter")
    screen = page.frame_locator("#phone")
    screen.locator("a[href^='/exposure/']").first.wait_for()
    screen.locator("nav a[href='/contacts']").click()
    screen.locator("nav a[href='/contacts'][aria-current=page]").wait_for()
    assert warned.locator("b").inner_text() in page.locator("#hand-title").inner_text()


def test_looking_back_shows_who_heard_whom_and_leads_back_to_now(look):
    page = look(reduced_motion="reduce")
    slider = page.locator("#slider")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(".lines path")
    assert page.locator("#clock").inner_text() == "06:05"
    assert page.locator(".lines path").count() >= 1
    page.locator("#to-now").click()
    page.wait_for_selector(".lines path", state="detached")
    assert page.locator("#to-now").is_hidden()


@pytest.mark.thorough
def test_when_the_rehearsal_has_ended_the_page_says_how_to_start_it_again(chromium, tmp_path, compiled_texts):
    """A rehearsal of its own, ended while somebody looks: the page stays, the program leaves in good order."""
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    page = chromium.new_page()
    try:
        page.goto(json.loads(process.stdout.readline())["url"])
        page.wait_for_selector("body[data-phase]")
    finally:
        process.send_signal(signal.SIGINT)
    page.wait_for_selector("#lost:visible", timeout=60_000)
    assert "bluezone town show" in page.locator("#lost").inner_text()
    assert page.locator("#play").is_disabled()
    page.close()
    assert process.wait(60) == 0
    process.stdout.close()
