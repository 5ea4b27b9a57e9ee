"""Return what a policy is to be expected to miss and to warn of in vain in a campaign that nobody has seen.

Campaigns differ by more than the intervals within one: so it is a distribution, as pairs of shares of which each is as
probable as any other. A simulation draws a pair for each run; a page quotes `interval`. The table
`data/unseen-campaign-2.json` is written by tools/nearness_report.py, which has the recordings; this needs none of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from bluezone.exposure.errors import ExposureError


@dataclass(frozen=True, slots=True)
class UnseenCampaign:
    """Hold the pairs of one version of a policy: shares of close encounters missed and of others warned of.

    `source` says how they came about. Raises ExposureError where there are none, or one is no share.
    """

    policy: str
    version: str
    source: str
    missed_share: tuple[float, ...]
    false_alarm_share: tuple[float, ...]

    def __post_init__(self) -> None:
        values = (*self.missed_share, *self.false_alarm_share)
        if not self.missed_share or len(self.missed_share) != len(self.false_alarm_share):
            raise ExposureError(f"unseen campaign of {self.policy}: its shares do not come in pairs")
        if not all(0 <= value <= 1 for value in values):  # false for NaN too
            raise ExposureError(f"unseen campaign of {self.policy}: a share is outside 0..1")

    @property
    def pairs(self) -> tuple[tuple[float, float], ...]:
        """Return (missed, false alarms) of each campaign that might be, all equally probable."""
        return tuple(zip(self.missed_share, self.false_alarm_share, strict=True))

    def to_json(self) -> str:
        """Write the table as JSON, shares to three digits."""
        body = {
            "policy": self.policy,
            "version": self.version,
            "source": self.source,
            "missed_share": [round(value, 3) for value in self.missed_share],
            "false_alarm_share": [round(value, 3) for value in self.false_alarm_share],
        }
        return json.dumps(body, ensure_ascii=False) + "\n"


def interval(shares: Sequence[float], level: float = 0.8) -> tuple[float, float]:
    """Return the ends between which a share lies with a probability of `level`."""
    ordered = sorted(shares)
    tail = round((1 - level) / 2 * (len(ordered) - 1))
    return ordered[tail], ordered[len(ordered) - 1 - tail]


def from_json(text: str | bytes) -> UnseenCampaign:
    """Read a table that `to_json` wrote. Raises ExposureError where it is none."""
    try:
        body: dict[str, Any] = json.loads(text)
        return UnseenCampaign(
            str(body["policy"]),
            str(body["version"]),
            str(body["source"]),
            tuple(map(float, body["missed_share"])),
            tuple(map(float, body["false_alarm_share"])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ExposureError(f"unseen campaign: not a table of shares ({error!r})") from error


@cache
def expected_of_an_unseen_campaign() -> UnseenCampaign:
    """Return the table of the package."""
    table = resources.files("bluezone.exposure").joinpath("data/unseen-campaign-2.json")
    return from_json(table.read_bytes())
