"""Handle the welcome, and what is asked in it and can be changed later: commune, unit, telephone number."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.app import communes
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.preference_store import LANGUAGES
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, own_path, see
from bluezone.phone.web.presenters import health, onboarding
from bluezone.phone.web.presenters.onboarding import Position
from bluezone.protocol.errors import ProtocolError

_WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class Flow:
    """Say whether a question is asked in the welcome or answered anew later, and where it leads."""

    position: Position | None
    next: str
    back: str

    @property
    def name(self) -> str:
        return _WELCOME if self.position else ""

    @property
    def query(self) -> str:
        return "?flow=welcome" if self.position else ""


class OnboardingHandlers(Handlers):
    """Handle the screens before the owner's consent, and the same questions in the settings."""

    def routes(self) -> list[Route]:
        return [
            Route("/welcome", self.welcome, methods=GET),
            Route("/welcome", self.agree, methods=POST),
            Route("/welcome/permission", self.permission, methods=POST),
            Route("/welcome/4", self.place, methods=GET),
            Route("/welcome/4/unit", self.unit, methods=GET),
            Route("/welcome/4/number", self.number, methods=GET),
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
        return see(onboarding.PATHS[0])

    def step(self, request: Request) -> Response:
        path = f"/welcome/{request.path_params['path']}"
        try:
            said, position = onboarding.said(path, self._language()), self._position(path)
        except (KeyError, HTTPException):
            return see("/welcome")
        permission = onboarding.PERMISSIONS.get(path, "")
        by_way = health.way_text(self._runner.facts().notices, self._language())
        return self._page(
            "welcome.html",
            said=said,
            position=position,
            path=path,
            count=onboarding.STEPS,
            permission=permission,
            hint=by_way if permission == "notifications" else "",
        )

    @property
    def _authority_known(self) -> bool:
        return self._runner.facts().authority_known

    def _position(self, path: str) -> Position:
        """Return the position. Raises HTTPException for a question that is not asked here."""
        try:
            return onboarding.position(path, authority_known=self._authority_known)
        except ValueError as error:
            raise HTTPException(404) from error

    async def permission(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._permission, form.get("name", ""), form.get("answer") == "yes")

    def _permission(self, name: str, yes: bool) -> Response:
        path = next((path for path, permission in onboarding.PERMISSIONS.items() if permission == name), None)
        if path is None:
            raise HTTPException(404)
        position = self._position(path)
        self._runner.choose(**({"paused": not yes} if name == "bluetooth" else {name: yes}))
        if name == "notifications" and yes:
            self._runner.host.ask_for_notices()
        return see(position.next)

    async def agree(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.choose, agreed_at_s=self._runner.clock())
        self._start_check()
        return see("/")

    async def choose_language(self, request: Request) -> Response:
        form = await form_of(request)
        if form.get("language") in LANGUAGES:
            await run_in_threadpool(self._runner.choose, language=form["language"])
        return see(own_path(form.get("back", "/")))

    # --- in the welcome and later -----------------------------------------------------------------

    def _flow(self, path: str, name: str) -> Flow:
        """Return the flow of a question. `path`: where in the welcome it has its place."""
        if name == _WELCOME:
            position = self._position(path)
            return Flow(position, position.next, position.back)
        return Flow(None, "/settings", "/settings")

    def _flow_of(self, request: Request, path: str) -> Flow:
        in_welcome = request.url.path.startswith("/welcome") or request.query_params.get("flow") == _WELCOME
        return self._flow(path, _WELCOME if in_welcome else "")

    def place(self, request: Request) -> Response:
        query = request.query_params.get("q", "")[: communes.MAX_QUERY]
        return self._page(
            "place.html",
            flow=self._flow_of(request, "/welcome/4"),
            query=query,
            matches=communes.search(query),
            searched="q" in request.query_params,
            chosen=communes.commune_of(self._runner.choices().commune),
        )

    def place_matches(self, request: Request) -> Response:
        """Show the list alone, while one types."""
        query = request.query_params.get("q", "")[: communes.MAX_QUERY]
        return self._page("place_matches.html", query=query, matches=communes.search(query), searched=False)

    async def choose_place(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._choose_place, form.get("commune", ""), form.get("flow", ""))

    def _choose_place(self, code: str, flow: str) -> Response:
        if code and communes.commune_of(code) is None:
            raise HTTPException(404)
        self._runner.choose_place(commune=code)
        return see(self._flow("/welcome/4", flow).next)

    def unit(self, request: Request) -> Response:
        given = request.query_params.get("given", "")[:64] or self._runner.choices().unit
        return self._page("unit.html", flow=self._flow_of(request, "/welcome/4/unit"), given=given, problem="")

    async def choose_unit(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._choose_unit, form)

    def _choose_unit(self, form: dict[str, str]) -> Response:
        flow, given = self._flow("/welcome/4/unit", form.get("flow", "")), form.get("unit", "")
        if form.get("answer") == "none":
            self._runner.choose_place(unit="")
            return see(flow.next)
        read = onboarding.read_unit(given, self._language())
        if not read.value:
            return self._page("unit.html", 422, flow=flow, given=given[:64], problem=read.problem)
        self._runner.choose_place(unit=read.value)
        return see(flow.next)

    # --- the number -------------------------------------------------------------------------------

    def number(self, request: Request) -> Response:
        return self._number_page(self._flow_of(request, "/welcome/4/number"))

    def _number_page(self, flow: Flow, given: str = "", problem: str = "") -> Response:
        own = self._runner.stores.number.read()
        return self._page(
            "number.html",
            422 if problem else 200,
            flow=flow,
            given=given[: onboarding.MAX_NUMBER_TEXT],
            problem=problem,
            ending=own.ending if own is not None and own.is_confirmed else "",
        )

    async def leave_number(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._leave_number, form.get("number", ""), form.get("flow", ""))

    def _leave_number(self, given: str, flow_name: str) -> Response:
        flow, language = self._flow("/welcome/4/number", flow_name), self._language()
        read = onboarding.read_number(given, language)
        if not read.value:
            return self._number_page(flow, given, read.problem)
        try:
            choices = self._runner.choices()
            self._runner.number_client().ask(read.value, choices.language, choices.commune)
        except (PhoneError, ProtocolError) as error:
            return self._number_page(flow, given, onboarding.number_problem(error, language))
        return see(f"/number/code{flow.query}")

    def number_code(self, request: Request) -> Response:
        return self._code_page(self._flow_of(request, "/welcome/4/number"))

    def _code_page(self, flow: Flow, problem: str = "") -> Response:
        own = self._runner.stores.number.read()
        if own is None or own.is_confirmed:
            return see(f"/number{flow.query}")
        return self._page("number_code.html", 422 if problem else 200, flow=flow, ending=own.ending, problem=problem)

    async def confirm_number(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._confirm_number, form.get("code", ""), form.get("flow", ""))

    def _confirm_number(self, given: str, flow_name: str) -> Response:
        flow, language = self._flow("/welcome/4/number", flow_name), self._language()
        read = onboarding.read_number_code(given, language)
        if not read.value:
            return self._code_page(flow, read.problem)
        try:
            self._runner.number_client().confirm(read.value)
        except (PhoneError, ProtocolError) as error:
            return self._code_page(flow, onboarding.number_problem(error, language))
        return see(f"/number{flow.query}")

    async def send_again(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._send_again, form.get("flow", ""))

    def _send_again(self, flow_name: str) -> Response:
        own = self._runner.stores.number.read()
        return self._leave_number(own.number if own is not None and not own.is_confirmed else "", flow_name)

    async def forget_number(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._forget_number, form.get("flow", ""))

    def _forget_number(self, flow_name: str) -> Response:
        flow = self._flow("/welcome/4/number", flow_name)
        try:
            if self._runner.stores.number.read() is not None:
                self._runner.number_client().forget()
        except PhoneError as error:
            return self._number_page(flow, problem=onboarding.number_problem(error, self._language()))
        return see(f"/number{flow.query}")
