"""Judge by `en-v1-buckets`, `swisscovid`, `swisscovid-50-55`: weighted minutes in attenuation buckets.

What most health authorities did with version 1 of Exposure Notifications (2020): the framework reported minutes in
three buckets of attenuation, the app weighted and added them, and 15 in a day were enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bluezone.exposure.arithmetic import (
    Day,
    Scans,
    Windows,
    nearest_db,
    ordered_total,
    total,
)
from bluezone.exposure.policies.base import Policy, require


class Numbers(NamedTuple):
    """Hold the policy's parameters for its plain functions."""

    edges_db: Sequence[float]
    weights: Sequence[float]
    threshold_minutes: float


def bucket_weight(attenuation_db: float, numbers: Numbers) -> float:
    """Return the weight of a second at this attenuation."""
    for bucket in range(len(numbers.edges_db)):
        if attenuation_db <= numbers.edges_db[bucket]:
            return numbers.weights[bucket]
    return 0.0


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day: add the weighted minutes of its windows."""
    minutes: list[float] = []
    for window in range(first, last):
        weighted_s = 0.0
        for row in range(windows.bounds[window], windows.bounds[window + 1]):
            weighted_s += bucket_weight(scans.typical_db[row], numbers) * scans.since_last_scan_s[row]
        minutes.append(weighted_s / 60)
    heard_s = total(scans.since_last_scan_s, windows.bounds[first], windows.bounds[last])
    nearest = nearest_db(scans, windows, first, last)
    score = ordered_total(minutes)
    return Day(score, score / numbers.threshold_minutes, heard_s, nearest, math.nan, score)


@dataclass(frozen=True, slots=True)
class AttenuationBuckets(Policy):
    """Sum weighted minutes in attenuation buckets, summed over each UTC day, against a threshold.

    `edges_db`: upper edges of the buckets, ascending, an attenuation on an edge belongs to the lower bucket; what is
    above the last edge counts nothing. `weights`: one for each bucket.
    The typical attenuation of a scan decides, its seconds since the last scan count.
    """

    edges_db: tuple[float, ...]
    weights: tuple[float, ...]
    threshold_minutes: float

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        edges, weights = self.edges_db, self.weights
        require(0 < len(edges) == len(weights), self.name, f"{len(edges)} edges and {len(weights)} weights")
        require(all(low < high for low, high in pairwise(edges)), self.name, f"edges {edges} do not ascend")
        require(all(0 <= weight < float("inf") for weight in weights), self.name, f"weights {weights}")
        require(0 < self.threshold_minutes < float("inf"), self.name, f"threshold of {self.threshold_minutes} minutes")

    @property
    def threshold(self) -> float:
        return self.threshold_minutes

    @property
    def unit(self) -> str:
        return "weighted minutes a day"

    def numbers(self) -> Numbers:
        return Numbers(self.edges_db, self.weights, self.threshold_minutes)


EN_V1_BUCKETS = AttenuationBuckets(
    name="en-v1-buckets",
    version="1",
    source="15 minutes: ECDC's and CDC's close contact of 2020; edges 55/63 and weights 1/0.5: Corona-Warn-App's "
    "configuration of July 2020 (attenuation_duration) and SwissCovid's of autumn 2020",
    edges_db=(55.0, 63.0),
    weights=(1.0, 0.5),
    threshold_minutes=15.0,
)

SWISSCOVID_50_55 = AttenuationBuckets(
    name="swisscovid-50-55",
    version="2020-06",
    source="DP-3T/dp3t-sdk-ios, DP3TParameters (lower 50, higher 55, factors 1 and 0.5, trigger 15), at the start",
    edges_db=(50.0, 55.0),
    weights=(1.0, 0.5),
    threshold_minutes=15.0,
)

SWISSCOVID = AttenuationBuckets(
    name="swisscovid",
    version="2020-09",
    source="SwissCovid/swisscovid-config-backend, GAENSDKConfig (lower 55, higher 63, factors 1 and 0.5, trigger 15); "
    "DP-3T/dp3t-sdk-android, EXPOSURE_NOTIFICATION_API_USAGE.md for the rule, day by day",
    edges_db=(55.0, 63.0),
    weights=(1.0, 0.5),
    threshold_minutes=15.0,
)
