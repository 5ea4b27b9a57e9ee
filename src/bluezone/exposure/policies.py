"""Exposure windows -> alert or not, by a policy that has a name, a version and its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.windows import ExposureWindow


@dataclass(frozen=True, slots=True)
class DayRisk:
    """One UTC day's share of an assessment. `score` is in the policy's own unit (minutes, say)."""

    day_start_s: int
    score: float
    alert: bool
    windows: int


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """What a policy says of a set of windows. It names the policy that made it: an alert must be able to."""

    policy: str
    version: str
    threshold: float
    days: tuple[DayRisk, ...] = ()

    @property
    def alert(self) -> bool:
        """True where any day is one to warn of."""
        return any(day.alert for day in self.days)

    @property
    def score(self) -> float:
        """The highest day's score."""
        return max((day.score for day in self.days), default=0.0)


class Policy(Protocol):
    """Says when closeness and duration are enough to interrupt a life."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def assess(self, windows: Sequence[ExposureWindow]) -> RiskAssessment:
        """Judge all windows of one phone with all published keys. The order of the windows does not matter."""


@dataclass(frozen=True, slots=True)
class AttenuationBuckets:
    """Weighted minutes in attenuation buckets, summed over each UTC day, against a threshold.

    `edges_db`: upper edges of the buckets, ascending, an attenuation on an edge belongs to the lower bucket; what is
    above the last edge counts nothing. `weights`: one for each bucket.
    The typical attenuation of a scan decides, its seconds since the last scan count.
    """

    name: str
    version: str
    edges_db: tuple[float, ...]
    weights: tuple[float, ...]
    threshold_minutes: float

    def __post_init__(self) -> None:
        if len(self.edges_db) != len(self.weights) or not self.edges_db:
            raise ExposureError(f"policy {self.name}: {len(self.edges_db)} edges and {len(self.weights)} weights")
        if list(self.edges_db) != sorted(set(self.edges_db)):
            raise ExposureError(f"policy {self.name}: edges {self.edges_db} do not ascend")
        if min(self.weights) < 0 or not self.threshold_minutes > 0:
            raise ExposureError(f"policy {self.name}: a negative weight, or a threshold that alerts everyone")

    def weight(self, attenuation_db: float) -> float:
        """The weight of a second at this attenuation."""
        for edge, weight in zip(self.edges_db, self.weights, strict=True):
            if attenuation_db <= edge:
                return weight
        return 0.0

    def weighted_minutes(self, window: ExposureWindow) -> float:
        """The window's contribution to its day."""
        return sum(self.weight(scan.typical_attenuation_db) * scan.since_last_scan_s for scan in window.scans) / 60

    def assess(self, windows: Sequence[ExposureWindow]) -> RiskAssessment:
        by_day: dict[int, list[float]] = defaultdict(list)
        for window in windows:
            by_day[window.day_start_s].append(self.weighted_minutes(window))
        days = []
        for day, minutes in sorted(by_day.items()):
            score = sum(sorted(minutes))  # sorted: the same windows in another order give the same sum to the last bit
            days.append(DayRisk(day, score, score >= self.threshold_minutes, len(minutes)))
        return RiskAssessment(self.name, self.version, self.threshold_minutes, tuple(days))


#: The first policy most health authorities took with version 1 of Exposure Notifications (2020): full minutes up to
#: 55 dB, half minutes up to 63 dB, alert from 15 minutes a day on. Source: the 15 minutes are those of ECDC's and
#: CDC's definition of a close contact in 2020; edges 55/63 and weights 1/0.5 are SwissCovid's and Corona-Warn-App's of
#: autumn 2020.
EN_V1_BUCKETS = AttenuationBuckets("en-v1-buckets", "1", (55.0, 63.0), (1.0, 0.5), 15.0)

POLICIES: dict[str, Policy] = {policy.name: policy for policy in (EN_V1_BUCKETS,)}


def policy_named(name: str) -> Policy:
    """The policy of that name. Raises ExposureError where there is none."""
    try:
        return POLICIES[name]
    except KeyError:
        raise ExposureError(f"policy {name!r} is not known; there are {', '.join(sorted(POLICIES))}") from None
