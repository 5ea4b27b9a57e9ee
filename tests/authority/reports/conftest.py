"""A patient who published and gave what the phone heard, and people who report that they were near."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bluezone.authority.keys import batches
from bluezone.authority.messages import phone_numbers
from bluezone.authority.reports import judging
from bluezone.authority.reports.models import Report
from bluezone.protocol.exposure_notification import rolling_proximity_identifier_key
from bluezone.protocol.heard import Heard, OpenedKey, heard_list
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.phone_numbers import CodeRequest, Confirmation
from bluezone.protocol.reports import (
    HEARD_PATH,
    REPORTS_PATH,
    TAKE_BACK_PATH,
    Certainty,
    ExposureReport,
    HeardUpload,
    ReportAnswer,
    TakeBack,
    day_interval,
)

COMMUNE = "34:31471"


@dataclass
class Person:
    """Somebody with a phone: its key of one day, a confirmed number."""

    day: dt.date
    receipt: str
    tek: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def opened(self) -> OpenedKey:
        return OpenedKey(rolling_proximity_identifier_key(self.tek), day_interval(self.day), 144)

    def sent(self, interval: int = 60) -> bytes:
        """The identifier on the air in an interval of the day."""
        return self.opened.identifiers()[interval]

    def report(self, keys: Sequence[bytes], **fields: Any) -> ExposureReport:
        """A report of the day; `fields` are changed."""
        made = ExposureReport(
            report=secrets.token_bytes(16),
            receipt=self.receipt,
            commune=COMMUNE,
            day=self.day,
            keys=tuple(keys),
            quarters=2,
            near_minutes=25,
            certainty=Certainty.LIKELY,
            policy="bluezone",
            policy_version="3",
            opened=(self.opened,),
        )
        return replace(made, **fields)


class Office:
    """The authority's door, over Django's client, and its jobs."""

    def __init__(self, phone: Any, issue: Callable[..., str]) -> None:
        self.phone, self.clock, self._issue = phone, phone.clock, issue
        self._numbers = 0

    def post(self, path: str, body: bytes, **headers: Any) -> ReportAnswer:
        answer = self.phone.post(path, body, **headers)
        assert len(answer.content) % 4_096 == 0
        return ReportAnswer.from_json(answer.content)

    def send(self, report: ExposureReport) -> ReportAnswer:
        return self.post(REPORTS_PATH, report.to_json("x" * 500))

    def take_back(self, report: ExposureReport) -> ReportAnswer:
        return self.post(TAKE_BACK_PATH, TakeBack(report.report).to_json())

    def give_heard(self, token: str, identifiers: Sequence[bytes]) -> ReportAnswer:
        heard = heard_list([Heard(each, 600.0, 55.0) for each in identifiers], secrets.token_bytes)
        return self.post(HEARD_PATH, HeardUpload(token, heard).to_json())

    def number(self) -> str:
        """Confirm a new number by the code in its message; give its receipt."""
        self._numbers += 1
        texts: list[str] = []
        request = secrets.token_bytes(16)
        asked = CodeRequest(request=request, number=f"+8491{self._numbers:07d}", commune=COMMUNE)
        phone_numbers.ask(asked, lambda _number, text: texts.append(text), self.clock.now)
        code = re.search(r"[0-9]{6}", texts[0])
        assert code is not None
        return phone_numbers.confirm(Confirmation(request=request, code=code[0]), self.clock.now)

    def person(self, days_ago: int = 2) -> Person:
        return Person(self.today() - dt.timedelta(days=days_ago), self.number())

    def today(self) -> dt.date:
        return self.clock.now.date()

    def patient(self, *, out: bool = True) -> tuple[list[TemporaryExposureKey], str]:
        """Publish the keys of 14 days; `out`: and wait until they stand in a file. Gives them with their token."""
        keys = self.phone.keys()
        self.phone.hmac_key = secrets.token_bytes(16)
        answer = self.phone.publish(self._issue(), keys)
        assert answer.inserted_exposures == len(keys), answer
        if out:
            self.publish()
        return keys, answer.revision_token

    def publish(self) -> None:
        self.clock.forward(hours=6)
        batches.publish(self.clock.now)

    def judge(self) -> list[Report]:
        judging.judge_waiting(self.clock.now)
        return list(Report.objects.order_by("id"))

    def key_of(self, keys: Sequence[TemporaryExposureKey], day: dt.date) -> bytes:
        return next(key.key for key in keys if key.rolling_start_interval == day_interval(day))


@pytest.fixture
def office(phone: Any, issue: Callable[..., str]) -> Office:
    return Office(phone, issue)
