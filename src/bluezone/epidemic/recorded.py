"""Hold weekly confirmed cases of places, with their source, and the contacts by week fitted to them (`weekly.fit`)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np

from bluezone.epidemic import importation
from bluezone.epidemic.demography import Society, society_of
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.posterior import Posterior
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.weekly import WEEK, Weeks, with_drawn, with_weeks


@dataclass(frozen=True, slots=True)
class Record:
    """Hold a place's weekly confirmed cases from `first` on, and how it is simulated.

    people: of the place. simulated_people: of one run. scaled: whether cases of a run are fewer in proportion; a small
    outbreak is the same among fewer people, and keeps its number. seeds: to which `contacts` (share of contacts outside
    the home that remains, by week) and `initial_infections` of a run were fitted.
    """

    key: str
    name: str
    people: int
    first: dt.date
    cases: tuple[int, ...]
    weeks: Weeks
    society: Society
    scenario: Callable[[], Scenario]
    simulated_people: int
    seeds: tuple[int, ...]
    contacts: tuple[float, ...]
    initial_infections: int
    source: str
    scaled: bool = True

    @property
    def wanted(self) -> tuple[float, ...]:
        """Return the weekly cases of a run."""
        part = self.simulated_people / self.people if self.scaled else 1.0
        return tuple(cases * part for cases in self.cases)

    def date_of(self, week: int) -> dt.date:
        """Return the first day of a week of cases."""
        return self.first + dt.timedelta(days=WEEK * week)

    def population(self) -> Population:
        """Return the people of a run."""
        return _population(self.simulated_people, self.society)

    def as_it_was(self) -> Scenario:
        """Return the scenario with the contacts that were fitted."""
        return with_weeks(self.scenario(), self.weeks, self.contacts, self.initial_infections)

    def as_it_may_have_been(self, scenario: Scenario, generator: np.random.Generator) -> Scenario:
        """Return a scenario with contacts and a start drawn from the posterior of the fit."""
        found = _posterior(self.key)
        infections, *contacts = found.particles[generator.choice(len(found.weights), p=found.weights)]
        return with_drawn(scenario, self.weeks, infections, contacts)


@lru_cache(maxsize=1)
def _posterior(key: str) -> Posterior:
    """Return what `bluezone epidemic fit --record KEY --posterior 100 --json` drew (`posterior` of it)."""
    kept = json.loads(resources.files("bluezone.epidemic").joinpath(f"data/{key}.json").read_text("utf-8"))
    return Posterior(np.array(kept["particles"]), np.array(kept["weights"]), kept["tolerance"], kept["runs"])


@lru_cache(maxsize=2)
def _population(people: int, society: Society) -> Population:
    return build_population(people, 1, society=society)


def da_nang() -> Scenario:
    """Return Đà Nẵng in July and August 2020, but for its contacts by week.

    The practice of the time: cases to hospital, F1 to centres and tested, F2 at home, mass tests from the first case
    on. A tenth of people with symptoms are tested (Pham et al. 2021, doi:10.1016/S2214-109X(21)00103-0). Positive
    samples were tested again before a case was confirmed: none is false.
    """
    scenario = importation.with_measures(vietnam_2020(), "mass", interviews_per_day=200)
    return replace(scenario, diagnosis=replace(scenario.diagnosis, symptomatic_share=0.1, specificity=1.0))


DA_NANG: Final = Record(
    key="da-nang",
    name="Đà Nẵng",
    people=1_134_310,  # census of 1 April 2019
    first=dt.date(2020, 7, 25),
    # By day: 2 1 15 11 9 45 5, 18 16 29 42 0 20 22, 15 19 4 21 0 13 15, 10 8 6 6 5 6 2, 5 4 0 7 1 1 1.
    cases=(88, 147, 87, 43, 19),
    weeks=Weeks(5, 10),
    society=society_of("vietnam"),
    scenario=da_nang,
    simulated_people=100_000,
    scaled=False,
    seeds=tuple(range(240)),
    contacts=(0.4185, 0.4185, 0.0153, 0.1429, 0.0801),
    initial_infections=190,
    source="confirmed cases of Đà Nẵng by day, counted in the list published with Pham et al. 2021, "
    "doi:10.1016/S2214-109X(21)00103-0 (nobody before 25 July, the last on 28 August)",
)

RECORDS: Final = {each.key: each for each in (DA_NANG,)}


def record(key: str) -> Record:
    """Return the record of a place. Raises EpidemicError that lists those there are."""
    if key not in RECORDS:
        raise EpidemicError(f"there are no recorded cases of {key!r}; choose one of {', '.join(RECORDS)}")
    return RECORDS[key]
