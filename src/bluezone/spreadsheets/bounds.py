"""Bound a file before it is opened: how much it unpacks to, how many cells, rows, sheets, merged cells. Pure.

A workbook of 543 kB may unpack to 118 MB. `zipfile` unpacks no more of a part than the archive's directory says, which
so bounds all that is read.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from bluezone.errors import N_
from bluezone.spreadsheets.errors import DAMAGED, TableError

#: a file, packed
MAX_BYTES = 20_000_000
#: and unpacked: all parts together
MAX_UNPACKED = 60_000_000
MAX_SHEETS = 60
MAX_CELLS = 400_000
MAX_ROWS = 100_000
#: of a sheet, filled: a year of days and more; what each may mean is weighed against the others
MAX_COLUMNS = 500
MAX_MERGED_CELLS = 300_000
#: the rectangle around all filled cells of a sheet, which is held whole while it is opened
MAX_AREA = 4_000_000
#: of a cell: no spreadsheet holds more
MAX_SIGNS = 32_767
#: the parts of an archive: a workbook has a few dozen
MAX_PARTS = 2_000
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class Load:
    """Hold how much work a file is: `unpacked` bytes, `cells` written in all sheets."""

    unpacked: int
    cells: int


def measure(data: bytes) -> Load:
    """Return how much a zip archive (.xlsx, .ods) holds, within half a second. Raises TableError for more than is
    read, and for XML that defines entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS:
                raise TableError(N_("the spreadsheet has {count} parts: it is no table"), count=len(entries))
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > MAX_UNPACKED:
                raise TableError(
                    N_("the spreadsheet unpacks to more than {limit} bytes: "
                       "copy the table into a new workbook and save that"), limit=MAX_UNPACKED)  # fmt: skip
            cells = merged = sheets = 0
            for entry in entries:
                part = archive.read(entry)
                refuse_entities(part)
                if "worksheets/sheet" in (name := entry.filename.lower()) and name.endswith(".xml"):
                    sheets += 1
                    cells += len(re.findall(rb"<(?:\w+:)?c[ >/]", part))
                    for left, top, right, bottom in _MERGE.findall(part):
                        width = abs(column_number(right.decode()) - column_number(left.decode())) + 1
                        merged += (abs(int(bottom) - int(top)) + 1) * width
                check(sheets=sheets, cells=cells, merged=merged)
            return Load(unpacked, cells)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        raise TableError(DAMAGED) from None


def check(*, sheets: int = 0, cells: int = 0, rows: int = 0, columns: int = 0, merged: int = 0, area: int = 0) -> None:
    """Raise TableError for more than is read: of sheets, cells, rows, filled columns, cells in merged areas, cells in
    the rectangle around a sheet's filled ones."""
    if sheets > MAX_SHEETS:
        raise TableError(N_("the workbook has more than {limit} sheets"), limit=MAX_SHEETS)
    if cells > MAX_CELLS:
        raise TableError(
            N_("the workbook has more than {limit} cells: save the one table you report in a file of its own"),
            limit=MAX_CELLS,
        )
    if rows > MAX_ROWS:
        raise TableError(N_("the file has more than {limit} rows"), limit=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise TableError(N_("a sheet has more than {limit} columns"), limit=MAX_COLUMNS)
    if merged > MAX_MERGED_CELLS:
        raise TableError(
            N_("merged cells of the workbook cover more than {limit} cells: take the merging off"),
            limit=MAX_MERGED_CELLS,
        )
    if area > MAX_AREA:
        raise TableError(N_("cells of a sheet lie far apart: copy the table into a new workbook and save that"))


def check_signs(texts: Iterable[tuple[int, str]]) -> None:
    """Raise TableError for a text, given with its row, that is longer than any cell of a spreadsheet."""
    for row, text in texts:
        if len(text) > MAX_SIGNS:
            raise too_long(row)


def too_long(row: int) -> TableError:
    """Return that a cell of a row holds too much text."""
    return TableError(N_("a cell in row {row} holds more than {limit} signs: shorten it"), row=row, limit=MAX_SIGNS)


def refuse_entities(part: bytes) -> None:
    """Raise TableError for XML that declares a document type, the only place to define entities; office programs
    declare none. Whatever its name and encoding, a part is read up to its first element; what is no XML passes."""

    class OverError(Exception):
        pass

    def refuse(*_: object) -> NoReturn:
        raise TableError(N_("the spreadsheet defines its own signs (entities), as no office program writes"))

    def end(*_: object) -> NoReturn:
        raise OverError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = end
    with contextlib.suppress(expat.ExpatError, OverError):
        parser.Parse(part, True)


def column_number(letters: str) -> int:
    """Return a column's number: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
