"""Read districts and communes of both systems, and what became of each on 1 July 2025, from the room's own data.

The data was made by `tools/geography.py` from two lists (`data/SOURCES.md`), which name different ranks and mergers.
What changed between them changed at an unknown day: most changes came into force on 1 January 2025, which is assumed
(`Unit.exact_dates` is False).
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
from collections.abc import Iterator
from importlib import resources

from bluezone.geography.gazetteer import Succession
from bluezone.geography.units import Unit, UnitCode

KINDS = ("thành phố", "thị xã", "thị trấn", "phường", "huyện", "quận", "xã", "đặc khu")
UNITS, SUCCESSIONS = "districts_and_communes.csv", "successions.csv"


def units() -> Iterator[Unit]:
    """Yield every district and commune, in each of its versions."""
    for code, parent, full_name, since, until, exact in _rows(UNITS):
        yield Unit(
            _code(code),
            without_kind(full_name),
            full_name,
            _code(parent),
            since=_date(since),
            until=_date(until),
            exact_dates=exact == "yes",
        )


def successions() -> Iterator[Succession]:
    """Yield where districts and communes went: a few before the reform, and every commune on 1 July 2025."""
    for predecessor, successor, date, whole, main in _rows(SUCCESSIONS):
        yield Succession(
            _code(predecessor),
            _code(successor),
            dt.date.fromisoformat(date),
            whole=whole == "yes",
            main=main == "yes",
        )


def without_kind(full_name: str) -> str:
    """Return the bare name: `Châu Thành` of `Huyện Châu Thành`, `4` of `Phường 4`."""
    lower = full_name.lower()
    kind = next((kind for kind in KINDS if lower.startswith(f"{kind} ")), "")
    return full_name[len(kind) :].strip()


_code = functools.cache(UnitCode.parse)  # each stands in four rows on average, and units are kept in any case


@functools.cache
def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _rows(name: str) -> Iterator[list[str]]:
    """Yield the rows of a data file, without its header."""
    text = (resources.files("bluezone.geography") / "data" / name).read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines())
    next(rows)
    yield from rows
