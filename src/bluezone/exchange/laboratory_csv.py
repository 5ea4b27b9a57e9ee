"""Read a laboratory's results from CSV: a line each, columns by name in English or Vietnamese, in any order."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable

from bluezone.errors import N_
from bluezone.exchange import codes
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.records import Finding, LabResult

MOST_LINES = 20_000
#: what a column may be called, without marks and signs
_COLUMNS = {
    "external_id": ("id", "external id", "result id", "ma ket qua", "ma mau", "ma xet nghiem"),
    "result": ("result", "ket qua", "ket qua xet nghiem"),
    "sampled_on": ("sampled on", "sample date", "collected on", "ngay lay mau"),
    "reported_on": ("reported on", "result date", "ngay tra ket qua", "ngay co ket qua", "ngay xet nghiem"),
    "name": ("name", "patient", "ho ten", "ho va ten"),
    "birth_year": ("birth year", "year of birth", "date of birth", "nam sinh", "ngay sinh"),
    "sex": ("sex", "gender", "gioi", "gioi tinh"),
    "telephone": ("telephone", "phone", "dien thoai", "so dien thoai"),
    "document": ("document", "identity number", "cccd", "cmnd", "so cccd", "cccd cmnd"),
    "address": ("address", "dia chi"),
    "commune": ("commune", "xa phuong", "phuong xa", "xa"),
}
_NEEDED = ("external_id", "result", "sampled_on")
_WITHDRAWN = frozenset({"withdrawn", "cancelled", "canceled", "huy", "thu hoi"})
_SEXES = {"nam": "male", "male": "male", "m": "male", "nu": "female", "female": "female", "f": "female"}
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


def read_results(data: bytes) -> list[LabResult]:
    """Return the results of a file. Raises ExchangeError, naming the line."""
    codes.check_size(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ExchangeError(N_("line {line}: it is no UTF-8; save the table as CSV UTF-8"), line=line) from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        columns = _columns(next(rows, []))
        found: list[LabResult] = []
        for row in rows:
            if len(found) >= MOST_LINES:
                raise ExchangeError(N_("more than {most} lines: bring it in parts"), most=MOST_LINES)
            if any(cell.strip() for cell in row):
                found.append(_result({name: row[at] if at < len(row) else "" for name, at in columns.items()},
                                     f"line {rows.line_num}"))  # fmt: skip
    except csv.Error as error:
        raise ExchangeError(N_("line {line}: it is no table"), line=rows.line_num) from error
    if not found:
        raise ExchangeError(N_("there is no line with a result in it"))
    return found


def _columns(head: list[str]) -> dict[str, int]:
    plain = [_plain(each) for each in head]
    columns = {
        name: plain.index(called) for name, calls in _COLUMNS.items() for called in calls[::-1] if called in plain
    }
    if missing := [name for name in _NEEDED if name not in columns]:
        raise ExchangeError(N_("the first line names no column “{name}”"), name=missing[0])
    return columns


def _plain(text: str) -> str:
    """Return a head without marks, signs and capitals."""
    bare = unicodedata.normalize("NFD", text.strip().casefold().replace("đ", "d"))
    return " ".join(
        "".join(sign if sign.isalnum() else " " for sign in bare if not unicodedata.combining(sign)).split()
    )


def _result(cells: dict[str, str], where: str) -> LabResult:
    cells = {name: " ".join(cell.split()) for name, cell in cells.items()}
    if not cells["external_id"]:
        raise ExchangeError(N_("{where}: it has no id, by which a copy is told from a new result"), where=where)
    sampled = _day(cells["sampled_on"], where)
    reported = _day(cells["reported_on"], where) if cells.get("reported_on") else sampled
    birth = _YEAR.search(cells.get("birth_year", ""))
    return LabResult(
        cells["external_id"],
        _finding(cells["result"], where),
        sampled,
        reported,
        where,
        name=cells.get("name", ""),
        birth_year=int(birth[0]) if birth else None,
        telephone=cells.get("telephone", ""),
        document=cells.get("document", ""),
        address=cells.get("address", ""),
        sex=_SEXES.get(_plain(cells.get("sex", "")), ""),
        commune=cells.get("commune", ""),
    )


def _finding(text: str, where: str) -> Finding:
    if _plain(text) in _WITHDRAWN:
        return Finding.WITHDRAWN
    found = codes.finding(text)
    if not found:
        raise ExchangeError(N_("{where}: “{text}” is neither positive nor negative"), where=where, text=text[:40])
    return Finding(found)


def _day(text: str, where: str) -> dt.date:
    made: Callable[[], dt.date] = lambda: dt.date.fromisoformat(text[:10])  # noqa: E731
    if match := _DAY.match(text):
        day, month, year = (int(each) for each in match.groups())
        made = lambda: dt.date(year, month, day)  # noqa: E731
    try:
        return made()
    except ValueError:
        raise ExchangeError(
            N_("{where}: “{text}” is no day; 18/08/2020 is meant"), where=where, text=text[:40]
        ) from None
