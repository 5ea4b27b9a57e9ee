"""Plan many runs of one question: uptakes x seeds, each a task that any process or machine can do, in any order.

The same seed gives the same people and the same chance at every uptake, so the effect of the app is a difference of
pairs.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from typing import Any

from bluezone.epidemic.demography import Society, own_society
from bluezone.epidemic.engine import run
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.population import Population, build_population, expected_bytes_per_person
from bluezone.epidemic.scenario import Scenario, check_request
from bluezone.operating_point import operating_points

#: Curves kept of every run.
KEPT_CURVES = ("infections", "deaths", "in_hospital", "isolated", "cases")


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold a question: one place, one scenario, several uptakes, several seeds. Uptake 0 is always among them.

    course: which way installs go, where several are compared (`orders`); at uptake 0 then only the app's groups have
    it.
    fitted: the record (`recorded.RECORDS`) whose weeks are played; none where empty.
    """

    place: str
    people: int
    scenario: Scenario
    uptakes: tuple[float, ...]
    seeds: tuple[int, ...]
    society: Society = field(default_factory=own_society)
    course: str = ""
    fitted: str = ""

    def __post_init__(self) -> None:
        if not self.seeds:
            raise EpidemicError("no seeds: ask for at least 1, and for 5 or more to get an interval")
        if len(set(self.seeds)) < len(self.seeds):
            raise EpidemicError("a seed is named twice; name each once")
        object.__setattr__(self, "uptakes", tuple(sorted({0.0, *self.uptakes})))

    def tasks(self) -> tuple[Task, ...]:
        """Return every run, seed by seed, so that neighbours share a population."""
        return tuple(Task(self, uptake, seed) for seed in self.seeds for uptake in self.uptakes)

    def check(self, workers: int) -> None:
        """Refuse what cannot work before it starts. Raises EpidemicError."""
        if workers < 1:
            raise EpidemicError(f"{workers} workers cannot work; ask for 1")
        for uptake in self.uptakes:
            check_request(
                self.scenario.with_uptake(uptake), self.people, self.society,
                bytes_per_person=expected_bytes_per_person(self.society), at_once=workers,
            )  # fmt: skip

    def describe(self) -> dict[str, Any]:
        """Return every assumption, as plain data: it goes into all results. An app whose detection is None was drawn
        for each run as the `operating_point` named there says."""
        known = operating_points().of()
        drawn = {"policy": known.policy, "version": known.version}
        return {"bluezone": version(), "operating_point": drawn, **_plain(self)}

    def digest(self) -> str:
        """Return a name for the question but for its uptakes and seeds, so that more of both can be asked later."""
        assumptions = {name: value for name, value in self.describe().items() if name not in ("uptakes", "seeds")}
        text = json.dumps(assumptions, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Task:
    """Name one run of a plan."""

    plan: Plan
    uptake: float
    seed: int

    @property
    def key(self) -> tuple[float, int]:
        """Return which run of the plan it is."""
        return (self.uptake, self.seed)


def version() -> str:
    """Return the version of bluezone that made a result."""
    try:
        return metadata.version("bluezone")
    except metadata.PackageNotFoundError:  # run from a checkout
        return "checkout"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


@lru_cache(maxsize=1)
def _population(place: str, people: int, seed: int, society: Society) -> Population:
    return build_population(people, seed, society=society, place=place)


def run_task(task: Task, threads: int = 1) -> dict[str, Any]:
    """Do one run, by so many threads. Returns its totals and kept curves as plain data."""
    plan = task.plan
    population = _population(plan.place, plan.people, task.seed, plan.society)
    outcome = run(population, plan.scenario.with_uptake(task.uptake), task.seed, threads=threads)
    curves = {name: outcome.by_day[name].tolist() for name in KEPT_CURVES}
    return {"course": plan.course, "uptake": task.uptake, **outcome.summary(), "curves": curves}


def pending(plan: Plan, done: Iterable[dict[str, Any]]) -> Iterator[Task]:
    """Return the runs of a plan that are not among those done."""
    have = {(row["uptake"], row["seed"]) for row in done}
    return (task for task in plan.tasks() if task.key not in have)
