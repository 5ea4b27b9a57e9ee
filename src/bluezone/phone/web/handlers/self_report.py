"""Handle the request for a code by text message after a positive self-test, where the authority sends any."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import datetime as dt
import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.client.user_report import UserReportRefusedError
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, see
from bluezone.phone.web.presenters import onboarding, self_report
from bluezone.protocol.user_reports import IssueCode

_log = logging.getLogger(__name__)


class SelfReportHandlers(Handlers):
    """Ask for a code. The number goes into the request, and into the page that asks for it again; it is not kept."""

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/self-report", agreed(self.ask_page), methods=GET),
            Route("/self-report", self.ask, methods=POST),
            Route("/self-report/sent", agreed(self.sent), methods=GET),
        ]

    def _is_offered(self) -> bool:
        return self._offers_reports() and self._runner.choices().agreed_at_s is not None

    def ask_page(self, request: Request) -> Response:
        return self._ask_page() if self._is_offered() else see("/code")

    def _ask_page(self, given: str = "", day: str = "", problem: str = "") -> Response:
        return self._page(
            "self_report.html",
            422 if problem else 200,
            days=self_report.days(self._runner.clock(), self._language()),
            day=day,
            given=given[: onboarding.MAX_NUMBER_TEXT],
            problem=problem,
        )

    async def ask(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._ask, form.get("number", ""), form.get("day", ""))

    def _ask(self, given: str, day: str) -> Response:
        if not self._is_offered():
            return see("/code")
        language, now_s = self._language(), self._runner.clock()
        number = onboarding.read_number(given, language)
        if not number.value:
            return self._ask_page(given, day, number.problem)
        chosen = next((one.value for one in self_report.days(now_s, language) if one.value == day), "")
        test_date = dt.date.fromisoformat(chosen) if chosen else self_report.today(now_s, language)
        try:
            with self._runner.exclusive() as phone:
                reporter = phone.user_reporter(self._runner.client)
                reporter.ask(number.value, test_date, self_report.utc_offset_min(now_s, language))
        except PhoneError as error:
            _log.warning("no code was asked for: %s", type(error).__name__)
            if isinstance(error, UserReportRefusedError) and error.code == IssueCode.UNSUPPORTED_TEST_TYPE:
                self._runner.stores.preferences.note_user_reports(
                    offered=False
                )  # turned off since the phone last asked
            return self._ask_page(given, day, self_report.problem(error, language))
        return see("/self-report/sent")

    def sent(self, request: Request) -> Response:
        return self._page("self_report_sent.html")
