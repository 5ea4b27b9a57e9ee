"""Where England's infections of autumn 2020 happen in the simulator, by who infects whom and when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.engine import Simulation, simulate
from bluezone.epidemic.records import HAS_APP, NETWORK_BITS, NETWORK_STEP
from epidemic_validation.britain import ENGLAND
from epidemic_validation.measuring import pct

#: The days around the onset of symptoms in which England's app told of contacts: from so many before to so many after.
_BEFORE, _AFTER = 2, 3

Counts = NDArray[np.float64]


def where_infected(seeds: int) -> str:
    """Write the table of the page: shares of all infections of the weeks, and of each group how many were at home."""
    scenario = ENGLAND.as_it_was()
    first = ENGLAND.weeks.first_day(scenario)
    runs = [_counts(simulate(ENGLAND.population(), scenario, seed), first) for seed in range(seeds)]
    lines = ["| infections, by whom and when | share of all | of these at home |", "|---|--:|--:|"]
    every = np.array([run["all"] for run in runs])
    for name in runs[0]:
        counted = np.array([run[name] for run in runs])
        lines.append(f"| {name} | {pct(counted[:, 0].sum() / every[:, 0].sum(), 0)} | {_at_home(counted)} |")
    return "\n".join(lines)


def _counts(done: Simulation, first: int) -> dict[str, Counts]:
    """Return of each group how many were infected from a day on, and how many of these at home."""
    states, courses = done.world.states, done.world.courses
    infected = np.flatnonzero((states["infected_day"] >= first) & (courses["source"] >= 0))
    by = courses["source"][infected] & (NETWORK_STEP - 1)
    home = courses["source"][infected] >> NETWORK_BITS == 0
    ill = courses["course"][by] > 0
    from_onset = states["infected_day"][infected].astype(int) - courses["onset_day"][by]
    near = ill & (from_onset >= -_BEFORE) & (from_onset <= _AFTER)
    case = courses["case_day"][by] >= 0
    users = (states["flags"][infected] & states["flags"][by] & HAS_APP) != 0
    brought_home = (courses["source"][by] >= 0) & (courses["source"][by] >> NETWORK_BITS == 0)
    groups = {
        "all": np.ones(len(infected), dtype=bool),
        "by people without symptoms": ~ill,
        "by people with symptoms, more than two days before the onset": ill & (from_onset < -_BEFORE),
        "by people with symptoms, from two days before to three after": near,
        "the same, by cases that were confirmed": near & case,
        "the same, and both have the app": near & case & users,
        "by people with symptoms, later": ill & (from_onset > _AFTER),
        "by somebody who was infected at home": brought_home,
        "by somebody who lives alone": done.world.persons["home_size"][by] == 1,
    }
    return {name: np.array([who.sum(), home[who].sum()], dtype=np.float64) for name, who in groups.items()}


def _at_home(counted: Counts) -> str:
    """Write a share at home with its interval of 95 %, over resampled runs."""
    chance = np.random.default_rng(20)
    sums = [counted[chance.integers(len(counted), size=len(counted))].sum(axis=0) for _ in range(400)]
    low, high = np.quantile([at_home / number for number, at_home in sums], [0.025, 0.975])
    number, at_home = counted.sum(axis=0)
    return f"{pct(at_home / number)} ({100 * low:.1f} to {100 * high:.1f})"
