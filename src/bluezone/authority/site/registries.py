"""Provide registries by which a package adds to what other packages show or run.

Each package adds its entries in its `apps.py` (`ready`), and the readers (the worker, the home page, the audit log,
`purge`) know no package by name: so a package imports only what stands below it.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet

from bluezone.geography.units import Unit

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Hold entries in the order in which they were added."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, *entries: Entry) -> None:
        """Add entries; one that is there already is not added twice."""
        self._entries += [each for each in entries if each not in self._entries]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)


class PostRegister(Protocol):
    """Find places below the gazetteer at which an officer can be posted (schools, offices: `units.posts`)."""

    def name_of(self, code: str) -> str:
        """Return the name of the place with a code; nothing where there is none."""

    def find(self, text: str, within: str) -> str | None:
        """Return the place that a text names inside the place `within`; None unless it is exactly one."""

    def suggestions(self, within: str) -> list[str]:
        """Return texts that `find` reads, to choose from while typing."""

    def holds(self, place: str) -> bool:
        """Return whether others lie in a place of the register."""

    def branches(self, place: str) -> tuple[str, ...]:
        """Return the places, outside a place of the register, of what it holds."""


@dataclass(frozen=True, slots=True)
class Link:
    """Describe a link to a page: its address, its label, and a word of help."""

    address: str
    text: str
    help: str = ""
    #: drawn as the page's main button
    primary: bool = False


@dataclass(frozen=True, slots=True)
class AuditKind:
    """Describe how the audit log's page shows the changes of one model. Texts are lazily translated."""

    #: Django's name of the model: `dailycount`
    model: str
    name: object
    #: the fields an officer meets most, in words and in the order of the page; others keep their name
    fields: Mapping[str, object] = field(default_factory=dict)
    #: what to call a changed row, from what was written of it (`str(row)`); None: as it was written
    title: Callable[[str], str] | None = None
    #: what to call the source of a changed row
    source_name: Callable[[str], str] = str
    #: whether the changed values of a row at a place are shown only to who answers for that very place
    for_own_place_only: Callable[[str], bool] = lambda _place: False
    #: the names of values, by field, of what is no field of the model
    words: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


class Trust(enum.Enum):
    """Name how far a job leans on the clock."""

    NONE = "runs by any clock"
    PUBLISHES = "runs by a clock that is believed"
    DELETES = "runs by a clock that is believed and has been watched for an hour after a silence"


#: of the jobs that write export files, which hold one lock: keys are out within 60 s of their time although one hangs.
#: 15 s until the next run, 20 s of it, 5 s until it is killed, 5 s until a job that found the lock held tries again
FIRST_DEADLINE = dt.timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Job:
    """Describe a job that the worker repeats, each run in a process of its own. Its own lock keeps two workers from
    doing it at once."""

    name: str
    every: dt.timedelta
    run: Callable[[dt.datetime], object]
    #: a run that takes longer is ended
    deadline: dt.timedelta = dt.timedelta(minutes=10)
    #: the first run's deadline, of a job that must not wait for what hangs: it is tried again at once, with twice the
    #: time, up to `deadline`, so that one with much to do comes to its end
    first_deadline: dt.timedelta | None = None
    #: jobs of one lane run one after another, for they need much memory; without one a job waits for nobody
    lane: str = ""
    #: whether it publishes or deletes by the clock, which must then be believed (`clock_guard`)
    trust: Trust = Trust.NONE


@dataclass(frozen=True, slots=True)
class Queue:
    """Describe what waits for the worker: its rows that are due, the field that says since when, and for how long one
    may wait."""

    name: str
    due: Callable[[dt.datetime], QuerySet[Any]]
    since: str
    most: dt.timedelta = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """State what is deleted after which time, and why; docs/operate/retention.md is written from it."""

    what: str
    kept: str
    why: str
    #: deletes what is past its time; gives how many of each, by name. May raise JobBusyError. None: another job deletes
    #: it on its way, for to look for it alone would cost too much
    purge: Callable[[dt.datetime], Mapping[str, int]] | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Describe what a package holds of a person, for that person: what it is, what it says (label, value), until when
    and by which rule. Texts are lazily translated."""

    title: object
    facts: Sequence[tuple[object, object]]
    until: dt.date | None
    rule: object
    #: whether the person's wish is enough to delete it; else the rule says why it must be kept
    may_go: bool = False


class Audience(enum.Enum):
    """Name the readers to whom an item of a menu is shown."""

    PUBLIC = "everybody"
    LOGGED_IN = "everybody with an account"
    OFFICERS = "officers with a role"
    DIRECTING = "officers of a place"
    BELOW_THE_MINISTRY = "officers of a province, a district or a commune"
    MINISTRY = "officers of the ministry"
    OFFICES = "officers of an office that answers for sectors"
    HEADS = "heads of organisations"
    CONFIRMING = "officers who may confirm cases"
    READING = "officers who may read health data"
    READING_BELOW_THE_MINISTRY = "officers of a province, a district or a commune who may read health data"
    GIVING = "officers who may give the rights to confirm cases and to read health data"


class Area(enum.StrEnum):
    """Name the four areas of officers' pages, the one of who heads a unit, and the pages for all."""

    CASES = "cases"
    CAMPAIGN = "campaign"
    PLACES = "places"
    OFFICE = "office"
    OWN = "own"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """Describe a link to a package's pages, in its area of the menu and of the home page."""

    #: the page, by its `nav`
    page: str
    #: Django's name of the address
    address: str
    #: lazily translated
    text: object
    audience: Audience
    #: the smaller, the further left
    rank: int
    area: Area = Area.ALL
    #: a word on what is there, lazily translated
    help: object = ""
    #: pages that belong to the item without being its first
    more_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Describe what a search found: what it is called, a word on it, and its page."""

    text: str
    note: str
    address: str


@dataclass(frozen=True, slots=True)
class Finder:
    """Describe how a package finds what an officer looks for, within the officer's rights. Both raise nothing for what
    they cannot read."""

    #: by a code, a number of a file or the name of a place
    by_text: Callable[[str, Any], Iterable[Found]]
    #: by a whole telephone number (E.164), which comes by POST and is noted
    by_telephone: Callable[[str, Any], Iterable[Found]] = lambda _number, _officer: ()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Describe an officer before the home page: the account, role and place, and the unit of the gazetteer on a day."""

    user: Any
    role: str
    place: str
    unit: Unit
    day: dt.date
    is_head: bool


@dataclass(frozen=True, slots=True)
class HomeSection:
    """Describe a card of the home page below the tasks: its template and what that shows."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """Describe the state of the officer's place: one sentence, highlights (value, what), facts (label, value)."""

    sentence: str
    facts_title: str
    facts: Sequence[tuple[str, str]]
    highlights: Sequence[tuple[str, str]] = ()
    #: where the figures come from
    sources: Sequence[str] = ()
    #: what to do where there is no figure yet
    no_facts: str = ""
    #: cards below the areas
    sections: Sequence[HomeSection] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Describe what is wrong with the whole, above all else: what, and what to do."""

    sentence: str
    advice: str
    link: Link | None = None


def _nothing(*_of: object) -> None:
    return None


def _none(*_of: object) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True)
class HomePart:
    """Describe what a package adds to the home page. The first overview that is given is shown."""

    #: smaller comes first
    rank: int
    alerts: Callable[[Visitor], Iterable[Alert]] = _none
    #: ways to pages of the officer's own, in an area; what is the same for all is a MenuItem
    links: Callable[[Visitor], Iterable[Link]] = _none
    area: Area = Area.CAMPAIGN
    overview: Callable[[Visitor], Overview | None] = _nothing
    #: shown to the officers of an office that answers for sectors, and to them alone
    for_offices: bool = False


class Group(enum.StrEnum):
    """Name what the time line of a person is filtered by."""

    CALLS = "calls"
    CHECKS = "checks"
    TESTS = "tests"
    PAPERS = "papers"
    CONTACTS = "contacts"
    OTHER = "other"


class Tone(enum.StrEnum):
    """Name how soon something is to be done, by the colour in which it is shown."""

    ACT = "act"
    WATCH = "watch"
    SAFE = "safe"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """Describe what happened to a person, as a line of the time line. Texts are in the reader's language."""

    at: dt.datetime
    what: str
    group: Group
    more: str = ""
    icon: str = "done"
    tone: Tone = Tone.PLAIN
    address: str = ""
    #: whether the hour is known, or the day alone
    has_hour: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """Describe what is due of a person, and where it is done."""

    at: dt.datetime
    what: str
    address: str
    action: str
    icon: str = "done"
    tone: Tone = Tone.PLAIN
    more: str = ""
    #: whether it can be done already
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """Describe what a person is to the offices now: a sentence, what stands below it, and the days that count."""

    said: str
    more: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PersonSection:
    """Describe a card of a person's page: its template and what that shows, as `section`. `aside`: in the narrow
    column."""

    rank: int
    template: str
    context: Mapping[str, Any]
    aside: bool = True


@dataclass(frozen=True, slots=True)
class PersonPart:
    """Describe what a package shows of a person on the one page of a person. Each function gets the officer and the
    person, and answers by the officer's right to just that: a site's manager gets stays only."""

    #: smaller comes first: the first standing that is given is shown
    rank: int
    #: the condition (of Django) under which this package opens a person's page to an officer; None: it opens none
    seen: Callable[[Any], Any] | None = None
    standing: Callable[[Any, Any], Standing | None] = _nothing
    due: Callable[[Any, Any], Iterable[Due]] = _none
    events: Callable[[Any, Any], Iterable[Happened]] = _none
    sections: Callable[[Any, Any], Iterable[PersonSection]] = _none


@dataclass(frozen=True, slots=True)
class Followed:
    """Describe a person whom an office follows: the place of that office, and as what, in the reader's language."""

    place: str
    said: str
    #: whether a test is due, so that a negative result is awaited
    awaits_test: bool = False


posts: Registry[PostRegister] = Registry()
audit_kinds: Registry[AuditKind] = Registry()
jobs: Registry[Job] = Registry()
#: what waits for the worker, for those who watch it
queues: Registry[Queue] = Registry()
retention: Registry[RetentionRule] = Registry()
#: the newest moments in what a package has stored by a clock that was believed then (`clock_guard`)
newest_moments: Registry[Callable[[], Iterable[dt.datetime]]] = Registry()
menu: Registry[MenuItem] = Registry()
finders: Registry[Finder] = Registry()
home: Registry[HomePart] = Registry()
#: ways from a unit's figures to other pages about the unit
unit_links: Registry[Callable[[Unit], Link]] = Registry()
#: what is shown on the page of a person
person_parts: Registry[PersonPart] = Registry()
#: ways from a person's pseudonym to what is known of it
person_links: Registry[Callable[[str], Link]] = Registry()
#: what is held of a person, by pseudonym, for the person's own page
person_holdings: Registry[Callable[[str], Iterable[Holding]]] = Registry()
#: ways from the number of a pass to what it came of, for the officers who see that; None where there is none
pass_links: Registry[Callable[[Any, str], Link | None]] = Registry()
#: ways from a stay of a case in a vehicle to those who travelled, for the officers who see them; None for all others
journey_links: Registry[Callable[[Any, Any], Link | None]] = Registry()
#: arrivals at a unit (an organisation of `units`) by hour of the day, as 24 counts by day
arrivals: Registry[Callable[[Any], Mapping[dt.date, list[int]]]] = Registry()
#: ways from a case, by its id, to what other packages keep of it
case_links: Registry[Callable[[str], Link]] = Registry()
#: what laboratories said of a case, by its id, that waits to be noted on it: a sentence each
case_results: Registry[Callable[[str], Iterable[str]]] = Registry()
#: of persons, by key, those whom an office follows
followed: Registry[Callable[[Collection[int]], Mapping[int, Followed]]] = Registry()
