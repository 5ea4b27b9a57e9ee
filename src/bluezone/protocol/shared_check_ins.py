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
import json
from dataclasses import dataclass, field
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import INTERVAL_S, MAX_INTERVAL
from bluezone.protocol.text import base64_bytes, base64_text, is_clean, is_whole, json_object

CHECK_INS_PATH = "/v1/check-ins"
#: what a phone fills its request up to: thirty check-ins under the longest token are just below
CHECK_INS_BODY_BYTES = 8_192
MAX_CHECK_INS = 30
LOCATION_BYTES = 32
#: a stay counts from ten minutes on, and is no longer than a day
SHORTEST_S, LONGEST_S = 600, 86_400
#: of the days before the symptoms, or before the test where there are none, on how many a patient may have infected
#: others (WHO, Contact tracing in the context of COVID-19, 10 May 2020: from two days before)
INFECTIOUS_BEFORE = dt.timedelta(days=2)
_MINUTE_S = 60
_LAST_S = MAX_INTERVAL * INTERVAL_S
_MAX_TOKEN = 8_192


@dataclass(frozen=True, slots=True)
class SharedCheckIn:
    """Hold where a patient was, and from when to when. Raises ProtocolError for what cannot be."""

    location_id: bytes = field(repr=False)
    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        if len(self.location_id) != LOCATION_BYTES:
            raise ProtocolError(f"location is {len(self.location_id)} bytes, not {LOCATION_BYTES}")
        if not all(is_whole(each, 0, _LAST_S) and each % _MINUTE_S == 0 for each in (self.start_s, self.end_s)):
            raise ProtocolError("start or end is not a whole minute in Unix seconds")
        if not SHORTEST_S <= self.end_s - self.start_s <= LONGEST_S:
            raise ProtocolError("a check-in is of 10 minutes to a day")


@dataclass(frozen=True, slots=True)
class CheckInUpload:
    """Give check-ins under a revision token. Raises ProtocolError for a field that cannot be."""

    revision_token: str = field(repr=False)
    check_ins: tuple[SharedCheckIn, ...]

    def __post_init__(self) -> None:
        if not is_clean(self.revision_token) or not 1 <= len(self.revision_token) <= _MAX_TOKEN:
            raise ProtocolError("revisionToken is missing or too long")
        if not 1 <= len(self.check_ins) <= MAX_CHECK_INS or len(set(self.check_ins)) != len(self.check_ins):
            raise ProtocolError(f"checkIns are not 1 to {MAX_CHECK_INS}, each once")

    @classmethod
    def from_json(cls, body: bytes) -> CheckInUpload:
        """Read the request's body. Raises ProtocolError."""
        fields = json_object(body, "check-ins")
        token, rows = fields.get("revisionToken"), fields.get("checkIns")
        if not isinstance(token, str) or not isinstance(rows, list):
            raise ProtocolError("revisionToken is no text, or checkIns no list")
        return cls(token, tuple(_check_in(row) for row in rows[: MAX_CHECK_INS + 1]))

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        rows = [
            {"location": base64_text(each.location_id), "start": each.start_s, "end": each.end_s}
            for each in self.check_ins
        ]
        fields = {"revisionToken": self.revision_token, "checkIns": rows, "padding": padding}
        return json.dumps(fields, separators=(",", ":")).encode("ascii")


def whole_minutes(location_id: bytes, came_at_s: float, left_at_s: float) -> SharedCheckIn | None:
    """Return a stay as it is given, in whole minutes that hold all of it; None for one that is too short or too
    long."""
    start_s = int(came_at_s // _MINUTE_S) * _MINUTE_S
    end_s = -int(-left_at_s // _MINUTE_S) * _MINUTE_S
    if left_at_s - came_at_s < SHORTEST_S or end_s - start_s > LONGEST_S:
        return None
    return SharedCheckIn(location_id, start_s, end_s)


def first_infectious_day(symptom_date: dt.date | None, test_date: dt.date | None) -> dt.date:
    """Return the first day of which check-ins are offered: the first there is where neither date is known."""
    known = symptom_date or test_date
    return known - INFECTIOUS_BEFORE if known is not None else dt.date.min


def _check_in(row: Any) -> SharedCheckIn:
    if not isinstance(row, dict) or not isinstance(row.get("location"), str):
        raise ProtocolError("checkIns: an object with a location is meant")
    start, end = row.get("start"), row.get("end")
    if not (is_whole(start, 0, _LAST_S) and is_whole(end, 0, _LAST_S)):
        raise ProtocolError("checkIns: start and end are whole numbers")
    return SharedCheckIn(base64_bytes(row["location"], "location"), int(start), int(end))  # type: ignore[arg-type]
