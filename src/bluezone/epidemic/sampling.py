"""Draw all doubtful assumptions at once, so that the interval of an answer holds them too, not chance alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from bluezone.epidemic.effects import Estimate
from bluezone.epidemic.ensembles import Plan, Task
from bluezone.epidemic.presets import assumptions, with_assumption
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.sensitivity import LEVERS, Lever

#: Draws, people in each, and the share of people whom an outbreak must reach before it can say what is averted.
DRAWS: Final = 200
PEOPLE: Final = 20_000
_GREW: Final = 0.01
#: First seed of the draws: apart from those of the plan itself.
_SEED: Final = 1_000_000


def doubtful() -> tuple[Lever, ...]:
    """Return the levers that are drawn: what nobody knows. What a ministry decides (`Lever.decided`) is not, nor is
    what each run draws already."""
    return tuple(each for each in LEVERS if not each.decided and each.name not in ("app.detection", "app.bystanders"))


def drawn(scenario: Scenario, generator: np.random.Generator) -> Scenario:
    """Return the scenario with every doubtful assumption drawn: triangular over its range, most often as it is."""
    known = assumptions(scenario)
    for lever in doubtful():
        now = float(known[lever.name])
        ends = (float(lever.low), float(lever.high), now)
        low, high = min(ends), max(ends)
        value = float(generator.triangular(low, now, high)) if high > low else now
        if lever.name == "app.unit_clustering":  # of those who do not follow their household
            value *= 1 - scenario.app.household_clustering
        text = str(round(value)) if isinstance(known[lever.name], int) else f"{value:.4f}"
        scenario = with_assumption(scenario, lever.name, text)
    return scenario


def tasks(plan: Plan, uptake: float, draws: int | None = None) -> Iterator[Task]:
    """Return the runs: of each draw one without the app and one with it, of the same seed."""
    people = min(plan.people, PEOPLE)
    for number in range(DRAWS if draws is None else draws):
        scenario = drawn(plan.scenario, np.random.default_rng([plan.seeds[0], number]))
        one = replace(plan, people=people, scenario=scenario, uptakes=(uptake,), seeds=(_SEED + number,))
        yield from one.tasks()


def averted(rows: Iterable[dict[str, Any]]) -> Estimate | None:
    """Return the median share averted and the bounds of nine of ten draws in which an outbreak grew; None where too few
    did."""
    by_seed: dict[int, dict[bool, float]] = {}
    for row in rows:
        by_seed.setdefault(int(row["seed"]), {})[row["uptake"] > 0] = row["infections"] / row["people"]
    shares = [1 - pair[True] / pair[False] for pair in by_seed.values() if len(pair) == 2 and pair[False] > _GREW]
    if len(shares) < 10:
        return None
    low, middle, high = (float(each) for each in np.quantile(shares, [0.05, 0.5, 0.95]))
    return Estimate(middle, low, high)
