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

from bluezone.exposure.policies.daily import DailyPolicy, require
from bluezone.exposure.policies.infectiousness import Infectiousness, infectiousness
from bluezone.exposure.windows import ExposureWindow
from bluezone.protocol.keys import ReportType

_REPORT_OFFSET = {
    ReportType.RECURSIVE: 0,
    ReportType.SELF_REPORT: 2,
    ReportType.CONFIRMED_CLINICAL_DIAGNOSIS: 4,
    ReportType.CONFIRMED_TEST: 6,
    ReportType.UNKNOWN: 6,  # report-type-when-missing: 1, a confirmed test
}


def transmission_risk_level(window: ExposureWindow) -> int:
    """Return 1..8: what the key says of itself, or report type and infectiousness as the app encodes them; 0 for a
    revoked one.

    Where the onset is not known the day counts as one of standard infectiousness, as in the app.
    """
    if window.transmission_risk:
        return window.transmission_risk
    if window.report_type is ReportType.REVOKED:
        return 0
    high = infectiousness(window.days_since_onset) is Infectiousness.HIGH
    return _REPORT_OFFSET[window.report_type] + (2 if high else 1)


@dataclass(frozen=True, slots=True)
class CoronaWarnApp(DailyPolicy):
    """Hold parameters named as in the app's configuration. All ranges include their lower end and exclude their
    upper."""

    edges_db: tuple[float, ...]
    weights: tuple[float, ...]
    drop_below_minutes: float
    drop_levels_to: int
    level_multiplier: float
    high_from: float

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

    def weight(self, attenuation_db: float) -> float:
        """Return the weight of a second at this minimum attenuation."""
        for edge, weight in zip(self.edges_db, self.weights, strict=True):
            if attenuation_db < edge:
                return weight
        return 0.0

    def normalized_minutes(self, window: ExposureWindow) -> float:
        """Return what one window adds to its day."""
        near_s = sum(s.since_last_scan_s for s in window.scans if s.min_attenuation_db < self.edges_db[-1])
        level = transmission_risk_level(window)
        if near_s / 60 < self.drop_below_minutes or level <= self.drop_levels_to:
            return 0.0
        weighted_s = sum(self.weight(scan.min_attenuation_db) * scan.since_last_scan_s for scan in window.scans)
        return weighted_s / 60 * (level * self.level_multiplier)

    def window_scores(self, windows: Sequence[ExposureWindow]) -> list[float]:
        return [self.normalized_minutes(window) for window in windows]


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
