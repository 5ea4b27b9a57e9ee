"""Define what a form is: one JSON document, versioned, in three languages, without code (`data/form.schema.json`).

A document is read whole or refused with one sentence (`reading`). What is read cannot be changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bluezone.forms.conditions import Condition
from bluezone.forms.words import language_of

#: a text in each language
Text = Mapping[str, str]

#: the whole country, as the area of a form
NATION = ""
YES, NO = "yes", "no"


class Kind(StrEnum):
    """Name the kinds of fields."""

    NAME = "name"
    TEXT = "text"
    YEAR = "year"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes-no"
    CHOICE = "choice"
    CHOICES = "choices"
    COUNTRY = "country"
    COMMUNE = "commune"
    TELEPHONE = "telephone"
    EMAIL = "email"
    DOCUMENT = "document"


class About(StrEnum):
    """Name what a field is about: that decides how it is kept, and who must need it."""

    PERSON = "person"
    PLACE = "place"
    JOURNEY = "journey"
    CONTACT = "contact"
    HEALTH = "health"


#: what is asked only where a rule of triage needs it
NEEDING_A_RULE = frozenset({About.CONTACT, About.HEALTH})
#: what is kept with the identity
IDENTITY = frozenset({About.PERSON, About.PLACE})


class Use(StrEnum):
    """Name what a field is for, in every form alike: by it a phone offers again what was typed once, and the authority
    knows where a declaration belongs. A form has at most one field of each use."""

    NAME = "name"
    BIRTH_YEAR = "birth-year"
    GENDER = "gender"
    NATIONALITY = "nationality"
    DOCUMENT = "document"
    INSURANCE = "insurance"
    TELEPHONE = "telephone"
    EMAIL = "email"
    COMMUNE = "commune"
    ADDRESS = "address"
    MEANS = "means-of-travel"
    VEHICLE = "vehicle-number"
    SEAT = "seat"
    DEPARTURE = "departure-date"


#: what is of the person, whatever is declared; the others are of one journey
PERSONAL = frozenset(Use) - {Use.MEANS, Use.VEHICLE, Use.SEAT, Use.DEPARTURE}


class Telephone(StrEnum):
    """Name whether a form asks for a telephone number, and on the web for a one-time code sent to it."""

    NONE = "none"
    ASKED = "asked"
    CONFIRMED = "confirmed"


class Level(StrEnum):
    """Name what a declaration leads to, the mildest first."""

    ADVICE = "advice"
    CALL = "call"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Return the place in the order of urgency, from 0."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Option:
    """Describe an answer to choose."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """Describe a question."""

    name: str
    kind: Kind
    about: About
    label: Text
    help: Text | None = None
    required: bool = False
    use: Use | None = None
    #: of a text: its length; of a number: its value
    least: int | None = None
    most: int | None = None
    #: of a date: how many days before and after today it may be
    days_before: int = 0
    days_after: int = 0
    options: tuple[Option, ...] = ()
    #: of several to tick: the one that stands for none of them
    none: str | None = None
    when: Condition | None = None
    #: the rules of triage that need it
    needed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Describe questions under one heading."""

    title: Text
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Describe a rule of triage: where its condition holds, a level and its reason in words."""

    name: str
    level: Level
    when: Condition
    reason: Text


@dataclass(frozen=True, slots=True)
class Form:
    """Hold a form. Two of the same `form` and `version` are the same."""

    form: str
    version: int
    title: Text
    intro: Text
    law: Text
    area: str
    valid_from: dt.date
    valid_until: dt.date | None
    retention_days: int
    telephone: Telephone
    for_another: bool
    sections: tuple[Section, ...]
    triage: tuple[Rule, ...]
    outcomes: Mapping[Level, Text]
    #: how long the pass that comes of a declaration is good; None: none comes of it
    pass_hours: int | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the questions of all sections, in order."""
        return tuple(field for section in self.sections for field in section.fields)

    @property
    def nones(self) -> dict[str, str]:
        """Return the value that stands for "none of these", by field."""
        return {field.name: field.none for field in self.fields if field.none is not None}

    def used(self, use: Use) -> Field | None:
        """Return the field of a use; None where the form does not ask for it."""
        return next((field for field in self.fields if field.use is use), None)

    def is_valid_on(self, day: dt.date) -> bool:
        """Decide whether the form may be filled in on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def said(text: Text, language: str) -> str:
    """Return a text in a reader's language."""
    return text[language_of(language)]
