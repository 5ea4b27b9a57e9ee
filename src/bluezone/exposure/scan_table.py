"""Hold scans of many encounters as flat arrays, which the evaluation computes on (`arrays`).

Encounter `i` owns the rows `offsets[i]:offsets[i + 1]`; an encounter without rows was never heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.windows import ATTENUATION_RANGE_DB, ScanInstance

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ScanTable:
    """Hold the scans: `at_s` (seconds, any epoch), `since_last_scan_s`, `typical_db`, `min_db`: float rows; `readings`:
    counts.

    Raises ExposureError where a row breaks what `ScanInstance` asks of a scan.
    """

    offsets: IntArray
    at_s: FloatArray
    since_last_scan_s: FloatArray
    typical_db: FloatArray
    min_db: FloatArray
    readings: FloatArray

    def __post_init__(self) -> None:
        rows = self.at_s.size
        columns = (self.since_last_scan_s, self.typical_db, self.min_db, self.readings)
        if any(column.shape != (rows,) for column in columns):
            raise ExposureError("scan table: its columns differ in length")
        ends = self.offsets[:1].tolist(), self.offsets[-1:].tolist()
        if ends != ([0], [rows]) or np.any(np.diff(self.offsets) < 0):
            raise ExposureError("scan table: its offsets do not cover its rows in order")
        low, high = ATTENUATION_RANGE_DB
        for name, column in (("typical", self.typical_db), ("minimum", self.min_db)):
            bad = ~((column >= low) & (column <= high))  # true for NaN too
            if bad.any():
                row = int(np.argmax(bad))
                raise ExposureError(
                    f"scan table, row {row}: {name} attenuation {column[row]} dB is outside {low:.0f}..{high:.0f}"
                )
        if not (np.isfinite(self.at_s).all() and np.isfinite(self.since_last_scan_s).all()):
            raise ExposureError("scan table: a time is not a number")
        if np.any(self.since_last_scan_s < 0) or not np.all(self.readings >= 1):
            raise ExposureError("scan table: a negative duration, or a scan without a reading")

    def __len__(self) -> int:
        return self.offsets.size - 1

    @property
    def counts(self) -> IntArray:
        """Return the number of rows of each encounter."""
        return np.diff(self.offsets)

    @property
    def heard(self) -> NDArray[np.bool_]:
        """Return whether each encounter has a scan at all."""
        return self.counts > 0

    def owner(self) -> IntArray:
        """Return the encounter of each row."""
        return np.repeat(np.arange(len(self)), self.counts)

    def shifted(self, shift_db: FloatArray) -> ScanTable:
        """Return the scans with `shift_db[i]` taken off every attenuation of encounter `i`, kept within the range."""
        rows = np.repeat(shift_db, self.counts)
        low, high = ATTENUATION_RANGE_DB
        return ScanTable(
            self.offsets,
            self.at_s,
            self.since_last_scan_s,
            np.clip(self.typical_db - rows, low, high),
            np.clip(self.min_db - rows, low, high),
            self.readings,
        )

    def subset(self, encounters: IntArray) -> ScanTable:
        """Return the scans of some encounters, in this order."""
        counts = self.counts[encounters]
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
        picked = np.repeat(self.offsets[:-1][encounters], counts) + within
        columns = (self.at_s, self.since_last_scan_s, self.typical_db, self.min_db, self.readings)
        return ScanTable(offsets, *(column[picked] for column in columns))

    def in_order(self) -> ScanTable:
        """Return the table with each encounter's scans in order of time, those of one moment in their order."""
        owner = self.owner()
        if not np.any((np.diff(self.at_s) < 0) & (np.diff(owner) == 0)):
            return self
        order = np.lexsort((self.at_s, owner))
        columns = (self.at_s, self.since_last_scan_s, self.typical_db, self.min_db, self.readings)
        return ScanTable(self.offsets, *(column[order] for column in columns))

    def scans(self, encounter: int) -> tuple[ScanInstance, ...]:
        """Return the scans of one encounter as objects."""
        rows = range(int(self.offsets[encounter]), int(self.offsets[encounter + 1]))
        return tuple(
            ScanInstance(
                float(self.at_s[row]),
                float(self.since_last_scan_s[row]),
                float(self.typical_db[row]),
                float(self.min_db[row]),
                int(self.readings[row]),
            )
            for row in rows
        )
