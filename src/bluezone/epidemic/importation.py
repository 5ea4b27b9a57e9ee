"""Ask what happens when a few infected people come into a country that has none: many small outbreaks.

Each is followed until nobody is infected any more, until it has grown beyond what one calls a cluster, or until the
days are over. Where what is bought is compared, sizes count, and none is cut short (`spent_on`). Each takes place
among so many people that a cluster is small among them; how many live in the whole province hardly matters then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic import records
from bluezone.epidemic.effects import Estimate, fewer
from bluezone.epidemic.engine import simulate
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.records import World
from bluezone.epidemic.scenario import Scenario
from bluezone.errors import N_

#: People among whom an outbreak takes place.
PEOPLE: Final = 30_000
#: Infections from which on an outbreak counts as grown out of hand, and is not followed further: nothing that is told
#: is cut short by it. All that passed it had been found, and at R 1.7 none of 365 was over by day 120 when followed on.
GROWN: Final = 300
#: Days for which all outbreaks are followed where something is bought.
SPENT_DAYS: Final = 60
#: Outbreaks done in one go by one process.
_BATCH: Final = 50
_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Measures:
    """Name one of the ways in which outbreaks were met, each with all that those before it do."""

    name: str
    title: str


#: The practice of August 2020, taken apart.
LADDER: Final = (
    Measures("tests", N_("cases to hospital, nobody interviewed")),
    Measures("f1", N_("F1 to quarantine centres")),
    Measures("f2", N_("F1 to centres, F2 at home")),
    Measures("mass", N_("F1, F2, and a hundredth of people tested each day")),
)


def with_measures(scenario: Scenario, name: str, interviews_per_day: int = 20) -> Scenario:
    """Return the scenario under one step of the ladder.

    Contacts in centres are tested, all of them; those at home are not. Mass tests begin with the first case found.
    Raises EpidemicError for a step there is not.
    """
    steps = [each.name for each in LADDER]
    if name not in steps:
        raise EpidemicError(f"there are no measures called {name!r}; choose of {', '.join(steps)}")
    step = steps.index(name)
    hand = replace(scenario.manual, interviews_per_day=interviews_per_day if step >= 1 else 0, second_order=step >= 2)
    test = replace(
        scenario.diagnosis, traced_share=1.0 if step >= 1 else 0.0, mass_daily_share=0.01 if step >= 3 else 0.0
    )
    stay = replace(scenario.isolation, central_contacts=step >= 1, household_of_case=step >= 1)
    return replace(scenario, manual=hand, diagnosis=test, isolation=stay)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Hold what came of one importation. infections: with those who came. found_day: on which the first of them is a
    case, from arrival (a false positive elsewhere finds nobody); -1 if none is. quarantined: people isolated as
    contacts at any time. grown: beyond `GROWN`, or still going on at the
    end."""

    infections: int
    found_day: int
    quarantined: int
    tests: int
    grown: bool


@lru_cache(maxsize=1)
def _people() -> Population:
    return build_population(PEOPLE, 1)


def _over(world: World, days: int) -> bool:
    """Tell whether nobody is infected any more."""
    return int(world.tally[records.INFECTED_CHANGE, :days].sum()) == 0


def _grown(world: World, days: int) -> bool:
    return _over(world, days) or int(world.tally[records.INFECTIONS, :days].sum()) >= GROWN


def follow(scenario: Scenario, seed: int, *, uncut: bool = False) -> Cluster:
    """Follow one outbreak that begins with `Scenario.initial_infections` people from outside on day 0. uncut: also when
    it has grown."""
    world = simulate(_people(), scenario, seed, enough=_over if uncut else _grown).world
    infections = int(world.tally[records.INFECTIONS].sum())
    infected, told = world.states["infected_day"], world.courses["case_day"]
    cases = told[(infected >= 0) & (told >= infected)]
    return Cluster(
        infections=infections,
        found_day=int(cases.min()) if len(cases) else -1,
        quarantined=int(np.count_nonzero(world.states["flags"] & records.QUARANTINED)),
        tests=int(world.tally[records.TESTS, : scenario.days].sum()),
        grown=infections >= GROWN or not _over(world, scenario.days),
    )


def follow_all(scenario: Scenario, seeds: Sequence[int], *, uncut: bool = False) -> list[Cluster]:
    """Follow outbreaks one after the other."""
    return [follow(scenario, seed, uncut=uncut) for seed in seeds]


@dataclass(frozen=True, slots=True)
class Summary:
    """Sum up many outbreaks of one kind. dies_out: probability with its 95 % interval. size, found_day: (median, nine
    of ten below) of those that died out, of those that were found. quarantined, tests: mean numbers over those that
    died out."""

    outbreaks: int
    dies_out: Estimate
    size: tuple[float, float]
    found_share: float
    found_day: tuple[float, float]
    quarantined: float
    tests: float


def summary(clusters: Sequence[Cluster]) -> Summary:
    """Return probabilities and quantiles of what was followed. Raises EpidemicError if that is nothing."""
    if not clusters:
        raise EpidemicError("no outbreaks were followed; ask for 1 or more")
    ended = [each for each in clusters if not each.grown]
    found = [each.found_day for each in clusters if each.found_day >= 0]
    return Summary(
        outbreaks=len(clusters),
        dies_out=probability(len(ended), len(clusters)),
        size=_quantiles([each.infections for each in ended]),
        found_share=len(found) / len(clusters),
        found_day=_quantiles(found),
        quarantined=float(np.mean([each.quarantined for each in ended])) if ended else float("nan"),
        tests=float(np.mean([each.tests for each in ended])) if ended else float("nan"),
    )


def probability(hits: int, of: int) -> Estimate:
    """Return a probability with its 95 % interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    share = hits / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * float(np.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))) / (1 + _Z**2 / of)
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class Paired:
    """Compare outbreaks of the same seeds: how many die out with the app alone, how many without it alone, and by how
    much the app changes the probability."""

    pairs: int
    only_with: int
    only_without: int
    change: Estimate


def paired(without: Sequence[Cluster], having: Sequence[Cluster]) -> Paired:
    """Return the difference of probabilities with its 95 % interval, from discordant pairs (Agresti and Min 2005,
    doi:10.1002/sim.1781: half a pair is added to each kind). Outbreaks that go alike either way say nothing."""
    pairs = list(zip(without, having, strict=True))
    only_with = sum(before.grown and not after.grown for before, after in pairs)
    only_without = sum(after.grown and not before.grown for before, after in pairs)
    of, gained, lost = len(pairs) + 2, only_with + 0.5, only_without + 0.5
    middle = (gained - lost) / of
    half = _Z * float(np.sqrt(gained + lost - (gained - lost) ** 2 / of)) / of
    change = Estimate((only_with - only_without) / len(pairs), middle - half, middle + half)
    return Paired(len(pairs), only_with, only_without, change)


def _quantiles(values: Sequence[int]) -> tuple[float, float]:
    if not values:
        return float("nan"), float("nan")
    middle, most = np.quantile(values, [0.5, 0.9], method="inverted_cdf")
    return float(middle), float(most)


#: What is asked: a name of the kind of outbreak, its scenario, and whether none is cut short.
Kind = tuple[str, Scenario, bool]


def follow_kinds(
    kinds: Sequence[Kind], outbreaks: int, pool: Executor | None
) -> Iterator[tuple[str, int, list[Cluster]]]:
    """Follow so many outbreaks of each kind, the same seeds in all. Yields (kind, first seed, clusters) as they are
    done."""
    seeds = [tuple(range(first, min(first + _BATCH, outbreaks))) for first in range(0, outbreaks, _BATCH)]
    jobs: Iterable[tuple[str, Scenario, bool, tuple[int, ...]]] = [(*kind, batch) for batch in seeds for kind in kinds]
    if pool is None:
        for name, scenario, uncut, batch in jobs:
            yield name, batch[0], follow_all(scenario, batch, uncut=uncut)
        return
    waiting = {
        pool.submit(follow_all, scenario, batch, uncut=uncut): (name, batch[0]) for name, scenario, uncut, batch in jobs
    }
    for future in as_completed(waiting):
        yield *waiting[future], future.result()


@dataclass(frozen=True, slots=True)
class Spending:
    """Name a thing to spend on, and what it costs a province of Hậu Giang's size, in millions of đồng (assumptions:
    no figures were found)."""

    name: str
    title: str
    cost: float


SPENDINGS: Final = (
    Spending("uptake", N_("10 points more uptake"), 400.0),  # 73,300 people at 5,000 đồng of talking and posters
    Spending("results", N_("results a day sooner"), 3_000.0),  # couriers and a second shift, two months
    Spending("interviewers", N_("500 interviews a day more"), 9_000.0),  # 500 people, two months at 300,000 đồng a day
)


def spent_on(scenario: Scenario, name: str) -> Scenario:
    """Return the scenario with one thing bought. Raises EpidemicError for a thing there is not, or that cannot be."""
    app, test, hand = scenario.app, scenario.diagnosis, scenario.manual
    if name == "uptake":
        return scenario.with_uptake(app.uptake + 0.10)
    if name == "results":
        return replace(scenario, diagnosis=replace(test, result_delay_days=max(0, test.result_delay_days - 1)))
    if name == "interviewers":
        return replace(scenario, manual=replace(hand, interviews_per_day=hand.interviews_per_day + 500))
    raise EpidemicError(
        f"there is nothing called {name!r} to spend on; choose of {', '.join(s.name for s in SPENDINGS)}"
    )


@dataclass(frozen=True, slots=True)
class Bought:
    """Say what a thing bought: infections averted an importation in `SPENT_DAYS`, of how many, cost of each in millions
    of đồng (infinite where it averts none for sure), and whether nothing else averts as much for less."""

    name: str
    cost: float
    averted: Estimate
    of: float
    cost_of_one: float
    best: bool


def bought(before: Sequence[Cluster], after: dict[str, Sequence[Cluster]], costs: dict[str, float]) -> list[Bought]:
    """Compare outbreaks of the same seeds with and without each thing bought."""
    base = _sizes(before)
    averted = {name: fewer(base, _sizes(clusters)) for name, clusters in after.items()}
    found = []
    for name, each in averted.items():
        beaten = any(
            other != name and averted[other].mean >= each.mean and costs[other] <= costs[name] for other in averted
        )
        price = costs[name] / each.mean if each.low > 0 else float("inf")
        found.append(Bought(name, costs[name], each, float(base.mean()), price, each.low > 0 and not beaten))
    return found


def _sizes(clusters: Sequence[Cluster]) -> NDArray[np.float64]:
    return np.array([each.infections for each in clusters], dtype=np.float64)
