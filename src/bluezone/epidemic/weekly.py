"""Fit how much of their contacts people keep, week by week, so that a run has the weekly cases that were recorded.

A week's contacts show in the cases of `delay_days` later: from infection to symptoms, sample and result. So each week
of cases has its own level of contacts, which holds so many days earlier. All weeks are corrected at once, each by how
far the growth since the week before is from the recorded one; the seeds stay the same, so nothing but the contacts
changes between rounds. Contacts at home are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.engine import run
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import Lockdown
from bluezone.epidemic.population import Population
from bluezone.epidemic.posterior import Posterior, abc
from bluezone.epidemic.scenario import MAX_DAYS, Scenario

Floats = NDArray[np.float64]

WEEK: Final = 7
#: Share by which simulated weekly cases may miss the recorded ones.
TOLERANCE: Final = 0.15
#: Fewest contacts that are tried: below, what happens is decided at home.
LEAST: Final = 0.01
#: Rounds of a fit, at most.
ROUNDS: Final = 25
#: A fit that misses by less than this part of the tolerance is not made better.
_GOOD: Final = 1 / 2
#: How much of a missed growth is put on the contacts in one round; and the largest step, as a factor.
_STEP, _LARGEST = 0.8, 1.6


@dataclass(frozen=True, slots=True)
class Weeks:
    """Say when cases are counted: after `warm_up_days`, for so many weeks. by_sample: on the day of the sample, else of
    the result."""

    number: int
    warm_up_days: int
    by_sample: bool = False

    def days(self, scenario: Scenario) -> int:
        """Return how long a run must be."""
        return self.first_day(scenario) + WEEK * self.number

    def first_day(self, scenario: Scenario) -> int:
        """Return the day of a run from which on results count as the first week's."""
        return self.warm_up_days + (scenario.diagnosis.result_delay_days if self.by_sample else 0)

    def levels(self, scenario: Scenario, contacts: Sequence[float]) -> tuple[Lockdown, ...]:
        """Return the levels of contacts of a run: the first week's holds from day 0."""
        start = self.first_day(scenario) - delay_days(scenario)
        days = [0, *(max(start + WEEK * week, week) for week in range(1, self.number))]
        return tuple(
            Lockdown(day, school=share, work=share, random=share) for day, share in zip(days, contacts, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """Hold a fit: infected people at the start; the share of contacts outside the home that remains, by week; cases of
    a run by week in the mean over seeds, and those wanted."""

    initial_infections: int
    contacts: tuple[float, ...]
    simulated: tuple[float, ...]
    wanted: tuple[float, ...]

    @property
    def misses(self) -> tuple[float, ...]:
        """Return by how much each week's cases miss, as shares of those wanted."""
        return tuple(found / want - 1 for found, want in zip(self.simulated, self.wanted, strict=True))

    @property
    def worst(self) -> float:
        """Return the largest miss, whatever its sign."""
        return max(abs(miss) for miss in self.misses)


def delay_days(scenario: Scenario) -> int:
    """Return the days from infection to result, with the median incubation."""
    incubation = int(np.median(scenario.disease.incubation.days()))
    return 1 + incubation + scenario.diagnosis.order_delay_days + scenario.diagnosis.result_delay_days


def with_weeks(scenario: Scenario, weeks: Weeks, contacts: Sequence[float], initial_infections: int) -> Scenario:
    """Return the scenario with contacts by week, long enough for all weeks. Other levels of lockdown are dropped."""
    return replace(
        scenario,
        days=weeks.days(scenario),
        initial_infections=initial_infections,
        lockdowns=weeks.levels(scenario, contacts),
    )


def with_drawn(scenario: Scenario, weeks: Weeks, infections: float, contacts: Sequence[float]) -> Scenario:
    """Return the scenario of a draw: of the logarithm of the number infected at the start, and of the contacts from the
    second week on."""
    return with_weeks(scenario, weeks, [contacts[0], *contacts], max(1, round(float(np.exp(infections)))))


def weekly_cases(population: Population, scenario: Scenario, weeks: Weeks, seeds: Iterable[int]) -> Floats:
    """Return cases of a run by week, in the mean over seeds."""
    first = weeks.first_day(scenario)
    runs = [run(population, scenario, seed).by_day["cases"][first : first + WEEK * weeks.number] for seed in seeds]
    return np.asarray(np.mean(runs, axis=0).reshape(weeks.number, WEEK).sum(axis=1), dtype=np.float64)


def played(
    population: Population, scenario: Scenario, weeks: Weeks, wanted: Sequence[float], seeds: Iterable[int],
    contacts: Sequence[float], initial_infections: int,
) -> Fit:  # fmt: skip
    """Return what given contacts come to, beside the cases that are wanted."""
    tried = with_weeks(scenario, weeks, contacts, initial_infections)
    found = weekly_cases(population, tried, weeks, seeds)
    return Fit(initial_infections, tuple(contacts), tuple(found.tolist()), tuple(wanted))


def fit(
    population: Population, scenario: Scenario, weeks: Weeks, wanted: Sequence[float], seeds: Sequence[int], *,
    advance: Callable[[int], None] | None = None,
) -> Fit:  # fmt: skip
    """Fit contacts by week and the number infected at the start. Deterministic; `advance` is told of each round done.

    wanted: cases by week in a population of this size. The best round is returned: how near it came is for the caller
    to judge (`Fit.worst`). Raises EpidemicError where there is nothing to fit, or too much.
    """
    target = np.asarray(wanted, dtype=np.float64)
    if weeks.number < 2 or len(target) != weeks.number:
        raise EpidemicError(f"{len(target)} weeks of cases cannot be fitted; give 2 or more, one after the other")
    if not np.all(target > 0):
        raise EpidemicError("a week without cases cannot be fitted; leave it out at the ends, or join weeks")
    if weeks.days(scenario) > MAX_DAYS:
        raise EpidemicError(f"{weeks.number} weeks are too many; give {(MAX_DAYS - weeks.warm_up_days) // WEEK - 1}")
    contacts = np.full(weeks.number, 0.5)
    initial = max(1.0, float(target[0]))
    best: Fit | None = None
    for done in range(ROUNDS):
        number = min(max(1, round(initial)), population.people)
        now = played(population, scenario, weeks, target.tolist(), seeds, contacts.tolist(), number)
        if best is None or now.worst < best.worst:
            best = now
        good = best.worst < _GOOD * TOLERANCE
        if advance is not None:
            advance(ROUNDS - done if good else 1)
        if good:
            break
        contacts, initial = _corrected(contacts, initial, target, np.asarray(now.simulated))
    assert best is not None, "at least one round"
    return best


def posterior(
    population: Population, scenario: Scenario, weeks: Weeks, near: Fit, particles: int, *, generations: int = 10,
    advance: Callable[[int], None] | None = None,
) -> Posterior:  # fmt: skip
    """Return draws of what the start and the contacts by week may have been, where a single run may miss the cases: of
    the logarithm of the number infected at the start, then of the contacts from the second week on (the first week's
    are the same).

    Uniform before: the start within a factor of four of a fit's, contacts from the fewest to all. A draw is as near as
    its worst week, by the logarithm of its cases over those recorded.
    """
    wanted = np.log(np.asarray(near.wanted) + 1)

    def distance(drawn: Floats, run_number: int) -> float:
        tried = with_drawn(scenario, weeks, drawn[0], drawn[1:].tolist())
        found = weekly_cases(population, tried, weeks, (run_number,))
        if advance is not None:
            advance(1)
        return float(np.abs(np.log(found + 1) - wanted).max())

    start, rest = np.log(max(near.initial_infections, 1)), weeks.number - 1
    most = min(start + np.log(4), np.log(population.people))
    low, high = [start - np.log(4), *[LEAST] * rest], [most, *[1.0] * rest]
    return abc(low, high, distance, np.random.default_rng(near.initial_infections), particles=particles,
               generations=generations)  # fmt: skip


def _corrected(contacts: Floats, initial: float, target: Floats, found: Floats) -> tuple[Floats, float]:
    """Correct the start by what the first week misses, and each later week by what its growth misses."""
    missing = target / np.maximum(found, 0.25)
    steps = np.clip((missing[1:] / missing[:-1]) ** _STEP, 1 / _LARGEST, _LARGEST)
    later = np.clip(np.round(contacts[1:] * steps, 4), LEAST, 1.0)
    step = float(np.clip(missing[0] ** _STEP, 1 / _LARGEST, _LARGEST))
    return np.concatenate([later[:1], later]), initial * step
