"""Say what a report and a heard list are made of: which published keys were near on a day, and what was heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from statistics import median

from bluezone.phone.matching.exposure_check import exposure_windows
from bluezone.phone.matching.matcher import SightingIndex
from bluezone.phone.matching.presences import attenuations_db, chains
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.protocol.heard import MAX_ATTENUATION_DB, MIN_DURATION_S, Heard
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.reports import MAX_KEYS
from bluezone.protocol.schemes import IdentifierScheme

_HOUR_S = 3_600.0


def keys_near(
    scheme: IdentifierScheme,
    keys: Sequence[TemporaryExposureKey],
    sightings: Sightings,
    receiver: Receiver,
    zone: tzinfo,
    day_start_s: int,
) -> list[bytes]:
    """Return which published keys were near on a day of a zone, those heard for longest first, 30 at most."""
    heard_s: dict[int, float] = defaultdict(float)
    for window in exposure_windows(scheme, keys, sightings, SightingIndex(sightings), receiver, zone):
        if window.day_start_s == day_start_s:
            heard_s[window.encounter] += sum(scan.since_last_scan_s for scan in window.scans)
    longest = sorted(heard_s, key=lambda place: (-heard_s[place], keys[place].key))
    return [keys[place].key for place in longest[:MAX_KEYS]]


def heard_of_days(days: Iterable[Sightings], receiver: Receiver) -> list[Heard]:
    """Return for each presence and hour one identifier that was heard for 5 minutes at 73 dB or less: the nearest, of
    those as near the longest. `days`: sightings, a day at a time."""
    return [found for sightings in days if len(sightings) for found in _heard(sightings, receiver)]


def _heard(sightings: Sightings, receiver: Receiver) -> list[Heard]:
    rows_of: dict[bytes, list[int]] = defaultdict(list)  # in the order of time
    for row, identifier in enumerate(sightings.identifiers):
        rows_of[identifier].append(row)
    presence, lost_db = chains(sightings), attenuations_db(sightings.typical_dbm, receiver)
    best: dict[tuple[int, int], Heard] = {}
    for identifier, rows in sorted(rows_of.items()):
        found = Heard(
            identifier,
            sum(sightings.since_last_scan_s[row] for row in rows),
            median(lost_db[row] for row in rows),
        )
        if found.duration_s < MIN_DURATION_S or found.attenuation_db > MAX_ATTENUATION_DB:
            continue
        place = presence[rows[0]], int(min(sightings.at_s[row] for row in rows) // _HOUR_S)
        known = best.get(place)
        if known is None or (found.attenuation_db, -found.duration_s) < (known.attenuation_db, -known.duration_s):
            best[place] = found
    return list(best.values())
