"""Compare truth, recordings and warnings of a rehearsal, pair by pair.

Truth: two people were in close contact if they spent at least 15 minutes in all within two metres of each other during
the rehearsed time. The truth of a warning is counted against the one case only: whom nobody could warn (a contact of
somebody without a test) is no failure of the phones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure.policies import EN_V1_BUCKETS
from bluezone.phone.matching.exposure_check import exposure_windows
from bluezone.phone.matching.matcher import SightingIndex, match
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.corrections import Receiver
from bluezone.protocol.keys import DailyKey, TemporaryExposureKey
from bluezone.protocol.schemes import IdentifierScheme
from bluezone.town.errors import TownError
from bluezone.town.truth import CLOSE_CONTACT_MIN

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
            windows = exposure_windows(scheme, published, sightings, index, Receiver())
            heard[listener, owner] = sum(window.duration_s for window in windows) / 60
            near[listener, owner] = sum(day.score for day in EN_V1_BUCKETS.assess(windows).days)
    return Recordings(heard, near)


def close_contacts(minutes: Minutes, case: int) -> set[int]:
    """Return the persons in close contact with `case`, by the true minutes (n, n) within two metres."""
    return set(np.flatnonzero(minutes[case] >= CLOSE_CONTACT_MIN).tolist()) - {case}


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
