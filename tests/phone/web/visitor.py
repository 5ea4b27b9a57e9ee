"""A browser without a window, for the screens of a phone."""

from __future__ import annotations

import asyncio
from datetime import timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import httpx
from tests.phone.doubles import form_of

from bluezone.phone.app.loop import Runner
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.security import Access
from bluezone.phone.web.server import create_app

ZONE = timezone(timedelta(hours=7))
PORT = 8720
ORIGIN = f"http://127.0.0.1:{PORT}"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += data.split()


def words(html: str) -> str:
    """What a reader sees of a page, on one line."""
    parser = _Words()
    parser.feed(html)
    return " ".join(parser.found)


class Visitor:
    """A browser without a window, of the owner or (`known=False`) of somebody else."""

    def __init__(self, runner: Runner, *, known: bool = True, **settings: Any) -> None:
        self.access = Access(PORT, "token-of-this-run")
        web = WebSettings(ZONE, invite_url="https://bluezone.example", **settings)
        self.app = create_app(runner, web, self.access)
        self.cookies = {self.access.cookie: self.access.token} if known else {}

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """No redirects; what a handler started in the background is waited for."""
        return asyncio.run(self._request(method, path, options))

    async def _request(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=self.cookies) as client:
            answer = await client.request(method, path, **options)
        background = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*background)
        return answer

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def text(self, path: str) -> str:
        """The words of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return words(answer.text)

    def send_form(self, path: str, **fields: Any) -> httpx.Response:
        return self.request("POST", path, data=fields, headers={"Origin": ORIGIN})

    def declare(self, path: str, **given: Any) -> httpx.Response:
        """Open a form of a declaration, type into it as a person would, and send it."""
        return self.send_form(path, **form_of(self.get(path).text) | given)
