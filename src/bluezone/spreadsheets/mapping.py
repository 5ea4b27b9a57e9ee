"""Hold what an officer decided about a file: plain data, kept with the upload, remembered for the same form, and given
on the command line. What it does not name, the program proposes (`propose`)."""

from __future__ import annotations

import datetime as dt
from collections import abc
from dataclasses import dataclass, field


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
