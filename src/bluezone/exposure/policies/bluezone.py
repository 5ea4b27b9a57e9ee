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
quarter.

A day is warned of where probability times infectiousness reaches `threshold_probability`, or where the day's dose times
infectiousness reaches `dose_alert_minutes`: many meetings that are each not enough add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np

from bluezone.exposure.policies.base import DayRisk, Evidence, RiskAssessment, windows_by_day, windows_by_encounter
from bluezone.exposure.policies.daily import require
from bluezone.exposure.policies.infectiousness import infectiousness
from bluezone.exposure.scan_table import FloatArray, ScanTable, sum_by_encounter, table_of_windows
from bluezone.exposure.windows import MAX_GAP_S, ExposureWindow

Row = tuple[float, float, float, float]

#: the length that makes a close contact (the same in every definition of 2020): below it, length decides; above, hardly
ENOUGH_MINUTES = 15.0

#: windows that begin within an hour of each other are judged together too
_PIECE_S = 3600.0

#: half-width of the 80 % range, in standard deviations of the log-odds
_RANGE_SD = 1.2816

#: log-odds beyond are certainty for all purposes, and exp() of them is no number
_MAX_LOGIT = 30.0

#: how far below 0 an eigenvalue of a covariance may be that was rounded to four digits
_ROUNDING = 1e-3


@dataclass(frozen=True, slots=True)
class Estimates:
    """Hold what the policy says of each encounter of a table. All arrays have one entry an encounter.

    `probability` with its 80 % range `low`..`high`; `dose_minutes` without infectiousness; `level_db`, `minutes` as in
    the module's text. An encounter never heard has the probability `unheard_probability`, no dose, and a NaN level.
    """

    probability: FloatArray
    low: FloatArray
    high: FloatArray
    dose_minutes: FloatArray
    level_db: FloatArray
    minutes: FloatArray


@dataclass(frozen=True, slots=True)
class BluezonePolicy:
    """Hold parameters; the fitted ones come from `bluezone exposure fit`.

    log-odds at even prior = intercept + level_slope (level - centre_db) + long_slope ln(max(minutes, 15) / 15)
    + short_slope ln(min(minutes, 15) / 15); `covariance`: of the four coefficients, over sessions;
    `drift_sd_db`: what a phone's attenuations may still be off by after correction.
    """

    name: str
    version: str
    source: str
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

    def __post_init__(self) -> None:
        numbers = [value for value in asdict(self).values() if isinstance(value, float | int)]
        require(all(np.isfinite(numbers)), self.name, "a parameter is not a number")
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
        require([len(row) for row in self.covariance] == [4] * 4, self.name, "its covariance is not of four by four")
        covariance = np.array(self.covariance, dtype=np.float64)
        sound = np.isfinite(covariance).all() and np.array_equal(covariance, covariance.T)
        require(
            bool(sound) and float(np.linalg.eigvalsh(covariance)[0]) > -_ROUNDING, self.name, "its covariance is none"
        )

    @property
    def aligned(self) -> bool:
        return True

    @property
    def threshold(self) -> float:
        return self.threshold_probability

    @property
    def unit(self) -> str:
        return "probability of 2 m for 15 minutes, times infectiousness"

    def parameters(self) -> Mapping[str, object]:
        values = {key: value for key, value in asdict(self).items() if key not in ("name", "version", "source")}
        return values | {"covariance": [list(row) for row in self.covariance]}

    # --- encounters ---------------------------------------------------------------------------------------------------

    def features(self, table: ScanTable) -> tuple[FloatArray, FloatArray]:
        """Return level (dB, NaN where never heard) and length (minutes) of each encounter."""
        level_of_scan = self.minimum_weight * table.min_db + (1 - self.minimum_weight) * table.typical_db
        seconds = _seconds(table)
        level = _lower_tail_mean(table, level_of_scan, seconds * table.readings, self.tail_share)
        return level, sum_by_encounter(table, seconds) / 60

    def design(self, level_db: FloatArray, minutes: FloatArray) -> FloatArray:
        """Return what the four coefficients are multiplied with, one row an encounter; zeros for one never heard."""
        heard = minutes > 0
        length = np.where(heard, minutes, ENOUGH_MINUTES) / ENOUGH_MINUTES
        columns = (
            np.ones(minutes.size),
            np.where(heard, level_db - self.centre_db, 0.0),
            np.log(np.maximum(length, 1.0)),
            np.log(np.minimum(length, 1.0)),
        )
        return np.column_stack(columns)

    def estimate(self, table: ScanTable) -> Estimates:
        """Estimate probability, its range and dose of each encounter of a table."""
        level, minutes = self.features(table)
        design = self.design(level, minutes)
        coefficients = np.array([self.intercept, self.level_slope, self.long_slope, self.short_slope])
        odds = (design * coefficients).sum(axis=1)  # not `@`: its last bit depends on how many encounters there are
        variance = np.einsum("ni,ij,nj->n", design, np.array(self.covariance), design)
        spread = _RANGE_SD * np.sqrt(np.maximum(variance, 0.0) + (self.level_slope * self.drift_sd_db) ** 2)

        def probability(logit: FloatArray) -> FloatArray:
            said = _logistic(logit + np.log(self.prior_share / (1 - self.prior_share)))
            return np.where(table.heard, said, self.unheard_probability)

        return Estimates(
            probability(odds), probability(odds - spread), probability(odds + spread), self._dose(table), level, minutes
        )

    def _dose(self, table: ScanTable) -> FloatArray:
        # Free space: power falls with the square of the distance, as the dose does: 10 dB more are a tenth of both.
        nearness = np.minimum(1.0, 10 ** ((self.near_db - table.typical_db) / 10))
        return sum_by_encounter(table, nearness * _seconds(table)) / 60

    # --- days ---------------------------------------------------------------------------------------------------------

    def infectiousness_weight(self, days_since_onset: int | None) -> float:
        """Return the factor of no, standard or high infectiousness. An unknown onset counts in full: not knowing is
        no reason to be silent."""
        known = infectiousness(days_since_onset)
        return 1.0 if known is None else (0.0, self.standard_infectiousness, 1.0)[known]

    def assess(self, windows: Sequence[ExposureWindow]) -> RiskAssessment:
        return self.assess_each([windows])[0]

    def assess_each(self, encounters: Sequence[Sequence[ExposureWindow]]) -> list[RiskAssessment]:
        days_of = [[(day, windows_by_encounter(of_day)) for day, of_day in windows_by_day(w)] for w in encounters]
        meetings = [meeting for days in days_of for _, of_day in days for meeting in of_day]
        pieces = [_pieces(meeting) for meeting in meetings]
        estimates = self.estimate(table_of_windows([piece for of_meeting in pieces for piece in of_meeting]))
        judged, row = [], 0
        for meeting, of_meeting in zip(meetings, pieces, strict=True):
            rows = slice(row, row + len(of_meeting))
            top = row + int(np.argmax(estimates.probability[rows]))
            judged.append(_Meeting(self.infectiousness_weight(meeting[0].days_since_onset), len(meeting), row, top))
            row += len(of_meeting)
        assessments, next_meeting = [], 0
        for days in days_of:
            risks = []
            for day_start_s, of_day in days:
                risks.append(self._day(day_start_s, judged[next_meeting : next_meeting + len(of_day)], estimates))
                next_meeting += len(of_day)
            assessments.append(RiskAssessment(self.name, self.version, self.threshold, tuple(risks)))
        return assessments

    def _day(self, day_start_s: int, meetings: Sequence[_Meeting], estimates: Estimates) -> DayRisk:
        def whole(values: FloatArray) -> list[float]:
            return [float(values[meeting.whole]) for meeting in meetings]

        scores = [float(estimates.probability[meeting.top]) * meeting.weight for meeting in meetings]
        doses = [dose * m.weight for dose, m in zip(whole(estimates.dose_minutes), meetings, strict=True)]
        dose = sum(sorted(doses))  # sorted: the order in which windows come must not change the last bit
        top = meetings[int(np.argmax(scores))].top
        evidence = Evidence(
            heard_s=sum(sorted(whole(estimates.minutes))) * 60,
            attenuation_db=float(estimates.level_db[top]),
            probability=float(estimates.probability[top]),
            probability_range=(float(estimates.low[top]), float(estimates.high[top])),
            dose_minutes=dose,
        )
        alert = max(scores) >= self.threshold_probability or dose >= self.dose_alert_minutes
        return DayRisk(day_start_s, max(scores), alert, sum(meeting.windows for meeting in meetings), evidence)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """`weight`: infectiousness; `windows`: how many; `whole` and `top`: rows of the estimates, of the meeting as a
    whole and of its most probable piece."""

    weight: float
    windows: int
    whole: int
    top: int


def _pieces(meeting: Sequence[ExposureWindow]) -> list[Sequence[ExposureWindow]]:
    """The meeting as a whole, then, where it is longer than an hour, each two windows of it that follow one another.

    Twenty minutes side by side are no less for the seven hours in the same office around them, but among these they
    would be too small a share to show in the meeting's level.
    """
    if len(meeting) <= 2:
        return [meeting]
    pairs = [pair if pair[1].start_s - pair[0].start_s <= _PIECE_S else pair[:1] for pair in pairwise(meeting)]
    return [meeting, *pairs]


def _seconds(table: ScanTable) -> FloatArray:
    """The time each scan stands for: at least a second (a first scan has none before it), at most the longest silence
    within a meeting: a clock that jumped must not make a long meeting of a short one."""
    return np.clip(table.since_last_scan_s, 1.0, MAX_GAP_S)


def _lower_tail_mean(table: ScanTable, values: FloatArray, weights: FloatArray, share: float) -> FloatArray:
    """The weighted mean of the lowest `share` (by weight) of each encounter's values; NaN for one without rows."""
    owner = table.owner()
    order = np.lexsort((values, owner))
    ordered, weight = values[order], weights[order]  # the rows of an encounter stay together: `owner` still fits
    total = sum_by_encounter(table, weight)
    running = np.cumsum(weight)
    before_encounter = np.concatenate(([0.0], running))[table.offsets[:-1]]
    used = np.clip(share * total[owner] - (running - weight - before_encounter[owner]), 0.0, weight)
    summed = np.bincount(owner, weights=used * ordered, minlength=len(table))
    mass = np.bincount(owner, weights=used, minlength=len(table))
    mean: FloatArray = np.divide(summed, mass, out=np.full(len(table), np.nan), where=mass > 0)
    return mean


def _logistic(logit: FloatArray) -> FloatArray:
    result: FloatArray = 1 / (1 + np.exp(-np.clip(logit, -_MAX_LOGIT, _MAX_LOGIT)))
    return result


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
