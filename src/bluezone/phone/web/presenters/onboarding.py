"""Present the first minutes in five screens: what Bluezone does, what stays here, what the device allows it, whether one
is counted, and the yes. One question a screen. Commune, poster code and telephone number are asked for later, here too.
"""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from bluezone.i18n import Translator
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.phone_number import PhoneNumberError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.preference_store import Choices
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import CODE_DIGITS, Refusal
from bluezone.protocol.unit_codes import MistypedError, read_unit_code

#: in this order
PATHS = ("/welcome/1", "/welcome/2", "/welcome/3", "/welcome/4", "/welcome/5")
PERMISSIONS_PATH, COUNT_PATH, START_PATH = PATHS[2:]
#: what the device allows, or not; each is asked for with its reason
PERMISSIONS = ("bluetooth", "background", "notifications")
#: what only makes sense with an authority to speak to
_WITH_AUTHORITY = (COUNT_PATH,)
MAX_NUMBER_TEXT = 40
_COUNTRY = "84"  # Viet Nam, for numbers written without one


@dataclass(frozen=True, slots=True)
class Position:
    """Say where in the welcome one is: step (from 1) of how many, and the ways on and back ("" at the ends)."""

    step: int
    steps: int
    back: str
    next: str


def position(path: str, *, authority_known: bool) -> Position:
    """Return the position of a path. Raises ValueError for one that is none of the welcome."""
    paths = [one for one in PATHS if authority_known or one not in _WITH_AUTHORITY]
    index = paths.index(path)
    return Position(
        step=index + 1,
        steps=len(paths),
        back=paths[index - 1] if index else "",
        next=paths[index + 1] if index + 1 < len(paths) else "",
    )


def resumed(reached: str, *, authority_known: bool) -> str:
    """Return the screen on which to go on: the one reached before the program ended, if it is still asked."""
    try:
        position(reached, authority_known=authority_known)
    except ValueError:
        return PATHS[0]
    return reached


def allowed(answer: str, chosen: Collection[str]) -> dict[str, bool]:
    """Return what the device may do, by permission: all of it with a yes, what was chosen with "some", else nothing."""
    return {name: answer == "yes" or (answer == "some" and name in chosen) for name in PERMISSIONS}


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold one thing that Bluezone asks the device's owner for: the reason, and what a no means."""

    name: str
    icon: str
    title: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what one screen says; `asks` are the permissions it asks for."""

    icon: str
    title: str
    text: str
    points: tuple[str, ...]
    asks: tuple[Asked, ...] = ()


def said(path: str, language: Translator) -> Said:
    """Return what a screen of the welcome says; KeyError where there is none."""
    _ = language.gettext
    return {
        "/welcome/1": Said(
            "rings",
            _("Know early if you were near a case"),
            _(
                "When two phones with Bluezone meet, each notes that it met the other. If one owner later tests positive, the other can be warned."
            ),
            (
                _("It costs nothing and works without internet most of the time."),
                _("The more neighbours join, the sooner each is warned."),
            ),
        ),
        "/welcome/2": Said(
            "lock",
            _("Your contacts stay on this phone"),
            _("Phones exchange random numbers that change every ten minutes."),
            (
                _("No name, no place, no list of people is noted."),
                _("Nothing leaves this phone unless you say yes."),
                _("What was noted is deleted by itself after 14 days."),
            ),
        ),
        PERMISSIONS_PATH: Said(
            "bluetooth",
            _("What may Bluezone use?"),
            _("Not where you are, nor your contacts or pictures. You can change this at any time."),
            (),
            _asks(language),
        ),
        COUNT_PATH: Said(
            "bars",
            _("May your commune count this phone?"),
            _("So that it knows how many take part, and where help is needed."),
            (
                _("Once a day a random number is sent, with your commune and poster code if you gave them."),
                _("It is not needed for your protection: you are warned all the same."),
            ),
        ),
        START_PATH: Said(
            "check",
            _("Shall Bluezone start?"),
            _("With your yes, this phone begins to notice others and to be noticed."),
            (
                _("If you are warned, only you see it."),
                _("If you test positive, you decide whether others are warned."),
                _("You can delete everything at any time in the settings."),
            ),
        ),
    }[path]


def _asks(language: Translator) -> tuple[Asked, ...]:
    _ = language.gettext
    return (
        Asked(
            "bluetooth",
            "bluetooth",
            _("Bluetooth"),
            _("To notice phones nearby, and be noticed by them."),
            _("Without it there is nothing to warn of."),
        ),
        Asked(
            "background",
            "pulse",
            _("Work while you do other things"),
            _("People meet on the bus, not while they look at Bluezone."),
            _("If not, it works only while you look at it."),
        ),
        Asked(
            "notifications",
            "bell",
            _("Send you a notice"),
            _("So that you see a warning on its day. It does not say what it is about."),
            _("If not, warnings wait here until you look."),
        ),
    )


@dataclass(frozen=True, slots=True)
class Later:
    """Hold what one may add when one likes: a link to the question."""

    href: str
    icon: str
    title: str
    text: str


def later(choices: Choices, *, has_number: bool, authority_known: bool, language: Translator) -> tuple[Later, ...]:
    """Return what was not given yet and can be, when one likes."""
    _ = language.gettext
    found = []
    if not choices.commune:
        found.append(Later("/place", "pin", _("Your commune"), _("For its news, and its advice after a warning")))
    if not choices.unit:
        found.append(
            Later("/unit", "poster", _("Poster code"), _("From work, school or the market: it counts for them"))
        )
    if authority_known and not has_number:
        found.append(Later("/number", "phone", _("Your telephone number"), _("For urgent advice by text message")))
    return tuple(found)


# --- the unit -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """Hold what was typed in its one form, or (`value` empty) a sentence on what to mend."""

    value: str = ""
    problem: str = ""


def read_unit(text: str, language: Translator) -> Read:
    _ = language.gettext
    if not text.strip():
        return Read(problem=_("Please enter the code from the poster, or go on without one."))
    try:
        return Read(read_unit_code(unicodedata.normalize("NFKC", text[:200])))
    except MistypedError:
        return Read(problem=_("A letter of this code is wrong. Please compare it with the poster."))
    except ProtocolError:
        return Read(problem=_("The code on a poster has 8 letters and digits, for example 7K3M-Q2XD."))


# --- the number ---------------------------------------------------------------------------------------

_SEPARATORS = re.compile(r"[\s.()/–-]+")


def read_number(text: str, language: Translator) -> Read:
    """Read a number as people of Viet Nam write it, with 0, 84 or +84, as E.164."""
    _ = language.gettext
    text = unicodedata.normalize("NFKC", text[:MAX_NUMBER_TEXT]).strip()
    if not text:
        return Read(problem=_("Please enter your telephone number."))
    digits = _SEPARATORS.sub("", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+{_COUNTRY}{digits[1:]}"
    elif digits.startswith(_COUNTRY) and len(digits) == 11:
        digits = f"+{digits}"
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", digits, re.ASCII):
        return Read(
            problem=_("This is not a telephone number. Please enter it as you dial it, for example 0912 345 678.")
        )
    return Read(digits)


def read_number_code(text: str, language: Translator) -> Read:
    """Read the six digits of the text message."""
    _ = language.gettext
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text[:MAX_NUMBER_TEXT]))
    if digits.isascii() and digits.isdigit() and len(digits) == CODE_DIGITS:
        return Read(digits)
    return Read(problem=_("The code in the text message has 6 digits."))


def number_problem(error: PhoneError | ProtocolError, language: Translator) -> str:
    """Say why a number or its code was not taken, and what helps."""
    _ = language.gettext
    if isinstance(error, ConnectionFailedError):
        return _("No connection just now. Nothing is lost: please try again when there is internet.")
    refusal = error.refusal if isinstance(error, PhoneNumberError) else ""
    texts: dict[str, str] = {
        Refusal.NUMBER_INVALID: _("There is no such telephone number. Please look at the digits once more."),
        Refusal.NUMBER_UNSUPPORTED: _("Only mobile numbers of Viet Nam can be left here."),
        Refusal.CODE_INVALID: _("The code is not right, or its five minutes are over. You can have a new one sent."),
        Refusal.TOO_MANY: _("Many codes were sent to this number today. Please try again tomorrow."),
        Refusal.NOT_OFFERED: _(
            "Your health authority takes no telephone numbers. You lose nothing: warnings come without."
        ),
    }
    return texts.get(
        refusal, _("The health authority cannot take a number just now. You lose nothing: warnings come without.")
    )
