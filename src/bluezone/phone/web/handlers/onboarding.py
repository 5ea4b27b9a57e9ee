"""Handle the welcome, and what one may add when one likes: commune, unit, telephone number."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.forms import communes
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, own_path, see
from bluezone.phone.web.presenters import health, onboarding
from bluezone.phone.web.presenters.onboarding import Position
from bluezone.phone.web.texts import offered
from bluezone.protocol.errors import ProtocolError

#: signs of a day in an address, at most
_MAX_DAY = 12


class OnboardingHandlers(Handlers):
    """Handle the screens before the owner's consent, and the questions that can wait."""

    def routes(self) -> list[Route]:
        return [
            Route("/welcome", self.welcome, methods=GET),
            Route("/welcome", self.agree, methods=POST),
            Route("/welcome/permissions", self.permissions, methods=POST),
            Route("/welcome/counted", self.counted, methods=POST),
            Route("/welcome/{path:path}", self.step, methods=GET),
            Route("/place", self.place, methods=GET),
            Route("/place/found", self.place_matches, methods=GET),
            Route("/place", self.choose_place, methods=POST),
            Route("/unit", self.unit, methods=GET),
            Route("/unit", self.choose_unit, methods=POST),
            Route("/number", self.number, methods=GET),
            Route("/number", self.leave_number, methods=POST),
            Route("/number/code", self.number_code, methods=GET),
            Route("/number/code", self.confirm_number, methods=POST),
            Route("/number/again", self.send_again, methods=POST),
            Route("/number/forget", self.forget_number, methods=POST),
            Route("/language", self.choose_language, methods=POST),
        ]

    # --- steps ------------------------------------------------------------------------------------

    def welcome(self, request: Request) -> Response:
        """Lead to the first screen, or to the one on which the owner was when the program ended."""
        return see(onboarding.resumed(self._runner.choices().welcome, authority_known=self._authority_known))

    def step(self, request: Request) -> Response:
        path = f"/welcome/{request.path_params['path']}"
        try:
            said, position = onboarding.said(path, self._language()), self._position(path)
        except (KeyError, HTTPException):
            return see("/welcome")
        if self._runner.choices().welcome != path:
            self._runner.choose(welcome=path)
        by_way = health.way_text(self._runner.facts().notices, self._language()) if said.asks else ""
        counts = path == onboarding.COUNT_PATH
        return self._page("welcome.html", said=said, position=position, path=path, counts=counts, hint=by_way)

    @property
    def _authority_known(self) -> bool:
        return self._runner.facts().authority_known

    def _position(self, path: str) -> Position:
        """Return the position. Raises HTTPException for a question that is not asked here."""
        try:
            return onboarding.position(path, authority_known=self._authority_known)
        except ValueError as error:
            raise HTTPException(404) from error

    async def permissions(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._permissions, form)

    def _permissions(self, form: dict[str, str]) -> Response:
        """Note what the device allows. `without`: what its browser refused after the owner's yes."""
        answers = onboarding.allowed(form.get("answer", ""), [name for name in onboarding.PERMISSIONS if name in form])
        answers |= {name: False for name in answers if name == form.get("without")}
        paused = not answers.pop("bluetooth")
        self._runner.choose(paused=paused, **answers)
        if answers["notifications"]:
            self._runner.host.ask_for_notices()
        return see(self._position(onboarding.PERMISSIONS_PATH).next)

    async def counted(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._counted, form.get("answer") == "yes")

    def _counted(self, yes: bool) -> Response:
        position = self._position(onboarding.COUNT_PATH)
        self._runner.choose(counted=yes)
        return see(position.next)

    async def agree(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.choose, agreed_at_s=self._runner.clock(), welcome="")
        self._start_check()
        return see("/")

    async def choose_language(self, request: Request) -> Response:
        form = await form_of(request)
        if form.get("language") in offered():
            await run_in_threadpool(self._runner.choose, language=form["language"])
        return see(own_path(form.get("back", "/")))

    # --- later, when one likes ----------------------------------------------------------------------

    def place(self, request: Request) -> Response:
        query = request.query_params.get("q", "")[: communes.MAX_QUERY]
        return self._page(
            "place.html",
            query=query,
            matches=communes.search(query),
            searched="q" in request.query_params,
            chosen=communes.commune_of(self._runner.choices().commune),
            report=_report_of(request.query_params),
        )

    def place_matches(self, request: Request) -> Response:
        """Show the list alone, while one types."""
        query = request.query_params.get("q", "")[: communes.MAX_QUERY]
        return self._page("place_matches.html", query=query, matches=communes.search(query), searched=False)

    async def choose_place(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._choose_place, form.get("commune", ""), _report_of(form))

    def _choose_place(self, code: str, report: str) -> Response:
        if code and communes.commune_of(code) is None:
            raise HTTPException(404)
        self._runner.choose_place(commune=code)
        return see(_report_path(report) or "/settings")

    def unit(self, request: Request) -> Response:
        given = request.query_params.get("given", "")[:64] or self._runner.choices().unit
        return self._page("unit.html", given=given, problem="")

    async def choose_unit(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._choose_unit, form)

    def _choose_unit(self, form: dict[str, str]) -> Response:
        given = form.get("unit", "")
        if form.get("answer") == "none":
            self._runner.choose_place(unit="")
            return see("/settings")
        read = onboarding.read_unit(given, self._language())
        if not read.value:
            return self._page("unit.html", 422, given=given[:64], problem=read.problem)
        self._runner.choose_place(unit=read.value)
        return see("/settings")

    # --- the number -------------------------------------------------------------------------------

    def number(self, request: Request) -> Response:
        return self._number_page(report=_report_of(request.query_params))

    def _number_page(self, given: str = "", problem: str = "", report: str = "") -> Response:
        own = self._runner.stores.number.read()
        return self._page(
            "number.html",
            422 if problem else 200,
            given=given[: onboarding.MAX_NUMBER_TEXT],
            problem=problem,
            ending=own.ending if own is not None and own.is_confirmed else "",
            report=report,
        )

    async def leave_number(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._leave_number, form.get("number", ""), _report_of(form))

    def _leave_number(self, given: str, report: str) -> Response:
        language = self._language()
        read = onboarding.read_number(given, language)
        if not read.value:
            return self._number_page(given, read.problem, report)
        try:
            choices = self._runner.choices()
            self._runner.number_client().ask(read.value, choices.language, choices.commune)
        except (PhoneError, ProtocolError) as error:
            return self._number_page(given, onboarding.number_problem(error, language), report)
        return see(f"/number/code?report={report}" if report else "/number/code")

    def number_code(self, request: Request) -> Response:
        return self._code_page(report=_report_of(request.query_params))

    def _code_page(self, problem: str = "", report: str = "") -> Response:
        own = self._runner.stores.number.read()
        if own is None or own.is_confirmed:
            return see("/number")
        status = 422 if problem else 200
        return self._page("number_code.html", status, ending=own.ending, problem=problem, report=report)

    async def confirm_number(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._confirm_number, form.get("code", ""), _report_of(form))

    def _confirm_number(self, given: str, report: str) -> Response:
        language = self._language()
        read = onboarding.read_number_code(given, language)
        if not read.value:
            return self._code_page(read.problem, report)
        try:
            self._runner.number_client().confirm(read.value)
        except (PhoneError, ProtocolError) as error:
            return self._code_page(onboarding.number_problem(error, language), report)
        return see(_report_path(report) or "/number")

    async def send_again(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._send_again, _report_of(form))

    def _send_again(self, report: str) -> Response:
        own = self._runner.stores.number.read()
        return self._leave_number(own.number if own is not None and not own.is_confirmed else "", report)

    async def forget_number(self, request: Request) -> Response:
        return await run_in_threadpool(self._forget_number)

    def _forget_number(self) -> Response:
        try:
            if self._runner.stores.number.read() is not None:
                self._runner.number_client().forget()
        except PhoneError as error:
            return self._number_page(problem=onboarding.number_problem(error, self._language()))
        return see("/number")


def _report_of(values: Mapping[str, str]) -> str:
    """Return the day of the report, as in its address, that a screen was opened from; empty where it was none."""
    given = values.get("report", "")
    return given if given.isascii() and given.isdecimal() and len(given) <= _MAX_DAY else ""


def _report_path(report: str) -> str:
    return f"/exposure/{report}/report" if report else ""
