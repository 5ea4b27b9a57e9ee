"""Judge by `cwa-2023`, the rule of Germany's Corona-Warn-App on exposure windows.

For each window: drop it if it has less than 5 minutes below 79 dB; weigh its seconds by the minimum attenuation of each
scan (below 63 dB 0.8, below 73 dB 1, below 79 dB 0.1); multiply by the transmission risk level x 0.2; levels 1 and 2
are dropped. The windows of a day add up, and from 13 on the risk is high.
Source: corona-warn-app/cwa-server, services/distribution/.../main-config/v2/risk-calculation-parameters.yaml;
the order of the steps as in corona-warn-app/cwa-app-android, DefaultRiskLevels. The file beside it for apps from 1.15
on (risk-calculation-parameters-1.15.yaml) has no filters, no multiplier and warns from 9: not this policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bluezone.exposure.arithmetic import (
    Day,
    Scans,
    Windows,
    day_without_probability,
    nearest_db,
    ordered_total,
    total,
)
from bluezone.exposure.policies.base import Infectiousness, KeyFacts, Policy, infectiousness, require
from bluezone.protocol.keys import ReportType

_REPORT_OFFSET = {
    ReportType.RECURSIVE: 0,
    ReportType.SELF_REPORT: 2,
    ReportType.CONFIRMED_CLINICAL_DIAGNOSIS: 4,
    ReportType.CONFIRMED_TEST: 6,
    ReportType.UNKNOWN: 6,  # report-type-when-missing: 1, a confirmed test
}


def transmission_risk_level(key: KeyFacts) -> int:
    """Return 1..8: what the key says of itself, or report type and infectiousness as the app encodes them; 0 for a
    revoked one.

    Where the onset is not known the day counts as one of standard infectiousness, as in the app.
    """
    if key.transmission_risk:
        return key.transmission_risk
    if key.report_type is ReportType.REVOKED:
        return 0
    high = infectiousness(key.days_since_onset) is Infectiousness.HIGH
    return _REPORT_OFFSET[key.report_type] + (2 if high else 1)


class Numbers(NamedTuple):
    """Hold the policy's parameters for its plain functions."""

    edges_db: Sequence[float]
    weights: Sequence[float]
    drop_below_minutes: float
    drop_levels_to: float
    level_multiplier: float
    high_from: float


def band_weight(attenuation_db: float, numbers: Numbers) -> float:
    """Return the weight of a second at this minimum attenuation."""
    for band in range(len(numbers.edges_db)):
        if attenuation_db < numbers.edges_db[band]:
            return numbers.weights[band]
    return 0.0


def normalized_minutes(scans: Scans, start: int, stop: int, level: float, numbers: Numbers) -> float:
    """Return what a window of these scans adds to its day. `level`: the key's transmission risk level."""
    near_s, weighted_s = 0.0, 0.0
    for row in range(start, stop):
        if scans.min_db[row] < numbers.edges_db[-1]:
            near_s += scans.since_last_scan_s[row]
        weighted_s += band_weight(scans.min_db[row], numbers) * scans.since_last_scan_s[row]
    if near_s / 60 < numbers.drop_below_minutes or level <= numbers.drop_levels_to:
        return 0.0
    return weighted_s / 60 * (level * numbers.level_multiplier)


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day: add the normalised minutes of its windows. `Windows.factor`: the transmission risk level."""
    bounds = windows.bounds
    minutes = [
        normalized_minutes(scans, bounds[window], bounds[window + 1], windows.factor[window], numbers)
        for window in range(first, last)
    ]
    heard_s = total(scans.since_last_scan_s, bounds[first], bounds[last])
    nearest = nearest_db(scans, windows, first, last)
    return day_without_probability(ordered_total(minutes), numbers.high_from, heard_s, nearest)


@dataclass(frozen=True, slots=True)
class CoronaWarnApp(Policy):
    """Hold parameters named as in the app's configuration. All ranges include their lower end and exclude their
    upper."""

    edges_db: tuple[float, ...]
    weights: tuple[float, ...]
    drop_below_minutes: float
    drop_levels_to: int
    level_multiplier: float
    high_from: float

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        edges = self.edges_db
        require(0 < len(edges) == len(self.weights), self.name, f"{len(edges)} edges and {len(self.weights)} weights")
        require(all(low < high for low, high in pairwise(edges)), self.name, f"edges {edges} do not ascend")
        require(all(0 <= weight < float("inf") for weight in self.weights), self.name, f"weights {self.weights}")
        require(0 < self.high_from < float("inf"), self.name, f"high from {self.high_from}")
        require(0 < self.level_multiplier < float("inf"), self.name, f"level multiplier {self.level_multiplier}")

    @property
    def threshold(self) -> float:
        return self.high_from

    @property
    def unit(self) -> str:
        return "normalised minutes a day"

    def numbers(self) -> Numbers:
        return Numbers(
            edges_db=self.edges_db,
            weights=self.weights,
            drop_below_minutes=self.drop_below_minutes,
            drop_levels_to=float(self.drop_levels_to),
            level_multiplier=self.level_multiplier,
            high_from=self.high_from,
        )

    def factor(self, key: KeyFacts) -> float:
        return float(transmission_risk_level(key))


CWA_2023 = CoronaWarnApp(
    name="cwa-2023",
    version="1",
    source="corona-warn-app/cwa-server, main-config/v2/risk-calculation-parameters.yaml",
    edges_db=(63.0, 73.0, 79.0),
    weights=(0.8, 1.0, 0.1),
    drop_below_minutes=5.0,
    drop_levels_to=2,
    level_multiplier=0.2,
    high_from=13.0,
)
