"""Name what a column can hold, and which columns each kind of upload takes."""

from __future__ import annotations

import enum
from dataclasses import dataclass

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

#: every role, whoever takes it, and what it holds: a column is taken for the one that fits it best
ALL_ROLES = {
    role.name: role.holds for purpose in (FIGURES, TARGETS, POPULATIONS, ORGANISATIONS) for role in purpose.roles
}
ALL_ROLES[OTHER] = Holds.NOTHING
