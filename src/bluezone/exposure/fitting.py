"""Fit the default policy to labelled encounters. Offline only: nothing that runs on a phone imports it.

A logistic regression of "within 2 m for 15 minutes" on level and length (`policies.bluezone`). Each campaign, and in it
each of the two answers, weighs the same: so its log-odds are those of the evidence alone, and how common close meetings
are is said apart (`prior_share`). Newton's method with a small ridge; covariance by drawing whole sessions anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bluezone.exposure.alignment import align, learn_table
from bluezone.exposure.arrays import levels
from bluezone.exposure.calibration import Calibration
from bluezone.exposure.encounters import EncounterSet
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.bluezone import BluezonePolicy, Row, terms
from bluezone.exposure.scan_table import FloatArray, IntArray

#: a prior on the coefficients, as a share of the data's weight. Only the last matters: few meetings of less than 15
#: minutes were recorded, none of them close below 12, and without a prior that slope would run away.
_RIDGE = (1e-6, 1e-6, 1e-6, 1e-5)
_ITERATIONS = 50


@dataclass(frozen=True, slots=True)
class _Sample:
    """Design (one row an encounter that was heard), labels and sessions of one set."""

    design: FloatArray
    close: FloatArray
    sessions: IntArray


@dataclass(frozen=True, slots=True)
class Fit:
    """Hold a fitted policy, and the calibration in whose scale it is."""

    policy: BluezonePolicy
    calibration: Calibration


def fit(
    sets: Sequence[EncounterSet],
    start: BluezonePolicy,
    rng: np.random.Generator,
    *,
    version: str = "fitted",
    calibration: Calibration | None = None,
    repeats: int = 200,
) -> Fit:
    """Fit coefficients for `start`'s shape. The first set is the reference population unless `calibration` gives one.

    Raises ExposureError where a set has not both kinds of encounters, or the fit says that farther is riskier.
    """
    if not sets:
        raise ExposureError("fit: there is no set to learn from")
    if calibration is None:
        calibration = learn_table(sets[0], version, f"learned without labels from {sets[0].name}")
    samples = [_sample(data, start, calibration) for data in sets]
    coefficients = _coefficients(samples)
    drawn = np.array([_coefficients([_resampled(s, rng) for s in samples]) for _ in range(repeats)])
    policy = replace(
        start,
        version=version,
        source="fitted by `bluezone exposure fit` on " + ", ".join(data.name for data in sets),
        intercept=float(coefficients[0]),
        level_slope=float(coefficients[1]),
        long_slope=float(coefficients[2]),
        short_slope=float(coefficients[3]),
        covariance=_matrix(np.cov(drawn.T)),
    )
    return Fit(replace(policy, near_db=_near_db(policy)), calibration)


def _matrix(values: FloatArray) -> tuple[Row, Row, Row, Row]:
    first, second, third, fourth = (_row(row.tolist()) for row in values)
    return first, second, third, fourth


def _row(values: list[float]) -> Row:
    first, second, third, fourth = values
    return first, second, third, fourth


def _near_db(policy: BluezonePolicy) -> float:
    """The level at which a meeting of 15 minutes is as likely within 2 m as not: taken for the attenuation at 2 m."""
    return policy.centre_db - policy.intercept / policy.level_slope


def _sample(data: EncounterSet, policy: BluezonePolicy, calibration: Calibration) -> _Sample:
    close = data.close
    if close.all() or not close.any():
        raise ExposureError(f"fit: all encounters of {data.name} have the same label")
    # Here every difference between sets is taken off: their labels are known, and both kinds are in each.
    level_db, minutes = levels(policy, align(data, calibration, mix_db=0.0).apply(data.scans))
    heard = data.scans.heard
    pairs = zip(level_db[heard].tolist(), minutes[heard].tolist(), strict=True)
    design = np.array([terms(level, length, policy.centre_db) for level, length in pairs]).reshape(-1, 4)
    return _Sample(design, close[heard].astype(np.float64), data.codes("session")[heard])


def _resampled(sample: _Sample, rng: np.random.Generator) -> _Sample:
    """Sessions drawn with replacement, until both answers are among them."""
    names = np.unique(sample.sessions)
    while True:
        drawn = rng.choice(names, names.size)
        rows = np.concatenate([np.flatnonzero(sample.sessions == name) for name in drawn])
        if 0 < sample.close[rows].sum() < rows.size:
            return _Sample(sample.design[rows], sample.close[rows], sample.sessions[rows])


def _coefficients(samples: Sequence[_Sample]) -> FloatArray:
    """Intercept, slopes of the level, of length above 15 minutes and below.

    Where a few sessions happen to say that longer is safer, that slope is left out (0): it is chance, and a policy must
    not act on it.
    """
    kept = [0, 1, 2, 3]
    while True:
        coefficients = np.zeros(4)
        coefficients[kept] = _logistic_regression(samples, kept)
        wrong = [column for column in kept if column >= 2 and coefficients[column] < 0]
        if not wrong:
            return coefficients
        kept = [column for column in kept if column not in wrong]


def _logistic_regression(samples: Sequence[_Sample], columns: list[int]) -> FloatArray:
    design = np.concatenate([sample.design for sample in samples])[:, columns]
    close = np.concatenate([sample.close for sample in samples])
    weights = np.concatenate([_balanced(sample.close) for sample in samples])
    ridge = np.diag(np.array(_RIDGE)[columns]) * weights.sum()
    coefficients = np.zeros(len(columns))
    for _ in range(_ITERATIONS):
        said = 1 / (1 + np.exp(-np.clip(design @ coefficients, -30, 30)))
        gradient = design.T @ (weights * (close - said)) - ridge @ coefficients
        hessian = (design.T * (weights * said * (1 - said))) @ design + ridge
        step = np.linalg.solve(hessian, gradient)
        coefficients = coefficients + step
        if np.max(np.abs(step)) < 1e-10:
            break
    return coefficients


def _balanced(close: FloatArray) -> FloatArray:
    """Weights with which each answer makes up half of a set, and each set counts as one."""
    share = close.mean()
    weights: FloatArray = np.where(close == 1, 0.5 / share, 0.5 / (1 - share)) / close.size
    return weights
