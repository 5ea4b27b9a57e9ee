"""Match the phone's own diary of places against published warnings: nothing leaves the phone for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.protocol.check_ins import PlaceError, location_id_hash
from bluezone.protocol.place_warnings import OpenedPackage, Window, decrypt_warning


@dataclass(frozen=True, slots=True)
class Stay:
    """Hold a stay at a place by its location id, as Unix seconds. `entry`: its number in the diary."""

    entry: int
    location_id: bytes
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class RiskyStay:
    """Hold a stay that overlapped a risky window by `overlap_s`, and by how much the window was at risk (1 to 8)."""

    entry: int
    overlap_s: int
    window: Window


def overlap_s(stay: Stay, window: Window) -> int:
    """Return for how long a stay and a risky window overlap, in seconds."""
    return max(0, min(stay.end_s, window.end_s) - max(stay.start_s, window.start_s))


def risky_stays(stays: Sequence[Stay], package: OpenedPackage, min_overlap_s: int) -> list[RiskyStay]:
    """Return the stays that a package warns of: for each the window it overlapped longest, `min_overlap_s` or more.

    The hashes of the diary are looked up in the package once; only what is filed under one of them is decrypted. A
    warning that does not decrypt is passed over: anybody may have filed it there.
    """
    of_hash: dict[bytes, list[Stay]] = {}
    for stay in stays:
        of_hash.setdefault(location_id_hash(stay.location_id), []).append(stay)
    found: dict[int, RiskyStay] = {}
    for warning in package.of_places(of_hash):
        here = of_hash[warning.location_id_hash]
        try:
            window = decrypt_warning(here[0].location_id, warning)
        except PlaceError:
            continue
        for stay in here:
            seconds, longest = overlap_s(stay, window), found.get(stay.entry)
            if seconds >= max(1, min_overlap_s) and (longest is None or seconds > longest.overlap_s):
                found[stay.entry] = RiskyStay(stay.entry, seconds, window)
    return [found[entry] for entry in sorted(found)]
