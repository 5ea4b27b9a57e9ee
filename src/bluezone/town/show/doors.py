"""Serve the phones' own screens: each phone has an address of its own, as it would have on its owner's machine.

A door is opened when somebody looks in, and the few looked at last stay open. What stands behind it is the real
`bluezone.phone.web` on the phone that the rehearsal runs; while it runs, whatever would change its course is refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections import OrderedDict
from collections.abc import Iterator

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bluezone.i18n import Language
from bluezone.phone.app.loop import Runner
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.security import Access, Guard
from bluezone.phone.web.server import create_app, listening_socket, new_access
from bluezone.town.country import ZONE
from bluezone.town.errors import TownError
from bluezone.town.show.chronicle import Chronicle, Phase
from bluezone.town.show.pages import page

MAX_OPEN = 16

#: what may be done to a phone while the rehearsal runs: it changes nobody's keys, codes or files
_HARMLESS = ("/language", "/settings/appearance", "/settings/pause", "/settings/resume")

_log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """Serve without catching signals: those are the rehearsal's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def make_server(app: ASGIApp) -> Server:
    """Make a server without an access log, which would hold tokens; streams that end with it are no errors (real ones
    the application logs).
    """
    return Server(
        uvicorn.Config(
            app,
            timeout_graceful_shutdown=1,
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
        )
    )


class _Door:
    """Serve the screens of one phone on a port of their own, whichever `Runner` runs that phone just now."""

    def __init__(self, show: Chronicle, number: int, framed_by: str) -> None:
        self._show, self._number, self._framed_by = show, number, framed_by
        self._socket: socket.socket = listening_socket(0)
        self._socket.listen()  # a browser may be here before the server has begun
        self.access: Access = new_access(self._socket.getsockname()[1])
        self._runner: Runner | None = None
        self._app: ASGIApp = self._refuse
        self._refusing = Guard(self._refuse, self.access, self._refuse, framed_by)
        self._server = make_server(self)
        self._task = asyncio.create_task(self._server.serve([self._socket]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        phones, running = self._show.phones, self._show.phase is not Phase.OVER
        harmless = scope.get("method") in {"GET", "HEAD"} or scope.get("path") in _HARMLESS
        if not phones or (running and not harmless):
            await self._refusing(scope, receive, send)
            return
        if phones[self._number] is not self._runner:
            self._runner = phones[self._number]
            self._app = create_app(self._runner, WebSettings(ZONE), self.access, self._framed_by)
        await self._app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: HTMLResponse = await run_in_threadpool(page, "refused.html", self._language(), 409)
        await answer(scope, receive, send)

    def _language(self) -> Language:
        return Language.VIETNAMESE if self._runner is None else Language(self._runner.choices().language)

    async def close(self) -> None:
        self._server.should_exit = True
        await asyncio.gather(self._task, return_exceptions=True)
        self._socket.close()


class Doors:
    """Open the screens of phones, and close those looked at longest ago where there are too many."""

    def __init__(self, show: Chronicle, framed_by: str) -> None:
        self._show, self._framed_by = show, framed_by
        self._open: OrderedDict[int, _Door] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    async def address(self, number: int, language: str) -> str:
        """Return the address of that phone's screens. Raises TownError while there are no phones yet."""
        if not self._show.phones:
            raise TownError("the phones are not there yet")
        door = self._open.get(number)
        if door is None:
            await run_in_threadpool(self._show.phones[number].choose, language=language)
            door = self._open[number] = _Door(self._show, number, self._framed_by)
        self._open.move_to_end(number)
        while len(self._open) > MAX_OPEN:
            _, oldest = self._open.popitem(last=False)
            task = asyncio.create_task(oldest.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        return door.access.address

    async def close(self) -> None:
        doors = list(self._open.values())
        self._open.clear()
        await asyncio.gather(*(door.close() for door in doors), *self._closing)
