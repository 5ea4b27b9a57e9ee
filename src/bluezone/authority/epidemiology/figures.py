"""Reckon the figures of an outbreak from its cases and links: incidence, delays, follow-up, chains, clusters, the app's
part. Pure.

A figure is a list of rows; its table, its chart and its file show these rows and nothing else.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple, Protocol, TypeVar

from bluezone.authority.epidemiology import reproduction
from bluezone.authority.episodes.words import FollowUp, Setting
from bluezone.authority.site.configuration import disease

_DAY = dt.timedelta(days=1)
#: of the standard normal distribution, for 95 of 100
_Z = 1.959964


class Found(enum.StrEnum):
    """Name how a case was found: traced by the app alone, by asking alone, by both; or not traced: by symptoms, by
    chance."""

    APP = "app"
    ASKING = "hand"
    BOTH = "both"
    NOT_TRACED = "none"


class Basis(enum.StrEnum):
    """Name the date by which cases are counted."""

    ONSET = "onset"
    SAMPLE = "sample"
    REPORT = "report"


class Patient(NamedTuple):
    """Describe a case by its dates, None where not known. `part`: the part of the jurisdiction that it lives in."""

    key: str
    name: str
    part: str
    found: Found
    confirmed: bool
    onset: dt.date | None = None
    sample: dt.date | None = None
    result: dt.date | None = None
    report: dt.date | None = None
    isolated: dt.date | None = None
    #: the last day on which it was exposed, of a traced one
    exposed: dt.date | None = None

    @property
    def day(self) -> dt.date | None:
        """Return the day by which a case is filed: first symptoms, else the sample."""
        return self.onset or self.sample


class Contact(NamedTuple):
    """Describe an exposure of a case to a person who can have infected it."""

    source: str
    target: str
    day: dt.date
    setting: Setting
    site: str


# --- incidence and reproduction ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incidence:
    """Count the cases of a day, by how they were found; `mean7`: of the 7 days that end with it."""

    counts: ClassVar = ("cases", "app", "hand", "both", "none")

    basis: str
    day: dt.date
    cases: int
    app: int
    hand: int
    both: int
    none: int
    mean7: float


def by_day(patients: Iterable[Patient], basis: Basis) -> dict[dt.date, Counter[Found]]:
    """Count cases by the day of a basis and by how they were found."""
    found: dict[dt.date, Counter[Found]] = defaultdict(Counter)
    for one in patients:
        day = one.onset if basis is Basis.ONSET else one.sample if basis is Basis.SAMPLE else one.report
        if day is not None:
            found[day][one.found] += 1
    return found


def incidence(patients: Sequence[Patient], first: dt.date, last: dt.date) -> list[Incidence]:
    """Return the epidemic curves by onset, sample and report, each without a gap. `patients`: of 6 days before, too."""
    rows = []
    for basis in Basis:
        counts = by_day(patients, basis)
        for day in days(first, last):
            ways = counts.get(day, Counter[Found]())
            seven = sum(counts[day - back * _DAY].total() for back in range(7) if day - back * _DAY in counts)
            app, asking, both, untraced = (ways[way] for way in Found)
            rows.append(Incidence(basis.value, day, ways.total(), app, asking, both, untraced, round(seven / 7, 4)))
    return rows


@dataclass(frozen=True, slots=True)
class Spread:
    """Hold the reproduction number of the 7 days that end with a day, by reported cases."""

    counts: ClassVar = ("cases",)

    day: dt.date
    cases: int
    mean: float
    low: float
    high: float


def reproduction_of(patients: Sequence[Patient], start: dt.date, first: dt.date, last: dt.date) -> list[Spread]:
    """Return the reproduction numbers of the days from `first` on, by the cases reported since `start`."""
    counts = by_day(patients, Basis.REPORT)
    known = [day for day in counts if start <= day <= last]
    if not known:
        return []
    start = min(known)
    serial = disease().windows.serial_interval
    weights = reproduction.serial_weights(serial.mean, serial.deviation, 40)
    series = [counts[day].total() if day in counts else 0 for day in days(start, last)]
    rows = reproduction.estimates(series, weights)
    return [
        Spread(day, each.cases, round(each.mean, 4), round(each.low, 4), round(each.high, 4))
        for each in rows
        if (day := start + each.day * _DAY) >= first
    ]


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return all days from one to another."""
    return [first + number * _DAY for number in range((last - first).days + 1)]


# --- delays -----------------------------------------------------------------------------------------------------------


class Step(enum.StrEnum):
    """Name the time between two dates of a case."""

    ONSET_REPORT = "onset-report"
    ONSET_SAMPLE = "onset-sample"
    SAMPLE_RESULT = "sample-result"
    RESULT_ISOLATION = "result-isolation"
    ONSET_ISOLATION = "onset-isolation"


@dataclass(frozen=True, slots=True)
class DelayCount:
    """Count the cases of a week (its Monday, by the first date) with so many days between two dates; None: the second
    date is not known. Under 0: it was before the first."""

    counts: ClassVar = ("cases",)

    step: str
    week: dt.date
    found: str
    days: int | None
    cases: int


def delay_counts(patients: Iterable[Patient]) -> list[DelayCount]:
    """Return the distributions of all delays by week and by how cases were found."""
    found: Counter[tuple[Step, dt.date, Found, int | None]] = Counter()
    for one in patients:
        steps = (
            (Step.ONSET_REPORT, one.onset, one.report),
            (Step.ONSET_SAMPLE, one.onset, one.sample),
            (Step.SAMPLE_RESULT, one.sample, one.result),
            (Step.RESULT_ISOLATION, one.result, one.isolated),
            (Step.ONSET_ISOLATION, one.onset, one.isolated),
        )
        for step, since, until in steps:
            if since is not None:
                found[step, since, one.found, (until - since).days if until else None] += 1
    weeks: Counter[tuple[str, dt.date, str, int | None]] = Counter()
    for (step, since, way, between), number in found.items():
        weeks[step.value, since - since.weekday() * _DAY, way.value, between] += number
    return [
        DelayCount(*key, number)
        for key, number in sorted(weeks.items(), key=lambda each: (*each[0][:3], each[0][3] is None, each[0][3] or 0))
    ]


@dataclass(frozen=True, slots=True)
class Delay:
    """Describe days from one date to another: of how many people, how many of them 0 or less (before it), 10th
    percentile, median, 90th percentile. `open`: how many have the first date and not the second."""

    people: int
    in_time: int
    tenth: float
    median: float
    ninetieth: float
    open: int


def delay(counts: Mapping[int | None, int]) -> Delay:
    """Return the distribution of so many people by days; None: open."""
    known = {between: number for between, number in counts.items() if between is not None}
    values = sorted(Counter(known).elements())
    in_time = sum(number for between, number in known.items() if between <= 0)
    tenth, median, ninetieth = (percentile(values, percent) for percent in (10, 50, 90))
    return Delay(len(values), in_time, tenth, median, ninetieth, counts.get(None, 0))


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the smallest value that so many percent of the values do not exceed (nearest rank); NaN without one. The
    median of an even number lies between its two middle ones."""
    found = sorted(values)
    if not found:
        return math.nan
    if percent == 50:
        half = len(found) // 2
        return float(found[half]) if len(found) % 2 else (found[half - 1] + found[half]) / 2
    return float(found[max(math.ceil(len(found) * percent / 100), 1) - 1])


# --- follow-up --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Count the contacts under follow-up on a day in a part of the jurisdiction, and who of them was heard: a call that
    reached them, or signs noted."""

    counts: ClassVar = ("followed", "asked")

    day: dt.date
    part: str
    followed: int
    asked: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """Count contacts by their follow-up: running, of these overdue (its last day is over), completed, lost to it,
    cancelled (no contact after all, or a case by now)."""

    counts: ClassVar = ("running", "overdue", "completed", "lost", "cancelled")

    part: str
    running: int = 0
    overdue: int = 0
    completed: int = 0
    lost: int = 0
    cancelled: int = 0

    @property
    def share(self) -> float:
        """Return which share of the follow-ups that should be over was completed; NaN of none."""
        due = self.completed + self.lost + self.overdue
        return self.completed / due if due else math.nan


def completeness(counts: Mapping[tuple[str, FollowUp, dt.date | None], int], today: dt.date) -> list[Completeness]:
    """Return how complete the follow-up of contacts is, by part, from counts by part, state and last day."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (part, state, until), number in counts.items():
        found[part][state.value] += number
        if state is FollowUp.RUNNING and until is not None and until < today:
            found[part]["overdue"] += number
    return [Completeness(part, **states) for part, states in sorted(found.items())]


# --- who infected whom ------------------------------------------------------------------------------------------------


class Meeting(Protocol):
    """Describe an exposure: who can have infected, who can have been infected, the day."""

    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def day(self) -> dt.date: ...


Met = TypeVar("Met", bound=Meeting)


class Infection(NamedTuple, Generic[Met]):
    """Hold the exposure that infected a case. It is known where one person alone can have been the source; of several
    the one met last is a guess."""

    tie: Met
    known: bool


def infectors(ill: Mapping[str, dt.date], ties: Iterable[Met]) -> dict[str, Infection[Met]]:
    """Return the exposure that infected each case, by its key. `ill`: first symptoms or test of each confirmed case.

    Of several possible sources the one met last before that day counts (of equal days: the first by key).
    """
    found: dict[str, Met] = {}
    several: set[str] = set()
    for tie in ties:
        if (day := ill.get(tie.target)) is not None and tie.day <= day:
            old = found.get(tie.target)
            if old is not None and old.source != tie.source:
                several.add(tie.target)
            if old is None or (-tie.day.toordinal(), tie.source) < (-old.day.toordinal(), old.source):
                found[tie.target] = tie
    return {target: Infection(tie, target not in several) for target, tie in found.items()}


@dataclass(frozen=True, slots=True)
class Link:
    """Describe a case of a chain: from whom (nothing: the chain's first), whether that is known or guessed, which
    generation."""

    counts: ClassVar = ()

    chain: int
    name: str
    infector: str
    link: str
    generation: int
    day: dt.date
    infector_day: dt.date | None
    setting: str
    found: str


def chains(patients: Sequence[Patient], infections: Mapping[str, Infection[Contact]]) -> list[Link]:
    """Return the chains of transmission, the largest first, each by day. Whoever fell ill after the person they can
    have infected is not taken for the infector here: a chain has no circle."""
    filed = sorted((day, one.key, one) for one in patients if one.confirmed and (day := one.day) is not None)
    first_of: dict[str, str] = {}
    generation: dict[str, int] = {}
    members: dict[str, list[Patient]] = defaultdict(list)
    for _day, key, one in filed:
        source = infections[key].tie.source if key in infections else ""
        is_linked = source in first_of
        first_of[key] = first_of[source] if is_linked else key
        generation[key] = generation[source] + 1 if is_linked else 0
        members[first_of[key]].append(one)
    days_of, names = {key: day for day, key, _one in filed}, {key: one.name for _day, key, one in filed}
    several = sorted((each for each in members.values() if len(each) > 1), key=lambda each: -len(each))
    rows = []
    for number, people in enumerate(several, start=1):
        for one in people:
            above, known, above_day, setting = "", "", None, ""
            if generation[one.key]:
                infection = infections[one.key]
                source, setting = infection.tie.source, infection.tie.setting.value
                above, above_day, known = names[source], days_of[source], "known" if infection.known else "guessed"
            day, order = days_of[one.key], generation[one.key]
            rows.append(Link(number, one.name, above, known, order, day, above_day, setting, one.found.value))
    return rows


@dataclass(frozen=True, slots=True)
class Chain:
    """Describe a chain: its first case, how many cases, in how many generations after it, from which day to which, how
    many of its links are known and how many guessed, median days from onset to onset of the known ones."""

    counts: ClassVar = ("cases", "known", "guessed")

    chain: int
    index: str
    cases: int
    generations: int
    first: dt.date
    last: dt.date
    known: int
    guessed: int
    serial_days: float


def chains_of(links: Iterable[Link]) -> list[Chain]:
    """Sum the links of each chain up."""
    by_chain: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_chain[link.chain].append(link)
    return [
        Chain(
            number,
            people[0].name,
            len(people),
            max(one.generation for one in people),
            people[0].day,
            people[-1].day,
            sum(one.link == "known" for one in people),
            sum(one.link == "guessed" for one in people),
            percentile(
                [(one.day - one.infector_day).days for one in people if one.infector_day and one.link == "known"], 50
            ),
        )
        for number, people in by_chain.items()
    ]


# --- clusters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exposed:
    """Count the people exposed in a setting at a site: all, those decided to be contacts, of these the infected."""

    people: int = 0
    followed: int = 0
    infected: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Count the cases infected at a place or in a setting (or living in a part), the contacts exposed there, and the
    secondary attack rate among those followed, with its interval."""

    counts: ClassVar = ("cases", "contacts", "followed", "infected")

    kind: str
    place: str
    cases: int
    #: None of a household: its contacts are not told apart from others
    contacts: int | None
    first: dt.date | None
    last: dt.date | None
    followed: int | None
    infected: int | None
    low: float
    high: float


_KINDS = {Setting.WORK: "company", Setting.SCHOOL: "school", Setting.OTHER: "place"}


def clusters(
    patients: Sequence[Patient],
    infections: Mapping[str, Infection[Contact]],
    exposed: Mapping[tuple[Setting, str], Exposed],
    parts: Mapping[str, Exposed],
) -> list[Cluster]:
    """Return clusters by setting, by site (school, company, place), by household (of two cases or more, named after the
    first) and by part of the jurisdiction, the largest of each kind first."""
    there: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
    filed = [(day, one) for one in patients if one.confirmed and (day := one.day) is not None]
    names = {one.key: one.name for _day, one in filed}
    home_of: dict[str, str] = {}
    filed.sort(key=lambda each: (each[0], each[1].key))
    for day, one in filed:
        there["part", one.part].append(day)
        infection = infections.get(one.key)
        there["setting", infection.tie.setting.value if infection else ""].append(day)
        if infection and infection.tie.site and infection.tie.setting is not Setting.HOUSEHOLD:
            there[_KINDS[infection.tie.setting], infection.tie.site].append(day)
        source = infection.tie.source if infection and infection.tie.setting is Setting.HOUSEHOLD else ""
        home_of[one.key] = home_of.get(source, source if source in names else one.key)
    shared = {home for home, people in Counter(home_of.values()).items() if people > 1}
    for day, one in filed:
        if (home := home_of[one.key]) in shared:
            there["household", home].append(day)
    around: dict[tuple[str, str], Exposed] = {("part", part): each for part, each in parts.items()}
    for (setting, site), each in exposed.items():
        at_site = bool(site) and setting is not Setting.HOUSEHOLD
        for key in [("setting", setting.value), *([(_KINDS[setting], site)] if at_site else [])]:
            old = around.get(key, Exposed())
            around[key] = Exposed(old.people + each.people, old.followed + each.followed, old.infected + each.infected)
    rows = []
    for (kind, place), when in [*there.items(), *((key, []) for key in around.keys() - there.keys())]:
        first, last = (min(when), max(when)) if when else (None, None)
        if kind == "household":
            name = names.get(place, place)
            rows.append(Cluster(kind, name, len(when), None, first, last, None, None, math.nan, math.nan))
            continue
        near = around.get((kind, place), Exposed())
        low, high = wilson(near.followed, near.infected)
        rows.append(Cluster(kind, place, len(when), near.people, first, last, near.followed, near.infected, low, high))
    return sorted(rows, key=lambda each: (each.kind, -each.cases, -(each.contacts or 0), each.place))


def wilson(people: int, of_them: int) -> tuple[float, float]:
    """Return between which shares the true one lies in 95 of 100 samples of this size (Wilson 1927); NaN of nobody."""
    if not people:
        return math.nan, math.nan
    share, scale = of_them / people, 1 + _Z * _Z / people
    middle = (share + _Z * _Z / (2 * people)) / scale
    half = _Z * math.sqrt(share * (1 - share) / people + _Z * _Z / (4 * people * people)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


# --- the app's part ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Count contacts and cases by how they were found; median days of these cases from onset and from the last exposure
    to isolation; `gained`: how many days sooner after onset than cases that nobody traced."""

    counts: ClassVar = ("contacts", "cases", "isolated")

    found: str
    contacts: int
    cases: int
    isolated: int
    onset_to_isolation: float
    exposure_to_isolation: float
    gained: float


def app_part(patients: Collection[Patient], contacts: Mapping[Found, int]) -> list[Part]:
    """Return the part of each way of finding. `contacts`: those who are no cases; a case that was traced was one."""
    rows: list[Part] = []
    alone = math.nan
    for way in (Found.NOT_TRACED, Found.APP, Found.ASKING, Found.BOTH):
        found = [one for one in patients if one.found is way]
        ended = [one for one in found if one.isolated is not None]
        onset = percentile([(one.isolated - one.onset).days for one in ended if one.isolated and one.onset], 50)
        met = percentile([(one.isolated - one.exposed).days for one in ended if one.isolated and one.exposed], 50)
        alone = onset if way is Found.NOT_TRACED else alone
        near = contacts.get(way, 0) + (len(found) if way is not Found.NOT_TRACED else 0)
        rows.append(Part(way.value, near, len(found), len(ended), onset, met, alone - onset))
    return rows
