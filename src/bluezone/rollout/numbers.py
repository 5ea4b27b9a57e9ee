"""Read numbers and dates as bulletins print them, Vietnamese (`55.289`, `7,54%`) or English (`55,289`, `7.54 %`).

Every number keeps its `step`, the size of its last printed digit: agreement is judged to the rounding of the source.
A table is read whole (`read_cells`): how its writer writes numbers and dates is found from all its cells, then each
cell is read so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.counts import COUNT_FIELDS, FIRST_DAY, SHARE_FIELDS
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.tables import Row, Table

#: more than there are people in the country: nothing counts so many
MOST = 200_000_000
#: a rank is one among units, a share has a few decimals: beyond this they are something else
_RANK_DIGITS = 4
_SHARE_DECIMALS = 8
TOTAL_WORDS = ("tổng", "tổng cộng", "tổng số", "cộng", "total", "sum")
#: no number of people has more characters
_LONGEST = 40
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*")
_PLAIN = re.compile(r"\d+")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_PERCENT = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*%?")
_WORDS = {"nghìn": 3, "ngàn": 3, "thousand": 3, "triệu": 6, "million": 6}
_WITH_WORD = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<word>nghìn|ngàn|thousand|triệu|million)", re.IGNORECASE)
_BOUND = re.compile(r"\s*(?:[>≥]|(?:hơn|trên|more than|over)\s)\s*", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<year>\d{4})")
_ISO = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?))?")


class NumberError(RolloutError):
    """Report a cell that cannot be read as the number or date its column wants."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Hold a number as printed: its value and the size of its last meaningful digit (`7.54` -> 0.01, `331,000` ->
    1000)."""

    value: Decimal
    step: Decimal
    exact: bool = False

    @property
    def low(self) -> Decimal:
        """Return the least true value that rounds to this."""
        return self.value if self.exact else self.value - self.step / 2

    @property
    def high(self) -> Decimal:
        """Return the greatest true value that rounds to this."""
        return self.value if self.exact else self.value + self.step / 2


def count_of(value: int) -> Printed:
    """Return a count, exact if its last digit is not 0: `331000` may have been rounded to thousands, `55289` was
    not."""
    digits = str(value)
    zeros = len(digits) - len(digits.rstrip("0")) if value else 0
    return Printed(Decimal(value), Decimal(10) ** zeros, exact=zeros == 0)


def percent_of(text: str) -> Printed:
    """Read `7,54%`, `7.54 %` or `7.54` as 7.54 with step 0.01. Percents have decimals, never thousands."""
    match = _PERCENT.fullmatch(_SPACES.sub("", text))
    if not match:
        raise NumberError(N_("“{text}” is not a percentage; write it as 7,54 or 7.54"), text=text)
    number = match["number"].replace(",", ".")
    value = Decimal(number)
    return Printed(value, Decimal(1).scaleb(-len(number.partition(".")[2])))


def parse_count(text: str) -> Printed:
    """Read `55.289`, `55,289`, `55 289`, `55289` or `1,23 triệu` as a whole number. Raises NumberError.

    One kind of mark between groups of three digits is a thousands mark: a count has no decimals.
    """
    stripped = _SPACES.sub(" ", text).strip()
    if len(stripped) > _LONGEST:
        raise NumberError(N_("“{text}” is not a number"), text=f"{stripped[:_LONGEST]}…")
    if match := _WITH_WORD.fullmatch(stripped):
        number = match["number"].replace(",", ".")
        power = _WORDS[match["word"].lower()]
        return Printed(Decimal(number).scaleb(power), Decimal(1).scaleb(power - len(number.partition(".")[2])))
    if _PLAIN.fullmatch(stripped):
        return count_of(int(stripped))
    if _GROUPED.fullmatch(stripped):
        return count_of(int(re.sub(r"\D", "", stripped)))
    if _DECIMAL.fullmatch(stripped) and set(re.split(r"[.,]", stripped)[1]) == {"0"}:
        return count_of(int(re.split(r"[.,]", stripped)[0]))  # `55289.0`, as spreadsheets write
    if _DECIMAL.fullmatch(stripped):
        raise NumberError(N_("“{text}” is not a whole number; if it counts thousands, write it out"), text=text)
    raise NumberError(N_("“{text}” is not a number"), text=text)


def split_bound(text: str) -> tuple[bool, str]:
    """Return whether a number is printed as “more than” (`>20.000.000`, `hơn 20 triệu`), and the number without it."""
    found = _BOUND.match(text)
    return (True, text[found.end() :]) if found else (False, text)


@dataclass(frozen=True, slots=True)
class Marks:
    """Describe how a file writes numbers, found from all its cells: the marks its decimals and its thousands bear.

    `undecidable`: a column of counts itself holds decimals, so that a grouped count in it may be one too.
    """

    decimals: frozenset[str]
    thousands: frozenset[str]
    undecidable: bool

    def in_doubt(self, text: str) -> bool:
        """Return whether a count with a single mark might be a decimal in this file: the mark is that of its
        decimals, or the file groups in two ways and has no decimals to tell by."""
        marks = [sign for sign in text if sign in ".,"]
        if len(marks) != 1:
            return False
        two_ways = len(self.thousands & {".", ","}) > 1 and not self.decimals
        return self.undecidable or marks[0] in self.decimals or two_ways


def marks_of(counts: Iterable[str], percents: Iterable[str]) -> Marks:
    """Return what the cells of count columns and percent columns together say about the marks of a file."""
    grouped: set[str] = set()
    decimals: set[str] = set()
    broken: set[str] = set()
    for text in counts:
        stripped = _SPACES.sub(" ", text).strip()
        if match := _GROUPED.fullmatch(stripped):
            grouped.add(match["mark"])
        elif _DECIMAL.fullmatch(stripped) and set(re.split(r"[.,]", stripped)[1]) != {"0"}:
            broken.add("." if "." in stripped else ",")
    for text in percents:
        if match := re.search(r"\d([.,])\d", text):
            decimals.add(match[1])
    return Marks(frozenset(decimals), frozenset(grouped), undecidable=bool(grouped & broken))


def month_first(texts: Iterable[str]) -> bool:
    """Return whether some date of a column can only be month first (`08/13/2020`), so that the others are in doubt."""
    matches = (_DAY_FIRST.fullmatch(text.strip()) for text in texts)
    return any(match and int(match["b"]) > 12 >= int(match["a"]) for match in matches)


#: the columns that show how a table writes numbers and dates
_HABITUAL = ("date", *COUNT_FIELDS, "population", *SHARE_FIELDS)


@dataclass(frozen=True, slots=True)
class Habits:
    """Describe how a file writes numbers and dates, found from all its cells.

    `month_first`: some date can only be; `fractions`: the columns of shares that give 7.54 % as 0.0754; `first_date`:
    that of the first row that has one.
    """

    marks: Marks
    month_first: bool
    fractions: frozenset[str]
    first_date: dt.date | None


def _habits_of(table: Table) -> Habits:
    """Return how a table writes numbers and dates, from its cells that are not empty."""
    columns = {name: [row.cells[name] for row in table.rows if row.cells.get(name)] for name in _HABITUAL}
    dates, shares = columns["date"], {name: columns[name] for name in SHARE_FIELDS}
    counts = [text for name in (*COUNT_FIELDS, "population") for text in columns[name]]
    return Habits(
        marks=marks_of(counts, [text for column in shares.values() for text in column]),
        month_first=month_first(dates),
        fractions=frozenset(name for name, column in shares.items() if _are_fractions(column)),
        first_date=_first_date(dates),
    )


def _first_date(texts: Iterable[str]) -> dt.date | None:
    for text in texts:
        try:
            return parse_date(text)
        except NumberError:
            continue
    return None


def _are_fractions(column: Sequence[str]) -> bool:
    """Return whether a column gives shares as 0.0754: no % sign anywhere, everything at most 1, several decimals."""
    try:
        values = [percent_of(text).value for text in column]
    except NumberError:
        return False
    signs = any("%" in text for text in column)
    return bool(values) and not signs and max(values) <= 1 and any("." in t or "," in t for t in column)


def may_be_month_first(text: str) -> bool:
    """Return whether a date can be read both ways: `8/7/2020`, not `13/8/2020`."""
    match = _DAY_FIRST.fullmatch(text.strip())
    return match is not None and int(match["a"]) <= 12 >= int(match["b"])


def parse_date(text: str) -> dt.date:
    """Read `2020-08-13`, `13/8/2020`, `13-08-2020` or `13.8.2020` (day first, as Vietnam writes). Raises
    NumberError."""
    stripped = text.strip()
    try:
        if match := _ISO.fullmatch(stripped):
            return dt.date.fromisoformat(match["date"])
        if match := _DAY_FIRST.fullmatch(stripped):
            return dt.date(int(match["year"]), int(match["b"]), int(match["a"]))
    except ValueError:
        raise NumberError(N_("there is no day “{text}”; dates are written day/month/year"), text=text) from None
    raise NumberError(N_("“{text}” is not a date; write it as 13/8/2020 or 2020-08-13"), text=text)


@dataclass(slots=True)
class CellRow:
    """Hold a row whose numbers and dates are read: `row` without its formulas, and what is wrong with its cells."""

    row: Row
    headers: Mapping[str, str]
    date: dt.date | None = None
    counts: dict[str, Printed] = field(default_factory=dict)
    shares: dict[str, Printed] = field(default_factory=dict)
    rank: int | None = None
    #: the installations are given as “more than”
    bound: bool = False
    problems: list[Problem] = field(default_factory=list)

    def add(
        self, column: str, kind: str, severity: Severity, template: str, values: Mapping[str, object] | None = None
    ) -> None:
        """Add what is wrong with a cell of the row."""
        header = self.headers.get(column, "")  # a field's name is no word of the file's
        self.problems.append(Problem(self.row.line, header, kind, severity, template, values or {}))


@dataclass(frozen=True, slots=True)
class Cells:
    """Hold a table whose numbers and dates are read: its rows, and the first date that it names."""

    rows: tuple[CellRow, ...]
    first_date: dt.date | None


def read_cells(table: Table, today: dt.date, default_date: dt.date | None) -> Cells:
    """Read the numbers and dates of a table by its own habits; `default_date` is that of rows without one."""
    habits = _habits_of(table)
    rows = tuple(_read_row(row, table.headers, habits, today, default_date) for row in table.rows)
    return Cells(rows, habits.first_date)


def _read_row(
    row: Row, headers: Mapping[str, str], habits: Habits, today: dt.date, default_date: dt.date | None
) -> CellRow:
    read = CellRow(row, headers)
    _take_formulas_out(read)
    read.date = _date(read, habits, today, default_date)
    read.bound, installs = split_bound(read.row.get("installs"))
    if read.bound:
        read.row = Row(row.line, read.row.cells | {"installs": installs})
    for name in COUNT_FIELDS:
        if (count := _count(read, name, habits)) is not None:
            read.counts[name] = count
    for name in SHARE_FIELDS:
        if (share := _share(read, name, habits)) is not None:
            read.shares[name] = share
    rank = row.get("rank")
    read.rank = int(rank) if rank.isdecimal() and len(rank) <= _RANK_DIGITS else None
    return read


def is_formula(field: str, text: str) -> bool:
    """Return whether a text is what a spreadsheet computes; a source is repeated in files of ours, so nothing that
    might start one goes in."""
    return text.startswith(("=", "+", "-", "@") if field == "source" else "=")


def _take_formulas_out(read: CellRow) -> None:
    """Empty the cells that hold a formula: what it gives depends on the program that opens it, and nobody sees which.
    A row of totals may have them, for it is not stored."""
    row = read.row
    found = {name: text for name, text in row.cells.items() if is_formula(name, text)}
    if (row.get("unit") or row.get("code")).strip().lower() not in TOTAL_WORDS:
        for name, text in found.items():
            template = N_("a formula ({text}): paste its value instead")
            read.add(name, "formula", Severity.ERROR, template, {"text": text[:40]})
    read.row = Row(row.line, row.cells | dict.fromkeys(found, ""))


def _date(read: CellRow, habits: Habits, today: dt.date, default_date: dt.date | None) -> dt.date | None:
    text = read.row.get("date")
    if not text:
        if default_date is None:
            read.add("date", "no-date", Severity.ERROR, N_("the row has no date"))
        return default_date
    try:
        date = parse_date(text)
    except NumberError as error:
        read.add("date", "bad-date", Severity.ERROR, error.template, error.values)
        return None
    if habits.month_first and may_be_month_first(text):
        template = N_("“{text}” may be month first, as other dates of the file are; write dates as 2020-08-13")
        read.add("date", "ambiguous-date", Severity.ERROR, template, {"text": text})
    elif date > today:
        read.add("date", "future-date", Severity.ERROR, N_("{date} lies in the future"), {"date": date})
    elif date < FIRST_DAY:
        template = N_("{date} is before the app existed ({first})")
        read.add("date", "early-date", Severity.ERROR, template, {"date": date, "first": FIRST_DAY})
    return date


def _count(read: CellRow, name: str, habits: Habits) -> Printed | None:
    text = read.row.get(name)
    if not text:
        return None
    try:
        printed = parse_count(text)
    except NumberError as error:
        read.add(name, "bad-number", Severity.ERROR, error.template, error.values)
        return None
    if printed.value > MOST:
        template = N_("{count} is more than there are people in the country")
        read.add(name, "bad-number", Severity.ERROR, template, {"count": text})
        return None
    if habits.marks.in_doubt(text):
        # A count is whole, so a grouped number can only be thousands, unless its own column holds decimals.
        severity = Severity.ERROR if habits.marks.undecidable else Severity.NOTE
        template = N_("“{text}” could be a decimal or thousands: the file writes both with the same mark")
        read.add(name, "ambiguous-number", severity, template, {"text": text})
    return printed


def _share(read: CellRow, name: str, habits: Habits) -> Printed | None:
    text = read.row.get(name)
    if not text:
        return None
    try:
        printed = percent_of(text)
    except NumberError as error:
        read.add(name, "bad-number", Severity.ERROR, error.template, error.values)
        return None
    if name in habits.fractions:
        printed = Printed(printed.value * 100, printed.step * 100)
    if printed.step < Decimal(1).scaleb(-_SHARE_DECIMALS):
        template = N_("“{text}” has too many decimals: round it")
        read.add(name, "bad-number", Severity.ERROR, template, {"text": text[:40]})
        return None
    if printed.value > 100:
        template = N_("a share of {percent} % is more than everybody")
        read.add(name, "over-100", Severity.ERROR, template, {"percent": printed.value})
        return None
    return printed
