"""Make small files of each format for tests: workbooks by openpyxl, OpenDocument and texts by hand."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from bluezone.spreadsheets.encodings import TCVN3

Rows = Sequence[Sequence[Any]]


def workbook(*sheets: Rows, merged: Sequence[str] = (), formats: Mapping[str, str] | None = None) -> Workbook:
    """Return a workbook of sheets S1, S2, …; merged areas and number formats are those of the first."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    for at, number_format in (formats or {}).items():
        book.worksheets[0][at].number_format = number_format
    return book


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(name: str, content: bytes, base: bytes) -> bytes:
    """Return a workbook with one part more, or another in place of its own."""
    source = zipfile.ZipFile(io.BytesIO(base))
    return zipped({each: source.read(each) for each in source.namelist()} | {name: content})


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


_NAMES = " ".join(f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
                  for each in ("office", "table", "text", "style"))  # fmt: skip


def ods(table: str, styles: str = "") -> bytes:
    """Return an OpenDocument workbook of one table, whose columns and rows are given as XML."""
    content = (
        f"<office:document-content {_NAMES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="S">{table}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})


def ods_row(*values: object, more: str = "") -> str:
    """Return a row of OpenDocument."""
    cells = (
        f'<table:table-cell office:value-type="float" office:value="{value}"/>' if isinstance(value, int)
        else f"<table:table-cell><text:p>{value}</text:p></table:table-cell>"
        for value in values
    )  # fmt: skip
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def to_tcvn3(text: str) -> bytes:
    """Return a text in TCVN3, whose letters are small ones where capitals have no code."""
    codes = {letter: byte for byte, letter in TCVN3.items()}
    return bytes(codes.get(letter, codes.get(letter.lower(), ord(letter) if ord(letter) < 128 else 63))
                 for letter in text)  # fmt: skip


def to_windows_1258(text: str) -> bytes:
    """Return a text in Windows-1258, which has letters with circumflex, breve and horn, and sets tones behind them."""
    found = []
    for letter in unicodedata.normalize("NFC", text):
        base, *marks = unicodedata.normalize("NFD", letter)
        shape = "".join(mark for mark in marks if mark in "\u0302\u0306\u031b")
        found += [unicodedata.normalize("NFC", base + shape), *(mark for mark in marks if mark not in shape)]
    return "".join(found).encode("cp1258")
