"""Hold a sheet while it is taken for a table: what is known beside it, what speaks for each column, its day. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from bluezone.geography.figures import Figures
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import UnitCode
from bluezone.spreadsheets import days, grid, lexicon, units
from bluezone.spreadsheets.cells import column_name
from bluezone.spreadsheets.results import Saying
from bluezone.spreadsheets.values import Number


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what is known beside the file: the units of the country, the day it is read on, the place of its sender
    (None: the country), how many people units have, and how organisations are found by their codes (code -> name)."""

    gazetteer: Gazetteer
    today: dt.date
    within: UnitCode | None = None
    figures: Figures | None = None
    organisations: Callable[[Collection[str]], Mapping[str, str]] = lambda _codes: {}


@dataclass(slots=True)
class Evidence:
    """Hold what is known of a column: its numbers by line, how its cells divide, and its score for each role."""

    column: grid.Column
    topics: dict[str, float] = field(default_factory=dict)
    #: what topics speak for
    said: Mapping[str, lexicon.Topic] = field(default_factory=dict)
    numbers: dict[int, Number] = field(default_factory=dict)
    #: parts of its cells that are numbers, days, texts and names of units
    numeric: float = 0.0
    dated: float = 0.0
    named: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)
    #: it gives shares as 0.0754: no sign, nothing above 1, with decimals
    fraction: bool = False
    #: by how much its numbers are to be multiplied
    factor: int = 1
    #: which of its topics titles name, not its header
    titled: set[str] = field(default_factory=set)
    #: the day that its header names
    day: object = None

    @property
    def letter(self) -> str:
        """Return the column's letters."""
        return column_name(self.column.number)


@dataclass(frozen=True, slots=True)
class Taken:
    """Hold what a column is taken for, `other` if nothing of it is stored, how sure that is, why, and what else."""

    role: str
    probability: float
    why: Saying
    choices: tuple[str, ...]


@dataclass(slots=True)
class Draft:
    """Hold a sheet as it was taken: its table, its day, its columns with their roles."""

    table: grid.Table
    calendar: days.Calendar
    main: days.MainDay
    header_days: Mapping[int, dt.date]
    found: list[Evidence]
    taken: list[Taken]
    finder: units.Finder

    def having(self, role: str) -> list[grid.Column]:
        """Return the columns with a role, from left to right."""
        return [each.column for each, taken in zip(self.found, self.taken, strict=True) if taken.role == role]
