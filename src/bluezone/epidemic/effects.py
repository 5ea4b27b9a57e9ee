"""Estimate what adoption bought: differences of paired runs, with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from bluezone.epidemic.errors import EpidemicError

#: Totals a table shows, each averaged over seeds.
SHOWN = (
    "infections",
    "deaths",
    "cases",
    "peak_infections",
    "peak_day",
    "peak_in_hospital",
    "isolation_days",
    "needless_isolation_days",
    "tests",
    "app_alerts",
    "app_false_alerts",
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold a mean and its 95 % interval (Student's t over seeds); low and high are nan with a single seed."""

    mean: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Return whether the interval does not contain 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Effect:
    """Compare one uptake against none. Shares are of what happens without the app (averted_share 0.1: a tenth fewer).

    averted_in_one: the share that one further outbreak averts, with the 95 % interval for a single one; it does not
    narrow with more runs. All intervals hold what differs from run to run: chance and, unless it was set, how well
    phones tell who was near.

    pairing_gain: how many times more runs unpaired seeds would need for the same interval of averted infections.
    """

    uptake: float
    runs: int
    totals: dict[str, float]
    averted_infections: Estimate
    averted_share: Estimate
    averted_in_one: Estimate
    averted_deaths: Estimate
    averted_deaths_share: Estimate
    peak_reduction_share: Estimate
    extra_isolation_days: Estimate
    pairing_gain: float


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Return the mean and 95 % interval of independent values."""
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean, float("nan"), float("nan"))
    half = float(scipy.special.stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values)))
    return Estimate(mean, mean - half, mean + half)


def fewer(before: NDArray[np.float64], after: NDArray[np.float64]) -> Estimate:
    """Return by how much the second of two runs of a seed is less: judged by pairs, since chance that both share moves
    both, and would make the intervals of each overlap."""
    return estimate(before - after)


def of_one(values: NDArray[np.float64]) -> Estimate:
    """Return the mean and the interval in which one further value lies with a probability of 95 % (Student's t)."""
    around = estimate(values)
    wider = np.sqrt(len(values) + 1)  # of the mean: sd / sqrt(n); of a value about it: sd sqrt(1 + 1/n)
    return Estimate(around.mean, *(around.mean + (end - around.mean) * wider for end in (around.low, around.high)))


def share(
    change: NDArray[np.float64],
    base: NDArray[np.float64],
    spread: Callable[[NDArray[np.float64]], Estimate] = estimate,
) -> Estimate:
    """Return the ratio of means with the interval of its linearisation: outbreaks that died out weigh what they are
    worth. `spread`: `estimate` for the interval of the mean, `of_one` for that of one outbreak."""
    if base.sum() == 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    ratio = float(change.sum() / base.sum())
    around = spread((change - ratio * base) / base.mean())
    high = np.minimum(ratio + around.high, 1.0)  # no more than all can be averted; nan, of one run, stays nan
    return Estimate(ratio, ratio + around.low, float(high))


def effects(rows: Sequence[dict[str, Any]]) -> list[Effect]:
    """Return one `Effect` for each uptake, that of 0 first. Uses only seeds that were run at 0 and at that uptake.

    Raises EpidemicError if there is no run at 0.
    """
    by_uptake: dict[float, dict[int, dict[str, Any]]] = {}
    for row in rows:
        by_uptake.setdefault(float(row["uptake"]), {})[int(row["seed"])] = row
    if 0.0 not in by_uptake:
        raise EpidemicError("there is no run without the app to compare with; run uptake 0 too")
    return [_effect(uptake, by_uptake[0.0], by_uptake[uptake]) for uptake in sorted(by_uptake)]


def _effect(uptake: float, without: dict[int, dict[str, Any]], having: dict[int, dict[str, Any]]) -> Effect:
    seeds = sorted(without.keys() & having.keys())
    if not seeds:
        raise EpidemicError(f"uptake {uptake:g} and uptake 0 have no seed in common; run the same seeds at both")

    def pair(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        base = np.array([without[seed][name] for seed in seeds], dtype=np.float64)
        return base, base - np.array([having[seed][name] for seed in seeds], dtype=np.float64)

    base, averted = pair("infections")
    base_deaths, averted_deaths = pair("deaths")
    base_peak, lower_peak = pair("peak_infections")
    _, fewer_days = pair("isolation_days")
    spread = base.var() + (base - averted).var()
    paired = averted.var()
    return Effect(
        uptake=uptake,
        runs=len(seeds),
        totals={name: float(np.mean([having[seed][name] for seed in seeds])) for name in SHOWN},
        averted_infections=estimate(averted),
        averted_share=share(averted, base),
        averted_in_one=share(averted, base, of_one),
        averted_deaths=estimate(averted_deaths),
        averted_deaths_share=share(averted_deaths, base_deaths),
        peak_reduction_share=share(lower_peak, base_peak),
        extra_isolation_days=estimate(-fewer_days),
        pairing_gain=float(spread / paired) if paired > 0 else float("nan"),
    )
