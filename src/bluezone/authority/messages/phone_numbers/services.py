"""Take, confirm and delete telephone numbers. Decisions are in `rules.py`."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from bluezone.authority.messages.phone_numbers import rules
from bluezone.authority.messages.phone_numbers.models import NumberRequest, PhoneNumber
from bluezone.authority.messages.phone_numbers.rules import NumberRefusedError, Send, SendFacts, Try, TryFacts
from bluezone.authority.messages.phone_numbers.sms import Sender
from bluezone.authority.officers.jurisdiction import NATION, place_of
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import take_turns
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.protocol.phone_numbers import CODE_DIGITS, CodeRequest, Confirmation, Refusal

_NUMBER, _REQUEST, _CODE, _RECEIPT = "phone number", "number request", "number code", "number receipt"
#: one part of a message each: 70 characters where there are diacritics
_CODE_TEXT = {
    "vi": "Bluezone: mã xác nhận của bạn là {code}, dùng trong 5 phút.",
    "en": "Bluezone: your code is {code}, good for 5 minutes.",
}


def ask(asked: CodeRequest, send: Sender, now: dt.datetime) -> None:
    """Send a code to a number, with one answer whether the number is known or not.

    Raises NumberRefusedError, or SmsError where the message could not be handed over (then the same may be asked
    again).
    """
    number = rules.checked_number(asked.number, settings.BLUEZONE.sms_countries)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    request = keyed.digest(_REQUEST, asked.request)
    if not _note_send(request, number, asked, code, now):
        return
    send(number, _CODE_TEXT[asked.language].format(code=code))
    NumberRequest.objects.filter(digest=request).update(sent_at=now)


@transaction.atomic
def _note_send(request: str, number: str, asked: CodeRequest, code: str, now: dt.datetime) -> bool:
    """Record that a code is about to be sent; return False where one is on its way already. Raises
    NumberRefusedError."""
    take_turns("text messages")
    number_digest = keyed.digest(_NUMBER, number)
    row = NumberRequest.objects.filter(digest=request).first()
    if row is not None and row.number_digest != number_digest:
        raise NumberRefusedError("this request is for another number", Refusal.BAD_REQUEST)
    verdict = rules.judge_send(_send_facts(row, number_digest, now), now, settings.BLUEZONE.sms_per_hour)
    if verdict is Send.TOO_MANY:
        raise NumberRefusedError("too many messages for now", Refusal.TOO_MANY)
    if verdict is Send.ON_ITS_WAY:
        return False
    NumberRequest.objects.update_or_create(
        digest=request,
        defaults={
            "number_digest": number_digest,
            "number": encryption.encrypt(_NUMBER, number),
            "place": _place(asked.commune),
            "language": asked.language,
            "code_digest": _code_digest(request, code),
            "code_expires_at": now + rules.CODE_LIFE,
            "created_at": row.created_at if row else now,
            "sends": row.sends + 1 if row else 1,
            "sent_at": None,
            "tries": 0,
        },
    )
    return True


def _send_facts(row: NumberRequest | None, number_digest: str, now: dt.datetime) -> SendFacts:
    today = NumberRequest.objects.filter(number_digest=number_digest, created_at__gt=now - rules.REQUEST_LIFE)
    this_hour = NumberRequest.objects.filter(created_at__gt=now - dt.timedelta(hours=1))
    return SendFacts(
        sends=row.sends if row else 0,
        last_sent_at=row.sent_at if row else None,
        to_number_today=today.aggregate(n=Sum("sends"))["n"] or 0,
        by_all_this_hour=this_hour.aggregate(n=Sum("sends"))["n"] or 0,
        confirmed=row is not None and row.confirmed_at is not None,
    )


def confirm(given: Confirmation, now: dt.datetime) -> str:
    """Store a number whose code is right, and return its receipt. Raises NumberRefusedError."""
    receipt = _confirm(given, now)
    if receipt is None:  # outside the transaction, so that the wrong try stays counted
        raise NumberRefusedError("the code is wrong, or its time is over", Refusal.CODE_INVALID)
    return receipt


def verify(given: Confirmation, now: dt.datetime) -> bool:
    """Return whether a code is right, for who only shows that a number is theirs: the number is not stored."""
    return _confirm(given, now, keep=False) is not None


@transaction.atomic
def _confirm(given: Confirmation, now: dt.datetime, *, keep: bool = True) -> str | None:
    request = keyed.digest(_REQUEST, given.request)
    row = NumberRequest.objects.select_for_update().filter(digest=request).first()
    matches = row is not None and hmac.compare_digest(row.code_digest, _code_digest(request, given.code))
    verdict = rules.judge_try(
        TryFacts(row.code_expires_at, row.tries, row.confirmed_at is not None) if row else None, matches, now
    )
    if row is None or verdict is Try.SPENT:
        return None
    if verdict is Try.WRONG:
        NumberRequest.objects.filter(digest=request).update(tries=F("tries") + 1)
        return None
    receipt = keyed.digest(_RECEIPT, f"{request} {row.number_digest}")  # made again where its answer was lost
    if verdict is Try.RIGHT and keep:
        # Who reads a number's messages has the number: an earlier owner's row gives way.
        PhoneNumber.objects.update_or_create(
            digest=row.number_digest,
            defaults={
                "number": row.number,
                "place": row.place,
                "language": row.language,
                "receipt_digest": keyed.digest(_RECEIPT, receipt),
                "confirmed_at": now,
            },
        )
    if verdict is Try.RIGHT:
        NumberRequest.objects.filter(digest=request).update(confirmed_at=now, number=b"")
    return receipt


def confirmed(receipt: str) -> str | None:
    """Return the number (E.164) of a receipt; None where it is of none."""
    row = PhoneNumber.objects.filter(receipt_digest__in=keyed.digests(_RECEIPT, receipt)).first()
    return decrypt(bytes(row.number)) if row is not None else None


def language_of(number: str) -> str | None:
    """Return the language that the owner of a number chose; None where nobody left it."""
    rows = PhoneNumber.objects.filter(digest__in=keyed.digests(_NUMBER, number))
    return rows.values_list("language", flat=True).first()


def forget(receipt: str) -> bool:
    """Delete the number of a receipt; return whether there was one."""
    gone, _ = PhoneNumber.objects.filter(receipt_digest__in=keyed.digests(_RECEIPT, receipt)).delete()
    return gone > 0


def forget_number(number: str) -> bool:
    """Delete a number for an officer whom the owner asks, because the phone is lost; return whether there was one."""
    gone, _ = PhoneNumber.objects.filter(digest__in=keyed.digests(_NUMBER, number)).delete()
    NumberRequest.objects.filter(number_digest__in=keyed.digests(_NUMBER, number)).delete()
    return gone > 0


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete what has expired: requests after a day, numbers after a year."""
    requests, _ = NumberRequest.objects.filter(created_at__lte=now - rules.REQUEST_LIFE).delete()
    numbers, _ = PhoneNumber.objects.filter(confirmed_at__lte=now - rules.NUMBER_LIFE).delete()
    return {"number_requests": requests, "numbers": numbers}


def _place(commune: str) -> str:
    """Return the place of a commune's code; the country where there is none, or no commune of ours."""
    try:
        return place_of(UnitCode.parse(commune)) if commune else NATION
    except GeographyError:
        return NATION


def _code_digest(request: str, code: str) -> str:
    return keyed.digest(_CODE, f"{request} {code}")


def decrypt(encrypted: bytes) -> str:
    """Decrypt the number of a row. Raises AuthorityError where no secret of this installation decrypts it."""
    return encryption.decrypt(_NUMBER, encrypted)
