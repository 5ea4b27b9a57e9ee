"""Hold what an officer decided about a file: plain data, kept with the upload, remembered for the same form, and given
on the command line. What it does not name, the program proposes (`propose`)."""

from __future__ import annotations

import datetime as dt
import re
from collections import abc
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from bluezone.errors import N_
from bluezone.spreadsheets.errors import TableError

_K = TypeVar("_K")
_V = TypeVar("_V")
_LETTERS = re.compile(r"[A-Z]{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Hold decisions about one file. Columns are letters (`B`), lines are counted from 1 as the file shows them.

    `header`: first and last line of the header, (0, 0) for a table without one. `roles`: column -> role (`roles`).
    `days`: column -> day of its figures; `day`: the day of every figure that has none of its own. `units`: line -> code
    of a unit or organisation; `names`: name as written -> code, which holds for each line so written and for the next
    file. `left_out`: lines that are not stored; `taken`: lines stored though the program would leave them out.
    """

    sheet: str | None = None
    header: tuple[int, int] | None = None
    roles: abc.Mapping[str, str] = field(default_factory=dict)
    days: abc.Mapping[str, dt.date] = field(default_factory=dict)
    day: dt.date | None = None
    units: abc.Mapping[int, str] = field(default_factory=dict)
    names: abc.Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    taken: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self != Mapping()

    def to_dict(self) -> dict[str, Any]:
        """Return the decisions as JSON holds them, without what is not decided."""
        facts: dict[str, Any] = {
            "sheet": self.sheet,
            "header": list(self.header) if self.header is not None else None,
            "roles": dict(self.roles),
            "days": {column: day.isoformat() for column, day in self.days.items()},
            "day": self.day.isoformat() if self.day else None,
            "units": {str(line): code for line, code in self.units.items()},
            "names": dict(self.names),
            "left_out": sorted(self.left_out),
            "taken": sorted(self.taken),
        }
        return {name: value for name, value in facts.items() if value not in (None, {}, [])}

    @classmethod
    def from_dict(cls, facts: object) -> Mapping:
        """Read what `to_dict` wrote, or a person. Raises TableError for what is no mapping, naming the entry."""
        if not isinstance(facts, dict):
            raise TableError(N_("a mapping is a JSON object such as {example}"), example='{"roles": {"B": "unit"}}')
        known = [each.name for each in fields(cls)]
        if unknown := [str(name) for name in facts if name not in known]:
            raise TableError(
                N_("a mapping has no entry “{name}”; it has {known}"), name=unknown[0][:40], known=", ".join(known)
            )
        return cls(
            sheet=_read(facts, "sheet", _text),
            header=_read(facts, "header", _lines_of_header),
            roles=_read(facts, "roles", _by(_column, _text)) or {},
            days=_read(facts, "days", _by(_column, _day)) or {},
            day=_read(facts, "day", _day),
            units=_read(facts, "units", _by(_line, _text)) or {},
            names=_read(facts, "names", _by(_text, _text)) or {},
            left_out=_read(facts, "left_out", _lines) or frozenset(),
            taken=_read(facts, "taken", _lines) or frozenset(),
        )

    def over(self, before: Mapping) -> Mapping:
        """Return these decisions with those of before where these say nothing: an officer's over remembered ones."""
        return Mapping(
            sheet=self.sheet if self.sheet is not None else before.sheet,
            header=self.header if self.header is not None else before.header,
            roles={**before.roles, **self.roles},
            days={**before.days, **self.days},
            day=self.day or before.day,
            units={**before.units, **self.units},
            names={**before.names, **self.names},
            left_out=(before.left_out - self.taken) | self.left_out,
            taken=(before.taken - self.left_out) | self.taken,
        )

    def remembered(self) -> Mapping:
        """Return what holds for the next file of the same form too: not its days and lines."""
        return replace(self, days={}, day=None, units={}, left_out=frozenset(), taken=frozenset())


def _read(facts: dict[str, Any], name: str, read: Callable[[object], _V]) -> _V | None:
    value = facts.get(name)
    if value is None:
        return None
    try:
        return read(value)
    except (TypeError, ValueError):
        raise TableError(
            N_("the entry “{name}” of the mapping cannot be {value}"), name=name, value=str(value)[:60]
        ) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _column(value: object) -> str:
    letters = _text(value).upper()
    if not _LETTERS.fullmatch(letters):
        raise ValueError
    return letters


def _line(value: object) -> int:
    line = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else -1
    if line < 0:
        raise ValueError
    return line


def _day(value: object) -> dt.date:
    return dt.date.fromisoformat(_text(value))


def _lines(value: object) -> frozenset[int]:
    if not isinstance(value, list):
        raise TypeError
    return frozenset(map(_line, value))


def _lines_of_header(value: object) -> tuple[int, int]:
    if not isinstance(value, list):
        raise TypeError
    first, last = map(_line, value)
    if first > last:
        raise ValueError
    return first, last


def _by(key: Callable[[object], _K], read: Callable[[object], _V]) -> Callable[[object], dict[_K, _V]]:
    def read_all(value: object) -> dict[_K, _V]:
        if not isinstance(value, dict):
            raise TypeError
        return {key(name): read(each) for name, each in value.items()}

    return read_all
