"""Read CSV and XLSX bytes into a table of named columns, each row with its line in the file. Pure: bytes in, rows
out."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.errors import N_
from bluezone.geography.names import plain_key
from bluezone.rollout.errors import RolloutError

MAX_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 200_000_000
#: the part of an old container that holds an encrypted workbook, as its directory names it
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAX_ROWS = 100_000
#: A sheet may claim 16,384 columns for each of its rows, and every empty cell costs memory.
MAX_COLUMNS = 60
_HEADER_SEARCH_ROWS = 20


class TableError(RolloutError):
    """Report a file that is not a table we can read."""


#: field -> headers that mean it, as keys of `_header_key`; the longest that is contained in a header wins
HEADERS: dict[str, tuple[str, ...]] = {
    "date": ("date", "ngay", "as of", "thoi diem"),
    "code": ("code", "ma", "ma don vi", "gso"),
    "unit": ("unit", "name", "area", "don vi", "dia phuong", "ten", "ten don vi"),
    "province": ("province", "tinh", "tinh thanh pho", "tinh thanh", "tinh tp", "province city"),
    "district": ("district", "huyen", "quan huyen", "huyen thi xa thanh pho", "huyen thi xa", "huyen quan"),
    "commune": ("commune", "ward", "xa", "phuong", "xa phuong", "phuong xa", "xa phuong thi tran"),
    "parent": ("parent", "within", "thuoc", "don vi cap tren", "thuoc tinh", "thuoc huyen"),
    "installs": ("installs", "installations", "downloads", "total", "count", "devices", "accounts", "so luot cai dat",
                 "so luot tai", "so nguoi cai dat", "so nguoi cai", "nguoi cai", "luot tai", "so cai dat",
                 "so tai khoan", "tai khoan", "so thue bao", "bluezoner", "so luot", "luot cai", "cai dat", "so may",
                 "tong so", "so luong", "tong luot tai", "total downloads"),
    "with_phone": ("with phone", "with phone number", "co so dien thoai", "bluezoner co so dien thoai",
                   "tai khoan co so dien thoai", "luot cai co so dien thoai"),
    "active": ("active", "active devices", "dang hoat dong", "hoat dong"),
    "population": ("population", "dan so"),
    "percent_population": ("pct population", "percent population", "share", "of population", "percent", "ti le",
                           "ti le dan so", "dan so ti le", "tren dan so", "ti le tren dan so", "pct", "so voi dan so",
                           "ti le so voi dan so"),
    "percent_smartphones": ("pct smartphones", "percent smartphones", "of smartphones", "smartphone", "smartphones",
                            "dien thoai thong minh", "tren dien thoai thong minh", "ti le dien thoai thong minh",
                            "tren smartphone"),
    "rank": ("rank", "hang", "xep hang", "thu hang", "vi tri"),
    "source": ("source", "source url", "url", "nguon", "duong dan"),
    "note": ("note", "notes", "ghi chu"),
}  # fmt: skip
#: columns that name a unit; where a table has several, the lowest is the unit and the others say where it lies
_UNIT_FIELDS = ("unit", "commune", "district", "province")
_SHARE_WORDS = ("pct", "percent", "ti le", "share")
#: Vietnamese writes a syllable's only vowel as y or as i, to taste: `tỷ lệ` and `tỉ lệ`, `kỳ` and `kì`.
_Y_FOR_I = re.compile(r"\b([bcdghklmnpqrstvx]+)y\b")


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row: `line` is its number in the file (the header has one too), `cells` its text by field."""

    line: int
    cells: dict[str, str]

    def get(self, field: str) -> str:
        """Return the cell's text, empty if the column or the cell is missing."""
        return self.cells.get(field, "")


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a file's rows. `headers` gives for each field the header as written; `ignored` the headers nobody knows."""

    headers: dict[str, str]
    ignored: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, field: str) -> list[str]:
        """Return the texts of a column that are not empty."""
        return [row.cells[field] for row in self.rows if row.cells.get(field)]


def read_table(data: bytes, name: str = "") -> Table:
    """Read a CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1258) or XLSX file. Raises TableError."""
    return _named(read_lines(data, name))


def read_lines(data: bytes, name: str = "") -> list[tuple[int, list[str]]]:
    """Return the cells of such a file, each row with its line, before anybody asks what columns mean. Raises
    TableError."""
    if len(data) > MAX_BYTES:
        raise TableError(N_("the file has {size} bytes; at most {limit} are read"), size=len(data), limit=MAX_BYTES)
    if data[:4] == b"PK\x03\x04":
        lines = list(itertools.islice(_xlsx_lines(data), MAX_ROWS + 1))
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if _ENCRYPTED in data:
            raise TableError(
                N_("the file {name} has a password: save it as .xlsx or .csv without one"), name=name or "?"
            )
        raise TableError(N_("the file {name} is an old .xls file; save it as .xlsx or .csv"), name=name or "?")
    else:
        lines = list(itertools.islice(_csv_lines(data), MAX_ROWS + 1))
    return lines


def _csv_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableError(N_("line {line} is not CSV: {reason}"), line=reader.line_num, reason=error) from None


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError(N_("the file is not text: save it as CSV in UTF-8, or as XLSX"))


def _xlsx_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        _refuse_hostile(data)
        # Formulas as they are written: what a program last computed may be stale, or missing.
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = workbook.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
            yield number, [_cell_text(cell.value, str(cell.number_format or "")) for cell in cells]
    except TableError:
        raise
    except zipfile.BadZipFile:
        raise TableError(N_("the spreadsheet cannot be read: it is damaged or not whole")) from None
    except Exception as error:  # noqa: BLE001 - openpyxl raises many kinds on a broken file
        raise TableError(N_("the spreadsheet cannot be read: {reason}"), reason=error) from None


def _refuse_hostile(data: bytes) -> None:
    """Raises TableError for what no table of figures needs: gigabytes, programs, cells that live in other files."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise TableError(N_("the spreadsheet unpacks to more than {limit} bytes"), limit=MAX_UNPACKED_BYTES)
        names = [name.lower() for name in archive.namelist()]
    if "[content_types].xml" not in names:  # such as .ods, .numbers, a plain .zip
        raise TableError(N_("the file is no .xlsx: open it and save it as .xlsx or .csv"))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise TableError(N_("the spreadsheet holds programs (macros): save it as .xlsx or .csv without them"))
    if any("externallinks/" in name for name in names):
        raise TableError(N_("the spreadsheet takes cells from other files: paste them as values, or save it as .csv"))


def _cell_text(value: Any, number_format: str) -> str:
    """A cell as a person sees it: dates as ISO, percents with the digits of their format."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float | int) and not isinstance(value, bool) and number_format.endswith("%"):
        digits = len(number_format.rstrip("%").strip().partition(".")[2])
        return f"{value * 100:.{digits}f}%"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    # an array formula is an object with a text
    return " ".join(str(getattr(value, "text", None) or value).split())


def _named(lines: Sequence[tuple[int, list[str]]]) -> Table:
    if len(lines) > MAX_ROWS:
        raise TableError(N_("the file has more than {limit} rows"), limit=MAX_ROWS)
    for position, (_, cells) in enumerate(lines[:_HEADER_SEARCH_ROWS]):
        fields = [field_of(cell) for cell in cells]
        named = any(field in fields for field in (*_UNIT_FIELDS, "code", "date"))
        if named and len(set(fields) - {None}) >= 2:
            return _rows_below(lines[position + 1 :], cells, fields)
    raise TableError(
        N_("no header row was found: a table needs columns such as date, unit and installs (ngày, đơn vị, số lượt cài)")
    )


def _rows_below(lines: Sequence[tuple[int, list[str]]], header: list[str], fields: list[str | None]) -> Table:
    headers: dict[str, str] = {}
    positions: dict[str, int] = {}
    for position, (field, text) in enumerate(zip(fields, header, strict=True)):
        if field is not None and field not in positions:
            positions[field], headers[field] = position, text
    for field in [name for name in _UNIT_FIELDS if name in positions][:1]:
        positions["unit"], headers["unit"] = positions[field], headers[field]
    ignored = tuple(text for field, text in zip(fields, header, strict=True) if text and field is None)
    rows = tuple(
        Row(line, _with_parent({field: cells[at] for field, at in positions.items() if at < len(cells)}))
        for line, cells in lines
        if any(cells)
    )
    return Table(headers, ignored, rows)


def _with_parent(cells: dict[str, str]) -> dict[str, str]:
    """Columns of commune, district and province become the unit and, joined, the units above it."""
    plain = {field: text for field, text in cells.items() if field not in _UNIT_FIELDS[1:]}
    path = [cells[name] for name in _UNIT_FIELDS[1:] if cells.get(name)]
    if path and plain.get("unit") in ("", path[0]):  # no column of its own: the lowest that is filled in
        plain["unit"], *path = path
    if path and not plain.get("parent"):
        plain["parent"] = ", ".join(path)
    return plain


def field_of(header: str) -> str | None:
    """Return the field a header means: an exact synonym, else the longest synonym it contains as whole words."""
    key = _header_key(header)
    if not key:
        return None
    for field, synonyms in HEADERS.items():
        if key in synonyms:
            return field
    padded = f" {key} "
    is_share = any(f" {word} " in padded for word in _SHARE_WORDS)
    if is_share:
        smart = any(word in key for word in ("smartphone", "thong minh"))
        return "percent_smartphones" if smart else "percent_population"
    found = [(len(synonym), field) for field, synonyms in HEADERS.items() for synonym in synonyms
             if len(synonym) > 2 and f" {synonym} " in padded]  # fmt: skip
    return max(found)[1] if found else None


def _header_key(header: str) -> str:
    """Return a header as it is compared: without diacritics and case, `%` as a word, one spelling of y and i."""
    return _Y_FOR_I.sub(r"\1i", plain_key(header.replace("%", " percent ")))
