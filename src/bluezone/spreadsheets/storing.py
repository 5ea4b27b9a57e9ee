"""Write a book that was opened into bytes and back, so that a large file is opened once. Pure."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from decimal import Decimal
from typing import Any

from bluezone.spreadsheets.cells import Book, Cell, Sheet

_PERCENT, _MISSING = 1, 2


def dump(book: Book) -> bytes:
    """Return a book as compressed JSON."""
    facts = {
        "name": book.name,
        "form": book.form,
        "notes": book.notes,
        "sheets": [_sheet(each) for each in book.sheets],
    }
    return zlib.compress(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def load(data: bytes) -> Book:
    """Return the book that `dump` wrote."""
    facts: dict[str, Any] = json.loads(zlib.decompress(data))
    return Book(facts["name"], facts["form"], tuple(map(_read_sheet, facts["sheets"])), tuple(facts["notes"]))


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "rows": sorted(sheet.hidden_rows)[:10_000],
        "columns": sorted(sheet.hidden_columns)[:10_000],
        "filtered": sorted(sheet.filtered_rows)[:10_000],
        "struck": sorted(sheet.struck),
        "merged": sheet.merged,
        "cells": [[row, column, *_cell(cell)] for (row, column), cell in sheet.cells.items()],
    }


def _cell(cell: Cell) -> list[Any]:
    flags = _PERCENT * cell.percent + _MISSING * cell.missing
    number = f"{cell.number:f}" if cell.number is not None else ""
    return [cell.text, number, cell.date.isoformat() if cell.date else "", flags]


def _read_sheet(facts: dict[str, Any]) -> Sheet:
    cells = {}
    for row, column, text, number, date, flags in facts["cells"]:
        cells[row, column] = Cell(
            text,
            Decimal(number) if number else None,
            dt.date.fromisoformat(date) if date else None,
            bool(flags & _PERCENT),
            bool(flags & _MISSING),
        )
    merged = [tuple(area) for area in facts["merged"]]
    rows, columns, filtered = (frozenset(facts.get(name, ())) for name in ("rows", "columns", "filtered"))
    struck = {(row, column) for row, column in facts.get("struck", ())}
    return Sheet(facts["name"], cells, merged, facts["hidden"], rows, columns, filtered, struck)
