"""Judge by `immuni`, the rule of Italy's Immuni, a product of version 1 risk scores.

For each published key: the attenuation, averaged over the time of the meeting, scores 5 up to 73 dB and 0 above; the
duration scores 5 from more than 15 minutes on, 0 up to then; days and transmission risk score 1. From a product of 20
on the person is warned: so 73 dB on average for more than 15 minutes.
Source: settings served by get.immuni.gov.it on 22 June 2020, as archived in doug-leith/dublintram_gaen_dataset
(immuni_config_settings.txt); buckets of attenuation and duration as in Exposure Notifications version 1
(attenuation > 73, > 63, > 51, > 33, > 27, > 15, > 10, <= 10 dB; duration 0, <= 5, 10, 15, 20, 25, 30, > 30 minutes).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluezone.exposure.policies.base import DayRisk, RiskAssessment, evidence_of, windows_by_day, windows_by_encounter
from bluezone.exposure.policies.daily import require
from bluezone.exposure.windows import ExposureWindow

_ATTENUATION_EDGES_DB = (10, 15, 27, 33, 51, 63, 73)  # upper edges, inclusive, strongest first
_DURATION_EDGES_MINUTES = (0, 5, 10, 15, 20, 25, 30)


@dataclass(frozen=True, slots=True)
class EnV1RiskScore:
    """Multiply scores of attenuation and duration. `attenuation_scores`: from above 73 dB down to at most 10 dB;
    `duration_scores`: from 0 up to above 30 minutes."""

    name: str
    version: str
    source: str
    attenuation_scores: tuple[int, ...]
    duration_scores: tuple[int, ...]
    minimum_score: float

    def __post_init__(self) -> None:
        for what, scores in (("attenuation", self.attenuation_scores), ("duration", self.duration_scores)):
            require(len(scores) == 8, self.name, f"{len(scores)} {what} scores where 8 are meant")
            require(all(0 <= score <= 8 for score in scores), self.name, f"{what} scores {scores} outside 0..8")
        require(self.minimum_score > 0, self.name, f"minimum score {self.minimum_score}")

    @property
    def aligned(self) -> bool:
        return False

    @property
    def threshold(self) -> float:
        return self.minimum_score

    @property
    def unit(self) -> str:
        return "risk score of the worst meeting"

    def parameters(self) -> Mapping[str, object]:
        return {
            "attenuation_scores": list(self.attenuation_scores),
            "duration_scores": list(self.duration_scores),
            "minimum_score": self.minimum_score,
        }

    def meeting_score(self, windows: Sequence[ExposureWindow]) -> float:
        """Return the product for the windows of one key."""
        scans = [scan for window in windows for scan in window.scans]
        seconds = sum(scan.since_last_scan_s for scan in scans)
        if seconds == 0:
            return 0.0  # a single scan without a scan before it has no duration yet
        mean_db = sum(scan.typical_attenuation_db * scan.since_last_scan_s for scan in scans) / seconds
        attenuation = self.attenuation_scores[7 - bisect_left(_ATTENUATION_EDGES_DB, mean_db)]
        return attenuation * self.duration_scores[bisect_left(_DURATION_EDGES_MINUTES, seconds / 60)]

    def assess(self, windows: Sequence[ExposureWindow]) -> RiskAssessment:
        days = []
        for day_start_s, of_day in windows_by_day(windows):
            score = max(self.meeting_score(meeting) for meeting in windows_by_encounter(of_day))
            alert = score >= self.minimum_score
            days.append(DayRisk(day_start_s, score, alert, len(of_day), evidence_of(of_day) if alert else None))
        return RiskAssessment(self.name, self.version, self.threshold, tuple(days))

    def assess_each(self, encounters: Sequence[Sequence[ExposureWindow]]) -> list[RiskAssessment]:
        return [self.assess(windows) for windows in encounters]


IMMUNI = EnV1RiskScore(
    name="immuni",
    version="2020-06-22",
    source="get.immuni.gov.it, settings of 22 June 2020 (doug-leith/dublintram_gaen_dataset)",
    attenuation_scores=(0, 5, 5, 5, 5, 5, 5, 5),
    duration_scores=(0, 0, 0, 0, 5, 5, 5, 5),
    minimum_score=20,
)
