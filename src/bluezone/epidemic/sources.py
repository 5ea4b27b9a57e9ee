"""List where every constant of the disease and the app comes from, and whether what it says was read.

`checked` says how: the figure was read in the paper's abstract or table, or computed from it; it was read where another
work gives it; or it is from memory of the paper ("not checked"), or is an assumption of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Final

from bluezone.epidemic.demography import HOME_HOURS, HOME_SHARING, RANDOM_HOURS, UNIT_HOURS, society_of
from bluezone.epidemic.disease import DELTA, OMICRON, STRAIN_2020, TIMINGS, Delay, Disease
from bluezone.epidemic.interventions import App, Diagnosis, Isolation, ManualTracing
from bluezone.operating_point import interval, operating_points

ABSTRACT: Final = "read in the abstract"
TABLE: Final = "read in the model's parameter table"
UNREAD: Final = "not checked"
OURS: Final = "assumption"


@dataclass(frozen=True, slots=True)
class Source:
    """Hold a constant: what it is (with the name `--set` knows it by), its value, its origin, and how that was
    checked."""

    what: str
    value: str
    origin: str
    checked: str


def _days(delay: Delay) -> str:
    return f"{delay.mean:g} days (sd {delay.sd:g}, {delay.shape})"


def _by_age(values: tuple[float, ...]) -> str:
    return f"{values[0]:.3g} (0-9) to {values[-1]:.3g} (80+)"


_HINCH = "Hinch et al. 2021 (OpenABM-Covid19), doi:10.1371/journal.pcbi.1009146"
_KERR = "Kerr et al. 2021 (Covasim), doi:10.1371/journal.pcbi.1009149"


def _strain_2020(strain: Disease) -> tuple[Source, ...]:
    covasim = "equal to the table Covasim 4.0.1 ships"
    return (
        Source("2020: reproduction number", "2.87 (2.39-3.44)",
               "Billah et al. 2020, pooled, doi:10.1371/journal.pone.0242128", UNREAD),
        Source("2020: generation time", _days(strain.generation),
               f"{_HINCH}, after Ferretti et al. 2020 and four others; Hu et al. 2021 have a mean of 5.7 and quartiles "
               "4.5 and 6.8, doi:10.1038/s41467-021-21710-6", TABLE),
        Source("2020: when someone infects, by the onset of symptoms", f"{strain.timing} (or: {', '.join(TIMINGS)})",
               "Ferretti et al. 2020, doi:10.1101/2020.09.04.20188516 (abstract read; parameters -4, 1.85, 5.85, 5.42 "
               "as J. Petrie's program has them, form as Hart et al. have it); Hart et al. 2021, "
               "doi:10.7554/eLife.65534 "
               "(point estimates kept with their program, github.com/will-s-hart/COVID-19-Infectiousness-Profile)",
               TABLE),
        Source("2020: incubation", _days(strain.incubation),
               "McAloon et al. 2020, pooled mu 1.63 and sigma 0.50, doi:10.1136/bmjopen-2020-039652", ABSTRACT),
        Source("2020: share with symptoms, by age", _by_age(strain.symptomatic), f"{_KERR}, from Davies et al. 2020",
               covasim),
        Source("2020: hospital, of those with symptoms", _by_age(strain.severe),
               f"{_KERR}, from Verity et al. and Ferguson et al. 2020", covasim),
        Source("2020: intensive care, of those in hospital", _by_age(strain.critical), _KERR, covasim),
        Source("2020: deaths, of those in intensive care", _by_age(strain.fatal),
               f"{_KERR}, from O'Driscoll et al. 2020 (80+: 80-89 and 90+ weighted 9 to 1)", covasim),
        Source("2020: as infectious as in hospital, but at home", _by_age(strain.moderate),
               f"{_HINCH}: share of the symptomatic that is moderate or worse, less those in hospital", TABLE),
        Source("2020: susceptibility, by age", _by_age(strain.susceptibility),
               "Zhang et al. 2020, odds ratios 0.34 below 15 years, 1, and 1.47 from 65 on (decades between: "
               "averages), doi:10.1126/science.abb8001",
               "read where Covasim 4.0.1 gives them"),
        Source("2020: infectiousness without symptoms", f"{strain.asymptomatic_factor:g} of that of others",
               "set so that four times fewer housemates are infected: Thompson et al. 2021, doi:10.1093/cid/ciab100, "
               "pooled, a seventh; Koh et al. 2020, doi:10.1371/journal.pone.0240205, 3.2 times fewer (1.5-7.1); "
               "Madewell et al. 2020, doi:10.1001/jamanetworkopen.2020.31756, 0.7 % of housemates against 18.0 %",
               ABSTRACT),
        Source("2020: infectiousness with mild symptoms", f"{strain.mild_factor:g} of that of others",
               f"{_HINCH}, there a personal communication; Luo et al. 2020 have 0.59, doi:10.7326/M20-2671", TABLE),
        Source("2020: infectiousness varies between people", f"sd {strain.superspreading_sd:g} for mean 1 (gamma)",
               _HINCH, TABLE),
        Source("danger of an hour at home over one elsewhere, and how it falls with the number of housemates",
               f"{society_of('vietnam').mixing.home_weight:g} (Việt Nam), to the power of {-HOME_SHARING:g}",
               "fitted to secondary attack rates at home: Madewell et al. 2020, 54 studies, "
               "doi:10.1001/jamanetworkopen.2020.31756", ABSTRACT),
        Source("hours near each other on a day two meet: at home, in a unit, at random",
               ", ".join(f"{each.median:g}" for each in
                         (HOME_HOURS, UNIT_HOURS, RANDOM_HOURS))
               + " in the median (log-normal)",
               "set near to the exposures that England's app told of: Ferretti et al. 2023, "
               "doi:10.1038/s41586-023-06952-2", ABSTRACT),
        Source("2020: onset to hospital", _days(strain.onset_to_hospital), f"{_HINCH} (its spread: ours)", TABLE),
        Source("2020: hospital to intensive care, to death",
               f"{_days(strain.hospital_to_critical)}, {_days(strain.critical_to_death)}", _HINCH, TABLE),
        Source("2020: recovery at home, in hospital",
               f"{_days(strain.mild_recovery)}, {_days(strain.hospital_recovery)}", _HINCH, TABLE),
    )  # fmt: skip


def _later(delta: Disease, omicron: Disease) -> tuple[Source, ...]:
    ratio = omicron.severe[4] / delta.severe[4]
    return (
        Source("Delta: reproduction number", "5.08", "Liu and Rocklöv 2021, mean, doi:10.1093/jtm/taab124", UNREAD),
        Source("Delta: generation time", _days(delta.generation),
               "Hart et al. 2022, intrinsic mean, doi:10.1016/S1473-3099(22)00001-9; sd: as 2020 in proportion",
               "paper found, figure not read"),
        Source("Delta: incubation", _days(delta.incubation), "Grant et al. 2022, doi:10.1016/j.lanepe.2021.100278",
               "paper found, figure not read"),
        Source("Delta: hospital", f"{delta.severe[4] / STRAIN_2020.severe[4]:.3g} times 2020's",
               "Twohig et al. 2022, against Alpha (1.32-3.89), doi:10.1016/S1473-3099(21)00475-8; Alpha's own excess "
               "over 2020 is left out", UNREAD),
        Source("Omicron: reproduction number", "9.5", "Liu and Rocklöv 2022, mean, doi:10.1093/jtm/taac037", UNREAD),
        Source("Omicron: generation time", _days(omicron.generation),
               "Manica et al. 2022, realised in households (intrinsic: 6.84), doi:10.1016/j.lanepe.2022.100446; sd: as "
               "2020 in proportion", ABSTRACT),
        Source("Omicron: incubation", _days(omicron.incubation),
               "Backer et al. 2022, doi:10.2807/1560-7917.ES.2022.27.6.2200042",
               "mean read in Park et al. 2023 (doi:10.1073/pnas.2221887120), sd not"),
        Source("Omicron: hospital, death", f"{ratio:.2g} and 0.31 of Delta's",
               "Nyberg et al. 2022, doi:10.1016/S0140-6736(22)00462-7", ABSTRACT),
        Source("Delta, Omicron: all else", "as 2020", "no immunity, no vaccine unless given", OURS),
    )  # fmt: skip


def _drawn() -> str:
    known = operating_points().of()
    detected = [1 - missed for missed in known.missed_share]
    both = (detected, known.false_alarm_share)
    return " and ".join("{:.2f} ({:.2f} to {:.2f})".format(median(each), *interval(each)) for each in both)


def _measures(app: App, test: Diagnosis, stay: Isolation, hand: ManualTracing) -> tuple[Source, ...]:
    return (
        Source("app.detection, app.bystanders", _drawn(),
               "medians and 80 % ranges of src/bluezone/operating-points.json, which the evaluation of the phones' "
               "default policy writes (docs/measurements/exposure-nearness.md, a campaign that nobody has seen); one "
               "distant encounter for each contact: ours", "the simulator reads that file"),
        Source("app.consent", f"{app.consent:g}", "Wymant et al. 2021, doi:10.1038/s41586-021-03606-z", UNREAD),
        Source("app.days_before_onset, app.look_back_days", f"{app.days_before_onset}, {app.look_back_days}",
               "Exposure Notifications keep 14 days; 2 days before onset as most authorities", OURS),
        Source("app.sync_next_day_share", f"{app.sync_next_day_share:g}", "keys are fetched a few times a day", OURS),
        Source("diagnosis.sensitivity, insensitive_days, specificity, delays",
               f"{test.sensitivity:g}, {test.insensitive_days}, {test.specificity:g}, {test.order_delay_days} and "
               f"{test.result_delay_days} days", f"{_HINCH} (insensitive days: Wölfel et al. 2020)", TABLE),
        Source("diagnosis.background_daily_share", f"{test.background_daily_share:g}", f"{_HINCH}, UK flu survey",
               TABLE),
        Source("diagnosis.symptomatic_share, isolation.symptomatic_share",
               f"{test.symptomatic_share:g}, {stay.symptomatic_share:g}", "none found for Việt Nam", OURS),
        Source("isolation: compliance of contacts, dropouts a day",
               f"{stay.contact_compliance:g}; {stay.case_daily_dropout:g} of cases, {stay.contact_daily_dropout:g} of "
               "contacts; who complies is drawn once for each person", _HINCH, TABLE),
        Source("isolation: 14 days, central", f"{stay.case_days}", "health ministry's practice of 2020",
               "read in reports of the time"),
        Source("manual: recall at home, in the unit, elsewhere",
               f"{hand.recall_household:g}, {hand.recall_unit:g}, {hand.recall_random:g}", _HINCH, TABLE),
        Source("manual.interviews_per_day in the preset", "20", "none found for a province", OURS),
    )  # fmt: skip


SOURCES: Final = (
    *_strain_2020(STRAIN_2020),
    *_later(DELTA, OMICRON),
    *_measures(App(), Diagnosis(), Isolation(), ManualTracing()),
)
