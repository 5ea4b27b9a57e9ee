"""Judge by `bluezone`, the default: how probable it is that somebody was within 2 m for 15 minutes, and how much it
adds up to.

From each meeting two figures are taken:

* its **level** (dB): over the scans, the midway between typical and minimum attenuation; of these the mean of the
  lowest
  `tail_share`, each scan weighing as its seconds times its readings. Strong readings tell more than weak ones: a body
  or a bag adds attenuation, nothing takes any away, so the strong end of a meeting says how near it was (and many
  readings in a scan say that the link was good);
* its **length** (minutes for which it was heard).

A logistic function of both gives the probability, for meetings as common as `prior_share` says. It was fitted on two
campaigns of real recordings (docs/measurements/exposure-data-card.md) after their attenuations had been laid over each
other without labels (`calibration`): ranking carries over between campaigns, absolute thresholds do not.

A meeting longer than an hour is judged as a whole and hour by hour, and the most probable counts.

Beside it each meeting has a **dose**: minutes at 2 m or nearer, every minute weighing as the inverse square of its
distance by free-space loss (`near_db`: the attenuation at 2 m). It does not saturate: two hours count eight times a
quarter. Its range is what it would be, were all attenuations off by 1.28 standard deviations either way of what they
may be off by: `drift_sd_db` of the phone, and of each meeting the bodies and pockets in between.

A day is warned of where probability times infectiousness reaches `threshold_probability`, or where the day's dose times
infectiousness reaches `dose_alert_minutes`: many meetings that are each not enough add up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from bluezone.exposure.arithmetic import Day, Scans, Windows, day_with_dose, logistic, lower_tail_mean, sender_end
from bluezone.exposure.policies.base import KeyFacts, Policy, require
from bluezone.exposure.policies.infectiousness import infectiousness
from bluezone.exposure.windows import MAX_GAP_S

Row = tuple[float, float, float, float]

#: the length that makes a close contact (the same in every definition of 2020): below it, length decides; above, hardly
ENOUGH_MINUTES = 15.0

#: windows that begin within an hour of each other are judged together too
_PIECE_S = 3600.0

#: half-width of the 80 % range, in standard deviations of the log-odds
_RANGE_SD = 1.2816

#: what bodies and pockets add to the attenuations of one meeting (dB, standard deviation). With the phone's drift it
#: makes the dose's range hold for 80 % of those warned in fifty mornings of the town; without it that held for 67 %
BODIES_SD_DB = 4.0

#: ten decibels more are a tenth of the power
_LOG_OF_A_DECIBEL = math.log(10) / 10

#: how far below 0 an eigenvalue of a covariance may be that was rounded to four digits
_ROUNDING = 1e-3


class Numbers(NamedTuple):
    """Hold the policy's parameters for its plain functions; `covariance` row by row, `prior_logit`: of
    `prior_share`."""

    intercept: float
    level_slope: float
    long_slope: float
    short_slope: float
    covariance: Sequence[float]
    centre_db: float
    tail_share: float
    minimum_weight: float
    prior_logit: float
    threshold_probability: float
    drift_sd_db: float
    near_db: float
    dose_alert_minutes: float


class Closeness(NamedTuple):
    """Hold what some scans of one sender say: `probability` of 2 m for 15 minutes, the ends of its 80 % range, and the
    level (dB) and length (minutes) that it is made of."""

    probability: float
    low: float
    high: float
    level_db: float
    minutes: float


# --- the rule: plain functions ----------------------------------------------------------------------------------------


def counted_s(since_last_scan_s: float) -> float:
    """Return the time a scan stands for: at least a second (a first scan has none before it), at most the longest
    silence within a meeting: a clock that jumped must not make a long meeting of a short one."""
    return min(max(since_last_scan_s, 1.0), MAX_GAP_S)


def features(scans: Scans, start: int, stop: int, numbers: Numbers) -> tuple[float, float]:
    """Return level (dB) and length (minutes) of some scans, of which there is one at least."""
    levels: list[float] = []
    weights: list[float] = []
    seconds = 0.0
    for row in range(start, stop):
        counted = counted_s(scans.since_last_scan_s[row])
        seconds += counted
        weights.append(counted * scans.readings[row])
        levels.append(numbers.minimum_weight * scans.min_db[row] + (1 - numbers.minimum_weight) * scans.typical_db[row])
    return lower_tail_mean(levels, weights, numbers.tail_share), seconds / 60


def terms(level_db: float, minutes: float, centre_db: float) -> Row:
    """Return what the four coefficients are multiplied with."""
    length = minutes / ENOUGH_MINUTES
    return 1.0, level_db - centre_db, math.log(max(length, 1.0)), math.log(min(length, 1.0))


def closeness_of(level_db: float, minutes: float, numbers: Numbers) -> Closeness:
    """Return what a level and a length say."""
    said = terms(level_db, minutes, numbers.centre_db)
    odds = (
        said[0] * numbers.intercept
        + said[1] * numbers.level_slope
        + said[2] * numbers.long_slope
        + said[3] * numbers.short_slope
    )
    variance = 0.0
    for row in range(4):
        for column in range(4):
            variance += said[row] * numbers.covariance[4 * row + column] * said[column]
    drift = numbers.level_slope * numbers.drift_sd_db
    spread = _RANGE_SD * math.sqrt(max(variance, 0.0) + drift * drift)
    return Closeness(
        logistic(odds + numbers.prior_logit),
        logistic(odds - spread + numbers.prior_logit),
        logistic(odds + spread + numbers.prior_logit),
        level_db,
        minutes,
    )


def closeness(scans: Scans, start: int, stop: int, numbers: Numbers) -> Closeness:
    """Judge some scans of one sender, of which there is one at least."""
    level_db, minutes = features(scans, start, stop, numbers)
    return closeness_of(level_db, minutes, numbers)


def dose_minutes(scans: Scans, start: int, stop: int, near_db: float) -> float:
    """Return the minutes at 2 m or nearer that some scans amount to; `near_db`: the attenuation at 2 m.

    Free space: power falls with the square of the distance, as the dose does.
    """
    summed = 0.0
    for row in range(start, stop):
        nearness = math.exp(_LOG_OF_A_DECIBEL * min(0.0, near_db - scans.typical_db[row]))
        summed += nearness * counted_s(scans.since_last_scan_s[row])
    return summed / 60


def most_probable(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Closeness:
    """Judge the windows `first` to `last` of one meeting as a whole, then, where it is longer than an hour, each two
    windows of it that follow one another; return what is most probable.

    Twenty minutes side by side are no less for the seven hours in the same office around them, but among these they
    would be too small a share to show in the meeting's level.
    """
    bounds = windows.bounds
    most = closeness(scans, bounds[first], bounds[last], numbers)
    if last - first > 2:
        for window in range(first, last - 1):
            both = scans.at_s[bounds[window + 1]] - scans.at_s[bounds[window]] <= _PIECE_S
            piece = closeness(scans, bounds[window], bounds[window + (2 if both else 1)], numbers)
            if piece.probability > most.probability:
                most = piece
    return most


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day: by its most probable meeting, and by the doses of all of them. `Windows.factor`: infectiousness."""
    score, top = -1.0, Closeness(0.0, 0.0, 0.0, 0.0, 0.0)
    heard: list[float] = []
    doses: list[float] = []
    low_doses: list[float] = []
    high_doses: list[float] = []
    off_db = _RANGE_SD * math.hypot(numbers.drift_sd_db, BODIES_SD_DB)
    while first < last:
        end = sender_end(windows, first, last)
        factor, start, stop = windows.factor[first], windows.bounds[first], windows.bounds[end]
        found = most_probable(scans, windows, first, end, numbers)
        if found.probability * factor > score:
            score, top = found.probability * factor, found
        seconds = 0.0
        for row in range(start, stop):
            seconds += counted_s(scans.since_last_scan_s[row])
        heard.append(seconds)
        doses.append(dose_minutes(scans, start, stop, numbers.near_db) * factor)
        low_doses.append(dose_minutes(scans, start, stop, numbers.near_db - off_db) * factor)
        high_doses.append(dose_minutes(scans, start, stop, numbers.near_db + off_db) * factor)
        first = end
    said, warns_from = (top.probability, top.low, top.high), (numbers.threshold_probability, numbers.dose_alert_minutes)
    return day_with_dose(score, top.level_db, said, heard, (doses, low_doses, high_doses), warns_from)


# --- the policy -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BluezonePolicy(Policy):
    """Hold parameters; the fitted ones come from `bluezone exposure fit`.

    log-odds at even prior = intercept + level_slope (level - centre_db) + long_slope ln(max(minutes, 15) / 15)
    + short_slope ln(min(minutes, 15) / 15); `covariance`: of the four coefficients, over sessions;
    `drift_sd_db`: what a phone's attenuations may still be off by after correction.
    """

    intercept: float
    level_slope: float
    long_slope: float
    short_slope: float
    covariance: tuple[Row, Row, Row, Row]
    centre_db: float = 60.0
    tail_share: float = 0.4
    minimum_weight: float = 0.5
    prior_share: float = 0.2
    threshold_probability: float = 0.25
    unheard_probability: float = 0.005
    drift_sd_db: float = 3.0
    near_db: float = 55.0
    dose_alert_minutes: float = 60.0
    standard_infectiousness: float = 0.4

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        numbers = [value for value in asdict(self).values() if isinstance(value, float | int)]
        require(all(map(math.isfinite, numbers)), self.name, "a parameter is not a number")
        self._check_covariance()
        require(self.level_slope < 0, self.name, f"level slope {self.level_slope}: farther must not be riskier")
        for what in ("long_slope", "short_slope"):
            require(getattr(self, what) >= 0, self.name, f"{what} {getattr(self, what)}: longer must not be safer")
        require(0 < self.tail_share <= 1, self.name, f"tail share {self.tail_share} is outside 0..1")
        require(0 <= self.minimum_weight <= 1, self.name, f"minimum weight {self.minimum_weight} is outside 0..1")
        for what in ("prior_share", "threshold_probability", "unheard_probability"):
            require(0 < getattr(self, what) < 1, self.name, f"{what} {getattr(self, what)} is outside 0..1")
        require(self.drift_sd_db >= 0, self.name, f"drift of {self.drift_sd_db} dB")
        require(self.dose_alert_minutes > 0, self.name, f"dose to warn from of {self.dose_alert_minutes} minutes")
        require(0 <= self.standard_infectiousness <= 1, self.name, "standard infectiousness is outside 0..1")

    def _check_covariance(self) -> None:
        rows = self.covariance
        require([len(row) for row in rows] == [4] * 4, self.name, "its covariance is not of four by four")
        sound = all(math.isfinite(value) for row in rows for value in row)
        sound = sound and all(rows[i][j] == rows[j][i] for i in range(4) for j in range(i))
        require(sound and _is_no_less_than(rows, -_ROUNDING), self.name, "its covariance is none")

    @property
    def aligned(self) -> bool:
        return True

    @property
    def threshold(self) -> float:
        return self.threshold_probability

    @property
    def unit(self) -> str:
        return "probability of 2 m for 15 minutes, times infectiousness"

    @property
    def dose_distance_m(self) -> float:
        return 2.0

    @property
    def unheard(self) -> float:
        return self.unheard_probability

    def numbers(self) -> Numbers:
        return Numbers(
            intercept=self.intercept,
            level_slope=self.level_slope,
            long_slope=self.long_slope,
            short_slope=self.short_slope,
            covariance=tuple(value for row in self.covariance for value in row),
            centre_db=self.centre_db,
            tail_share=self.tail_share,
            minimum_weight=self.minimum_weight,
            prior_logit=math.log(self.prior_share / (1 - self.prior_share)),
            threshold_probability=self.threshold_probability,
            drift_sd_db=self.drift_sd_db,
            near_db=self.near_db,
            dose_alert_minutes=self.dose_alert_minutes,
        )

    def factor(self, key: KeyFacts) -> float:
        """Return the factor of no, standard or high infectiousness. An unknown onset counts in full: not knowing is
        no reason to be silent."""
        known = infectiousness(key.days_since_onset)
        return 1.0 if known is None else (0.0, self.standard_infectiousness, 1.0)[known]


def _is_no_less_than(matrix: Sequence[Sequence[float]], least: float) -> bool:
    """Tell whether no eigenvalue of a symmetric matrix lies at or below `least`: less of it, it has a Cholesky
    decomposition."""
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            left = matrix[i][j] - sum(lower[i][k] * lower[j][k] for k in range(j)) - (least if i == j else 0.0)
            if i == j:
                if left <= 0:
                    return False
                lower[i][i] = math.sqrt(left)
            else:
                lower[i][j] = left / lower[j][j]
    return True


BLUEZONE = BluezonePolicy(
    name="bluezone",
    version="1",
    source="fitted by `bluezone exposure fit` on the sets mitll and exp05 (docs/measurements/exposure-data-card.md)",
    intercept=-1.084,
    level_slope=-0.212,
    long_slope=0.3208,
    short_slope=6.257,
    covariance=(
        (0.06585, 0.001154, -0.06815, 0.2263),
        (0.001154, 0.0004007, 0.001322, 0.002103),
        (-0.06815, 0.001322, 0.09748, -0.2982),
        (0.2263, 0.002103, -0.2982, 5.82),
    ),
    near_db=54.9,
)
