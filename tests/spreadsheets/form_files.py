"""Read the forms kept for tests: what each holds, cell by cell, and what it truly says. One file a form, as data.

`forms/` may be looked at; `held_out/` is a third of them, chosen by a hash of their names, on which nobody tunes;
`foreign/` holds tables as other systems write them, as the files they are (`saved`). `sheets`: rows as lists of
cells, of which a number or text stands for itself. `truth`: a column and what it counts, with the unit and number of
each line; a unit is a code of the gazetteer, or the name of what has none (a class, a company), of which nothing is
stored. A form with `refused` holds no table of figures.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bluezone.spreadsheets.bounds import column_number
from bluezone.spreadsheets.cells import Area, Book, Cell, Sheet, plain
from bluezone.spreadsheets.opening import open_book

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Truth:
    """Hold one true number: where it stands, of which unit (code, or name), of which day, in which role."""

    sheet: str
    line: int
    column: str
    unit: str
    day: dt.date | None
    role: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Form:
    """Hold a form: the book as it is opened, who sends it and when, and what it says."""

    name: str
    book: Book
    within: str | None
    today: dt.date
    truth: tuple[Truth, ...]
    refused: bool
    #: the roles of other columns, where the program may ask for them
    roles: Mapping[str, str]


def forms(folder: str = "forms") -> Iterator[Form]:
    """Yield the forms of a folder in order."""
    for path in sorted((HERE / folder).glob("*.json" if folder != "foreign" else "*.form.json")):
        facts = json.loads(path.read_text())
        yield form_of(facts, (path.parent / facts["saved"]).read_bytes() if "saved" in facts else None)


def form_of(facts: Mapping[str, Any], saved: bytes | None = None) -> Form:
    """Return a form from its file; `saved` is the file it was, where that was kept."""
    if saved is not None:
        book = open_book(saved, facts["file"])
    else:
        book = Book(facts["file"], facts.get("form", "xlsx"), tuple(_sheet(each) for each in facts["sheets"]))
    truth = tuple(_truth(facts.get("truth", ())))
    today = dt.date.fromisoformat(facts["today"])
    return Form(
        facts["name"], book, facts.get("within"), today, truth, facts.get("refused", False), facts.get("roles", {})
    )


def _truth(columns: Any) -> Iterator[Truth]:
    for each in columns:
        for line, (unit, value, *day) in each["lines"].items():
            date = day[0] if day else each.get("day")
            yield Truth(each["sheet"], int(line), each["column"], unit, dt.date.fromisoformat(date) if date else None,
                        each["role"], Decimal(str(value)))  # fmt: skip


def _sheet(facts: Mapping[str, Any]) -> Sheet:
    cells = {
        (row, column): _cell(value)
        for row, line in enumerate(facts["rows"], start=1)
        for column, value in enumerate(line, start=1)
        if value is not None
    }
    return Sheet(
        facts["name"], cells, [_area(each) for each in facts.get("merged", ())], facts.get("hidden", False),
        *(frozenset(facts.get(name, ())) for name in ("hidden_rows", "hidden_columns")),
    )  # fmt: skip


def _area(text: str) -> Area:
    (left, top), (right, bottom) = re.findall(r"([A-Z]+)(\d+)", text)
    return int(top), column_number(left), int(bottom), column_number(right)


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return Cell(value)
    if isinstance(value, int | float):
        number = Decimal(str(value))
        return Cell(plain(number), number)
    number = None if "n" not in value else Decimal(str(value["n"]))
    date = dt.date.fromisoformat(value["d"]) if "d" in value else None
    text = value.get("t", date.isoformat() if date else plain(number) if number is not None else "")
    return Cell(text, number, date, "%" in value)
