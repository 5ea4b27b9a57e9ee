"""Handle reports to the health office, and the question to a patient for what the phone heard."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.app import reporting
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.reporting import Draft
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.report_store import StoredReport
from bluezone.phone.web.handlers.base import GET, POST, Handlers, WebSettings, form_of, see
from bluezone.phone.web.presenters import exposure, reports

_log = logging.getLogger(__name__)


class ReportHandlers(Handlers):
    """Send nothing before a yes to exactly what was shown: the yes names the draft by its mark."""

    def __init__(self, runner: Runner, settings: WebSettings) -> None:
        super().__init__(runner, settings)
        self._drafts: dict[int, Draft] = {}

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/exposure/{day:int}/report", agreed(self.report), methods=GET),
            Route("/exposure/{day:int}/report", self.send, methods=POST),
            Route("/exposure/{day:int}/report/sent", agreed(self.sent), methods=GET),
            Route("/reports", agreed(self.list_page), methods=GET),
            Route("/reports/take-back", self.take_back, methods=POST),
            Route("/heard", agreed(self.ask_heard), methods=GET),
            Route("/heard", self.give_heard, methods=POST),
        ]

    def _alert(self, request: Request) -> Alert:
        alert = self._runner.alert(request.path_params["day"])
        if alert is None:
            raise HTTPException(404)
        return alert

    # --- a report -----------------------------------------------------------------------------------

    def report(self, request: Request) -> Response:
        """Show every word of a report, and beside it a message to a health station, for its owner to send."""
        return self._report_page(self._alert(request))

    def _report_page(self, alert: Alert, *, changed: bool = False) -> Response:
        language, runner = self._language(), self._runner
        written, screen, missing = self._written(alert), None, None
        if written is None:
            drafted = reporting.draft(runner.phone, alert)
            if isinstance(drafted, Draft):
                self._drafts[alert.day_start_s] = drafted
                number = runner.stores.number.read()
                screen = reports.screen(drafted, alert, number.ending if number is not None else "", language)
            else:
                missing = reports.missing(drafted, alert.day_start_s, language)
        text = exposure.report_text(alert, language)
        return self._page(
            "report.html",
            409 if changed else 200,
            text=text,
            day=alert.day_start_s,
            hotline=self._settings.hotline,
            address=exposure.sms(text),
            screen=screen,
            missing=missing,
            written=reports.rows([written], [alert], language)[0] if written is not None else None,
            changed=changed,
        )

    def _written(self, alert: Alert) -> StoredReport | None:
        return self._runner.stores.reports.of_day(alert.day_start_s)

    async def send(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._send, request, form)

    def _send(self, request: Request, form: dict[str, str]) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        alert = self._alert(request)
        here = f"/exposure/{alert.day_start_s}/report"
        if self._written(alert) is not None:
            return see(f"{here}/sent")
        read = self._drafts.get(alert.day_start_s)
        if form.get("consent") != "yes":
            return see(here)
        if read is None or form.get("read") != read.mark:  # another page, or another run of the program, drafted it
            return self._report_page(alert, changed=True)
        with self._runner.exclusive() as phone:
            reporting.agree(phone, read)
            del self._drafts[alert.day_start_s]
            self._try_to_send(phone)
        return see(f"{here}/sent")

    def _try_to_send(self, phone: Phone) -> None:
        try:
            phone.reporter(self._runner.client).send_waiting(after_tap=True)
        except PhoneError as error:
            _log.warning("what waits is sent later: %s", type(error).__name__)

    def sent(self, request: Request) -> Response:
        """Say whether a report has arrived, and how to take it back."""
        alert, language = self._alert(request), self._language()
        written = self._written(alert)
        if written is None:
            return see(f"/exposure/{alert.day_start_s}/report")
        row = reports.rows([written], [alert], language)[0]
        return self._page("report_sent.html", row=row, day=alert.day_start_s, hotline=self._settings.hotline)

    # --- all of them --------------------------------------------------------------------------------

    def list_page(self, request: Request) -> Response:
        """List what was reported, each to be taken back."""
        language, stores = self._language(), self._runner.stores.reports
        alerts = self._runner.stores.exposures.alerts(self._runner.clock(), withdrawn=True)
        return self._page(
            "reports.html",
            rows=reports.rows(stores.reports(), alerts, language),
            heard=reports.heard_text(stores.heard(), language),
            may_give=reporting.may_give_heard(self._runner.phone),
        )

    async def take_back(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._take_back, form.get("row", ""))

    def _take_back(self, row: str) -> Response:
        if row.isascii() and row.isdecimal() and len(row) < 10:
            with self._runner.exclusive() as phone:
                if reporting.take_back(phone, int(row)):
                    self._try_to_send(phone)
        return see("/reports")

    # --- what the phone heard -----------------------------------------------------------------------

    def ask_heard(self, request: Request) -> Response:
        """Ask a patient whose keys are published for what this phone heard."""
        if not reporting.may_give_heard(self._runner.phone):
            return see("/reports")
        return self._page("heard.html")

    async def give_heard(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._give_heard, form.get("consent") == "yes")

    def _give_heard(self, yes: bool) -> Response:
        if not yes or self._runner.choices().agreed_at_s is None:
            return see("/")
        with self._runner.exclusive() as phone:
            if reporting.may_give_heard(phone):
                reporting.give_heard(phone)
                self._try_to_send(phone)
        return see("/reports")
