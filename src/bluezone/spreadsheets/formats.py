"""Show a number of a spreadsheet as its format does: percents, decimals, leading zeros."""

from __future__ import annotations

import re
from decimal import Decimal

from bluezone.spreadsheets.cells import Cell

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DECIMALS = re.compile(r"\.([0?#]+)")
_ZEROS = re.compile(r"0{2,}")
#: beyond this a binary fraction shows digits nobody entered
_SIGNIFICANT = 12


def number_cell(value: float | int | Decimal, number_format: str) -> Cell:
    """Return the cell of a number: its value without the noise of binary fractions, and its text as shown."""
    number = exact(value)
    section = (number_format or "General").split(";")[0]
    bare = _QUOTED.sub("", section)
    percent = "%" in bare
    literal_percent = not percent and "%" in section
    shown = number * 100 if percent else number
    if _ZEROS.fullmatch(bare.strip()) and shown == shown.to_integral_value():
        text = f"{int(shown):0{len(bare.strip())}d}"
    elif match := _DECIMALS.search(bare):
        digits = len(match[1])
        required = match[1].count("0")
        text = _trimmed(f"{shown:.{digits}f}", required)
    elif re.search(r"[0#]", bare) and "E" not in bare.upper():
        text = f"{shown:.0f}" if percent else plain(shown)
    else:
        text = plain(shown)
    return Cell(text + ("%" if percent or literal_percent else ""), number, percent=percent)


def exact(value: float | int | Decimal) -> Decimal:
    """Return a stored number as it was meant: 0.1 + 0.2 is 0.3."""
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return Decimal(int(value))
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite():
        return Decimal(0)
    if number == number.to_integral_value():
        return Decimal(int(number))
    return Decimal(f"{number:.{_SIGNIFICANT}g}")


def plain(number: Decimal) -> str:
    """Return a number without an exponent and without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _trimmed(text: str, required: int) -> str:
    whole, _, digits = text.partition(".")
    while len(digits) > required and digits.endswith("0"):
        digits = digits[:-1]
    return f"{whole}.{digits}" if digits else whole
