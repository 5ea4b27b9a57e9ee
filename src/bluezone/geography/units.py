"""Describe a unit of the country: its level, its code in one of the country's systems, and when it was in force."""

from __future__ import annotations

import datetime as dt
import enum
import functools
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.geography.country import System, country
from bluezone.geography.errors import GeographyError


class Level(enum.IntEnum):
    """Name how deep a unit lies. A level may be missing: in Viet Nam communes lie directly under provinces since
    2025-07-01."""

    NATION = 0
    PROVINCE = 1
    DISTRICT = 2
    COMMUNE = 3


@functools.cache
def _levels() -> dict[int, Level]:
    """Return the level of a code by how many digits it has."""
    return {length: Level(level) for level, length in country().digits.items()}


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class UnitCode:
    """Hold a code within its system: so many digits as the country gives a level (in Viet Nam 2 a province, 3 a
    district, 5 a commune); the country's two letters for the nation."""

    system: str
    digits: str

    def __post_init__(self) -> None:
        if self.digits != country().iso and not (
            self.digits.isascii() and self.digits.isdigit() and len(self.digits) in _levels()
        ):
            raise GeographyError(
                N_("“{digits}” is not the code of a unit: it has {lengths} digits, by its level"),
                digits=self.digits,
                lengths=", ".join(map(str, _levels())),
            )

    @property
    def level(self) -> Level:
        """Return the level, which the length of a code tells."""
        return _levels()[len(self.digits)] if self.digits.isdigit() else Level.NATION

    @classmethod
    def parse(cls, text: str) -> UnitCode:
        """Read what `str()` wrote: `63:93` or `34:92`."""
        system, colon, digits = text.partition(":")
        if not colon or not any(each.id == system for each in country().systems):
            known = ", ".join(f"{each.id}:" for each in country().systems)
            raise GeographyError(N_("“{text}” is not a unit code: it begins with {known}"), text=text, known=known)
        return cls(system, digits)

    def __str__(self) -> str:
        return f"{self.system}:{self.digits}"

    def __lt__(self, other: UnitCode) -> bool:
        return (self.system, self.level, self.digits) < (other.system, other.level, other.digits)


def pad_digits(digits: str, level: Level | None) -> str:
    """Restore the leading zeros a spreadsheet took: `1` -> `01`; with a level, to that level's length."""
    lengths = country().digits
    if level is not None and level in lengths:
        return digits.zfill(lengths[level])
    return digits if len(digits) in lengths.values() else digits.zfill(len(digits) + 1)


@dataclass(frozen=True, slots=True)
class Unit:
    """Describe a unit as it stood in one period.

    `name` is bare (`Hậu Giang`), `full_name` has its kind (`Tỉnh Hậu Giang`); `since` and `until` are the first and
    the last day in force, None where the lists do not reach back or no end is known. `exact_dates` is False where only
    the lists before and after are known, so that the true day lies between them.
    """

    code: UnitCode
    name: str
    full_name: str
    parent: UnitCode | None
    since: dt.date | None = None
    until: dt.date | None = None
    exact_dates: bool = True

    @property
    def level(self) -> Level:
        """Return the level of the code."""
        return self.code.level

    @property
    def kind(self) -> str:
        """Return the country's word for what it is: `tỉnh`, `thành phố`, `quận`, `xã`, ... (empty if it has none)."""
        cut = self.full_name.removesuffix if country().kind_first else self.full_name.removeprefix
        return cut(self.name).strip().lower()

    def in_force(self, date: dt.date) -> bool:
        """Return whether the unit existed on a date, as far as the lists say."""
        return (self.since is None or self.since <= date) and (self.until is None or date <= self.until)


@functools.cache
def nation(system: System) -> Unit:
    """Return the whole country as a system divides it."""
    of = country()
    name = of.name(of.languages[0])
    return Unit(UnitCode(system.id, of.iso), name, name, None, since=system.since, until=system.until)


def nation_on(day: dt.date) -> Unit:
    """Return the whole country as it was divided on a day."""
    return nation(country().on(day))
