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

import numpy as np

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.daily import DailyPolicy, require
from bluezone.exposure.policies.gamma import gamma_median
from bluezone.exposure.policies.infectiousness import infectiousness
from bluezone.exposure.scan_table import FloatArray, IntArray, ScanTable, table_of_scans
from bluezone.exposure.windows import ExposureWindow

_AUGMENTED = 3.0  # state, transition noise, observation noise: with alpha 1, beta 0, kappa 0 the points' scale
_LONGEST_STEP_S = 3600.0
_BATCH = 1024  # sequences smoothed at once: 1,800 seconds of them fit in 50 MB


@dataclass(frozen=True, slots=True)
class SmootherParameters:
    """Hold the model. `transition_sd_m`: how far one moves in a second; `observation_variance`: of ln attenuation."""

    intercept: float = 4.2309333657856945
    slope: float = 0.1270547531082051
    observation_variance: float = 0.4947614361027773
    transition_sd_m: float = 0.1
    initial_mean_m: float = 2.0
    initial_variance_m2: float = 10.0
    minimum_distance_m: float = 1.0


NHS_SMOOTHER = SmootherParameters()


@dataclass(frozen=True, slots=True)
class _Step:
    """One second of many sequences: filtered state, the prediction of the next, and how the two move together."""

    mean: FloatArray
    variance: FloatArray
    predicted: FloatArray
    predicted_variance: FloatArray
    cross: FloatArray


def _predict(mean: FloatArray, variance: FloatArray, parameters: SmootherParameters) -> tuple[FloatArray, ...]:
    """The six sigma points of weight 1/6 after a second (rows of the first result), their mean, their variance, and
    their covariance with the points before. The seventh, the centre, has weight 0."""
    spread = np.sqrt(_AUGMENTED * variance)
    walk = math.sqrt(_AUGMENTED) * parameters.transition_sd_m
    still = np.abs(mean)
    points = np.stack(
        (np.abs(mean + spread), np.abs(mean + walk), still, np.abs(mean - spread), np.abs(mean - walk), still)
    )
    predicted = points.mean(axis=0)
    predicted_variance = ((points - predicted) ** 2).mean(axis=0)
    return points, predicted, predicted_variance, (points[0] - points[3]) * spread / 6


def _update(
    points: FloatArray,
    predicted: FloatArray,
    predicted_variance: FloatArray,
    observed: FloatArray,
    parameters: SmootherParameters,
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance after an observation of ln attenuation; NaN where there is none."""
    noise = math.sqrt(_AUGMENTED * parameters.observation_variance)
    expected = parameters.intercept + parameters.slope * np.log(np.abs(points))
    expected[2] += noise
    expected[5] -= noise
    centre = expected.mean(axis=0)
    innovation_variance = ((expected - centre) ** 2).mean(axis=0)
    gain = ((points - predicted) * (expected - centre)).mean(axis=0) / innovation_variance
    seen = ~np.isnan(observed)
    mean = np.where(seen, predicted + gain * (observed - centre), predicted)
    variance = np.where(seen, predicted_variance - gain**2 * innovation_variance, predicted_variance)
    return mean, variance


def smooth(
    observations: FloatArray, lengths: IntArray, parameters: SmootherParameters = NHS_SMOOTHER
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Compute filtered mean and variance, smoothed mean and variance of the distance.

    `observations`: ln attenuation, one row a second, one column a sequence, NaN where nothing was seen; `lengths`: the
    seconds of each sequence. Shapes of the results as of `observations`; beyond a sequence's length they mean nothing.
    """
    width = observations.shape[1]
    mean = np.full(width, parameters.initial_mean_m)
    variance = np.full(width, parameters.initial_variance_m2)
    spread = np.sqrt(_AUGMENTED * variance)
    points = np.stack((mean + spread, mean, mean, mean - spread, mean, mean))  # the first second is not walked into
    steps: list[_Step] = []
    predicted, predicted_variance = mean, variance
    for observed in observations:
        mean, variance = _update(points, predicted, predicted_variance, observed, parameters)
        points, predicted, predicted_variance, cross = _predict(mean, variance, parameters)
        steps.append(_Step(mean, variance, predicted, predicted_variance, cross))
    smoothed = []
    for second in range(len(steps) - 1, -1, -1):
        step = steps[second]
        gain = step.cross / step.predicted_variance
        goes_on = second < lengths - 1  # at its last second a sequence knows no later one
        mean = np.where(goes_on, step.mean + gain * (mean - step.predicted), step.mean)
        variance = np.where(goes_on, step.variance + gain**2 * (variance - step.predicted_variance), step.variance)
        smoothed.append((mean, variance))
    smoothed.reverse()
    return (
        np.stack([step.mean for step in steps]),
        np.stack([step.variance for step in steps]),
        np.stack([mean for mean, _ in smoothed]),
        np.stack([variance for _, variance in smoothed]),
    )


def _positions(since_last_scan_s: FloatArray) -> IntArray:
    """The second of each scan on the grid: the first at 0, the others by their whole seconds, never two on one.

    A clock that jumped must not make a grid of years: an hour without a scan stands for any longer time.
    """
    steps = np.minimum(since_last_scan_s[1:], _LONGEST_STEP_S)
    elapsed = np.concatenate(([0.0], np.cumsum(steps))).astype(np.int64)
    for row in range(1, elapsed.size):
        elapsed[row] = max(elapsed[row], elapsed[row - 1] + 1)
    return elapsed


def risk_minutes(table: ScanTable, parameters: SmootherParameters = NHS_SMOOTHER) -> FloatArray:
    """Compute the library's risk score of each row of scans (typical attenuations), in minutes; 0 for one without a
    scan.

    An attenuation of 0 dB or less has no logarithm: that second counts as not seen, as in the library.
    """
    scores = np.zeros(len(table))
    grids = [_positions(_rows(table, int(row), table.since_last_scan_s)) for row in np.flatnonzero(table.heard)]
    heard = np.flatnonzero(table.heard)
    lengths = np.array([grid[-1] + 1 for grid in grids], dtype=np.int64)
    order = np.argsort(-lengths, kind="stable")
    for first in range(0, order.size, _BATCH):
        batch = order[first : first + _BATCH]
        observations = np.full((int(lengths[batch[0]]), batch.size), np.nan)
        for column, number in enumerate(batch):
            attenuation = _rows(table, int(heard[number]), table.typical_db)
            observations[grids[number], column] = np.log(np.where(attenuation > 0, attenuation, np.nan))
        scores[heard[batch]] = _risk_of(observations, lengths[batch], parameters)
    return scores


def _rows(table: ScanTable, row: int, column: FloatArray) -> FloatArray:
    return column[table.offsets[row] : table.offsets[row + 1]]


def _risk_of(observations: FloatArray, lengths: IntArray, parameters: SmootherParameters) -> FloatArray:
    _, _, mean, variance = smooth(observations, lengths, parameters)
    distance = gamma_median(mean**2 / variance) * (variance / mean)
    near = np.minimum(1.0, (parameters.minimum_distance_m / np.maximum(distance, 1e-3)) ** 2)
    within = np.arange(len(observations))[:, np.newaxis] < lengths
    minutes: FloatArray = (near * within).sum(axis=0) / 60
    return minutes


def risk_score(
    attenuation_db: Sequence[float],
    since_last_scan_s: Sequence[float],
    parameters: SmootherParameters = NHS_SMOOTHER,
) -> float:
    """Compute the library's risk score (minutes) of one row of scans. Raises ExposureError on an empty or uneven
    one."""
    if len(attenuation_db) == 0 or len(attenuation_db) != len(since_last_scan_s):
        raise ExposureError(f"risk score: {len(attenuation_db)} attenuations and {len(since_last_scan_s)} durations")
    size = len(attenuation_db)
    attenuation = np.array(attenuation_db, dtype=np.float64)
    table = ScanTable(
        np.array([0, size], dtype=np.int64),
        np.cumsum(np.array(since_last_scan_s, dtype=np.float64)),
        np.array(since_last_scan_s, dtype=np.float64),
        attenuation,
        attenuation,
        np.ones(size),
    )
    return float(risk_minutes(table, parameters)[0])


@dataclass(frozen=True, slots=True)
class NhsSmoother(DailyPolicy):
    """Judge by the app's rule: the most risky window of a day, in seconds times infectiousness, against a threshold.

    `infectiousness_weights`: of none, standard, high. A day whose onset is not known counts as high: the app never met
    one, for its server always gave an onset; the cautious reading is ours.
    """

    infectiousness_weights: tuple[float, float, float]
    risk_threshold: float

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

    def window_scores(self, windows: Sequence[ExposureWindow]) -> list[float]:
        # As the app: a scan with no time since the one before is left out.
        table = table_of_scans([[scan for scan in w.scans if scan.since_last_scan_s > 0] for w in windows])
        weights = [self._weight(window) for window in windows]
        return [float(value) for value in risk_minutes(table) * 60 * np.array(weights)]

    def _weight(self, window: ExposureWindow) -> float:
        known = infectiousness(window.days_since_onset)
        return self.infectiousness_weights[2 if known is None else known]

    def day_score(self, scores: Sequence[float]) -> float:
        return max(scores)


NHS_UKS = NhsSmoother(
    name="nhs-uks",
    version="1",
    source="Lovett, Briers and others (arXiv:2007.05057); ukhsa-collaboration/riskscore-swift-public; "
    "threshold and infectiousness of ukhsa-collaboration/covid19-app-system-public, exposure-configuration.json",
    infectiousness_weights=(0.0, 0.4, 1.0),
    risk_threshold=120.0,
)
