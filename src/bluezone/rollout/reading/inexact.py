"""Tell numbers that a form gives as no less than so many, or as about so many. Pure.

`> 20.000`, `hơn 20.000` and `20.000+` are bounds, which the store keeps as such; `gần 500`, `khoảng 500` no figures.
"""

from __future__ import annotations

import re

from bluezone.errors import N_
from bluezone.rollout.numbers import split_bound
from bluezone.rollout.reading import vocabulary as words

_AT_LEAST = re.compile(r"^(?:(?:từ|tu)\s+)?(?P<number>\d[\d.,' ]*)\s*(?:\+|trở lên|tro len|or more)$", re.IGNORECASE)
_ABOUT = re.compile(
    r"^\s*(?:[~≈<≤]|(?:gần|gan|khoảng|khoang|ước(?: tính| đạt| khoảng)?|uoc(?: tinh| dat| khoang)?|xấp xỉ|xap xi|"
    r"tầm|tam|chừng|chung|độ|dưới|duoi|không quá|about|nearly|almost|under|approx\.?)\s)\s*(?=[\d.]*\d)",
    re.IGNORECASE,
)
#: how a cell says that its figure has not come
_NOT_REPORTED = ("chua bao cao", "chua bc", "chua co", "chua gui", "chua nop", "khong bao cao", "khong bc")
INEXACT = N_("“{text}” in {cell} is no exact number: it was left out")
NOT_GIVEN = N_("“{text}” in {cell}: the figure is missing")
#: fewer digits may be those of an age or a class in a header, `Trên 60`
_DIGITS = 3


def bound_in(text: str) -> str:
    """Return the number that a text gives as no less than it, empty for any other text."""
    if found := _AT_LEAST.match(text):
        return found["number"].strip()
    bound, number = split_bound(text)
    return number.strip() if bound and number[:1].isdigit() else ""


def is_about(text: str) -> bool:
    """Return whether a text gives a number only about: `gần 500`, `~500`, `dưới 500`."""
    return bool(_ABOUT.match(text))


def without_mark(text: str) -> str:
    """Return a large number without the words that make it inexact; any other text as it is."""
    bare = bound_in(text) or _ABOUT.sub("", text)
    return bare if sum(map(str.isdecimal, bare)) >= _DIGITS else text


def is_missing(text: str) -> bool:
    """Return whether a text says that a figure has not come: `Chưa báo cáo`."""
    return words.key_of(text).startswith(_NOT_REPORTED)


def why_bad(text: str) -> str:
    """Return the sentence of a cell that is no number: it says so itself, gives one only about, or is something
    else."""
    if is_missing(text):
        return NOT_GIVEN
    return INEXACT if is_about(text) else N_("“{text}” in {cell} is not a number: it was left out")
