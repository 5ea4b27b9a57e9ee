"""Send codes to telephone numbers that report by themselves, once in 90 days each.

What the phone is told depends on nothing that is known of the number: a spent budget counts every request, whether a
message was sent for it or not.
"""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from bluezone.authority.diagnosis import codes, texts
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.issuing.models import UserReport, UserReportRequest
from bluezone.authority.issuing.rules import USER_REPORT, Dates, IssueRefusedError, check_dates
from bluezone.authority.messages import sms as outbox
from bluezone.authority.messages.phone_numbers import NumberRefusedError, checked_number
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site import clock
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.user_reports import NONCE_BYTES, IssueCode
from bluezone.protocol.user_reports import UserReportRequest as Asked

_NUMBER = "number of a user report"
_LANGUAGE = "vi"
#: a number reports once in so long
ONCE_IN = dt.timedelta(days=90)
#: a code that nobody used keeps its number so long; then another one may be asked for
UNUSED_LIFE = dt.timedelta(minutes=90)
#: codes to one number in a day: whoever asks for somebody else's number does not fill it with messages
MOST_TO_A_NUMBER_A_DAY = 3
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """Hold what is known of a number: the day it last reported, when codes were last sent to it, oldest first."""

    reported_on: dt.date | None = None
    sent_at: tuple[dt.datetime, ...] = ()


def may_send(facts: NumberFacts, now: dt.datetime, today: dt.date) -> bool:
    """Decide whether a number gets a code."""
    if facts.reported_on is not None and today < facts.reported_on + ONCE_IN:
        return False
    if any(now - at < UNUSED_LIFE for at in facts.sent_at):
        return False
    return sum(now - at < DAY for at in facts.sent_at) < MOST_TO_A_NUMBER_A_DAY


class Budget(enum.Enum):
    """Name a budget of requests in a day."""

    ADDRESS = "address"
    ALL = "all"


def spent(of_address: int, of_all: int, most_of_address: int, most_of_all: int) -> Budget | None:
    """Return the budget that the requests of the last day have used up, this one not counted; None where it may go
    on."""
    if of_all >= most_of_all:
        return Budget.ALL
    return Budget.ADDRESS if of_address >= most_of_address else None


# --- what is done -----------------------------------------------------------------------------------------------------


def ask(asked: Asked, caller: str, now: dt.datetime) -> dt.datetime:
    """Send a code to a number, and return until when it would be good: the same whether one was sent or not.

    Raises IssueRefusedError; for nothing that is known of the number.
    """
    conf: Environment = settings.BLUEZONE
    if not conf.user_reports:
        raise IssueRefusedError("user initiated report is not enabled", IssueCode.UNSUPPORTED_TEST_TYPE)
    dates = Dates(asked.symptom_date, asked.test_date)
    check_dates(dates, now, clock.date_of(now), asked.utc_offset_min)
    number = number_in(asked.phone)
    _spend(caller, conf, now)
    _send(number, dates, asked.nonce, now)
    return now + dt.timedelta(seconds=conf.code_life_s)


def number_in(text: str) -> str:
    """Read a telephone number, to E.164. Raises IssueRefusedError where no message reaches it."""
    try:
        return checked_number(text, settings.BLUEZONE.sms_countries, typed=True)
    except NumberRefusedError as error:
        raise IssueRefusedError(str(error), IssueCode.PHONE_INVALID) from None


@transaction.atomic
def _spend(caller: str, conf: Environment, now: dt.datetime) -> None:
    """Count a request of an address. Raises IssueRefusedError where a budget of the day is spent."""
    take_turns("user reports")
    today = UserReportRequest.objects.filter(at__gt=now - DAY)
    of_address = today.filter(caller=caller).count()
    if spent(of_address, today.count(), conf.user_reports_of_address, conf.user_reports_a_day):
        text = "too many user reports today, try again tomorrow or ask the health office for a code"
        raise IssueRefusedError(text, IssueCode.QUOTA_EXCEEDED, HTTPStatus.TOO_MANY_REQUESTS)
    UserReportRequest.objects.create(caller=caller, at=now)


def rehearse(now: dt.datetime) -> None:
    """Do the work of a request whose number may not report, and leave nothing of it: for decoys."""
    if settings.BLUEZONE.user_reports:
        nobodys = secrets.token_hex(8)  # of its own, so that decoys do not wait for each other
        _send(nobodys, Dates(None, clock.date_of(now)), bytes(NONCE_BYTES), now, wanted=False)


@transaction.atomic
def _send(number: str, dates: Dates, nonce: bytes, now: dt.datetime, *, wanted: bool = True) -> None:
    """Open a case with a code, and queue its message; undo all of it for a number that may not report, or if not
    `wanted`.

    It is done either way, so that both take the same time.
    """
    allowed = take_number(number, now) and wanted
    with transaction.atomic():
        case = Case.objects.create(
            report_type=USER_REPORT,
            onset_date=dates.onset,
            test_date=dates.test,
            created_at=now,
            place=NATION,
        )
        code, row = codes.issue_code(case, now, nonce)
        note_sent(number, row, now)
        text = texts.message(_LANGUAGE, code.short, code.long, row.expires_at - now, settings.BLUEZONE.public_url)
        outbox.queue(number, text, row.expires_at, now)
        transaction.set_rollback(not allowed)


def take_number(number: str, now: dt.datetime) -> bool:
    """Decide whether a number gets a code now; until the transaction ends, nobody else decides about the same one."""
    take_turns(f"user report of {keyed.digest(_NUMBER, number)}")
    rows = UserReport.objects.filter(number_digest__in=keyed.digests(_NUMBER, number))
    reported_on = rows.aggregate(newest=Max("reported_on"))["newest"]
    used_at = rows.aggregate(newest=Max("code__used_at"))["newest"]
    if used_at is not None:
        reported_on = max(filter(None, (reported_on, clock.date_of(used_at))))
    sent = rows.filter(sent_at__gt=now - DAY).order_by("sent_at").values_list("sent_at", flat=True)
    return may_send(NumberFacts(reported_on, tuple(sent)), now, clock.date_of(now))


def note_sent(number: str, row: OneTimeCode, now: dt.datetime) -> None:
    """Note that a code goes to a number, and let its link live no longer than its digits: who asked holds the phone.
    Call it in the transaction that stores the code."""
    row.long_expires_at = row.expires_at
    row.save(update_fields=["long_expires_at"])
    UserReport.objects.create(number_digest=keyed.digest(_NUMBER, number), sent_at=now, code=row)


def forget_sent(case: Case) -> None:
    """Let a number ask again whose code could not be sent."""
    UserReport.objects.filter(code__case=case).delete()


def settle(now: dt.datetime) -> dict[str, int]:
    """Note on which day a number's code was used, and part the number from the code; delete what is past its time, and
    the cases of codes that nobody used: their number may have been anybody's."""
    for report in UserReport.objects.filter(code__used_at__isnull=False).select_related("code"):
        assert report.code is not None
        assert report.code.used_at is not None
        report.reported_on, report.code = clock.date_of(report.code.used_at), None
        report.save(update_fields=["reported_on", "code"])
    unused = Q(reported_on=None, sent_at__lt=now - DAY) & (Q(code=None) | Q(code__expires_at__lt=now))
    Case.objects.filter(codes__user_report__in=UserReport.objects.filter(unused)).delete()
    old = Q(reported_on__lte=clock.date_of(now) - ONCE_IN)
    reports, _ = UserReport.objects.filter(unused | old).delete()
    UserReportRequest.objects.filter(at__lt=now - DAY).delete()
    return {"user_reports": reports}
