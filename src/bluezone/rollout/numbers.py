"""Read numbers and dates as bulletins print them, Vietnamese (`55.289`, `7,54%`) or English (`55,289`, `7.54 %`).

Every number keeps its `step`, the size of its last printed digit: agreement is judged to the rounding of the source.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError

#: a share has a few decimals: beyond this it is something else
SHARE_DECIMALS = 8
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


def printed_percent(percent: Decimal | None) -> Printed | None:
    """Return a stored share with the size of its last digit."""
    return None if percent is None else Printed(percent, Decimal(1).scaleb(int(percent.as_tuple().exponent)))


def split_bound(text: str) -> tuple[bool, str]:
    """Return whether a number is printed as “more than” (`>20.000.000`, `hơn 20 triệu`), and the number without it."""
    found = _BOUND.match(text)
    return (True, text[found.end() :]) if found else (False, text)


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
