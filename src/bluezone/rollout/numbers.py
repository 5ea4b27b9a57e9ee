"""Read numbers and dates as bulletins print them, Vietnamese (`55.289`, `7,54%`) or English (`55,289`, `7.54 %`).

Every number keeps its `step`, the size of its last printed digit: agreement is judged to the rounding of the source.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError

#: no number of people has more characters
_LONGEST = 40
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*")
_PLAIN = re.compile(r"\d+")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_PERCENT = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*%?")
_WORDS = {"nghìn": 3, "ngàn": 3, "thousand": 3, "triệu": 6, "million": 6}
_WITH_WORD = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<word>nghìn|ngàn|thousand|triệu|million)", re.IGNORECASE)
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


def habits_of(dates: Sequence[str], counts: Iterable[str], shares: Mapping[str, Sequence[str]]) -> Habits:
    """Return a file's habits from its cells that are not empty: dates, counts, and shares by column."""
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
