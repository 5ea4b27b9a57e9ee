"""The screens in a real browser, as people use them: two sizes, two languages, keyboard, zoom, darkness."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn

from bluezone.phone.web.app import WebSettings, create_app
from bluezone.phone.web.security import Access
from bluezone.phone.web.server import listening_socket

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"small": (360, 740), "large": (412, 915)}


@pytest.fixture(scope="module")
def chromium(require_tool: Any) -> Iterator[Any]:
    program = require_tool.program("chromium", "chromium-browser", package="chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(seeded: Any, web: SimpleNamespace) -> Iterator[Access]:
    """The screens of `seeded`, served as in life but for the radio."""
    sock = listening_socket(0)
    access = Access(sock.getsockname()[1], "token-of-this-run")
    app = create_app(seeded.runner, WebSettings(web.ZONE, invite_url="https://bluezone.example"), access)
    config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.capture_signals = lambda: _nothing()  # type: ignore[method-assign,assignment]
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([sock])))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield access
    server.should_exit = True
    thread.join(10)
    sock.close()


class _nothing:  # noqa: N801 (a context manager that does nothing)
    def __enter__(self) -> None: ...

    def __exit__(self, *args: object) -> None: ...


Open = Callable[..., Any]


@pytest.fixture
def open_page(chromium: Any, site: Access) -> Iterator[Open]:
    """A page of the owner's browser. A request to anywhere else, a script error or a breach of the policy fails."""
    contexts, wrong = [], []

    def opened(size: str = "small", **options: Any) -> Any:
        width, height = SIZES[size]
        options = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce", **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _note_foreign(request.url, site, wrong))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(site.address)
        page.wait_for_url(lambda url: "/enter" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def _note_foreign(url: str, site: Access, wrong: list[str]) -> None:
    if not url.startswith(f"http://127.0.0.1:{site.port}/"):
        wrong.append(url)


def visit(page: Any, site: Access, path: str) -> None:
    page.goto(f"http://127.0.0.1:{site.port}{path}")


def look_for_faults(page: Any, path: str) -> None:
    """Axe finds nothing, nothing sticks out to the side, and every control is large enough for a thumb."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], path
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    small = page.evaluate(
        """[...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
        .filter((one) => !one.matches(".skip, .inline"))
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < 44 || box.width < 44)).map(([html]) => html)"""
    )
    assert small == [], path


def all_paths(seeded: Any, web: SimpleNamespace) -> list[str]:
    day = seeded.warn()
    midnight_s = int(web.NOW_S - web.NOW_S % web.DAY_S - 7 * 3_600)
    return [
        "/", "/contacts", f"/contacts/{midnight_s}", f"/exposure/{day}", "/positive", "/code", "/notices", "/invite",
        "/questions", "/self-test", "/settings", "/settings/diagnostics", "/settings/delete", "/nothing", "/gone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "language", "scheme"), [("small", "vi", "light"), ("large", "en", "dark"), ("small", "vi", "dark")]
)
def test_every_screen_is_accessible_and_fits(
    seeded: Any, web: SimpleNamespace, open_page: Open, site: Access, size: str, language: str, scheme: str
) -> None:
    page = open_page(size, color_scheme=scheme)
    for step in (1, 2, 3, 4):
        visit(page, site, f"/welcome/{step}")
        look_for_faults(page, f"welcome {step}")
    seeded.agree(language=language)
    visit(page, site, "/contacts")
    look_for_faults(page, "no contacts")
    seeded.fortnight()
    for path in all_paths(seeded, web):
        visit(page, site, path)
        look_for_faults(page, path)


def test_at_200_percent_nothing_is_lost(seeded: Any, web: SimpleNamespace, open_page: Open, site: Access) -> None:
    """200 % zoom of a 360-pixel screen leaves 180 CSS pixels; text at 200 % leaves the width and doubles the type."""
    seeded.agree()
    seeded.fortnight()
    page = open_page(viewport={"width": 360, "height": 740})
    for path in all_paths(seeded, web):
        visit(page, site, path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_a_first_visitor_gets_through_by_keyboard_alone(seeded: Any, open_page: Open) -> None:
    page = open_page()
    for _ in range(4):
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.foot .button:not(.plain)')"):
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.wait_for_selector("#live")
    assert seeded.runner.choices().agreed_at_s is not None


def test_a_patient_types_the_code_and_may_say_not_now(seeded: Any, open_page: Open, site: Access) -> None:
    seeded.agree()
    seeded.runner.phone.keystore.key_at(seeded.clock())
    page = open_page()
    visit(page, site, "/code")
    page.fill("#code", "1234 567")
    page.click("main button")
    assert page.is_visible("#problem")
    page.fill("#code", "1234 5678")
    page.click("main button")
    look_for_faults(page, "consent")
    page.click("main a.button")
    page.wait_for_selector("#live")


def test_the_home_screen_follows_the_phone(seeded: Any, web: SimpleNamespace, open_page: Open, site: Access) -> None:
    seeded.agree()
    page = open_page()
    page.wait_for_selector("text=Chưa ghi nhận tiếp xúc với ca bệnh")
    seeded.warn()
    page.wait_for_selector("text=Có thể bạn đã ở gần một ca bệnh", timeout=10_000)


def test_the_radar_moves_only_for_those_who_want_motion(seeded: Any, open_page: Open, site: Access) -> None:
    seeded.agree()
    seeded.fortnight()
    moves = "getComputedStyle(document.querySelector('.radar .pulse')).animationName"
    assert open_page().evaluate(moves) == "none"
    assert open_page(reduced_motion="no-preference").evaluate(moves) == "pulse"


def test_when_the_program_is_gone_the_app_says_so(seeded: Any, open_page: Open, site: Access, chromium: Any) -> None:
    seeded.agree()
    page = open_page()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.route("**/*", lambda route: route.abort())  # not seen by the worker's own requests
    page.context.set_offline(True)
    page.goto(f"http://127.0.0.1:{site.port}/contacts")
    assert "Bluezone hiện không chạy" in page.inner_text("main")
