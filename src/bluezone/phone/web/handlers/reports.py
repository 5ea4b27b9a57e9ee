"""Handle reports to the health office, and the question to a patient for what the phone heard."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from bluezone.phone.app import reporting
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.reporting import Draft
from bluezone.phone.client.reports import send_reports
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.report_store import StoredReport, report_of_day
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, WebSettings, get, post
from bluezone.phone.web.presenters import exposure, reports


class ReportScreens(Screens):
    """Send nothing before a yes to exactly what was shown: the yes names the draft by its mark."""

    def __init__(self, runner: Runner, settings: WebSettings) -> None:
        super().__init__(runner, settings)
        self._drafts: dict[int, Draft] = {}

    def _alert(self, day: int) -> Alert:
        alert = self._runner.alert(day)
        if alert is None:
            raise HTTPException(404)
        return alert

    def _written(self, alert: Alert) -> StoredReport | None:
        return report_of_day(self._runner.stores.reports, alert.day_start_s)

    def _send_waiting(self, phone: Phone) -> None:
        self._try_to_send(lambda: phone.send(send_reports, self._runner.client, after_tap=True))

    # --- a report -----------------------------------------------------------------------------------

    @get("/exposure/{day:int}/report")
    def report(self, day: int) -> Answer:
        """Show every word of a report, and beside it a message to a health station, for its owner to send."""
        return self._report_page(self._alert(day))

    def _report_page(self, alert: Alert, *, changed: bool = False) -> Answer:
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
            address=exposure.sms(text),
            screen=screen,
            missing=missing,
            written=reports.rows([written], [alert], language)[0] if written is not None else None,
            changed=changed,
        )

    @post("/exposure/{day:int}/report")
    def send(self, form: Fields, day: int) -> Answer:
        alert, here, read = self._alert(day), f"/exposure/{day}/report", self._drafts.get(day)
        if self._written(alert) is not None:
            return f"{here}/sent"
        if form.get("consent") != "yes":
            return here
        if read is None or form.get("read") != read.mark:  # another page, or another run of the program, drafted it
            return self._report_page(alert, changed=True)
        with self._runner.exclusive() as phone:
            reporting.agree(phone, read)
            del self._drafts[day]
            self._send_waiting(phone)
        return f"{here}/sent"

    @get("/exposure/{day:int}/report/sent")
    def sent(self, day: int) -> Answer:
        """Say whether a report has arrived, and how to take it back."""
        alert = self._alert(day)
        written = self._written(alert)
        if written is None:
            return f"/exposure/{day}/report"
        return self._page("report_sent.html", row=reports.rows([written], [alert], self._language())[0], day=day)

    # --- all of them --------------------------------------------------------------------------------

    @get("/reports")
    def list_reports(self) -> Answer:
        """List what was reported, each to be taken back."""
        language, stores = self._language(), self._runner.stores
        alerts = self._runner.stores.exposures.alerts(self._runner.clock(), withdrawn=True)
        return self._page(
            "reports.html",
            rows=reports.rows(stores.reports.newest(), alerts, language),
            heard=reports.heard_text(stores.heard.read(), language),
            may_give=reporting.may_give_heard(self._runner.phone),
        )

    @post("/reports/take-back")
    def take_back(self, form: Fields) -> Answer:
        row = form.get("row", "")
        if row.isascii() and row.isdecimal() and len(row) < 10:
            with self._runner.exclusive() as phone:
                if reporting.take_back(phone, int(row)):
                    self._send_waiting(phone)
        return "/reports"

    # --- what the phone heard -----------------------------------------------------------------------

    @get("/heard")
    def ask_heard(self) -> Answer:
        """Ask a patient whose keys are published for what this phone heard."""
        return self._page("heard.html") if reporting.may_give_heard(self._runner.phone) else "/reports"

    @post("/heard")
    def give_heard(self, form: Fields) -> Answer:
        if form.get("consent") != "yes":
            return "/"
        with self._runner.exclusive() as phone:
            if reporting.may_give_heard(phone):
                reporting.give_heard(phone)
                self._send_waiting(phone)
        return "/reports"
