"""Trace: patients give what their phones heard, some of those warned report it, an officer decides, F1 stay at home,
and where second order is on their contacts are told.

Phones do what their owners' taps on the screens do; the officer works on the authority's own pages (`officer`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

import httpx

from bluezone.phone.app import reporting
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.reporting import Draft
from bluezone.phone.client.phone_number import PhoneNumberClient
from bluezone.town.clock import local_date
from bluezone.town.errors import TownError
from bluezone.town.levels import Report, Traced, Verdict, reports
from bluezone.town.officer import Officer
from bluezone.town.server import OFFICER, TownAuthority

#: opens the phone of a person
Open = Callable[[int], AbstractContextManager[Phone]]

#: a commune of today's Hậu Giang, which everybody who reports names; no result depends on it
_COMMUNE = "34:31471"
_SMS_CODE = re.compile(r"\b\d{6}\b")


class Tracing:
    """Carry tracing through the days of a rehearsal."""

    def __init__(self, seed: int, authority: TownAuthority, client: httpx.Client, *, second_order: bool) -> None:
        self._seed, self._authority, self._client = seed, authority, client
        self._second_order = second_order
        self._asked: set[int] = set()
        self._gave: set[int] = set()
        self._reports: list[Report] = []

    @property
    def publishes(self) -> bool:
        """Return whether those who are F1 publish, so that their contacts are told."""
        return self._second_order

    def begin(self) -> None:
        """Turn second order on at the authority, where it is asked for."""
        if self._second_order:
            self._authority.command("second-order", "on", "--reason", "rehearsal")

    def traced(self) -> Traced:
        """Return what was done so far, but for what only the town knows."""
        return Traced(self._second_order, len(self._gave), tuple(self._reports))

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
                phone.reporter(self._client).send_waiting()
                heard = phone.stores.reports.heard()
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
        phone.reporter(self._client).send_waiting()
        found = next(one for one in phone.stores.reports.reports() if one.report == written.report)
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
                if decided.is_f1 and self._second_order:
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
