"""Lead through the first five screens: what Bluezone does, what stays here, what the device allows it, whether one is
counted, and the yes. One question a screen. Commune, poster code and telephone number are asked for later, here too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from bluezone.forms.country import Country
from bluezone.i18n import Translator
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.telephone import PhoneNumberError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.web.presenters.common import Read, Row
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.letters import MistypedError, read_unit_code
from bluezone.protocol.phone_numbers import CODE_DIGITS, Refusal

#: in this order
PATHS = ("/welcome/1", "/welcome/2", "/welcome/3", "/welcome/4", "/welcome/5")
PERMISSIONS_PATH, COUNT_PATH, START_PATH = PATHS[2:]
#: what the device allows, or not; each is asked for with its reason
PERMISSIONS = ("bluetooth", "background", "notifications")
#: what only makes sense with an authority to speak to
_WITH_AUTHORITY = (COUNT_PATH,)
MAX_NUMBER_TEXT = 40


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


def later(choices: Choices, *, has_number: bool, authority_known: bool, language: Translator) -> tuple[Row, ...]:
    """Return what was not given yet and can be, when one likes."""
    _ = language.gettext
    found = []
    if not choices.commune:
        found.append(Row(_("Your commune"), _("For its news, and its advice after a warning"), "/place", "pin"))
    if not choices.unit:
        found.append(Row(_("Poster code"), _("From work, school or the market: it counts for them"), "/unit", "poster"))
    if authority_known and not has_number:
        found.append(Row(_("Your telephone number"), _("For urgent advice by text message"), "/number", "phone"))
    return tuple(found)


# --- the unit -----------------------------------------------------------------------------------------


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


def read_number(text: str, country: Country, language: Translator) -> Read:
    """Read a number as people of the country write it, as E.164."""
    _ = language.gettext
    if not text.strip():
        return Read(problem=_("Please enter your telephone number."))
    number = country.telephone(text)
    if number is None:
        return Read(
            problem=_("This is not a telephone number. Please enter it as you dial it, for example 0912 345 678.")
        )
    return Read(number)


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
        Refusal.NUMBER_UNSUPPORTED: _("Only mobile numbers of this country can be left here."),
        Refusal.CODE_INVALID: _("The code is not right, or its five minutes are over. You can have a new one sent."),
        Refusal.TOO_MANY: _("Many codes were sent to this number today. Please try again tomorrow."),
        Refusal.NOT_OFFERED: _(
            "Your health authority takes no telephone numbers. You lose nothing: warnings come without."
        ),
    }
    return texts.get(
        refusal, _("The health authority cannot take a number just now. You lose nothing: warnings come without.")
    )
