"""Say what a phone heard so that only who sent it can be found in it: the heard list of a patient who said yes.

Each entry is the first 8 bytes of SHA-256 over a fixed prefix and an identifier. A list has always 2,048 entries, the
nearest and longest first, the rest random, all in order of their value: size and order say nothing of how many were
met, when or in what order. Who holds a list can look for an identifier they already know, and for nothing else.

A reporter opens one day by the RPIK of that day (`exposure_notification`): the identifiers of that day follow from it,
neither those of another day nor the TEK, by which the metadata could be read and the key published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exposure_notification import RPI_BYTES, encipher_with, padded_intervals
from bluezone.protocol.fields import Message, size, within
from bluezone.protocol.intervals import INTERVALS_PER_DAY, MAX_INTERVAL
from bluezone.protocol.schemes import Entropy

LIST_ENTRIES, ENTRY_BYTES = 2_048, 8
LIST_BYTES = LIST_ENTRIES * ENTRY_BYTES
RPIK_BYTES = 16
_PREFIX = b"bluezone heard 1"

#: what stands in a list: heard for so long, at this attenuation or less
MIN_DURATION_S, MAX_ATTENUATION_DB = 300.0, 73.0


@dataclass(frozen=True, slots=True)
class Heard:
    """Describe an identifier that was heard for `duration_s` seconds at a median attenuation of `attenuation_db`."""

    identifier: bytes
    duration_s: float
    attenuation_db: float


def heard_entry(identifier: bytes) -> bytes:
    """Return the entry of an identifier (16 bytes). Raises ProtocolError for another length."""
    if len(identifier) != RPI_BYTES:
        raise ProtocolError(f"identifier: {len(identifier)} bytes where {RPI_BYTES} are meant")
    return hashlib.sha256(_PREFIX + identifier).digest()[:ENTRY_BYTES]


def heard_list(heard: Iterable[Heard], entropy: Entropy) -> bytes:
    """Return the list of what was heard: 2,048 entries of 8 bytes, concatenated in order of their value.

    What was heard too briefly or too weakly is left out. Of more than 2,048 the nearest stay, and of those as near the
    ones heard for longest; where there are fewer, random entries fill the list.
    """
    near = (one for one in heard if one.duration_s >= MIN_DURATION_S and one.attenuation_db <= MAX_ATTENUATION_DB)
    ordered = sorted(near, key=lambda one: (one.attenuation_db, -one.duration_s))
    entries = list(dict.fromkeys(heard_entry(one.identifier) for one in ordered))[:LIST_ENTRIES]
    while len(entries) < LIST_ENTRIES:
        entries.append(entropy(ENTRY_BYTES))
    return b"".join(sorted(entries))


def list_entries(data: bytes) -> Iterator[bytes]:
    """Return the entries of a list, one by one. Raises ProtocolError unless it has 2,048 of 8 bytes."""
    if len(data) != LIST_BYTES:
        raise ProtocolError(f"heard list: {len(data)} bytes where {LIST_BYTES} are meant")
    return (data[start : start + ENTRY_BYTES] for start in range(0, LIST_BYTES, ENTRY_BYTES))


@dataclass(frozen=True, slots=True)
class OpenedKey(Message):
    """Hold the RPIK of a key of one day, and the span of interval numbers in which its identifiers were sent. Raises
    ProtocolError for values that cannot be."""

    what = "opened key"
    rpik: Annotated[bytes, size(RPIK_BYTES)] = field(repr=False)
    rolling_start_interval: Annotated[int, "rollingStartNumber", within(0, MAX_INTERVAL)]
    rolling_period: Annotated[int, within(1, INTERVALS_PER_DAY)]

    def check(self) -> None:
        if self.end_interval > MAX_INTERVAL:
            raise ProtocolError(f"opened key: rolling start {self.rolling_start_interval} is outside 0..2^32")

    @property
    def end_interval(self) -> int:
        """Return the first interval after the key's span."""
        return self.rolling_start_interval + self.rolling_period

    def identifiers(self) -> list[bytes]:
        """Return the identifiers that the key's phone sent, in the order of time."""
        sent = encipher_with(self.rpik, padded_intervals(self.rolling_start_interval, self.rolling_period))
        return [sent[start : start + RPI_BYTES] for start in range(0, len(sent), RPI_BYTES)]

    def entries(self) -> list[bytes]:
        """Return the entries under which a heard list would name the key's phone."""
        return [heard_entry(identifier) for identifier in self.identifiers()]
