"""The screens as a Starlette application. Each handler asks the runner, lets a pure function say it, and draws it."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from urllib.parse import parse_qs

import segno
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bluezone.phone.errors import PhoneError
from bluezone.phone.facts import ISOLATION_DAYS
from bluezone.phone.preferences import APPEARANCES, LANGUAGES
from bluezone.phone.runner import Runner
from bluezone.phone.storage import StorageError
from bluezone.phone.web import export
from bluezone.phone.web.language import Language, language_named
from bluezone.phone.web.pages import Look, look, page, static_file
from bluezone.phone.web.screens import code, contacts, exposure, home, notices, trust, words
from bluezone.phone.web.security import Access, Guard

_PULSE_S = 3.0
_KEEP_ALIVE_PULSES = 5
_MAX_STREAMS = 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`invite_url`: where others get Bluezone. `hotline`: digits to call (19009095: Vietnam's Ministry of Health)."""

    zone: tzinfo
    hotline: str = "19009095"
    invite_url: str = ""
    isolation_days: int = ISOLATION_DAYS


class Screens:
    """Handlers. Those that are no coroutines run in a thread, for they read the stores."""

    def __init__(self, runner: Runner, settings: WebSettings) -> None:
        self._runner, self._settings = runner, settings
        self._streams = 0
        self._checks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        get, post = ["GET"], ["POST"]
        agreed = self._agreed
        return [
            Route("/", agreed(self.home), methods=get),
            Route("/live", agreed(self.live), methods=get),
            Route("/events", self.events, methods=get),
            Route("/check", self.check, methods=post),
            Route("/welcome", self.welcome, methods=get),
            Route("/welcome/{step:int}", self.welcome, methods=get),
            Route("/welcome", self.agree, methods=post),
            Route("/language", self.choose_language, methods=post),
            Route("/contacts", agreed(self.contacts), methods=get),
            Route("/contacts/{start:int}", agreed(self.day), methods=get),
            Route("/exposure/{day:int}", agreed(self.exposure), methods=get),
            Route("/positive", agreed(self.positive), methods=get),
            Route("/code", agreed(self.code), methods=get),
            Route("/v", agreed(self.code), methods=get),
            Route("/code", self.read_code, methods=post),
            Route("/code/share", self.share, methods=post),
            Route("/notices", agreed(self.notices), methods=get),
            Route("/invite", agreed(self.invite), methods=get),
            Route("/questions", self.questions, methods=get),
            Route("/self-test", agreed(self.self_test), methods=get),
            Route("/settings", agreed(self.settings), methods=get),
            Route("/settings/pause", self.pause, methods=post),
            Route("/settings/resume", self.resume, methods=post),
            Route("/settings/appearance", self.appearance, methods=post),
            Route("/settings/export", agreed(self.export), methods=get),
            Route("/settings/diagnostics", agreed(self.diagnostics), methods=get),
            Route("/settings/diagnostics.txt", agreed(self.diagnostics_file), methods=get),
            Route("/settings/delete", agreed(self.ask_delete), methods=get),
            Route("/settings/delete", self.delete, methods=post),
            Route("/gone", self.gone, methods=get),
            Route("/manifest.webmanifest", self.manifest, methods=get),
            Route("/sw.js", self.service_worker, methods=get),
            Route("/static/{name}", self.static, methods=get),
        ]

    # --- what every handler needs -----------------------------------------------------------------

    def _language(self) -> Language:
        return language_named(self._runner.choices().language, self._settings.zone)

    def _look(self) -> Look:
        language = self._language()
        return look(self._runner.choices(), self._settings.zone, notices.unread(self._runner.facts(), language))

    def _page(self, template: str, status: int = 200, **context: Any) -> Response:
        return page(template, self._look(), status, **context)

    def _agreed(self, handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """Before the owner's yes there is only the welcome."""

        def agreed_only(request: Request) -> Response:
            if self._runner.choices().agreed_at_s is None:
                return RedirectResponse("/welcome", 303)
            return handler(request)

        return agreed_only

    # --- welcome ----------------------------------------------------------------------------------

    def welcome(self, request: Request) -> Response:
        steps = words.welcome(self._language())
        number = request.path_params.get("step", 1)
        if not 1 <= number <= len(steps):
            return RedirectResponse("/welcome", 303)
        return self._page("welcome.html", step=steps[number - 1], number=number, count=len(steps))

    async def agree(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.choose, agreed_at_s=self._runner.clock(), paused=False)
        self._start_check()
        return RedirectResponse("/", 303)

    async def choose_language(self, request: Request) -> Response:
        form = await _form(request)
        if form.get("language") in LANGUAGES:
            await run_in_threadpool(self._runner.choose, language=form["language"])
        return RedirectResponse(_own_path(form.get("back", "/")), 303)

    # --- home -------------------------------------------------------------------------------------

    def _home(self) -> home.Home:
        language = self._language()
        midnight_s = language.midnight_s(self._runner.clock())
        return home.home(self._runner.facts_with_today(midnight_s), language)

    def home(self, request: Request) -> Response:
        return self._page("home.html", home=self._home())

    def live(self, request: Request) -> Response:
        return self._page("live.html", home=self._home())

    async def check(self, request: Request) -> Response:
        self._start_check()
        return RedirectResponse("/", 303)

    def _start_check(self) -> None:
        """In the background: the page says that it is under way, and hears when it is done."""
        task = asyncio.create_task(asyncio.to_thread(self._runner.check))
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def events(self, request: Request) -> Response:
        if self._streams >= _MAX_STREAMS:
            return PlainTextResponse("too many pages are open", 503, headers={"Retry-After": "30"})
        return StreamingResponse(self._pulses(request), media_type="text/event-stream")

    async def _pulses(self, request: Request) -> AsyncIterator[str]:
        """`change` whenever the home screen would look different."""
        self._streams += 1
        try:
            last, quiet = await run_in_threadpool(self._runner.pulse), 0
            yield "retry: 5000\n\n"
            while not await request.is_disconnected():
                await asyncio.sleep(_PULSE_S)
                pulse, quiet = await run_in_threadpool(self._runner.pulse), quiet + 1
                if pulse != last:
                    last, quiet = pulse, 0
                    yield "event: change\ndata: 1\n\n"
                elif quiet >= _KEEP_ALIVE_PULSES:
                    quiet = 0
                    yield ": still here\n\n"
        finally:
            self._streams -= 1

    # --- contacts and warnings --------------------------------------------------------------------

    def contacts(self, request: Request) -> Response:
        language, now_s = self._language(), self._runner.clock()
        starts = [language.midnight_s(now_s, -back) for back in reversed(range(contacts.DAYS))]
        days = [(start_s, self._runner.met(start_s, language.midnight_s(start_s, 1))) for start_s in starts]
        return self._page("contacts.html", contacts=contacts.contacts(days, language))

    def day(self, request: Request) -> Response:
        language, now_s, start_s = self._language(), self._runner.clock(), request.path_params["start"]
        if not now_s - (contacts.DAYS + 1) * 86_400 <= start_s <= now_s or start_s != language.midnight_s(start_s):
            raise HTTPException(404)
        end_s = language.midnight_s(start_s, 1)
        return self._page("day.html", day=contacts.day(start_s, end_s, self._runner.met(start_s, end_s), language))

    def exposure(self, request: Request) -> Response:
        found = self._runner.alert(request.path_params["day"])
        if found is None:
            raise HTTPException(404)
        screen = exposure.exposure_screen(found, self._runner.clock(), self._language(), self._settings.isolation_days)
        return self._page("exposure.html", screen=screen, hotline=self._settings.hotline)

    def positive(self, request: Request) -> Response:
        return self._page("positive.html", hotline=self._settings.hotline)

    # --- the code ---------------------------------------------------------------------------------

    def code(self, request: Request) -> Response:
        """`/v?c=12345678` is where a link of the health authority leads."""
        return self._page("code.html", given=request.query_params.get("c", "")[:64], problem="")

    async def read_code(self, request: Request) -> Response:
        given = (await _form(request)).get("code", "")
        return await run_in_threadpool(self._ask_consent, given)

    def _ask_consent(self, given: str) -> Response:
        read = code.read_code(given, self._language())
        if not read.code:
            return self._page("code.html", 422, given=given[:64], problem=read.problem)
        return self._page("consent.html", code=read.code, days=self._runner.phone.status().days_with_keys)

    async def share(self, request: Request) -> Response:
        form = await _form(request)
        return await run_in_threadpool(self._share, form.get("code", ""), form.get("consent") == "yes")

    def _share(self, given: str, consent: bool) -> Response:
        language = self._language()
        read = code.read_code(given, language)
        if not read.code or not consent:
            return self._page("code.html", 422, given=given[:64], problem=read.problem)
        try:
            self._runner.publish(read.code, consent=True)
        except PhoneError as error:
            _log.warning("nothing was shared: %s", type(error).__name__)
            return self._page("refused.html", 409, refusal=code.refusal(error, language), code=read.code)
        return self._page("thanks.html")

    # --- news, invitation, questions --------------------------------------------------------------

    def notices(self, request: Request) -> Response:
        answer = self._page("notices.html", notices=notices.notices(self._runner.facts(), self._language()))
        self._runner.choose(notices_seen_at_s=self._runner.clock())
        return answer

    def invite(self, request: Request) -> Response:
        url = self._settings.invite_url
        return self._page("invite.html", url=url, qr=_qr(url) if url else None)

    def questions(self, request: Request) -> Response:
        return self._page("questions.html", answers=words.answers(self._language()), hotline=self._settings.hotline)

    # --- settings ---------------------------------------------------------------------------------

    def settings(self, request: Request) -> Response:
        runner, language = self._runner, self._language()
        return self._page(
            "settings.html",
            choices=runner.choices(),
            stored=trust.stored(runner.phone.status(), runner.facts(), language),
            policy=runner.phone.policy,
            version=trust.version(),
        )

    async def pause(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.choose, paused=True)
        return RedirectResponse("/settings", 303)

    async def resume(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.choose, paused=False)
        return RedirectResponse("/", 303)

    async def appearance(self, request: Request) -> Response:
        chosen = (await _form(request)).get("appearance")
        if chosen in APPEARANCES:
            await run_in_threadpool(self._runner.choose, appearance=chosen)
        return RedirectResponse("/settings", 303)

    def self_test(self, request: Request) -> Response:
        runner = self._runner
        try:
            runner.choose(language=runner.choices().language)
            can_write = True
        except StorageError:
            can_write = False
        proofs = trust.self_test(
            runner.facts(), runner.phone.status(), can_write, len(runner.settings.trusted_keys), self._language()
        )
        return self._page("self_test.html", proofs=proofs)

    def _diagnostics(self) -> list[tuple[str, str]]:
        runner = self._runner
        status = runner.phone.status()
        return list(trust.diagnostics(runner.facts(), status, runner.settings, status.days))

    def diagnostics(self, request: Request) -> Response:
        return self._page("diagnostics.html", lines=self._diagnostics())

    def diagnostics_file(self, request: Request) -> Response:
        text = "".join(f"{name}: {value}\n" for name, value in self._diagnostics())
        return PlainTextResponse(text, headers=_as_file("bluezone-diagnostics.txt"))

    def export(self, request: Request) -> Response:
        lines: Iterator[str] = export.lines(self._runner)
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=_as_file("bluezone.jsonl"))

    def ask_delete(self, request: Request) -> Response:
        return self._page("delete.html")

    async def delete(self, request: Request) -> Response:
        if (await _form(request)).get("sure") != "yes":
            return RedirectResponse("/settings/delete", 303)
        language = await run_in_threadpool(self._language)
        await self._runner.delete_all()
        await run_in_threadpool(self._runner.choose, language=language.code)
        return await run_in_threadpool(self._page, "deleted.html")

    # --- what anyone may have ---------------------------------------------------------------------

    def gone(self, request: Request) -> Response:
        """Kept by the service worker for when this program does not run."""
        return page("gone.html", look(self._runner.choices(), self._settings.zone))

    def manifest(self, request: Request) -> Response:
        language = self._language()
        icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
        facts = {
            "name": "Bluezone",
            "short_name": "Bluezone",
            "description": language.gettext("Know early if you were near a case"),
            "lang": language.code,
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f3f6fa",
            "theme_color": "#f3f6fa",
            "icons": [icon],
        }
        return JSONResponse(facts, media_type="application/manifest+json")

    def service_worker(self, request: Request) -> Response:
        return _static("sw.js")

    def static(self, request: Request) -> Response:
        return _static(request.path_params["name"])

    # --- what goes wrong --------------------------------------------------------------------------

    def failed(self, request: Request, error: Exception) -> Response:
        """A page for every error: a sentence and a next step, never a trace."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 500:
            _log.error("%s: %s: %s", request.url.path, type(error).__name__, error)
        try:
            if status in {404, 405}:
                return self._page("missing.html", status)
            return self._page("failed.html", status, storage=isinstance(error, StorageError))
        except StorageError:  # not even the language can be read
            plain = Look(language_named("vi", self._settings.zone))
            return page("failed.html", plain, 500, storage=True)

    def stranger(self) -> Response:
        return page("stranger.html", look(self._runner.choices(), self._settings.zone), 403)


def create_app(runner: Runner, settings: WebSettings, access: Access) -> ASGIApp:
    """The application behind its guard."""
    screens = Screens(runner, settings)
    handlers = {HTTPException: screens.failed, PhoneError: screens.failed, Exception: screens.failed}
    app = Starlette(routes=screens.routes(), exception_handlers=handlers)

    async def strangers(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await run_in_threadpool(screens.stranger)
        await answer(scope, receive, send)

    return Guard(app, access, strangers)


# --- small things -------------------------------------------------------------------------------------


async def _form(request: Request) -> dict[str, str]:
    """The fields of a plain form (the guard bounds its length)."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=16)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _own_path(path: str) -> str:
    """Only a path of these screens: `//host` and `/\\host` would lead elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _static(name: str) -> Response:
    found = static_file(name)
    if found is None:
        raise HTTPException(404)
    return Response(found[0], media_type=found[1])


@dataclass(frozen=True, slots=True)
class Qr:
    size: int
    path: str


def _qr(text: str) -> Qr:
    """A QR code as one SVG path, a unit a module, with the quiet zone the standard asks for."""
    rows = list(segno.make(text, error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Qr(len(rows), path)
