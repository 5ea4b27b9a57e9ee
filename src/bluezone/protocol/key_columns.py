"""Hold many published keys as columns: a national day has a million of them, and an object for each costs more than to
match it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import INTERVAL_S, INTERVALS_PER_DAY, MAX_INTERVAL, interval_start_s
from bluezone.protocol.keys import DailyKey

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """Hold n keys of 16 bytes, concatenated, and the intervals [start, start + period) in which each was on the air.

    Raises ProtocolError where the columns are of different lengths or a span cannot be.
    """

    keys: bytes
    starts: array[int]
    periods: array[int]

    def __post_init__(self) -> None:
        if not len(self.keys) == KEY_BYTES * len(self.starts) == KEY_BYTES * len(self.periods):
            raise ProtocolError(
                f"keys: {len(self.keys)} bytes, {len(self.starts)} starts and {len(self.periods)} periods do not match"
            )
        if not self.starts:
            return
        if not 1 <= min(self.periods) <= max(self.periods) <= INTERVALS_PER_DAY:
            raise ProtocolError("keys: a rolling period is outside 1..144")
        if max(self.starts) > MAX_INTERVAL - INTERVALS_PER_DAY and any(
            start > MAX_INTERVAL - period for start, period in zip(self.starts, self.periods, strict=True)
        ):
            raise ProtocolError("keys: a rolling start is outside 0..2^32")

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[DailyKey]:
        return map(self.daily, range(len(self)))

    def daily(self, number: int) -> DailyKey:
        """Return key `number` with its span in seconds."""
        start = self.starts[number]
        key = self.keys[KEY_BYTES * number : KEY_BYTES * (number + 1)]
        return DailyKey(key, interval_start_s(start), interval_start_s(start + self.periods[number]))

    @classmethod
    def of(cls, keys: Iterable[DailyKey]) -> KeyColumns:
        """Lay keys out as columns. Raises ProtocolError on one that has not 16 bytes or no whole ten-minute
        intervals."""
        every = list(keys)
        if any(len(key.key) != KEY_BYTES or key.start_s % INTERVAL_S or key.end_s % INTERVAL_S for key in every):
            raise ProtocolError("keys: one is not of 16 bytes and whole ten-minute intervals")
        return cls(
            b"".join(key.key for key in every),
            array("I", (key.start_s // INTERVAL_S for key in every)),
            array("I", ((key.end_s - key.start_s) // INTERVAL_S for key in every)),
        )
