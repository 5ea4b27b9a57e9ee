"""Handle the question to a patient whose keys are published: which check-ins of the diary to give."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.app import sharing_check_ins
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, see
from bluezone.phone.web.presenters import check_ins

_log = logging.getLogger(__name__)


class CheckInHandlers(Handlers):
    """Give nothing that its owner has not read and ticked: a second yes, apart from that to the keys."""

    def routes(self) -> list[Route]:
        return [
            Route("/check-ins", self._agreed(self.ask), methods=GET),
            Route("/check-ins", self.give, methods=POST),
        ]

    def ask(self, request: Request) -> Response:
        """List the check-ins that can be given, none of them ticked, and say what would leave."""
        return self._ask_page()

    def _ask_page(self, problem: str = "") -> Response:
        language, phone = self._language(), self._runner.phone
        said = check_ins.said(self._runner.stores.check_ins.read(), language)
        offered = sharing_check_ins.offered(phone)
        if not offered and not said:
            return see("/positive")
        days = check_ins.days(offered, self._runner.clock(), language)
        return self._page("check_ins.html", 422 if problem else 200, days=days, said=said, problem=problem)

    async def give(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._give, form)

    def _give(self, form: dict[str, str]) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        if form.get("consent") != "yes":
            return see("/positive")
        chosen = check_ins.chosen(form)
        with self._runner.exclusive() as phone:
            if sharing_check_ins.give(phone, chosen):
                try:
                    phone.send_check_ins(self._runner.client, after_tap=True)
                except PhoneError as error:
                    _log.warning("check-ins are sent later: %s", type(error).__name__)
                return see("/check-ins")
        return self._ask_page(self._language().gettext("Please tick at least one place, or “Not now”."))
