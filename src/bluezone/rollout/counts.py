"""Define a count of a unit and day, its kinds and origins, and the days on which counts changed their meaning."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NewType

from bluezone.geography.units import UnitCode

#: the code of a school, office or company (`7K3M-Q2XD`, see `sectors`)
OrganisationCode = NewType("OrganisationCode", str)
#: the columns of a table that hold counts, and shares
COUNT_FIELDS = ("installs", "with_phone", "active")
SHARE_FIELDS = ("percent_population", "percent_smartphones")
#: the `source` of what our own server counted
DEVICES = "devices"


class Kind(enum.StrEnum):
    """Name what a count is of: a series holds one kind."""

    INSTALLS = "installs"
    #: accounts with a telephone number
    WITH_PHONE = "with_phone"
    #: seen that day
    ACTIVE = "active"


class Origin(enum.StrEnum):
    """Name the class of a count's source: a series holds one. Decided when the count is entered."""

    #: an officer of the ministry, or a table the ministry published
    MINISTRY = "ministry"
    #: any other officer
    REPORTED = "reported"
    #: the sum over the parts of a place, all of which reported that day: never entered, always computed
    PARTS = "parts"
    #: our own server counted devices
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Count:
    """Hold what one source says of a unit on a day.

    `installs`, `with_phone` (accounts with a telephone number) and `active` (seen that day) are three different
    counts; any may be missing. `percent_population` is the share as printed, kept because it may be all a paper gave.
    `share_of` says of which count that share is; `rank` is the one printed beside it; `derived` marks a count that was
    computed back from the share, so that it can be ranked with others on one population. `origin` is the class of the
    source, `source` the reference: an address, the number of a letter, or `devices` where our own server counted.
    """

    unit: UnitCode | OrganisationCode
    date: dt.date
    installs: int | None = None
    with_phone: int | None = None
    active: int | None = None
    percent_population: Decimal | None = None
    percent_smartphones: Decimal | None = None
    share_of: str = "installs"
    rank: int | None = None
    derived: bool = False
    source: str = ""
    origin: Origin = Origin.REPORTED
    #: printed as “more than”: the true count is no less, and nobody knows how much more
    bound: bool = False

    def value(self, kind: str = Kind.INSTALLS) -> int | None:
        """Return one of the three counts by name."""
        value: int | None = getattr(self, kind)
        return value


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """Mark that from `date` on the figures mean something else: growth and rank may not be compared across it."""

    date: dt.date
    reason: str
    source: str


#: Since then only subscribers with 3G or 4G data count as the base, so shares of smartphones and ranks break.
SERIES_BREAKS = (
    SeriesBreak(
        dt.date(2021, 6, 29),
        "only subscribers with 3G or 4G data are counted from this day on",
        "notes of the reports of the Authority of Information Technology Application, June 2021",
    ),
)
#: Bluezone was presented to the public on 18 April 2020: no count is older.
FIRST_DAY = dt.date(2020, 4, 18)


def breaks_between(first: dt.date, last: dt.date, breaks: Iterable[SeriesBreak] = SERIES_BREAKS) -> list[SeriesBreak]:
    """Return the breaks that lie after `first` and not after `last`."""
    return [each for each in breaks if first < each.date <= last]
