"""Match published keys against contacts: which sightings were which key's?

A key gives some hundred identifiers; a national day of cases gives a million keys; almost none of them was ever near.
So all is laid out to say no quickly: one cipher call makes all identifiers of a key, a table of bits throws out 99 of
100 by their first bytes, a binary search in the sorted contacts most of the rest, and only then bytes are compared and
times are looked at. Keys are taken in chunks, so a million of them need no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bluezone.phone.stores.contact_store import Sightings
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import IdentifierScheme

#: clocks of two phones may differ by so much (Exposure Notification, Cryptography Specification v1.2.1)
TOLERANCE_S = 7_200.0

CHUNK_KEYS = 1_024

_PREFIX_BYTES = 8
_TABLE_PREFIX_BYTES = 4
_SPREAD = 64  # entries of the bit table for each identifier: so few of the others pass


@dataclass(frozen=True, slots=True)
class Matches:
    """Hold pairs of a key (its place in the input) and a sighting (its row of the contacts), ascending by key."""

    keys: NDArray[np.int64]
    sightings: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.keys)


class SightingIndex:
    """Sort contacts by identifier. Built once a check; about 60 bytes a sighting."""

    def __init__(self, sightings: Sightings) -> None:
        self.at_s = sightings.at_s
        prefixes = _prefixes(sightings.identifiers)
        self._order = np.argsort(prefixes, kind="stable")
        self._prefixes = prefixes[self._order]
        self._identifiers = sightings.identifiers[self._order]
        self._first_s = float(self.at_s.min(initial=np.inf))
        self._last_s = float(self.at_s.max(initial=-np.inf))
        bits = max(16, min(24, int(np.ceil(np.log2(max(len(sightings), 1) * _SPREAD)))))
        self._shift = 8 * _TABLE_PREFIX_BYTES - bits
        self._table = np.zeros(1 << bits, dtype=np.bool_)
        self._table[_table_prefixes(sightings.identifiers) >> self._shift] = True

    def may_hold(self, key: DailyKey, tolerance_s: float) -> bool:
        """Tell whether the contacts' time and the key's overlap at all."""
        return bool(key.start_s - tolerance_s <= self._last_s and self._first_s <= key.end_s + tolerance_s)

    def find(self, identifiers: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return rows of `identifiers` (m, width) that were heard, each with the row of the contacts: pairs."""
        rows = np.flatnonzero(self._table[_table_prefixes(identifiers) >> self._shift])
        candidates = _prefixes(identifiers[rows])
        first = np.searchsorted(self._prefixes, candidates, side="left")
        counts = np.searchsorted(self._prefixes, candidates, side="right") - first
        # Each candidate may have been heard in several scans: `counts` rows from `first` on.
        total = int(counts.sum())
        places = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(total)
        rows = np.repeat(rows, counts)
        same = (self._identifiers[places] == identifiers[rows]).all(axis=1)
        return rows[same], self._order[places[same]]


def match(
    scheme: IdentifierScheme,
    keys: Iterable[DailyKey],
    index: SightingIndex,
    tolerance_s: float = TOLERANCE_S,
    chunk_keys: int = CHUNK_KEYS,
) -> Matches:
    """Return every sighting of every key, heard within `tolerance_s` of the time in which its identifier was to be
    sent.

    `keys` may be a generator of any length. Raises ProtocolError on a key that is not of the scheme.
    """
    found = [pairs for chunk in _chunks(keys, chunk_keys) for pairs in _match_chunk(scheme, chunk, index, tolerance_s)]
    if not found:
        return Matches(np.empty(0, np.int64), np.empty(0, np.int64))
    return Matches(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _chunks(keys: Iterable[DailyKey], size: int) -> Iterator[list[tuple[int, DailyKey]]]:
    numbered = enumerate(keys)
    while chunk := list(islice(numbered, size)):
        yield chunk


def _match_chunk(
    scheme: IdentifierScheme, chunk: list[tuple[int, DailyKey]], index: SightingIndex, tolerance_s: float
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    chunk = [(number, key) for number, key in chunk if index.may_hold(key, tolerance_s)]
    blocks = [scheme.identifiers(key) for _, key in chunk]
    if not blocks:
        return
    width = scheme.identifier_bytes
    rows, sightings = index.find(np.frombuffer(b"".join(blocks), np.uint8).reshape(-1, width))
    if not len(rows):
        return
    ends = np.cumsum([len(block) // width for block in blocks])
    places = np.searchsorted(ends, rows, side="right")
    for place in np.unique(places):
        number, key = chunk[place]
        of_key = places == place
        slots = rows[of_key] - (ends[place - 1] if place else 0)
        starts = np.array([*scheme.slots(key), key.end_s])
        at_s = index.at_s[sightings[of_key]]
        in_time = (at_s >= starts[slots] - tolerance_s) & (at_s < starts[slots + 1] + tolerance_s)
        heard = np.sort(sightings[of_key][in_time])
        yield np.full(len(heard), number, np.int64), heard


def _prefixes(identifiers: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the first 8 bytes of each identifier as a number. Any order will do, so it is the machine's own."""
    return np.ascontiguousarray(identifiers[:, :_PREFIX_BYTES]).view(np.uint64).reshape(-1)


def _table_prefixes(identifiers: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the first 4 bytes of each identifier as a number, read in place."""
    words = identifiers.view(np.uint32)
    return words[:, 0]
