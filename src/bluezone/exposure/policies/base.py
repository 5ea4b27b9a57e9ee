"""Define what every policy is: exposure windows in, days to warn of out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bluezone.exposure.windows import ExposureWindow


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold what a day's score is made of, enough to say why in plain words; no identifier, no minute of the day.

    `heard_s`: how long phones of cases were heard; `attenuation_db`: the typical attenuation of the meeting that
    counted most. Only from policies that give them: `probability` that somebody was within 2 m for 15 minutes, its
    `probability_range` (80 %), and `dose_minutes`: minutes at 2 m or nearer that the day amounts to.
    """

    heard_s: float
    attenuation_db: float
    probability: float | None = None
    probability_range: tuple[float, float] | None = None
    dose_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class DayRisk:
    """Hold one UTC day's share of an assessment. `score` is in the policy's own unit (minutes, say)."""

    day_start_s: int
    score: float
    alert: bool
    windows: int
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """Hold what a policy says of a set of windows. It names the policy that made it: an alert must be able to."""

    policy: str
    version: str
    threshold: float
    days: tuple[DayRisk, ...] = ()

    @property
    def alert(self) -> bool:
        """Return whether any day is one to warn of."""
        return any(day.alert for day in self.days)

    @property
    def score(self) -> float:
        """Return the highest day's score. Nothing heard scores 0 by every policy: no signal is no evidence."""
        return max((day.score for day in self.days), default=0.0)


class Policy(Protocol):
    """Decide when closeness and duration are enough to interrupt a life."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def threshold(self) -> float:
        """Return the score from which on a day is warned of."""

    @property
    def unit(self) -> str:
        """Return the unit of the score."""

    @property
    def source(self) -> str:
        """Return where its constants come from."""

    @property
    def aligned(self) -> bool:
        """Return whether its constants are meant for attenuations laid over the reference population
        (`calibration`)."""

    def parameters(self) -> Mapping[str, object]:
        """Return its constants by name, as JSON values: what a policy document carries and a report prints."""

    def assess(self, windows: Sequence[ExposureWindow]) -> RiskAssessment:
        """Judge all windows of one phone with all published keys. The order of the windows does not matter."""

    def assess_each(self, encounters: Sequence[Sequence[ExposureWindow]]) -> list[RiskAssessment]:
        """Judge several encounters, each for itself: as `assess` would one by one, but faster for some policies."""


def windows_by_day(windows: Sequence[ExposureWindow]) -> list[tuple[int, list[ExposureWindow]]]:
    """Return the windows of each UTC day, days ascending."""
    by_day: dict[int, list[ExposureWindow]] = defaultdict(list)
    for window in windows:
        by_day[window.day_start_s].append(window)
    return sorted(by_day.items())


def windows_by_encounter(windows: Sequence[ExposureWindow]) -> list[list[ExposureWindow]]:
    """Return the windows of each meeting (same published key, same day), each ascending in time."""
    groups: dict[tuple[int, int], list[ExposureWindow]] = defaultdict(list)
    for window in windows:
        groups[window.day_start_s, window.encounter].append(window)
    return [sorted(group, key=lambda window: window.start_s) for _, group in sorted(groups.items())]


def evidence_of(windows: Sequence[ExposureWindow]) -> Evidence:
    """Return what can be said of a day's windows whatever the policy: how long, and how strongly the nearest
    meeting's phone was received (mean over time of the typical attenuations)."""
    nearest = min(_mean_attenuation_db(group) for group in windows_by_encounter(windows))
    return Evidence(heard_s=sum(window.duration_s for window in windows), attenuation_db=nearest)


def _mean_attenuation_db(windows: Sequence[ExposureWindow]) -> float:
    scans = [scan for window in windows for scan in window.scans]
    seconds = [max(scan.since_last_scan_s, 1.0) for scan in scans]
    return sum(s * scan.typical_attenuation_db for s, scan in zip(seconds, scans, strict=True)) / sum(seconds)
