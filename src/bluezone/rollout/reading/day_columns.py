"""Find the column that says of which day each row is, by its cells and its header. Pure.

A column of days is never passed over in silence: its header says that figures are of these days, or that something else
was on them, or it is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bluezone.geography.names import plain_key
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.across import is_corner
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.vocabulary import has

#: how an answer begins that takes the days of a column, `rows:C`
ROWS_OWN = "rows:"
#: words that a header of the rows' days consists of
_WORDS = frozenset(
    [
     "so", "lieu", "ngay", "ngai", "thang", "nam", "bao", "cao", "bc", "gan", "nhat", "moi", "cuoi", "cung", "lan",
     "thoi", "diem", "gian", "gio", "luc", "chot", "cap", "tinh", "den", "het", "lay", "tong", "hop", "ghi", "nhan",
     "thong", "ke", "ket", "qua", "kq", "cua", "vao", "la", "theo", "sl", "cai", "dat", "bluezone",
    ]
)  # fmt: skip
#: one of which it has
_CORE = re.compile(r"\b(?:ngay|ngai|thoi diem|thoi gian|gio|cap nhat|chot|den|lan cuoi|gan nhat)\b")
#: on which people of a room or a hotel may have come: to be asked
_CAME = re.compile(r"(?:ngay|ngai) (?:vao|den)|vao (?:ngay|ngai)")
#: with which it says so plainest, where several columns hold days
_PLAINEST = re.compile(r"\b(?:so lieu|chot|tinh den|den ngay|den ngai|den het|sl)\b")
#: what else there is a day of, which is none of the figures
_OF_ELSE = (
    "sinh", "ra quan", "phat dong", "bat dau", "trien khai", "khai truong", "thanh lap", "han", "thoi han", "du kien",
    "ke hoach", "hoan thanh", "treo", "dan", "hop", "to chuc", "tap huan", "tu ngay", "phan dau",
    "chi tieu", "muc tieu", "cong van", "quyet dinh", "van ban", "giao", "hoat dong", "cach li", "khoi cong",
    "phat hanh", "vao doan",
)  # fmt: skip
#: when a form's answers came in
_STAMPS = ("dau thoi gian", "timestamp", "dau moc thoi gian")
#: the day that a report was sent or signed on: the rows' only where nothing else gives one
_OF_LETTERS = ("gui", "nop", "nhan bao cao", "ki", "ky", "lap", *_STAMPS)
#: a header that may speak of days at all
_SPEAKS = re.compile(r"\b(?:ngay|ngai|thoi|gio|luc|hom|cap nhat|chot|den|date|day|time|timestamp|updated|as of)\b")
_SLASHED = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(?:20)?\d\d)?(?:\s.*)?")
_LEFT = frozenset(
    [
     "ngay", "thang", "nam", "h", "g", "gio", "phut", "luc", "den", "het", "sang", "chieu", "toi", "trua", "thu", "hai",
     "ba", "tu", "sau", "bay", "am", "pm", "sa", "ch", "gmt", "p", "t", "z",
    ]
)  # fmt: skip
#: a program stores 1 January 2020 and the end of 2022 as these numbers
_FIRST_SERIAL, _LAST_SERIAL = 43831, 44926
_EPOCH = dt.date(1899, 12, 30)
#: the same in a text file, perhaps with an hour behind it: `44062`, `44062.5`
_SERIAL = re.compile(r"4[34]\d{3}(?:\.\d+)?", re.ASCII)
_MOST_DAYS = 31
_MONTHS = 12


def is_day_cell(cell: Cell) -> bool:
    """Return whether a cell holds a day and nothing else."""
    if cell.date is not None:
        return True
    if cell.number is not None or not (_is_month_first(cell.text) or days_in(cell.text, Said.TITLE)):
        return False
    return set(re.sub(r"\d", " ", plain_key(cell.text)).split()) <= _LEFT


def _is_month_first(text: str) -> bool:
    found = _SLASHED.fullmatch(text.strip())
    return found is not None and 1 <= int(found[1]) <= _MONTHS and 1 <= int(found[2]) <= _MOST_DAYS


def stored_day(cell: Cell) -> dt.date | None:
    """Return the day of a number that is the bare number under which a program stores it, None for any other."""
    stored = Decimal(cell.text) if cell.number is None and _SERIAL.fullmatch(cell.text) else cell.number
    if stored is None or cell.date is not None or not _FIRST_SERIAL <= stored <= _LAST_SERIAL:
        return None
    return _EPOCH + dt.timedelta(days=int(stored))


def is_day_number(cell: Cell) -> bool:
    """Return whether a cell holds the bare number of a day of a month."""
    return cell.text.isdigit() and 1 <= int(cell.text) <= _MOST_DAYS


def days_of(block: Block, kinds: Mapping[int, str], *, named: bool) -> tuple[list[int], list[int]]:
    """Return the columns that say of which day each row is, the plainest first, and those that may; `kinds` are what
    headers say of columns, `named`: another column names the rows, so that bare numbers of days may be taken."""
    sure: list[int] = []
    perhaps: list[int] = []
    for column in block.columns:
        if not column.path:
            continue
        cells = [cell for row in block.rows if (cell := block.sheet.own(row, column.number))]
        leaf = words.key_of(column.path[-1])
        said = _says_so(leaf)
        dated = said or kinds[column.number] == words.DATE
        if not cells or not _hold_days(cells, numbers=named and dated, serials=dated):
            continue
        if kinds[column.number] == words.DATE or said:
            sure.append(column.number)
        elif _may_be(leaf, kinds[column.number], cells):
            perhaps.append(column.number)
    plain = {column.number: bool(_PLAINEST.search(words.key_of(column.path[-1]))) for column in block.columns
             if column.path}  # fmt: skip
    return sorted(sure, key=lambda at: not plain[at]), [] if sure else perhaps


def of_letters(header: str) -> bool:
    """Return whether a header names the day that something was sent or signed on."""
    return has(words.key_of(header), *_OF_LETTERS)


def is_stamp(header: str) -> bool:
    """Return whether a header is that of the moments at which a form's answers came in."""
    return has(words.key_of(header), *_STAMPS)


def _says_so(leaf: str) -> bool:
    if is_corner(leaf):
        return True
    return bool(_CORE.search(leaf)) and all(word in _WORDS for word in leaf.split()) and not _CAME.fullmatch(leaf)


def _may_be(leaf: str, kind: str, cells: Sequence[Cell]) -> bool:
    """Return whether a column of days whose header is not known may say of which day the rows are."""
    if has(leaf, *_OF_ELSE) or kind in {words.NOTE, words.CONTACT, words.ORDER, words.CODE, words.TARGET}:
        return False
    whole = all(cell.date is not None or re.search(r"20\d\d", cell.text) for cell in cells)
    speaks = bool(_SPEAKS.search(leaf)) and kind not in {*words.COUNTS, *words.SHARES, words.RANK}
    return speaks or (whole and kind == words.UNKNOWN)


def _hold_days(cells: Sequence[Cell], *, numbers: bool, serials: bool) -> bool:
    if numbers and all(map(is_day_number, cells)):
        return True
    if serials and all(stored_day(cell) for cell in cells):
        return True
    return sum(map(is_day_cell, cells)) * 5 >= len(cells) * 4
