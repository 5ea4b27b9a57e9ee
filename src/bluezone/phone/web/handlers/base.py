"""Give every group of handlers the runner, a page in the owner's language, and the owner's consent before all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bluezone.i18n import Translator
from bluezone.phone.app.config import HOTLINE
from bluezone.phone.app.loop import Runner
from bluezone.phone.web import qr_reader
from bluezone.phone.web.pages import PageFrame, frame_of, page
from bluezone.phone.web.presenters import notifications
from bluezone.phone.web.qr_reader import QrReader
from bluezone.phone.web.texts import translator

GET, POST = ["GET"], ["POST"]


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Hold the settings of the screens. `invite_url`: where others get Bluezone. `hotline`: digits to call where the
    authority's guidance names nobody. `qr_reader`: what reads QR codes where the browser cannot; by default the package
    for it, if it is installed. `link_host`: of the authority's links; "": no link of a host is opened."""

    zone: tzinfo
    hotline: str = HOTLINE
    invite_url: str = ""
    qr_reader: QrReader | None = field(default_factory=qr_reader.installed)
    link_host: str = ""


class Handlers:
    """Be a group of handlers. Those that are no coroutines run in a thread, for they read the stores."""

    def __init__(self, runner: Runner, settings: WebSettings) -> None:
        self._runner, self._settings = runner, settings
        self._checks: set[asyncio.Task[None]] = set()

    def _language(self) -> Translator:
        return translator(self._runner.choices().language, self._settings.zone)

    def _frame(self) -> PageFrame:
        language = self._language()
        facts = self._runner.facts()
        return frame_of(facts.choices, self._settings.zone, notifications.unread(facts, language), facts.notices.way)

    def _page(self, template: str, status: int = 200, **context: Any) -> Response:
        self._runner.looked_at()
        return page(template, self._frame(), status, **context)

    def _offers_reports(self) -> bool:
        """Return whether the authority sends codes to who tested positive by themselves."""
        return self._runner.stores.preferences.offers_user_reports() and self._runner.facts().authority_known

    def _start_check(self) -> None:
        """Start a check in the background: the page says that it is under way, and hears when it is done."""
        task = asyncio.create_task(asyncio.to_thread(self._runner.check))
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    def _agreed(self, handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """Lead to the welcome before the owner's consent."""

        def agreed_only(request: Request) -> Response:
            if self._runner.choices().agreed_at_s is None:
                return see("/welcome")
            return handler(request)

        return agreed_only


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a plain form (the guard bounds its length)."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=32)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def own_path(path: str) -> str:
    """Return a path of these screens only: `//host` and `/\\host` would lead elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def see(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)


def as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
