"""Measure policies on labelled encounters: how well they rank, what their threshold does, how true their
probabilities.

Everything is measured as a phone would judge: on one direction (what one phone heard of the other) unless both are
pooled on purpose, each receiving phone knowing its own meetings, with intervals that draw whole sessions anew. An
encounter without a scan was never heard: it scores 0 by every policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from bluezone.exposure.arrays import judge_as_phones
from bluezone.exposure.calibration import Calibration
from bluezone.exposure.caveats import caveats
from bluezone.exposure.encounters import EncounterSet
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.metrics import (
    BoolArray,
    OperatingPoint,
    ReliabilityBin,
    auc,
    best_operating_point,
    brier,
    operating_point,
    reliability,
    session_bootstrap,
)
from bluezone.exposure.policies import POLICIES, Policy
from bluezone.exposure.scan_table import FloatArray, IntArray

_REPEATS = 200
_SMALLEST_GROUP = 20


@dataclass(frozen=True, slots=True)
class Scores:
    """Hold what a policy said of each encounter. `probability` and `near_minutes` are None for a policy that gives
    none."""

    score: FloatArray
    alert: BoolArray
    probability: FloatArray | None = None
    near_minutes: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Hold the result of a part of a set: one scene, or one pair of placements."""

    encounters: int
    positives: int
    auc: float
    recall: float
    false_alarms: float


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """Hold how a policy did. `own`: at its own threshold; `best`: at the one that suits these data best (a bound)."""

    policy: str
    version: str
    unit: str
    auc: float
    auc_interval: tuple[float, float]
    own: OperatingPoint
    ndcf_interval: tuple[float, float]
    best: OperatingPoint
    brier: float | None
    reliability: tuple[ReliabilityBin, ...]
    by_scene: Mapping[str, GroupResult]
    by_placement: Mapping[str, GroupResult]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Hold the results of all policies on one set. `unheard`: encounters without a scan; `label_minutes`: minutes
    within 2 m that the set's label asks for, None where it does not tell. `caveats`: what the set does not allow to be
    said, in sentences."""

    set: str
    encounters: int
    positives: int
    label_minutes: int | None
    unheard: int
    sessions: int
    skipped_scans: int
    pooled: bool
    policies: tuple[PolicyResult, ...]
    caveats: tuple[str, ...]

    @property
    def base_rate(self) -> float:
        return self.positives / self.encounters


_Row = TypeVar("_Row", PolicyResult, "Transfer")


def merged(rows: Sequence[_Row]) -> list[tuple[str, _Row]]:
    """Return rows for a reader: policies of the same rule and parameters are one row, the first's, under all their
    names; one whose version is not that of its name here bears it."""
    named: dict[str, tuple[list[str], _Row]] = {}
    for row in rows:
        policy = POLICIES.get(row.policy)
        version = row.version if isinstance(row, PolicyResult) else None
        if policy is not None and version in (None, policy.version):
            name, rule = row.policy, repr((type(policy), policy.parameters()))
        else:
            name = rule = f"{row.policy} {version}" if version else row.policy
        named.setdefault(rule, ([], row))[0].append(name)
    return [(", ".join(names), row) for names, row in named.values()]


def score(policy: Policy, data: EncounterSet) -> Scores:
    """Score each encounter by `policy`, as its receiving phone would. Phones without a name are told apart by model;
    without that all are one phone."""
    judged = judge_as_phones(policy, data.scans, data.keys(), [each.rx or each.rx_model for each in data.encounters])
    return Scores(judged.score, judged.alert, judged.probability, judged.near_minutes)


def pooled(scores: Scores, data: EncounterSet, threshold: float) -> Scores:
    """Score each encounter with what the other phone heard taken in: the mean of both scores, and of both log-odds, of
    whichever are known.

    Only for where both logs are lawfully at hand: a study, or two people who both agreed.
    """
    other = data.reverse()
    both = other >= 0
    mean = np.where(both, (scores.score + scores.score[other]) / 2, scores.score)
    probability = scores.probability
    if probability is not None:
        logit = np.log(probability / (1 - probability))
        probability = 1 / (1 + np.exp(-np.where(both, (logit + logit[other]) / 2, logit)))
    return Scores(mean, mean >= threshold, probability)


def evaluate(
    data: EncounterSet,
    policies: Sequence[Policy],
    calibration: Calibration | None,
    rng: np.random.Generator,
    *,
    pool: bool = False,
    repeats: int = _REPEATS,
) -> Evaluation:
    """Measure policies on a set; `calibration`: a table of models by which phones correct their readings first."""
    corrected = data.corrected(calibration)
    results = []
    for policy in policies:
        scores = score(policy, corrected)
        if pool:
            scores = pooled(scores, data, policy.threshold)
        results.append(measure(policy, scores, data, rng, repeats))
    return Evaluation(
        set=data.name,
        encounters=len(data),
        positives=int(data.close.sum()),
        label_minutes=data.label_minutes,
        unheard=int((~data.scans.heard).sum()),
        sessions=int(np.unique(data.codes("session")).size),
        skipped_scans=data.skipped_scans,
        pooled=pool,
        policies=tuple(results),
        caveats=caveats(data, calibration, pool=pool),
    )


def measure(
    policy: Policy, scores: Scores, data: EncounterSet, rng: np.random.Generator, repeats: int = _REPEATS
) -> PolicyResult:
    """Compute the figures of merit of scores already made."""
    close, sessions = data.close, data.codes("session")
    own = replace(operating_point(close, scores.alert.astype(np.float64), 1.0), threshold=policy.threshold)

    def ndcf(rows: IntArray) -> float:
        return operating_point(close[rows], scores.alert[rows].astype(np.float64), 1.0).ndcf

    return PolicyResult(
        policy=policy.name,
        version=policy.version,
        unit=policy.unit,
        auc=auc(close, scores.score),
        auc_interval=session_bootstrap(
            lambda rows: auc(close[rows], scores.score[rows]), sessions, rng, repeats=repeats
        ),
        own=own,
        ndcf_interval=session_bootstrap(ndcf, sessions, rng, repeats=repeats),
        best=best_operating_point(close, scores.score),
        brier=None if scores.probability is None else brier(close, scores.probability),
        reliability=() if scores.probability is None else reliability(close, scores.probability),
        by_scene=_by_group([e.scene for e in data.encounters], scores, close),
        by_placement=_by_group(_placements(data), scores, close),
    )


def _placements(data: EncounterSet) -> list[str]:
    names = [f"{e.rx_place} hears {e.tx_place}" if e.rx_place and e.tx_place else "" for e in data.encounters]
    sizes = {name: names.count(name) for name in set(names)}
    return [name if not name or sizes[name] >= _SMALLEST_GROUP else "other placements" for name in names]


def _by_group(names: Sequence[str], scores: Scores, close: BoolArray) -> dict[str, GroupResult]:
    """Each group that has a name. A group of one answer only has no AUC (NaN)."""
    groups = {}
    for name in sorted(set(names) - {""}):
        rows = np.array([other == name for other in names])
        at = operating_point(close[rows], scores.alert[rows].astype(np.float64), 1.0)
        groups[name] = GroupResult(
            int(rows.sum()), int(close[rows].sum()), auc(close[rows], scores.score[rows]), at.recall, at.p_false_alarm
        )
    return groups


# --- what is fitted on one set and frozen, and what within a set by sessions ------------------------------------------


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hold a policy whose threshold comes from `learned_on` alone, measured on `measured_on`."""

    policy: str
    learned_on: str
    measured_on: str
    auc: float
    frozen: OperatingPoint
    missed_interval: tuple[float, float]
    false_alarm_interval: tuple[float, float]
    best: OperatingPoint
    brier: float | None


def transfer(
    learn: EncounterSet, test: EncounterSet, policies: Sequence[Policy], rng: np.random.Generator
) -> list[Transfer]:
    """Choose each policy's threshold on `learn` (lowest nDCF) and freeze it for `test`.

    Raises ExposureError where `learn` has encounters of one kind only.
    """
    if learn.close.all() or not learn.close.any():
        raise ExposureError(f"transfer: all encounters of {learn.name} have the same label; there is nothing to learn")
    rows = []
    for policy in policies:
        threshold = best_operating_point(learn.close, score(policy, learn).score).threshold
        scores = score(policy, test)
        close, frozen = test.close, operating_point(test.close, scores.score, threshold)
        warned, sessions = (scores.score >= threshold).astype(np.float64), test.codes("session")
        missed, alarms = (_interval(close, warned, sessions, rng, figure) for figure in ("p_miss", "p_false_alarm"))
        rows.append(
            Transfer(
                policy=policy.name,
                learned_on=learn.name,
                measured_on=test.name,
                auc=auc(close, scores.score),
                frozen=frozen,
                missed_interval=missed,
                false_alarm_interval=alarms,
                best=best_operating_point(close, scores.score),
                brier=None if scores.probability is None else brier(close, scores.probability),
            )
        )
    return rows


def _interval(
    close: BoolArray, warned: FloatArray, sessions: IntArray, rng: np.random.Generator, figure: str
) -> tuple[float, float]:
    def of(rows: IntArray) -> float:
        return float(getattr(operating_point(close[rows], warned[rows], 1.0), figure))

    return session_bootstrap(of, sessions, rng, repeats=_REPEATS)
