"""Write the line list of cases and contacts: one row a person, with the columns that R's package linelist tags.

Pseudonymous: neither name nor number nor address, ages by tens of years. The first columns have the names of linelist's
tags (`linelist::tags_names()`, without `hcw`, which nobody notes here), so `make_linelist` takes them as they are; the
others are those of contact tracing. Words are the stored ones, whatever the reader's language.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bluezone.authority.epidemiology.tables import Line, Outbreak, Tie, infectors
from bluezone.authority.episodes.words import Outcome
from bluezone.tables import csv_text

PARQUET = "application/vnd.apache.parquet"
_WIDTH, _OLDEST = 10, 80
Value = str | int | dt.date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what a row is made of: the person, the exposure that stands for them (of a case the one that infected it, of
    a contact the last), whose it was, and the name of the place."""

    line: Line
    tie: Tie | None
    source: str
    #: whether the source is known or guessed
    link: str
    location: str


def youngest(birth_year: int | None, day: dt.date) -> int | None:
    """Return the first age of somebody's group of ten years, by the year of birth; None where it is not known."""
    return None if birth_year is None else min(max(day.year - birth_year, 0), _OLDEST) // _WIDTH * _WIDTH


def age_group(birth_year: int | None, day: dt.date) -> str:
    """Return a group of ages: `30-39`, `80+`; nothing where it is not known."""
    first = youngest(birth_year, day)
    return "" if first is None else f"{first}+" if first == _OLDEST else f"{first}-{first + _WIDTH - 1}"


def _ended(line: Line, *outcomes: Outcome) -> dt.date | None:
    return line.ended if not outcomes or line.outcome in outcomes else None


#: name of the column, what it holds, value
COLUMNS: tuple[tuple[str, type, Callable[[Entry], Value]], ...] = (
    ("id", str, lambda one: one.line.name),
    ("date_onset", dt.date, lambda one: one.line.onset),
    ("date_reporting", dt.date, lambda one: one.line.reported),
    ("date_admission", dt.date, lambda one: one.line.admitted),
    ("date_discharge", dt.date, lambda one: one.line.discharged),
    ("date_outcome", dt.date, lambda one: _ended(one.line) if one.line.outcome else None),
    ("date_death", dt.date, lambda one: _ended(one.line, Outcome.DIED)),
    ("gender", str, lambda one: one.line.sex),
    ("age", int, lambda one: youngest(one.line.birth_year, one.line.day)),
    ("location", str, lambda one: one.location),
    ("occupation", str, lambda one: one.line.occupation),
    ("outcome", str, lambda one: one.line.outcome),
    ("age_group", str, lambda one: age_group(one.line.birth_year, one.line.day)),
    ("role", str, lambda one: one.line.role),
    ("classification", str, lambda one: one.line.classification),
    ("date_test", dt.date, lambda one: one.line.tested),
    ("date_result", dt.date, lambda one: one.line.result),
    ("date_isolation", dt.date, lambda one: one.line.isolated),
    ("source_id", str, lambda one: one.source),
    ("source_link", str, lambda one: one.link),
    ("relation", str, lambda one: one.tie.relation if one.tie else ""),
    ("setting", str, lambda one: one.tie.setting.value if one.tie else ""),
    ("site", str, lambda one: one.tie.site if one.tie else ""),
    ("date_exposure", dt.date, lambda one: one.tie.day if one.tie else None),
    ("found_by", str, lambda one: one.line.found),
    ("date_first_contact", dt.date, lambda one: one.line.first_contact),
    ("date_last_contact", dt.date, lambda one: one.line.last_contact),
    ("travel_from", str, lambda one: one.line.travel.origin if one.line.travel else ""),
    ("date_arrival", dt.date, lambda one: one.line.travel.arrived_on if one.line.travel else None),
    ("travel_by", str, lambda one: one.line.travel.by if one.line.travel else ""),
    ("travel_number", str, lambda one: one.line.travel.number if one.line.travel else ""),
    ("follow_up", str, lambda one: one.line.follow_up.value if one.line.follow_up else ""),
    ("date_follow_up_until", dt.date, lambda one: one.line.follow_up_until),
)


def entries(outbreak: Outbreak, places: Mapping[str, str]) -> Iterator[Entry]:
    """Give the rows by day and pseudonym; who is another office's is none. `places`: names of places."""
    by_target = {tie.target: tie for tie in sorted(outbreak.ties, key=lambda tie: (tie.day, tie.source))}
    infections = infectors(outbreak)
    by_target |= {target: each.tie for target, each in infections.items()}
    names = {line.key: line.name for line in outbreak.lines}
    for line in sorted(outbreak.lines, key=lambda each: (each.day, each.name, each.key)):
        if not line.hidden:
            tie = by_target.get(line.key)
            link = ("known" if infections[line.key].known else "guessed") if line.key in infections else ""
            yield Entry(line, tie, names[tie.source] if tie else "", link, places.get(line.place, ""))


def csv(outbreak: Outbreak, places: Mapping[str, str]) -> str:
    """Return the line list as CSV, days as 2020-08-13."""
    rows = ([value(one) for _name, _kind, value in COLUMNS] for one in entries(outbreak, places))
    return csv_text([[name for name, _kind, _value in COLUMNS], *rows])


def parquet(outbreak: Outbreak, places: Mapping[str, str]) -> bytes:
    """Return the line list as Parquet, null where nothing is known. Raises ModuleNotFoundError without pyarrow."""
    import pyarrow as pa
    from pyarrow import parquet as files

    found, types = list(entries(outbreak, places)), {str: pa.string(), int: pa.int32(), dt.date: pa.date32()}
    columns = {
        name: pa.array([None if (cell := value(one)) == "" else cell for one in found], types[kind])
        for name, kind, value in COLUMNS
    }
    made = io.BytesIO()
    files.write_table(pa.table(columns), made)
    return made.getvalue()
