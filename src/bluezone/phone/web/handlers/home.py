"""Show home, contacts, warnings, news, and what anyone may have."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import nullcontext

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from bluezone.phone.app import reporting
from bluezone.phone.app.loop import Runner
from bluezone.phone.notices.browser import BrowserNotifier, Page
from bluezone.phone.notices.port import Notice
from bluezone.phone.stores.database import StorageError
from bluezone.phone.web.handlers.base import Answer, Screens, WebSettings, get, post
from bluezone.phone.web.pages import PageFrame, frame_of, page, static_file
from bluezone.phone.web.presenters import contacts, declare, exposure, home, notifications, onboarding, sharing
from bluezone.phone.web.presenters.common import qr_of, translator

_PULSE_S = 3.0
_KEEP_ALIVE_PULSES = 5
_MAX_STREAMS = 8

_log = logging.getLogger(__name__)


class HomeScreens(Screens):
    """Show what needs no form: home, contacts, warnings, news, static files, errors."""

    def __init__(self, runner: Runner, settings: WebSettings) -> None:
        super().__init__(runner, settings)
        self._streams = 0

    # --- home -------------------------------------------------------------------------------------

    def _home(self) -> home.Home:
        language = self._language()
        midnight_s = language.midnight_s(self._runner.clock())
        return home.home(self._runner.facts_with_today(midnight_s), language)

    @get("/")
    def screen(self) -> Answer:
        runner, number = self._runner, self._runner.stores.number.read()
        later = onboarding.later(
            runner.choices(),
            has_number=number is not None and number.is_confirmed,
            authority_known=runner.facts().authority_known,
            language=self._language(),
        )
        isolated = runner.stores.declarations.link() is not None
        today = f"{self._language().local(runner.clock()):%Y-%m-%d}"
        done = isolated and declare.is_declared(runner.stores.declarations.declarations(), today)
        return self._page("home.html", home=self._home(), later=later, isolated=isolated, declared_today=done)

    @get("/live")
    def live(self) -> Answer:
        return self._page("live.html", home=self._home())

    @post("/check")
    def check(self) -> Answer:
        """Check once the answer is sent: the page says that it is under way, and hears when it is done."""
        return RedirectResponse("/", 303, background=BackgroundTask(self._runner.check))

    @get("/events", anyone=True)
    def events(self, request: Request) -> Answer:
        if self._streams >= _MAX_STREAMS:
            return PlainTextResponse("too many pages are open", 503, headers={"Retry-After": "30"})
        return StreamingResponse(self._pulses(request), media_type="text/event-stream")

    async def _pulses(self, request: Request) -> AsyncIterator[str]:
        """Send `change` whenever the home screen would look different, and what the notifier of this browser has for an
        open page. A page that is hidden says so: nobody looks at it; one that may show notices says that."""
        hidden, notifier = "hidden" in request.query_params, self._runner.notifier
        notices = "notices" in request.query_params
        pages = notifier.page() if notices and isinstance(notifier, BrowserNotifier) else nullcontext(Page())
        self._streams += 1
        try:
            with pages as open_page:
                if notices:
                    self._runner.give_notice()
                last, quiet = await run_in_threadpool(self._runner.pulse), 0
                # What changed between the page and this line would be lost: so the page looks once more, now.
                yield "retry: 5000\nevent: change\ndata: 1\n\n"
                while not await request.is_disconnected():
                    await asyncio.sleep(_PULSE_S)
                    if not hidden:
                        self._runner.looked_at()
                    if open_page.wanted and not await request.is_disconnected():  # a page that was left shows nothing
                        told = open_page.told
                        yield _notice_event(open_page.take())
                        told.set()  # it has left: the stream was read on
                    try:
                        pulse, quiet = await run_in_threadpool(self._runner.pulse), quiet + 1
                    except StorageError:  # the stores are being replaced, say: the page asks again by itself
                        return
                    if pulse != last:
                        last, quiet = pulse, 0
                        yield "event: change\ndata: 1\n\n"
                    elif quiet >= _KEEP_ALIVE_PULSES:
                        quiet = 0
                        yield ": still here\n\n"
        finally:
            self._streams -= 1

    # --- contacts and warnings --------------------------------------------------------------------

    @get("/contacts")
    def contacts(self) -> Answer:
        language, facts = self._language(), self._runner.facts()
        watched = contacts.watched_of(facts, language)
        days = [
            (day.start_s, self._runner.presences(day.start_s, language.midnight_s(day.start_s, 1)))
            for day in watched.days
        ]
        met, watching = contacts.contacts(days, watched, language), contacts.watching(facts, language)
        return self._page("contacts.html", contacts=met, watching=watching)

    @get("/contacts/{start_s:int}")
    def day(self, start_s: int) -> Answer:
        language, facts = self._language(), self._runner.facts()
        watched = {day.start_s: day.seconds for day in contacts.watched_of(facts, language).days}
        if start_s not in watched:
            raise HTTPException(404)
        end_s = language.midnight_s(start_s, 1)
        met = self._runner.presences(start_s, end_s)
        warned = [exposure.story(each, language) for each in facts.current_alerts if start_s <= each.met_at_s < end_s]
        return self._page("day.html", day=contacts.day(start_s, end_s, met, watched[start_s], language), warned=warned)

    @get("/exposure/{day:int}")
    def exposure(self, day: int) -> Answer:
        alert = self._runner.alert(day)
        if alert is None:
            raise HTTPException(404)
        self._runner.warning_was_opened()
        facts, language = self._runner.facts(), self._language()
        last = exposure.last_contact([alert, *facts.current_alerts], language)
        advice = exposure.advice(facts, last, alert.evidence.grade, language, self._runner.phone.settings.hotline)
        return self._page("exposure.html", screen=exposure.exposure_screen(alert, language), advice=advice)

    @get("/watch/{day:int}")
    def watch(self, day: int) -> Answer:
        """Show what it means to have been near a contact; a warning of a case asks for more, and stands before it."""
        alert = self._runner.watch_alert(day)
        if alert is None:
            standing = self._runner.facts().current_alerts
            if standing:
                return f"/exposure/{standing[0].day_start_s}"
            raise HTTPException(404)
        self._runner.warning_was_opened()
        about = self._runner.stores.documents.disease(self._runner.clock())
        return self._page("watch.html", days=exposure.days_of_watching(alert, about.watch_days, self._language()))

    @get("/positive")
    def positive(self) -> Answer:
        facts = self._runner.facts()
        return self._page(
            "positive.html",
            outcome=sharing.outcome(facts.choices, facts.result, self._language()),
            may_withdraw=bool(self._runner.stores.publications.revision_token()),
            may_share=bool(reporting.offered_check_ins(self._runner.phone)),
        )

    # --- news, invitation, questions --------------------------------------------------------------

    @get("/notices")
    def notices(self) -> Answer:
        facts, language = self._runner.facts(), self._language()
        notices, problem = notifications.notices(facts, language), notifications.news_problem(facts, language)
        answer = self._page("notices.html", notices=notices, news_problem=problem)
        self._runner.choose(notices_seen_at_s=self._runner.clock())
        return answer

    @get("/news/{item}")
    def news(self, item: str) -> Answer:
        """Show one piece of news, whole."""
        facts = self._runner.facts()
        received = next((one for one in facts.news if one.item.id == item), None)
        if received is None:
            raise HTTPException(404)
        return self._page("news.html", news=notifications.whole(received, facts.now_s, self._language()))

    @get("/invite")
    def invite(self) -> Answer:
        url = self._settings.invite_url
        return self._page("invite.html", url=url, qr=qr_of(url) if url else None)

    @get("/questions", anyone=True)
    def questions(self) -> Answer:
        return self._page("questions.html")

    # --- what anyone may have ---------------------------------------------------------------------

    @get("/gone", anyone=True)
    def gone(self) -> Answer:
        """Give the service worker the page for when this program does not run."""
        return page("gone.html", frame_of(self._language(), self._runner.choices()))

    @get("/manifest.webmanifest", anyone=True)
    def manifest(self) -> Answer:
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

    @get("/sw.js", anyone=True)
    def service_worker(self) -> Answer:
        return self.static("sw.js")

    @get("/static/{name}", anyone=True)
    def static(self, name: str) -> Response:
        file = static_file(name)
        if file is None:
            raise HTTPException(404)
        content, media_type = file
        return Response(content, media_type=media_type)

    # --- what goes wrong --------------------------------------------------------------------------

    def failed(self, request: Request, error: Exception) -> Response:
        """Show a page for every error: a sentence and a next step, never a trace."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 500:
            _log.error("%s: %s: %s", request.url.path, type(error).__name__, error)
        try:
            if status in {404, 405}:
                return self._page("missing.html", status)
            return self._page("failed.html", status, storage=isinstance(error, StorageError))
        except StorageError:  # not even the language can be read
            plain = PageFrame(translator(self._runner.phone.settings.language, self._settings.zone))
            return page("failed.html", plain, 500, storage=True)

    def stranger(self) -> Response:
        return page("stranger.html", frame_of(self._language(), self._runner.choices()), 403)


def _notice_event(notice: Notice | None) -> str:
    """Return the event that has a page show a notice, or take back what it shows."""
    if notice is None:
        return "event: unnotice\ndata: 1\n\n"
    body = {"title": notice.title, "text": notice.text, "path": notice.path, "rings": notice.rings}
    return f"event: notice\ndata: {json.dumps(body | {'lang': notice.language}, ensure_ascii=False)}\n\n"
