"""Fit the policy `nearness` to recordings with true doses, and judge recordings as the phones in them would. Offline
only: nothing that runs on a phone imports it.

The threshold is not fitted: warned of is where the evidence for is as strong as against, at a probability as high as
the base rate. Everything but the log-odds comes from regressions on the truth u = ln(dose / minutes heard), campaign by
campaign, and is averaged over the campaigns: three of them do not bear more. What is known of offsets of scale and of
mixes of distances is set, not fitted (`START`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bluezone.exposure.alignment import align
from bluezone.exposure.arrays import Judged, judge, per_encounter
from bluezone.exposure.calibration import default_calibration
from bluezone.exposure.encounters import EncounterSet, read_encounters
from bluezone.exposure.errors import DatasetError, ExposureError
from bluezone.exposure.metrics import BoolArray
from bluezone.exposure.policies.nearness import SHORTEST_MINUTES, NearnessPolicy, Numbers, features, log_of_features
from bluezone.exposure.policies.nearness_scale import CENTRE, announced_power
from bluezone.exposure.scan_table import FloatArray, IntArray, ScanTable

#: u is bounded where a truth of 0, or more dose than was heard, would make it absurd
_LEAST_SHARE, _MOST_SHARE = 1e-3, 1.2

#: how much the spread's offset differs from one way of scanning to another, before it is brought to units of u: between
#: the campaigns (and mitll's scenes) it does by 0.2; with a way never seen, five times as much
_USUAL_SPREAD_SD, _WIDE_SPREAD_SD = 0.2, 1.0

#: a first guess that only says which parameters are set by hand; the fitted ones are replaced
START = NearnessPolicy(
    name="bluezone-2",
    version="2.1",
    source="not fitted yet",
    level_db=59.0,
    level_slope=2.8,
    level_variance=20.0,
    mix_mean=-2.0,
    mix_sd=0.9,
    mix_trust=0.75,
    meeting_variance=1.1,
    scales=((1.0, 8.0),),
    unlearned_scale_db=6.0,
    wide_share=0.15,
    meetings_each=2.0,
    coarse=(0.1, 0.12, 7.0, -5.0, 2.0, 8.0),
    fine=(1.3, 0.28, 4.5, -5.0, 0.9, 3.6),
    readings_power=0.35,
    long_minutes=45.0,
    log_odds=-3.0,
    log_odds_slope=2.0,
    campaign_sd=0.4,
    campaign_slope_sd=0.35,
    dose_sd_factor=1.25,
    prior_share=0.2,
    threshold_probability=0.2,
    unheard_probability=0.03,
    unheard_range=(0.001, 0.55),
    dose_alert_minutes=30.0,
    standard_infectiousness=0.4,
)

#: what a phone of the scheme `en` does not know of the level of its log (dB): it can read the powers of published keys
#: only, and here has met one (`nearness_scale.announced_power`, as the phone's `matching.calibration.log_now`)
PHONE_DOUBT_DB = announced_power(0.0, (0.0,))[1]

#: campaigns whose radios had Exposure Notifications' published transmit powers and corrections: they say what level is
#: usual. An app with a power setting of its own says nothing of that.
CALIBRATED = ("mitll", "exp34")


@dataclass(frozen=True, slots=True)
class Recording:
    """Hold a set and the true dose (minutes, each weighing min(1, 1/d^2)) of each of its encounters."""

    data: EncounterSet
    dose: FloatArray

    def shifted(self, off_db: float) -> Recording:
        """Return the recording with `off_db` added to every attenuation."""
        scans = self.data.scans.shifted(np.full(len(self.data), -off_db))
        return Recording(replace(self.data, scans=scans), self.dose)

    def subset(self, rows: BoolArray) -> Recording:
        """Return some of its encounters."""
        return Recording(self.data.subset(np.flatnonzero(rows)), self.dose[rows])


def read_recording(directory: Path) -> Recording:
    """Read a set with its truth.csv (columns enc, dose). Raises DatasetError where an encounter has no dose there."""
    data = read_encounters(directory)
    try:
        with (directory / "truth.csv").open(newline="") as file:
            doses = {row["enc"]: float(row["dose"]) for row in csv.DictReader(file)}
        return Recording(data, np.array([doses[each.name] for each in data.encounters]))
    except (OSError, KeyError, ValueError) as error:
        raise DatasetError(f"{directory}: truth.csv does not give the dose of every encounter ({error!r})") from error


# --- as phones would --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Features:
    level_db: FloatArray
    spread: FloatArray
    minutes: FloatArray
    fine: BoolArray

    @property
    def tells(self) -> BoolArray:
        """Return which encounters are long enough to tell something of the scale."""
        return self.minutes >= SHORTEST_MINUTES  # false for NaN, never heard

    def rows(self, rows: IntArray) -> list[list[float]]:
        """Return the features of some encounters as `nearness.features` gives them."""
        columns = (self.level_db, self.spread, self.minutes, self.fine)
        found: list[list[float]] = np.column_stack([column[rows] for column in columns]).tolist()
        return found


def _features(table: ScanTable, numbers: Numbers) -> _Features:
    found = per_encounter(features, table, numbers, 4)
    return _Features(found[:, 0], found[:, 1], found[:, 2], found[:, 3] > 0)


def in_set(data: EncounterSet) -> ScanTable:
    """Return the scans with what each receiving phone and sending model differ by within the set taken off (without
    labels); what the whole set differs by is left in."""
    alignment = align(data, default_calibration())
    return data.scans.shifted(alignment.shift_db - alignment.population_db)


def judge_as_phones(
    policy: NearnessPolicy, data: EncounterSet, table: ScanTable | None = None, *, level_doubt_db: float = 0.0
) -> Judged:
    """Judge each encounter as its receiving phone would, which knows its own log and no label.

    Phones without a name are told apart by model; without that all are one phone. `table`: the scans where they were
    corrected. `level_doubt_db`: as in `nearness_scale.Log`; `PHONE_DOUBT_DB` for phones that cannot read the powers of
    most senders.
    """
    table = data.scans if table is None else table
    names = np.array([each.rx or each.rx_model for each in data.encounters])
    groups = [np.flatnonzero(names == name).astype(np.int64) for name in np.unique(names)]
    return _by_group(policy, data, table, groups, level_doubt_db)


def judge_as_one(policy: NearnessPolicy, data: EncounterSet, table: ScanTable | None = None) -> Judged:
    """Judge each encounter with what the whole set says of its scale, as if all its phones were one."""
    return _by_group(policy, data, data.scans if table is None else table, [np.arange(len(data), dtype=np.int64)])


def _by_group(
    policy: NearnessPolicy,
    data: EncounterSet,
    table: ScanTable,
    groups: Sequence[IntArray],
    level_doubt_db: float = 0.0,
) -> Judged:
    found = _features(table, policy.numbers())
    scored, keys = replace(data, scans=table), data.keys()
    parts: list[tuple[IntArray, Judged]] = []
    for rows in groups:
        log = log_of_features(found.rows(rows))
        own = policy.knowing(None if log is None else log._replace(level_doubt_db=level_doubt_db))
        parts.append((rows, judge(own, scored.subset(rows).scans, [keys[row] for row in rows])))
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))

    def joined(get: Callable[[Judged], FloatArray | None]) -> FloatArray:
        columns = [np.asarray(get(part)) for _, part in parts]
        return np.concatenate(columns)[order]

    return Judged(
        joined(lambda part: part.score),
        joined(lambda part: part.share),
        joined(lambda part: part.share) >= 1,
        joined(lambda part: part.probability),
        joined(lambda part: part.probability_low),
        joined(lambda part: part.probability_high),
        joined(lambda part: part.dose_minutes),
        joined(lambda part: part.dose_low),
        joined(lambda part: part.dose_high),
    )


# --- the fit ----------------------------------------------------------------------------------------------------------


def fit_nearness(recordings: Sequence[Recording], start: NearnessPolicy = START) -> NearnessPolicy:
    """Fit `start`'s shape to recordings; each campaign weighs the same.

    Raises ExposureError where there are none, where one has encounters of one label only, or where none of them has
    radios of a known scale (`CALIBRATED`).
    """
    if not recordings or any(each.data.close.all() or not each.data.close.any() for each in recordings):
        raise ExposureError("fit: recordings with both close and other encounters are meant")
    policy = _with_regressions(recordings, start)
    said = [
        (each.data.close, _log_dose(policy, judged, each))
        for each in recordings
        for judged in (judge_as_one(policy, each.data, in_set(each.data)), judge_as_phones(policy, each.data))
    ]
    log_odds, slope = _balanced_logistic(said)
    source = "fitted by tools/nearness_report.py on " + ", ".join(each.data.name for each in recordings)
    return replace(policy, log_odds=log_odds, log_odds_slope=slope, source=source)


def _with_regressions(recordings: Sequence[Recording], start: NearnessPolicy) -> NearnessPolicy:
    raw = replace(start, coarse=(0.0, 1.0, *start.coarse[2:]), fine=(0.0, 1.0, *start.fine[2:])).numbers()
    levels, slopes, variances, means = [], [], [], []
    kinds: dict[bool, list[list[float]]] = {False: [], True: []}
    for each in recordings:
        table = in_set(each.data)
        found, plain = _features(table, raw), _features(_with_single_readings(table), raw)
        used = found.tells
        share = each.dose[used] / found.minutes[used]
        u = np.log(np.clip(share, _LEAST_SHARE, _MOST_SHARE)) - CENTRE
        level, level_slope, level_noise = _line(u, found.level_db[used])
        if each.data.name in CALIBRATED:
            levels.append(level)
        slopes.append(-level_slope)
        variances.append(float(level_noise.var()))
        means.append(float(u.var()))
        for fine, spread in ((False, plain.spread), (True, found.spread)):
            if fine and found.fine[used].mean() <= 0.5:
                continue
            centre, gain, noise = _line(u, spread[used])
            kinds[fine].append([centre, gain, float(noise.var()), float(np.mean(noise * level_noise))])
    if not levels or not kinds[True]:
        raise ExposureError(f"fit: a recording of fine scans by radios of a known scale ({', '.join(CALIBRATED)})")
    coarse, fine_ = (np.mean(kinds[kind], axis=0) for kind in (False, True))
    return replace(
        start,
        level_db=round(float(np.mean(levels)), 2),
        level_slope=round(float(np.mean(slopes)), 3),
        level_variance=round(float(np.mean(variances)), 2),
        meeting_variance=round(float(np.mean(means)), 3),
        coarse=_kind(coarse),
        fine=_kind(fine_),
    )


def _with_single_readings(table: ScanTable) -> ScanTable:
    return replace(table, readings=np.ones_like(table.readings))


def _kind(found: FloatArray) -> tuple[float, float, float, float, float, float]:
    centre, gain, variance, covariance = map(float, found)
    return (
        round(centre, 4),
        round(gain, 4),
        round(variance / gain**2, 3),
        round(covariance / gain, 3),
        round(_USUAL_SPREAD_SD / gain, 3),
        round(_WIDE_SPREAD_SD / gain, 3),
    )


def _line(x: FloatArray, y: FloatArray) -> tuple[float, float, FloatArray]:
    """Return intercept, slope and residuals of a least-squares line."""
    design = np.column_stack([np.ones(x.size), x])
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    return float(coefficients[0]), float(coefficients[1]), y - design @ coefficients


def _log_dose(policy: NearnessPolicy, judged: Judged, recording: Recording) -> FloatArray:
    """Return what the log-odds are linear in, from the probability said (a probability can be inverted whatever its
    parameters); NaN where never heard."""
    assert judged.probability is not None
    prior = np.log(policy.prior_share / (1 - policy.prior_share))
    odds = np.log(judged.probability / (1 - judged.probability)) - prior
    return np.where(recording.data.scans.heard, (odds - policy.log_odds) / policy.log_odds_slope, np.nan)


def _balanced_logistic(said: Sequence[tuple[BoolArray, FloatArray]]) -> tuple[float, float]:
    """Fit log-odds linear in the logarithm of the dose; each set, and in it each answer, weighs the same."""
    x = np.concatenate([values[~np.isnan(values)] for _, values in said])
    close = np.concatenate([labels[~np.isnan(values)] for labels, values in said]).astype(np.float64)
    weights = np.concatenate(
        [_balanced(labels[~np.isnan(values)].astype(np.float64)) for labels, values in said],
    )
    design, found = np.column_stack([np.ones(x.size), x]), np.zeros(2)
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        hessian = (design.T * (weights * probability * (1 - probability))) @ design
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), design.T @ (weights * (close - probability)))
        found = found + step
        if np.max(np.abs(step)) < 1e-10:
            break
    return round(float(found[0]), 3), round(float(found[1]), 3)


def _balanced(close: FloatArray) -> FloatArray:
    share = close.mean()
    weights: FloatArray = np.where(close == 1, 0.5 / share, 0.5 / (1 - share)) / close.size
    return weights
