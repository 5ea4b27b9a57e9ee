"""Judge by `bluezone-3.0.3`, as the original app of 2020 did, for honest comparison. Never offered to citizens.

One sighting at or above a strength that depends on the two phones' systems is a contact, and one contact is an alert:
Android hearing Android -86 dBm, Android hearing iOS -69, iOS hearing Android -88, iOS hearing iOS -74.
Source: the constants of the Bluezone 3.0.3 app, as this project's task gives them.

Exposure windows carry attenuation, not strength, so the threshold is turned into one: attenuation = transmit power -
threshold. The original did not send a transmit power; with the nominal 0 dBm, -86 dBm is 86 dB: almost any sighting.
Where a system is not known the phones count as Android, which most phones in Vietnam are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from bluezone.exposure.arithmetic import Day, Scans, Windows, day_without_probability, nearest_db, total
from bluezone.exposure.policies.base import KeyFacts, Policy, require

#: so that a sighting below its threshold still scores above 0, which is "never heard"
_BASE = 100.0


class Numbers(NamedTuple):
    """Hold what the policy's plain function needs beside the threshold, which is a window's factor."""

    tx_power_dbm: float


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day by its strongest sighting. `Windows.factor`: the threshold (dBm) of the two phones' systems."""
    score = -math.inf
    for window in range(first, last):
        least_db = math.inf
        for row in range(windows.bounds[window], windows.bounds[window + 1]):
            least_db = min(least_db, scans.min_db[row])
        score = max(score, _BASE + (numbers.tx_power_dbm - least_db) - windows.factor[window])
    heard_s = total(scans.since_last_scan_s, windows.bounds[first], windows.bounds[last])
    return day_without_probability(score, _BASE, heard_s, nearest_db(scans, windows, first, last))


@dataclass(frozen=True, slots=True)
class Bluezone303(Policy):
    """Hold thresholds in dBm, receiver first. The score is by how many dB the strongest sighting was above its
    threshold."""

    android_hears_android_dbm: float
    android_hears_ios_dbm: float
    ios_hears_android_dbm: float
    ios_hears_ios_dbm: float
    tx_power_dbm: float

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        for threshold in (
            self.android_hears_android_dbm,
            self.android_hears_ios_dbm,
            self.ios_hears_android_dbm,
            self.ios_hears_ios_dbm,
        ):
            require(-127 <= threshold <= 20, self.name, f"threshold of {threshold} dBm")
        require(-127 <= self.tx_power_dbm <= 127, self.name, f"transmit power of {self.tx_power_dbm} dBm")

    @property
    def threshold(self) -> float:
        return _BASE

    @property
    def unit(self) -> str:
        return "100 + dB of the strongest sighting above the threshold"

    def threshold_dbm(self, receiver_os: str, sender_os: str) -> float:
        """Return the strength from which a sighting counts."""
        if receiver_os == "ios":
            return self.ios_hears_ios_dbm if sender_os == "ios" else self.ios_hears_android_dbm
        return self.android_hears_ios_dbm if sender_os == "ios" else self.android_hears_android_dbm

    @property
    def grade_shares(self) -> tuple[float, float, float]:
        return (1.0, 1.0, math.inf)  # the original knew one sighting and no more

    def numbers(self) -> Numbers:
        return Numbers(self.tx_power_dbm)

    def factor(self, key: KeyFacts) -> float:
        return self.threshold_dbm(key.receiver_os, key.sender_os)


BLUEZONE_303 = Bluezone303(
    name="bluezone-3.0.3",
    version="3.0.3",
    source="constants of the Bluezone 3.0.3 app (2020)",
    android_hears_android_dbm=-86.0,
    android_hears_ios_dbm=-69.0,
    ios_hears_android_dbm=-88.0,
    ios_hears_ios_dbm=-74.0,
    tx_power_dbm=0.0,
)
