"""Name what a column can hold, and which columns each kind of upload takes."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from bluezone.errors import N_

IGNORE = "ignore"
#: what stands in a column that no kind of upload takes
OTHER = "other"


class Holds(enum.StrEnum):
    """Name what stands in the cells of a column."""

    NAME = "name"
    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    PERCENT = "percent"
    #: a text or a number that is kept as it is written: a telephone number, a year of birth
    WRITTEN = "written"
    #: days of what happened to a person
    DATE = "date"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Role:
    """Hold one meaning of a column. `several`: more than one column of a table may have it (on unlike days)."""

    name: str
    holds: Holds
    several: bool = False


@dataclass(frozen=True, slots=True)
class Purpose:
    """Hold what one kind of upload takes: its roles, and of which at least one must be there for the file to be a
    table of this kind (`needs`: each entry a set of alternatives)."""

    name: str
    roles: tuple[Role, ...]
    needs: tuple[frozenset[str], ...]
    #: whether rows name units of the gazetteer or organisations; else their names are only text
    of_units: bool = True
    #: whether a row is a person
    of_persons: bool = False

    @property
    def takes(self) -> frozenset[str]:
        """Return the names of its roles."""
        return frozenset(role.name for role in self.roles)

    @property
    def among(self) -> Mapping[str, Holds]:
        """Return the roles that its columns are told apart by: in a list of persons its own, in a table of figures
        those of every such table, whoever takes them."""
        return {role.name: role.holds for role in self.roles} | _NOBODYS if self.of_persons else _OF_FIGURES


#: which unit a row speaks of: the unit itself, the one above it in a column of its own, or a code
_PLACES = (Role("unit", Holds.NAME), Role("parent", Holds.NAME, several=True), Role("code", Holds.TEXT))
_SAID = (Role("remark", Holds.TEXT, several=True), Role("source", Holds.TEXT))

FIGURES = Purpose(
    "figures",
    (
        *_PLACES,
        Role("day", Holds.DAY),
        Role("installs", Holds.COUNT, several=True),
        Role("gain", Holds.COUNT, several=True),
        Role("active", Holds.COUNT, several=True),
        Role("with_phone", Holds.COUNT, several=True),
        Role("percent_population", Holds.PERCENT, several=True),
        Role("percent_smartphones", Holds.PERCENT, several=True),
        Role("headcount", Holds.COUNT),
        Role("rank", Holds.COUNT, several=True),
        Role("target", Holds.COUNT),
        #: long tables: which figure a row holds, and its number
        Role("indicator", Holds.TEXT),
        Role("value", Holds.COUNT, several=True),
        *_SAID,
    ),
    needs=(
        frozenset({"unit", "parent", "code"}),
        frozenset({"installs", "gain", "active", "with_phone", "percent_population", "percent_smartphones", "value"}),
    ),
)

#: what an order asks of units: a number of people, or a share of theirs
TARGETS = Purpose(
    "targets",
    (
        *_PLACES,
        Role("target", Holds.COUNT),
        Role("target_percent", Holds.PERCENT),
        Role("headcount", Holds.COUNT),
        Role("responsible", Holds.TEXT),
        Role("remark", Holds.TEXT, several=True),
    ),
    needs=(frozenset({"unit", "parent", "code"}), frozenset({"target", "target_percent"})),
)

#: how many people, smartphones or adults units have
POPULATIONS = Purpose(
    "populations",
    (
        *_PLACES,
        Role("headcount", Holds.COUNT),
        Role("smartphones", Holds.COUNT),
        Role("adults", Holds.COUNT),
        #: what the number of a row counts
        Role("measure", Holds.TEXT),
        Role("day", Holds.DAY),
        *_SAID,
    ),
    needs=(frozenset({"unit", "parent", "code"}), frozenset({"headcount", "smartphones", "adults"})),
)

#: schools, offices, companies: `parent` is where they lie, `holder` the organisation that they are part of
ORGANISATIONS = Purpose(
    "organisations",
    (
        Role("unit", Holds.NAME),
        Role("sector", Holds.TEXT),
        Role("parent", Holds.NAME, several=True),
        Role("headcount", Holds.COUNT),
        Role("families", Holds.TEXT),
        Role("head", Holds.TEXT),
        Role("holder", Holds.TEXT),
        Role("remark", Holds.TEXT, several=True),
    ),
    needs=(frozenset({"unit"}), frozenset({"sector", "parent", "headcount", "holder"})),
    of_units=False,
)

#: who somebody is. `male` and `female`: columns that are ticked, or hold the year of birth
_WHO = (
    Role("name", Holds.TEXT),
    Role("birth", Holds.WRITTEN),
    Role("age", Holds.WRITTEN),
    Role("sex", Holds.TEXT),
    Role("male", Holds.WRITTEN),
    Role("female", Holds.WRITTEN),
    Role("telephone", Holds.WRITTEN),
    Role("document", Holds.WRITTEN),
    Role("address", Holds.WRITTEN, several=True),
    Role("occupation", Holds.TEXT),
)
_DAYS = (Role("onset", Holds.DATE), Role("tested", Holds.DATE))

CASES = Purpose(
    "cases",
    (*_WHO, Role("file_number", Holds.WRITTEN), *_DAYS, Role("result", Holds.TEXT)),
    needs=(frozenset({"name", "telephone", "document", "file_number"}), frozenset({"onset", "tested"})),
    of_units=False,
    of_persons=True,
)

#: people who were near a case (`index`, where a row says which one); their units are the communes they live in
CONTACTS = Purpose(
    "contacts",
    (
        *_WHO,
        Role("pseudonym", Holds.WRITTEN),
        Role("index", Holds.WRITTEN),
        Role("met", Holds.DATE, several=True),
        Role("relation", Holds.TEXT),
        Role("setting", Holds.TEXT),
        Role("symptoms", Holds.TEXT),
    ),
    needs=(frozenset({"name", "telephone", "document", "pseudonym"}), frozenset({"met"})),
    of_persons=True,
)

#: people who get a code by a message
CODES = Purpose(
    "codes",
    (Role("telephone", Holds.WRITTEN), *_DAYS, Role("file_number", Holds.WRITTEN), Role("language", Holds.TEXT)),
    needs=(frozenset({"telephone"}), frozenset({"onset", "tested"})),
    of_units=False,
    of_persons=True,
)

_NOBODYS = {OTHER: Holds.NOTHING}
_OF_FIGURES = {
    role.name: role.holds for purpose in (FIGURES, TARGETS, POPULATIONS, ORGANISATIONS) for role in purpose.roles
} | _NOBODYS
#: every role, whoever takes it, and what it holds
ALL_ROLES = {role.name: role.holds for purpose in (CASES, CONTACTS, CODES) for role in purpose.roles} | _OF_FIGURES

#: the roles in the words that page and command share
LABELS = {
    "unit": N_("name of the unit"),
    "parent": N_("unit above it"),
    "code": N_("code of the unit"),
    "day": N_("day"),
    "installs": N_("installations in all"),
    "gain": N_("gain since the last figure"),
    "active": N_("active phones"),
    "with_phone": N_("with a telephone number"),
    "percent_population": N_("share of the people"),
    "percent_smartphones": N_("share of the smartphones"),
    "headcount": N_("number of people"),
    "smartphones": N_("number of smartphones"),
    "adults": N_("number of adults"),
    "measure": N_("what is counted"),
    "rank": N_("rank"),
    "target": N_("target"),
    "target_percent": N_("target as a share of the people"),
    "responsible": N_("who answers for it"),
    "indicator": N_("which figure the row holds"),
    "value": N_("the figure"),
    "sector": N_("sector"),
    "families": N_("whether families are counted"),
    "head": N_("who heads the unit"),
    "holder": N_("unit that it is part of"),
    "name": N_("name of the person"),
    "birth": N_("year or day of birth"),
    "age": N_("age"),
    "sex": N_("sex"),
    "male": N_("male: a tick, or the year of birth"),
    "female": N_("female: a tick, or the year of birth"),
    "telephone": N_("telephone number"),
    "document": N_("document number"),
    "address": N_("address"),
    "occupation": N_("occupation"),
    "pseudonym": N_("pseudonym"),
    "index": N_("whose contact it is"),
    "met": N_("days of contact"),
    "relation": N_("relation"),
    "setting": N_("where they met"),
    "symptoms": N_("symptoms"),
    "file_number": N_("file number"),
    "onset": N_("first symptoms"),
    "tested": N_("day of the test"),
    "result": N_("result"),
    "language": N_("language"),
    "remark": N_("remark"),
    "source": N_("source"),
    IGNORE: N_("not this"),
}
