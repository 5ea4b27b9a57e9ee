"""What the parts of the page measure with: runs, paired differences, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.effects import Estimate, share
from bluezone.epidemic.engine import run
from bluezone.epidemic.population import Population
from bluezone.epidemic.results import Outcome
from bluezone.epidemic.scenario import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """A line of the table of targets."""

    target: str
    published: str
    ours: str
    verdict: str


def pct(value: float, decimals: int = 1) -> str:
    return f"{100 * value:.{decimals}f} %"


def span(value: Estimate, decimals: int = 1) -> str:
    return f"{100 * value.mean:.{decimals}f} % ({100 * value.low:.{decimals}f} to {100 * value.high:.{decimals}f})"


def collect(population: Population, scenario: Scenario, seeds: int, value: Callable[[Outcome], float]) -> Floats:
    return np.array([value(run(population, scenario, seed)) for seed in range(seeds)], dtype=np.float64)


def fewer(
    population: Population, base: Scenario, changed: Scenario, seeds: int, value: Callable[[Outcome], float]
) -> Estimate:
    """Share by which a total falls, paired."""
    before, after = (collect(population, scenario, seeds, value) for scenario in (base, changed))
    return share(before - after, before)


def infections(outcome: Outcome) -> float:
    return float(outcome.infections)


def cases(outcome: Outcome) -> float:
    return float(outcome.by_day["cases"].sum())


def deaths(outcome: Outcome) -> float:
    return float(outcome.by_day["deaths"].sum())


def peak(outcome: Outcome) -> float:
    return float(outcome.by_day["infections"].max())


def table(rows: Sequence[Row], headings: Sequence[str] = ("target", "published", "ours", "")) -> str:
    lines = [f"| {' | '.join(headings)} |".replace("|  |", "| |"), "|---|--:|--:|---|"]
    return "\n".join(lines + [f"| {row.target} | {row.published} | {row.ours} | {row.verdict} |" for row in rows])
