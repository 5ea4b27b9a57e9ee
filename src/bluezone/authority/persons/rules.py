"""Decide what an identity is, how a pseudonym is written, who may open an identity, and how long it is kept. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.errors import TranslatableError

#: without I, L, O and U, which look like others or make words
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans("ILO", "110", "- \t")
#: letters and digits of a pseudonym; the last one checks the others
PSEUDONYM_LENGTH = 7
#: kept so long after it was needed last (`services.keep_until`)
LIFE = dt.timedelta(days=90)
#: a shift ends after it, if the officer does not end it before
SHIFT = dt.timedelta(hours=2)
#: a code for one's own data is used on the day it was given
DATA_CODE_LIFE, DATA_CODE_LENGTH = dt.timedelta(days=1), 16
#: after it was used, a request can be written for so long
DATA_PAGE_LIFE = dt.timedelta(minutes=30)
#: a code that was sent as a message is not sent again within so long
DATA_CODE_PAUSE = dt.timedelta(hours=1)
#: signs of a request or an answer
MOST_TEXT = 1_000
#: a request is kept after its answer, so that the person can read it and complain
REQUEST_LIFE = dt.timedelta(days=90)
#: signs of a reason for opening an identity
LEAST_REASON, MOST_REASON = 5, 200
MOST_NAME, MOST_ADDRESS, MOST_OCCUPATION = 120, 200, 80
SEXES = ("male", "female", "other")
_LEAST_DOCUMENT, _MOST_DOCUMENT = 6, 20
_OLDEST = 130


class IdentityError(AuthorityError, TranslatableError):
    """Report an identity that cannot be stored, or not be opened. `field` is where the mistake is; empty: of all."""

    def __init__(self, template: str, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


@dataclass(frozen=True, slots=True)
class Identity:
    """Hold who a person is. Telephone in E.164, document number in capitals; each may be unknown."""

    name: str = ""
    birth_year: int | None = None
    telephone: str = ""
    document: str = ""
    address: str = ""
    #: one of SEXES, empty where it is unknown
    sex: str = ""
    occupation: str = ""


def check(identity: Identity, today: dt.date) -> None:
    """Check an identity. Raises IdentityError, naming the field."""
    if not (identity.name or identity.telephone or identity.document):
        raise IdentityError(gettext_noop("give a name, a telephone number or a document number"), "name")
    if identity.birth_year is not None and not today.year - _OLDEST <= identity.birth_year <= today.year:
        template = gettext_noop("a year from {first} to {last} is meant")
        raise IdentityError(template, "birth_year", first=str(today.year - _OLDEST), last=str(today.year))
    if identity.sex not in ("", *SEXES):
        raise IdentityError(gettext_noop("choose one of those offered"), "sex")
    texts = (
        ("name", identity.name, MOST_NAME),
        ("address", identity.address, MOST_ADDRESS),
        ("occupation", identity.occupation, MOST_OCCUPATION),
    )
    for field, text, most in texts:
        if len(text) > most:
            raise IdentityError(gettext_noop("at most {most} letters are taken"), field, most=most)


def telephone(text: str, country: str) -> str:
    """Return a telephone number in E.164; nothing for none. A number without its country is of `country` (a calling
    code). Raises IdentityError."""
    if not text.strip():
        return ""
    region = phonenumbers.region_code_for_country_code(int(country)) if country.isdecimal() else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise IdentityError(gettext_noop("there is no such telephone number; 0912 345 678 is meant"), "telephone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def document(text: str) -> str:
    """Return a document's number as it is compared: capitals and digits. Raises IdentityError."""
    found = "".join(sign for sign in text.upper() if not (sign.isspace() or sign in ".-/"))
    if not found:
        return ""
    if not (found.isascii() and found.isalnum() and _LEAST_DOCUMENT <= len(found) <= _MOST_DOCUMENT):
        template = gettext_noop("a document number has {least} to {most} letters and digits")
        raise IdentityError(template, "document", least=_LEAST_DOCUMENT, most=_MOST_DOCUMENT)
    return found


def check_reason(text: str) -> str:
    """Return the reason for opening an identity. Raises IdentityError for none that says anything."""
    reason = " ".join(text.split())
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        template = gettext_noop("say in {least} to {most} letters what you need it for: it is noted with your name")
        raise IdentityError(template, "reason", least=LEAST_REASON, most=MOST_REASON)
    return reason


def may_open(office: str, owner: str, *, reads_health: bool) -> bool:
    """Decide whether an officer may open an identity: of the owning office (by place) alone, not from above it, and
    only who may read health data."""
    return reads_health and office == owner


@dataclass(frozen=True, slots=True)
class Shift:
    """Hold for which place a shift was opened, and from when until when it runs."""

    place: str
    started_at: dt.datetime
    ends_at: dt.datetime
    closed_at: dt.datetime | None = None


def shift_runs(shift: Shift, office: str, now: dt.datetime, *, reads_health: bool) -> bool:
    """Decide whether a shift opens identities to its officer, posted at `office`, now: from its beginning to its end,
    unless it was closed, and as long as the officer has the right and the post with which it began."""
    in_time = shift.started_at <= now < shift.ends_at and shift.closed_at is None
    return in_time and may_open(office, shift.place, reads_health=reads_health)


def expires_on(until: dt.date) -> dt.date:
    """Return the last day of an identity that is needed until a day."""
    return until + LIFE


# --- pseudonyms -------------------------------------------------------------------------------------------------------


def draw_pseudonym(below: Callable[[int], int]) -> str:
    """Draw a pseudonym: `P-7K3M-Q2X`. `below(n)` gives a random number under n."""
    drawn = "".join(ALPHABET[below(len(ALPHABET))] for _ in range(PSEUDONYM_LENGTH - 1))
    return written(drawn + ALPHABET[_check(drawn)])


def read_pseudonym(text: str) -> str | None:
    """Return a pseudonym as it is stored, however it was typed; None where it is none, or mistyped."""
    signs = text.strip().upper().translate(_LOOK_ALIKE)
    if len(signs) != PSEUDONYM_LENGTH + 1 or signs[0] != "P" or not set(signs) <= set(ALPHABET):
        return None
    body, last = signs[1:-1], signs[-1]
    return written(signs[1:]) if ALPHABET[_check(body)] == last else None


def written(signs: str) -> str:
    """Write the signs of a pseudonym in groups."""
    return f"P-{signs[:4]}-{signs[4:]}"


def _check(signs: str) -> int:
    """Return the check sign's place in the alphabet (Luhn, modulo 32): it finds every sign mistyped and nearly all
    neighbours swapped."""
    total = 0
    for at, sign in enumerate(reversed(signs)):
        value = ALPHABET.index(sign) * (2 if at % 2 == 0 else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
    return -total % len(ALPHABET)
