"""Define the application that granian serves: the edge before Django.

A request is received whole, within a time and within memory set aside, before a thread is taken. So nobody who sends a
byte a second, or nothing at all, holds what others need; what they hold is a connection, of which there are thousands.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext, override

from bluezone.authority.project.edge import connections, counting, routes, rsgi, views
from bluezone.authority.project.edge.bodies import BodyIncompleteError, BodyTooSlowError, Limits, Memory, NoRoomError
from bluezone.authority.project.edge.routes import Route, Threads, leaves_at
from bluezone.authority.project.edge.rsgi import Answer, Exchange, Scope, environ_of
from bluezone.authority.project.processes import end_with_server, load
from bluezone.authority.site import clock, lost_database
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.uploads.forms import MAX_UPLOAD_BYTES

log = logging.getLogger(__name__)
_T = TypeVar("_T")
_INCOMPLETE = rsgi.text(HTTPStatus.BAD_REQUEST, "the request did not come whole", connection="close")
_TOO_SLOW = rsgi.text(HTTPStatus.REQUEST_TIMEOUT, "the request did not come in time", connection="close")
#: a database that does not even refuse is one that hangs
_LOOKS_S = 10.0
_HANGS = rsgi.text(HTTPStatus.SERVICE_UNAVAILABLE, "looking at all parts took too long: one of them hangs")
_BROKEN = rsgi.text(HTTPStatus.INTERNAL_SERVER_ERROR, "something broke on our side")
_ALIVE = Answer(200, [("content-type", "application/json"), ("cache-control", "no-store")], b'{"status": "ok"}')
_MB = 1_000_000
#: a sender of too much is read on so far, to be told so instead of being cut off
_READ_ON_BYTES = 1 * _MB
_READ_UPLOAD_BYTES = 60 * _MB
#: what a form holds beside its file
_FORM_BYTES = 100_000
#: a slow line: GPRS
_UPLOAD_BYTES_PER_S = 5_000


class BusyError(Exception):
    """Report that as many requests wait for a pool as it bears."""


class Pool:
    """Run functions in `threads` threads. `nice`: let all others go first when the processor is short (Linux)."""

    def __init__(self, name: str, threads: int, waiting: int, nice: int = 0) -> None:
        self._room = threads + waiting
        self._taken = 0
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_be_nice, initargs=(nice,))

    async def run(self, function: Callable[..., _T], *arguments: object) -> _T:
        """Return what a function returns. Raises BusyError.

        Once begun it goes on to its end, also where the caller went away: what it stored is stored.
        """
        if self._taken >= self._room:
            raise BusyError
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)
        finally:
            self._taken -= 1


def _be_nice(nice: int) -> None:
    if nice:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)


class Edge:
    """Receive, hand to a thread, send. One for each worker process, in whose event loop it runs."""

    def __init__(
        self,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now_s, self._sleep = now_s, sleep
        conf: Environment = settings.BLUEZONE
        self._mark_s = conf.answer_at_ms / 1_000
        # One more than Django takes, so that it sees that there is more.
        message = Limits(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1, _READ_ON_BYTES, conf.body_timeout_s)
        upload = Limits(MAX_UPLOAD_BYTES + _FORM_BYTES, _READ_UPLOAD_BYTES, conf.body_timeout_s, _UPLOAD_BYTES_PER_S)
        self._limits = {False: message, True: upload}
        self._busy = _busy()
        self._counters = counting.counters()
        # Two, so that uploads, which are large, take no room from phones.
        self._memory = {uploads: Memory(conf.body_memory_mb * _MB) for uploads in (False, True)}
        views.load()
        self._pools = {
            Threads.PAGES: Pool("pages", threads=6, waiting=500),
            Threads.LANE: Pool("lane", threads=3, waiting=2_000),
            Threads.PASSWORDS: Pool("passwords", threads=1, waiting=30, nice=5),
            Threads.GATEWAY: Pool("gateway", threads=4, waiting=100),
            Threads.WATCH: Pool("watch", threads=1, waiting=20),
        }

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        head = scope.method == "HEAD"
        if scope.path == routes.ALIVE and (head or scope.method == "GET"):
            _with_every_header(_ALIVE).send(exchange, head=head)
            return
        has_session = settings.SESSION_COOKIE_NAME in (scope.headers.get("cookie") or "")
        route = routes.route(scope.method, scope.path, has_session)
        with self._memory[route.uploads].hold() as held:
            try:
                body = await held.receive(exchange, *self._expected(scope, route))
                arrived_s = self._now_s()
                answer = await self._answer(scope, route, body)
            except BodyIncompleteError:  # its sender went away, or sends what is no body
                arrived_s, answer = self._now_s(), _INCOMPLETE
            except BodyTooSlowError:
                arrived_s, answer = self._now_s(), _TOO_SLOW
            except (NoRoomError, BusyError):
                arrived_s, answer = self._now_s(), self._busy
        ready_s = self._now_s()
        if self._counters is not None:
            self._counters.count(scope.path, answer, ready_s - arrived_s)
        if route.marked and self._mark_s:
            await self._sleep(leaves_at(arrived_s, ready_s, self._mark_s) - ready_s)
        _with_every_header(answer).send(exchange, head=head)

    def _expected(self, scope: Scope, route: Route) -> tuple[int | None, Limits]:
        """Return the announced length of a body, None where it comes in pieces; and what bounds it."""
        in_pieces = scope.headers.get("transfer-encoding") is not None
        announced = None if in_pieces else int(scope.headers.get("content-length") or 0)
        return announced, self._limits[route.uploads]

    async def _answer(self, scope: Scope, route: Route, body: bytes) -> Answer:
        environ = environ_of(scope, body)
        pool = self._pools[route.threads]
        try:
            if route.threads is Threads.WATCH:
                return await asyncio.wait_for(pool.run(views.direct, scope.path, environ), _LOOKS_S)
            if route.direct:
                return await pool.run(views.direct, scope.path, environ)
            return await pool.run(views.page, environ)
        except BusyError:
            raise
        except TimeoutError:
            return _HANGS
        except Exception as error:
            log.exception("an answer failed")  # (without the address: codes of links stand in it)
            return self._busy if lost_database.is_lost(error) else _BROKEN


def _busy() -> Answer:
    """Say in both languages that there is no room now: who reads this may have come for a page."""
    sentences = []
    for language in ("vi", "en"):
        with override(language):
            sentences.append(gettext("The server is very busy. Please try again in a few seconds."))
    return rsgi.text(HTTPStatus.SERVICE_UNAVAILABLE, "\n".join(sentences), retry_after="5")


def _with_every_header(answer: Answer) -> Answer:
    """Say in a rehearsal that it is one, and its time, as the middleware does on pages."""
    if not clock.rehearsing() or any(name == "x-bluezone-rehearsal" for name, _ in answer.headers):
        return answer
    return replace(answer, headers=[*answer.headers, ("x-bluezone-rehearsal", f"{clock.now().timestamp():.0f}")])


def prepare() -> None:
    """Load what every worker process needs before they are forked: they share it, and none of them loads it again."""
    views.load()
    _busy()  # loads the texts of both languages
    gc.freeze()


def application() -> Edge:
    """Make the application of a worker process."""
    end_with_server()
    load()
    connections.watch(settings.BLUEZONE.body_timeout_s)
    return Edge()
