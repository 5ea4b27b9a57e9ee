"""Estimate how many phones were met, for how long and how near, for the owner's eyes, from contacts.

Identifiers change every ten minutes and cannot be tied to each other by anyone; so nobody can count phones exactly.
What can be said: where one identifier falls silent and within `HANDOVER_S` another of about the same strength begins,
it was most likely the same phone. Presences are chains made so. They name nobody and are never stored.

Nearness is by strength alone, with an assumed transmit power: the metadata that holds the true one is encrypted.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from bluezone.phone.stores.contact_store import ContactStore, ScanTally, Sightings
from bluezone.phone.stores.corrections import Receiver
from bluezone.protocol.intervals import day_start_s

#: upper edges in dB. 55: the near bucket of the first policies of Exposure Notifications ("en-v1-buckets");
#: 73: from there on Corona-Warn-App gave a contact next to no weight.
NEAR_DB, NORMAL_DB = 55.0, 73.0

#: silence within which another identifier may be the same phone's next: two scans and a half
HANDOVER_S = 150.0
_HANDOVER_DB = 12.0  # two readings of one still phone, a scan apart, rarely differ by more

LONG_S = 900.0

_SPANS_KEPT = 16  # 14 days, today, and one that ends


class Nearness(IntEnum):
    """Name how strong a phone is heard."""

    WEAK = 0
    NORMAL = 1
    NEAR = 2


@dataclass(frozen=True, slots=True)
class Presence:
    """Describe one phone, probably, from its first scan to its last. Durations are the time its scans stand for, in
    s."""

    start_s: float
    end_s: float
    duration_s: float
    near_s: float

    @property
    def long_and_near(self) -> bool:
        return self.near_s >= LONG_S


@dataclass(frozen=True, slots=True)
class Nearby:
    """Count the phones of the latest scan by nearness."""

    near: int = 0
    normal: int = 0
    weak: int = 0

    @property
    def total(self) -> int:
        return self.near + self.normal + self.weak


def attenuations_db(strengths_dbm: NDArray[np.int8], receiver: Receiver) -> NDArray[np.float64]:
    """Return what was lost on the way, if every sender had the transmit power assumed."""
    return receiver.assumed_tx_power_dbm - (strengths_dbm.astype(np.float64) + receiver.rx_correction_db)


def nearby(latest: Sightings, receiver: Receiver) -> Nearby:
    """Count the phones of the last scan in `latest`. An identifier stands once in a scan."""
    if not len(latest):
        return Nearby()
    of_last = latest.typical_dbm[latest.at_s == latest.at_s.max()]
    lost = attenuations_db(of_last, receiver)
    near, within = int((lost <= NEAR_DB).sum()), int((lost <= NORMAL_DB).sum())
    return Nearby(near, within - near, len(of_last) - within)


@dataclass(frozen=True, slots=True)
class _Streams:
    """Hold one row an identifier, in the order of `first_s`."""

    first_s: NDArray[np.float64]
    last_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    near_s: NDArray[np.float64]
    strength: NDArray[np.float64]


def _numbered(heard: Sightings) -> NDArray[np.int64]:
    """Return the number of each sighting's identifier."""
    width = heard.identifiers.shape[1]
    names = np.ascontiguousarray(heard.identifiers).view(np.dtype((np.void, width))).ravel()
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _streams(heard: Sightings, receiver: Receiver) -> tuple[_Streams, NDArray[np.int64]]:
    """Return the streams, and the place of each sighting's."""
    inverse = _numbered(heard)
    count = int(inverse.max()) + 1
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first, inverse, heard.at_s)
    np.maximum.at(last, inverse, heard.at_s)
    near = np.where(attenuations_db(heard.typical_dbm, receiver) <= NEAR_DB, heard.since_last_scan_s, 0.0)
    order = np.argsort(first, kind="stable")
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    streams = _Streams(
        first[order],
        last[order],
        np.bincount(inverse, heard.since_last_scan_s)[order].astype(np.float64),
        np.bincount(inverse, near)[order].astype(np.float64),
        (np.bincount(inverse, heard.typical_dbm) / np.bincount(inverse))[order],
    )
    return streams, place[inverse]


def presences(heard: Sightings, receiver: Receiver) -> tuple[Presence, ...]:
    """Return the presences in the order of their start. O(n log n): a stadium's day must not stop the phone."""
    if not len(heard):
        return ()
    streams, _ = _streams(heard, receiver)
    return tuple(_chains(streams, _chained(streams)))


class PresenceCache:
    """Keep presences of spans that were asked for until another scan of that time comes or one is purged."""

    def __init__(self) -> None:
        self._known: dict[tuple[float, float], tuple[ScanTally, tuple[Presence, ...]]] = {}

    def between(self, store: ContactStore, receiver: Receiver, from_s: float, until_s: float) -> tuple[Presence, ...]:
        """Return the presences of a span."""
        tallies = store.tallies()
        mark = ScanTally(
            sum(tallies.get(day, ScanTally()).scans for day in (day_start_s(from_s), day_start_s(until_s - 1))),
            len(tallies),
        )
        known = self._known.get((from_s, until_s))
        if known is None or known[0] != mark:
            known = mark, presences(store.sightings(from_s, until_s), receiver)
            while len(self._known) > _SPANS_KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[(from_s, until_s)] = known
        return known[1]


def chains(heard: Sightings) -> NDArray[np.int64]:
    """Return for each sighting the number of its presence, in no order."""
    if not len(heard):
        return np.empty(0, dtype=np.int64)
    streams, stream_of = _streams(heard, Receiver())
    return np.unique(_chained(streams)[stream_of], return_inverse=True)[1].astype(np.int64)


def _chained(streams: _Streams) -> NDArray[np.int64]:
    """Return for each stream the first one of its chain."""
    chain_of = np.arange(len(streams.first_s))
    ended: list[tuple[float, int]] = []  # (last_s, stream), not yet continued
    starts = np.unique(streams.first_s, return_index=True)[1].tolist()
    for start, stop in zip(starts, [*starts[1:], len(chain_of)], strict=True):
        at_s, born = float(streams.first_s[start]), range(start, stop)
        pool = []
        while ended and ended[0][0] <= at_s:
            last_s, stream = heapq.heappop(ended)
            if last_s >= at_s - HANDOVER_S:
                pool.append(stream)
        continued = _pairs(pool, born, streams.strength)
        for old, new in continued:
            chain_of[new] = chain_of[old]
        taken = {old for old, _ in continued}
        for stream in (*(one for one in pool if one not in taken), *born):
            heapq.heappush(ended, (float(streams.last_s[stream]), stream))
    return chain_of


def _pairs(old: Iterable[int], new: Iterable[int], strength: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pair streams of about the same strength, one to one."""
    pairs, left, right = [], sorted(old, key=lambda i: strength[i]), sorted(new, key=lambda i: strength[i])
    i = j = 0
    while i < len(left) and j < len(right):
        difference = strength[left[i]] - strength[right[j]]
        if abs(difference) <= _HANDOVER_DB:
            pairs.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif difference < 0:
            i += 1
        else:
            j += 1
    return pairs


def _chains(streams: _Streams, chain_of: NDArray[np.int64]) -> Iterable[Presence]:
    _, chain = np.unique(chain_of, return_inverse=True)
    count = int(chain.max()) + 1
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first, chain, streams.first_s)
    np.maximum.at(last, chain, streams.last_s)
    durations, near = np.bincount(chain, streams.duration_s), np.bincount(chain, streams.near_s)
    rows = zip(first.tolist(), last.tolist(), durations.tolist(), near.tolist(), strict=True)
    return (Presence(*row) for row in sorted(rows))


def most_at_once(met: Sequence[Presence], start_s: float, end_s: float) -> int:
    """Return the largest number of phones present at one moment of [start_s, end_s)."""
    steps = []
    for one in met:
        if one.start_s < end_s and one.end_s >= start_s:
            steps += [(max(one.start_s, start_s), 0, 1), (min(one.end_s, end_s), 1, -1)]
    most = now = 0
    for _, _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most
