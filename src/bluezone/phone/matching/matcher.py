"""Match published keys against contacts: which sightings were which key's?

A key gives some hundred identifiers; a national day of cases gives a million keys; almost none of them was ever near.
So all is laid out to say no quickly: one cipher call makes all identifiers of a key, and their first four bytes, looked
up in a set, throw out nearly all of them; only then identifiers are compared whole and times are looked at. Where the
machine has the compiled code (`native.py`), that says which identifiers were heard.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bluezone.phone.matching.native import Heard, Native
from bluezone.phone.stores.contact_store import Sightings
from bluezone.protocol.intervals import INTERVAL_S, MAX_INTERVAL, interval_number, interval_start_s
from bluezone.protocol.keys import KEY_BYTES, DailyKey, KeyColumns
from bluezone.protocol.schemes import ExposureNotificationScheme, IdentifierScheme

#: clocks of two phones may differ by so much (Exposure Notification, Cryptography Specification v1.2.1)
TOLERANCE_S = 7_200.0

_PREFIX_BYTES = 4


@dataclass(frozen=True, slots=True)
class Matches:
    """Hold pairs of a key (its place in the input) and a sighting (its row of the contacts), ascending."""

    keys: list[int]
    sightings: list[int]

    def __len__(self) -> int:
        return len(self.keys)


class SightingIndex:
    """Hold contacts by identifier. Built once a check; some 250 bytes for each identifier and 10 for each sighting."""

    def __init__(self, sightings: Sightings) -> None:
        self._at_s = sightings.at_s
        self._rows: dict[bytes, list[int]] = {}
        for row, identifier in enumerate(sightings.identifiers):
            self._rows.setdefault(identifier, []).append(row)
        self._first_s = min(self._at_s, default=math.inf)
        self._last_s = max(self._at_s, default=-math.inf)
        self._laid_out: dict[Native, Heard] = {}

    @cached_property
    def identifiers(self) -> list[bytes]:
        """Return the identifiers, ascending, each once."""
        return sorted(self._rows)

    @cached_property
    def prefixes(self) -> frozenset[int]:
        """Return the first four bytes of each identifier as a number. Any order will do, so it is the machine's own."""
        return frozenset(array("I", b"".join([identifier[:_PREFIX_BYTES] for identifier in self._rows])))

    def laid_out(self, compiled: Native) -> Heard:
        """Return the identifiers as the compiled code reads them; laid out once."""
        if compiled not in self._laid_out:
            self._laid_out[compiled] = compiled.heard(self.identifiers)
        return self._laid_out[compiled]

    def may_hold(self, key: DailyKey, tolerance_s: float) -> bool:
        """Tell whether the contacts' time and the key's overlap at all."""
        return key.start_s - tolerance_s <= self._last_s and self._first_s <= key.end_s + tolerance_s

    def intervals(self, tolerance_s: float) -> tuple[int, int]:
        """Return the first and the last interval on whose air a key may have been heard; (1, 0) where nothing was."""
        if not self._at_s:
            return 1, 0
        ends = (self._first_s - tolerance_s, self._last_s + tolerance_s)
        first, last = (min(max(interval_number(end_s), 0), MAX_INTERVAL) for end_s in ends)
        return first, last

    def heard_between(self, identifier: bytes, from_s: float, until_s: float) -> list[int]:
        """Return the rows of an identifier heard in [from_s, until_s), ascending."""
        return [row for row in self._rows.get(identifier, ()) if from_s <= self._at_s[row] < until_s]


def match(
    scheme: IdentifierScheme, keys: Iterable[DailyKey], index: SightingIndex, tolerance_s: float = TOLERANCE_S
) -> Matches:
    """Return every sighting of every key, heard within `tolerance_s` of the time in which its identifier was to be
    sent.

    `keys` may be a generator of any length. Raises ProtocolError on a key that is not of the scheme.
    """
    numbers: list[int] = []
    sightings: list[int] = []
    for number, key in enumerate(keys):
        if index.may_hold(key, tolerance_s):
            of_key = sorted(_sightings_of(scheme, key, index, tolerance_s))
            numbers += [number] * len(of_key)
            sightings += of_key
    return Matches(numbers, sightings)


def heard_keys(
    scheme: IdentifierScheme,
    keys: KeyColumns,
    index: SightingIndex,
    compiled: Native | None,
    tolerance_s: float = TOLERANCE_S,
) -> list[int]:
    """Return the numbers of the keys of which `match` finds a sighting, ascending; by the compiled code where there is
    some and the scheme is that of Exposure Notification.

    A scheme whose keys have another length finds nothing: published keys are those of Exposure Notification.
    """
    if scheme.key_bytes != KEY_BYTES:
        return []
    if compiled is None or not isinstance(scheme, ExposureNotificationScheme):
        return list(dict.fromkeys(match(scheme, keys, index, tolerance_s).keys))
    return list(dict.fromkeys(_heard_by(compiled, keys, index, tolerance_s)))


def _sightings_of(scheme: IdentifierScheme, key: DailyKey, index: SightingIndex, tolerance_s: float) -> Iterator[int]:
    block, width = scheme.identifiers(key), scheme.identifier_bytes
    prefixes = array("I", block)[:: width // _PREFIX_BYTES]
    if index.prefixes.isdisjoint(prefixes):
        return
    starts_s = [*scheme.slots(key), key.end_s]
    for slot, prefix in enumerate(prefixes):
        if prefix in index.prefixes:
            identifier = block[slot * width : (slot + 1) * width]
            yield from index.heard_between(identifier, starts_s[slot] - tolerance_s, starts_s[slot + 1] + tolerance_s)


def _heard_by(compiled: Native, keys: KeyColumns, index: SightingIndex, tolerance_s: float) -> Iterator[int]:
    """Yield the number of a key for each of its identifiers that was heard in time."""
    for number, slot, place in compiled.matches(keys, index.laid_out(compiled), *index.intervals(tolerance_s)):
        start_s = interval_start_s(keys.starts[number] + slot)
        if index.heard_between(index.identifiers[place], start_s - tolerance_s, start_s + INTERVAL_S + tolerance_s):
            yield number
