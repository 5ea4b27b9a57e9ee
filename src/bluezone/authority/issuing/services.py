"""Issue codes for machines, say what became of them, end them. Decisions are in `rules.py`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis import texts
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.sending import services as sending
from bluezone.authority.issuing import rules, user_reports
from bluezone.authority.issuing.models import ExternalIssuerDay
from bluezone.authority.issuing.rules import Dates, IssueRefusedError
from bluezone.authority.issuing.schemas import IssueCodeRequest
from bluezone.authority.messages import sms
from bluezone.authority.messages.sms import SmsError, note_failure
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.site import clock
from bluezone.authority.site.environment import Environment
from bluezone.protocol.user_reports import IssueCode

_ISSUERS = ExternalIssuerDay._meta.db_table
_COUNT = f"""
    INSERT INTO {_ISSUERS} (day, place, issuer, issued) VALUES (%s, %s, %s, 1)
    ON CONFLICT (day, place, issuer) DO UPDATE SET issued = {_ISSUERS}.issued + 1
"""  # noqa: S608 (the table's name is ours)


@dataclass(frozen=True, slots=True)
class Checked:
    """Hold a request whose every field can be: what to open a case with, and where to send its code."""

    report_type: str
    dates: Dates
    handle: uuid.UUID
    #: E.164; empty where the machine hands the code over itself
    phone: str
    language: str
    external_issuer: str
    only_generate: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """Hold a code that was issued, and the text message that carries it. `case` is None for a number that reports too
    often: what would be answered about its code then must do."""

    expires_at: dt.datetime
    long_expires_at: dt.datetime
    case: Case | None = None
    code: IssuedCode | None = None
    row: OneTimeCode | None = None
    phone: str = ""
    message: str = ""
    language: str = ""
    only_generate: bool = False

    @property
    def is_sent(self) -> bool:
        """Return whether this server hands the message over."""
        return bool(self.message) and not self.only_generate


Outcome = Issued | IssueRefusedError


def issue_many(asked: Sequence[IssueCodeRequest], key: ApiKey, now: dt.datetime) -> list[Outcome]:
    """Issue a code for each request, or say why not; then send the messages, all at once: a gateway may take seconds.

    A code whose message could not be handed over is withdrawn.
    """
    outcomes = [_issue(each, key, now) for each in asked]
    sends = [each for each in outcomes if isinstance(each, Issued) and each.is_sent]
    failures = dict(zip(map(id, sends), _send_all(sends), strict=True))
    return [_settled(each, failures.get(id(each)), key, now) for each in outcomes]


def _issue(asked: IssueCodeRequest, key: ApiKey, now: dt.datetime) -> Outcome:
    try:
        return _store(checked(asked, now), key, now)
    except IssueRefusedError as refused:
        return refused
    except IssueError as refused:  # no right, or the day's quota is spent
        return IssueRefusedError(str(refused), refused.code, refused.status)


def checked(asked: IssueCodeRequest, now: dt.datetime) -> Checked:
    """Check every field of a request. Raises IssueRefusedError for the first that cannot be."""
    conf: Environment = settings.BLUEZONE
    report_type = rules.report_type(asked.test_type, user_reports=conf.user_reports)
    dates = rules.dates_in(asked.symptom_date, asked.test_date)
    rules.check_dates(dates, now, clock.date_of(now), int(asked.tz_offset))
    phone = user_reports.number_in(asked.phone) if asked.phone.strip() else ""
    if asked.only_generate_sms and not phone:
        raise IssueRefusedError("generated sms requested, but no phone number was provided")
    if phone and not asked.only_generate_sms and sms.sender() is None:
        raise IssueRefusedError("phone provided, but no sms provider is configured")
    if report_type == rules.USER_REPORT and not phone:
        text = "phone number is required when initiating a user report"
        raise IssueRefusedError(text, IssueCode.MISSING_PHONE)
    language = texts.TEMPLATES.get(asked.sms_template_label)
    if language is None:
        text = f"failed to send sms: no template found for label {asked.sms_template_label}"
        raise IssueRefusedError(text, IssueCode.SMS_FAILURE)
    handle = rules.handle_in(asked.uuid)
    if handle is not None and Case.objects.filter(id=handle).exists():
        raise _exists(handle)
    return Checked(
        report_type=report_type,
        dates=dates,
        handle=handle or uuid.uuid4(),
        phone=phone,
        language=language,
        external_issuer=asked.external_issuer_id.strip(),
        only_generate=asked.only_generate_sms,
    )


def _exists(handle: uuid.UUID) -> IssueRefusedError:
    return IssueRefusedError(f"code for {handle} already exists", IssueCode.UUID_EXISTS, HTTPStatus.CONFLICT)


def _store(asked: Checked, key: ApiKey, now: dt.datetime) -> Issued:
    conf: Environment = settings.BLUEZONE
    is_report = asked.report_type == rules.USER_REPORT
    try:
        with transaction.atomic():
            if is_report and not user_reports.take_number(asked.phone, now):
                until = now + dt.timedelta(seconds=conf.code_life_s)
                return Issued(until, until)
            new = cases.NewCase(asked.report_type, asked.dates.onset, asked.dates.test, case_id=asked.handle)
            case, code, row = cases.store_case(new, Issuer(key=key), now)
            if is_report:
                user_reports.note_sent(asked.phone, row, now)
            if asked.external_issuer:
                with connection.cursor() as cursor:
                    cursor.execute(_COUNT, [clock.date_of(now), key.place, asked.external_issuer])
    except IntegrityError:  # two at once with one UUID
        raise _exists(asked.handle) from None
    long_until = row.long_expires_at if asked.phone else row.expires_at
    message = ""
    if asked.phone:
        message = texts.message(asked.language, code.short, code.long, row.expires_at - now, conf.public_url)
    return Issued(
        row.expires_at, long_until, case, code, row, asked.phone, message, asked.language, asked.only_generate
    )


def _send_all(sends: Sequence[Issued]) -> list[SmsError | None]:
    send = sms.sender()
    if not sends or send is None:
        return [None] * len(sends)

    def attempt(issued: Issued) -> SmsError | None:
        try:
            send(issued.phone, issued.message)
        except SmsError as error:
            return error
        return None

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(attempt, sends))


def _settled(outcome: Outcome, failure: SmsError | None, key: ApiKey, now: dt.datetime) -> Outcome:
    """Withdraw a code whose message was not handed over: nobody would learn it, and its number could not ask again.
    Of one that was, keep the number for the reminder; of a report without a health office it is forgotten."""
    if not isinstance(outcome, Issued) or outcome.case is None:
        return outcome
    if failure is None:
        if outcome.is_sent and outcome.row is not None and outcome.case.report_type != rules.USER_REPORT:
            issuer = Issuer(key=key)
            sending.note_handed_over(outcome.case, outcome.row, issuer, outcome.phone, outcome.language, now)
        return outcome
    note_failure(failure.code, key.place, now)
    user_reports.forget_sent(outcome.case)
    outcome.case.delete()
    return IssueRefusedError(f"failed to send sms: {failure}", IssueCode.SMS_FAILURE)


# --- what became of a code --------------------------------------------------------------------------------------------


def code_of(handle: str, key: ApiKey, *, lock: bool = False) -> OneTimeCode:
    """Return the newest code of a case that the key's office opened. Raises IssueRefusedError where there is none: of
    other offices nobody learns which cases there are."""
    rows = OneTimeCode.objects.select_for_update(of=("self",)) if lock else OneTimeCode.objects.all()
    wanted = rules.handle_in(handle)
    row = rows.filter(case_id=wanted, case__place=key.place).order_by("-id").first() if wanted else None
    if row is None:
        text = "code not found, it may have expired and been removed"
        raise IssueRefusedError(text, IssueCode.CODE_NOT_FOUND, HTTPStatus.NOT_FOUND)
    return row


@transaction.atomic
def expire(handle: str, key: ApiKey, now: dt.datetime) -> OneTimeCode:
    """End a code now. One that has run out stays as it is. Raises IssueRefusedError where it is used, or not there."""
    row = code_of(handle, key, lock=True)
    if max(row.expires_at, row.long_expires_at) <= now:
        return row
    if row.used_at is not None:
        raise IssueRefusedError("code is already claimed", IssueCode.CODE_CLAIMED)
    before = row.expires_at
    row.expires_at = now
    row.long_expires_at = now
    row.save(update_fields=["expires_at", "long_expires_at"])
    audit_log.note(row, Issuer(key=key), {"expires_at": [before.isoformat(), now.isoformat()]})
    return row
