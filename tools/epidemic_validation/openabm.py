"""Give the parameter set of OpenABM-Covid19: people, disease, compliance and app as it has them by default.

From its parameter file of 2021 (infectious_rate 5.8), its documentation and source, Hinch et al. 2021
(doi:10.1371/journal.pcbi.1009146). That program is GPL: facts and numbers were read, none of its code is here. What
differs from the default set:

- contacts outside the home are all alike and those at home twice as dangerous, however long; ages by size of household
  are its own; who would have met somebody at random who is at home, in hospital or dead meets somebody else;
- an app of which 80 % of contacts make an alert, whose owners all publish, and which looks back seven days.

What symptoms, results and alerts lead to is ours: its rules of when a household is asked again, freed or kept longer
are not played, so that sets of switches with tests or households differ from it by more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bluezone.epidemic.demography import Hours, Society
from bluezone.epidemic.disease import STRAIN_2020, Delay, Disease
from bluezone.epidemic.interventions import App, Diagnosis, Isolation
from bluezone.epidemic.population import Population
from bluezone.epidemic.scenario import Scenario
from epidemic_validation.britain import UNITED_KINGDOM_2018, UNITED_KINGDOM_MIXING

#: How much likelier each decade of age sits in a household of 1, 2, ... 6 people than ours would have it: found by
#: iteration, so that ages by size of the household are those of its 10,000 reference households.
_AGES_BY_HOME: Final = (
    (0.008, 1.245, 0.872, 0.815, 0.758, 0.929, 0.984, 1.238, 2.151),
    (0.26, 0.29, 0.87, 0.63, 0.522, 1.154, 1.938, 1.89, 1.447),
    (1.074, 1.054, 1.314, 1.273, 1.258, 1.383, 0.837, 0.47, 0.337),
    (1.595, 1.467, 1.108, 1.576, 1.867, 0.943, 0.214, 0.124, 0.106),
    (1.754, 1.84, 1.151, 1.481, 1.446, 0.706, 0.293, 0.171, 0.157),
    (1.705, 1.931, 1.544, 1.289, 1.12, 0.611, 0.205, 0.31, 0.285),
)

#: Its Britain: the same numbers of contacts as ours, each weighing the same, those at home twice; the old live with few
#: others; and who would have met somebody at random who stays at home meets somebody else.
SOCIETY: Final = Society(
    replace(UNITED_KINGDOM_2018, ages_by_home=_AGES_BY_HOME),
    replace(
        UNITED_KINGDOM_MIXING,
        home_hours=Hours(),
        unit_hours=Hours(),
        random_hours=Hours(),
        home_weight=2.0,
        home_sharing=0.0,
        rematched=True,
    ),
)

#: Its infectious rate, and the mean number of contacts a day by which it is divided (`contacts_a_day`), of 300,000
#: people of `SOCIETY`; a test holds it to them.
_RATE: Final = 5.8
CONTACTS_A_DAY: Final = 14.69


def contacts_a_day(population: Population) -> float:
    """Return the mean number of contacts a day, those at home counted twice as they weigh."""
    persons = population.persons
    at_home = SOCIETY.mixing.home_weight * (persons["home_size"] - 1.0)
    in_unit = SOCIETY.mixing.unit_daily_share * persons["tie_number"]
    return float((at_home + in_unit + persons["stub_number"]).mean())


def _disease() -> Disease:
    asymptomatic = np.array([0.456, 0.412, 0.370, 0.332, 0.296, 0.265, 0.238, 0.214, 0.192])
    mild = np.array([0.533, 0.569, 0.597, 0.614, 0.616, 0.602, 0.571, 0.523, 0.461])
    hospital = np.array([0.001, 0.006, 0.015, 0.069, 0.219, 0.279, 0.370, 0.391, 0.379])
    icu = np.array([1, 1, 0.9, 0.9, 0.8, 0.8, 0.4, 0.4, 0.05])
    fatal = np.array([0.33, 0.25, 0.5, 0.5, 0.5, 0.69, 0.65, 0.88, 1.0])
    relative = (0.35, 0.69, 1.03, 1.03, 1.03, 1.03, 1.27, 1.52, 1.52)
    worse = 1 - asymptomatic - mild
    severe = worse * hospital
    symptomatic = 1 - asymptomatic
    return replace(
        STRAIN_2020,
        name="openabm",
        transmission_rate=_RATE / CONTACTS_A_DAY,
        symptomatic=tuple(symptomatic.tolist()),
        moderate=tuple(((worse - severe) / (symptomatic - severe)).tolist()),
        severe=tuple((severe / symptomatic).tolist()),
        critical=(0.05, 0.05, 0.05, 0.05, 0.063, 0.122, 0.274, 0.432, 0.709),
        fatal=tuple((icu * fatal + 1 - icu).tolist()),
        susceptibility=relative,
        asymptomatic_factor=0.33,
        timing="apart",
        incubation=Delay(5.42, 2.7),
        onset_to_hospital=Delay(5.14, 0.35),
        hospital_to_critical=Delay(2.27, 0.44),
        source="parameter file of OpenABM-Covid19, 2021",
    )


DISEASE: Final = _disease()


@dataclass(frozen=True, slots=True)
class Switches:
    """Say what its switches do: staying at home on symptoms, tests of whoever has some, households on either."""

    name: str
    self_isolation: bool = False
    tests: bool = False
    household_on_positive: bool = False
    household_on_symptoms: bool = False


#: Six sets of switches, from nothing to all.
SWITCHES: Final = (
    Switches("nothing"),
    Switches("self-isolation", True),
    Switches("self-isolation and tests", True, True),
    Switches("with households on a positive test", True, True, True),
    Switches("with households on symptoms", True, True, False, True),
    Switches("with households on both", True, True, True, True),
)


def scenario(switches: Switches, days: int = 150, contacts: float = CONTACTS_A_DAY) -> Scenario:
    """Return its scenario under some switches, without the app (`Scenario.with_uptake`): 80 % do what is asked on
    symptoms, 90 % when traced, all when positive; 2 % of the first, 3 % of the second and 1 % of the last give up a
    day. contacts: a day, of the people it is for (`contacts_a_day`)."""
    return Scenario(
        days=days,
        disease=DISEASE.with_rate(_RATE / contacts),
        initial_infections=10,
        diagnosis=Diagnosis(symptomatic_share=0.8 if switches.tests else 0.0),
        isolation=Isolation(
            symptomatic_share=0.8 if switches.self_isolation else 0.0,
            case_compliance=1.0,
            contact_compliance=0.9,
            household_compliance=1.0,
            case_daily_dropout=0.01,
            contact_daily_dropout=0.03,
            symptomatic_daily_dropout=0.02,
            household_of_case=switches.household_on_positive,
            household_of_symptomatic=switches.household_on_symptoms,
        ),
        app=App(
            detection=0.8,
            consent=1.0,
            sync_next_day_share=0.0,
            look_back_days=7,
            days_before_onset=60,
            bystanders=0.0,
        ),
    )
