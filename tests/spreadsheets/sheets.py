"""Make books of one sheet for tests of proposals, and propose what they say to an officer of Hậu Giang."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.spreadsheets.cells import Book, Cell, Sheet
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.propose import NOTHING, propose
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import FIGURES, Purpose

DAY = dt.date(2020, 8, 20)
Rows = Sequence[Sequence[Any]]


def sheet_of(rows: Rows, merged: Sequence[tuple[int, int, int, int]] = (), name: str = "Sheet1") -> Sheet:
    """Return a sheet: texts, numbers and days as they are, None for an empty cell."""
    cells = {
        (line, column): _cell(value)
        for line, row in enumerate(rows, start=1)
        for column, value in enumerate(row, start=1)
        if value is not None
    }
    return Sheet(name, cells, list(merged))


def _cell(value: Any) -> Cell:
    if isinstance(value, dt.date):
        return Cell(value.isoformat(), date=value)
    return Cell(str(value), Decimal(str(value))) if isinstance(value, int | float) else Cell(value)


def proposed(
    *sheets: Rows | Sheet,
    decided: Mapping = NOTHING,
    purpose: Purpose = FIGURES,
    within: str | None = "63:93",
    file: str = "bieu.xlsx",
    today: dt.date = dt.date(2020, 8, 31),
    **known: Any,
) -> Proposal:
    """Return what is proposed for a book of sheets."""
    each = tuple(
        sheet if isinstance(sheet, Sheet) else sheet_of(sheet, name=f"Sheet{number}")
        for number, sheet in enumerate(sheets, start=1)
    )
    place = UnitCode.parse(within) if within else None
    context = Context(catalogue.all_units(), today, place, catalogue.figures(), **known)
    return propose(Book(file, "xlsx", each), context, decided, purpose)


def roles_of(proposal: Proposal) -> str:
    """Return the roles of all columns, in order."""
    return " ".join(column.role for column in proposal.columns)


def stored(proposal: Proposal, role: str = "installs") -> dict[str, dict[str, int]]:
    """Return the numbers in a role that are stored: unit -> day -> number."""
    found: dict[str, dict[str, int]] = {}
    for row in proposal.stored:
        for value in row.values:
            if value.role == role:
                found.setdefault(str(row.unit.code) if row.unit else row.code, {})[str(value.day)] = int(value.number)
    return found


def left_out(proposal: Proposal) -> dict[int, str]:
    """Return why lines are left out."""
    return {row.line: str(row.left_out) for row in proposal.rows if row.left_out is not None}
