"""Serve the page as a Starlette application: the plan, a stream of what happens, and the controls."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import asyncio
import json
import logging
import math
import threading
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bluezone.errors import BluezoneError
from bluezone.i18n import LANGUAGES, Language, Translator
from bluezone.phone.app.loop import Runner
from bluezone.phone.web.presenters import common
from bluezone.phone.web.presenters.home import home
from bluezone.phone.web.security import Access, Guard
from bluezone.town.country import ZONE
from bluezone.town.errors import TownError
from bluezone.town.show import plan, words
from bluezone.town.show.chronicle import Chronicle, Phase
from bluezone.town.show.doors import Doors
from bluezone.town.show.pace import SPEEDS
from bluezone.town.show.pages import page, static_file, text, translator

_AT_A_TIME = 16
_EVERY_S = 0.5

#: (tone, what its home screen says in two words, phones it hears now)
State = tuple[str, str, int]


class States:
    """Keep the states of all phones, each at most a few seconds old."""

    def __init__(self, show: Chronicle) -> None:
        self._show = show
        self._lock = threading.Lock()
        self._asked_at_s, self._next = -_EVERY_S, 0
        self._code: Language | None = None
        self._states: list[State] = []

    def now(self, code: Language) -> list[State]:
        """Return the states in the language of that code; none before there are phones."""
        with self._lock:
            phones, real_s = self._show.phones, time.monotonic()
            if code != self._code or len(phones) != len(self._states):
                self._code, self._states = code, [self._state(phone, code) for phone in phones]
            elif real_s - self._asked_at_s >= _EVERY_S:
                for _ in range(min(_AT_A_TIME, len(phones))):
                    self._next = (self._next + 1) % len(phones)
                    self._states[self._next] = self._state(phones[self._next], code)
                self._asked_at_s = real_s
            return list(self._states)

    @staticmethod
    def _state(phone: Runner, code: Language) -> State:
        try:
            shown = home(phone.facts(), common.translator(code, ZONE))
        except BluezoneError:  # just being closed, or a full disk: this phone's trouble, nobody else's
            return ("watch", "…", 0)
        return (str(shown.state.tone), shown.state.tag, shown.around)


_BEAT_S = 0.2
_KEEP_ALIVE_BEATS = 75
_MAX_STREAMS = 8
_MINUTES_A_PIECE = 60

_log = logging.getLogger(__name__)


class Page:
    """Answer requests. There is one owner, so the language is the page's and not a visitor's."""

    def __init__(self, show: Chronicle, doors: Doors, language: Language, again: str) -> None:
        """Take the command that starts it once more as `again`."""
        self._show, self._doors, self._spoken, self._again = show, doors, language, again
        self._states = States(show)
        self._streams = 0

    def routes(self) -> list[Route]:
        get, post = ["GET"], ["POST"]
        return [
            Route("/", self.page, methods=get),
            Route("/plan.json", self.plan, methods=get),
            Route("/events", self.events, methods=get),
            Route("/heard/{hour:int}.json", self.heard, methods=get),
            Route("/findings", self.findings, methods=get),
            Route("/control", self.control, methods=post),
            Route("/language", self.choose_language, methods=post),
            Route("/phone", self.no_phone, methods=get),
            Route("/phone/{number:int}", self.phone, methods=get),
            Route("/static/{name}", self.static, methods=get),
        ]

    @property
    def _language(self) -> Translator:
        return translator(self._spoken)

    def page(self, request: Request) -> Response:
        show, language = self._show, self._language
        return page(
            "show.html",
            self._spoken,
            people=[
                {"number": number, "name": person.name, "role": language.gettext(words.ROLES[person.role])}
                for number, person in enumerate(show.world.people)
            ],
            headline=words.headline(show, language),
            whereabouts=self._whereabouts(language),
            speeds=[(speed, _speed(speed, language)) for speed in SPEEDS],
            pace=show.pacer.pace,
            hours=show.hours,
            clock=language.time(show.now_s),
            date=words.date(show.now_s, language),
            again=self._again,
            findings=self._findings(),
        )

    def _whereabouts(self, language: Translator) -> str:
        """Return the line beneath the clock, where the headline says something else."""
        return "" if self._show.phase is Phase.DAY else words.whereabouts(self._show, language)

    def plan(self, request: Request) -> Response:
        facts = plan.document(self._show.world)
        return JSONResponse(facts | {"texts": words.page_texts(self._show, self._language), "hours": self._show.hours})

    def heard(self, request: Request) -> Response:
        """Return the minutes of one hour of the day that are over: a list of [person, person, dBm] for each."""
        hour = request.path_params["hour"]
        if not 0 <= hour <= math.ceil(self._show.hours):
            raise HTTPException(404)
        first = hour * _MINUTES_A_PIECE
        return JSONResponse([self._show.pairs(first + minute).tolist() for minute in range(_MINUTES_A_PIECE)])

    def _findings(self) -> str:
        if self._show.outcome is None:
            return ""
        found = words.findings(self._show.outcome, self._language)
        return text("findings.html", self._spoken, findings=found)

    def findings(self, request: Request) -> Response:
        return HTMLResponse(self._findings())

    # --- controls -----------------------------------------------------------------------------------

    async def control(self, request: Request) -> Response:
        form = await _form(request)
        speed, paused = form.get("speed", ""), form.get("paused")
        if speed and speed not in map(str, SPEEDS):
            return PlainTextResponse("this is none of the speeds", 422)
        self._show.pacer.set(int(speed) if speed else None, None if paused is None else paused == "yes")
        return Response(status_code=204)

    async def choose_language(self, request: Request) -> Response:
        code = (await _form(request)).get("language")
        if code in LANGUAGES:
            self._spoken = Language(code)
        return RedirectResponse("/", 303)

    # --- what happens -------------------------------------------------------------------------------

    async def events(self, request: Request) -> Response:
        if self._streams >= _MAX_STREAMS:
            return PlainTextResponse("too many pages are open", 503, headers={"Retry-After": "30"})
        return StreamingResponse(self._beats(request), media_type="text/event-stream")

    async def _beats(self, request: Request) -> AsyncIterator[str]:
        self._streams += 1
        try:
            last, quiet, minute = "", 0, 0
            yield "retry: 3000\n\n"
            while not (self._show.ended or await request.is_disconnected()):
                minutes = self._show.minutes
                now = await run_in_threadpool(self._now, max(minute, minutes - _MINUTES_A_PIECE), minutes)
                minute = minutes
                quiet = 0 if now != last else quiet + 1
                if now != last:
                    yield f"event: now\ndata: {now}\n\n"
                elif quiet % _KEEP_ALIVE_BEATS == 0:
                    yield ": still here\n\n"
                last = now
                await asyncio.sleep(_BEAT_S)
        finally:
            self._streams -= 1

    def _now(self, since: int, until: int) -> str:
        """Return the present as JSON, with the minutes of the day from `since` to before `until`."""
        show, language = self._show, self._language
        pace = show.pacer.pace
        facts: dict[str, Any] = {
            "town_s": round(show.town_s, 1),
            "clock": language.time(show.now_s),
            "date": words.date(show.now_s, language),
            "speed": pace.speed,
            "paused": pace.paused,
            "phase": show.phase,
            "minutes": [[minute, show.pairs(minute).tolist()] for minute in range(since, until)],
            "roles": show.roles,
            "rounds": show.rounds,
            "phones": self._states.now(self._spoken),
            "headline": words.headline(show, language),
            "whereabouts": self._whereabouts(language),
            "story": [
                [words.moment(event.at_s, show, language), words.sentence(event, show, language)]
                for event in show.story
            ],
        }
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))

    # --- phones -------------------------------------------------------------------------------------

    def no_phone(self, request: Request) -> Response:
        return page("no_phone.html", self._spoken, waiting=False)

    async def phone(self, request: Request) -> Response:
        number = request.path_params["number"]
        if not 0 <= number < len(self._show.world.people):
            raise HTTPException(404)
        try:
            return RedirectResponse(await self._doors.address(number, self._spoken), 303)
        except TownError:
            return page("no_phone.html", self._spoken, 503, waiting=True)

    def static(self, request: Request) -> Response:
        found = static_file(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return Response(found[0], media_type=found[1])

    # --- what goes wrong ----------------------------------------------------------------------------

    def failed(self, request: Request, error: Exception) -> Response:
        """Answer an error with a page; the town goes on."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 500:
            _log.error("%s: %s: %s", request.url.path, type(error).__name__, error)
        return page("failed.html", self._spoken, status, missing=status in {404, 405})


def create_app(show: Chronicle, doors: Doors, access: Access, language: Language, again: str) -> ASGIApp:
    """Return the application behind the phone's guard, which lets it show phones within the page."""
    shown = Page(show, doors, language, again)
    handlers = {HTTPException: shown.failed, BluezoneError: shown.failed, Exception: shown.failed}
    app = Starlette(routes=shown.routes(), exception_handlers=handlers)

    async def strangers(scope: Scope, receive: Receive, send: Send) -> None:
        answer = page("stranger.html", language, 403)
        await answer(scope, receive, send)

    return Guard(app, access, strangers, framed_by="'self'", frames="'self' http://127.0.0.1:*")


def _speed(speed: int, language: Translator) -> str:
    """Write a speed: 60 is 1 minute a second."""
    if speed < 3600:
        minutes = speed // 60
        return language.ngettext("{n} minute a second", "{n} minutes a second", minutes).format(n=minutes)
    hours = speed // 3600
    return language.ngettext("{n} hour a second", "{n} hours a second", hours).format(n=hours)


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a plain form (the guard bounds its length)."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
