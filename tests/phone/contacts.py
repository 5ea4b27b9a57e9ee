"""Make contacts for tests: what a phone heard, as the columns that its store gives."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from bluezone.phone.stores.contact_store import Sightings


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
