"""Hold the daily key of a phone, whatever scheme made it, and many published keys as columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import INTERVAL_S, INTERVALS_PER_DAY, MAX_INTERVAL, interval_start_s

KEY_BYTES = 16


class ReportType(IntEnum):
    """Name the diagnosis behind a published key. Values of TemporaryExposureKey.ReportType in the export format."""

    UNKNOWN = 0
    CONFIRMED_TEST = 1
    CONFIRMED_CLINICAL_DIAGNOSIS = 2
    SELF_REPORT = 3
    RECURSIVE = 4
    REVOKED = 5


@dataclass(frozen=True, slots=True)
class DailyKey:
    """Hold a key and the span [start_s, end_s) (Unix seconds) in which its identifiers are on the air."""

    key: bytes
    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_s < self.end_s:
            raise ProtocolError(f"daily key: start {self.start_s} is not before end {self.end_s}")


@dataclass(frozen=True, slots=True)
class TemporaryExposureKey:
    """Hold a TEK as it is published and exported. Times are interval numbers (ENIN).

    `days_since_onset` is the day of the key counted from the onset of symptoms (-14..14), None where unknown.
    """

    key: bytes
    rolling_start_interval: int
    rolling_period: int = INTERVALS_PER_DAY
    transmission_risk: int = 0
    report_type: ReportType = ReportType.UNKNOWN
    days_since_onset: int | None = None

    def __post_init__(self) -> None:
        if len(self.key) != 16:
            raise ProtocolError(f"temporary exposure key: {len(self.key)} bytes where 16 are meant")
        if not 1 <= self.rolling_period <= INTERVALS_PER_DAY:
            raise ProtocolError(f"temporary exposure key: rolling period {self.rolling_period} is outside 1..144")
        if not 0 <= self.rolling_start_interval <= MAX_INTERVAL - self.rolling_period:
            raise ProtocolError(
                f"temporary exposure key: rolling start {self.rolling_start_interval} is outside 0..2^32"
            )
        if not 0 <= self.transmission_risk <= 8:
            raise ProtocolError(f"temporary exposure key: transmission risk {self.transmission_risk} is outside 0..8")
        if self.days_since_onset is not None and not -14 <= self.days_since_onset <= 14:
            raise ProtocolError(f"temporary exposure key: {self.days_since_onset} days since onset is outside -14..14")

    @property
    def end_interval(self) -> int:
        """Return the first interval after the key's span."""
        return self.rolling_start_interval + self.rolling_period

    def daily(self) -> DailyKey:
        """Return the key with its span in seconds, for an `IdentifierScheme`."""
        return DailyKey(self.key, interval_start_s(self.rolling_start_interval), interval_start_s(self.end_interval))

    @classmethod
    def from_daily(cls, daily: DailyKey, **facts: int | ReportType | None) -> TemporaryExposureKey:
        """Make a TEK of a `DailyKey` whose span is whole intervals; `facts` are the other fields."""
        if daily.start_s % INTERVAL_S or daily.end_s % INTERVAL_S:
            raise ProtocolError("temporary exposure key: its span is not of whole ten-minute intervals")
        start = daily.start_s // INTERVAL_S
        return cls(daily.key, start, daily.end_s // INTERVAL_S - start, **facts)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """Hold n keys of 16 bytes, concatenated, and the intervals [start, start + period) in which each was on the air: a
    national day has a million, and an object for each costs more than to match it.

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
