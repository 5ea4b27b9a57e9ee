"""Keep what the simulator is checked with of Britain: its people and contacts, and the weekly cases of England and
Wales in autumn 2020 with the contacts fitted to them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bluezone.epidemic.demography import HOME_HOURS, HOME_SHARING, RANDOM_HOURS, UNIT_HOURS, Demography, Mixing, Society
from bluezone.epidemic.disease import STRAIN_2020
from bluezone.epidemic.interventions import App, Diagnosis, Isolation, ManualTracing
from bluezone.epidemic.recorded import DA_NANG, Record
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.weekly import Weeks

UNITED_KINGDOM_2018: Final = Demography(
    name="United Kingdom 2018",
    # Office for National Statistics 2018, and ownership by age from Ofcom, as given with the parameters of Hinch et al.
    # 2021 (OpenABM-Covid19, doi:10.1371/journal.pcbi.1009146).
    age_shares=(0.12127, 0.11335, 0.13118, 0.13303, 0.12799, 0.13503, 0.10644, 0.08264, 0.04907),
    household_size_shares=(0.27, 0.36, 0.16, 0.15, 0.04, 0.02),
    phone_ownership=(0.09, 0.80, 0.97, 0.96, 0.94, 0.86, 0.70, 0.48, 0.32),
    source="ONS 2018, Ofcom, as in Hinch et al. 2021",
)

UNITED_KINGDOM_MIXING: Final = Mixing(
    # Mossong et al. 2008 (POLYMOD), aggregated as in Hinch et al. 2021.
    unit_contacts=(10.0, 7.0, 3.0),
    random_contacts=(2.0, 4.0, 3.0),
    random_sd=(2.0, 4.0, 3.0),
    assortativity=0.0,
    home_hours=HOME_HOURS,
    unit_hours=UNIT_HOURS,
    random_hours=RANDOM_HOURS,
    home_weight=0.31,
    home_sharing=HOME_SHARING,
    source="Mossong et al. 2008, as in Hinch et al. 2021",
)

UNITED_KINGDOM: Final = Society(UNITED_KINGDOM_2018, UNITED_KINGDOM_MIXING)

#: `calibration.rate_for(UNITED_KINGDOM, STRAIN_2020, 2.87)`.
_BRITISH_RATE: Final = 0.8019


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
        0.5618,
        0.5618,
        0.3186,
        0.418,
        0.3216,
        0.3542,
        0.3686,
        0.2732,
        0.1865,
        0.3087,
        0.3864,
        0.6116,
        0.4953,
        0.4452,
    ),
    initial_infections=60,
)

WALES: Final = _british(
    "wales",
    "Wales",
    3_169_586,  # Office for National Statistics, mid-2020
    cases=(2914, 4688, 5495, 6778, 8610, 8389, 6024, 5909, 6712, 8770, 14538, 20354, 17583, 15120),
    contacts=(
        0.528,
        0.528,
        0.337,
        0.4227,
        0.412,
        0.2965,
        0.1801,
        0.3553,
        0.3772,
        0.4367,
        0.6086,
        0.5141,
        0.2474,
        0.3122,
    ),
    initial_infections=71,
)

RECORDS: Final = (ENGLAND, WALES, DA_NANG)
