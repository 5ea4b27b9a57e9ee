"""Decide, without a database, which numbers are taken, when a code is sent, and when a code is right."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

from bluezone.authority.errors import AuthorityError
from bluezone.protocol.phone_numbers import Refusal

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
    try:
        number = phonenumbers.parse(text, _region(countries) if typed else None)
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


def _region(countries: Collection[str]) -> str | None:
    first = next((code for code in countries if code.isdecimal()), None)
    return str(phonenumbers.region_code_for_country_code(int(first))) if first else None


@dataclass(frozen=True, slots=True)
class SendFacts:
    """Count the messages sent before: under this request, when last, to this number within a day, by all within an
    hour."""

    sends: int = 0
    last_sent_at: dt.datetime | None = None
    to_number_today: int = 0
    by_all_this_hour: int = 0
    confirmed: bool = False


class Send(enum.StrEnum):
    SEND = "send"
    ON_ITS_WAY = "on its way"
    TOO_MANY = "too many"


def judge_send(facts: SendFacts, now: dt.datetime, most_an_hour: int) -> Send:
    """Decide whether to send a code."""
    if facts.confirmed or (facts.last_sent_at is not None and now - facts.last_sent_at < SAME_SEND):
        return Send.ON_ITS_WAY
    if (
        facts.sends >= MAX_SENDS_PER_REQUEST
        or facts.to_number_today >= MAX_SENDS_PER_NUMBER_A_DAY
        or facts.by_all_this_hour >= most_an_hour
    ):
        return Send.TOO_MANY
    return Send.SEND


@dataclass(frozen=True, slots=True)
class TryFacts:
    """Hold what is known of a request when a code arrives for it."""

    code_expires_at: dt.datetime
    tries: int
    confirmed: bool


class Try(enum.StrEnum):
    """Name the outcome of a code. `AGAIN`: right, and confirmed already: its answer was lost."""

    RIGHT = "right"
    AGAIN = "again"
    WRONG = "wrong"
    SPENT = "spent"


def judge_try(facts: TryFacts | None, matches: bool, now: dt.datetime) -> Try:
    """Judge a code. Unknown, expired and burnt requests are refused alike."""
    if facts is None or now >= facts.code_expires_at or facts.tries >= MAX_TRIES:
        return Try.SPENT
    if not matches:
        return Try.WRONG
    return Try.AGAIN if facts.confirmed else Try.RIGHT
