"""Define what an audit reads and finds, and whether a printed share fits its count, to the rounding of the source."""

from __future__ import annotations

import datetime as dt
import enum
import math
from dataclasses import dataclass, field
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.figures import Figure, Measure
from bluezone.geography.units import Unit
from bluezone.rollout.numbers import Printed

#: A share that would fit a denominator anywhere within this relative range says little (a count in whole millions).
WEAK_WINDOW = Decimal("0.02")
SHARES = {"percent_population": Measure.POPULATION, "percent_smartphones": Measure.SMARTPHONES}
#: what shares are of: the denominators that an audit needs
MEASURES = tuple(SHARES.values())


class Verdict(enum.StrEnum):
    """Name what an audit says of one count and one share."""

    AGREES = N_("agrees")
    AGREES_CUT = N_("agrees if cut off instead of rounded")
    OTHER_VINTAGE = N_("agrees with another vintage")
    OTHER_BASE = N_("agrees with the people or phones that the row states, or the unit's other rows imply")
    OTHER_MEASURE = N_("agrees with another measure")
    OTHER_ROW = N_("fits another row")
    SLIP = N_("does not fit; one slip would explain it")
    DOES_NOT_FIT = N_("does not fit")
    NOTHING_TO_CHECK = N_("nothing to check")


#: the first is the best that can be said of a row with several counts
ORDER = {verdict: place for place, verdict in enumerate(Verdict)}
#: what has to be looked at; the others are notes at most
WRONG = (Verdict.OTHER_MEASURE, Verdict.OTHER_ROW, Verdict.SLIP, Verdict.DOES_NOT_FIT)


class OtherRow(enum.StrEnum):
    """Name in what way a count or share belongs to another row."""

    COUNT = N_("the count fits that row's people and share")
    NAME = N_("count and share fit that row's people")
    SHARE = N_("the share fits that row's count on this row's people")
    PERCENT = N_("the share is the one that row should have")
    DAY_SHARE = N_("the share belongs to the unit's count of that day")
    DAY_COUNT = N_("the count is the unit's of that day")


@dataclass(frozen=True, slots=True)
class Claim:
    """Hold one row of a bulletin, as far as an audit needs it. `unit` is None if the name was not recognised; `people`
    are those that the row itself says the unit has."""

    line: int
    unit: Unit | None
    date: dt.date | None = None
    counts: dict[str, Printed] = field(default_factory=dict)
    percent_population: Printed | None = None
    percent_smartphones: Printed | None = None
    rank: int | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """Describe a correction that would make count and share agree: which of the two, its corrected value, what
    happened."""

    corrects: str
    value: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold the audit of one share against one count.

    `expected` gives the percent that each vintage would print, the one in use on the date first; `implied_base` the
    range of denominators that the two imply; `fits` the vintages that agree (of OTHER_BASE those of a later date that
    do); `other_rows` lines the numbers belong to
    instead (`other_day` the day of the first, if it is the unit's own); `other_units` units outside the table whose
    people would fit; `weak` marks a count so round that its agreement says little. `odds` are those of the named cause
    against a fit by chance.
    """

    line: int
    unit: Unit | None
    date: dt.date | None
    count_column: str
    count: Printed
    share_column: str
    percent: Printed
    verdict: Verdict
    fits: tuple[Figure, ...] = ()
    expected: tuple[tuple[Figure, Decimal], ...] = ()
    implied_base: tuple[int, int] | None = None
    other_rows: tuple[tuple[int, OtherRow], ...] = ()
    other_day: dt.date | None = None
    other_units: tuple[Unit, ...] = ()
    slips: tuple[Slip, ...] = ()
    weak: bool = False
    odds: float | None = None


def fits(count: Printed, percent: Printed, base: int, most: int | None = None) -> bool:
    """Return whether some true count and share that round to what was printed belong together on `base` people, or on
    some number from `base` to `most`."""
    return percent.low * base <= count.high * 100 and count.low * 100 <= percent.high * (most or base)


def fits_cut(count: Printed, percent: Printed, base: int) -> bool:
    """Return whether count and share fit if they were cut off (7.548 -> 7.54, 331,700 -> 331,000) instead of rounded,
    or a round count was raised ("nearly 105,000")."""
    if percent.value * base <= count.high * 100 and count.low * 100 < (percent.value + percent.step) * base:
        return True
    if count.exact:
        return False
    return (
        percent.low * base <= (count.value + count.step) * 100
        and (count.value - count.step) * 100 <= percent.high * base
    )


def expected_percent(count: Printed, base: int, step: Decimal) -> Decimal:
    """Return the percent that count and base give, with as many digits as `step`."""
    return (count.value * 100 / base).quantize(step)


def implied_base(count: Printed, percent: Printed) -> tuple[int, int] | None:
    """Return the range of denominators that a count and a share imply; None where the share may be nothing."""
    if percent.low <= 0:
        return None
    return math.ceil(count.low * 100 / percent.high), math.floor(count.high * 100 / percent.low)
