"""Hold weekly confirmed cases of places, with their source, and the contacts by week fitted to them (`weekly.fit`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bluezone.epidemic import importation
from bluezone.epidemic.demography import UNITED_KINGDOM, VIETNAM, Society
from bluezone.epidemic.disease import STRAIN_2020
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import App, Diagnosis, Isolation, ManualTracing
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.weekly import WEEK, Weeks, with_weeks

#: `calibration.rate_for(UNITED_KINGDOM, STRAIN_2020, 2.87)`.
_BRITISH_RATE: Final = 0.8019


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


@lru_cache(maxsize=2)
def _population(people: int, society: Society) -> Population:
    return build_population(people, 1, society=society)


def britain() -> Scenario:
    """Return England and Wales in autumn 2020, but for their contacts by week.

    6 % immune (REACT-2), two days to a result, households of cases quarantined, Test and Trace at work, the app on 28 %
    of people from its launch on. That 85 % of people with symptoms are tested lets 40 to 45 % of infections be
    confirmed, as cases over the Infection Survey's incidence were (late October 2020: 18,700 over 45,700 a day). That
    two thirds comply and that households and circles adopt together are assumptions.
    """
    return Scenario(
        disease=STRAIN_2020.with_rate(_BRITISH_RATE),
        prior_immunity=0.06,
        diagnosis=Diagnosis(symptomatic_share=0.85, result_delay_days=2),
        isolation=Isolation(
            symptomatic_share=0.5, case_compliance=0.8, contact_compliance=0.65, household_compliance=0.65
        ),
        app=App(uptake=0.28, household_clustering=0.5, unit_clustering=0.2, start_day=_BRITISH_WARM_UP),
        manual=ManualTracing(interviews_per_day=1_000_000, delay_days=2, recall_unit=0.4),
    )


def da_nang() -> Scenario:
    """Return Đà Nẵng in July and August 2020, but for its contacts by week.

    The practice of the time: cases to hospital, F1 to centres and tested, F2 at home, mass tests from the first case
    on. A tenth of people with symptoms are tested (Pham et al. 2021, doi:10.1016/S2214-109X(21)00103-0). Positive
    samples were tested again before a case was confirmed: none is false.
    """
    scenario = importation.with_measures(vietnam_2020(), "mass", interviews_per_day=200)
    return replace(scenario, diagnosis=replace(scenario.diagnosis, symptomatic_share=0.1, specificity=1.0))


#: Days before the first week of cases in which the outbreak settles.
_BRITISH_WARM_UP: Final = 21
_DASHBOARD: Final = "cases by specimen date, coronavirus.data.gov.uk (as archived in November 2021)"


def _british(
    key: str, name: str, people: int, cases: tuple[int, ...], contacts: tuple[float, ...], initial_infections: int
) -> Record:
    """Return the record of a British nation's weeks from the day on which its app was launched."""
    return Record(
        key=key, name=name, people=people, first=dt.date(2020, 9, 24), cases=cases,
        weeks=Weeks(len(cases), _BRITISH_WARM_UP, by_sample=True), society=UNITED_KINGDOM, scenario=britain,
        simulated_people=200_000, seeds=tuple(range(24)), contacts=contacts, initial_infections=initial_infections,
        source=_DASHBOARD,
    )  # fmt: skip


ENGLAND: Final = _british(
    "england",
    "England",
    56_550_138,  # Office for National Statistics, mid-2020
    cases=(51806, 85918, 96143, 118912, 127864, 138251, 153480, 136095, 94995, 84655, 97929, 161286, 233218, 295936),
    contacts=(
        0.5909,
        0.5909,
        0.3022,
        0.4694,
        0.3248,
        0.3715,
        0.399,
        0.2784,
        0.1878,
        0.3414,
        0.3905,
        0.67,
        0.512,
        0.4672,
    ),
    initial_infections=57,
)

WALES: Final = _british(
    "wales",
    "Wales",
    3_169_586,  # Office for National Statistics, mid-2020
    cases=(2914, 4688, 5495, 6778, 8610, 8389, 6024, 5909, 6712, 8770, 14538, 20354, 17583, 15120),
    contacts=(
        0.5434,
        0.5434,
        0.3358,
        0.4232,
        0.4376,
        0.3154,
        0.1802,
        0.3759,
        0.3851,
        0.4564,
        0.6489,
        0.5238,
        0.258,
        0.3399,
    ),
    initial_infections=73,
)

DA_NANG: Final = Record(
    key="da-nang",
    name="Đà Nẵng",
    people=1_134_310,  # census of 1 April 2019
    first=dt.date(2020, 7, 25),
    # By day: 2 1 15 11 9 45 5, 18 16 29 42 0 20 22, 15 19 4 21 0 13 15, 10 8 6 6 5 6 2, 5 4 0 7 1 1 1.
    cases=(88, 147, 87, 43, 19),
    weeks=Weeks(5, 10),
    society=VIETNAM,
    scenario=da_nang,
    simulated_people=100_000,
    scaled=False,
    seeds=tuple(range(240)),
    contacts=(0.407, 0.407, 0.0172, 0.1519, 0.1035),
    initial_infections=207,
    source="confirmed cases of Đà Nẵng by day, counted in the list published with Pham et al. 2021, "
    "doi:10.1016/S2214-109X(21)00103-0 (nobody before 25 July, the last on 28 August)",
)

RECORDS: Final = {each.key: each for each in (ENGLAND, WALES, DA_NANG)}


def record(key: str) -> Record:
    """Return the record of a place. Raises EpidemicError that lists those there are."""
    if key not in RECORDS:
        raise EpidemicError(f"there are no recorded cases of {key!r}; choose one of {', '.join(RECORDS)}")
    return RECORDS[key]
