"""Handle the owner's wish to take back what this phone published."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.report_store import Stage
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, see
from bluezone.phone.web.presenters import refusal

_log = logging.getLogger(__name__)


class WithdrawHandlers(Handlers):
    """Ask once more, then take it back: no code, no reason."""

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/withdraw", agreed(self.ask_page), methods=GET),
            Route("/withdraw", self.withdraw, methods=POST),
        ]

    def ask_page(self, request: Request) -> Response:
        if not self._runner.stores.publications.revision_token():
            return see("/positive")
        given = self._runner.stores.check_ins.read()
        gave_places = given is not None and given.stage in (Stage.WAITING, Stage.SENT)
        return self._page("withdraw.html", gave_places=gave_places)

    async def withdraw(self, request: Request) -> Response:
        if (await form_of(request)).get("consent") != "yes":
            return see("/positive")
        return await run_in_threadpool(self._withdraw)

    def _withdraw(self) -> Response:
        try:
            with self._runner.exclusive() as phone:
                phone.withdraw(self._runner.client)
        except PhoneError as error:
            _log.warning("nothing was taken back: %s", type(error).__name__)
            said = refusal.refusal(error, self._language(), self._runner.choices().published_at_s)
            again = {"action": "/withdraw", "name": "consent", "value": "yes"}
            return self._page("refused.html", 409, refusal=said, hotline=self._settings.hotline, **again)
        return see("/positive")
