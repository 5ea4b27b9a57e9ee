"""Write tables as CSV and XLSX in which no cell is computed: the only writer of both. Results also as Parquet.

A name that somebody chose (`=HYPERLINK(...)`) would be a formula on the computer of whoever opens the file. `plain` is
the guard, and every cell of every file passes it. openpyxl is imported only where a workbook is made.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: what a spreadsheet program takes for the beginning of a formula, in full width (as East Asian keyboards type) too
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
#: a signed number with its unit in words, which nothing computes: "-15.002 lượt mỗi ngày"
_AMOUNT = re.compile(r"[-+]\d[\d.,]*\s?(%|[^\W\d_])[\w\s,.]*")
#: what no workbook can hold, and no reader sees
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: characters of a sheet's name, and what may not be among them
_SHEET_NAME, _NOT_IN_SHEET_NAME = 31, re.compile(r"[\[\]:*?/\\]")


def plain(value: object) -> Any:
    """Return a value as a cell may hold it: a text that would begin a formula behind an apostrophe, without control
    characters; numbers, days and nothing as they are."""
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub("", value)
    return f"'{text}" if _FORMULA.match(text) and not _AMOUNT.fullmatch(text) else text


def csv_text(rows: Iterable[Iterable[object]], *, line_end: str = "\r\n") -> str:
    """Return rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end).writerows([plain(each) for each in row] for row in rows)
    return text.getvalue()


def write_results(target: Path, rows: Sequence[Mapping[str, object]], facts: Mapping[str, object]) -> None:
    """Write results as NAME.csv and NAME.parquet, and what they come from (version, assumptions, source) as NAME.json:
    it stands in the Parquet file too, as its metadata `bluezone`. Each file is written whole or not at all.

    Raises ModuleNotFoundError without pyarrow (extra `parquet`).
    """
    import pyarrow as pa
    from pyarrow import parquet

    said = json.dumps(facts, ensure_ascii=False, indent=1, default=str)
    table = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(list(rows)).replace_schema_metadata({"bluezone": said}), table)
    lines = csv_text([rows[0] if rows else (), *(row.values() for row in rows)], line_end="\n")
    for suffix, content in (("csv", lines.encode()), ("json", said.encode() + b"\n"), ("parquet", table.getvalue())):
        new = target.with_name(f"{target.name}.{suffix}.new")
        new.write_bytes(content)
        new.replace(target.with_name(f"{target.name}.{suffix}"))


def xlsx_table(title: str, rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as a workbook of one sheet, written row by row: many thousands fit."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title))
    for row in rows:
        sheet.append([plain(each) for each in row])
    return _saved(book)


def workbook() -> Workbook:
    """Return a workbook without sheets, to be laid out; `append` writes its rows, `xlsx` makes the file."""
    from openpyxl import Workbook

    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


def append(sheet: Any, row: Sequence[object]) -> None:
    """Write a row below those that a sheet has."""
    sheet.append([plain(each) for each in row])


def xlsx(book: Workbook) -> bytes:
    """Return a workbook as a file. A cell that was written past `append` passes the guard here."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type in ("f", "s"):
                    cell.value = plain(cell.value)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sheet_name(title: str) -> str:
    """Return a title as a sheet's name: at most 31 characters and none of []:*?/\\ in it."""
    return _NOT_IN_SHEET_NAME.sub(" ", title)[:_SHEET_NAME]
