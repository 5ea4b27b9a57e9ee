"""Hold what an officer decided about a file: plain data, kept with the upload, remembered for the same form, and given
on the command line. What it does not name, the program proposes (`propose`)."""

from __future__ import annotations

import datetime as dt
import re
from collections import abc
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bluezone.errors import N_
from bluezone.spreadsheets.errors import TableError

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
        if unknown := [str(name) for name in facts if name not in _READERS]:
            raise TableError(
                N_("a mapping has no entry “{name}”; it has {known}"), name=unknown[0][:40], known=", ".join(_READERS)
            )
        read: dict[str, Any] = {}
        for name, value in facts.items():
            try:
                read[name] = _READERS[name](value)
            except (AttributeError, TypeError, ValueError):
                raise TableError(
                    N_("the entry “{name}” of the mapping cannot be {value}"), name=name, value=str(value)[:60]
                ) from None
        return cls(**read)

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


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _column(value: Any) -> str:
    if not _LETTERS.fullmatch(letters := _text(value).upper()):
        raise ValueError
    return letters


def _line(value: Any) -> int:
    if isinstance(value, bool) or (line := int(value)) < 0:
        raise ValueError
    return line


def _header(value: Any) -> tuple[int, int]:
    first, last = map(_line, value)
    if first > last:
        raise ValueError
    return first, last


def _day(value: Any) -> dt.date:
    return dt.date.fromisoformat(_text(value))


def _by(key: Callable[[Any], Any], read: Callable[[Any], Any]) -> Callable[[Any], dict[Any, Any]]:
    return lambda value: {key(name): read(each) for name, each in value.items()}


#: how each entry is read; what it cannot be raises AttributeError, TypeError or ValueError
_READERS: dict[str, Callable[[Any], Any]] = {
    "sheet": _text,
    "header": _header,
    "roles": _by(_column, _text),
    "days": _by(_column, _day),
    "day": _day,
    "units": _by(_line, _text),
    "names": _by(_text, _text),
    "left_out": lambda value: frozenset(map(_line, value)),
    "taken": lambda value: frozenset(map(_line, value)),
}
