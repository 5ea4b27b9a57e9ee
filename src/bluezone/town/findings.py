"""Compare what is true with what the phones recorded, whom they warned, and what tracing knows.

True contact: two people spent at least 15 minutes in all within two metres of each other on one day. The truth of a
warning is counted against the cases only: whom nobody could warn (a contact of somebody without a test) is no failure
of the phones. True F1: a true contact of a case before that case was confirmed. True F2: the same beside a true F1, on
the day on which that one was first exposed or later. The system's levels are what officers decided and phones told;
nobody but the town can compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure.policies import EN_V1_BUCKETS
from bluezone.phone.matching.exposure_check import exposure_windows
from bluezone.phone.matching.matcher import SightingIndex, match
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.protocol.keys import DailyKey, TemporaryExposureKey
from bluezone.protocol.schemes import IdentifierScheme
from bluezone.town.country import ZONE
from bluezone.town.errors import TownError
from bluezone.town.paths import Path

CLOSE_M = 2.0
#: a close contact: within two metres for at least a quarter of an hour in all (WHO, ECDC; Vietnam's F1 of 2020)
CLOSE_CONTACT_MIN = 15.0


def seconds_within(a: Path, b: Path, radius_m: float, start_s: float, end_s: float) -> float:
    """Return the total time in [start_s, end_s] during which `a` and `b` are at most `radius_m` apart."""
    inner = np.concatenate((a.times_s, b.times_s))
    times = np.unique(np.concatenate(([start_s], inner[(inner > start_s) & (inner < end_s)], [end_s])))
    apart = a.at(times) - b.at(times)
    here, move = apart[:-1], np.diff(apart, axis=0)
    # |here + u * move|^2 <= radius^2 for u in [0, 1]: a quadratic in u
    square = np.einsum("ij,ij->i", move, move)
    half = np.einsum("ij,ij->i", here, move)
    constant = np.einsum("ij,ij->i", here, here) - radius_m**2
    still = square < 1e-18
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.maximum(half * half - square * constant, 0.0)) / square
        middle = -half / square
    enters = np.clip(middle - root, 0.0, 1.0)
    leaves = np.clip(middle + root, 0.0, 1.0)
    crosses = half * half > square * constant
    share = np.where(still, (constant <= 0).astype(float), np.where(crosses, leaves - enters, 0.0))
    return float(np.sum(np.where(np.isnan(share), 0.0, share) * np.diff(times)))


def minutes_near(
    paths: Sequence[Path], person: int, start_s: float, end_s: float, radius_m: float = CLOSE_M
) -> NDArray[np.float64]:
    """Return the minutes (n,) of everybody within `radius_m` of one person; of that person 0."""
    one = paths[person]
    return np.array(
        [
            0.0 if number == person else seconds_within(one, other, radius_m, start_s, end_s) / 60.0
            for number, other in enumerate(paths)
        ]
    )


def minutes_within(
    paths: Sequence[Path], start_s: float, end_s: float, radius_m: float = CLOSE_M
) -> NDArray[np.float64]:
    """Return the symmetric matrix (n, n) of minutes within `radius_m`; the diagonal is 0."""
    minutes = np.zeros((len(paths), len(paths)))
    for i, a in enumerate(paths):
        for j in range(i):
            minutes[i, j] = minutes[j, i] = seconds_within(a, paths[j], radius_m, start_s, end_s) / 60.0
    return minutes


Minutes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recordings:
    """Hold minutes as the phones recorded them, matrices (n, n): row = the phone that listened, column = who was heard.

    `heard`: minutes in which it heard the other at all. `near`: minutes as the policy en-v1-buckets weighs them (full
    up to 55 dB of attenuation, half up to 63 dB): a yardstick that stays the same whatever policy the phones decide by.
    """

    heard: Minutes
    near: Minutes


@dataclass(frozen=True, slots=True)
class Score:
    """Count warnings against truth. A share is None where there is nothing to divide by."""

    true_contacts: int
    warned: int
    rightly_warned: int

    @property
    def sensitivity(self) -> float | None:
        """Return the share of the case's close contacts who were warned."""
        return self.rightly_warned / self.true_contacts if self.true_contacts else None

    @property
    def precision(self) -> float | None:
        """Return the share of the warned who were close contacts."""
        return self.rightly_warned / self.warned if self.warned else None


def recordings(
    contacts: Sequence[Sightings], keys: Sequence[Sequence[DailyKey]], scheme: IdentifierScheme
) -> Recordings:
    """Return whose identifiers each phone recorded: the town knows every key. No phone and no server can tell.

    `contacts` and `keys` are by person.
    """
    count = len(contacts)
    heard, near = np.zeros((count, count)), np.zeros((count, count))
    owners = np.array([owner for owner, own in enumerate(keys) for _ in own], dtype=np.int64)
    every = [key for own in keys for key in own]
    for listener, sightings in enumerate(contacts):
        index = SightingIndex(sightings)
        for owner in np.unique(owners[match(scheme, every, index).keys]).tolist():
            published = [TemporaryExposureKey.from_daily(key) for key in keys[owner]]
            windows = exposure_windows(scheme, published, sightings, index, Receiver(), ZONE)
            heard[listener, owner] = sum(window.duration_s for window in windows) / 60
            near[listener, owner] = sum(day.score for day in EN_V1_BUCKETS.assess(windows).days)
    return Recordings(heard, near)


def score(contacts: frozenset[int], warned: frozenset[int]) -> Score:
    """Count how the warnings fit the truth."""
    return Score(len(contacts), len(warned), len(contacts & warned))


def choose_case(minutes: Minutes, seed: int, day: int = 0, known: Collection[int] = ()) -> int:
    """Draw who tests positive on a day from those with a close contact; where there are none, with any; else from all;
    never somebody `known` to be a case already."""
    best = minutes.max(axis=1)
    everybody = np.array([number for number in range(len(best)) if number not in known], dtype=np.int64)
    best = best[everybody]
    for candidates in (everybody[best >= CLOSE_CONTACT_MIN], everybody[best > 0], everybody):
        if len(candidates):
            return int(np.random.default_rng([seed, 9, *([day] if day else [])]).choice(candidates))
    raise TownError("everybody of the town is a case already: choose more people or fewer days")


def recorded_minutes(found: Recordings, case: int, a: int, b: int) -> float:
    """Return the minutes recorded by the phone of a pair that had to decide. With the case it is the other's
    phone; in a pair without the case nobody had to, and it is the mean of both."""
    if case in (a, b):
        other = b if a == case else a
        return float(found.near[other, case])
    return float((found.near[a, b] + found.near[b, a]) / 2)


#: of those warned, how many are taken to report it: a choice of the script, no finding
REPORT_SHARE = 0.75
_CHOICE = 14  # what chance is for: never the same numbers twice


class Level(StrEnum):
    """Name a level. WARNED: by the own phone, and no office knows of it. NONE: of nobody."""

    F0 = "F0"
    F1 = "F1"
    WARNED = "warned"
    F2 = "F2"
    NONE = "none"


#: the levels that somebody can truly have
TRUE_LEVELS = (Level.F0, Level.F1, Level.F2, Level.NONE)


class Verdict(StrEnum):
    """Name what the authority says a report is worth."""

    REFUSED = "refused"
    CONSISTENT = "consistent"
    CORROBORATED = "corroborated"


@dataclass(frozen=True, slots=True)
class Report:
    """Hold one exposure report: who sent it, its verdict, whether the officer decided F1, and when (Unix seconds)."""

    person: int
    verdict: Verdict
    is_f1: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class Traced:
    """Hold what tracing did. `lists`: heard lists that cases gave; `isolated_s`: by person, from when on (seconds of
    the town) an F1 stayed at home; `apart_min`: minutes within two metres of anybody that F1 had since; `told`: whose
    phones say that they were near an F1; `second_order`: whether F1 could warn others."""

    second_order: bool
    lists: int = 0
    reports: tuple[Report, ...] = ()
    isolated_s: Mapping[int, float] = field(default_factory=dict)
    apart_min: float = 0.0
    told: frozenset[int] = frozenset()

    @property
    def contacts(self) -> frozenset[int]:
        """Return who is F1 by the officer's decision."""
        return frozenset(report.person for report in self.reports if report.is_f1)

    @property
    def isolated(self) -> int:
        """Return how many F1 stayed at home within the rehearsed days."""
        return len(self.isolated_s)

    def count(self, verdict: Verdict) -> int:
        """Return how many reports have a verdict."""
        return sum(report.verdict is verdict for report in self.reports)


def reports(seed: int, person: int) -> bool:
    """Draw whether somebody who is warned reports it: the same for a seed and person, whoever else is warned."""
    return bool(np.random.default_rng([seed, _CHOICE, person]).random() < REPORT_SHARE)


def is_contact(verdict: Verdict, *, was_near: bool) -> bool:
    """Decide as the scripted officer does: F1 is whose report is corroborated, and whose is consistent and says that
    they were within two metres for a quarter of an hour."""
    return verdict is Verdict.CORROBORATED or (verdict is Verdict.CONSISTENT and was_near)


def true_levels(by_day: Sequence[Minutes], near_case: Sequence[Minutes], cases: Collection[int]) -> tuple[Level, ...]:
    """Return everybody's true level. `by_day`: for each day the minutes (n, n) within two metres; `near_case`: for each
    day the minutes (n,) beside one of the cases before it was confirmed."""
    people = len(near_case[0])
    exposed: dict[int, int] = {}
    for day, minutes in enumerate(near_case):
        for person in np.flatnonzero(minutes >= CLOSE_CONTACT_MIN).tolist():
            if person not in cases:
                exposed.setdefault(person, day)
    second = {
        person
        for contact, first in exposed.items()
        for minutes in by_day[first:]
        for person in np.flatnonzero(minutes[contact] >= CLOSE_CONTACT_MIN).tolist()
    }
    return tuple(
        Level.F0 if person in cases else Level.F1 if person in exposed else Level.F2 if person in second else Level.NONE
        for person in range(people)
    )


def known_levels(people: int, cases: Collection[int], warned: Collection[int], traced: Traced) -> tuple[Level, ...]:
    """Return everybody's level by the system: the nearest to a case that office or phone says."""
    of = (
        (Level.F0, frozenset(cases)),
        (Level.F1, traced.contacts),
        (Level.WARNED, frozenset(warned)),
        (Level.F2, traced.told),
    )
    return tuple(next((level for level, who in of if person in who), Level.NONE) for person in range(people))


def table(true: Sequence[Level], known: Sequence[Level]) -> Counter[tuple[Level, Level]]:
    """Count people by (true level, level by the system)."""
    return Counter(zip(true, known, strict=True))
