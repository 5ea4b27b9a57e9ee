"""Take, confirm and delete telephone numbers that people leave, and show that a number is its giver's own.

Which numbers are taken, when a code is sent and when one is right are rules without a database.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import hmac
import logging
import secrets
from collections.abc import Collection

import phonenumbers
from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from phonenumbers import PhoneNumberType

from bluezone.authority.errors import AuthorityError
from bluezone.authority.messages.models import NumberRequest, PhoneNumber
from bluezone.authority.messages.sms import Sender, SmsError, sender
from bluezone.authority.officers.jurisdiction import place_or_nation
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import (
    CODE_DIGITS,
    LANGUAGES,
    REQUEST_BYTES,
    CodeRequest,
    Confirmation,
    Refusal,
)

log = logging.getLogger(__name__)

#: long enough to find the message, too short to guess in
CODE_LIFE = dt.timedelta(minutes=5)
#: of 10^6: who guesses has one chance in 200,000 a request
MAX_TRIES = 5
#: a request repeated within this is one whose answer was lost: the message is on its way already
SAME_SEND = dt.timedelta(seconds=30)
MAX_SENDS_PER_REQUEST = 3
MAX_SENDS_PER_NUMBER_A_DAY = 6
#: requests are kept a day (they are what messages are counted by), numbers a year
REQUEST_LIFE, NUMBER_LIFE = dt.timedelta(days=1), dt.timedelta(days=365)

_TEXTABLE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


class NumberRefusedError(AuthorityError):
    """Report a number or a code that is not taken; `refusal` is the API's word for why."""

    def __init__(self, text: str, refusal: Refusal) -> None:
        super().__init__(text)
        self.refusal = refusal


def spoken_number(number: str) -> str:
    """Return a number in E.164 as people of its country read and dial it; any other text as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))


def checked_number(text: str, countries: Collection[str], *, typed: bool = False) -> str:
    """Return the number in E.164, if it exists and a message can be sent to it. Raises NumberRefusedError.

    A number that a health office has `typed` may lack its country: then it is of the first of `countries`.

    Only numbers of `countries` (calling codes): messages to some numbers abroad cost so much that swindlers have them
    sent, and share in the price.
    """
    first = next((code for code in countries if code.isdecimal()), None) if typed else None
    region = str(phonenumbers.region_code_for_country_code(int(first))) if first else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise NumberRefusedError(
            "this is not a telephone number with its country, as +84912345678", Refusal.NUMBER_INVALID
        ) from error
    if str(number.country_code) not in countries:
        known = ", ".join(f"+{code}" for code in sorted(countries))
        raise NumberRefusedError(f"only numbers of {known} are taken", Refusal.NUMBER_UNSUPPORTED)
    if not phonenumbers.is_valid_number(number):
        raise NumberRefusedError("there is no such telephone number", Refusal.NUMBER_INVALID)
    kind = phonenumbers.number_type(number)
    if kind not in _TEXTABLE and not (typed and kind is PhoneNumberType.TOLL_FREE):  # (+1: such numbers take messages)
        raise NumberRefusedError("no text message reaches this number", Refusal.NUMBER_UNSUPPORTED)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class Send(enum.StrEnum):
    SEND = "send"
    ON_ITS_WAY = "on its way"
    TOO_MANY = "too many"


def judge_send(
    request: NumberRequest | None, to_number_today: int, by_all_this_hour: int, now: dt.datetime, most_an_hour: int
) -> Send:
    """Decide whether to send a code for a request (None: a new one), by how many messages went before: to its number
    within a day, to all numbers within an hour."""
    if request is not None:
        sent_at = request.sent_at
        if request.confirmed_at is not None or (sent_at is not None and now - sent_at < SAME_SEND):
            return Send.ON_ITS_WAY
        if request.sends >= MAX_SENDS_PER_REQUEST:
            return Send.TOO_MANY
    if to_number_today >= MAX_SENDS_PER_NUMBER_A_DAY or by_all_this_hour >= most_an_hour:
        return Send.TOO_MANY
    return Send.SEND


class Try(enum.StrEnum):
    """Name the outcome of a code. `AGAIN`: right, and confirmed already: its answer was lost."""

    RIGHT = "right"
    AGAIN = "again"
    WRONG = "wrong"
    SPENT = "spent"


def judge_try(request: NumberRequest | None, matches: bool, now: dt.datetime) -> Try:
    """Judge a code for a request. Unknown, expired and burnt ones are refused alike."""
    if request is None or now >= request.code_expires_at or request.tries >= MAX_TRIES:
        return Try.SPENT
    if not matches:
        return Try.WRONG
    return Try.RIGHT if request.confirmed_at is None else Try.AGAIN


# --- numbers that are left --------------------------------------------------------------------------------------------

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
    number = checked_number(asked.number, settings.BLUEZONE.sms_countries)
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
    to_number = NumberRequest.objects.filter(number_digest=number_digest, created_at__gt=now - REQUEST_LIFE)
    by_all = NumberRequest.objects.filter(created_at__gt=now - dt.timedelta(hours=1))
    today, this_hour = (rows.aggregate(n=Sum("sends"))["n"] or 0 for rows in (to_number, by_all))
    verdict = judge_send(row, today, this_hour, now, settings.BLUEZONE.sms_per_hour)
    if verdict is Send.TOO_MANY:
        raise NumberRefusedError("too many messages for now", Refusal.TOO_MANY)
    if verdict is Send.ON_ITS_WAY:
        return False
    NumberRequest.objects.update_or_create(
        digest=request,
        defaults={
            "number_digest": number_digest,
            "number": encryption.encrypt(_NUMBER, number),
            "place": place_or_nation(asked.commune),
            "language": asked.language,
            "code_digest": _code_digest(request, code),
            "code_expires_at": now + CODE_LIFE,
            "created_at": row.created_at if row else now,
            "sends": row.sends + 1 if row else 1,
            "sent_at": None,
            "tries": 0,
        },
    )
    return True


def confirm(given: Confirmation, now: dt.datetime) -> str:
    """Store a number whose code is right, and return its receipt. Raises NumberRefusedError."""
    receipt = _confirm(given, now)
    if receipt is None:  # outside the transaction, so that the wrong try stays counted
        raise NumberRefusedError("the code is wrong, or its time is over", Refusal.CODE_INVALID)
    return receipt


@transaction.atomic
def _confirm(given: Confirmation, now: dt.datetime, *, keep: bool = True) -> str | None:
    request = keyed.digest(_REQUEST, given.request)
    row = NumberRequest.objects.select_for_update().filter(digest=request).first()
    matches = row is not None and hmac.compare_digest(row.code_digest, _code_digest(request, given.code))
    verdict = judge_try(row, matches, now)
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
    requests, _ = NumberRequest.objects.filter(created_at__lte=now - REQUEST_LIFE).delete()
    numbers, _ = PhoneNumber.objects.filter(confirmed_at__lte=now - NUMBER_LIFE).delete()
    return {"number_requests": requests, "numbers": numbers}


def _code_digest(request: str, code: str) -> str:
    return keyed.digest(_CODE, f"{request} {code}")


def decrypt(encrypted: bytes) -> str:
    """Decrypt the number of a row. Raises AuthorityError where no secret of this installation decrypts it."""
    return encryption.decrypt(_NUMBER, encrypted)


# --- numbers that are shown to be one's own ---------------------------------------------------------------------------


def are_offered() -> bool:
    """Return whether this server sends text messages."""
    return sender() is not None


def ask_to_show(number: str, bound_to: bytes, language: str, now: dt.datetime) -> bool:
    """Send a code to a number; return whether one is on its way."""
    send = sender()
    if send is None:
        return False
    asked = CodeRequest(
        request=_request_of(number, bound_to),
        number=number,
        language=language if language in LANGUAGES else LANGUAGES[-1],
    )
    try:
        ask(asked, send, now)
    except NumberRefusedError:
        return False
    except SmsError as error:
        log.error("no text message: %s", error)  # noqa: TRY400 (its text says all)
        return False
    return True


def is_right(number: str, bound_to: bytes, code: str, now: dt.datetime) -> bool:
    """Return whether a code is the one sent to a number for this purpose. The number is not stored."""
    digits = "".join(sign for sign in code if not sign.isspace())
    try:
        given = Confirmation(request=_request_of(number, bound_to), code=digits)
    except ProtocolError:
        return False
    return _confirm(given, now, keep=False) is not None


def _request_of(number: str, bound_to: bytes) -> bytes:
    """Return the request's id: of this number and what it is given for, so that a code confirms no other number."""
    return hashlib.sha256(bound_to + number.encode()).digest()[:REQUEST_BYTES]
