"""The screens in a real browser, as people use them: two sizes, two languages, keyboard, zoom, darkness."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import segno
from tests.phone.web.browsing import Open, follow, launched, look_for_faults, press, visit

from bluezone.phone.client.publishing import Publisher
from bluezone.phone.web.security import Access

pytestmark = pytest.mark.browser


def whole_chromium(require_tool: Any) -> str:
    """Path of the browser itself: the build without windows has neither notices nor a camera."""
    return str(require_tool.program("chromium", "chromium-browser", package="chromium"))


@pytest.fixture(scope="module")
def chromium(require_tool: Any) -> Iterator[Any]:
    with launched(whole_chromium(require_tool)) as browser:
        yield browser


@pytest.fixture
def chromium_with_camera(require_tool: Any, chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """A browser whose camera sees a poster of the unit 0410-610J, and nothing else."""
    film = tmp_path / "poster.y4m"
    matrix = list(segno.make("https://bluezone.example/0410-610J").matrix_iter(scale=8, border=6))
    grey = 235 - 219 * np.array([list(row) for row in matrix], dtype=np.uint16)
    height, width = (side // 2 * 2 for side in grey.shape)
    frame = b"FRAME\n" + grey[:height, :width].astype(np.uint8).tobytes() + bytes([128]) * (height * width // 2)
    film.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)
    program = whole_chromium(require_tool)
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = chromium.browser_type.launch(executable_path=program, args=["--no-sandbox", *camera])
    yield browser
    browser.close()


#: resolves when a stream of events has begun, and so has that of the page, which was asked for before
STREAM_OPEN = """new Promise((begun) => {
    const stream = new EventSource("/events?hidden=1");
    stream.addEventListener("change", () => { stream.close(); begun(true); });
})"""


def test_a_first_visitor_gets_through_by_keyboard_alone(seeded: Any, open_page: Open) -> None:
    page = open_page(permissions=["notifications"])
    for _ in range(2):
        press(page, ".foot .button:not(.plain)")
    for _ in range(2):
        press(page, ".foot [value=yes]")
    press(page, ".foot .button")
    page.wait_for_selector("#live")
    press(page, ".row[href='/place']")
    page.focus("#q")
    page.keyboard.type("long my")
    page.wait_for_selector("#found .row")
    press(page, "#found .row")
    choices = seeded.runner.choices()
    assert choices.agreed_at_s is not None
    assert (choices.commune, choices.counted, choices.background, choices.paused) == ("34:31471", True, True, False)


def test_one_can_be_chosen_alone_and_a_killed_program_goes_on_where_it_was(
    seeded: Any, open_page: Open, site: Access
) -> None:
    page = open_page()
    visit(page, site, "/welcome/3")
    page.click("summary")
    look_for_faults(page, "the permissions, one by one")
    page.check("[name=bluetooth]")
    follow(page, "[value=some]")
    choices = seeded.runner.choices()
    assert (choices.paused, choices.background, choices.notifications) == (False, False, False)
    visit(page, site, "/")
    assert page.url.endswith("/welcome/4"), "as after a restart"
    follow(page, "header .back")
    assert page.url.endswith("/welcome/3")


def test_a_patient_types_the_code_sees_the_result_and_may_say_not_now(
    eventful: Any, open_page: Open, site: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Publisher, "verify", lambda publisher, code: None)
    page = open_page()
    visit(page, site, "/code")
    page.fill("#code", "1234 567")
    follow(page, "main button")
    assert page.is_visible("#problem")
    look_for_faults(page, "a wrong code")
    page.fill("#code", "")
    page.locator("#code").press_sequentially("123456789018")
    assert page.input_value("#code") == "1234 5678 9018"
    follow(page, "main button")
    assert "dương tính" in page.inner_text("h1")
    follow(page, "main a.button")
    assert "Chia sẻ" in page.inner_text("h1")
    follow(page, "main a.button.quiet")
    page.wait_for_selector("#live")


@pytest.mark.parametrize(("path", "form"), [("/unit", "unit"), ("/number", "number")])
def test_what_was_typed_wrongly_is_said_beside_it(
    seeded: Any, open_page: Open, site: Access, path: str, form: str
) -> None:
    seeded.agree()
    page = open_page()
    visit(page, site, path)
    page.fill(f"#{form}", "xyz")
    follow(page, "main form .button:not(.quiet)")
    assert page.is_visible("#problem")
    page.wait_for_selector(f"#{form}:focus")
    look_for_faults(page, path)


def test_the_camera_reads_a_poster(eventful: Any, chromium_with_camera: Any, site: Access) -> None:
    """A camera that sees a poster: its picture is read in the page."""
    context = chromium_with_camera.new_context(permissions=["camera"], viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site.address)
    page.wait_for_url(lambda url: "/enter" not in url)
    visit(page, site, "/scan?for=unit")
    page.click("#camera")
    page.wait_for_url("**/unit?given=0410-610J", timeout=15_000)
    assert page.input_value("#unit") == "0410-610J"
    context.close()


def test_a_picture_without_a_code_gets_a_sentence(eventful: Any, open_page: Open, site: Access, tmp_path: Path) -> None:
    page = open_page()
    visit(page, site, "/scan")
    for name, content in (("grey.png", page.screenshot()), ("no-picture.png", b"x")):
        (tmp_path / name).write_bytes(content)
        page.set_input_files("#picture", tmp_path / name)
        page.wait_for_selector("#say:has-text('không có mã QR')")
        page.evaluate("document.getElementById('say').textContent = ''")
    poster = tmp_path / "code.png"
    segno.make("https://phone.example/v?c=12345678").save(str(poster), scale=8)
    page.set_input_files("#picture", poster)
    page.wait_for_url("**/code?c=12345678")


def test_a_notice_comes_where_it_is_allowed_and_names_nothing(seeded: Any, open_page: Open, site: Access) -> None:
    seeded.agree(notifications=True)
    page = open_page(permissions=["notifications"])
    visit(page, site, "/questions")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.evaluate(STREAM_OPEN)
    day = seeded.warn()
    seeded.runner.give_notice()
    shown = "navigator.serviceWorker.ready.then((w) => w.getNotifications()).then((all) => all.map((n) => n.title))"
    for _ in range(50):
        titles = page.evaluate(shown)
        if titles:
            break
        page.wait_for_timeout(200)
    assert titles == ["Bluezone có điều muốn báo cho bạn"]
    page.goto(f"http://127.0.0.1:{site.port}/exposure/{day}")  # what is opened is taken back
    page.wait_for_function(f"{shown}.then((all) => all.length === 0)", timeout=15_000)


def test_without_scripts_one_gets_through_too(eventful: Any, open_page: Open, site: Access) -> None:
    eventful.runner.choose(agreed_at_s=None)
    page = open_page(java_script_enabled=False)
    for _ in range(2):
        follow(page, ".foot .button:not(.plain)")
    for _ in range(2):
        follow(page, ".foot [value=no]")
    follow(page, ".foot .button")
    assert page.is_visible("#live")
    follow(page, ".row[href='/place']")
    page.fill("#q", "vi thanh")
    follow(page, "form[role=search] button")
    follow(page, "#found .row >> nth=0")
    choices = eventful.runner.choices()
    assert (choices.commune, choices.counted, choices.paused, choices.background) == ("34:31321", False, True, False)
    visit(page, site, "/scan")
    assert page.is_visible("#cannot")


def test_the_home_screen_follows_the_phone(seeded: Any, web: SimpleNamespace, open_page: Open, site: Access) -> None:
    seeded.agree()
    page = open_page()
    page.wait_for_selector("text=Máy mới bắt đầu quét")
    seeded.warn()
    page.wait_for_selector("text=Có thể bạn đã ở gần người nhiễm COVID-19", timeout=10_000)


@pytest.mark.thorough
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
    _without_the_program(page, site, "Bluezone hiện không chạy")


@pytest.mark.thorough
def test_when_the_program_is_gone_the_app_says_so_in_the_language_chosen_last(
    seeded: Any, open_page: Open, site: Access
) -> None:
    seeded.agree()
    page = open_page()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # and with it the page in Vietnamese is kept
    seeded.runner.choose(language="en")
    visit(page, site, "/contacts")
    kept = "caches.match('/gone').then((kept) => kept.headers.get('Content-Language') === 'en')"
    page.wait_for_function(f"async () => await {kept}")
    _without_the_program(page, site, "Bluezone is not running")


def _without_the_program(page: Any, site: Access, sentence: str) -> None:
    """See that a screen says the sentence when nothing answers."""
    page.route("**/*", lambda route: route.abort())  # not seen by the worker's own requests
    page.context.set_offline(True)
    for _ in range(20):  # a busy machine cuts the worker's own line a moment later
        page.goto(f"http://127.0.0.1:{site.port}/contacts")
        said = page.inner_text("main")
        if sentence in said:
            break
        page.wait_for_timeout(250)
    assert sentence in said
