"""Return what the default policy was measured to miss and to warn of in vain, for code that needs the two numbers.

Simulations, rehearsals and pages ask here rather than copy figures out of a document. The table
`data/operating-point-1.json` is written by tools/exposure_report.py, which has the recordings; this needs none of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """Hold the shares of one set of real encounters, with everything (coefficients, threshold) fitted on another set
    alone.

    `missed_share`: of the encounters within 2 m for at least 15 minutes those not warned of; `false_alarm_share`: of
    the others those warned of; each with its 95 % interval over whole sessions.
    """

    measured_on: str
    fitted_on: str
    encounters: int
    close: int
    sessions: int
    missed_share: float
    missed_interval: Interval
    false_alarm_share: float
    false_alarm_interval: Interval


@dataclass(frozen=True, slots=True)
class OperatingPoints:
    """Hold the points of one version of a policy. `source` says how they were measured."""

    policy: str
    version: str
    source: str
    points: tuple[MeasuredPoint, ...]

    @property
    def missed_share(self) -> float:
        """Return the mean over the sets, each counting the same: they are campaigns, not samples of one population."""
        return sum(point.missed_share for point in self.points) / len(self.points)

    @property
    def false_alarm_share(self) -> float:
        """Return the mean over the sets."""
        return sum(point.false_alarm_share for point in self.points) / len(self.points)


@cache
def measured_operating_points() -> OperatingPoints:
    """Return what was measured of the default policy."""
    table = resources.files("bluezone.exposure").joinpath("data/operating-point-1.json")
    return from_json(table.read_text(encoding="utf-8"))


def from_json(text: str) -> OperatingPoints:
    """Read the points of a table that `to_json` wrote."""
    body: dict[str, Any] = json.loads(text)
    points = tuple(
        MeasuredPoint(
            **point
            | {
                "missed_interval": tuple(point["missed_interval"]),
                "false_alarm_interval": tuple(point["false_alarm_interval"]),
            }
        )
        for point in body["points"]
    )
    return OperatingPoints(body["policy"], body["version"], body["source"], points)


def to_json(measured: OperatingPoints) -> str:
    """Write the table as JSON: shares to three digits, the means beside them for readers without this module."""
    points = [
        {
            "measured_on": point.measured_on,
            "fitted_on": point.fitted_on,
            "encounters": point.encounters,
            "close": point.close,
            "sessions": point.sessions,
            "missed_share": round(point.missed_share, 3),
            "missed_interval": [round(value, 3) for value in point.missed_interval],
            "false_alarm_share": round(point.false_alarm_share, 3),
            "false_alarm_interval": [round(value, 3) for value in point.false_alarm_interval],
        }
        for point in measured.points
    ]
    body = {
        "policy": measured.policy,
        "version": measured.version,
        "source": measured.source,
        "points": points,
        "mean": {
            "missed_share": round(measured.missed_share, 3),
            "false_alarm_share": round(measured.false_alarm_share, 3),
        },
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
