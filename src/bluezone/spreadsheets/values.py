"""Read numbers and dates as offices print them, Vietnamese (`55.289`, `7,54%`) or English (`55,289`, `7.54 %`).

A count is whole, so one mark between groups of three digits is a thousands mark: `1.240` people are 1,240. A percentage
has decimals and no thousands.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from decimal import Decimal

from bluezone.spreadsheets.cells import Cell

#: no number of people has more characters
_LONGEST = 40
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_WRITTEN = re.compile(
    rf"(?P<bound>[>≥]|hơn|trên|more than|over)?\s*(?P<number>{_NUMBER})\s*"
    r"(?P<rest>%|nghìn|ngàn|thousand|k|triệu|tr|million|[^\W\d_]{1,12}(?: [^\W\d_]{1,12})?)?\s*"
    r"(?:\([+-]?[\d.,]+%?\)|[*¹²³)])?",
    re.IGNORECASE,
)
_POWERS = {"nghìn": 3, "ngàn": 3, "thousand": 3, "k": 3, "triệu": 6, "tr": 6, "million": 6}
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*(?P<rest>[.,]\d+)?")
_ISO = re.compile(r"(?P<date>\d{4}-\d{1,2}-\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_COMPACT = re.compile(r"(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)")
_SLASHED = re.compile(r"(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})(?:\s+\d{1,2}[:hg]\d{0,2}.*)?")
_WORDS = re.compile(r"ngày\s*(?P<day>\d{1,2})\s*tháng\s*(?P<month>\d{1,2})(?:\s*năm\s*(?P<year>\d{4}))?", re.IGNORECASE)
_SHORT = re.compile(r"(?P<a>\d{1,2})\s*[/.\-]\s*(?P<b>\d{1,2})")


@dataclass(frozen=True, slots=True)
class Number:
    """Hold a number of a cell in both readings that its text allows: as a count and as a percentage, None where it is
    none. `percent`: it bears the sign; `bound`: written as “more than”; `decimals`: its digits behind the mark when
    read as a percentage."""

    count: Decimal | None
    percentage: Decimal | None
    percent: bool = False
    bound: bool = False
    decimals: int = 0
    #: what stands behind it, but a sign or a power: `người`
    word: str = ""


@functools.lru_cache(maxsize=50_000)
def number_in(cell: Cell) -> Number | None:
    """Return the number of a cell, None where it holds none."""
    if cell.date is not None or not cell.text:
        return None
    if cell.number is not None:
        number = cell.number * 100 if cell.percent else cell.number
        decimals = max(0, -int(number.normalize().as_tuple().exponent))
        whole = number == number.to_integral() and not cell.percent
        return Number(number.to_integral() if whole else None, number, cell.percent, decimals=decimals)
    text = _SPACES.sub(" ", cell.text).strip()
    found = _WRITTEN.fullmatch(text) if len(text) <= _LONGEST else None
    return _written(found) if found else None


def _written(found: re.Match[str]) -> Number | None:
    text, rest = found["number"], (found["rest"] or "").lower()
    bound = bool(found["bound"])
    if power := _POWERS.get(rest):
        return Number(Decimal(text.replace(",", ".")).scaleb(power), None, bound=bound)
    grouped = _GROUPED.fullmatch(text)
    count = None
    if text.isdigit():
        count = Decimal(text)
    elif grouped and not (grouped["rest"] or "").strip(".,0"):
        count = Decimal(re.sub(r"\D", "", text[: grouped.start("rest")] if grouped["rest"] else text))
    elif not re.split(r"[.,]", text)[-1].strip("0"):
        count = Decimal(re.split(r"[.,]", text)[0])  # `55289.0`, as spreadsheets write
    parts = re.split(r"[.,]", text)
    percentage = Decimal(text.replace(",", ".")) if len(parts) <= 2 and " " not in text and "'" not in text else None
    decimals = len(parts[1]) if len(parts) == 2 else 0
    return Number(None if rest == "%" else count, percentage, rest == "%", bound, decimals, rest.strip("%"))


@dataclass(frozen=True, slots=True)
class Day:
    """Hold a day as written: `year` is None where it is not written; `other` is the same text read month first."""

    day: int
    month: int
    year: int | None
    swappable: bool = False

    def date(self, year: int, *, month_first: bool = False) -> dt.date | None:
        """Return the date, in a year where none is written; None where there is no such day."""
        day, month = (self.month, self.day) if month_first else (self.day, self.month)
        try:
            return dt.date(self.year or year, month, day)
        except ValueError:
            return None


@functools.lru_cache(maxsize=20_000)
def day_in(text: str) -> Day | None:
    """Return the day that is the whole of a text: `20/8/2020`, `2020-08-20`, `20/8`, `ngày 20 tháng 8`."""
    text = re.sub(r"^(?:đến\s+)?(?:hết\s+)?ngày\s+(?=\d+\s*[/.-])", "", text.strip(), flags=re.IGNORECASE)
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found["date"].split("-"))
        return _possible(Day(day, month, year))
    if found := _COMPACT.fullmatch(text):
        return _possible(Day(int(found["day"]), int(found["month"]), int(found["year"])))
    if found := _SLASHED.fullmatch(text):
        year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
        return _possible(Day(int(found["a"]), int(found["b"]), year, swappable=True))
    if found := _WORDS.fullmatch(text):
        return _possible(Day(int(found["day"]), int(found["month"]), int(found["year"]) if found["year"] else None))
    if found := _SHORT.fullmatch(text):
        return _possible(Day(int(found["a"]), int(found["b"]), None, swappable=True))
    return None


def _possible(day: Day) -> Day | None:
    """Return a day that exists read day first, or month first where only that can be."""
    if day.date(2020) is not None:
        return day
    return day if day.swappable and day.date(2020, month_first=True) is not None else None


_IN_TEXT = re.compile(
    r"(?<![\d/.])(?:\d{4}-\d{2}-\d{2}|20[12]\d[01]\d[0-3]\d(?!\d)|\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}|"
    r"ngày\s*\d{1,2}\s*tháng\s*\d{1,2}(?:\s*năm\s*\d{4})?|\d{1,2}\s*[/\-]\s*\d{1,2}(?![\d/]|[.,-]\d)|"
    r"(?<=ngày )\d{1,2}\.\d{1,2}(?![\d/]|[.,-]\d))(?:\s*/\s*\d{4})?",
    re.IGNORECASE,
)


def days_in(text: str) -> list[tuple[int, Day]]:
    """Return the days that stand in a text, each with where it begins."""
    read = ((match.start(), day_in(re.sub(r"\s*([/.\-])\s*", r"\1", match[0]))) for match in _IN_TEXT.finditer(text))
    return [(at, day) for at, day in read if day is not None]
