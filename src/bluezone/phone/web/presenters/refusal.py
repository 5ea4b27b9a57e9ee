"""Say why a code or a sharing was not taken: a sentence, and what to do next. Never whose fault it was.

Every error code that the authority can answer stands in one of two tables, by the API it belongs to; a test holds them
to the authority's source.
"""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bluezone.i18n import Translator
from bluezone.phone.client.http import (
    ConnectionFailedError,
    RefusedError,
    UnavailableError,
    UnreadableError,
    WrongClockError,
)
from bluezone.phone.client.publishing import BusyError, ClockRefusedError, NothingToShareError, PublishError
from bluezone.phone.errors import ClockError, PhoneError
from bluezone.phone.web.presenters.common import Step
from bluezone.protocol.messages import PublishCode, VerifyCode


class Kind(StrEnum):
    """Name what is the matter, as far as it changes what to do."""

    EXPIRED = "expired"
    NOT_TAKEN = "not taken"
    ANOTHER_PHONE = "another phone"
    ANOTHER_PROVINCE = "another province"
    LONG_ASKED = "long asked"
    TOO_MANY = "too many"
    OUTDATED = "outdated"
    NO_DAY = "no day"
    LAPSED = "lapsed"
    SHARED_BEFORE = "shared before"
    TAKEN_BACK = "taken back"
    KEYS_NOT_TAKEN = "keys not taken"
    BUSY = "busy"
    AWAY = "away"
    UNREADABLE = "unreadable"
    NO_CONNECTION = "no connection"
    CLOCK = "clock"
    KEYS_OF_ANOTHER_TIME = "keys of another time"
    NOTHING = "nothing"
    UNKNOWN = "unknown"
    PHONE = "phone"


#: `errorCode` of /api/verify and /api/certificate
VERIFY: Mapping[str, Kind] = {
    VerifyCode.CODE_EXPIRED: Kind.EXPIRED,
    VerifyCode.CODE_INVALID: Kind.NOT_TAKEN,
    VerifyCode.CODE_NOT_FOUND: Kind.NOT_TAKEN,
    VerifyCode.CODE_USER_UNAUTHORIZED: Kind.ANOTHER_PHONE,
    VerifyCode.MISSING_NONCE: Kind.ANOTHER_PHONE,
    VerifyCode.QUOTA_EXCEEDED: Kind.LONG_ASKED,
    VerifyCode.TOO_MANY_REQUESTS: Kind.TOO_MANY,
    VerifyCode.UNSUPPORTED_TEST_TYPE: Kind.OUTDATED,
    VerifyCode.INVALID_TEST_TYPE: Kind.OUTDATED,
    VerifyCode.UNAUTHORIZED: Kind.OUTDATED,
    VerifyCode.UNPARSABLE_REQUEST: Kind.OUTDATED,
    VerifyCode.HMAC_INVALID: Kind.OUTDATED,
    VerifyCode.MISSING_DATE: Kind.NO_DAY,
    VerifyCode.INVALID_DATE: Kind.NO_DAY,
    VerifyCode.TOKEN_EXPIRED: Kind.LAPSED,
    VerifyCode.TOKEN_INVALID: Kind.LAPSED,
    VerifyCode.INTERNAL: Kind.BUSY,
    VerifyCode.MAINTENANCE: Kind.BUSY,
}
#: `code` of /v1/publish
PUBLISH: Mapping[str, Kind] = {
    PublishCode.UNKNOWN_HEALTH_AUTHORITY: Kind.ANOTHER_PROVINCE,
    PublishCode.HEALTH_AUTHORITY_UNAVAILABLE: Kind.BUSY,
    PublishCode.CERTIFICATE_INVALID: Kind.LAPSED,
    PublishCode.BAD_REQUEST: Kind.KEYS_NOT_TAKEN,
    PublishCode.INTERNAL: Kind.BUSY,
    PublishCode.MISSING_REVISION_TOKEN: Kind.SHARED_BEFORE,
    PublishCode.INVALID_REVISION_TOKEN: Kind.SHARED_BEFORE,
    PublishCode.KEY_ALREADY_REVISED: Kind.TAKEN_BACK,
    PublishCode.INVALID_TRANSITION: Kind.TAKEN_BACK,
    PublishCode.PARTIAL_FAILURE: Kind.KEYS_NOT_TAKEN,
}
#: the same code works later
_TRY_AGAIN = (Kind.TOO_MANY, Kind.BUSY, Kind.AWAY, Kind.UNREADABLE, Kind.NO_CONNECTION, Kind.CLOCK)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Say why a code was refused. `try_again`: the same code may work later. `asks_long`: the long one will work.
    `step`: where to go instead of to another code."""

    title: str
    text: str
    try_again: bool = False
    asks_long: bool = False
    step: Step | None = None


def kind_of(error: PhoneError) -> Kind:
    """Return what is the matter, of an error of `Publisher`."""
    of_type: tuple[tuple[type[PhoneError], Kind], ...] = (
        (WrongClockError, Kind.CLOCK),
        (ClockError, Kind.CLOCK),
        (ClockRefusedError, Kind.KEYS_OF_ANOTHER_TIME),
        (NothingToShareError, Kind.NOTHING),
        (UnavailableError, Kind.AWAY),
        (UnreadableError, Kind.UNREADABLE),
        (RefusedError, Kind.UNREADABLE),  # led elsewhere, or more than was asked for
    )
    for one, kind in of_type:
        if isinstance(error, one):
            return kind
    if isinstance(error, (PublishError, BusyError)):
        return {**VERIFY, **PUBLISH}.get(error.code, Kind.BUSY if isinstance(error, BusyError) else Kind.UNKNOWN)
    return Kind.NO_CONNECTION if isinstance(error, ConnectionFailedError) else Kind.PHONE


def refusal(error: PhoneError, language: Translator, shared_at_s: float | None = None) -> Refusal:
    """Say what to tell the owner of an error of `Publisher`. `shared_at_s`: when this phone last shared, if it did."""
    kind = kind_of(error)
    if kind is Kind.NOT_TAKEN and shared_at_s is not None:
        return _perhaps_used(shared_at_s, language)
    title, text = _texts(language)[kind]
    step = Step(language.gettext("What to do now"), "/positive") if kind in _DONE else None
    return Refusal(title, text, try_again=kind in _TRY_AGAIN, asks_long=kind is Kind.LONG_ASKED, step=step)


def clock_is_off(language: Translator) -> Refusal:
    """Say, of a code that was taken, that the clock is to be set right before anything is shared."""
    _ = language.gettext
    return Refusal(
        _("This phone's date or time is not right"),
        _(
            "Your result is here, and it is kept. Please set the date and the time in the phone's settings to automatic before you share."
        ),
        step=Step(_("See the result"), "/result"),
    )


#: another code would change nothing
_DONE = (Kind.SHARED_BEFORE, Kind.TAKEN_BACK, Kind.NOTHING)


def _perhaps_used(shared_at_s: float, language: Translator) -> Refusal:
    """Return what is likeliest where this phone has shared before: the code was used, and all is done."""
    _ = language.gettext
    return Refusal(
        _("This code was used already"),
        _(
            "You shared on {date}, and the people you met were warned. If this is the same code, nothing more is needed. If it is a new one, please compare it, or ask your health station."
        ).format(date=language.date(shared_at_s)),
        step=Step(_("What to do now"), "/positive"),
    )


def _texts(language: Translator) -> Mapping[Kind, tuple[str, str]]:
    return _of_codes(language) | _of_keys(language) | _of_the_way(language)


def _of_codes(language: Translator) -> dict[Kind, tuple[str, str]]:
    _ = language.gettext
    return {
        Kind.EXPIRED: (_("This code has run out"), _("Your health station gladly gives you a new one.")),
        Kind.NOT_TAKEN: (
            _("This code was not accepted"),
            _(
                "Perhaps it was used before, a newer one took its place, or it is of another province. Please compare it, or ask your health station for a new one."
            ),
        ),
        Kind.ANOTHER_PHONE: (
            _("This code is for another phone"),
            _("It works on the phone that asked for it. Please use that one, or ask your health station for a code."),
        ),
        Kind.ANOTHER_PROVINCE: (
            _("This code is of another province"),
            _(
                "This Bluezone belongs to another health authority. Nothing was shared. Please ask your health station, who can pass it on."
            ),
        ),
        Kind.LONG_ASKED: (
            _("Please use the long code"),
            _(
                "Many wrong codes are being tried just now, so short ones rest for a while. Open the link or scan the"
                " picture from your health station, or ask them for the long code. It works at once."
            ),
        ),
        Kind.TOO_MANY: (
            _("Many tries in a short time"),
            _("Your code is still good. Please wait ten minutes, then try again."),
        ),
        Kind.OUTDATED: (
            _("Bluezone on this phone is too old for this code"),
            _("Please update it, then enter the code again. The code is still good."),
        ),
        Kind.NO_DAY: (
            _("A day is missing in your record"),
            _("Please ask your health station to enter the day of your test, and for a new code."),
        ),
        Kind.LAPSED: (
            _("The confirmation has lapsed"),
            _("It is good for one day. Nothing was shared. Please ask your health station for a new code."),
        ),
        Kind.UNKNOWN: (
            _("The health authority did not accept this"),
            _("Please ask your health station for a new code."),
        ),
    }


def _of_keys(language: Translator) -> dict[Kind, tuple[str, str]]:
    _ = language.gettext
    return {
        Kind.SHARED_BEFORE: (
            _("This was shared before"),
            _("The health authority has it already, from an earlier Bluezone on this phone. Nothing more is needed."),
        ),
        Kind.TAKEN_BACK: (
            _("This was changed before"),
            _(
                "Your result was corrected once already, and stands as it is. If it is wrong, please tell your health station."
            ),
        ),
        Kind.KEYS_NOT_TAKEN: (
            _("What this phone sent could not be used"),
            _("Nobody was warned. Please tell your health station; they can help in another way."),
        ),
        Kind.KEYS_OF_ANOTHER_TIME: (
            _("This phone's date was not right"),
            _(
                "So what it sent does not fit the days, and nobody was warned. Please set date and time to automatic, and tell your health station; they can help in another way."
            ),
        ),
        Kind.NOTHING: (
            _("There is nothing to share"),
            _("This phone has sent nothing in the last 14 days, so there is nobody to warn."),
        ),
        Kind.PHONE: (
            _("This phone cannot share now"),
            _("Nothing was sent. Please tell your health station; they can help in another way."),
        ),
    }


def _of_the_way(language: Translator) -> dict[Kind, tuple[str, str]]:
    _ = language.gettext
    return {
        Kind.BUSY: (
            _("The health authority is busy just now"),
            _("Nothing is lost and your code is still good. Please try again in a few minutes."),
        ),
        Kind.AWAY: (
            _("The health authority does not answer just now"),
            _(
                "Your internet works. Please try again in ten minutes. Should the code run out meanwhile, your health station gladly gives you a new one."
            ),
        ),
        Kind.UNREADABLE: (
            _("The health authority could not be reached"),
            _(
                "Something else answered. Perhaps this Wi-Fi first wants you to log in: open any page in the browser, or use mobile data. Then try again, your code is still good."
            ),
        ),
        Kind.NO_CONNECTION: (
            _("No connection just now"),
            _(
                "Nothing is lost and your code is still good. Please see whether this phone has internet, then try again."
            ),
        ),
        Kind.CLOCK: (
            _("This phone's date or time is not right"),
            _(
                "Please set the date and the time in the phone's settings to automatic, then try again. Your code is still good."
            ),
        ),
    }
