"""Give check-ins of a patient's diary of places, so that an officer may have the places warned of.

    POST /v1/check-ins  {"revisionToken": "...",
                         "checkIns": [{"location": base64 of 32 bytes, "start": s, "end": s}, ...]}  -> 200 {}

`location` is the id of the place (`check_ins.Place.location_id`), `start` and `end` are Unix seconds in whole minutes.
What a place is called does not travel: an authority that gave the place its code knows it, and another learns nothing.
It is taken only under the revision token that the publication of the patient's keys returned. Answers have one size and
are those of `reports` (`ReportAnswer`); none says which check-ins were stored.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import SECONDS, TOKEN, Message, once, size
from bluezone.protocol.intervals import INTERVAL_S, MAX_INTERVAL
from bluezone.protocol.text import is_whole

CHECK_INS_PATH = "/v1/check-ins"
#: what a phone fills its request up to: thirty check-ins under the longest token are just below
CHECK_INS_BODY_BYTES = 8_192
MAX_CHECK_INS = 30
LOCATION_BYTES = 32
#: a stay counts from ten minutes on, and is no longer than a day
SHORTEST_S, LONGEST_S = 600, 86_400
_MINUTE_S = 60
_LAST_S = MAX_INTERVAL * INTERVAL_S


def _whole_minute(value: int, place: str) -> None:
    if not is_whole(value, 0, _LAST_S) or value % _MINUTE_S:
        raise ProtocolError(f"{place} is not a whole minute in Unix seconds")


@dataclass(frozen=True, slots=True)
class SharedCheckIn(Message):
    """Hold where a patient was, and from when to when. Raises ProtocolError for what cannot be."""

    what = "check-in"
    location_id: Annotated[bytes, "location", size(LOCATION_BYTES)] = field(repr=False)
    start_s: Annotated[int, "start", SECONDS, _whole_minute]
    end_s: Annotated[int, "end", SECONDS, _whole_minute]

    def check(self) -> None:
        if not SHORTEST_S <= self.end_s - self.start_s <= LONGEST_S:
            raise ProtocolError("a check-in is of 10 minutes to a day")


@dataclass(frozen=True, slots=True)
class CheckInUpload(Message):
    """Give check-ins under a revision token. Raises ProtocolError for a field that cannot be."""

    what = "check-ins"
    revision_token: Annotated[str, TOKEN] = field(repr=False)
    check_ins: Annotated[tuple[SharedCheckIn, ...], size(1, MAX_CHECK_INS), once]


def whole_minutes(location_id: bytes, came_at_s: float, left_at_s: float) -> SharedCheckIn | None:
    """Return a stay as it is given, in whole minutes that hold all of it; None for one that is too short or too
    long."""
    start_s = int(came_at_s // _MINUTE_S) * _MINUTE_S
    end_s = -int(-left_at_s // _MINUTE_S) * _MINUTE_S
    if left_at_s - came_at_s < SHORTEST_S or end_s - start_s > LONGEST_S:
        return None
    return SharedCheckIn(location_id, start_s, end_s)


def first_infectious_day(symptom_date: dt.date | None, test_date: dt.date | None, *, days_before: int) -> dt.date:
    """Return the first day of which check-ins are offered: so many before the symptoms, or before the test where there
    are none, as somebody may have infected others (`kinds.DiseaseFacts`); all where neither date is known."""
    known = symptom_date or test_date
    return known - dt.timedelta(days=days_before) if known is not None else dt.date.min
