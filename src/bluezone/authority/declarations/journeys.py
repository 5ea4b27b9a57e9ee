"""Tell by what people declared which of them travelled together, and who sat how near to a seat. Pure.

Contacts of a case on a plane are, by the guidance of the World Health Organization, those in the same row and in two
rows before and behind it; buses, trains and boats are treated alike.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from bluezone.geography.names import without_marks

#: what people write before a number and a ticket before a seat; they tell no vehicle and no seat from another
_WORDS_OF_VEHICLES = frozenset(
    {
        *(
            "xe",
            "khach",
            "o",
            "to",
            "tau",
            "hoa",
            "thuyen",
            "thuy",
            "pho",
            "chuyen",
            "bay",
            "may",
            "so",
            "hieu",
            "bien",
        ),
        *("bus", "coach", "train", "boat", "ship", "flight", "no", "number"),
    }
)
_WORDS_OF_SEATS = frozenset(
    {"ghe", "giuong", "so", "cho", "ngoi", "nam", "hang", "seat", "bed", "berth", "no", "number"}
)
_COACH = frozenset({"toa", "coach", "car", "carriage", "wagon"})
_ROW_AND_LETTER = re.compile(r"(\d{1,3})([a-z])", re.ASCII)
_LETTER_AND_NUMBER = re.compile(r"[a-z]?(\d{1,3})", re.ASCII)
#: an upper deck is the same air
_DECK = re.compile(r"t[ầâa]ng\s*\d|deck\s*\d", re.IGNORECASE)
#: rows before and behind whose passengers count as near
NEAR_ROWS = 2
#: seats in a row of a coach whose seats are numbered through
USUAL_ACROSS, MOST_ACROSS = 4, 12
#: a vehicle that somebody was on may have left the day before
_DAYS_BEFORE = 1


def _words(text: str) -> list[str]:
    """Return the words of a text in small letters without diacritics; numbers keep their zeros, for those of plates
    do."""
    return re.findall(r"[a-z0-9]+", without_marks(text))


class Nearness(IntEnum):
    """Name how near a seat is to another, in the order in which people are called."""

    SAME_ROW = 0
    NEAR = 1
    UNKNOWN = 2
    FARTHER = 3


@dataclass(frozen=True, slots=True)
class Seat:
    """Hold a seat as read: the coach where a ticket names one, and the row."""

    coach: str
    row: int


def vehicle_key(text: str) -> str:
    """Return by what a vehicle, line or flight is found, however its number is written: `Xe 65B-012.34, Long Mỹ – Cần
    Thơ` and `65b 01234` are one. Nothing where no digit is in it: words alone name no journey."""
    words = _words(re.split(r"[,;(]", text, maxsplit=1)[0])
    key = "".join(word for word in words if word not in _WORDS_OF_VEHICLES)
    return key if any(sign.isdecimal() for sign in key) else ""


def journey_of(number: str, departed: str) -> str:
    """Return what a journey is stored by: vehicle and day (ISO); nothing where one of them is not known."""
    key = vehicle_key(number)
    return f"{key} {departed}" if key and departed else ""


def journeys_of(numbers: Iterable[str], boarded: dt.date) -> frozenset[str]:
    """Return the journeys of a vehicle, under whatever names, on which somebody can have been who boarded on a day."""
    days = [(boarded - dt.timedelta(days=before)).isoformat() for before in range(_DAYS_BEFORE + 1)]
    return frozenset(filter(None, (journey_of(number, day) for number in numbers for day in days)))


def read_seat(text: str, across: int) -> Seat | None:
    """Read a seat as tickets name it: `12A` (row and letter), `B7` and `25` (numbered through, `across` in a row), with
    a coach before it (`toa 3 ghế 25`, `3-25`). None for what names no row."""
    words = [word for word in _words(_DECK.sub("", text)) if word not in _WORDS_OF_SEATS]
    coach, is_named = "", False
    if words and words[0] in _COACH:
        words, is_named = words[1:], True
    if len(words) == 2 and len(words[0]) == 1 and words[0].isalpha():
        words = ["".join(words)]
    if len(words) == 2 or (is_named and words):
        coach, words = words[0], words[1:]
    if len(words) != 1:
        return None
    if found := _ROW_AND_LETTER.fullmatch(words[0]):
        return Seat(coach, int(found[1]))
    if found := _LETTER_AND_NUMBER.fullmatch(words[0]):
        return Seat(coach, math.ceil(int(found[1]) / across))
    return None


def nearness(seat: Seat | None, case: Seat | None) -> Nearness:
    """Return how near a seat is to that of a case."""
    if seat is None or case is None or bool(seat.coach) is not bool(case.coach):
        return Nearness.UNKNOWN
    rows = abs(seat.row - case.row)
    if seat.coach != case.coach or rows > NEAR_ROWS:
        return Nearness.FARTHER
    return Nearness.NEAR if rows else Nearness.SAME_ROW


def order_of(text: str, case: str, across: int) -> tuple[Nearness, int, str]:
    """Return by what passengers are sorted: nearness, rows between, the seat as written."""
    seat, of_case = read_seat(text, across), read_seat(case, across)
    rows = abs(seat.row - of_case.row) if seat is not None and of_case is not None else seat.row if seat else 0
    return nearness(seat, of_case), rows, text
