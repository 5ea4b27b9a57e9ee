"""Decide the colour of a pass, how long it is good, and who takes one back. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.forms.definition import Level
from bluezone.protocol.letters import READ_AS, check_letter
from bluezone.protocol.passes import Colour

#: after it has run out a pass is found by its number for so long: entries at doors name it
FOUND_FOR = dt.timedelta(days=14)
_COLOURS = {Level.ADVICE: Colour.GREEN, Level.CALL: Colour.YELLOW, Level.URGENT: Colour.RED}
_SIGNS = 8


class Reason(StrEnum):
    """Name why a pass is taken back."""

    CHANGED = "changed"
    CALLED = "called"
    RESULT = "result"
    MISUSED = "misused"
    MISTAKE = "mistake"


#: what an officer may choose; the others are set by what happens to the declaration
OFFICERS_REASONS = (Reason.RESULT, Reason.MISUSED, Reason.MISTAKE)


def colour_of(level: Level) -> Colour:
    """Return the colour that a form's rules give: by the level that triage found."""
    return _COLOURS[level]


def valid_until(hours: int, day_ends: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Return until when a pass is good: `hours` from now, and from the end of the day that the declaration speaks of,
    for one may have waited for a network. None where that is over."""
    span = dt.timedelta(hours=hours)
    until = min(now, day_ends) + span
    return until if until > now else None


def handles_passes(own: Jurisdiction) -> bool:
    """Decide whether an officer looks passes up and takes them back: who answers for a place as a whole."""
    return own.directs_places


def read_pseudonym(typed: str) -> str | None:
    """Return a pseudonym however it was typed; None for what is none: a letter is wrong or missing."""
    letters = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(READ_AS)
    try:
        right = len(letters) == _SIGNS and check_letter(letters[:-1]) == letters[-1]
    except ValueError:
        return None
    return f"{letters[:4]}-{letters[4:]}" if right else None
