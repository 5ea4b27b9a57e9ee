"""Encrypt what a message with a code needs until it is over: number, text, or the dates of a case still to be
opened."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed

_CONTENT, _NUMBER = "message with a code", "number of a message with a code"


@dataclass(frozen=True, slots=True)
class Content:
    """Hold a number (E.164), and the text for it; or, of a list's row without a case yet, what to open one with."""

    number: str
    text: str = ""
    report_type: str = ""
    onset_date: dt.date | None = None
    test_date: dt.date | None = None


def seal(content: Content) -> bytes:
    """Encrypt a message's content under the installation's secret."""
    days = [day.isoformat() if day else "" for day in (content.onset_date, content.test_date)]
    return encryption.encrypt(_CONTENT, json.dumps([content.number, content.text, content.report_type, *days]))


def unseal(sealed: bytes | memoryview) -> Content:
    """Decrypt a message's content. Raises AuthorityError where no secret of this installation does."""
    number, text, report_type, *days = json.loads(encryption.decrypt(_CONTENT, bytes(sealed)))
    onset, test = (dt.date.fromisoformat(day) if day else None for day in days)
    return Content(number, text, report_type, onset, test)


def digest(number: str) -> str:
    """Return the keyed digest under which a number is stored."""
    return keyed.digest(_NUMBER, number)


def digests(number: str) -> list[str]:
    """Return the digests of a number under the present and every earlier secret."""
    return keyed.digests(_NUMBER, number)
