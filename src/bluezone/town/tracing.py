"""Trace: patients give what their phones heard, some of those warned report it, an officer decides, F1 stay at home,
and where second order is on their contacts are told.

Phones do what their owners' taps on the screens do; the officer works on the authority's own pages (`Officer`).
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass

import httpx

from bluezone.phone.app import reporting
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.reporting import Draft
from bluezone.phone.client.reports import send_reports
from bluezone.phone.client.telephone import PhoneNumberClient
from bluezone.town.clock import local_date
from bluezone.town.errors import TownError
from bluezone.town.findings import Report, Traced, Verdict, is_contact, reports
from bluezone.town.server import OFFICER, TownAuthority

_PERSON = re.compile(r'href="(/officer/contacts/people/[0-9a-f-]{36})/call"')
_UNITS, _PLACES = "/officer/units/", "/officer/places/"
_UNIT = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4})")
_WINDOW = re.compile(rf'action="{_PLACES}windows/([0-9a-f-]{{36}})"')
_NUMBER = re.compile(r'href="tel:(\+\d+)"')
_CODE = re.compile(r'<p class="written">([0-9A-Z ]+)</p>')
#: as the page says it in English: what the reporter's phone said of how near it was
_NEAR = "within 2 m for 15 minutes or more"
#: and that the patient's phone says so, too
_CORROBORATED = "corroborated</span>"


@dataclass(frozen=True, slots=True)
class Decided:
    """Hold what was decided of a report. `number`: whom the officer called; `contact`: the address of the contact's
    page, empty where it is none."""

    number: str
    verdict: Verdict
    contact: str = ""

    @property
    def is_f1(self) -> bool:
        return bool(self.contact)


class Officer:
    """Work in a browser of one's own, logged in. Use it as a context. Raises TownError where a page says no."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._name, self._password = name, password
        self._browser = httpx.Client(base_url=url, headers={"Accept-Language": "en"}, timeout=30.0)

    def __enter__(self) -> Officer:
        try:
            self._log_in()
        except BaseException:
            self._browser.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()

    def _log_in(self) -> None:
        self._get("/officer/login")
        if not self._sent_on("/officer/login", username=self._name, password=self._password):
            raise TownError(f"the officer {self._name} cannot log in")

    def decide_waiting(self, today: dt.date) -> list[Decided]:
        """Decide of everybody whose report waits, the corroborated first: each is called, and who is a contact (F1) is
        isolated from today on."""
        listed = dict.fromkeys(_PERSON.findall(self._get("/officer/work/?whose=all&kind=call")))
        pages = {address: self._browser.get(address, follow_redirects=True) for address in listed}
        order = sorted(pages, key=lambda address: _CORROBORATED not in pages[address].text)
        return [self._decide(address, pages[address], today) for address in order]

    def _decide(self, address: str, person: httpx.Response, today: dt.date) -> Decided:
        page = self._text(person, address)
        verdict = Verdict.CORROBORATED if _CORROBORATED in page else Verdict.CONSISTENT
        number = _found(_NUMBER, self._post(person.url.path, reason="to call who reported"), "number")
        is_f1 = is_contact(verdict, was_near=_NEAR in page)
        self._post(f"{address}/note/decide", decision="contact" if is_f1 else "not")
        if not is_f1:
            return Decided(number, verdict)
        self._post(f"{address}/note/isolated", isolated_on=today.isoformat())
        return Decided(number, verdict, address)

    def code_for(self, contact: str) -> str:
        """Ask a contact to warn others, and return the code that is read out."""
        return _found(_CODE, self._post(f"{contact}/warn"), "code").replace(" ", "")

    def open_place(self, name: str, sector: str, commune: str, kind: int, stay_min: int) -> str:
        """Register a unit and open it as a place; return the code of the unit."""
        self._get(f"{_UNITS}new")
        page = self._sent_on(f"{_UNITS}new", name=name, sector=sector, within=commune)
        code = _found(_UNIT, page, "unit")
        if not self._sent_on(f"{_PLACES}{code}", kind=str(kind), address="", usual_stay_min=str(stay_min), capacity=""):
            raise TownError(f"the officer could not open {name} as a place")
        return code

    def confirm_stays(self, code: str) -> int:
        """Confirm every stay at a place that waits for a decision; return how many."""
        waiting = list(dict.fromkeys(_WINDOW.findall(self._get(f"{_PLACES}{code}"))))
        for window in waiting:
            self._sent_on(f"{_PLACES}windows/{window}", act="publish")
        return len(waiting)

    def _get(self, path: str) -> str:
        response = self._browser.get(path)
        return self._text(response, path)

    def _post(self, path: str, **fields: str) -> str:
        return self._text(self._answer(path, fields), path)

    def _sent_on(self, path: str, **fields: str) -> str:
        """Return the address that a form leads to."""
        response = self._answer(path, fields)
        self._text(response, path)
        return str(response.headers.get("Location", ""))

    def _answer(self, path: str, fields: dict[str, str]) -> httpx.Response:
        return self._browser.post(path, data={"csrfmiddlewaretoken": self._browser.cookies["csrftoken"], **fields})

    def _text(self, response: httpx.Response, path: str) -> str:
        if response.status_code not in (httpx.codes.OK, httpx.codes.FOUND):
            raise TownError(f"the officer's page {path} said no: HTTP {response.status_code}")
        return html.unescape(response.text)


def _found(pattern: re.Pattern[str], page: str, what: str) -> str:
    match = pattern.search(page)
    if match is None:
        raise TownError(f"the officer's page shows no {what}")
    return match[1]


#: opens the phone of a person
Open = Callable[[int], AbstractContextManager[Phone]]

#: a commune of today's Hậu Giang, which everybody who reports names; no result depends on it
_COMMUNE = "34:31471"
_SMS_CODE = re.compile(r"\b\d{6}\b")


class Tracing:
    """Carry tracing through the days of a rehearsal."""

    def __init__(self, seed: int, authority: TownAuthority, client: httpx.Client, *, second_order: bool) -> None:
        self._seed, self._authority, self._client = seed, authority, client
        #: whether those who are F1 publish, so that their contacts are told
        self.second_order = second_order
        self._asked: set[int] = set()
        self._gave: set[int] = set()
        self._reports: list[Report] = []

    def begin(self) -> None:
        """Turn second order on at the authority, where it is asked for."""
        if self.second_order:
            self._authority.command("second-order", "on", "--reason", "rehearsal")

    def traced(self) -> Traced:
        """Return what was done so far, but for what only the town knows."""
        return Traced(self.second_order, len(self._gave), tuple(self._reports))

    def round(self, cases: Collection[int], warned: Collection[int], open_phone: Open, now_s: float) -> list[int]:
        """Let cases give their lists and those warned since the last round report, and the officer decide; return who
        is F1 now and was not before."""
        self._give_heard(cases, open_phone)
        new = sorted(set(warned) - set(cases) - self._asked)
        self._asked |= set(new)
        numbers: dict[str, int] = {}
        for person in new:
            if reports(self._seed, person):
                with open_phone(person) as phone:
                    if self._report(phone, person):
                        numbers[_number(person)] = person
        return self._decide(numbers, open_phone, now_s) if numbers else []

    # --- the owners -------------------------------------------------------------------------------

    def _give_heard(self, cases: Collection[int], open_phone: Open) -> None:
        for person in sorted(set(cases) - self._gave):
            with open_phone(person) as phone:
                if not reporting.may_give_heard(phone):
                    continue
                reporting.give_heard(phone)
                phone.send(send_reports, self._client)
                heard = phone.stores.heard.read()
            if heard is None or heard.refusal:
                raise TownError(f"the authority refused a heard list: {heard and heard.refusal}")
            self._gave.add(person)

    def _report(self, phone: Phone, person: int) -> bool:
        """Confirm the owner's number and report the first day that was warned of; return whether there was anything to
        report."""
        alerts = phone.stores.exposures.alerts(phone.clock())
        if not alerts:  # taken back meanwhile
            return False
        self._confirm_number(phone, _number(person))
        phone.stores.preferences.change(commune=_COMMUNE)
        drafted = reporting.draft(phone, alerts[0])
        if not isinstance(drafted, Draft):
            return False
        written = reporting.agree(phone, drafted)
        phone.send(send_reports, self._client)
        found = next(one for one in phone.stores.reports.newest() if one.report == written.report)
        if found.refusal:
            raise TownError(f"the authority refused a report: {found.refusal}")
        return True

    def _confirm_number(self, phone: Phone, number: str) -> None:
        url, store = self._authority.url, phone.stores.number
        asking = PhoneNumberClient(self._client, url, store, phone.entropy, phone.clock)
        asking.ask(number, "vi", _COMMUNE)
        code = _SMS_CODE.search(self._authority.last_message(number))
        if code is None:
            raise TownError("the text message of a number has no code")
        asking.confirm(code[0])

    # --- the officer ------------------------------------------------------------------------------

    def _decide(self, numbers: dict[str, int], open_phone: Open, now_s: float) -> list[int]:
        self._authority.command("judge-reports")
        found: dict[int, Report] = {}
        with Officer(self._authority.url, OFFICER, self._authority.password) as officer:
            for decided in officer.decide_waiting(local_date(now_s)):
                person = numbers[decided.number]
                found[person] = Report(person, decided.verdict, decided.is_f1, now_s)
                if decided.is_f1 and self.second_order:
                    self._warn_others(person, officer.code_for(decided.contact), open_phone)
        for person in numbers.values():  # a refused report never comes before an officer
            found.setdefault(person, Report(person, Verdict.REFUSED, is_f1=False, at_s=now_s))
        self._reports += [found[person] for person in sorted(found)]
        return [person for person in sorted(found) if found[person].is_f1]

    def _warn_others(self, person: int, code: str, open_phone: Open) -> None:
        with open_phone(person) as phone:
            if not phone.second_order():
                phone.sync(self._client)  # the signed settings say that it is on
            phone.publisher(self._client).publish(code, consent=True)


def _number(person: int) -> str:
    """Return the telephone number of a person (E.164)."""
    return f"+8491{person:07d}"
