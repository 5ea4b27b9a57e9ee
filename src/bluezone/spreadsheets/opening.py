"""Open a file as a book of sheets: by what it is, whatever its name ends with. Pure: bytes in, cells out."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from bluezone.errors import N_
from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Book, Cell, Sheet
from bluezone.spreadsheets.encodings import decode, font_of, from_font
from bluezone.spreadsheets.errors import DOCUMENT, TableError
from bluezone.spreadsheets.excel import open_xls, open_xlsx
from bluezone.spreadsheets.ods import open_ods
from bluezone.spreadsheets.textfiles import open_csv, open_html, open_json

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: a stream of an old workbook without its container
_BIFF = (b"\x09\x08", b"\x09\x00", b"\x09\x02", b"\x09\x04")

_HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|table|head|meta|body)\b", re.I | re.S)
#: a text file's few long cells are as much work as so many more short ones
_SIGNS_OF_A_CELL = 30
_HIDDEN = N_("hidden rows and columns are left out")
_PICTURE = N_("the file {name} is a picture: type its table into a spreadsheet")

_ARCHIVE = N_("the file {name} is an archive: take the spreadsheet out of it")
#: the first bytes of what is no table, and what it is
_OTHERS = {
    b"%PDF": N_("the file {name} is a PDF: ask for the spreadsheet it was printed from, or copy the table into one"),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"{\\rtf": DOCUMENT,
    b"Rar!": _ARCHIVE,
    b"7z\xbc\xaf": _ARCHIVE,
}


def open_book(data: bytes, name: str = "", progress: Callable[[int], None] = lambda _percent: None) -> Book:
    """Return what a file holds; `progress` is told how much is opened, in percent. Raises TableError, with a sentence,
    for what is not read."""
    if len(data) > bounds.MAX_BYTES:
        raise TableError(
            N_("the file has {size} bytes; at most {limit} are read"), size=len(data), limit=bounds.MAX_BYTES
        )
    if not data.strip(b"\0 \r\n\t"):
        raise TableError(N_("the file {name} is empty"), name=name or "?")
    for first, sentence in _OTHERS.items():
        if data.startswith(first):
            raise TableError(sentence, name=name or "?")
    notes: list[str] = []
    if data[:4] == _ZIP:
        form, sheets, notes = _zipped(data, name or "?", progress)
    elif data[:8] == _OLE or data[:2] in _BIFF:
        form, sheets = "xls", open_xls(data, name or "?")
    else:
        form, sheets = _text(data, name or "?")
    for sheet in sheets:
        bounds.check(columns=0 if sheet.hidden else len({column for _, column in sheet.cells}))
        bounds.check_signs((row, cell.text) for (row, _), cell in sheet.cells.items())
        if not sheet.hidden and sheet.visible().cells.keys() < sheet.cells.keys():
            notes.append(_HIDDEN)
    return Book(name, form, tuple(map(_in_true_letters, sheets)), tuple(dict.fromkeys(notes)))


def load_of(data: bytes) -> bounds.Load:
    """Return how much work a file is, without opening it. Raises TableError for more than is read."""
    if data[:4] == _ZIP:
        return bounds.measure(data)
    if data[:8] == _OLE:
        return bounds.Load(len(data), len(data) // 14)  # a number takes fourteen bytes
    marked = max(map(data.count, (b";", b",", b"\t", b"<td"))) + data.count(b"\n")
    return bounds.Load(len(data), max(marked, len(data) // _SIGNS_OF_A_CELL))


def _zipped(data: bytes, name: str, progress: Callable[[int], None]) -> tuple[str, list[Sheet], list[str]]:
    bounds.measure(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {entry.lower() for entry in archive.namelist()}
        kind = archive.read("mimetype")[:80] if "mimetype" in names else b""
    if "xl/workbook.bin" in names:
        raise TableError(N_("the file {name} is an .xlsb workbook: save it as .xlsx"), name=name)
    if any(each.startswith(("xl/workbook", "xl/worksheets")) for each in names):
        notes = []
        if any(each.endswith("vbaproject.bin") for each in names):
            notes.append(N_("the workbook holds programs (macros): they were not run"))
        if any("externallinks/" in each for each in names):
            notes.append(N_("cells of the workbook come from other files: their last values were read"))
        return "xlsx", open_xlsx(data, progress), notes
    if b"opendocument.spreadsheet" in kind or ("content.xml" in names and b"opendocument" not in kind):
        return "ods", open_ods(data, name), []
    if b"opendocument" in kind or any(each.startswith(("word/", "ppt/")) for each in names):
        raise TableError(DOCUMENT, name=name)
    raise TableError(_ARCHIVE, name=name)


def _text(data: bytes, name: str) -> tuple[str, list[Sheet]]:
    text, encoding = decode(data)
    if _HTML.match(text):
        # a page says itself how it is encoded
        declared = re.search(rb"charset=[\"']?([\w-]+)", data[:2_000])
        if declared and declared[1].lower() not in (b"utf-8", b"unicode", b"utf-16"):
            with contextlib.suppress(LookupError, UnicodeDecodeError):
                text = from_font(data.decode(declared[1].decode("ascii")))
        return "html", open_html(text, name)
    if text.lstrip().startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in text[:2_000]:
        raise TableError(N_("the file {name} is a workbook of Excel 2003 in XML: save it as .xlsx"), name=name)
    if text.lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        return "json", open_json(text)
    return encoding, open_csv(text)


def _in_true_letters(sheet: Sheet) -> Sheet:
    """Return a sheet whose texts were written for a TCVN3 or VNI font in true letters."""
    whole = " ".join(cell.text for cell in sheet.cells.values())
    written = font_of(whole) or ((lambda text: text.replace("\xad", "")) if "\xad" in whole else None)
    if written:
        sheet.cells = {
            at: cell if cell.number is not None or cell.date else replace(cell, text=written(cell.text))
            for at, cell in sheet.cells.items()
        }
    return sheet


# --- a book as bytes, so that a large file is opened once -----------------------------------------


def dump(book: Book) -> bytes:
    """Return an opened book as compressed JSON."""
    sheets = []
    for sheet in book.sheets:
        cells = [
            [*at, cell.text, None if cell.number is None else f"{cell.number:f}", cell.date and cell.date.isoformat(),
             cell.percent]
            for at, cell in sheet.cells.items()
        ]  # fmt: skip
        hidden = [sorted(each)[:10_000] for each in (sheet.hidden_rows, sheet.hidden_columns)]
        sheets.append([sheet.name, cells, sheet.merged, sheet.hidden, *hidden])
    facts = [book.name, book.form, book.notes, sheets]
    return zlib.compress(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def load(data: bytes) -> Book:
    """Return the book that `dump` wrote."""
    name, form, notes, kept = json.loads(zlib.decompress(data))
    sheets = []
    for title, facts, merged, hidden, rows, columns in kept:
        cells = {
            (row, column): Cell(text, None if number is None else Decimal(number),
                                dt.date.fromisoformat(date) if date else None, percent)
            for row, column, text, number, date, percent in facts
        }  # fmt: skip
        areas = [(top, left, bottom, right) for top, left, bottom, right in merged]
        sheets.append(Sheet(title, cells, areas, hidden, frozenset(rows), frozenset(columns)))
    return Book(name, form, tuple(sheets), tuple(notes))
