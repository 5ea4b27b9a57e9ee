"""Make for tests what a phone heard, as the columns that its store gives, and what it warns of."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from bluezone.exposure.policies import Evidence, Grade
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Alert


def sightings(rows: Sequence[tuple[bytes, float]], dbm: Sequence[int] = (), since_s: float = 60.0) -> Sightings:
    """Return sightings of identifiers at moments, each of a scan that stands for so long; `dbm`: the strength of each,
    -60 where none is given."""
    strengths = array("b", dbm or [-60] * len(rows))
    return Sightings(
        identifiers=[identifier for identifier, _ in rows],
        encrypted_metadata=bytes(4 * len(rows)),
        at_s=array("d", [at_s for _, at_s in rows]),
        since_last_scan_s=array("d", [since_s] * len(rows)),
        readings=bytes([4] * len(rows)),
        strongest_dbm=strengths,
        typical_dbm=strengths,
        weakest_dbm=strengths,
    )


def warning_of(day_start_s: int, created_at_s: float, **changes: Any) -> Alert:
    """Return a warning of a day, by a policy that says no more than how long somebody was heard."""
    fields = {
        "policy": "en-v1-buckets",
        "policy_version": "1",
        "score": 38.0,
        "threshold": 15.0,
        "evidence": Evidence(heard_s=2_300.0, attenuation_db=51.0, grade=Grade.RAISED),
        "watched_s": 32_000.0,
        "met_at_s": day_start_s + 13 * 3_600.0,
    }
    return Alert(day_start_s=day_start_s, created_at_s=created_at_s, **(fields | changes))
