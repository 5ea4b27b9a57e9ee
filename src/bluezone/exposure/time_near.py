"""Estimate how much of the time in which a phone was heard it was within two metres.

A scan's attenuation says how far its sender was only to within a factor of two: antennas, pockets and bodies add or
spare several decibels. So each scan counts for the probability that it came from within 2 m, and the sum gets the range
that it has if all attenuations are off the same way, as they are where a phone lies in a bag for an hour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from bluezone.exposure.windows import ExposureWindow

#: middle attenuation at 2 m: between 54.9 dB of the recordings that `bluezone` was fitted to and 59.3 dB of the model
#: of simulated towns
_NEAR_DB = 57.0
#: standard deviation of one scan, and of what all scans of a meeting share; of the latter 80 % lie within 1.28
_SCAN_SD_DB, _SHARED_SD_DB, _RANGE_SD = 4.0, 7.0, 1.2816


def minutes_near(windows: Iterable[ExposureWindow]) -> tuple[float, float, float]:
    """Return the minutes within 2 m, and the ends of their 80 % range."""
    off_db, near = _RANGE_SD * _SHARED_SD_DB, [0.0, 0.0, 0.0]
    for window in windows:
        for scan in window.scans:
            for place, shift_db in enumerate((0.0, -off_db, off_db)):
                z = (_NEAR_DB + shift_db - scan.typical_attenuation_db) / _SCAN_SD_DB
                near[place] += 0.5 * math.erfc(-z / math.sqrt(2)) * scan.since_last_scan_s / 60
    return near[0], near[1], near[2]
