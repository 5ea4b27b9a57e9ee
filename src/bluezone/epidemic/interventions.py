"""Describe what is done against an outbreak: tests, isolation, the app, tracing by hand, venues, lockdown, vaccines,
imports.

Every dataclass refuses values that mean nothing, with a sentence. Shares are 0..1, delays whole days.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from statistics import median
from typing import Final

from bluezone.epidemic.demography import AGE_GROUPS
from bluezone.epidemic.errors import EpidemicError
from bluezone.operating_point import operating_points

#: Encounters long enough to be logged but further than 2 m, for each true contact. No measurement found: assumption.
DISTANT_ENCOUNTERS_PER_CONTACT: Final = 1.0


def _require(kind: str, name: str, value: float, low: float, high: float | None) -> None:
    if value != value or value < low or (high is not None and value > high):
        nearest = low if value != value or value < low else high
        bounds = f"between {low:g} and {high:g}" if high is not None else f"{low:g} or more"
        raise EpidemicError(
            f"{kind}: {name.replace('_', ' ')} is {value:g}, but it must be {bounds}; ask for {nearest:g}"
        )


def _check(record: object, kind: str) -> None:
    """Every number of a record whose name ends in share, sensitivity, ... is a share; others must not be negative."""
    shares = (
        "share",
        "sensitivity",
        "specificity",
        "compliance",
        "dropout",
        "detection",
        "consent",
        "uptake",
        "activity",
        "efficacy",
        "recall_household",
        "recall_unit",
        "recall_random",
    )
    for each in fields(record):  # type: ignore[arg-type]
        value = getattr(record, each.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        _require(kind, each.name, value, 0, 1 if each.name.endswith(shares) else None)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Say who is tested and how well. Those admitted to hospital are always tested.

    symptomatic_share: of people with symptoms who ask for a test. traced_share: of people alerted who do.
    insensitive_days: first days of an infection in which the test cannot see it (Wölfel et al. 2020: 3).
    background_daily_share: people a day with like symptoms from something else (UK flu survey: 0.002), who isolate and
    are tested like those who have it. mass_daily_share: people a day, anybody, who are tested from the day after the
    first case on, and none of whom refuses.
    """

    symptomatic_share: float = 0.5
    traced_share: float = 0.0
    order_delay_days: int = 1
    result_delay_days: int = 1
    sensitivity: float = 0.8
    specificity: float = 0.999
    insensitive_days: int = 3
    background_daily_share: float = 0.002
    mass_daily_share: float = 0.0

    def __post_init__(self) -> None:
        _check(self, "testing")


@dataclass(frozen=True, slots=True)
class Isolation:
    """Say who is isolated, how long, where, and who gives up.

    Someone isolated at home meets only the household; someone isolated centrally (`central_*`) meets nobody.
    symptomatic_share: of people who isolate on their own when symptoms start, until a negative result or
    `symptomatic_days`. household_of_case, household_of_symptomatic: whether those who live with them isolate too.
    dropouts are daily; symptomatic_daily_dropout: of those who isolate on their own (None: as cases).
    """

    case_days: int = 14
    contact_days: int = 14
    symptomatic_days: int = 7
    symptomatic_share: float = 0.3
    case_compliance: float = 0.95
    contact_compliance: float = 0.9
    household_compliance: float = 0.9
    case_daily_dropout: float = 0.01
    contact_daily_dropout: float = 0.03
    symptomatic_daily_dropout: float | None = None
    household_of_case: bool = True
    household_of_symptomatic: bool = False
    central_cases: bool = False
    central_contacts: bool = False

    def __post_init__(self) -> None:
        _check(self, "isolation")


#: Where an order reaches people. Simulated: schools with their staff; working units by lot (`App.officials_share`,
#: `App.workers_share`); by lot people met at doors (guests, customers, travellers); everybody else, in hamlets.
SECTORS: Final = ("pupils", "officials", "workers", "guests", "hamlets")


@dataclass(frozen=True, slots=True)
class Group:
    """Say when some people install: those of a sector, of a part of the place (`demography.Parts`), of decades of age;
    left empty, of any.

    installed: (day, share of the group's people who have installed by then), both rising; linear between, after the
    last as on it.
    of_everybody: the shares are of all people: who is in no other group gets what the others leave of them
    (`adoption.shared_out`).
    """

    installed: tuple[tuple[int, float], ...]
    sector: str = ""
    part: str = ""
    from_age: int = 0
    to_age: int = AGE_GROUPS - 1
    of_everybody: bool = False

    def __post_init__(self) -> None:
        if self.sector not in ("", *SECTORS):
            raise EpidemicError(f"app: there is no sector {self.sector!r}; choose of {', '.join(SECTORS)}")
        _require("app", "to_age", self.to_age, self.from_age, AGE_GROUPS - 1)
        for _day, share in self.installed:
            _require("app", "share of a group that has installed", share, 0, 1)
        pairs = zip(self.installed, self.installed[1:], strict=False)
        if not self.installed or any(later <= day or more < share for (day, share), (later, more) in pairs):
            raise EpidemicError("app: installs of a group must be given by rising days, and never fall")


@dataclass(frozen=True, slots=True)
class App:
    """Describe the contact-tracing app.

    uptake: share of all people who installed it. activity: share of installs in use (Bluetooth on, battery permitting).
    detection: chance that one contact on one day makes an alert, if both phones are in use; bystanders: needless alerts
    for each true contact alerted. Left None, both are drawn for each run (`in_campaign`): how well phones tell who was
    near differs from campaign to campaign, and is not known before. consent: share of cases who
    publish (72 % of index cases in England and Wales, Wymant et al. 2021). upload_delay_days: from result to published
    keys; sync_next_day_share: alerts that a phone fetches only the day after. Contacts are those from
    `days_before_onset` (of the index; of its test, without symptoms) to its isolation, at most `look_back_days` ago.
    groups: people whose installs are known by day; someone is in the first that fits, and in none as `uptake` says from
    `start_day` on. household_clustering, unit_clustering: share of people who install as their household, or their
    unit, does.
    second_order: contacts alerted (F1) may warn whom they met since (F2). second_order_share: of F1 who do, as of cases
    who publish. F2 are asked to watch, not to isolate: watching_share of them stay at home and are tested when symptoms
    begin within `watch_days`. (No measurement found of either: assumptions.)
    """

    uptake: float = 0.0
    activity: float = 1.0
    detection: float | None = None
    consent: float = 0.72
    upload_delay_days: int = 0
    sync_next_day_share: float = 0.5
    look_back_days: int = 14
    days_before_onset: int = 2
    household_clustering: float = 0.0
    unit_clustering: float = 0.0
    second_order: bool = False
    second_order_share: float = 0.72
    watching_share: float = 0.8
    watch_days: int = 14
    bystanders: float | None = None
    start_day: int = 0
    groups: tuple[Group, ...] = ()
    officials_share: float = 0.05
    workers_share: float = 0.15
    guests_share: float = 0.1

    def __post_init__(self) -> None:
        _check(self, "app")
        if self.household_clustering + self.unit_clustering > 1:
            raise EpidemicError("app: the clusterings by household and by unit sum to more than 1; lower one of them")
        if any(group.of_everybody for group in self.groups[:-1]):
            raise EpidemicError("app: the group of everybody must be the last: it takes what the others leave")
        if self.groups and (last := self.groups[-1]).of_everybody:
            if last != Group(last.installed, of_everybody=True):
                raise EpidemicError("app: the group of everybody has no sector, part or age")
            if len({tuple(day for day, _ in group.installed) for group in self.groups}) > 1:
                raise EpidemicError("app: beside a group of everybody, installs of all groups need the same days")

    def in_campaign(self, number: int) -> App:
        """Return the app in one of the campaigns that might be: what was left None is taken from the distribution of
        the phones' default policy (`bluezone.operating_point`)."""
        missed, false_alarms = operating_points().of().pair(number)
        return self._filled(1 - missed, false_alarms)

    def typical(self) -> App:
        """Return the app with the medians for what was left None."""
        known = operating_points().of()
        return self._filled(1 - median(known.missed_share), median(known.false_alarm_share))

    def _filled(self, detection: float, false_alarms: float) -> App:
        return replace(
            self,
            detection=round(detection, 3) if self.detection is None else self.detection,
            bystanders=(
                round(false_alarms * DISTANT_ENCOUNTERS_PER_CONTACT, 3) if self.bystanders is None else self.bystanders
            ),
        )


@dataclass(frozen=True, slots=True)
class ManualTracing:
    """Describe tracing by interview. Recall shares as in Hinch et al. 2021 (OpenABM): 1, 0.8 and 0.05.

    interviews_per_day: cases that can be interviewed a day; those beyond are not traced. 0 switches it off.
    second_order: those whom contacts (F1) name in turn (F2) stay at home a day later.
    """

    interviews_per_day: int = 0
    delay_days: int = 1
    recall_household: float = 1.0
    recall_unit: float = 0.8
    recall_random: float = 0.05
    look_back_days: int = 7
    second_order: bool = False

    def __post_init__(self) -> None:
        _check(self, "manual tracing")


@dataclass(frozen=True, slots=True)
class Venues:
    """Describe QR check-in: people whose random meetings share a venue and a time with a case are warned.

    participating_share: venues with a code. scanning_share: visits that are scanned. size: people at a venue at one
    time. delay_days: from result to warning.
    """

    participating_share: float = 0.0
    scanning_share: float = 0.0
    size: int = 20
    delay_days: int = 1
    look_back_days: int = 14

    def __post_init__(self) -> None:
        _check(self, "venues")
        _require("venues", "size", self.size, 2, None)


@dataclass(frozen=True, slots=True)
class Lockdown:
    """Hold the contacts that remain from a day on, until the next level: shares at school, work, elsewhere; a factor
    at home."""

    from_day: int
    school: float = 1.0
    work: float = 1.0
    random: float = 1.0
    home: float = 1.0
    name: str = ""

    def __post_init__(self) -> None:
        _check(self, "lockdown")
        for name in ("school", "work", "random"):
            _require("lockdown", name, getattr(self, name), 0, 1)
        _require("lockdown", "home", self.home, 0, 3)


@dataclass(frozen=True, slots=True)
class VaccineDose:
    """Say that from `day` on, `share` of the people of decades `from_age` to `to_age` are protected (not: newly, but
    in all)."""

    day: int
    share: float
    from_age: int = 0
    to_age: int = AGE_GROUPS - 1

    def __post_init__(self) -> None:
        _check(self, "vaccination")
        _require("vaccination", "to_age", self.to_age, self.from_age, AGE_GROUPS - 1)


@dataclass(frozen=True, slots=True)
class Vaccination:
    """Describe a dated roll-out of vaccines. infection_efficacy: share of infections averted per exposure;
    severe_efficacy: of hospital."""

    doses: tuple[VaccineDose, ...] = ()
    infection_efficacy: float = 0.6
    severe_efficacy: float = 0.9

    def __post_init__(self) -> None:
        _check(self, "vaccination")


@dataclass(frozen=True, slots=True)
class Imports:
    """Describe infections from outside: a mean number a day (Poisson), and clusters on given days as (day, number)."""

    mean_per_day: float = 0.0
    clusters: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        _check(self, "imports")
        for day, number in self.clusters:
            _require("imports", "day of a cluster", day, 0, None)
            _require("imports", "number in a cluster", number, 0, None)
