"""A window of WebKit, which is Safari's: Debian's `webkit2gtk-driver` is asked as the W3C's WebDriver says."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from tests.forms.samples import LONG_MY

#: under which WebDriver names an element
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_PATIENCE_S = 60.0


class Window:
    """One window of a WebKit without a past; `origin` begins its addresses."""

    def __init__(self, session: httpx.Client, origin: str) -> None:
        self._session, self.origin = session, origin

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

    def read(self) -> str:
        """Return what the main part of the page says."""
        return str(self.look("document.querySelector('main').innerText"))

    def type(self, selector: str, text: str) -> None:
        self.say(f"element/{self._found(selector)}/value", text=text)

    def follow(self, selector: str) -> None:
        """Press, and wait for the page that follows."""
        self.look("(document.documentElement.dataset.before = 'yes')")
        self.say(f"element/{self._found(selector)}/click")
        self.until("document.documentElement.dataset.before === undefined && document.readyState === 'complete'")

    def declare(self) -> None:
        """Fill in the shown health declaration of the population for Nguyễn Thị Lan, who has no sign and met nobody."""
        for name, text in (
            ("full_name", "Nguyễn Thị Lan"),
            ("birth_year", "1950"),
            ("commune", LONG_MY.full_name),
            ("address", "12 Trần Hưng Đạo"),
            ("telephone", "0912 345 678"),
        ):
            self.type(f"[name={name}]", text)
        self.look("(document.querySelector('[name=nationality]').value = 'VN')")
        near = ((f"near_{who}", "no") for who in ("case", "abroad", "sick"))
        for name, value in (("gender", "female"), ("signs", "none"), *near):
            self.look(f"document.querySelector('input[name={name}][value={value}]').click()")

    def _found(self, selector: str) -> str:
        return str(self.say("element", using="css selector", value=selector)[_ELEMENT])


@contextmanager
def window(require_tool: Any, origin: str) -> Iterator[Window]:
    """Open a window on a screen that nobody sees, and close both."""
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
            yield Window(client, origin)
            client.delete("")
    finally:
        for process in (driving, screen):
            process.terminate()
            process.communicate()
