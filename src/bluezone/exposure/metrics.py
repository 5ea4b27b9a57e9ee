"""Compute figures of merit of a score against a truth of yes and no.

Scores rise with risk. Ties are honoured: the AUC counts them half, a threshold never splits them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.scan_table import FloatArray, IntArray

BoolArray = NDArray[np.bool_]


def _check(close: BoolArray, scores: FloatArray) -> None:
    if close.shape != scores.shape:
        raise ExposureError(f"{scores.size} scores for {close.size} labels")
    if np.isnan(scores).any():
        raise ExposureError("a score is not a number")


def auc(close: BoolArray, scores: FloatArray) -> float:
    """Compute the area under the ROC curve: how often a close encounter scores above one that is not. NaN without
    both kinds."""
    _check(close, scores)
    positives = int(close.sum())
    negatives = close.size - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(middle_rank[inverse][close].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def session_bootstrap(
    statistic: Callable[[IntArray], float],
    sessions: IntArray,
    rng: np.random.Generator,
    *,
    repeats: int = 200,
) -> tuple[float, float]:
    """Return the 95 % interval of `statistic(rows)` when whole sessions are drawn anew: encounters of one session are
    not independent.

    With fewer than two sessions there is no interval: (NaN, NaN). Repeats whose statistic is undefined are left out.
    """
    names = np.unique(sessions)
    if names.size < 2:
        return float("nan"), float("nan")
    rows_of = [np.flatnonzero(sessions == name) for name in names]
    values = []
    for _ in range(repeats):
        drawn = rng.integers(0, names.size, names.size)
        value = statistic(np.concatenate([rows_of[number] for number in drawn]))
        if np.isfinite(value):
            values.append(value)
    if not values:
        return float("nan"), float("nan")
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Hold what a threshold does. `p_miss`: share of close encounters not warned of; `p_false_alarm`: share of the
    others warned of; `precision` is NaN where nobody is warned. `ndcf` = p_miss + p_false_alarm: 1 is as good as a
    coin."""

    threshold: float
    p_miss: float
    p_false_alarm: float
    precision: float
    recall: float

    @property
    def ndcf(self) -> float:
        return self.p_miss + self.p_false_alarm


def operating_point(close: BoolArray, scores: FloatArray, threshold: float) -> OperatingPoint:
    """Warn from `threshold` on (scores at it included)."""
    _check(close, scores)
    warned = scores >= threshold
    hits = float((warned & close).sum())
    positives, negatives = float(close.sum()), float((~close).sum())
    recall = hits / positives if positives else float("nan")
    false_alarms = float((warned & ~close).sum())
    return OperatingPoint(
        threshold=threshold,
        p_miss=1 - recall,
        p_false_alarm=false_alarms / negatives if negatives else float("nan"),
        precision=hits / warned.sum() if warned.any() else float("nan"),
        recall=recall,
    )


def best_operating_point(close: BoolArray, scores: FloatArray) -> OperatingPoint:
    """Return the threshold with the lowest nDCF. Chosen on the same data it is measured on: a bound, not a promise.

    NaN throughout where all encounters are of one kind: there is nothing to choose by.
    """
    _check(close, scores)
    if close.all() or not close.any():
        return OperatingPoint(*[float("nan")] * 5)
    candidates, inverse = np.unique(scores, return_inverse=True)
    positives = np.bincount(inverse, weights=close, minlength=candidates.size)
    everyone = np.bincount(inverse, minlength=candidates.size)
    hits = np.cumsum(positives[::-1])[::-1]
    warned = np.cumsum(everyone[::-1])[::-1]
    ndcf = 1 - hits / hits[0] + (warned - hits) / (close.size - hits[0])
    return operating_point(close, scores, float(candidates[int(np.argmin(ndcf))]))


def brier(close: BoolArray, probabilities: FloatArray) -> float:
    """Return the mean squared error of probabilities; always saying the base rate b scores b (1 - b)."""
    _check(close, probabilities)
    return float(np.mean((probabilities - close) ** 2))


_TENTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Hold the encounters whose probability fell in [low, high): what was said on average, and what was."""

    low: float
    high: float
    encounters: int
    said: float
    was: float


def reliability(
    close: BoolArray, probabilities: FloatArray, edges: tuple[float, ...] = _TENTHS
) -> tuple[ReliabilityBin, ...]:
    """Return the bins that hold anyone."""
    _check(close, probabilities)
    bins = np.clip(np.digitize(probabilities, edges) - 1, 0, len(edges) - 2)
    return tuple(
        ReliabilityBin(
            edges[number],
            edges[number + 1],
            int((bins == number).sum()),
            float(probabilities[bins == number].mean()),
            float(close[bins == number].mean()),
        )
        for number in np.unique(bins)
    )
