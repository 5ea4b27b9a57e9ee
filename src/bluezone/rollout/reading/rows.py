# ruff: noqa: E501 - lists of words
"""Sort the rows below a header: units with figures, headings, totals, notes, numbers without a name. Pure."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bluezone.rollout.reading import naming, terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.across import units_in_corner
from bluezone.rollout.reading.cells import EMPTY, Cell
from bluezone.rollout.reading.corrections import without_correction
from bluezone.rollout.reading.day_columns import days_of, stored_day
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.filled import is_figure, is_heading, is_numbering
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.page_breaks import is_carried
from bluezone.rollout.reading.pairs import is_pair
from bluezone.rollout.reading.unit_columns import (
    best_of,
    holds_offices,
    may_name,
    most_places,
    named_by,
    parts_of,
    sites_beside,
    stands_beside_units,
    tells_days_apart,
)
from bluezone.rollout.reading.vocabulary import is_total

#: the mark of a group
_HIGH = re.compile(r"\(?(?:[IVXLC]{1,6}|[A-ZĐ])\s*[.)/:]?")
_SLASHED = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*\d{2,4}(?:,?\s+\d{1,2}:\d\d\b.*)?)?$")


#: how a note or a signature below a table begins, which may hold a telephone number or a year
_NOTE = re.compile(
    r"\s*[(*]*\s*(?:ghi ch[uú]|ghi chu|lưu ý|chú thích|người (?:lập|báo cáo|tổng hợp|phụ trách|nhập)|nguoi (?:lap|bao cao|tong hop)|"
    r"nơi nhận|noi nhan|số liệu (?:do|tính|đến|lấy|này)|so lieu (?:do|tinh|den)|nguồn\s*:|liên hệ|đầu mối|mọi (?:thắc mắc|thông tin)|"
    r"tm\.|kt\.|đt\s*:|điện thoại\s*:|hotline)",
    re.IGNORECASE,
)


#: a row below the units that gives a share or a mean of all of them
_SHARE_OF_ALL = re.compile(r"(?:ti le|tile)\b(?! so)")


class Sort(enum.Enum):
    """Name what a row is."""

    UNIT = "unit"
    HEADING = "heading"
    TOTAL = "total"
    NAMELESS = "nameless"
    NOTE = "note"
    NUMBERING = "numbering"
    HEADER = "header"
    #: a part of the row above it
    PART = "part"
    #: a further shift of the day of the row above it
    SHIFT = "shift"


@dataclass(slots=True)
class Line:
    """Hold a row: its number, what sort it is, its name, its mark (`I`, `1`), texts that say where its unit lies."""

    number: int
    sort: Sort
    name: str
    mark: str = ""
    code: str = ""
    above: tuple[str, ...] = ()
    dates: tuple[dt.date | str, ...] = ()
    #: a row of totals that stands above the rows it sums
    head: bool = False
    #: left out because an officer said so
    left_out: bool = False
    #: of whom the row counts, where a column of the table says it
    of: str = ""
    #: which app the row counts, where a column of the table says it
    app: str = ""
    #: its name says that it corrects an earlier row of its unit, which is left off the name
    corrects: bool = False
    #: those words, where they hold another number: `(sửa lại: 7.500)`
    correction: str = ""
    #: it is an office, a school or a company among places: it counts its own people
    of_office: bool = False
    #: what it counts is of those who work there, where no column says of whom
    of_staff: bool = False
    #: its day is said at the row itself, and goes before that of a column
    own_day: bool = False
    #: the days that are said at the row for those of single columns: `kỳ này … đến ngày 20/8` under `21/8`
    days_of: dict[dt.date, dt.date] = field(default_factory=dict)


@dataclass(slots=True)
class Lines:
    """Hold the rows of a block, and which of its columns name the units, their codes, the days."""

    all: list[Line] = field(default_factory=list)
    unit: int = 0
    code: int = 0
    order: int = 0
    date: int = 0
    #: columns of days, and those of them that may be the rows': to be asked
    days: list[int] = field(default_factory=list)
    perhaps_dates: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    level: str = words.UNIT
    #: columns that count something, by their headers
    counts: list[int] = field(default_factory=list)
    #: rows without a name that go on with the days of the unit above
    filled: list[int] = field(default_factory=list)
    #: days are written month first throughout (True), or it cannot be told of some (None)
    month_first: bool | None = False

    def of(self, *sorts: Sort) -> list[Line]:
        """Return the rows of some sorts."""
        return [line for line in self.all if line.sort in sorts]


#: what a bare number below such a header is called
_HAMLETS = {
    "to": "Tổ", "ap": "Ấp", "khu": "Khu", "thon": "Thôn", "khom": "Khóm", "khu pho": "Khu phố", "khu vuc": "Khu vực",
    "to dan pho": "Tổ dân phố", "ban": "Bản", "khoi": "Khối", "ten khoi": "Khối",
}  # fmt: skip


def lines_of(block: Block, mapped: dict[str, str] | None = None, known: Callable[[str], bool] | None = None) -> Lines:
    """Return the rows of a block, sorted; `known` tells names of units."""
    lines = _columns(block, mapped or {}, known)
    header = {words.key_of(column.path[-1]) for column in block.columns if column.path}
    path = next((column.path for column in block.columns if column.number == lines.unit), [])
    heading = _HAMLETS.get(words.key_of(path[-1]), "") if path else ""
    above: dict[int, str] = {}
    day_above = EMPTY
    for row in block.rows:
        cells = {column.number: block.sheet.own(row, column.number) for column in block.columns}
        filled = [cell for cell in cells.values() if cell]
        if not filled:
            continue
        name_cell = block.sheet.seen(row, lines.unit) if lines.unit else EMPTY
        name = name_cell.text if not is_figure(name_cell) or _named_by_number(block, lines) else ""
        if lines.level == words.HAMLET and name.isdigit():
            name = f"{heading} {name}".strip()  # `1` below `Tổ`
        name, corrects = without_correction(name)
        mark = block.sheet.own(row, lines.order).text if lines.order else ""
        figures = [
            cell for at, cell in cells.items() if (is_figure(cell) or is_pair(cell)) and at not in _labels(lines)
        ]
        code = block.sheet.own(row, lines.code).text if lines.code else ""
        for at in lines.above:
            text = block.sheet.seen(row, at).text
            if text and not is_total(text) and not is_ditto(text):
                above[at] = text
        line = Line(row, Sort.NOTE, name, mark, code, tuple(above[at] for at in lines.above if at in above))
        line.corrects = corrects
        if corrects and any(sign.isdigit() for sign in name_cell.text.replace(name, "", 1)):
            line.correction = name_cell.text.replace(name, "", 1).strip(" ()[]-–—:,")
        line.sort = _sort(lines, line, filled, figures, header)
        unsorted = line.sort in {Sort.HEADING, Sort.NOTE} and line.name and not is_total(line.name)
        unsorted = unsorted and not _NOTE.match(line.name) and not is_carried(line.name)
        heads = bool(_HIGH.fullmatch(mark)) and is_heading(filled)
        if unsorted and not heads and any(block.sheet.own(row, at) for at in lines.counts):
            line.sort = Sort.UNIT  # `chưa báo cáo` where a number should be
        if line.sort is Sort.TOTAL and not line.name:
            line.name = next((cell.text for cell in filled if is_total(cell.text)), "")
        if lines.date:
            cell = block.sheet.seen(row, lines.date)
            cell = day_above if is_ditto(cell.text) else cell
            day_above = cell if cell else day_above
            day = cell.date or stored_day(cell)
            line.dates = (day,) if day else (cell.text,) if cell.text else ()
        lines.all.append(line)
    lines.filled = fill_groups(block, lines)
    _leave_shares_of_all(lines.all)
    lines.month_first = _month_first([line.dates[0] for line in lines.all if line.dates])
    return lines


def fill_groups(block: Block, lines: Lines) -> list[int]:
    """Name rows after the unit above where their own day goes on ascending, `TP. Tân An` beside the first of its days
    only; return their numbers. A row whose day does not go on stays without a name, and so do those below it."""
    if not (lines.unit and lines.date):
        return []
    filled = []
    above: Line | None = None
    day: tuple[int, ...] = ()
    for line in lines.all:
        own = _day_of(block.sheet.own(line.number, lines.date))
        if line.sort is Sort.UNIT and line.name:
            above = line
        elif line.sort is Sort.NAMELESS and above is not None and own and day and own > day:
            line.sort, line.name, line.code, line.above = Sort.UNIT, above.name, above.code, above.above
            filled.append(line.number)
        else:
            above = None
        day = own
    return filled


def _day_of(cell: Cell) -> tuple[int, ...]:
    """Return a cell's day as numbers that are in order: year (0 where none is written), month, day; empty for none."""
    if day := cell.date or stored_day(cell):
        return day.year, day.month, day.day
    days = days_in(cell.text, Said.TITLE)
    return (days[0].year or 0, days[0].month, days[0].day) if len(days) == 1 else ()


#: what is worked out of all rows below a table: `Cao nhất`, `Trung bình mỗi xã`
_STATISTIC = re.compile(
    r"(?:(?:xa|huyen|don vi|noi) )?(?:cao|thap|lon|nho|nhieu|it) nhat|max|min|maximum|minimum|average|mean|"
    r"(?:muc )?(?:trung binh|binh quan|tb|bq)(?: (?:slash|chung|cong|moi|mooi|1|mot|toan|ca|cac|xa|huyen|tinh|don vi|ap|thon|lop|truong))*"
)


def _leave_shares_of_all(lines: Sequence[Line]) -> None:
    """Take the rows that give a share of all units, and below them those of their mean or the most, for notes; a table
    whose rows name what they count has such rows too."""
    counted = [at for at, line in enumerate(lines) if line.sort is Sort.UNIT and not _is_statistic(line)]
    below = lines[max(counted, default=-1) + 1 :]
    found = [line for line in lines if line.sort in {Sort.UNIT, Sort.TOTAL}
             and (_SHARE_OF_ALL.match(words.key_of(line.name)) or (_is_statistic(line) and line in below))]  # fmt: skip
    if not found or any(guess([line.name]).kind in words.COUNTS for line in lines if line.name):
        return
    if all(line in found for line in lines if line.sort is Sort.UNIT):
        return  # a table laid across that gives shares only
    for line in found:
        line.sort = Sort.NOTE


def _is_statistic(line: Line) -> bool:
    """Return whether a row may give the mean or the most of all others; a numbered one is a unit, the commune Trung
    Bình."""
    return not line.mark and not line.code and bool(_STATISTIC.fullmatch(words.key_of(line.name)))


_DITTO = re.compile(r"-?\s*(?:nt|như trên|nhu tren)\s*-?|[\"″”“'’〃]{1,2}|//", re.IGNORECASE)


def is_ditto(text: str) -> bool:
    """Return whether a cell repeats the one above it: `nt`, `như trên`, `"`."""
    return bool(_DITTO.fullmatch(text.strip()))


def _month_first(dates: Sequence[dt.date | str]) -> bool | None:
    """Return whether days are written month first: `8/19/2020`. None where some are and some can only be day first, or
    where a program with English settings may have exchanged day and month of those it took for dates."""
    pairs = [(int(match[1]), int(match[2])) for date in dates
             if isinstance(date, str) and (match := _SLASHED.match(date.strip()))]  # fmt: skip
    only_month_first = any(b > 12 >= a for a, b in pairs)
    only_day_first = any(a > 12 >= b for a, b in pairs)
    stored = [date for date in dates if isinstance(date, dt.date)]
    exchanged = bool(stored) and only_day_first and all(date.day <= 12 for date in stored)
    if exchanged or (only_month_first and (only_day_first or stored)):
        return None
    return only_month_first


def month_to_day(text: str) -> str:
    """Return a day that is written month first as it is written here: `8/19/2020` as `19/8/2020`."""
    return re.sub(r"^\s*(\d{1,2})(\s*[/.-]\s*)(\d{1,2})", r"\3\2\1", text)


def _labels(lines: Lines) -> set[int]:
    return {lines.unit, lines.code, lines.order, lines.date, *lines.above} - {0}


def _named_by_number(block: Block, lines: Lines) -> bool:
    """Return whether the column of units holds numbers throughout: `1`, `2`, ... for Quận 1, Quận 2."""
    cells = [cell for row in block.rows if (cell := block.sheet.own(row, lines.unit))]
    return (
        bool(cells)
        and sum(is_figure(cell) for cell in cells) >= 1
        and all(not is_figure(cell) or (cell.text.isdigit() and int(cell.text) < 100) for cell in cells)
    )


def _columns(block: Block, mapped: dict[str, str], known: Callable[[str], bool] | None) -> Lines:
    from bluezone.rollout.reading.cells import column_name

    lines = Lines()
    kinds = {
        column.number: mapped.get(column_name(column.number)) or guess(column.path).kind for column in block.columns
    }
    for column in block.columns:
        if column.path and terms.CLASS_OF_TEACHER.fullmatch(words.key_of(column.path[-1])):
            texts = [cell.text for row in block.rows if (cell := block.sheet.own(row, column.number))]
            kinds[column.number] = words.CONTACT if naming.are_persons(texts) else kinds[column.number]
    has_names = any(kind in {*words.UNIT_KINDS, words.INDICATOR} for kind in kinds.values())
    sure, perhaps = days_of(block, kinds, named=has_names)
    kinds |= {column.number: units_in_corner(column.path[-1]) for column in block.columns
              if column.path and kinds[column.number] == words.UNKNOWN and column.number not in sure}  # fmt: skip
    kinds |= {at: words.DATE for at in [*sure, *perhaps] if column_name(at) not in mapped}
    named = {kind: [at for at, each in kinds.items() if each == kind] for kind in kinds.values()}
    for kind in (words.UNIT, words.INDICATOR, words.HAMLET, words.COMMUNE, words.DISTRICT, words.PROVINCE):
        if kind == words.INDICATOR and stands_beside_units(block, named):
            continue
        if kind in named and (len(named[kind]) > 1 or may_name(block, named[kind][0], named)):
            lines.unit, lines.level = best_of(block, named[kind]), kind
            break
    if lines.level == words.UNIT and words.POPULATION in kinds.values() and _heads_blocks(block, lines.unit):
        lines.level = words.HAMLET
    order = {at: n for n, at in enumerate(sure)}
    told = [at for at in named.get(words.DATE, [])
            if at in order or (_holds_days(block, at) and (at not in perhaps or column_name(at) in mapped))]  # fmt: skip
    dated = sorted(told, key=lambda at: (column_name(at) not in mapped, order.get(at, len(order))))
    if not lines.unit and known is not None:
        lines.unit = most_places(block, kinds, known)
    if not lines.unit:
        at = named_by(block, kinds)
        named_too = not dated or holds_offices(block, at) or tells_days_apart(block, at, dated[0])
        lines.unit = at if named_too else 0
    _take_sites(block, lines, kinds, dated)
    lines.counts = [at for at, kind in kinds.items() if kind in words.COUNTS and at != lines.unit]
    levels = [words.COMMUNE, words.DISTRICT, words.PROVINCE, words.PLACE]
    whole = 0
    if lines.unit and not dated and (part := parts_of(block, lines.unit, kinds)):
        lines.unit, whole = part, lines.unit
    levels = [words.HAMLET, *levels] if lines.level == words.HAMLET else levels
    lines.above = [at for kind in levels for at in named.get(kind, []) if at != lines.unit]
    lines.above += [whole] if whole and whole not in lines.above else []
    lines.code = next(iter(named.get(words.CODE, [])), 0)
    lines.order = next(iter(named.get(words.ORDER, [])), 0)
    lines.date = dated[0] if dated else 0
    lines.days = [at for at in named.get(words.DATE, []) if column_name(at) not in mapped]
    lines.perhaps_dates = [] if dated else [at for at in perhaps if column_name(at) not in mapped]
    return lines


_PLACES = {words.HAMLET, words.COMMUNE, words.DISTRICT, words.PROVINCE}


def _take_sites(block: Block, lines: Lines, kinds: dict[int, str], dated: list[int]) -> None:
    """Name rows without days of their own after the houses or shops beside the places in which they lie."""
    of_places = lines.unit and lines.level in _PLACES and not dated
    site = sites_beside(block, lines.unit, kinds) if of_places else 0
    if site:
        lines.unit, lines.level = site, words.UNIT


def _heads_blocks(block: Block, at: int) -> bool:
    """Return whether `Khối` heads a column: blocks of a town beside the people who live there, else of offices or a
    school."""
    path = next((column.path for column in block.columns if column.number == at), [])
    return bool(path) and words.key_of(path[-1]) in {"khoi", "ten khoi", "cac khoi"}


def _holds_days(block: Block, at: int) -> bool:
    cells = [cell for row in block.rows if (cell := block.sheet.own(row, at))]
    days = sum(cell.date is not None or bool(days_in(cell.text, Said.TITLE)) or bool(_SLASHED.match(cell.text))
               for cell in cells)  # fmt: skip
    return bool(cells) and days * 2 >= len(cells)


def _sort(lines: Lines, line: Line, filled: list[Cell], figures: list[Cell], header: set[str]) -> Sort:
    if is_numbering(filled):
        return Sort.NUMBERING
    if is_carried(line.name) or (not line.name and any(is_carried(cell.text) for cell in filled)):
        return Sort.NOTE
    texts = {words.key_of(cell.text) for cell in filled}
    if len(texts) >= 2 and len(texts & header) >= max(2, len(texts) - 1):
        return Sort.HEADER
    if is_total(line.name) or (not line.name and any(is_total(cell.text) for cell in filled)):
        return Sort.TOTAL if figures else Sort.NOTE
    if is_total(line.mark) and figures and not line.name:
        return Sort.TOTAL
    if _NOTE.match(line.name) and not line.code and (not line.mark or line.mark == "*"):
        return Sort.NOTE
    if figures and (line.name or line.code or (lines.date and not lines.unit)):
        return Sort.UNIT
    if figures:
        return Sort.NAMELESS
    if line.name and len(filled) <= 4:
        return Sort.HEADING
    return Sort.NOTE
