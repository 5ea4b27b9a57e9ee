"""Let a scripted officer work on the authority's pages: call who reported, decide, note the isolation, issue a code."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass

import httpx

from bluezone.town.errors import TownError
from bluezone.town.levels import Verdict, is_contact

_QUEUE = "/officer/contacts/"
_REPORT = re.compile(rf'href="{_QUEUE}(\d+)"')
_UNITS, _PLACES = "/officer/units/", "/officer/places/"
_UNIT = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4})")
_WINDOW = re.compile(rf'action="{_PLACES}windows/([0-9a-f-]{{36}})"')
_NUMBER = re.compile(r'href="tel:(\+\d+)"')
_CODE = re.compile(r'<p class="written">([0-9A-Z ]+)</p>')
#: as the page says it in English: what the reporter's phone said of how near it was
_NEAR = "within 2 m for 15 minutes or more"


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
        """Decide of every report that waits, in the order of the queue: each is called, and who is a contact (F1) is
        isolated from today on."""
        decided = []
        for verdict in (Verdict.CORROBORATED, Verdict.CONSISTENT):
            page = self._get(f"{_QUEUE}?verdict={verdict.value}")
            decided += [self._decide(report, verdict, today) for report in _REPORT.findall(page)]
        return decided

    def _decide(self, report: str, verdict: Verdict, today: dt.date) -> Decided:
        page = self._post(f"{_QUEUE}{report}/number", reason="to call who reported")
        number = _found(_NUMBER, page, "number")
        is_f1 = is_contact(verdict, was_near=_NEAR in page)
        self._post(f"{_QUEUE}{report}/decide", outcome="f1" if is_f1 else "not")
        if not is_f1:
            return Decided(number, verdict)
        contact = self._sent_on(f"{_QUEUE}{report}/enter", setting="other")
        self._post(f"{contact}/note/isolated", isolated_on=today.isoformat())
        return Decided(number, verdict, contact)

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
