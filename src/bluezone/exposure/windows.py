"""Group readings of one sender's identifiers into exposure windows, as Exposure Notifications version 2 has them.

A window is at most 30 minutes of scans in which identifiers of *one* daily key were heard: they are one stream, though
the identifier changes every ten minutes or so. Each scan instance says how strong the sender was, and how long the
phone had not listened before: the weight in time of that instance.

Source of the shape: developers.google.com/android/exposure-notifications (ExposureWindow, ScanInstance).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bluezone.exposure.arithmetic import MAX_GAP_S, window_starts
from bluezone.exposure.errors import ExposureError
from bluezone.i18n import midnight_s
from bluezone.protocol.intervals import DAY_S
from bluezone.protocol.keys import ReportType

MAX_WINDOW_S = 1800.0

#: no radio link has less than -40 or more than 200 dB; what is outside is a broken row, not a near or a far phone
ATTENUATION_RANGE_DB = (-40.0, 200.0)


def day_start_s(unix_s: float, zone: dt.tzinfo) -> int:
    """Return the midnight at which a moment's day began in a zone. Keys are of UTC days by their cryptography; what is
    judged and said of a person is of the days by which that person lives."""
    return int(midnight_s(unix_s, zone))


def attenuation_db(tx_power_dbm: float, rssi_dbm: float, rx_correction_db: float = 0.0) -> float:
    """Return what was lost on the way: transmit power - (received strength + the receiver's correction)."""
    return tx_power_dbm - (rssi_dbm + rx_correction_db)


@dataclass(frozen=True, slots=True)
class ScanInstance:
    """Hold one scan of one's own phone in which the sender was heard at least once.

    `at_s`: start of the scan by one's own clock (Unix seconds). `since_last_scan_s`: seconds since the phone's scan
    before this one, whether or not that one heard this sender: the time this instance stands for.
    Attenuations in dB: `typical` over the scan's readings (the median), `min` of the strongest reading.
    Raises ExposureError on NaN, infinities, attenuations outside ATTENUATION_RANGE_DB and negative times.
    """

    at_s: float
    since_last_scan_s: float
    typical_attenuation_db: float
    min_attenuation_db: float
    readings: int = 1

    def __post_init__(self) -> None:
        low, high = ATTENUATION_RANGE_DB
        for name, value in (("typical", self.typical_attenuation_db), ("minimum", self.min_attenuation_db)):
            if not low <= value <= high:  # false for NaN too
                raise ExposureError(f"scan instance: {name} attenuation {value} dB is outside {low:.0f}..{high:.0f}")
        if not (math.isfinite(self.at_s) and self.at_s >= 0):
            raise ExposureError(f"scan instance: time {self.at_s} is not a moment after 1970")
        if not (math.isfinite(self.since_last_scan_s) and self.since_last_scan_s >= 0):
            raise ExposureError(f"scan instance: {self.since_last_scan_s} s since the last scan is not a duration")
        if not self.readings >= 1:  # true for NaN too
            raise ExposureError(f"scan instance: {self.readings} readings, at least one is meant")


@dataclass(frozen=True, slots=True)
class ExposureWindow:
    """Hold at most 30 minutes near one published key, and what was published with it. Scans out of order are put in
    order.

    `days_since_onset`: day of the key counted from the case's onset of symptoms, None where unknown.
    `encounter`: a number of one's own for the published key, so that the windows of one meeting can be judged together;
    it never leaves the phone and says nothing outside of one check.
    `receiver_os`, `sender_os`: "android" or "ios" where known ("" where not): the original app's rule depends on it.
    `zone`: by whose days it is counted.
    """

    scans: tuple[ScanInstance, ...]
    report_type: ReportType = ReportType.UNKNOWN
    days_since_onset: int | None = None
    transmission_risk: int = 0
    encounter: int = 0
    receiver_os: str = ""
    sender_os: str = ""
    zone: dt.tzinfo = dt.UTC

    def __post_init__(self) -> None:
        if not self.scans:
            raise ExposureError("exposure window: without a scan there is no exposure")
        if any(later.at_s < earlier.at_s for earlier, later in pairwise(self.scans)):
            object.__setattr__(self, "scans", tuple(sorted(self.scans, key=lambda scan: scan.at_s)))

    @property
    def start_s(self) -> float:
        """Return the start of the first scan (Unix seconds)."""
        return self.scans[0].at_s

    @property
    def day_start_s(self) -> int:
        """Return the midnight at which the window's day began (`day_start_s`)."""
        return day_start_s(self.start_s, self.zone)

    @property
    def duration_s(self) -> float:
        """Return the time its scans stand for."""
        return sum(scan.since_last_scan_s for scan in self.scans)


def group_scans(scans: Iterable[ScanInstance], zone: dt.tzinfo = dt.UTC) -> list[tuple[ScanInstance, ...]]:
    """Cut the scans of one stream, in any order, into windows: each ascending in time, none longer than MAX_WINDOW_S
    from its first scan to its last, none with a silence longer than MAX_GAP_S inside.

    A window also ends at midnight, that of the zone and of UTC: every window belongs to one day, and is of one key.
    """
    found = []
    for _, day in groupby(sorted(scans, key=lambda scan: scan.at_s), key=lambda scan: day_start_s(scan.at_s, zone)):
        ordered = list(day)
        starts = window_starts([scan.at_s for scan in ordered], 0, len(ordered), MAX_WINDOW_S, MAX_GAP_S, DAY_S)
        found += [tuple(ordered[start:stop]) for start, stop in pairwise([*starts, len(ordered)])]
    return found


def merged_scans(instances: Sequence[ScanInstance]) -> ScanInstance:
    """Return one instance of several of one scan (the sender changed its identifier, or a row stands twice): weighted
    by their readings, and the scan's time counts once."""
    if len(instances) == 1:
        return instances[0]
    readings = sum(instance.readings for instance in instances)
    return ScanInstance(
        at_s=instances[0].at_s,
        since_last_scan_s=instances[0].since_last_scan_s,
        typical_attenuation_db=sum(i.typical_attenuation_db * i.readings for i in instances) / readings,
        min_attenuation_db=min(instance.min_attenuation_db for instance in instances),
        readings=readings,
    )
