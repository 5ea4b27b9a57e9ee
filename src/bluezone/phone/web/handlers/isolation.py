"""Handle the daily declaration of somebody in isolation: the code of the order, how one is, what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.client.declarations import send_daily
from bluezone.phone.stores.declaration_store import DailyDeclaration
from bluezone.phone.stores.records import Stage
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, get, post
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


class IsolationScreens(Screens):
    """Send what its owner ticked and nothing else: no contact, no place, no number."""

    @get("/isolation")
    def screen(self, query: Mapping[str, str]) -> Answer:
        """Ask for the code, or how the owner is today."""
        return self._screen(given=query.get("given", "")[:60])

    def _screen(
        self, *, given: str = "", problem: str = "", ticked: frozenset[str] = frozenset(), temperature: str = ""
    ) -> Answer:
        language, store = self._language(), self._runner.stores.isolation
        declarations = store.declarations()
        now = language.local(self._runner.clock())
        today = now.date().isoformat()
        return self._page(
            "isolation.html",
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

    @post("/isolation/code")
    def give_code(self, form: Fields) -> Answer:
        text = form.get("code", "")[:200]
        code, _ = read_isolation_link(text), self._language().gettext
        if not code:
            problem = _("This is not the code of an isolation. It stands on your letter: 16 letters and digits.")
            return self._screen(given=text[:60], problem=problem)
        self._runner.stores.isolation.keep_code(code, self._runner.clock())
        return "/isolation"

    @post("/isolation/forget")
    def forget(self) -> Answer:
        self._runner.stores.isolation.forget()
        return "/isolation"

    @post("/isolation")
    def declare(self, form: Fields) -> Answer:
        code, _ = self._runner.stores.isolation.code(), self._language().gettext
        if not code:
            return "/isolation"
        ticked = frozenset(form) & {"well", *(isolation.field_of(each) for each in Symptom)}
        found = tuple(each for each in Symptom if isolation.field_of(each) in ticked)
        typed = form.get("temperature", "")[:12]
        if ("well" in ticked) == bool(found):
            problem = _("Please tick what you feel, or that you are well: one of both.")
            return self._screen(problem=problem, ticked=ticked, temperature=typed)
        try:
            temperature = read_temperature(typed)
        except ProtocolError:
            problem = _("A temperature of 34 to 43 degrees is meant, as 36.8. It may be left empty.")
            return self._screen(problem=problem, ticked=ticked, temperature=typed)
        self._keep(code, form.get("draw", ""), found, temperature)
        return "/isolation"

    def _keep(self, code: str, draw: str, found: tuple[Symptom, ...], temperature: Decimal | None) -> None:
        """Write a declaration down and try to send it. The form's draw is its id: pressed twice it is one."""
        day: dt.date = self._language().local(self._runner.clock()).date()
        try:
            drawn = bytes.fromhex(draw)
        except ValueError:
            drawn = b""
        if len(drawn) != DECLARATION_BYTES:
            drawn = self._runner.phone.entropy(DECLARATION_BYTES)
        message = IsolationDeclaration(declaration=drawn, code=code, day=day, symptoms=found, temperature=temperature)
        stored = DailyDeclaration(
            day=day.isoformat(),
            declaration=drawn.hex(),
            message=message.to_json().decode("ascii"),
            stage=Stage.WAITING,
            written_at_s=self._runner.clock(),
            urgent=bool(EMERGENCIES & set(found)),
        )
        with self._runner.exclusive() as phone:
            phone.stores.isolation.add(stored)
            phone.stores.isolation.keep_code(code, self._runner.clock())
            if knows_authority(phone):
                self._try_to_send(lambda: phone.send(send_daily, self._runner.client, after_tap=True))
