"""Open a file as a book of sheets: by what it is, whatever its name ends with. Pure: bytes in, cells out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

from bluezone.errors import N_
from bluezone.rollout.reading import bounds
from bluezone.rollout.reading.cells import Book, Sheet
from bluezone.rollout.reading.encodings import decode, font_of, from_font
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.ods import open_ods
from bluezone.rollout.reading.textfiles import open_excel_xml, open_html, open_text
from bluezone.rollout.reading.xls import open_xls, password
from bluezone.rollout.reading.xlsx import open_xlsx

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: parts of an old container, as its directory names them
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_POWERPOINT = "PowerPoint Document".encode("utf-16-le")
_HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|table|head|meta|body)\b", re.I | re.S)
#: the first bytes of what is no table, and what it is
_OTHERS = {
    b"%PDF": N_("the file {name} is a PDF: ask for the spreadsheet it was printed from, or copy the table into one"),
    b"\x89PNG": N_("the file {name} is a picture: type its table into a spreadsheet"),
    b"\xff\xd8\xff": N_("the file {name} is a picture: type its table into a spreadsheet"),
    b"{\\rtf": N_("the file {name} is a text document: copy its table into a spreadsheet"),
    b"Rar!": N_("the file {name} is an archive: take the spreadsheet out of it"),
    b"7z\xbc\xaf": N_("the file {name} is an archive: take the spreadsheet out of it"),
}
_DOCUMENT = N_("the file {name} is a text document: copy its table into a spreadsheet")
_ARCHIVE = N_("the file {name} is an archive: take the spreadsheet out of it")


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
    form, sheets, notes = _opened(data, name, progress)
    sheets = [_in_true_letters(sheet) for sheet in sheets]
    return Book(name, form, tuple(sheets), tuple(notes))


def load_of(data: bytes) -> bounds.Load:
    """Return how much work a file is, without opening it. Raises TableError for more than is read."""
    if data[:4] == _ZIP:
        return bounds.measure(data)
    if data[:8] == _OLE:
        return bounds.Load(len(data), len(data) // 14)  # a number takes fourteen bytes
    return bounds.Load(len(data), max(map(data.count, (b";", b",", b"\t", b"<td"))) + data.count(b"\n"))


def _opened(data: bytes, name: str, progress: Callable[[int], None]) -> tuple[str, list[Sheet], list[str]]:
    if data[:4] == _ZIP:
        return _zipped(data, name, progress)
    if data[:8] == _OLE:
        head = data[: 4 << 20]
        if _ENCRYPTED in data:
            raise password(name)
        if _WORD in head or _POWERPOINT in head:
            raise TableError(_DOCUMENT, name=name or "?")
        return ("xls", *open_xls(data, name))
    if data[:2] == b"\x09\x08" or data[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        return ("xls", *open_xls(data, name))  # a BIFF stream without its container
    text, encoding = decode(data)
    if _HTML.match(text):
        return "html", open_html(_declared(data, text), name), []
    if text.lstrip().startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in text[:2_000]:
        return "xml", open_excel_xml(text), []
    return encoding, open_text(text, ""), []


def _declared(data: bytes, text: str) -> str:
    """Return a page decoded as it says of itself, where that can be."""
    match = re.search(rb"charset=[\"']?([\w-]+)", data[:2_000])
    if match and match[1].lower() not in (b"utf-8", b"unicode", b"utf-16"):
        try:
            return from_font(data.decode(match[1].decode("ascii")))
        except (LookupError, UnicodeDecodeError):
            return text
    return text


def _zipped(data: bytes, name: str, progress: Callable[[int], None]) -> tuple[str, list[Sheet], list[str]]:
    bounds.measure(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {entry.lower() for entry in archive.namelist()}
        kind = archive.read("mimetype")[:80] if "mimetype" in names else b""
    if "xl/workbook.bin" in names:
        raise TableError(N_("the file {name} is an .xlsb workbook: save it as .xlsx"), name=name or "?")
    if "xl/workbook.xml" in names or ("[content_types].xml" in names and any("worksheets/" in each for each in names)):
        notes = []
        if any(each.endswith("vbaproject.bin") for each in names):
            notes.append(N_("the workbook holds programs (macros): they were not run"))
        if any("externallinks/" in each for each in names):
            notes.append(N_("cells of the workbook come from other files: their last values were read"))
        sheets, more = open_xlsx(data, progress)
        return "xlsx", sheets, [*notes, *more]
    if b"opendocument.spreadsheet" in kind or ("content.xml" in names and b"opendocument" not in kind):
        return ("ods", *open_ods(data, name))
    if b"opendocument" in kind or any(each.startswith(("word/", "ppt/")) for each in names):
        raise TableError(_DOCUMENT, name=name or "?")
    raise TableError(_ARCHIVE, name=name or "?")


def _in_true_letters(sheet: Sheet) -> Sheet:
    """Return a sheet whose texts were written for a TCVN3 or VNI font in true letters; other cells of it may be in
    Unicode."""
    whole = " ".join(cell.text for cell in sheet.cells.values())
    if written := font_of(whole):
        sheet.cells = {
            at: cell if cell.number is not None or cell.date else replace(cell, text=written(cell.text))
            for at, cell in sheet.cells.items()
        }
    elif "\xad" in whole:
        sheet.cells = {at: replace(cell, text=cell.text.replace("\xad", "")) for at, cell in sheet.cells.items()}
    return sheet
