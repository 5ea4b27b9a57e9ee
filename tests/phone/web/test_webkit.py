"""The screens in WebKit, which is Safari's: a code, a place and a declaration, and what stands there when nothing
answers. Debian's `webkit2gtk-driver` is asked as the W3C's WebDriver says, over HTTP."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.forms.samples import LONG_MY
from tests.phone.web.test_browser_stories import SEND, answering, place

from bluezone.phone.client.publishing import Publisher
from bluezone.phone.web.security import Access
from bluezone.protocol.check_ins import PlaceKind
from bluezone.protocol.health_declarations import HealthDeclaration

pytestmark = pytest.mark.browser
#: under which WebDriver names an element
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_PATIENCE_S = 60.0
NEAR = ("case", "abroad", "sick")


class WebKit:
    """One window of a WebKit without a past. Its origin is that of the screens."""

    def __init__(self, session: httpx.Client, site: Access) -> None:
        self._session, self.origin = session, f"http://127.0.0.1:{site.port}"
        self.say("url", url=site.address)
        self.until("location.pathname !== '/enter'")

    def say(self, command: str, **fields: object) -> Any:
        answer = self._session.post(command, json=fields).json()["value"]
        assert not isinstance(answer, dict) or "error" not in answer, (command, answer)
        return answer

    def visit(self, path: str) -> None:
        self.say("url", url=f"{self.origin}{path}")

    def look(self, script: str) -> Any:
        return self.say("execute/sync", script=f"return {script}", args=[])

    def until(self, script: str) -> None:
        ends_s = time.monotonic() + _PATIENCE_S
        while not self.look(script):
            assert time.monotonic() < ends_s, (script, self.look("document.body.innerText"))
            time.sleep(0.05)

    def type(self, selector: str, text: str) -> None:
        self.say(f"element/{self._found(selector)}/value", text=text)

    def follow(self, selector: str) -> None:
        """Press, and wait for the page that follows."""
        self.look("(document.documentElement.dataset.before = 'yes')")
        self.say(f"element/{self._found(selector)}/click")
        self.until("document.documentElement.dataset.before === undefined && document.readyState === 'complete'")

    def _found(self, selector: str) -> str:
        return str(self.say("element", using="css selector", value=selector)[_ELEMENT])


@pytest.fixture
def webkit(require_tool: Any, site: Access) -> Iterator[WebKit]:
    driver = require_tool.program("WebKitWebDriver", package="webkit2gtk-driver")
    display = require_tool.program("Xvfb", package="xvfb")
    shows = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    screen = subprocess.Popen([display, "-displayfd", "1", "-nolisten", "tcp"], stdout=subprocess.PIPE, text=True)
    assert screen.stdout is not None
    environment = {"DISPLAY": f":{screen.stdout.readline().strip()}", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}
    driving = subprocess.Popen([driver, f"--port={port}"], env=environment)
    options = {"binary": str(shows), "args": ["--automation"]}
    asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_S) as client:
            while True:
                with suppress(httpx.ConnectError):
                    session = client.post("/session", json=asked).json()["value"]["sessionId"]
                    break
                assert driving.poll() is None
            client.base_url = client.base_url.join(f"/session/{session}/")
            yield WebKit(client, site)
            client.delete("")
    finally:
        for process in (driving, screen):
            process.terminate()
            process.communicate()


@pytest.mark.thorough
def test_a_code_a_place_and_a_declaration_and_nobody_who_answers(
    eventful: Any, webkit: WebKit, stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Publisher, "verify", lambda publisher, code: None)
    webkit.visit("/code")
    webkit.type("#code", "123456789018")
    assert webkit.look("document.querySelector('#code').value") == "1234 5678 9018"
    webkit.follow("main button")
    assert "dương tính" in webkit.look("document.querySelector('h1').innerText")

    webkit.visit(place("Chợ Vị Thanh", "Phường I", PlaceKind.SHOP, 45))
    webkit.follow("form[action='/diary/in'] button")
    assert "Chợ Vị Thanh" in webkit.look("document.querySelector('main').innerText")
    assert [each.place.description for each in eventful.runner.stores.diary.visits()] == ["Chợ Vị Thanh"]

    heard: list[HealthDeclaration] = []
    answering(eventful, heard)
    webkit.visit("/declare/for/me/population")
    for name, text in (
        ("full_name", "Nguyễn Thị Lan"),
        ("birth_year", "1950"),
        ("commune", LONG_MY.full_name),
        ("address", "12 Trần Hưng Đạo"),
        ("telephone", "0912 345 678"),
    ):
        webkit.type(f"#f-{name}", text)
    webkit.look("(document.querySelector('#f-nationality').value = 'VN')")
    for name, value in (("gender", "female"), ("signs", "none"), *((f"near_{who}", "no") for who in NEAR)):
        webkit.look(f"document.querySelector('input[name={name}][value={value}]').click()")
    webkit.follow(SEND)
    assert heard, webkit.look("document.querySelector('main').innerText")
    assert [each.answers["full_name"] for each in heard] == ["Nguyễn Thị Lan"]

    webkit.say("execute/async", script="navigator.serviceWorker.ready.then(arguments[0])", args=[])
    stage.end()
    webkit.visit("/contacts")
    assert "Bluezone hiện không chạy" in webkit.look("document.querySelector('main').innerText")
