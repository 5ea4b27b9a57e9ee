"""Decide what a machine may ask codes for, and with which words it is refused. Pure.

Field for field the admin API of the reference verification server (docs/api.md there). Where it differs from ours, the
reason stands in docs/why/issuing.md.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from http import HTTPStatus

from bluezone.authority.diagnosis.rules import CERTIFIED, CONTACT, MAX_AGE
from bluezone.authority.errors import AuthorityError
from bluezone.protocol.user_reports import IssueCode, UserReportError, read_date

#: as the reference: each may send a message, and a gateway takes its time
MOST_IN_A_BATCH = 10
_REPORTS = {str(word): report for report, word in CERTIFIED.items() if report != CONTACT}
USER_REPORT = "self"


class IssueRefusedError(AuthorityError):
    """Report that a code is not issued; `code` is the API's word for why, `status` its HTTP status."""

    def __init__(self, message: str, code: IssueCode | str = "", status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code = str(code)
        self.status = int(status)


@dataclass(frozen=True, slots=True)
class Dates:
    """Hold the dates of a case: at least one."""

    onset: dt.date | None
    test: dt.date | None


def report_type(test_type: str, *, user_reports: bool) -> str:
    """Return the kind of case that a `testType` asks for. Raises IssueRefusedError.

    `user_reports`: whether the ministry has turned reports without a health office on.
    """
    found = _REPORTS.get(test_type.lower())
    if found is None:
        raise IssueRefusedError("invalid test type", IssueCode.INVALID_TEST_TYPE)
    if found == USER_REPORT and not user_reports:
        raise IssueRefusedError(f"unsupported test type: {test_type}", IssueCode.UNSUPPORTED_TEST_TYPE)
    return found


def dates_in(symptom_date: str, test_date: str) -> Dates:
    """Read the dates of a request. Raises IssueRefusedError for what is no date."""
    try:
        return Dates(read_date(symptom_date, "symptom onset"), read_date(test_date, "test"))
    except UserReportError as error:
        raise IssueRefusedError(str(error), error.code) from None


def check_dates(dates: Dates, now: dt.datetime, local_today: dt.date, utc_offset_min: int) -> None:
    """Check that there is a date, and that each lies within the last 28 days. Raises IssueRefusedError.

    A day counts as today where it is today for the sender (`utc_offset_min` east of UTC), for the health offices
    (`local_today`) or in UTC: machines name their days by one of the three.
    """
    if dates.onset is None and dates.test is None:
        raise IssueRefusedError("missing either test or symptom date", IssueCode.MISSING_DATE)
    theirs = (now.astimezone(dt.UTC) + dt.timedelta(minutes=utc_offset_min)).date()
    todays = (theirs, local_today, now.astimezone(dt.UTC).date())
    earliest, latest = min(todays) - MAX_AGE, max(todays)
    for name, day in (("symptom onset", dates.onset), ("test", dates.test)):
        if day is not None and not earliest <= day <= latest:
            raise IssueRefusedError(
                f"{name} date must be on/after {earliest} and on/before {latest}. Received {day}",
                IssueCode.INVALID_DATE,
            )


def handle_in(text: str) -> uuid.UUID | None:
    """Read the UUID that a machine gives a code, to ask for its state by; None where it leaves that to us. Raises
    IssueRefusedError."""
    text = text.strip()
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise IssueRefusedError("uuid is not a UUID", IssueCode.UNPARSABLE_REQUEST) from None


def batch_summary(failed: int, issued: int) -> str:
    """Say how a batch went; nothing where every code was issued."""
    if not failed:
        return ""
    some = f" Issued {issued} codes successfully." if issued else ""
    return f"Failed to issue {failed} codes.{some} See each error status in the codes array."
