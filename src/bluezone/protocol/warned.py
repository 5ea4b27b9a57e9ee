"""Count how many phones warned their owners, by randomised response (Warner 1965): no answer says of its phone whether
it did.

    POST /v1/warned  {"answer": base64 of 16 bytes, "week": "2020-08-17", "warned": true}  -> 200 {}

A phone whose owner said yes answers once for each week (from Monday, UTC) that began after the yes: with probability
1/2 it tells the truth, else it tosses a fair coin. So a phone that warned says yes with probability 3/4, any other
with 1/4, and whoever learns an answer, however they do, may change their odds by a factor of 3 at most (differential
privacy with epsilon = ln 3 a week; answers of several weeks have nothing in common by which they could be joined).

Every such phone sends, warned or not, at a moment of the three days after the week that has nothing to do with the
answer. All that is random in it follows from one `seed` that the phone draws for the week: an answer that was lost is
sent again as it was, coins and all. `answer` is drawn for one week and used for nothing else: it counts once. Bodies
have one size, and so have the authority's answers, which are those of `reports` (`ReportAnswer`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import Message, size

WARNED_PATH = "/v1/warned"
ANSWER_BYTES = SEED_BYTES = 16
#: what a phone fills its request up to
WARNED_BODY_BYTES = 1_024
#: of so many answers one is the truth for certain; the others are a fair coin's
TRUE_SHARE = 0.5
#: how likely "yes" is where the phone did not warn, by the coin alone; "no" where it did
COIN_YES = (1 - TRUE_SHARE) / 2
EPSILON = math.log((TRUE_SHARE + COIN_YES) / COIN_YES)
WEEK = dt.timedelta(days=7)
#: after a week's end answers are sent within so long, and taken for so long
SPREAD, TAKEN = dt.timedelta(days=3), dt.timedelta(days=7)
#: of the standard normal distribution, for 95 of 100
_Z = 1.959964


class WarnedRefusal(StrEnum):
    """Name why the authority does not count an answer."""

    BAD_REQUEST = "bad_request"
    #: the week is not over, or was over too long ago
    WEEK_CLOSED = "week_closed"
    INTERNAL = "internal_error"


def monday_of(day: dt.date) -> dt.date:
    """Return the first day of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def next_week(day: dt.date) -> dt.date:
    """Return the first day of the first week that begins after a day: of whoever says yes on it."""
    return monday_of(day) + WEEK


def ends_at(week: dt.date) -> dt.datetime:
    """Return when a week is over (UTC)."""
    return dt.datetime.combine(week + WEEK, dt.time(), dt.UTC)


def is_open(week: dt.date, now: dt.datetime) -> bool:
    """Return whether answers for a week are taken now."""
    return ends_at(week) <= now < ends_at(week) + TAKEN


def _monday(day: dt.date, place: str) -> None:
    if day.weekday() != 0:
        raise ProtocolError(f"{place} is no Monday")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Hold what a phone draws for a week in advance: all chance in its answer follows from `seed`."""

    week: dt.date
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _monday(self.week, "week")
        if len(self.seed) != SEED_BYTES:
            raise ProtocolError(f"seed is {len(self.seed)} bytes, not {SEED_BYTES}")

    def is_due(self, now: dt.datetime) -> bool:
        """Return whether the answer is to be sent now; the moment has nothing to do with it."""
        return ends_at(self.week) + SPREAD * self._share("moment") <= now < ends_at(self.week) + TAKEN

    def is_over(self, now: dt.datetime) -> bool:
        """Return whether the answer would not be taken any more."""
        return now >= ends_at(self.week) + TAKEN

    def answer(self, *, warned: bool) -> WarnedAnswer:
        """Return what is sent: the truth, or a coin."""
        truth = self._share("truth") < TRUE_SHARE
        said = warned if truth else self._share("coin") < 0.5
        return WarnedAnswer(self._digest("answer")[:ANSWER_BYTES], self.week, said)

    def _digest(self, purpose: str) -> bytes:
        return hashlib.sha256(f"bluezone warned 1 {purpose} {self.week} ".encode() + self.seed).digest()

    def _share(self, purpose: str) -> float:
        """Return a number of 0 <= x < 1, uniform over seeds."""
        return int.from_bytes(self._digest(purpose)[:6]) / 2**48


@dataclass(frozen=True, slots=True)
class WarnedAnswer(Message):
    """Say of a week that the phone warned, or did not, by randomised response. Raises ProtocolError for a field that
    cannot be."""

    what = "answer"
    max_bytes = 4_096
    answer: Annotated[bytes, size(ANSWER_BYTES)] = field(repr=False)
    week: Annotated[dt.date, _monday]
    warned: bool = field(repr=False)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold how many of the phones that answered warned, as their answers let it be estimated.

    `warned` is unbiased, and may lie below 0 or above all. `error`: in 95 of 100 cases the true number lies no farther
    away; the coins alone make it, for it is no sample: sqrt(3 * answers / 4) is the standard deviation, whatever the
    truth.
    """

    answers: int
    warned: float
    error: float

    @property
    def low(self) -> float:
        """Return the least number that is likely."""
        return max(0.0, self.warned - self.error)

    @property
    def high(self) -> float:
        """Return the greatest number that is likely."""
        return min(float(self.answers), max(0.0, self.warned + self.error))


def estimate(answers: int, yes: int) -> Estimate:
    """Return how many phones warned, of so many answers with so many that say yes."""
    warned = (yes - answers * COIN_YES) / TRUE_SHARE
    return Estimate(answers, warned, _Z * math.sqrt(answers * COIN_YES * (1 - COIN_YES)) / TRUE_SHARE)
