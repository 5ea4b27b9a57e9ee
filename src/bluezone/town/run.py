"""Rehearse the main job: a day in the town, one case, and the right phones warned.

The day runs from six in the morning for as long as asked for. Then one person tests positive, an officer opens the case
over the authority's API and gets a code, that person's phone publishes under it, the clock goes on past the embargo and
the close of the batch, the authority writes its files, and every other phone fetches them, matches and decides. Phone
and authority meet on HTTP only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from bluezone.exposure.policies import policy_named
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.tasks import fetch_guidance_of
from bluezone.town.air import AirStatistics
from bluezone.town.clock import TIME_ZONE
from bluezone.town.day import live_through
from bluezone.town.days import Case, Diary, most_in_a_day, near_a_case
from bluezone.town.delivery import Delays, notice_delays_s
from bluezone.town.errors import TownError
from bluezone.town.findings import Minutes, Recordings, Score, choose_case, recordings, score
from bluezone.town.fleet import Fleet, Net
from bluezone.town.plans import DAY_S, DAY_START_HOUR
from bluezone.town.radio_model import RadioModel
from bluezone.town.server import Prepared, TownAuthority
from bluezone.town.truth import CLOSE_CONTACT_MIN
from bluezone.town.watching import Watcher
from bluezone.town.world import TOWN, World, make_world

#: a fixed day, so that nothing depends on today: the day Hậu Giang's order was signed
REHEARSAL_DATE = dt.date(2020, 8, 13)
MAX_HOURS = 24.0

_MAX_BATCHES = 12  # two days of batches: keys wait three hours at most after the phone ended its own
_AFTER_BATCH_S = 60.0

#: (what is being done, how much of it is done, of how much)
Progress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class Options:
    """Hold the settings of a rehearsal. `directory` is where phones and authority keep their files; `policy` names what
    the phones decide by, None is a phone's default; `hci` has every packet go through Bumble's stack; `scene`: the
    town, or one of `scenes`; `hours`: of the last of `days`; `notices`: whether phones live on after the export, until
    their owners were told."""

    people: int
    seed: int
    directory: Path
    hours: float = MAX_HOURS
    policy: str | None = None
    hci: bool = False
    scene: str = TOWN
    days: int = 1
    notices: bool = False

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold all results of a rehearsal. Matrices and numbers are by person, in the order of `world.people`.

    `minutes_within_2m` (n, n): on the day on which they were most; `near_case_min` (n,): the same beside one of the
    cases, before that one was confirmed; `case`: the last of the `cases`; `warned`: persons who are no case themselves;
    `notice_delays_s`: how long after the last export each was told, None where that was not asked for.
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
    notice_delays_s: Delays | None = None

    @property
    def contacts(self) -> frozenset[int]:
        """Return the close contacts of the cases."""
        cases = {case.person for case in self.cases}
        return frozenset(np.flatnonzero(self.near_case_min >= CLOSE_CONTACT_MIN).tolist()) - cases

    @property
    def score(self) -> Score:
        return score(self.contacts, self.warned)


def start_of_day_s() -> float:
    """Return Unix seconds of the rehearsal's beginning."""
    return dt.datetime.combine(REHEARSAL_DATE, dt.time(DAY_START_HOUR), TIME_ZONE).timestamp()


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
    with TownAuthority(var, epoch_s, rate_limit=300 + 20 * options.people, like=like) as authority:
        with ThreadPoolExecutor(1) as beside:  # the server starts while the phones live through their day
            served: Future[str] = beside.submit(_start, authority)
            try:
                outcome = _live_and_warn(options, world, authority, served, progress, watcher)
            except BaseException:
                authority.stop()  # so that a start under way ends, and with it the thread
                raise
        yield outcome, authority


def _start(authority: TownAuthority) -> str:
    authority.prepare()
    return authority.serve()


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
    truth = most_in_a_day(world.paths, duration_s)

    def live(done: float, total: float) -> None:
        if served.done():
            served.result()  # an authority that did not start is no reason to live through the whole day first
        progress("living through the day", done, total)

    with httpx.Client(timeout=30.0) as client:
        diary = None
        if options.days > 1:
            watching = diary = Diary(world.paths, options.seed, options.days, epoch_s, client, watching)
        watcher = watching or Watcher()
        net = None
        if watcher.online:
            net = Net(client, _wait_for(served, progress), authority.trusted_keys)
        watcher.begins(fleet, authority)
        air = live_through(fleet, RadioModel(), epoch_s, duration_s / 3600.0, live, watching, net, hci=options.hci)
        _wait_for(served, progress)
        clock = _Clock(epoch_s + duration_s, authority)
        found, policy = _read_contacts(fleet, clock, progress)
        watcher.recorded(found)
        cases, files = (diary.cases, diary.files) if diary is not None else ([], 0)
        test_date = date_of_last_day(options)
        case = choose_case(truth, options.seed, len(cases), {one.person for one in cases})
        cases = [
            *cases,
            Case(case, clock(), _publish(fleet, case, test_date, clock, authority, client, progress, watcher)),
        ]
        files += _export(clock, authority, progress, watcher)
        persons = {one.person for one in cases}
        delays_s = None
        if options.notices:
            progress("waiting until the owners are told", 0, 1)
            delays_s = notice_delays_s(fleet, persons, clock(), authority)
            progress("waiting until the owners are told", 1, 1)
        warned = _warn(fleet, persons, clock, authority, client, progress, watcher)
    return Outcome(
        options=options,
        world=world,
        policy=policy[0],
        policy_version=policy[1],
        minutes_within_2m=truth,
        recorded=found,
        air=air,
        near_case_min=near_a_case(world.paths, cases, epoch_s),
        case=case,
        cases=tuple(cases),
        keys_published=sum(one.keys for one in cases),
        files_published=files,
        published_at_s=clock(),
        warned=frozenset(warned),
        notice_delays_s=delays_s,
    )


def _wait_for(served: Future[str], progress: Progress) -> str:
    """Return the authority's address, once it answers."""
    progress("starting the authority", 0, 1)
    url = served.result()
    progress("starting the authority", 1, 1)
    return url


class _Clock:
    """Keep the time after the day: it stands still until it is moved, here and for the authority."""

    def __init__(self, now_s: float, authority: TownAuthority) -> None:
        self._now_s, self._authority = now_s, authority
        authority.set_clock(now_s)

    def __call__(self) -> float:
        return self._now_s

    def go_to(self, now_s: float) -> None:
        self._now_s = max(self._now_s, now_s)
        self._authority.set_clock(self._now_s)


@contextmanager
def _phone(fleet: Fleet, number: int, clock: _Clock, authority: TownAuthority) -> Iterator[Phone]:
    phone = fleet.open_phone(number, clock, authority.url, authority.trusted_keys)
    try:
        yield phone
    finally:
        phone.close()


def _read_contacts(fleet: Fleet, clock: _Clock, progress: Progress) -> tuple[Recordings, tuple[str, str]]:
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


def _publish(
    fleet: Fleet,
    case: int,
    test_date: dt.date,
    clock: _Clock,
    authority: TownAuthority,
    client: httpx.Client,
    progress: Progress,
    watcher: Watcher,
) -> int:
    progress("publishing the case's keys", 0, 1)
    code = authority.open_case(client, test_date)
    watcher.confirmed(case)
    with _phone(fleet, case, clock, authority) as phone:
        report = phone.publisher(client).publish(code, consent=True)
    if report.inserted != report.keys_sent:
        raise TownError(f"of {report.keys_sent} keys the authority took {report.inserted}: {report.warnings}")
    progress("publishing the case's keys", 1, 1)
    watcher.published(case, report.inserted)
    return report.inserted


def _export(clock: _Clock, authority: TownAuthority, progress: Progress, watcher: Watcher) -> int:
    """Let time pass, batch by batch, until no key is waiting any more."""
    files = 0
    for batch in range(_MAX_BATCHES):
        progress("waiting for the embargo", batch, _MAX_BATCHES)
        publication = authority.publish()
        files += publication.files
        if not publication.waiting:
            progress("waiting for the embargo", _MAX_BATCHES, _MAX_BATCHES)
            watcher.exported(files)
            return files
        next_s = publication.next_batch_s + _AFTER_BATCH_S
        watcher.time_passes(next_s)
        clock.go_to(next_s)
    raise TownError(f"{publication.waiting} keys are still waiting after {_MAX_BATCHES} batches")


def _warn(
    fleet: Fleet,
    cases: set[int],
    clock: _Clock,
    authority: TownAuthority,
    client: httpx.Client,
    progress: Progress,
    watcher: Watcher,
) -> set[int]:
    count = len(fleet.world.people)
    warned = set()
    for number in range(count):
        progress("fetching, matching, deciding", number, count)
        if number in cases:
            continue
        with _phone(fleet, number, clock, authority) as phone:
            fetched = phone.sync(client)
            fetch_guidance_of(phone, client)
            report = phone.check()
            alerted = bool(report.new_alerts or phone.stores.exposures.alerts())
        refused = (*fetched.bad, *report.exports_bad)
        if refused:
            raise TownError(f"a phone refused {refused[0][0]}: {refused[0][1]}")
        if alerted:
            warned.add(number)
        watcher.checked(number, number in warned)
    progress("fetching, matching, deciding", count, count)
    return warned
