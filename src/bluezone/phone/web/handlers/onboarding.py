"""Ask what is asked before the owner's consent, and what one may add when one likes: commune, unit, number."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from bluezone.forms import communes
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, get, post
from bluezone.phone.web.presenters import diagnostics, onboarding
from bluezone.phone.web.presenters.common import offered
from bluezone.phone.web.presenters.onboarding import Position
from bluezone.protocol.errors import ProtocolError

#: signs of a day in an address, at most
_MAX_DAY = 12


class OnboardingScreens(Screens):
    """Handle the screens before the owner's consent, and the questions that can wait."""

    # --- steps ------------------------------------------------------------------------------------

    @get("/welcome", anyone=True)
    def welcome(self) -> Answer:
        """Lead to the first screen, or to the one on which the owner was when the program ended."""
        return onboarding.resumed(self._runner.choices().welcome, authority_known=self._runner.facts().authority_known)

    @get("/welcome/{step:path}", anyone=True)
    def step(self, step: str) -> Answer:
        path = f"/welcome/{step}"
        try:
            position = self._position(path)
        except HTTPException:
            return "/welcome"
        if self._runner.choices().welcome != path:
            self._runner.choose(welcome=path)
        way = diagnostics.way_text(self._runner.facts().notices, self._language())
        return self._page("welcome.html", position=position, path=path, way=way)

    def _position(self, path: str) -> Position:
        """Return the position. Raises HTTPException for a question that is not asked here."""
        try:
            return onboarding.position(path, authority_known=self._runner.facts().authority_known)
        except ValueError as error:
            raise HTTPException(404) from error

    @post("/welcome/permissions", anyone=True)
    def permissions(self, form: Fields) -> Answer:
        """Note what the device allows. `without`: what its browser refused after the owner's yes."""
        answers = onboarding.allowed(form.get("answer", ""), [name for name in onboarding.PERMISSIONS if name in form])
        answers |= {name: False for name in answers if name == form.get("without")}
        paused = not answers.pop("bluetooth")
        self._runner.choose(paused=paused, **answers)
        if answers["notifications"]:
            self._runner.host.ask_for_notices()
        return self._position(onboarding.PERMISSIONS_PATH).next

    @post("/welcome/counted", anyone=True)
    def counted(self, form: Fields) -> Answer:
        position = self._position(onboarding.COUNT_PATH)
        self._runner.choose(counted=form.get("answer") == "yes")
        return position.next

    @post("/welcome", anyone=True)
    def agree(self) -> Answer:
        self._runner.choose(agreed_at_s=self._runner.clock(), welcome="")
        return RedirectResponse("/", 303, background=BackgroundTask(self._runner.check))

    @post("/language", anyone=True)
    def choose_language(self, form: Fields) -> Answer:
        if form.get("language") in offered():
            self._runner.choose(language=form["language"])
        return _own_path(form.get("back", "/"))

    # --- later, when one likes ----------------------------------------------------------------------

    @get("/place", anyone=True)
    def place(self, query: Mapping[str, str]) -> Answer:
        text = query.get("q", "")[: communes.MAX_QUERY]
        return self._page(
            "place.html",
            query=text,
            matches=communes.search(text),
            searched="q" in query,
            chosen=communes.commune_of(self._runner.choices().commune),
            report=_report_of(query),
        )

    @get("/place/found", anyone=True)
    def place_matches(self, query: Mapping[str, str]) -> Answer:
        """Show the list alone, while one types."""
        text = query.get("q", "")[: communes.MAX_QUERY]
        return self._page("place_matches.html", query=text, matches=communes.search(text), searched=False)

    @post("/place", anyone=True)
    def choose_place(self, form: Fields) -> Answer:
        code = form.get("commune", "")
        if code and communes.commune_of(code) is None:
            raise HTTPException(404)
        self._runner.choose_place(commune=code)
        return _report_path(_report_of(form)) or "/settings"

    @get("/unit", anyone=True)
    def unit(self, query: Mapping[str, str]) -> Answer:
        return self._page("unit.html", given=query.get("given", "")[:64] or self._runner.choices().unit, problem="")

    @post("/unit", anyone=True)
    def choose_unit(self, form: Fields) -> Answer:
        given = form.get("unit", "")
        read = onboarding.read_unit(given, self._language())
        if form.get("answer") != "none" and not read.value:
            return self._page("unit.html", given=given[:64], problem=read.problem)
        self._runner.choose_place(unit="" if form.get("answer") == "none" else read.value)
        return "/settings"

    # --- the number -------------------------------------------------------------------------------

    @get("/number", anyone=True)
    def number(self, query: Mapping[str, str]) -> Answer:
        return self._number_page(report=_report_of(query))

    def _number_page(self, given: str = "", problem: str = "", report: str = "") -> Answer:
        own = self._runner.stores.number.read()
        return self._page(
            "number.html",
            given=given[: onboarding.MAX_NUMBER_TEXT],
            problem=problem,
            ending=own.ending if own is not None and own.is_confirmed else "",
            report=report,
        )

    @post("/number", anyone=True)
    def leave_number(self, form: Fields) -> Answer:
        return self._leave_number(form.get("number", ""), _report_of(form))

    def _leave_number(self, given: str, report: str) -> Answer:
        language, choices = self._language(), self._runner.choices()
        read = onboarding.read_number(given, self._runner.phone.settings.country, language)
        if not read.value:
            return self._number_page(given, read.problem, report)
        try:
            self._runner.number_client().ask(read.value, choices.language, choices.commune)
        except (PhoneError, ProtocolError) as error:
            return self._number_page(given, onboarding.number_problem(error, language), report)
        return f"/number/code?report={report}" if report else "/number/code"

    @get("/number/code", anyone=True)
    def number_code(self, query: Mapping[str, str]) -> Answer:
        return self._number_code_page(report=_report_of(query))

    def _number_code_page(self, problem: str = "", report: str = "") -> Answer:
        own = self._runner.stores.number.read()
        if own is None or own.is_confirmed:
            return "/number"
        return self._page("number_code.html", ending=own.ending, problem=problem, report=report)

    @post("/number/code", anyone=True)
    def confirm_number(self, form: Fields) -> Answer:
        language, report = self._language(), _report_of(form)
        read = onboarding.read_number_code(form.get("code", ""), language)
        if not read.value:
            return self._number_code_page(read.problem, report)
        try:
            self._runner.number_client().confirm(read.value)
        except (PhoneError, ProtocolError) as error:
            return self._number_code_page(onboarding.number_problem(error, language), report)
        return _report_path(report) or "/number"

    @post("/number/again", anyone=True)
    def send_again(self, form: Fields) -> Answer:
        own = self._runner.stores.number.read()
        return self._leave_number(own.number if own is not None and not own.is_confirmed else "", _report_of(form))

    @post("/number/forget", anyone=True)
    def forget_number(self) -> Answer:
        try:
            self._runner.forget_number()
        except PhoneError as error:
            return self._number_page(problem=onboarding.number_problem(error, self._language()))
        return "/number"


def _own_path(path: str) -> str:
    """Return a path of these screens only: `//host` and `/\\host` would lead elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _report_of(values: Mapping[str, str]) -> str:
    """Return the day of the report, as in its address, that a screen was opened from; empty where it was none."""
    given = values.get("report", "")
    return given if given.isascii() and given.isdecimal() and len(given) <= _MAX_DAY else ""


def _report_path(report: str) -> str:
    return f"/exposure/{report}/report" if report else ""
