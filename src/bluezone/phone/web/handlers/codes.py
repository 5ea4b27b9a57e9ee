"""Handle a code of the health authority: its result, the owner's consent, and thanks; and scanned QR codes."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bluezone.phone.app import reporting, sharing_check_ins
from bluezone.phone.client.publishing import PublishError, first_day_under
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web import qr_reader
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, see
from bluezone.phone.web.presenters import code, links, refusal, scan, sharing
from bluezone.protocol.messages import VerifyCode

_log = logging.getLogger(__name__)


class CodeHandlers(Handlers):
    """Share nothing before the second yes: a code is asked about, its result shown, then the question put."""

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/code", agreed(self.code_page), methods=GET),
            Route("/v", self.link_page, methods=GET),
            Route("/link", self.followed, methods=GET),
            Route("/code", self.read_code, methods=POST),
            Route("/result", agreed(self.result), methods=GET),
            Route("/result/share", agreed(self.ask_consent), methods=GET),
            Route("/result/share", self.share, methods=POST),
            Route("/result/decline", self.decline, methods=POST),
            Route("/scan", self.scan_page, methods=GET),
            Route("/scan", self.scanned, methods=POST),
            Route("/scan/picture", self.picture, methods=POST),
        ]

    def code_page(self, request: Request) -> Response:
        """Ask for a code; `long` brings letters' keys."""
        given = code.in_groups(request.query_params.get("c", "")[:64])
        return self._code_page(given, long=self._is_long(request, given))

    def _code_page(self, given: str, problem: str = "", *, long: bool) -> Response:
        status = 422 if problem else 200
        offers = self._offers_reports()
        return self._page("code.html", status, given=given, problem=problem, long=long, offers_reports=offers)

    def link_page(self, request: Request) -> Response:
        """Show the code of a link of the health authority (`/v?c=CODE`), to be looked up with one press. Nothing is
        sent before, and what cannot be a code never is."""
        if self._runner.choices().agreed_at_s is None:
            return self._page("link_later.html", brings_code=True)
        given = request.query_params.get("c", "")[: code.MAX_INPUT]
        read = code.of_link(given, self._language())
        if not read.code:
            return self._code_page(given[:64], read.problem, long=self._is_long(request, given))
        return self._page("link.html", code=read.code, given=code.in_groups(read.code))

    def followed(self, request: Request) -> Response:
        """Lead from a link that was tapped outside Bluezone to its screen, or say that it was not opened. Android's app
        hands such links in."""
        given = request.query_params.get("text", "")
        opened = links.read(given, self._settings.link_host, self._language())
        if not opened.path:
            return self._page("link_other.html", 422, problem=opened)
        brings_code = opened.path.startswith("/v?")
        if self._runner.choices().agreed_at_s is None and not brings_code:
            return self._page("link_later.html", brings_code=False)
        return see(opened.path)

    def _is_long(self, request: Request, given: str) -> bool:
        return "long" in request.query_params or any(sign.isalpha() for sign in given)

    async def read_code(self, request: Request) -> Response:
        given = (await form_of(request)).get("code", "")
        return await run_in_threadpool(self._read_code, request, given)

    def _read_code(self, request: Request, given: str) -> Response:
        language = self._language()
        read = code.read_code(given, language)
        if not read.code:
            long = self._is_long(request, given)
            return self._code_page(given[:64], read.problem, long=long)
        try:
            with self._runner.exclusive() as phone:
                publisher = phone.publisher(self._runner.client)
                publisher.verify(read.code)
        except PhoneError as error:
            _log.warning("a code was not accepted: %s", type(error).__name__)
            return self._refused(error, action="/code", name="code", value=read.code)
        if publisher.clock_is_off:
            return self._page("refused.html", refusal=refusal.clock_is_off(language))
        return see("/result")

    def result(self, request: Request) -> Response:
        waiting = self._waiting()
        if waiting is None:
            return self._nothing_waits()
        return self._page("result.html", result=code.result(waiting, self._runner.clock(), self._language()))

    def ask_consent(self, request: Request) -> Response:
        waiting = self._waiting()
        return self._nothing_waits() if waiting is None else self._consent_page(waiting)

    def _nothing_waits(self) -> Response:
        """Ask for a code, or say that the result was not answered in time."""
        if not self._runner.stores.publications.has_lapsed(self._runner.clock()):
            return see("/code")
        return self._refused(PublishError("", VerifyCode.TOKEN_EXPIRED), action="/code", name="code", value="")

    def _consent_page(self, waiting: VerifiedResult, problem: str = "") -> Response:
        now_s, language = self._runner.clock(), self._language()
        result = code.result(waiting, now_s, language)
        days = sharing.days(self._days(waiting), language)
        may_choose = not (waiting.agreed or result.takes_back) and any(not day.is_shared for day in days)
        status = 422 if problem else 200
        return self._page(
            "consent.html", status, days=days, may_choose=may_choose, result=result, problem=problem,
            turn=sharing.turn_of_day(now_s, language),
            abroad=self._runner.stores.preferences.keys_go_abroad() and not (result.as_contact or result.takes_back),
        )  # fmt: skip

    def _days(self, waiting: VerifiedResult | None) -> dict[dt.date, bool]:
        """Return the days of which keys may be published under a result, each with whether it was before."""
        days = self._runner.stores.keys.publishable_days(self._runner.clock())
        first = first_day_under(waiting)
        return {day: is_shared for day, is_shared in days.items() if day >= first}

    async def share(self, request: Request) -> Response:
        form = await form_of(request)
        if form.get("consent") != "yes":
            return see("/result")
        return await run_in_threadpool(self._share, form)

    def _share(self, form: Mapping[str, str]) -> Response:
        waiting = self._waiting()
        chosen = sharing.left_out(form, self._days(waiting))
        if chosen.is_nothing and waiting is not None and not waiting.agreed:
            return self._consent_page(
                waiting, self._language().gettext("Please choose at least one day, or “Not now”.")
            )
        try:
            with self._runner.exclusive() as phone:
                phone.publisher(self._runner.client).publish(consent=True, left_out=chosen.days)
        except PhoneError as error:
            _log.warning("nothing was shared: %s", type(error).__name__)
            return self._refused(error, action="/result/share", name="consent", value="yes")
        outcome = sharing.outcome(self._runner.choices(), None, self._language())
        may_give = not outcome.is_well and reporting.may_give_heard(self._runner.phone)
        may_share = not outcome.is_well and bool(sharing_check_ins.offered(self._runner.phone))
        return self._page("thanks.html", outcome=outcome, may_give=may_give, may_share=may_share)

    def _refused(self, error: PhoneError, *, action: str, name: str, value: str) -> Response:
        """Say why, and what to do next; where the same works later, a button sends `name` = `value` to `action`."""
        said = refusal.refusal(error, self._language(), self._runner.choices().published_at_s)
        hotline = self._settings.hotline
        return self._page("refused.html", 409, refusal=said, action=action, name=name, value=value, hotline=hotline)

    async def decline(self, request: Request) -> Response:
        await run_in_threadpool(self._decline)
        return see("/")

    def _decline(self) -> None:
        with self._runner.exclusive() as phone:
            phone.stores.publications.abandon()

    def _waiting(self) -> VerifiedResult | None:
        """Return the result that waits for its owner's answer: for "not now", and for after a restart."""
        return self._runner.stores.publications.waiting(self._runner.clock())

    # --- QR codes ---------------------------------------------------------------------------------

    def scan_page(self, request: Request) -> Response:
        wanted = scan.wanted(request.query_params.get("for", ""))
        return self._page("scan.html", wanted=wanted, reads_pictures=self._reads_pictures, problem=None)

    async def scanned(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._scanned, form.get("text", ""), scan.wanted(form.get("for", "")))

    def _scanned(self, text: str, wanted: scan.Wanted) -> Response:
        scanned = scan.read(text, self._language(), wanted)
        if scanned.path:
            return see(scanned.path)
        return self._page("scan.html", 422, wanted=wanted, reads_pictures=self._reads_pictures, problem=scanned)

    @property
    def _reads_pictures(self) -> bool:
        return self._settings.qr_reader is not None

    async def picture(self, request: Request) -> Response:
        """Read a picture of the camera, grey values row by row: what it says, or nothing. It is looked at and let
        go."""
        body = await request.body()
        width = request.query_params.get("width", "")
        text = await run_in_threadpool(qr_reader.text_in, self._settings.qr_reader, body, width)
        return JSONResponse({"text": text})
