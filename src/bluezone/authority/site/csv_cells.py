"""Write cells of CSV files that no spreadsheet program computes."""

from __future__ import annotations

#: what a spreadsheet program takes for the beginning of a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(value: object) -> str:
    """Return a value as text; one that would begin a formula, behind an apostrophe."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
