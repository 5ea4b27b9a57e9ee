"""Say what became of a code and of a sharing, and what to do now: nobody is thanked for what did not happen."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bluezone.errors import N_
from bluezone.i18n import Translator, at_start, format_weekday_date
from bluezone.phone.client.http import (
    ConnectionFailedError,
    RefusedError,
    UnavailableError,
    UnreadableError,
    WrongClockError,
)
from bluezone.phone.client.publishing import ClockRefusedError, NothingToShareError, PublishError
from bluezone.phone.client.sender import BusyError
from bluezone.phone.errors import ClockError, PhoneError
from bluezone.phone.stores.preference_store import Choices, Sharing
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.common import Step
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.messages import PublishCode, VerifyCode


class State(StrEnum):
    """Name what became of it: what a `Sharing` names, and what comes before. ASKED_AGAIN: another code, after something
    was shared; WAITING: the owner said yes, and there was no connection."""

    NONE = "none"
    ASKED = "asked"
    ASKED_AGAIN = "asked again"
    WAITING = "waiting"
    SHARED = Sharing.SHARED
    PARTLY = Sharing.PARTLY
    WITHDRAWN = Sharing.WITHDRAWN
    TAKEN_BACK = Sharing.TAKEN_BACK
    REFUSED = Sharing.REFUSED
    NOTHING = Sharing.NOTHING
    AS_CONTACT = Sharing.AS_CONTACT
    OTHER_TIME = Sharing.OTHER_TIME


#: those in which keys stand published
_PUBLISHED = (Sharing.SHARED, Sharing.PARTLY, Sharing.OTHER_TIME)
#: in these the owner is not ill
_WELL = (State.WITHDRAWN, State.AS_CONTACT)


#: what to say of each: title and text
_SAID: Mapping[State, tuple[str, str]] = {
    State.NONE: (
        N_("Nothing has been shared"),
        N_("With a code of your health station you can have the people you met warned."),
    ),
    State.ASKED: (
        N_("Nothing has been shared yet"),
        N_("Your result is here. You decide whether the people you met are warned."),
    ),
    State.ASKED_AGAIN: (
        N_("Another result is here"),
        N_("What you shared before stands until you decide."),
    ),
    State.WAITING: (
        N_("Not sent yet"),
        N_("You said yes, and the health authority could not be reached. Please go on when there is internet."),
    ),
    State.SHARED: (
        N_("Thank you"),
        N_("The people you met will be warned within hours. They do not learn who you are."),
    ),
    State.PARTLY: (
        N_("Thank you"),
        N_(
            "Most of what you shared was taken, and people you met will be warned within hours. A few days could not be used. They do not learn who you are."
        ),
    ),
    State.OTHER_TIME: (
        N_("This phone's date was not right"),
        N_(
            "What you shared was taken, but it may not fit the days, so people you met may not be warned. Please set date and time to automatic, and tell your health station; they can help in another way."
        ),
    ),
    State.WITHDRAWN: (
        N_("The warning is taken back"),
        N_("Those who were warned will read within hours that it no longer stands. They do not learn who you are."),
    ),
    State.TAKEN_BACK: (
        N_("The warning is taken back"),
        N_("As you wished. Those who were warned will read within hours that it no longer stands."),
    ),
    State.REFUSED: (
        N_("Nothing was shared"),
        N_("The health authority did not take it. Your health station can give you a new code."),
    ),
    State.AS_CONTACT: (
        N_("Thank you"),
        N_(
            "The people you met since your contact will read within hours that they should watch their health. They do not learn who you are."
        ),
    ),
    State.NOTHING: (
        N_("Nothing was shared"),
        N_("This phone has sent nothing in the last 14 days, so there is nobody to warn."),
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what to say of it. `is_well`: the owner is not ill, so nothing is said of being so; `is_done`: those who
    were to be told will be."""

    state: State
    title: str
    text: str
    steps: tuple[str, ...]
    next: Step | None
    is_well: bool
    is_done: bool = True


@dataclass(frozen=True, slots=True)
class ShareDay:
    """Hold a day that can be shared: its field in the form, its name. `is_shared`: it was shared before."""

    field: str
    name: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Hold the days that an owner leaves out. `is_nothing`: no day is left to share."""

    days: frozenset[dt.date]
    is_nothing: bool


#: says that the form offered days: without it all of them are meant
CHOSEN = "choose"


def days(known: Mapping[dt.date, bool], language: Translator) -> list[ShareDay]:
    """Return the days that can be shared, the newest first."""
    return [
        ShareDay(
            _field(day),
            at_start(format_weekday_date(day, language.language)),
            is_shared,
        )
        for day, is_shared in sorted(known.items(), reverse=True)
    ]


def _field(day: dt.date) -> str:
    return f"day-{day.isoformat()}"


def left_out(form: Mapping[str, str], known: Mapping[dt.date, bool]) -> LeftOut:
    """Return the days whose box is empty in a form that offered days. What was shared before cannot be left out."""
    if form.get(CHOSEN) != "days":
        return LeftOut(frozenset(), is_nothing=False)
    kept = frozenset(day for day, is_shared in known.items() if not is_shared and form.get(_field(day)) != "yes")
    return LeftOut(kept, is_nothing=bool(kept) and kept == known.keys())


def turn_of_day(now_s: float, language: Translator) -> str:
    """Return the time of the clock here at which a day of random numbers begins: midnight UTC."""
    return language.time(day_start_s(now_s))


def state_of(choices: Choices, result: VerifiedResult | None) -> State:
    """Decide what became of the last code: what is under way first, then what was done."""
    if result is not None:
        if result.agreed:
            return State.WAITING
        return State.ASKED if choices.published_at_s is None else State.ASKED_AGAIN
    if choices.published_at_s is not None:
        return State(choices.sharing) if choices.sharing in _PUBLISHED else State.SHARED
    return State.NONE if choices.sharing in (Sharing.NONE, *_PUBLISHED) else State(choices.sharing)


def outcome(choices: Choices, result: VerifiedResult | None, language: Translator) -> Outcome:
    """Say what became of the last code."""
    _, state = language.gettext, state_of(choices, result)
    title, text = map(_, _SAID[state])
    code, read = Step(_("Enter a code"), "/code"), Step(_("See the result"), "/result")
    following = {
        State.NONE: code,
        State.ASKED: read,
        State.ASKED_AGAIN: read,
        State.WAITING: Step(_("Go on"), "/result/share"),
        State.REFUSED: code,
    }
    steps: tuple[str, ...] = (
        _("If your test is positive, follow what your health station or hospital told you."),
        _("Keep away from others until they say that it is over."),
        _("If breathing is hard, or you feel much worse, call 115 at once."),
    )
    if state in _WELL:
        steps = (
            _("Follow what your health station told you as a contact (F1).")
            if state is State.AS_CONTACT
            else _("Your test is negative. You need do nothing more."),
            _("If you have {watch_for}, call your health station."),
        )
    return Outcome(state, title, text, steps, following.get(state), state in _WELL, state is not State.OTHER_TIME)


# --- why a code or a sharing was not taken ------------------------------------------------------------


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
_TRY_AGAIN = (
    Kind.TOO_MANY,
    Kind.BUSY,
    Kind.AWAY,
    Kind.UNREADABLE,
    Kind.NO_CONNECTION,
    Kind.CLOCK,
)


#: why, and what to do now: title and text
_TEXTS: Mapping[Kind, tuple[str, str]] = {
    Kind.EXPIRED: (
        N_("This code has run out"),
        N_("Your health station gladly gives you a new one."),
    ),
    Kind.NOT_TAKEN: (
        N_("This code was not accepted"),
        N_(
            "Perhaps it was used before, a newer one took its place, or it is of another province. Please compare it, or ask your health station for a new one."
        ),
    ),
    Kind.ANOTHER_PHONE: (
        N_("This code is for another phone"),
        N_("It works on the phone that asked for it. Please use that one, or ask your health station for a code."),
    ),
    Kind.ANOTHER_PROVINCE: (
        N_("This code is of another province"),
        N_(
            "This Bluezone belongs to another health authority. Nothing was shared. Please ask your health station, who can pass it on."
        ),
    ),
    Kind.LONG_ASKED: (
        N_("Please use the long code"),
        N_(
            "Many wrong codes are being tried just now, so short ones rest for a while. Open the link or scan the"
            " picture from your health station, or ask them for the long code. It works at once."
        ),
    ),
    Kind.TOO_MANY: (
        N_("Many tries in a short time"),
        N_("Your code is still good. Please wait ten minutes, then try again."),
    ),
    Kind.OUTDATED: (
        N_("Bluezone on this phone is too old for this code"),
        N_("Please update it, then enter the code again. The code is still good."),
    ),
    Kind.NO_DAY: (
        N_("A day is missing in your record"),
        N_("Please ask your health station to enter the day of your test, and for a new code."),
    ),
    Kind.LAPSED: (
        N_("The confirmation has lapsed"),
        N_("It is good for one day. Nothing was shared. Please ask your health station for a new code."),
    ),
    Kind.UNKNOWN: (
        N_("The health authority did not accept this"),
        N_("Please ask your health station for a new code."),
    ),
    Kind.SHARED_BEFORE: (
        N_("This was shared before"),
        N_("The health authority has it already, from an earlier Bluezone on this phone. Nothing more is needed."),
    ),
    Kind.TAKEN_BACK: (
        N_("This was changed before"),
        N_(
            "Your result was corrected once already, and stands as it is. If it is wrong, please tell your health station."
        ),
    ),
    Kind.KEYS_NOT_TAKEN: (
        N_("What this phone sent could not be used"),
        N_("Nobody was warned. Please tell your health station; they can help in another way."),
    ),
    Kind.KEYS_OF_ANOTHER_TIME: (
        N_("This phone's date was not right"),
        N_(
            "So what it sent does not fit the days, and nobody was warned. Please set date and time to automatic, and tell your health station; they can help in another way."
        ),
    ),
    Kind.NOTHING: (
        N_("There is nothing to share"),
        N_("This phone has sent nothing in the last 14 days, so there is nobody to warn."),
    ),
    Kind.PHONE: (
        N_("This phone cannot share now"),
        N_("Nothing was sent. Please tell your health station; they can help in another way."),
    ),
    Kind.BUSY: (
        N_("The health authority is busy just now"),
        N_("Nothing is lost and your code is still good. Please try again in a few minutes."),
    ),
    Kind.AWAY: (
        N_("The health authority does not answer just now"),
        N_(
            "Your internet works. Please try again in ten minutes. Should the code run out meanwhile, your health station gladly gives you a new one."
        ),
    ),
    Kind.UNREADABLE: (
        N_("The health authority could not be reached"),
        N_(
            "Something else answered. Perhaps this Wi-Fi first wants you to log in: open any page in the browser, or use mobile data. Then try again, your code is still good."
        ),
    ),
    Kind.NO_CONNECTION: (
        N_("No connection just now"),
        N_("Nothing is lost and your code is still good. Please see whether this phone has internet, then try again."),
    ),
    Kind.CLOCK: (
        N_("This phone's date or time is not right"),
        N_(
            "Please set the date and the time in the phone's settings to automatic, then try again. Your code is still good."
        ),
    ),
}


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
    _, kind = language.gettext, kind_of(error)
    now = Step(_("What to do now"), "/positive")
    if kind is Kind.NOT_TAKEN and shared_at_s is not None:  # what is likeliest: the code was used, and all is done
        return Refusal(
            _("This code was used already"),
            _(
                "You shared on {date}, and the people you met were warned. If this is the same code, nothing more is needed. If it is a new one, please compare it, or ask your health station."
            ).format(date=language.date(shared_at_s)),
            step=now,
        )
    title, text = map(_, _TEXTS[kind])
    again, step = kind in _TRY_AGAIN, now if kind in _DONE else None
    return Refusal(title, text, try_again=again, asks_long=kind is Kind.LONG_ASKED, step=step)


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
