"""Handle a code of the health authority: asked for, scanned or typed; its result, and the owner's yes to sharing."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

from bluezone.phone.app import reporting
from bluezone.phone.client.publishing import PublishError, first_day_under, withdraw
from bluezone.phone.client.telephone import UserReportRefusedError, ask_for_code
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.stores.records import Stage
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, get, post
from bluezone.phone.web.presenters import codes, onboarding, sharing
from bluezone.protocol.messages import VerifyCode
from bluezone.protocol.user_reports import IssueCode

_log = logging.getLogger(__name__)


class CodeScreens(Screens):
    """Share nothing before the second yes: a code is asked about, its result shown, then the question put."""

    # --- a code -----------------------------------------------------------------------------------

    @get("/code")
    def code(self, query: Mapping[str, str]) -> Answer:
        """Ask for a code; `long` brings letters' keys."""
        return self._code_page(query, codes.in_groups(query.get("c", "")[:64]))

    def _code_page(self, query: Mapping[str, str], given: str, problem: str = "") -> Answer:
        long = "long" in query or any(sign.isalpha() for sign in given)
        offers = self._offers_codes()
        return self._page("code.html", given=given[:64], problem=problem, long=long, offers_reports=offers)

    def _offers_codes(self) -> bool:
        """Tell whether the authority sends codes to who tested positive by themselves."""
        return self._runner.choices().offers_user_reports and self._runner.facts().authority_known

    @get("/v", anyone=True)
    def link(self, query: Mapping[str, str]) -> Answer:
        """Show the code of a link of the health authority (`/v?c=CODE`), to be looked up with one press. Nothing is
        sent before, and what cannot be a code never is."""
        if self._runner.choices().agreed_at_s is None:
            return self._page("link_later.html", brings_code=True)
        given = query.get("c", "")[: codes.MAX_INPUT]
        read = codes.of_link(given, self._language())
        if not read.value:
            return self._code_page(query, given, read.problem)
        return self._page("link.html", code=read.value, given=codes.in_groups(read.value))

    @get("/link", anyone=True)
    def followed(self, query: Mapping[str, str]) -> Answer:
        """Lead from a link that was tapped outside Bluezone to its screen, or say that it was not opened. Android's app
        hands such links in."""
        opened = codes.read_tapped(query.get("text", ""), self._settings.link_host, self._language())
        if not opened.path:
            return self._page("link_other.html", problem=opened)
        if self._runner.choices().agreed_at_s is None and not opened.path.startswith("/v?"):
            return self._page("link_later.html", brings_code=False)
        return opened.path

    @post("/code")
    def read_code(self, form: Fields, query: Mapping[str, str]) -> Answer:
        language, given = self._language(), form.get("code", "")
        read = codes.read_code(given, language)
        if not read.value:
            return self._code_page(query, given, read.problem)
        try:
            with self._runner.exclusive() as phone:
                publisher = phone.publisher(self._runner.client)
                publisher.verify(read.value)
        except PhoneError as error:
            return self._refused(error, action="/code", name="code", value=read.value)
        if publisher.clock_is_off:
            return self._page("refused.html", refusal=sharing.clock_is_off(language))
        return "/result"

    def _refused(self, error: PhoneError, *, action: str, name: str = "consent", value: str = "yes") -> Answer:
        """Say why, and what to do next; where the same works later, a button sends `name` = `value` to `action`."""
        _log.warning("%s was refused: %s", action, type(error).__name__)
        said = sharing.refusal(error, self._language(), self._runner.choices().published_at_s)
        return self._page("refused.html", 409, refusal=said, action=action, name=name, value=value)

    # --- its result, and the yes to sharing -------------------------------------------------------

    def _waiting(self) -> VerifiedResult | None:
        """Return the result that waits for its owner's answer: for "not now", and for after a restart."""
        return self._runner.stores.publications.waiting(self._runner.clock())

    @get("/result")
    def result(self) -> Answer:
        waiting = self._waiting()
        if waiting is None:
            return self._nothing_waits()
        return self._page("result.html", result=codes.result(waiting, self._runner.clock(), self._language()))

    def _nothing_waits(self) -> Answer:
        """Ask for a code, or say that the result was not answered in time."""
        if not self._runner.stores.publications.has_lapsed(self._runner.clock()):
            return "/code"
        return self._refused(PublishError("", VerifyCode.TOKEN_EXPIRED), action="/code", name="code", value="")

    @get("/result/share")
    def ask_consent(self) -> Answer:
        waiting = self._waiting()
        return self._nothing_waits() if waiting is None else self._consent_page(waiting)

    def _consent_page(self, waiting: VerifiedResult, problem: str = "") -> Answer:
        now_s, language = self._runner.clock(), self._language()
        result = codes.result(waiting, now_s, language)
        days = sharing.days(self._days(waiting), language)
        return self._page(
            "consent.html",
            days=days,
            may_choose=not (waiting.agreed or result.takes_back) and any(not day.is_shared for day in days),
            result=result,
            problem=problem,
            turn=sharing.turn_of_day(now_s, language),
            abroad=self._runner.choices().keys_go_abroad and not (result.as_contact or result.takes_back),
        )

    def _days(self, waiting: VerifiedResult | None) -> dict[dt.date, bool]:
        """Return the days of which keys may be published under a result, each with whether it was before."""
        days = self._runner.stores.keys.publishable_days(self._runner.clock())
        first = first_day_under(waiting)
        return {day: is_shared for day, is_shared in days.items() if day >= first}

    @post("/result/share")
    def share(self, form: Fields) -> Answer:
        if form.get("consent") != "yes":
            return "/result"
        waiting, language = self._waiting(), self._language()
        chosen = sharing.left_out(form, self._days(waiting))
        if chosen.is_nothing and waiting is not None and not waiting.agreed:
            return self._consent_page(waiting, language.gettext("Please choose at least one day, or “Not now”."))
        try:
            with self._runner.exclusive() as phone:
                phone.publisher(self._runner.client).publish(consent=True, left_out=chosen.days)
        except PhoneError as error:
            return self._refused(error, action="/result/share")
        outcome = sharing.outcome(self._runner.choices(), None, language)
        may_give = not outcome.is_well and reporting.may_give_heard(self._runner.phone)
        may_share = not outcome.is_well and bool(reporting.offered_check_ins(self._runner.phone))
        return self._page("thanks.html", outcome=outcome, may_give=may_give, may_share=may_share)

    @post("/result/decline")
    def decline(self) -> Answer:
        with self._runner.exclusive() as phone:
            phone.stores.publications.abandon()
        return "/"

    # --- taking back what was published: no code, no reason ---------------------------------------

    @get("/withdraw")
    def ask_withdraw(self) -> Answer:
        if not self._runner.stores.publications.revision_token():
            return "/positive"
        given = self._runner.stores.check_ins.read()
        gave_places = given is not None and given.stage in (Stage.WAITING, Stage.SENT)
        return self._page("withdraw.html", gave_places=gave_places)

    @post("/withdraw")
    def withdraw(self, form: Fields) -> Answer:
        if form.get("consent") != "yes":
            return "/positive"
        try:
            with self._runner.exclusive() as phone:
                withdraw(phone.sender(self._runner.client), phone.stores)
        except PhoneError as error:
            return self._refused(error, action="/withdraw")
        return "/positive"

    # --- a code by text message after a positive self-test ----------------------------------------

    @get("/self-report")
    def self_report(self) -> Answer:
        return self._self_report_page() if self._offers_codes() else "/code"

    def _self_report_page(self, given: str = "", day: str = "", problem: str = "") -> Answer:
        """Ask for number and day. The number goes into the request, and into this page again; it is not kept."""
        given, days = given[: onboarding.MAX_NUMBER_TEXT], codes.test_days(self._runner.clock(), self._language())
        return self._page("self_report.html", days=days, day=day, given=given, problem=problem)

    @post("/self-report")
    def ask_code(self, form: Fields) -> Answer:
        given, day = form.get("number", ""), form.get("day", "")
        if not self._offers_codes():
            return "/code"
        language, now_s = self._language(), self._runner.clock()
        number = onboarding.read_number(given, self._runner.phone.settings.country, language)
        if not number.value:
            return self._self_report_page(given, day, number.problem)
        is_offered = any(one.value == day for one in codes.test_days(now_s, language))
        test_date = dt.date.fromisoformat(day) if is_offered else language.local(now_s).date()
        try:
            with self._runner.exclusive() as phone:
                sender, offset_min = phone.sender(self._runner.client), codes.utc_offset_min(now_s, language)
                ask_for_code(sender, phone.stores.user_report, phone.clock(), number.value, test_date, offset_min)
        except PhoneError as error:
            _log.warning("no code was asked for: %s", type(error).__name__)
            if isinstance(error, UserReportRefusedError) and error.code == IssueCode.UNSUPPORTED_TEST_TYPE:
                self._runner.choose(offers_user_reports=False)  # turned off since it was last asked
            return self._self_report_page(given, day, codes.no_code_text(error, language))
        return "/self-report/sent"

    @get("/self-report/sent")
    def code_asked(self) -> Answer:
        return self._page("self_report_sent.html")

    # --- QR codes ---------------------------------------------------------------------------------

    @get("/scan", anyone=True)
    def scan(self, query: Mapping[str, str]) -> Answer:
        return self._scan_page(codes.wanted(query.get("for", "")))

    def _scan_page(self, wanted: codes.Wanted, problem: codes.Scanned | None = None) -> Answer:
        return self._page("scan.html", wanted=wanted, problem=problem)

    @post("/scan", anyone=True)
    def scanned(self, form: Fields) -> Answer:
        wanted = codes.wanted(form.get("for", ""))
        scanned = codes.read_scanned(form.get("text", ""), self._language(), wanted)
        return scanned.path or self._scan_page(wanted, scanned)
