"""Judge by `immuni`, the rule of Italy's Immuni, a product of version 1 risk scores.

For each published key: the attenuation, averaged over the time of the meeting, scores 5 up to 73 dB and 0 above; the
duration scores 5 from more than 15 minutes on, 0 up to then; days and transmission risk score 1. From a product of 20
on the person is warned: so 73 dB on average for more than 15 minutes.
Source: settings served by get.immuni.gov.it on 22 June 2020, as archived in doug-leith/dublintram_gaen_dataset
(immuni_config_settings.txt); buckets of attenuation and duration as in Exposure Notifications version 1
(attenuation > 73, > 63, > 51, > 33, > 27, > 15, > 10, <= 10 dB; duration 0, <= 5, 10, 15, 20, 25, 30, > 30 minutes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bluezone.exposure.arithmetic import (
    Day,
    Scans,
    Windows,
    day_without_probability,
    nearest_db,
    sender_end,
    total,
)
from bluezone.exposure.policies.base import Policy, require

_ATTENUATION_EDGES_DB = (10.0, 15.0, 27.0, 33.0, 51.0, 63.0, 73.0)  # upper edges, inclusive, strongest first
_DURATION_EDGES_MINUTES = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0)


class Numbers(NamedTuple):
    """Hold the policy's parameters for its plain functions."""

    attenuation_scores: Sequence[float]
    duration_scores: Sequence[float]
    minimum_score: float


def edges_below(value: float, edges: Sequence[float]) -> int:
    """Return how many edges a value exceeds."""
    exceeded = 0
    for edge in edges:
        if edge < value:
            exceeded += 1
    return exceeded


def meeting_score(scans: Scans, start: int, stop: int, numbers: Numbers) -> float:
    """Return the product for the scans of one key on one day."""
    summed, seconds = 0.0, 0.0
    for row in range(start, stop):
        summed += scans.typical_db[row] * scans.since_last_scan_s[row]
        seconds += scans.since_last_scan_s[row]
    if seconds == 0:
        return 0.0  # a single scan without a scan before it has no duration yet
    attenuation = numbers.attenuation_scores[7 - edges_below(summed / seconds, _ATTENUATION_EDGES_DB)]
    return attenuation * numbers.duration_scores[edges_below(seconds / 60, _DURATION_EDGES_MINUTES)]


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day by the meeting with the highest score."""
    heard_s = total(scans.since_last_scan_s, windows.bounds[first], windows.bounds[last])
    nearest = nearest_db(scans, windows, first, last)
    score = 0.0
    while first < last:
        end = sender_end(windows, first, last)
        score = max(score, meeting_score(scans, windows.bounds[first], windows.bounds[end], numbers))
        first = end
    return day_without_probability(score, numbers.minimum_score, heard_s, nearest)


@dataclass(frozen=True, slots=True)
class EnV1RiskScore(Policy):
    """Multiply scores of attenuation and duration. `attenuation_scores`: from above 73 dB down to at most 10 dB;
    `duration_scores`: from 0 up to above 30 minutes."""

    attenuation_scores: tuple[int, ...]
    duration_scores: tuple[int, ...]
    minimum_score: float

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        for what, scores in (("attenuation", self.attenuation_scores), ("duration", self.duration_scores)):
            require(len(scores) == 8, self.name, f"{len(scores)} {what} scores where 8 are meant")
            require(all(0 <= score <= 8 for score in scores), self.name, f"{what} scores {scores} outside 0..8")
        require(self.minimum_score > 0, self.name, f"minimum score {self.minimum_score}")

    @property
    def threshold(self) -> float:
        return self.minimum_score

    @property
    def unit(self) -> str:
        return "risk score of the worst meeting"

    def numbers(self) -> Numbers:
        return Numbers(
            tuple(map(float, self.attenuation_scores)), tuple(map(float, self.duration_scores)), self.minimum_score
        )


IMMUNI = EnV1RiskScore(
    name="immuni",
    version="2020-06-22",
    source="get.immuni.gov.it, settings of 22 June 2020 (doug-leith/dublintram_gaen_dataset)",
    attenuation_scores=(0, 5, 5, 5, 5, 5, 5, 5),
    duration_scores=(0, 0, 0, 0, 5, 5, 5, 5),
    minimum_score=20,
)
