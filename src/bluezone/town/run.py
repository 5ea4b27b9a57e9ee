"""Rehearse the main job: a day in the town, one case, and the right phones warned.

The day runs from six in the morning for as long as asked for. Then one person tests positive, an officer opens the case
over the authority's API and gets a code, that person's phone publishes under it, the clock goes on past the embargo and
the close of the batch, the authority writes its files, and every other phone fetches them, matches and decides. Phone
and authority meet on HTTP only.

One day says little, a good one nothing: `rehearse_seeds` rehearses one for each of many seeds.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import numpy as np

from bluezone.disease.reading import read
from bluezone.disease.shipped import DEFAULT, chosen
from bluezone.exposure.policies import policy_named
from bluezone.packages import files_of
from bluezone.town.air import AirStatistics
from bluezone.town.country import ZONE
from bluezone.town.day import Watcher, live_through
from bluezone.town.delivery import Delays, notice_delays_s
from bluezone.town.errors import TownError
from bluezone.town.findings import (
    CLOSE_CONTACT_MIN,
    Level,
    Minutes,
    Recordings,
    Score,
    Traced,
    choose_case,
    known_levels,
    minutes_near,
    recordings,
    score,
    true_levels,
)
from bluezone.town.fleet import Fleet
from bluezone.town.market import Market, PlaceStory, where_was
from bluezone.town.plans import DAY_S, DAY_START_HOUR
from bluezone.town.radio_model import RadioModel
from bluezone.town.server import Prepared, TownAuthority
from bluezone.town.story import Case, Diary, Evening, Progress, StandingClock, minutes_by_day, near_a_case
from bluezone.town.tracing import Tracing
from bluezone.town.world import MAX_HOURS, TOWN, World, make_world

#: a fixed day, so that nothing depends on today: the day Hậu Giang's order was signed
REHEARSAL_DATE = dt.date(2020, 8, 13)


@dataclass(frozen=True, slots=True)
class Options:
    """Hold the settings of a rehearsal. `directory` is where phones and authority keep their files; `policy` names what
    the phones decide by, None is a phone's default; `hci` has every packet go through Bumble's stack; `scene`: the
    town, or one of `scenes`; `hours`: of the last of `days`; `notices`: whether phones live on after the export, until
    their owners were told; `second_order`: whether F1 warn others; `disease`: a package that ships, or a folder."""

    people: int
    seed: int
    directory: Path
    hours: float = MAX_HOURS
    policy: str | None = None
    hci: bool = False
    scene: str = TOWN
    days: int = 1
    notices: bool = False
    second_order: bool = False
    disease: str = DEFAULT

    @property
    def duration_s(self) -> float:
        return (self.days - 1) * DAY_S + self.hours * 3600.0

    def __post_init__(self) -> None:
        if not 0 < self.hours <= MAX_HOURS:
            raise TownError(f"{self.hours} hours: choose more than 0 and at most {MAX_HOURS:.0f}")
        if self.days > 1 and self.people <= self.days:
            raise TownError(
                f"{self.people} people and {self.days} days: one tests positive each day; choose more people"
            )
        if self.policy is not None:
            policy_named(self.policy)  # refuses unknown names before anything is started
        read(files_of(chosen(self.disease)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold all results of a rehearsal. Matrices and numbers are by person, in the order of `world.people`.

    `minutes_within_2m` (n, n): on the day on which they were most; `near_case_min` (n,): the same beside one of the
    cases, before that one was confirmed; `case`: the last of the `cases`; `warned`: persons who are no case themselves;
    `true_levels`, `known_levels` (n,): F0, F1, F2 in truth and by the system; `ended_at_s`: where the town's clock
    stands; `notice_delays_s`: how long after the last export each was told, None where that was not asked for; `place`:
    whom the place warned at which the last case was, None where that one was at none with a code.
    """

    options: Options
    world: World
    policy: str
    policy_version: str
    minutes_within_2m: Minutes
    recorded: Recordings
    air: AirStatistics
    near_case_min: Minutes
    case: int
    cases: tuple[Case, ...]
    keys_published: int
    files_published: int
    published_at_s: float
    warned: frozenset[int]
    traced: Traced
    true_levels: tuple[Level, ...]
    known_levels: tuple[Level, ...]
    ended_at_s: float
    notice_delays_s: Delays | None = None
    place: PlaceStory | None = None

    @property
    def contacts(self) -> frozenset[int]:
        """Return the close contacts of the cases."""
        cases = {case.person for case in self.cases}
        return frozenset(np.flatnonzero(self.near_case_min >= CLOSE_CONTACT_MIN).tolist()) - cases

    @property
    def warned_ever(self) -> frozenset[int]:
        """Return who was warned, and who reported a warning before becoming a case."""
        return self.warned | {report.person for report in self.traced.reports}

    @property
    def score(self) -> Score:
        return score(self.contacts, self.warned)


def start_of_day_s() -> float:
    """Return Unix seconds of the rehearsal's beginning."""
    return dt.datetime.combine(REHEARSAL_DATE, dt.time(DAY_START_HOUR), ZONE).timestamp()


def date_of_last_day(options: Options) -> dt.date:
    """Return the day on which the last case was tested."""
    return REHEARSAL_DATE + dt.timedelta(days=options.days - 1)


@contextmanager
def rehearsal(
    options: Options, progress: Progress, watcher: Watcher | None = None, like: Prepared | None = None
) -> Iterator[tuple[Outcome, TownAuthority]]:
    """Run the main job. Inside the context the authority goes on answering; leaving it ends its processes. `like`: an
    authority prepared before, to spare the time that takes."""
    # refuses impossible towns before anything is started
    world = make_world(options.people, options.seed, options.scene, options.days)
    epoch_s = start_of_day_s()
    var = options.directory / "authority"
    with TownAuthority(
        var, epoch_s, rate_limit=300 + 20 * options.people, like=like, disease=options.disease
    ) as authority:
        with ThreadPoolExecutor(1) as beside:  # the server starts while the phones live through their day
            served: Future[str] = beside.submit(authority.start_up)
            try:
                outcome = _live_and_warn(options, world, authority, served, progress, watcher)
            except BaseException:
                authority.stop()  # so that a start under way ends, and with it the thread
                raise
        yield outcome, authority


def _live_and_warn(
    options: Options,
    world: World,
    authority: TownAuthority,
    served: Future[str],
    progress: Progress,
    watching: Watcher | None,
) -> Outcome:
    epoch_s, duration_s = start_of_day_s(), options.duration_s
    fleet = Fleet(options.directory / "phones", world, options.seed, options.policy)

    def live(done: float, total: float) -> None:
        if served.done():
            served.result()  # an authority that did not start is no reason to live through the whole day first
        progress("living through the day", done, total)

    with httpx.Client(timeout=30.0) as client:
        tracing = Tracing(options.seed, authority, client, second_order=options.second_order)
        diary = None
        if options.days > 1:
            watching = diary = Diary(world, options.seed, options.days, epoch_s, client, tracing, watching)
        watcher = watching or Watcher()
        net = None
        if watcher.online:
            _wait_for(served, progress)
            net = authority.net(client)
        watcher.begins(fleet, authority)
        air = live_through(fleet, RadioModel(), epoch_s, duration_s / 3600.0, live, watching, net, hci=options.hci)
        _wait_for(served, progress)
        if diary is None:
            tracing.begin()
        clock = StandingClock(epoch_s + duration_s, authority)
        found, policy = _read_contacts(fleet, clock, progress)
        cases, files = (diary.cases, diary.files) if diary is not None else ([], 0)
        by_day = minutes_by_day(world.paths, duration_s)
        truth = np.asarray(np.max(by_day, axis=0))
        test_date = date_of_last_day(options)
        case = choose_case(truth, options.seed, len(cases), {one.person for one in cases})
        evening = Evening(fleet, clock, authority, client, progress, watcher)
        cases = [*cases, Case(case, clock(), evening.publish(case, test_date))]
        was = where_was(world, case, duration_s - DAY_S, duration_s) if options.scene == TOWN else None
        place = evening.warn_of_place(Market(fleet, authority, client, epoch_s), case, was) if was is not None else None
        files += evening.export()
        persons = {one.person for one in cases}
        delays_s = None
        if options.notices:
            progress("waiting until the owners are told", 0, 1)
            delays_s = notice_delays_s(fleet, persons, clock(), authority)
            progress("waiting until the owners are told", 1, 1)
        warned = evening.warn(persons)
        policy = evening.policy or policy
        published_at_s = clock()
        told = evening.trace(tracing, persons, warned)
    isolated_s = diary.isolated_s if diary is not None else {}
    apart_min = sum(minutes_near(world.paths, one, at_s, duration_s).sum() for one, at_s in isolated_s.items())
    traced = replace(tracing.traced(), isolated_s=isolated_s, apart_min=float(apart_min), told=told)
    near_case = near_a_case(world.paths, cases, epoch_s)
    return Outcome(
        options=options,
        world=world,
        policy=policy[0],
        policy_version=policy[1],
        minutes_within_2m=truth,
        recorded=found,
        air=air,
        near_case_min=np.asarray(np.max(near_case, axis=0)),
        case=case,
        cases=tuple(cases),
        keys_published=sum(one.keys for one in cases),
        files_published=files,
        published_at_s=published_at_s,
        warned=frozenset(warned),
        traced=traced,
        true_levels=true_levels(by_day, near_case, persons),
        known_levels=known_levels(len(world.people), persons, warned, traced),
        ended_at_s=clock(),
        notice_delays_s=delays_s,
        place=place,
    )


def _wait_for(served: Future[str], progress: Progress) -> None:
    progress("starting the authority", 0, 1)
    served.result()
    progress("starting the authority", 1, 1)


def _read_contacts(fleet: Fleet, clock: StandingClock, progress: Progress) -> tuple[Recordings, tuple[str, str]]:
    count = len(fleet.world.people)
    contacts, keys = [], []
    for number in range(count):
        progress("reading what the phones wrote down", number, count)
        phone = fleet.open_phone(number, clock)
        try:
            contacts.append(phone.stores.contacts.sightings())
            keys.append(phone.stores.keys.recent(clock()))
        finally:
            phone.close()
    found = recordings(contacts, keys, phone.scheme)
    progress("reading what the phones wrote down", count, count)
    return found, (phone.policy.name, phone.policy.version)


MAX_SEEDS = 1_000
_Z95 = 1.96

#: (seeds done, of how many)
SeedProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SeedScore:
    """Hold how the warnings of one seed fit, and what the phones decided by; `delays_s`: from export to notice, one
    for each owner who was told, empty where that was not asked for."""

    seed: int
    score: Score
    policy: str
    policy_version: str
    delays_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """Summarise a share (0..1) over seeds. `days`: seeds in which there was something to divide by; `pooled`: of all
    persons of all days together, with its 95 % interval (Wilson 1927). None where there was no such day."""

    days: int
    median: float | None
    worst: float | None
    lower_quartile: float | None
    perfect_days: int
    pooled: float | None
    pooled_low: float | None
    pooled_high: float | None


def parse_seeds(text: str) -> list[int]:
    """Return the seeds of a text like `1-50` or `3,7,10-12`, each once, ascending. Raises TownError."""
    seeds: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        try:
            low = int(first)
            high = int(last) if dash else low
        except ValueError:
            raise TownError(f"seeds {text!r}: write numbers and spans, for example 1-50 or 3,7,10-12") from None
        if not 0 <= low <= high < 2**32 or high - low >= MAX_SEEDS:
            raise TownError(f"seeds {part.strip()!r}: a span ascends, from 0 on, and holds at most {MAX_SEEDS}")
        seeds.update(range(low, high + 1))
    if len(seeds) > MAX_SEEDS:
        raise TownError(f"{len(seeds)} seeds: choose at most {MAX_SEEDS}")
    return sorted(seeds)


def rehearse_seeds(seeds: Sequence[int], options: Options, progress: SeedProgress) -> Iterator[SeedScore]:
    """Yield the score of each seed as it is done, each with an authority of its own. All of `options`
    but seed and directory is used; the files of a seed are deleted before the next."""
    with tempfile.TemporaryDirectory(prefix="bluezone-seeds-") as folder:
        with TownAuthority(Path(folder) / "authority", start_of_day_s()) as authority:
            prepared = authority.prepare()
        for number, seed in enumerate(seeds):
            progress(number, len(seeds))
            with tempfile.TemporaryDirectory(dir=folder) as directory:
                of_seed = replace(options, seed=seed, directory=Path(directory))
                with rehearsal(of_seed, lambda *_: None, like=prepared) as (outcome, _):
                    delays_s = tuple((outcome.notice_delays_s or {}).values())
                    yield SeedScore(seed, outcome.score, outcome.policy, outcome.policy_version, delays_s)
        progress(len(seeds), len(seeds))


def sensitivity(scores: Sequence[Score]) -> Shares:
    """Summarise which share of the close contacts was warned."""
    return _shares([(score.rightly_warned, score.true_contacts) for score in scores])


def precision(scores: Sequence[Score]) -> Shares:
    """Summarise which share of the warned were close contacts."""
    return _shares([(score.rightly_warned, score.warned) for score in scores])


def _shares(counts: Sequence[tuple[int, int]]) -> Shares:
    shares = sorted(part / whole for part, whole in counts if whole)
    if not shares:
        return Shares(0, None, None, None, 0, None, None, None)
    part, whole = sum(part for part, _ in counts), sum(whole for _, whole in counts)
    low, high = _wilson(part, whole)
    return Shares(
        days=len(shares),
        median=statistics.median(shares),
        worst=shares[0],
        lower_quartile=statistics.quantiles(shares, n=4, method="inclusive")[0] if len(shares) > 1 else shares[0],
        perfect_days=sum(share == 1 for share in shares),
        pooled=part / whole,
        pooled_low=low,
        pooled_high=high,
    )


def _wilson(part: int, whole: int) -> tuple[float, float]:
    share, z2 = part / whole, _Z95**2
    middle = share + z2 / (2 * whole)
    half = _Z95 * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    scale = 1 + z2 / whole
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
