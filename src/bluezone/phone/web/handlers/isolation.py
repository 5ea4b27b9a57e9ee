"""Handle the daily declaration of somebody in isolation: the code of the order, how one is, what became of it."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import datetime as dt
import logging
from decimal import Decimal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.isolation_store import Stage, StoredDeclaration
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, see
from bluezone.phone.web.presenters import isolation
from bluezone.protocol.declarations import (
    DECLARATION_BYTES,
    EMERGENCIES,
    IsolationDeclaration,
    Symptom,
    read_isolation_link,
    read_temperature,
)
from bluezone.protocol.errors import ProtocolError

_log = logging.getLogger(__name__)


class IsolationHandlers(Handlers):
    """Send what its owner ticked and nothing else: no contact, no place, no number."""

    def routes(self) -> list[Route]:
        return [
            Route("/isolation", self._agreed(self.screen), methods=GET),
            Route("/isolation", self.declare, methods=POST),
            Route("/isolation/code", self.give_code, methods=POST),
            Route("/isolation/forget", self.forget, methods=POST),
        ]

    def screen(self, request: Request) -> Response:
        """Ask for the code, or how the owner is today."""
        return self._screen(given=request.query_params.get("given", "")[:60])

    def _screen(
        self,
        status: int = 200,
        *,
        given: str = "",
        problem: str = "",
        ticked: frozenset[str] = frozenset(),
        temperature: str = "",
    ) -> Response:
        language, store = self._language(), self._runner.stores.isolation
        declarations = store.declarations()
        now = dt.datetime.fromtimestamp(self._runner.clock(), self._settings.zone)
        today = now.date().isoformat()
        return self._page(
            "isolation.html",
            status,
            code=store.code(),
            given=given,
            problem=problem,
            ticked=ticked,
            temperature=temperature,
            choices=isolation.choices(language),
            rows=isolation.rows(declarations, language),
            today_done=isolation.is_declared(declarations, today),
            is_late=now.hour >= isolation.ASKED_BEFORE_HOUR,
            urgent=bool(declarations) and declarations[0].day == today and declarations[0].urgent,
            refused=bool(declarations) and declarations[0].stage is Stage.REFUSED,
            draw=self._runner.phone.entropy(DECLARATION_BYTES).hex(),
            authority_known=knows_authority(self._runner.phone),
        )

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._runner.clock(), self._settings.zone).date()

    # --- the code -----------------------------------------------------------------------------------

    async def give_code(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._give_code, form.get("code", "")[:200])

    def _give_code(self, text: str) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        code = read_isolation_link(text)
        if not code:
            _ = self._language().gettext
            problem = _("This is not the code of an isolation. It stands on your letter: 16 letters and digits.")
            return self._screen(400, given=text[:60], problem=problem)
        self._runner.stores.isolation.keep_code(code, self._runner.clock())
        return see("/isolation")

    async def forget(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.stores.isolation.forget)
        return see("/isolation")

    # --- a declaration ------------------------------------------------------------------------------

    async def declare(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._declare, form)

    def _declare(self, form: dict[str, str]) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        code, _ = self._runner.stores.isolation.code(), self._language().gettext
        if not code:
            return see("/isolation")
        ticked = frozenset(form) & {"well", *(isolation.field_of(each) for each in Symptom)}
        found = tuple(each for each in Symptom if isolation.field_of(each) in ticked)
        typed = form.get("temperature", "")[:12]
        if ("well" in ticked) == bool(found):
            problem = _("Please tick what you feel, or that you are well: one of both.")
            return self._screen(400, problem=problem, ticked=ticked, temperature=typed)
        try:
            temperature = read_temperature(typed)
        except ProtocolError:
            problem = _("A temperature of 34 to 43 degrees is meant, as 36.8. It may be left empty.")
            return self._screen(400, problem=problem, ticked=ticked, temperature=typed)
        self._keep(code, form.get("draw", ""), found, temperature)
        return see("/isolation")

    def _keep(self, code: str, draw: str, found: tuple[Symptom, ...], temperature: Decimal | None) -> None:
        """Write a declaration down and try to send it. The form's draw is its id: pressed twice it is one."""
        phone, day = self._runner.phone, self._today()
        try:
            drawn = bytes.fromhex(draw)
        except ValueError:
            drawn = b""
        if len(drawn) != DECLARATION_BYTES:
            drawn = phone.entropy(DECLARATION_BYTES)
        message = IsolationDeclaration(declaration=drawn, code=code, day=day, symptoms=found, temperature=temperature)
        stored = StoredDeclaration(
            day=day.isoformat(),
            declaration=drawn.hex(),
            message=message.to_json().decode("ascii"),
            stage=Stage.WAITING,
            written_at_s=self._runner.clock(),
            urgent=bool(EMERGENCIES & set(found)),
        )
        with self._runner.exclusive() as held:
            held.stores.isolation.add(stored)
            held.stores.isolation.keep_code(code, self._runner.clock())
            self._try_to_send(held)

    def _try_to_send(self, phone: Phone) -> None:
        if not knows_authority(phone):
            return
        try:
            phone.declarer(self._runner.client).send_waiting(after_tap=True)
        except PhoneError as error:
            _log.warning("what waits is sent later: %s", type(error).__name__)
