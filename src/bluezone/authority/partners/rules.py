"""Decide what an agreement is, when a partner is asked again, and what is given up. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.errors import TranslatableError
from bluezone.exchange.answers import Outcome, Verdict
from bluezone.geography.country import country
from bluezone.protocol.documents import DocumentError, Kind

#: records of one request
BATCH = 100
#: the wait after a failure, doubled each time, and the longest
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=1)
#: after so many failures in a row each record is tried alone: one that the partner cannot bear may be among them
ALONE_AFTER = 3
#: a record that failed alone so often, while the partner took others, is given up
MOST_TRIES = 10
#: figures of so many days are looked at again
FIGURE_DAYS = 14
#: an agreement lasts no longer
MOST_DAYS = 731
MOST_NAME, MOST_URL, MOST_BASIS = 80, 300, 200


class AgreementError(AuthorityError, TranslatableError):
    """Report an agreement that is none, or does not hold now. `field` is where the mistake is."""

    def __init__(self, template: str, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field or None


class Format(enum.StrEnum):
    """Name what a partner gets, and how."""

    FHIR = "fhir"
    TRACKER = "dhis2-tracker"
    FIGURES = "dhis2-figures"
    SORMAS = "sormas"
    WHO = "who"
    EPICONTACTS = "epicontacts"
    MINISTRY = "ministry"
    NDJSON = "ndjson"

    @property
    def is_file(self) -> bool:
        """Return whether an officer takes it as a file and hands it over; the others are sent by the worker."""
        return self in (Format.WHO, Format.EPICONTACTS, Format.MINISTRY, Format.NDJSON)


class State(enum.StrEnum):
    """Name what became of a record for a partner."""

    WAITING = "waiting"
    SENT = "sent"
    #: refused by the partner, or given up: until somebody sends it again
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Terms:
    """Hold what an agreement says: to whom, what, of which place, with or without identities, by which basis."""

    partner: str
    format: Format
    place: str = NATION
    url: str = ""
    #: “cases”, “contacts”
    contents: tuple[str, ...] = ("cases", "contacts")
    named: bool = False
    #: the system of units that the partner has; empty: that of the day
    system: str = ""
    basis: str = ""
    #: in whose name SORMAS gets reports: the UUID of an account there
    account: str = ""

    @property
    def units(self) -> str | None:
        """Return the system in which units are named; None: that of the day."""
        return self.system or None


def _read(raw: Any) -> Terms:
    names = {each.name for each in dataclasses.fields(Terms)}
    if not isinstance(raw, dict) or set(raw) != names:
        raise DocumentError(f"{KIND_NAME}: {', '.join(sorted(names))} are meant")
    texts = {name: raw[name] for name in names - {"contents", "named", "format"}}
    if not all(isinstance(each, str) for each in (*texts.values(), *raw["contents"], raw["format"])):
        raise DocumentError(f"{KIND_NAME}: a text is missing")
    try:
        found = Terms(
            format=Format(raw["format"]), contents=tuple(raw["contents"]), named=raw["named"] is True, **texts
        )
    except ValueError as error:
        raise DocumentError(f"{KIND_NAME}: {error}") from error
    if found.system and all(each.id != found.system for each in country().systems):
        raise DocumentError(f"{KIND_NAME}: no units have the system {found.system}")
    return found


KIND_NAME = "partner-agreement"
#: a document that no phone fetches, signed and verified as those are
KIND: Kind[Terms] = Kind(
    KIND_NAME, 16_384, _read, lambda terms: dataclasses.asdict(terms) | {"contents": [*terms.contents]}
)


def check(terms: Terms, first: dt.date, last: dt.date) -> None:
    """Check an agreement. Raises AgreementError, naming the field."""
    if not terms.format.is_file and not terms.url.startswith("https://") and not terms.url.startswith("http://"):
        raise AgreementError(gettext_noop("an address that begins with https:// is meant"), "url")
    if last < first or (last - first).days > MOST_DAYS:
        template = gettext_noop("an agreement ends on a day from today on, within two years")
        raise AgreementError(template, "ends_on")
    if not terms.contents and terms.format is not Format.FIGURES:
        raise AgreementError(gettext_noop("choose cases, contacts or both"), "contents")
    if terms.named and terms.format in (Format.FIGURES, Format.EPICONTACTS, Format.WHO):
        raise AgreementError(gettext_noop("this format names nobody"), "named")


def wait(failures: int) -> dt.timedelta:
    """Return how long a partner is left alone after so many failures in a row."""
    doubled = FIRST_WAIT * float(2 ** min(max(failures - 1, 0), 16))
    return min(doubled, LONGEST_WAIT)


def size(failures: int) -> int:
    """Return how many records the next request holds."""
    return 1 if failures >= ALONE_AFTER else BATCH


@dataclass(frozen=True, slots=True)
class Next:
    """Hold what becomes of a record after an answer: its state, its tries, and how long it waits."""

    state: State
    tries: int
    wait: dt.timedelta = dt.timedelta()


def after(outcome: Outcome, tries: int, *, alone: bool, others_taken: bool) -> Next:
    """Decide what becomes of a record. What passes is sent again for ever, unless the record fails alone while the
    partner takes others."""
    if outcome.verdict is Verdict.TAKEN:
        return Next(State.SENT, 0)
    if outcome.verdict is Verdict.REFUSED:
        return Next(State.DEAD, tries + 1)
    tries = tries + 1 if alone else tries
    if tries >= MOST_TRIES and others_taken:
        return Next(State.DEAD, tries)
    return Next(State.WAITING, tries, wait(max(tries, 1)))


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the outcome of a record that was sent in parts."""
    order = (Verdict.REFUSED, Verdict.AGAIN, Verdict.TAKEN)
    return min(outcomes, key=lambda each: order.index(each.verdict))
