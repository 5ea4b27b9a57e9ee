"""Send a code from a case, stop one, take a whole list. Decisions are in `rules`; the worker sends (`job`)."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import quota, services, texts
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import Case, CodeMessage, OneTimeCode
from bluezone.authority.diagnosis.sending import envelope, rules
from bluezone.authority.diagnosis.sending.envelope import Content
from bluezone.authority.diagnosis.sending.rules import SendingError, State, Stop, Why
from bluezone.authority.messages import sms
from bluezone.authority.messages.phone_numbers import NumberRefusedError, checked_number
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.persons import services as persons
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.models import Upload
from bluezone.protocol.phone_numbers import Refusal


def read_number(text: str) -> str:
    """Return a typed telephone number in E.164. Raises SendingError where no message reaches it."""
    try:
        return checked_number(text, settings.BLUEZONE.sms_countries, typed=True)
    except NumberRefusedError as error:
        if error.refusal is Refusal.NUMBER_UNSUPPORTED:
            known = ", ".join(f"+{code}" for code in sorted(settings.BLUEZONE.sms_countries))
            template = gettext_noop("no message can go to this number: only mobile numbers of {countries} are taken")
            raise SendingError(template, countries=known) from None
        raise SendingError(gettext_noop("this is no mobile number: write it as 0912 345 678 or +84912345678")) from None


def check_offered() -> None:
    """Raise SendingError where this server sends no text messages."""
    if sms.sender() is None:
        raise SendingError(gettext_noop("this server sends no text messages: read the code out, or show its picture"))


def known_number(case: Case, issuer: Issuer) -> str:
    """Return the number that a message of this case went to, while it is kept, else that of who the case is; nothing
    where there is none, or the case is of another office. Raises IdentityError where who it is cannot be decrypted."""
    if case.place != issuer.place:
        return ""
    row = case.code_messages.exclude(number_digest="").order_by("-pk").first()
    if row is not None:
        with contextlib.suppress(LostKeyError):  # sealed under a secret that is gone: the person may have a number
            return envelope.unseal(row.sealed).number
    return persons.telephone_of(case.person) if case.person is not None else ""


@transaction.atomic
def send_code(case: Case, issuer: Issuer, number: str, language: str, now: dt.datetime) -> CodeMessage:
    """Issue a code for a case and queue its message; codes and messages of before stop. `number`: E.164.

    Raises SendingError where no messages are sent, IssueError where the issuer may not issue a code now.
    """
    check_offered()
    return queue(case, services.new_code(case, issuer, now), issuer, number, language, now)


@transaction.atomic
def queue(
    case: Case, issued: tuple[IssuedCode, OneTimeCode], issuer: Issuer, number: str, language: str, now: dt.datetime
) -> CodeMessage:
    """Queue the message with a code that was just issued; those of the case's earlier codes stop. `number`: E.164."""
    message = CodeMessage(place=issuer.place, officer=issuer.officer, language=language, asked_at=now)
    fill(message, case, issued, number, now)
    message.save()
    for earlier in case.code_messages.filter(state__in=(State.WAITING, State.SENT)).exclude(pk=message.pk):
        close(earlier, State.STOPPED)
    return message


def note_handed_over(
    case: Case, row: OneTimeCode, issuer: Issuer, number: str, language: str, now: dt.datetime
) -> CodeMessage:
    """Keep the number to which somebody else handed a code over, for the one reminder. `number`: E.164."""
    return CodeMessage.objects.create(
        place=issuer.place,
        officer=issuer.officer,
        language=language,
        case=case,
        code=row,
        state=State.SENT,
        sealed=envelope.seal(Content(number)),
        number_digest=envelope.digest(number),
        asked_at=now,
        sent_at=now,
        keep_until=rules.keep_number_until(now, row.long_expires_at),
    )


def fill(
    message: CodeMessage, case: Case, issued: tuple[IssuedCode, OneTimeCode], number: str, now: dt.datetime
) -> None:
    """Put a code that was just issued into a message, ready to be handed over."""
    conf: Environment = settings.BLUEZONE
    code, row = issued
    if conf.public_url is None:  # without a link nobody learns the long code
        row.long_expires_at = row.expires_at
        row.save(update_fields=["long_expires_at"])
    text = texts.message(message.language, code.short, code.long, row.expires_at - now, conf.public_url)
    message.case, message.code = case, row
    message.sealed = envelope.seal(Content(number, text))
    message.number_digest = envelope.digest(number)
    message.keep_until = rules.keep_number_until(message.asked_at, row.long_expires_at)
    message.next_try_at = now


def close(message: CodeMessage, state: State, why: Why = Why.NONE) -> None:
    """Note what became of a message, and forget its number."""
    message.state, message.why = state, why
    message.sealed, message.number_digest, message.next_try_at = b"", "", None
    message.save(update_fields=["state", "why", "sealed", "number_digest", "next_try_at"])


@transaction.atomic
def stop_code(case: Case, issuer: Issuer, reason: Stop, now: dt.datetime, *, run_out: bool = False) -> None:
    """End the code of a case that nobody has used, and note why in the audit log. A phone that brings it later reads
    that it is no code or, with `run_out`, that it has run out. Raises SendingError where there is none."""
    row = case.codes.select_for_update(of=("self",)).filter(used_at=None, burnt_at=None).order_by("-id").first()
    if row is None or row.long_expires_at <= now:
        raise SendingError(gettext_noop("there is no code to stop: it was used, stopped or has run out meanwhile"))
    before = row.long_expires_at
    if run_out:
        row.expires_at, row.long_expires_at = now, now
        row.save(update_fields=["expires_at", "long_expires_at"])
    else:
        row.burnt_at = now
        row.save(update_fields=["burnt_at"])
    audit_log.note(
        row, issuer, {"stopped": ["None", reason.value], "expires_at": [before.isoformat(), now.isoformat()]}
    )
    for message in CodeMessage.objects.filter(code=row, state__in=(State.WAITING, State.SENT)):
        close(message, State.RAN_OUT if run_out else State.STOPPED)


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a row of a list: what is sent, or (`why`) that it is not."""

    line: int
    language: str
    file_number: str
    content: Content | None = None
    why: Why = Why.NONE


def queue_list(upload: Upload, rows: Sequence[Row], issuer: Issuer, now: dt.datetime) -> int:
    """Keep a list for the worker, which issues and sends row by row; return how many are sent. All of it is counted
    now, in the transaction of the caller, so that no code of it can fail for the quota later.

    Raises SendingError, NotEntitledError or QuotaError, and then nothing is kept.
    """
    check_offered()
    good = sum(row.content is not None for row in rows)
    rules.check_quota(good, quota.left(issuer, now))
    quota.spend(issuer, good, now)
    messages = []
    for row in rows:
        message = CodeMessage(
            upload=upload,
            line=row.line,
            file_number=row.file_number,
            place=issuer.place,
            officer=issuer.officer,
            language=row.language,
            asked_at=now,
            keep_until=rules.keep_number_until(now, None),
        )
        if row.content is None:
            message.state, message.why = State.REFUSED, row.why
        else:
            message.sealed = envelope.seal(row.content)
            message.number_digest = envelope.digest(row.content.number)
            message.next_try_at = now
        messages.append(message)
    CodeMessage.objects.bulk_create(messages)
    return good
