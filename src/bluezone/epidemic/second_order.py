"""Compare runs in which contacts (F1) warn others (F2) with runs of the same chance in which they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bluezone.epidemic.effects import Estimate, share
from bluezone.epidemic.ensembles import Plan

#: What the health office of Hải Dương had found with the app by 31 August 2020 (F1, F2).
HAI_DUONG = (20, 938)


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """Say of one uptake what warning contacts of contacts adds. Numbers of people are means over runs.

    averted_share: of the infections with the app but without them. first, second: alerts to F1, to F2.
    second_infected_share: of F2 who were infected when they were told. more_tests, more_isolation_days: than without.
    """

    uptake: float
    runs: int
    averted_share: Estimate
    published: float
    first: float
    second: float
    second_infected_share: float
    more_tests: float
    more_isolation_days: float

    @property
    def second_of_each_first(self) -> float:
        """Return how many F2 are told for each F1 told; nan where nobody was."""
        return self.second / self.first if self.first else float("nan")


def plans(plan: Plan) -> tuple[Plan, Plan]:
    """Return the question without and with contacts of contacts, alike in all else."""
    without, having = (
        replace(plan, scenario=replace(plan.scenario, app=replace(plan.scenario.app, second_order=on)))
        for on in (False, True)
    )
    return without, having


def compare(without: Sequence[dict[str, Any]], having: Sequence[dict[str, Any]]) -> list[SecondOrder]:
    """Return what contacts of contacts add at each uptake, from the seeds that were run both ways; none at uptake 0."""
    before = {(float(row["uptake"]), int(row["seed"])): row for row in without}
    after = {(float(row["uptake"]), int(row["seed"])): row for row in having}
    both = sorted(before.keys() & after.keys())
    uptakes = sorted({uptake for uptake, _ in both if uptake > 0})
    return [
        _of_one([before[key] for key in both if key[0] == uptake], [after[key] for key in both if key[0] == uptake])
        for uptake in uptakes
    ]


def _of_one(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> SecondOrder:
    def mean(rows: Sequence[dict[str, Any]], name: str) -> float:
        return float(np.mean([row[name] for row in rows]))

    base = np.array([row["infections"] for row in before], dtype=np.float64)
    averted = base - np.array([row["infections"] for row in after], dtype=np.float64)
    second, false = mean(after, "second_order_alerts"), mean(after, "second_order_false_alerts")
    return SecondOrder(
        uptake=float(after[0]["uptake"]),
        runs=len(after),
        averted_share=share(averted, base),
        published=mean(after, "published"),
        first=mean(after, "app_alerts"),
        second=second,
        second_infected_share=(second - false) / second if second else float("nan"),
        more_tests=mean(after, "tests") - mean(before, "tests"),
        more_isolation_days=mean(after, "isolation_days") - mean(before, "isolation_days"),
    )
