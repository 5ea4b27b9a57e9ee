"""Draw all doubtful assumptions at once, so that the interval of an answer holds them too, not chance alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from bluezone.epidemic.effects import Estimate
from bluezone.epidemic.ensembles import Plan, Task
from bluezone.epidemic.presets import assumptions, with_assumption
from bluezone.epidemic.recorded import record
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.sensitivity import Lever, movable

#: Draws, people in each, and the share of people whom an outbreak must reach before it can say what is averted.
DRAWS: Final = 200
PEOPLE: Final = 20_000
_GREW: Final = 0.01
#: After so many draws there is a first answer; the share of them that lies outside the interval on either side.
FIRST: Final = 30
_OUTSIDE: Final = 0.05
#: First seed of the draws: apart from those of the plan itself.
_SEED: Final = 1_000_000

#: Which runs of a draw are told apart: (course, uptake).
Kind = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Joint:
    """Hold what is averted when everything doubtful is drawn at once: the median of draws in which an outbreak grew,
    and the bounds of nine of ten (wider where draws are few).

    draws, people: how many were made, in a town of so many people; grew: in how many of them an outbreak grew.
    """

    averted: Estimate
    draws: int
    grew: int
    people: int


def doubtful(fitted: str = "") -> tuple[Lever, ...]:
    """Return the levers that are drawn: what nobody knows. What a ministry decides (`Lever.decided`) is not, nor is
    what each run draws already."""
    each_run = ("app.detection", "app.bystanders")
    return tuple(each for each in movable(fitted) if not each.decided and each.name not in each_run)


def drawn(scenario: Scenario, generator: np.random.Generator, fitted: str = "") -> Scenario:
    """Return the scenario with every doubtful assumption drawn: triangular over its range, most often as it is. fitted:
    of recorded weeks (`Plan.fitted`), not what contacts were fitted with, but the contacts."""
    if fitted:
        scenario = record(fitted).as_it_may_have_been(scenario, generator)
    known = assumptions(scenario)
    for lever in doubtful(fitted):
        now = float(known[lever.name])
        ends = (float(lever.low), float(lever.high), now)
        low, high = min(ends), max(ends)
        value = float(generator.triangular(low, now, high)) if high > low else now
        if lever.name == "app.unit_clustering":  # of those who do not follow their household
            value *= 1 - scenario.app.household_clustering
        text = str(round(value)) if isinstance(known[lever.name], int) else f"{value:.4f}"
        scenario = with_assumption(scenario, lever.name, text)
    return scenario


def tasks(plans: Sequence[Plan], draws: range) -> Iterator[Task]:
    """Return the runs: of each draw those of every plan, of the same seed and the same assumptions drawn."""
    for number in draws:
        for plan in plans:
            scenario = drawn(plan.scenario, np.random.default_rng([plan.seeds[0], number]), plan.fitted)
            yield from replace(
                plan, people=min(plan.people, PEOPLE), scenario=scenario, seeds=(_SEED + number,)
            ).tasks()


def joint(rows: Iterable[dict[str, Any]], without: Kind, having: Kind) -> Joint | None:
    """Return what one kind of run averts of another's infections; None where an outbreak grew in too few draws."""
    by_seed: dict[int, dict[Kind, float]] = {}
    people = 0
    for row in rows:
        people = int(row["people"])
        by_seed.setdefault(int(row["seed"]), {})[row.get("course", ""), row["uptake"]] = row["infections"] / people
    pairs = [(each[without], each[having]) for each in by_seed.values() if without in each and having in each]
    shares = sorted(1 - after / before for before, after in pairs if before > _GREW)
    if len(shares) < 10:
        return None
    tail = max(0, int(_OUTSIDE * (len(shares) + 1)) - 1)
    middle = float(np.median(shares))
    return Joint(Estimate(middle, shares[tail], shares[-1 - tail]), len(pairs), len(shares), people)
