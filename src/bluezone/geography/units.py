"""Describe a unit of the country: its level, its code in one of the two code systems, and when it was in force."""

from __future__ import annotations

import datetime as dt
import enum
import functools
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.geography.errors import GeographyError

#: The first day of the 34 provinces: resolution 202/2025/QH15 of 12 June 2025; districts ended the same day.
REFORM_DATE = dt.date(2025, 7, 1)


class System(enum.StrEnum):
    """Name the list of GSO codes that a code belongs to. The same digits mean different places in each."""

    PROVINCES_63 = "63"
    PROVINCES_34 = "34"

    @classmethod
    def on(cls, date: dt.date) -> System:
        """Return the system in force on a date."""
        return cls.PROVINCES_63 if date < REFORM_DATE else cls.PROVINCES_34


class Level(enum.IntEnum):
    """Name how deep a unit lies. Since 2025-07-01 communes lie directly under provinces."""

    NATION = 0
    PROVINCE = 1
    DISTRICT = 2
    COMMUNE = 3


#: the levels at which there are units of a kind, on whatever day
LEVELS_OF_KIND = {
    "tỉnh": (Level.PROVINCE,),
    "thành phố": (Level.PROVINCE, Level.DISTRICT),
    "quận": (Level.DISTRICT,),
    "huyện": (Level.DISTRICT,),
    "thị xã": (Level.DISTRICT,),
    "phường": (Level.COMMUNE,),
    "xã": (Level.COMMUNE,),
    "thị trấn": (Level.COMMUNE,),
    "đặc khu": (Level.COMMUNE,),
}
_LEVEL_OF_LENGTH = {2: Level.PROVINCE, 3: Level.DISTRICT, 5: Level.COMMUNE}
_LENGTH_OF_LEVEL = {level: length for length, level in _LEVEL_OF_LENGTH.items()}


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class UnitCode:
    """Hold a GSO code within its system: 2 digits for a province, 3 for a district, 5 for a commune; `VN` for the
    nation."""

    system: System
    digits: str

    def __post_init__(self) -> None:
        if self.digits != "VN" and not (
            self.digits.isascii() and self.digits.isdigit() and len(self.digits) in _LEVEL_OF_LENGTH
        ):
            raise GeographyError(
                N_("“{digits}” is not a GSO code: a province has 2 digits, a district 3, a commune 5"),
                digits=self.digits,
            )

    @property
    def level(self) -> Level:
        """Return the level, which the length of a code tells."""
        return Level.NATION if self.digits == "VN" else _LEVEL_OF_LENGTH[len(self.digits)]

    @classmethod
    def parse(cls, text: str) -> UnitCode:
        """Read what `str()` wrote: `63:93` or `34:92`."""
        system, colon, digits = text.partition(":")
        if not colon or system not in tuple(System):
            raise GeographyError(N_("“{text}” is not a unit code such as 63:93 or 34:92"), text=text)
        return cls(System(system), digits)

    def __str__(self) -> str:
        return f"{self.system}:{self.digits}"

    def __lt__(self, other: UnitCode) -> bool:
        return (self.system, self.level, self.digits) < (other.system, other.level, other.digits)


def pad_digits(digits: str, level: Level | None) -> str:
    """Restore the leading zeros a spreadsheet took: `1` -> `01`; with a level, to that level's length."""
    if level in _LENGTH_OF_LEVEL:
        return digits.zfill(_LENGTH_OF_LEVEL[level])
    return digits.zfill(2) if len(digits) == 1 else digits.zfill(5) if len(digits) == 4 else digits


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
        """Return the Vietnamese word for what it is: `tỉnh`, `thành phố`, `quận`, `xã`, ... (empty if it has none)."""
        return self.full_name.removesuffix(self.name).strip().lower()

    def in_force(self, date: dt.date) -> bool:
        """Return whether the unit existed on a date, as far as the lists say."""
        return (self.since is None or self.since <= date) and (self.until is None or date <= self.until)


NATION_63 = Unit(UnitCode(System.PROVINCES_63, "VN"), "Việt Nam", "Việt Nam", None, until=REFORM_DATE - dt.timedelta(1))
NATION_34 = Unit(UnitCode(System.PROVINCES_34, "VN"), "Việt Nam", "Việt Nam", None, since=REFORM_DATE)
