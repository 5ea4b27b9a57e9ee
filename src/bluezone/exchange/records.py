"""Hold what is handed to other systems of a person's episode, and what a laboratory says: our side of every mapping.

Words are the stored ones of `authority.episodes`; days are of the country. Whoever makes a record leaves `named` empty
unless an agreement gives identities: no mapping can write a name that is not there.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from bluezone.geography.units import UnitCode


@dataclass(frozen=True, slots=True)
class Named:
    """Hold who a person is. Telephone in E.164."""

    name: str = ""
    telephone: str = ""
    document: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """Describe a test of an episode: `sample` is the laboratory's own id, `result` “positive” or “negative”."""

    __test__ = False  # no test of pytest

    key: str
    taken_on: dt.date
    result: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """Describe days apart from others: `kind` is “home”, “site” or “hospital”; `until` the last day, as planned or, of
    a stay that is over, as it was."""

    key: str
    kind: str
    since: dt.date
    until: dt.date
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Exposure:
    """Describe that the person was near another one on a day. `source` is that one's episode, `source_person` the
    pseudonym; both empty where a phone warned and nobody knows of whom."""

    key: str
    day: dt.date
    source: str = ""
    source_person: str = ""
    #: “household”, “work”, “school” or “other”
    setting: str = "other"
    relation: str = ""
    #: found by the app, not by asking
    by_app: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Describe a person's episode: a case (`role` “f0”), a contact (“f1”, “f2”) or a traveller (“traveller”).

    `key` is the episode's own id, `person` the pseudonym: the identifiers under which partners keep what they get.
    """

    key: str
    person: str
    role: str
    #: “suspected”, “probable”, “confirmed” or “not”
    classification: str
    reported_on: dt.date
    unit: UnitCode
    onset_on: dt.date | None = None
    tested_on: dt.date | None = None
    #: the role as a contact, of somebody who is or was one
    contact_role: str = ""
    first_contact_on: dt.date | None = None
    last_contact_on: dt.date | None = None
    #: “running”, “completed”, “lost” or “cancelled”
    follow_up: str = "running"
    follow_up_until: dt.date | None = None
    ended_on: dt.date | None = None
    #: “recovered”, “died”, “moved”, “well”; empty: not ended
    outcome: str = ""
    sex: str = ""
    birth_year: int | None = None
    occupation: str = ""
    named: Named | None = None
    tests: tuple[Test, ...] = ()
    stays: tuple[Stay, ...] = ()
    exposures: tuple[Exposure, ...] = ()

    @property
    def is_case(self) -> bool:
        """Return whether the person is a case."""
        return self.role == "f0"

    @property
    def is_contact(self) -> bool:
        """Return whether the person is or was followed as a contact."""
        return bool(self.contact_role)

    @property
    def found_by_app(self) -> bool:
        """Return whether the app alone found the contact."""
        return bool(self.exposures) and all(each.by_app for each in self.exposures)

    @property
    def day(self) -> dt.date:
        """Return the day under which it is counted: first symptoms, else the test, else the report."""
        return self.onset_on or self.tested_on or self.reported_on


class Measure(enum.StrEnum):
    """Name what is counted of a unit in a period."""

    INSTALLS = "installs"
    CASES = "cases"
    CONTACTS = "contacts"
    #: contacts whose follow-up began, of all who were found
    FOLLOWED = "followed"


@dataclass(frozen=True, slots=True)
class Count:
    """Hold a count of a unit on a day."""

    unit: UnitCode
    day: dt.date
    measure: Measure
    value: int


class Finding(enum.StrEnum):
    """Name what a laboratory says of a sample."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    #: takes back what was said under the same id
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class LabResult:
    """Hold a laboratory's result, however it came. `issued_at` orders what was said under one id; `where` names the
    line, segment or resource in which it stands; `commune` a code or a name, as it was written."""

    external_id: str
    finding: Finding
    sampled_on: dt.date
    reported_on: dt.date
    where: str
    issued_at: dt.datetime | None = None
    name: str = ""
    birth_year: int | None = None
    telephone: str = ""
    document: str = ""
    address: str = ""
    sex: str = ""
    commune: str = ""
