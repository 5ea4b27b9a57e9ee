"""Decide whether a code is sent to a telephone number that reports by itself. Pure.

What the phone is told depends on nothing that is known of the number: a spent budget counts every request, whether a
message was sent for it or not.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

#: a number reports once in so long
ONCE_IN = dt.timedelta(days=90)
#: a code that nobody used keeps its number so long; then another one may be asked for
UNUSED_LIFE = dt.timedelta(minutes=90)
#: codes to one number in a day: whoever asks for somebody else's number does not fill it with messages
MOST_TO_A_NUMBER_A_DAY = 3
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """Hold what is known of a number: the day it last reported, when codes were last sent to it, oldest first."""

    reported_on: dt.date | None = None
    sent_at: tuple[dt.datetime, ...] = ()


def may_send(facts: NumberFacts, now: dt.datetime, today: dt.date) -> bool:
    """Decide whether a number gets a code."""
    if facts.reported_on is not None and today < facts.reported_on + ONCE_IN:
        return False
    if any(now - at < UNUSED_LIFE for at in facts.sent_at):
        return False
    return sum(now - at < DAY for at in facts.sent_at) < MOST_TO_A_NUMBER_A_DAY


class Budget(enum.Enum):
    """Name a budget of requests in a day."""

    ADDRESS = "address"
    ALL = "all"


def spent(of_address: int, of_all: int, most_of_address: int, most_of_all: int) -> Budget | None:
    """Return the budget that the requests of the last day have used up, this one not counted; None where it may go
    on."""
    if of_all >= most_of_all:
        return Budget.ALL
    return Budget.ADDRESS if of_address >= most_of_address else None
