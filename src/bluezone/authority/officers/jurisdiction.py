"""Decide who may see and who may edit what: one rule for pages, APIs and queries.

Everything that belongs to a place carries its `place`: the codes of the units above it and its own, from the top, each
closed by a slash: `/` is the country, `/63:93/` a province, `/63:93/63:930/` a district of it. So "lies in" is "starts
with", for a string in Python and for an index in a database, and the closing slash keeps 63:93 out of 63:930.

An office that answers for sectors of a place (a department of tourism) is posted beside what lies there, at
`/63:93/@12/`: nothing else starts so, and where nobody asks for its sectors its officers see nothing.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections.abc import Collection
from dataclasses import dataclass

from bluezone.authority.site.gazetteer import unit_of
from bluezone.errors import N_, TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit, UnitCode, nation_on

NATION = "/"
#: what the code of an office in a place begins with
OFFICE_MARK = "@"


class JurisdictionError(TranslatableError):
    """Report a role and a unit that do not go together."""


class Role(enum.StrEnum):
    """Name the roles of officers, from the top down."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    #: an office that answers for some sectors of a place
    DEPARTMENT = "department"
    UNIT_HEAD = "unit-head"
    #: who stands at a unit's checkpoint: scans passes and declares for others, reads nothing back, has no jurisdiction
    CHECKPOINT = "checkpoint"
    #: a laboratory's machine, at a province: it sends results by a token, sees no page and has no jurisdiction
    LAB = "lab"


LEVEL_OF_ROLE = {
    Role.MINISTRY: Level.NATION,
    Role.PROVINCE: Level.PROVINCE,
    Role.DISTRICT: Level.DISTRICT,
    Role.COMMUNE: Level.COMMUNE,
}
_FROM_THE_TOP = list(Role)


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Hold a role over a place. `inherited` are the places of former units that were merged whole into it: to be seen,
    not edited, for what they reported is history. `branches` are those of the units that an organisation holds in other
    communes than its own: its head's as its own place is.

    That of an office (`Role.DEPARTMENT`) is over the units of its `sectors` in its `territory`, and over nothing else.
    """

    role: Role
    place: str
    inherited: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    territory: str = ""
    sectors: frozenset[str] = frozenset()

    @property
    def directs_places(self) -> bool:
        """Return whether the officer answers for a place as a whole: neither an office nor a unit's head does."""
        return self.role in LEVEL_OF_ROLE

    @property
    def is_office(self) -> bool:
        return self.role is Role.DEPARTMENT

    @property
    def edited(self) -> tuple[str, ...]:
        """Return the places in which this officer may change things; of an office those of its sectors only."""
        return (self.territory,) if self.is_office else (self.place, *self.branches)

    def may_see(self, place: str, sectors: Collection[str] = ()) -> bool:
        """Return whether the officer may see figures and reports of a place, or of a unit of these sectors there."""
        if self.is_office and self.sectors.isdisjoint(sectors):
            return False
        return any(place.startswith(own) for own in (*self.edited, *self.inherited))

    def may_edit(self, place: str, sectors: Collection[str] = ()) -> bool:
        """Return whether the officer may change figures and reports of a place, or of a unit of these sectors there."""
        if self.is_office and self.sectors.isdisjoint(sectors):
            return False
        return any(place.startswith(own) for own in self.edited)

    def may_direct(self, place: str, sectors: Collection[str] = ()) -> bool:
        """Return whether this officer may give orders to a place and manage its units, or a unit of a sector there: a
        unit's head only reports."""
        return self.role is not Role.UNIT_HEAD and self.may_edit(place, sectors)

    def may_manage(self, place: str, sectors: Collection[str] = ()) -> bool:
        """Return whether this officer may add, change and close a unit at a place: who directs it, and the head of a
        unit that holds it; not its own head."""
        return self.may_direct(place, sectors) or (self.may_edit(place, sectors) and place != self.place)

    def may_manage_in(self, place: str, sectors: Collection[str] = ()) -> bool:
        """Return whether this officer may put a unit into the one at a place: who directs it, and its own head."""
        return self.may_edit(place, sectors)

    def may_appoint(self, role: Role, place: str) -> bool:
        """Return whether this officer may make another one: of a lower role, within the own place; a unit's head one of
        a unit in it, and who stands at a checkpoint of the own."""
        if self.role is Role.UNIT_HEAD:
            return (
                self.may_edit(place) if role is Role.CHECKPOINT else role is Role.UNIT_HEAD and self.may_manage(place)
            )
        if role is Role.LAB:
            return self.role in (Role.MINISTRY, Role.PROVINCE) and self.may_direct(place)
        return _FROM_THE_TOP.index(role) > _FROM_THE_TOP.index(self.role) and self.may_direct(place)


def office_place(territory: str, number: int) -> str:
    """Return the place at which the officers of an office are posted: `/63:93/@12/`."""
    return f"{territory}{OFFICE_MARK}{number}/"


def office_number(place: str) -> int | None:
    """Return the number of the office that a place is; None for any other place."""
    last = place.rstrip("/").rsplit("/", 1)[-1]
    return int(last[1:]) if last.startswith(OFFICE_MARK) and last[1:].isdecimal() else None


def place_of(code: UnitCode) -> str:
    """Return the place of a unit of the gazetteer. Raises UnknownUnitError."""
    if code.level is Level.NATION:
        return NATION
    gazetteer = catalogue.provinces() if code.level is Level.PROVINCE else catalogue.all_units()
    unit = gazetteer.unit(code)
    above = [each.code for each in gazetteer.ancestors(unit) if each.level is not Level.NATION]
    return NATION + "".join(f"{each}/" for each in reversed([code, *above]))


def place_or_nation(code: str) -> str:
    """Return the place of a unit's code as somebody gave it; the country where it is none, or of no unit."""
    try:
        return place_of(UnitCode.parse(code))
    except GeographyError:
        return NATION


def codes_of(place: str) -> list[str]:
    """Return the codes a place consists of, from the top (none for the country)."""
    return [part for part in place.split("/") if part]


def places_above(place: str) -> list[str]:
    """Return the places a place lies in, from the top, itself last."""
    return [place[: at + 1] for at, letter in enumerate(place) if letter == "/"]


def code_of(place: str) -> UnitCode | None:
    """Return the code of the unit of the gazetteer that a place is; None for the country."""
    codes = codes_of(place)
    return UnitCode.parse(codes[-1]) if codes else None


def code_over(place: str) -> UnitCode | None:
    """Return the code of the unit of the gazetteer that a place is or, of an office or an organisation, lies in; None
    for the country."""
    codes = [code for code in codes_of(place) if ":" in code]
    return UnitCode.parse(codes[-1]) if codes else None


def place_today(place: str, day: dt.date) -> str:
    """Return where the people of a place are cared for on a day: of a unit that was merged the one it went to, of a
    divided one the main part; any other place as it is."""
    if not place.endswith("/") or any(":" not in code for code in codes_of(place)):
        return place
    code, units = code_of(place), catalogue.all_units()
    while code is not None and (went := [each for each in units.successors(code) if each.main and each.date <= day]):
        place = place_of(code := went[0].successor)
    return place


def own_unit(own: Jurisdiction, day: dt.date) -> Unit:
    """Return the unit of the gazetteer an officer answers for (for the head of an organisation the one it lies in), as
    it was on a day; one that has ended, as it was last."""
    codes = [code for code in codes_of(own.place) if ":" in code]
    return unit_of(UnitCode.parse(codes[-1]), day) if codes else nation_on(day)


@functools.lru_cache(maxsize=4_096)
def jurisdiction_of(role: Role, place: str) -> Jurisdiction:
    """Return the jurisdiction of an officer, with the former units it inherits; of an office see
    `scope.jurisdiction_over`."""
    if role in (Role.MINISTRY, Role.UNIT_HEAD):
        return Jurisdiction(role, place)
    code = UnitCode.parse(codes_of(place)[-1])
    gazetteer = catalogue.provinces() if code.level is Level.PROVINCE else catalogue.all_units()
    former = (each.predecessor for each in gazetteer.predecessors(code) if each.whole and each.predecessor != code)
    return Jurisdiction(role, place, tuple(sorted(place_of(each) for each in former)))


def directing_over(place: str) -> Jurisdiction:
    """Return the jurisdiction of an officer who directs the units of a place of the gazetteer."""
    codes = codes_of(place)
    level = UnitCode.parse(codes[-1]).level if codes else Level.NATION
    return jurisdiction_of(next(role for role, own in LEVEL_OF_ROLE.items() if own is level), place)


def place_for(role: Role, code: UnitCode) -> str:
    """Return the place of an officer with `role` at the unit `code`. Raises JurisdictionError if the two do not fit."""
    if role in (Role.UNIT_HEAD, Role.CHECKPOINT):
        raise JurisdictionError(N_("the head of a unit is appointed on that unit's page"))
    if role is Role.DEPARTMENT:
        raise JurisdictionError(N_("an officer of an office is appointed on that office's page"))
    if code.level is not (Level.PROVINCE if role is Role.LAB else LEVEL_OF_ROLE[role]):
        raise JurisdictionError(N_("the role {role} does not fit the unit {unit}"), role=role.value, unit=str(code))
    return place_of(code)
