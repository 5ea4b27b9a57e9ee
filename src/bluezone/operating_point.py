"""Say what a policy is to be expected to miss and to warn of in vain in a campaign that nobody has measured.

Campaigns (people, phones, rooms) differ by more than the interval within one of them. So the answer is a distribution:
pairs of shares, each as probable as any other. A simulation takes one pair for each run; a page quotes `interval`. The
table `operating-points.json` is written by tools/exposure_report.py, which has the recordings, one pair for each
campaign, and is read by the simulator, which knows nothing of exposure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from bluezone.errors import BluezoneError


class OperatingPointError(BluezoneError):
    """Report a table that is no distribution of shares, or a policy it does not hold."""


@dataclass(frozen=True, slots=True)
class UnseenCampaign:
    """Hold the pairs of one version of a policy: shares of close encounters missed and of others warned of.

    `source` says how they came about. The first are the usual ones, so that few runs of a simulation do not chance on
    one side. Raises OperatingPointError where there are none, or
    one is no share.
    """

    policy: str
    version: str
    source: str
    missed_share: tuple[float, ...]
    false_alarm_share: tuple[float, ...]

    def __post_init__(self) -> None:
        values = (*self.missed_share, *self.false_alarm_share)
        if not self.missed_share or len(self.missed_share) != len(self.false_alarm_share):
            raise OperatingPointError(f"operating point of {self.policy}: its shares do not come in pairs")
        if not all(0 <= value <= 1 for value in values):  # false for NaN too
            raise OperatingPointError(f"operating point of {self.policy}: a share is outside 0..1")

    def pair(self, number: int) -> tuple[float, float]:
        """Return (missed, false alarms) of one campaign that might be; after the last comes the first again."""
        at = number % len(self.missed_share)
        return self.missed_share[at], self.false_alarm_share[at]


@dataclass(frozen=True, slots=True)
class OperatingPoints:
    """Hold the distributions of several policies, and which of them phones use by default."""

    default: str
    campaigns: tuple[UnseenCampaign, ...]

    def of(self, policy: str | None = None) -> UnseenCampaign:
        """Return the distribution of a policy, by default of the one that phones use by default.

        Raises OperatingPointError where there is none.
        """
        name = self.default if policy is None else policy
        for each in self.campaigns:
            if each.policy == name:
                return each
        known = ", ".join(each.policy for each in self.campaigns)
        raise OperatingPointError(f"operating points: none of policy {name!r}, only of {known}")


def interval(shares: Sequence[float], level: float = 0.8) -> tuple[float, float]:
    """Return the ends between which a share lies with a probability of `level`."""
    ordered = sorted(shares)
    tail = round((1 - level) / 2 * (len(ordered) - 1))
    return ordered[tail], ordered[len(ordered) - 1 - tail]


def to_json(points: OperatingPoints) -> str:
    """Write the table as JSON, shares to three digits."""
    policies = [
        {
            "policy": each.policy,
            "version": each.version,
            "source": each.source,
            "missed_share": [round(value, 3) for value in each.missed_share],
            "false_alarm_share": [round(value, 3) for value in each.false_alarm_share],
        }
        for each in points.campaigns
    ]
    return json.dumps({"version": "2", "default": points.default, "policies": policies}, ensure_ascii=False) + "\n"


def from_json(text: str | bytes) -> OperatingPoints:
    """Read a table that `to_json` wrote. Raises OperatingPointError where it is none, or of another version."""
    try:
        body: dict[str, Any] = json.loads(text)
        if body["version"] != "2":
            raise OperatingPointError(f"operating points: version {body['version']!r} of the table; 2 is known")
        campaigns = tuple(
            UnseenCampaign(
                str(each["policy"]),
                str(each["version"]),
                str(each["source"]),
                tuple(map(float, each["missed_share"])),
                tuple(map(float, each["false_alarm_share"])),
            )
            for each in body["policies"]
        )
        points = OperatingPoints(str(body["default"]), campaigns)
    except (ValueError, KeyError, TypeError) as error:
        raise OperatingPointError(f"operating points: not a table of shares ({error!r})") from error
    points.of()
    return points


@cache
def operating_points() -> OperatingPoints:
    """Return the table of the package."""
    return from_json(resources.files("bluezone").joinpath("operating-points.json").read_bytes())
