"""Judge by `nhs-uks`, the unscented Kalman smoother of the NHS COVID-19 app of England and Wales.

The distance walks at random (0.1 m in a second) and shows itself in the logarithm of the attenuation:
ln attenuation = 4.2309333657856945 + 0.1270547531082051 ln distance + noise of variance 0.4947614361027773.
On a grid of one second, an unscented Kalman filter runs forward over the scans of a window and a smoother back. Mean
and variance of the distance at each second are read as a gamma distribution, and each second counts min(1, 1/d^2) of
its median d. The sum, in minutes, is the risk score; the app multiplied it by 60 and by the infectiousness and warned
from 120 on.

Sources: M. Lovett, M. Briers, M. Charalambides, R. Jersakova, J. Lomax, C. Holmes, "Inferring proximity from Bluetooth
Low Energy RSSI with Unscented Kalman Smoothers" (arXiv:2007.05057); constants and reference scores:
ukhsa-collaboration/riskscore-swift-public (RiskScoreCalculatorConfiguration, RiskScoreCalculatorTests,
UnscentedKalmanSmootherTests); threshold and infectiousness: ukhsa-collaboration/covid19-app-system-public,
src/static/exposure-configuration.json. The vectors are in tests/exposure/policies/test_nhs_uks.py. The published
scores of the model's first implementation, in Python, also count the seconds before the first scan; the library does
not, nor do we.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bluezone.exposure.arithmetic import Day, Scans, Windows, day_without_probability, nearest_db, total
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.base import KeyFacts, Policy, infectiousness, require
from bluezone.exposure.policies.gamma import gamma_median, log_medians

_AUGMENTED = 3.0  # state, transition noise, observation noise: with alpha 1, beta 0, kappa 0 the points' scale
_LONGEST_STEP_S = 3600.0
_NEAREST_M = 1e-3
_LEAST = 1e-300  # no logarithm of 0


class SmootherParameters(NamedTuple):
    """Hold the model. `transition_sd_m`: how far one moves in a second; `observation_variance`: of ln attenuation."""

    intercept: float = 4.2309333657856945
    slope: float = 0.1270547531082051
    observation_variance: float = 0.4947614361027773
    transition_sd_m: float = 0.1
    initial_mean_m: float = 2.0
    initial_variance_m2: float = 10.0
    minimum_distance_m: float = 1.0


NHS_SMOOTHER = SmootherParameters()


class Numbers(NamedTuple):
    """Hold what the policy's plain functions need; `log_medians`: of the gamma distribution (`policies.gamma`)."""

    risk_threshold: float
    smoother: SmootherParameters
    log_medians: Sequence[float]


class Points(NamedTuple):
    """Hold the six sigma points of weight 1/6. The seventh, the centre, has weight 0."""

    ahead: float
    walked_ahead: float
    still: float
    behind: float
    walked_behind: float
    noted: float


class Filtered(NamedTuple):
    """Hold, second by second, the distance's filtered mean and variance, and of the second after what was predicted:
    mean, variance, and the covariance with this one's."""

    mean: list[float]
    variance: list[float]
    predicted: list[float]
    predicted_variance: list[float]
    cross: list[float]


def mean_of(points: Points) -> float:
    """Return the mean of the points."""
    summed = points.ahead + points.walked_ahead + points.still
    return (summed + points.behind + points.walked_behind + points.noted) / 6


def covariance_of(one: Points, one_mean: float, other: Points, other_mean: float) -> float:
    """Return the covariance of points with points; of points with themselves their variance."""
    summed = (one.ahead - one_mean) * (other.ahead - other_mean)
    summed += (one.walked_ahead - one_mean) * (other.walked_ahead - other_mean)
    summed += (one.still - one_mean) * (other.still - other_mean)
    summed += (one.behind - one_mean) * (other.behind - other_mean)
    summed += (one.walked_behind - one_mean) * (other.walked_behind - other_mean)
    summed += (one.noted - one_mean) * (other.noted - other_mean)
    return summed / 6


def expected(distance_m: float, noise: float, smoother: SmootherParameters) -> float:
    """Return the logarithm of the attenuation that a distance leads to."""
    return smoother.intercept + smoother.slope * math.log(max(abs(distance_m), _LEAST)) + noise


def update(
    points: Points, mean: float, variance: float, observed: float, smoother: SmootherParameters
) -> tuple[float, float]:
    """Return mean and variance of the distance once ln attenuation was `observed`, from those predicted."""
    noise = math.sqrt(_AUGMENTED * smoother.observation_variance)
    seen = Points(
        expected(points.ahead, 0.0, smoother),
        expected(points.walked_ahead, 0.0, smoother),
        expected(points.still, noise, smoother),
        expected(points.behind, 0.0, smoother),
        expected(points.walked_behind, 0.0, smoother),
        expected(points.noted, -noise, smoother),
    )
    centre = mean_of(seen)
    innovation_variance = covariance_of(seen, centre, seen, centre)
    gain = covariance_of(points, mean, seen, centre) / innovation_variance
    return mean + gain * (observed - centre), variance - gain * gain * innovation_variance


def kalman_filter(observed: Sequence[float], smoother: SmootherParameters) -> Filtered:
    """Run forward over ln attenuation, second by second, NaN where nothing was seen."""
    size = len(observed)
    found = Filtered([0.0] * size, [0.0] * size, [0.0] * size, [0.0] * size, [0.0] * size)
    mean, variance = smoother.initial_mean_m, smoother.initial_variance_m2
    spread = math.sqrt(_AUGMENTED * variance)
    points = Points(mean + spread, mean, mean, mean - spread, mean, mean)  # the first second is not walked into
    walk = math.sqrt(_AUGMENTED) * smoother.transition_sd_m
    for second in range(len(observed)):
        if not math.isnan(observed[second]):
            mean, variance = update(points, mean, variance, observed[second], smoother)
        found.mean[second], found.variance[second] = mean, variance
        spread, still = math.sqrt(_AUGMENTED * variance), abs(mean)
        points = Points(abs(mean + spread), abs(mean + walk), still, abs(mean - spread), abs(mean - walk), still)
        mean = mean_of(points)
        variance = covariance_of(points, mean, points, mean)
        found.predicted[second], found.predicted_variance[second] = mean, variance
        found.cross[second] = (points.ahead - points.behind) * spread / 6
    return found


def smooth(found: Filtered) -> tuple[list[float], list[float]]:
    """Run back over what was filtered; return mean and variance of the distance at each second."""
    seconds = len(found.mean)
    means, variances = found.mean[:], found.variance[:]
    for second in range(seconds - 2, -1, -1):
        gain = found.cross[second] / found.predicted_variance[second]
        means[second] = found.mean[second] + gain * (means[second + 1] - found.predicted[second])
        variances[second] = found.variance[second] + gain * gain * (
            variances[second + 1] - found.predicted_variance[second]
        )
    return means, variances


def observations(attenuation_db: Sequence[float], since_last_scan_s: Sequence[float]) -> list[float]:
    """Return ln attenuation second by second, NaN where nothing was seen: the first scan at second 0, the others by
    their whole seconds, never two in one.

    A clock that jumped must not make a grid of years: an hour without a scan stands for any longer time. An attenuation
    of 0 dB or less has no logarithm: that second counts as not seen, as in the library.
    """
    seconds = [0] * len(attenuation_db)
    elapsed = 0.0
    for row in range(1, len(attenuation_db)):
        elapsed += min(since_last_scan_s[row], _LONGEST_STEP_S)
        seconds[row] = max(int(elapsed), seconds[row - 1] + 1)
    observed = [math.nan] * (seconds[-1] + 1)
    for row in range(len(attenuation_db)):
        if attenuation_db[row] > 0:
            observed[seconds[row]] = math.log(attenuation_db[row])
    return observed


def risk_minutes(
    attenuation_db: Sequence[float],
    since_last_scan_s: Sequence[float],
    smoother: SmootherParameters,
    log_medians: Sequence[float],
) -> float:
    """Return the library's risk score of one row of scans (typical attenuations), in minutes; 0 for one without a
    scan."""
    if len(attenuation_db) == 0:
        return 0.0
    means, variances = smooth(kalman_filter(observations(attenuation_db, since_last_scan_s), smoother))
    near_s = 0.0
    for second in range(len(means)):
        mean, variance = means[second], variances[second]
        distance_m = gamma_median(mean * mean / variance, log_medians) * (variance / mean)
        nearness = smoother.minimum_distance_m / max(distance_m, _NEAREST_M)
        near_s += min(1.0, nearness * nearness)
    return near_s / 60


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day by its most risky window. `Windows.factor`: infectiousness.

    As the app: a scan with no time since the one before is left out.
    """
    score = 0.0
    for window in range(first, last):
        attenuation_db: list[float] = []
        since_last_scan_s: list[float] = []
        for row in range(windows.bounds[window], windows.bounds[window + 1]):
            if scans.since_last_scan_s[row] > 0:
                attenuation_db.append(scans.typical_db[row])
                since_last_scan_s.append(scans.since_last_scan_s[row])
        minutes = risk_minutes(attenuation_db, since_last_scan_s, numbers.smoother, numbers.log_medians)
        score = max(score, minutes * 60 * windows.factor[window])
    heard_s = total(scans.since_last_scan_s, windows.bounds[first], windows.bounds[last])
    return day_without_probability(score, numbers.risk_threshold, heard_s, nearest_db(scans, windows, first, last))


def risk_score(
    attenuation_db: Sequence[float],
    since_last_scan_s: Sequence[float],
    parameters: SmootherParameters = NHS_SMOOTHER,
) -> float:
    """Compute the library's risk score (minutes) of one row of scans. Raises ExposureError on an empty or uneven
    one."""
    if len(attenuation_db) == 0 or len(attenuation_db) != len(since_last_scan_s):
        raise ExposureError(f"risk score: {len(attenuation_db)} attenuations and {len(since_last_scan_s)} durations")
    return risk_minutes(attenuation_db, since_last_scan_s, parameters, log_medians())


@dataclass(frozen=True, slots=True)
class NhsSmoother(Policy):
    """Judge by the app's rule: the most risky window of a day, in seconds times infectiousness, against a threshold.

    `infectiousness_weights`: of none, standard, high. A day whose onset is not known counts as high: the app never met
    one, for its server always gave an onset; the cautious reading is ours.
    """

    infectiousness_weights: tuple[float, float, float]
    risk_threshold: float

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        weights = self.infectiousness_weights
        require(len(weights) == 3 and all(0 <= w <= 1 for w in weights), self.name, f"infectiousness weights {weights}")
        require(0 < self.risk_threshold < float("inf"), self.name, f"threshold {self.risk_threshold}")

    @property
    def threshold(self) -> float:
        return self.risk_threshold

    @property
    def unit(self) -> str:
        return "risk-seconds of the worst window"

    def numbers(self) -> Numbers:
        return Numbers(self.risk_threshold, NHS_SMOOTHER, log_medians())

    def factor(self, key: KeyFacts) -> float:
        known = infectiousness(key.days_since_onset)
        return self.infectiousness_weights[2 if known is None else known]


NHS_UKS = NhsSmoother(
    name="nhs-uks",
    version="1",
    source="Lovett, Briers and others (arXiv:2007.05057); ukhsa-collaboration/riskscore-swift-public; "
    "threshold and infectiousness of ukhsa-collaboration/covid19-app-system-public, exposure-configuration.json",
    infectiousness_weights=(0.0, 0.4, 1.0),
    risk_threshold=120.0,
)
