"""The screens in a real browser, as people use them: two sizes, two languages, keyboard, zoom, darkness."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
import segno
import uvicorn
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.i18n import Catalogue, Language, catalogues
from bluezone.phone.client.publishing import Publisher
from bluezone.phone.stores.publication_store import PublicationStore, VerifiedResult
from bluezone.phone.web import pages, qr_reader
from bluezone.phone.web.app import WebSettings, create_app
from bluezone.phone.web.presenters.onboarding import PATHS
from bluezone.phone.web.security import Access
from bluezone.phone.web.server import listening_socket
from bluezone.protocol.exports import ExportSigner
from bluezone.protocol.news import News, NewsItem, path_of, sign_news
from bluezone.protocol.user_reports import SERVICES_PATH, Services
from bluezone.protocol.verification import CertifiedReport

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
def chromium_with_camera(require_tool: Any, chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """A browser whose camera sees a poster of the unit 0410-610J, and nothing else."""
    film = tmp_path / "poster.y4m"
    matrix = list(segno.make("https://bluezone.example/0410-610J").matrix_iter(scale=8, border=6))
    grey = 235 - 219 * np.array([list(row) for row in matrix], dtype=np.uint16)
    height, width = (side // 2 * 2 for side in grey.shape)
    frame = b"FRAME\n" + grey[:height, :width].astype(np.uint8).tobytes() + bytes([128]) * (height * width // 2)
    film.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)
    program = require_tool.program("chromium", "chromium-browser", package="chromium")
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = chromium.browser_type.launch(executable_path=program, args=["--no-sandbox", *camera])
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

    async def serve() -> None:
        announcing = asyncio.create_task(seeded.runner._announcer.run())
        await server.serve([sock])
        announcing.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
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


#: resolves when a stream of events has begun, and so has that of the page, which was asked for before
STREAM_OPEN = """new Promise((begun) => {
    const stream = new EventSource("/events?hidden=1");
    stream.addEventListener("change", () => { stream.close(); begun(true); });
})"""


def visit(page: Any, site: Access, path: str) -> None:
    page.goto(f"http://127.0.0.1:{site.port}{path}")


def follow(page: Any, selector: str) -> None:
    """Click, and wait for the page that follows."""
    with page.expect_navigation():
        page.click(selector)


def look_for_faults(page: Any, path: str) -> None:
    """Axe finds nothing, nothing sticks out to the side, and every control is large enough for a thumb."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], path
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    small = page.evaluate(
        """[...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
        .filter((one) => !one.matches(".skip, .inline, .visually-hidden"))
        .map((one) => [one.outerHTML.slice(0, 80), (one.closest("label") ?? one).getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < 44 || box.width < 44)).map(([html]) => html)"""
    )
    assert small == [], path


def picture(page: Any, path: str, *names: str) -> None:
    """For a person to look at, where BLUEZONE_PICTURES names a folder."""
    folder = os.environ.get("BLUEZONE_PICTURES")
    if folder:
        name = re.sub(r"[^a-z0-9]+", "-", path).strip("-") or "home"
        page.screenshot(path=f"{folder}/{'-'.join((name, *names))}.png", full_page=True)


def all_paths(seeded: Any, web: SimpleNamespace) -> list[str]:
    day = seeded.warn()
    midnight_s = int(web.NOW_S - web.NOW_S % web.DAY_S - 7 * 3_600)
    return [
        "/", "/contacts", f"/contacts/{midnight_s}", f"/exposure/{day}", f"/exposure/{day}/report", "/positive",
        "/code", "/code?long", "/v?c=7K3M-Q2XD-9ABC", "/v?c=1234 5678 9018", "/self-report", "/self-report/sent",
        "/scan", "/result", "/result/share", "/notices", "/news/7", "/invite", "/questions", "/self-test",
        "/settings", "/place?q=long my", "/unit", "/number", "/settings/diagnostics", "/settings/delete", "/nothing",
        "/gone",
    ]  # fmt: skip


@pytest.fixture
def eventful(seeded: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A phone to which everything has happened: news came, a code was accepted, a number waits for its code."""
    now_s = int(seeded.clock())
    long_text = "Tại trạm y tế phường, từ 8 giờ sáng đến 5 giờ chiều.\nHãy mang theo giấy tờ và đeo khẩu trang."
    item = NewsItem(
        "7", "advice", now_s - 60, now_s + 86_400, (), {"vi": "Điểm xét nghiệm miễn phí tại Long Mỹ"}, {"vi": long_text}
    )
    key = ec.derive_private_key(2, ec.SECP256R1())
    body = sign_news(News("452", "", 1, now_s, now_s + 86_400, (item,)), [ExportSigner(key, "452", "v1")])
    seeded.agree()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == SERVICES_PATH:
            return httpx.Response(200, content=Services(user_reports=True).to_json())
        if request.url.path == path_of("452", ""):
            return httpx.Response(200, content=body)
        if request.url.path == "/v1/phone-number/code":
            return httpx.Response(202, json={})
        return httpx.Response(200, text="") if request.url.path.endswith("index.txt") else httpx.Response(404)

    seeded.answer = answer
    seeded.runner.check()
    found = VerifiedResult(CertifiedReport.CONFIRMED, dt.date(2020, 8, 12), dt.date(2020, 8, 10), now_s)
    monkeypatch.setattr(PublicationStore, "waiting", lambda *_: found)
    seeded.fortnight()
    return seeded


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [("small", "vi", "light"), ("large", "en", "dark"), ("small", "en", "light"), ("large", "vi", "dark")],
)
def test_every_screen_is_accessible_and_fits(
    seeded: Any, web: SimpleNamespace, open_page: Open, site: Access, size: str, language: str, scheme: str
) -> None:
    page = open_page(size, color_scheme=scheme)
    seeded.runner.choose(language=language)
    for path in PATHS:
        visit(page, site, path)
        look_for_faults(page, path)
        picture(page, path, size, language, scheme)
    visit(page, site, "/v?c=123456789018")
    look_for_faults(page, "a link on a new phone")
    picture(page, "/v", "new", size, language, scheme)
    seeded.agree(language=language)
    visit(page, site, "/contacts")
    look_for_faults(page, "no contacts")


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [("small", "vi", "light"), ("large", "en", "dark"), ("small", "en", "light"), ("large", "vi", "dark")],
)
def test_every_screen_of_a_full_life_is_accessible_and_fits(
    eventful: Any, web: SimpleNamespace, open_page: Open, site: Access, size: str, language: str, scheme: str
) -> None:
    page = open_page(size, color_scheme=scheme)
    eventful.runner.choose(language=language)
    for path in all_paths(eventful, web):
        visit(page, site, path)
        look_for_faults(page, path)
        picture(page, path, size, language, scheme)
    eventful.runner.number_client().ask("+84912345678", "vi", "")
    for path in ("/number/code",):
        visit(page, site, path)
        look_for_faults(page, path)
        picture(page, path, size, language, scheme)


def test_at_200_percent_nothing_is_lost(eventful: Any, web: SimpleNamespace, open_page: Open, site: Access) -> None:
    """200 % zoom of a 360-pixel screen leaves 180 CSS pixels; text at 200 % leaves the width and doubles the type."""
    page = open_page(viewport={"width": 360, "height": 740})
    for path in (*PATHS, *all_paths(eventful, web)):
        visit(page, site, path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def press(page: Any, selector: str) -> None:
    """Tab to it, see that the focus shows, and press Enter."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    else:
        pytest.fail(f"{selector} cannot be reached by keyboard on {page.url}")
    shown = "getComputedStyle(document.activeElement).boxShadow"
    assert page.evaluate(shown) != "none", f"{selector}: nobody sees that it has the focus"
    with page.expect_navigation():
        page.keyboard.press("Enter")


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


def test_the_camera_reads_a_poster(eventful: Any, chromium_with_camera: Any, site: Access, require_tool: Any) -> None:
    """A camera that sees a poster: its picture is read by the program behind the screens."""
    if not qr_reader.can_read_pictures():
        require_tool.missing("zxing-cpp is not installed: `pip install zxing-cpp` brings it")
    context = chromium_with_camera.new_context(permissions=["camera"], viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site.address)
    page.wait_for_url(lambda url: "/enter" not in url)
    visit(page, site, "/scan?for=unit")
    page.click("#camera")
    page.wait_for_url("**/unit?given=0410-610J", timeout=15_000)
    assert page.input_value("#unit") == "0410-610J"
    context.close()


def test_a_picture_without_a_code_gets_a_sentence(
    eventful: Any, open_page: Open, site: Access, tmp_path: Path, require_tool: Any
) -> None:
    if not qr_reader.can_read_pictures():
        require_tool.missing("zxing-cpp is not installed: `pip install zxing-cpp` brings it")
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
    for _ in range(20):  # a busy machine cuts the worker's own line a moment later
        page.goto(f"http://127.0.0.1:{site.port}/contacts")
        said = page.inner_text("main")
        if "Bluezone hiện không chạy" in said:
            break
        page.wait_for_timeout(250)
    assert "Bluezone hiện không chạy" in said


#: a Khmer sentence of no meaning here, for letters that stand above and below the line
KHMER = "ការប្រើប្រាស់ប៊្លូហ្សូន"


@pytest.fixture
def in_khmer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All texts of the screens in Khmer letters, as long as the English ones."""

    def letters(message: Message) -> str | tuple[str, ...]:
        text = message.id if isinstance(message.id, str) else message.id[-1]
        kept = " ".join(re.findall(r"\{\w+\}", text))
        return f"{(KHMER * (len(text) // len(KHMER) + 1))[: max(3, len(text))]} {kept}".strip()

    catalogue = Catalog(locale="km")
    with Path(pages.__file__).with_name("locale").joinpath("km/LC_MESSAGES/phone.po").open("rb") as file:
        for message in read_po(file, locale="km"):
            string = letters(message)
            catalogue.add(message.id, (string,) if message.pluralizable else string)
    compiled = tmp_path / "phone.mo"
    with compiled.open("wb") as file:
        write_mo(file, catalogue)
    own = Catalogue._file

    def file_of(self: Catalogue, language: Language) -> Any:
        return compiled if (self.domain, language) == ("phone", Language.KHMER) else own(self, language)

    monkeypatch.setattr(Catalogue, "_file", file_of)
    for cached in (catalogues._load, pages._environment):
        cached.cache_clear()
    yield
    for cached in (catalogues._load, pages._environment):
        cached.cache_clear()


def test_khmer_letters_are_there_and_fit(in_khmer: None, seeded: Any, open_page: Open, site: Access) -> None:
    page = open_page("small")
    visit(page, site, "/welcome")
    assert page.locator("button[name=language]").all_inner_texts() == ["English", "ភាសាខ្មែរ"]
    page.click("button[value=km]")
    assert page.locator("html").get_attribute("lang") == "km"
    seeded.agree(language="km")
    for path in ("/", "/contacts", "/settings", "/questions"):
        visit(page, site, path)
        look_for_faults(page, path)
        picture(page, path, "small", "km")
    for weight in (400, 600):
        loads = f"new FontFace('f', 'url(/static/noto-sans-khmer-{weight}.woff2)').load().then(f => f.status)"
        assert page.evaluate(loads) == "loaded"
