"""Give the parameter set `openabm`: people, disease, compliance and app as OpenABM-Covid19 has them by default.

From its parameter file of 2021 (infectious_rate 5.8) and its documentation, Hinch et al. 2021
(doi:10.1371/journal.pcbi.1009146). That program is GPL: facts and numbers were read, none of its code is here. What
differs from the default set: all contacts outside the home alike and those at home twice as dangerous, however long;
one lot a person for all that is asked of them, as in the default set; tests release whoever is negative; an app of
which 80 % of contacts make an alert, whose owners all publish, and which looks back seven days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bluezone.epidemic.demography import UNITED_KINGDOM_2018, UNITED_KINGDOM_MIXING, Hours, Society
from bluezone.epidemic.disease import STRAIN_2020, Delay, Disease
from bluezone.epidemic.interventions import App, Diagnosis, Isolation
from bluezone.epidemic.scenario import Scenario

#: Its Britain: the same numbers of contacts as ours, each weighing the same, those at home twice.
SOCIETY: Final = Society(
    UNITED_KINGDOM_2018,
    replace(
        UNITED_KINGDOM_MIXING,
        home_hours=Hours(),
        unit_hours=Hours(),
        random_hours=Hours(),
        home_weight=2.0,
        home_sharing=0.0,
    ),
)

#: Mean number of contacts a day there, those at home counted twice as they weigh: what its rate is divided by
#: (`relative_susceptibility_by_interaction`). Of 300,000 people of `SOCIETY`; a test holds it to them.
CONTACTS_A_DAY: Final = 14.69


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
        transmission_rate=5.8 / CONTACTS_A_DAY,
        symptomatic=tuple(symptomatic.tolist()),
        moderate=tuple(((worse - severe) / (symptomatic - severe)).tolist()),
        severe=tuple((severe / symptomatic).tolist()),
        critical=(0.05, 0.05, 0.05, 0.05, 0.063, 0.122, 0.274, 0.432, 0.709),
        fatal=tuple((icu * fatal + 1 - icu).tolist()),
        susceptibility=relative,
        asymptomatic_factor=0.33,
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


def scenario(switches: Switches, days: int = 150) -> Scenario:
    """Return its scenario under some switches, without the app (`Scenario.with_uptake`): 80 % do what is asked on
    symptoms, 90 % when traced, all when positive; 2 % of the first, 3 % of the second and 1 % of the last give up a
    day."""
    return Scenario(
        days=days,
        disease=DISEASE,
        initial_infections=10,
        diagnosis=Diagnosis(symptomatic_share=0.8 if switches.tests else 0.0),
        isolation=Isolation(
            symptomatic_share=0.8 if switches.self_isolation else 0.0,
            case_compliance=1.0,
            contact_compliance=0.9,
            household_compliance=1.0,
            case_daily_dropout=0.02,
            contact_daily_dropout=0.03,
            household_of_case=switches.household_on_positive,
            household_of_symptomatic=switches.household_on_symptoms,
            household_together=True,
            release_on_negative=True,
            from_first_contact=True,
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
