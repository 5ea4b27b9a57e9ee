"""Hold numbers as bulletins print them, with the size of their last digit: agreement is judged to the rounding of the
source. What officers type is read by the rules of spreadsheets (`spreadsheets.values`)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError
from bluezone.spreadsheets.cells import Cell
from bluezone.spreadsheets.values import Number, day_in, number_in

#: a share has a few decimals: beyond this it is something else
SHARE_DECIMALS = 8
#: so much of what is no number is repeated
_SHOWN = 40
#: a day with its whole year
_DATED = re.compile(r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4})(?:[T ].*)?")


class NumberError(RolloutError):
    """Report a text that cannot be read as the number or date that is wanted."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Hold a number as printed: its value and the size of its last meaningful digit (`7.54` -> 0.01, `331,000` ->
    1000)."""

    value: Decimal
    step: Decimal
    exact: bool = False
    #: printed as “more than”
    bound: bool = False

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
    number = _typed(text)
    if number is None or number.percentage is None or number.bound:
        raise NumberError(N_("“{text}” is not a percentage; write it as 7,54 or 7.54"), text=text[:_SHOWN])
    return Printed(number.percentage, Decimal(1).scaleb(-number.decimals))


def parse_count(text: str, *, may_be_bound: bool = False) -> Printed:
    """Read `55.289`, `55,289`, `55 289`, `55289` or `1,23 triệu` as a whole number, and where it may be one
    `hơn 20 triệu` as a bound. Raises NumberError."""
    number = _typed(text)
    if number is None or (number.bound and not may_be_bound) or number.percent:
        raise NumberError(N_("“{text}” is not a number"), text=text.strip()[:_SHOWN])
    if number.count is None or number.count != number.count.to_integral_value():
        template = N_("“{text}” is not a whole number; if it counts thousands, write it out")
        raise NumberError(template, text=text[:_SHOWN])
    return replace(count_of(int(number.count)), bound=number.bound)


def _typed(text: str) -> Number | None:
    """Return the number that a text is, without a word behind it: `5 tỷ` is not five."""
    number = number_in(Cell(text))
    return number if number is not None and not number.word else None


def printed_percent(percent: Decimal | None) -> Printed | None:
    """Return a stored share with the size of its last digit."""
    return None if percent is None else Printed(percent, Decimal(1).scaleb(int(percent.as_tuple().exponent)))


def parse_date(text: str) -> dt.date:
    """Read `2020-08-13`, `13/8/2020`, `13-08-2020` or `13.8.2020` (day first, as Vietnam writes). Raises
    NumberError."""
    if not _DATED.fullmatch(text.strip()):
        raise NumberError(N_("“{text}” is not a date; write it as 13/8/2020 or 2020-08-13"), text=text[:_SHOWN])
    day = day_in(text)
    date = day.date(dt.MINYEAR) if day is not None else None
    if date is None:
        template = N_("there is no day “{text}”; dates are written day/month/year")
        raise NumberError(template, text=text[:_SHOWN])
    return date
