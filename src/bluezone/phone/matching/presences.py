"""Estimate how many people were met, and how many of them were near for long, for the owner's eyes, from contacts.

Identifiers change every ten minutes and cannot be tied to each other by anyone; so nobody can count people exactly. Two
guesses stand in for it, and what they leave open is said as a range:

* **Who followed whom** (`linking`): identifiers of which one falls silent as another begins about as strongly are one
  presence, most likely of one phone.
* **Who came back**: a presence that begins may be somebody who was here before, and no radio can tell. It is taken for
  one of the n who have gone with the chance n / (n + s). Whoever stays for long (a household, an office, a bus) mostly
  comes back to the same people: s is small, and those who stayed for long and left minutes ago count among the n.
  Passers-by mostly are others: s is large, and the n are those gone for hours. The range runs from everybody who could
  have come back (the most at one moment) to nobody.

Near for 15 minutes is whoever's nearest quarter of an hour was strong: of the scans in which it was heard best, those
that stand for 15 minutes. The longer somebody was heard, the better their best quarter is by chance alone, so the more
is asked of it (`share_near`). The range supposes that all of a day's readings are off the same way. A policy's
probability is made to rank meetings and to warn of one; summed over a day's passers-by its many small shares counted
people who were never near, and what a phone learns of its scale takes a market of strangers for a weak radio
(docs/why/phone-screens.md).

Strengths become attenuations by assuming that everybody sends as this phone does: the metadata that holds the true
power is encrypted. Nothing here names anybody, and nothing is stored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure.windows import MAX_GAP_S
from bluezone.phone.matching.linking import chain_of, scan_period_s, streams_of, successors
from bluezone.phone.stores.contact_store import ContactStore, ScanTally, Sightings
from bluezone.phone.stores.corrections import Receiver
from bluezone.protocol.intervals import day_start_s

#: upper edges in dB. 55: the near bucket of the first policies of Exposure Notifications ("en-v1-buckets");
#: 73: from there on Corona-Warn-App gave a contact next to no weight.
NEAR_DB, NORMAL_DB = 55.0, 73.0

#: near for so long; whoever was heard for less is not
_NEAR_S = 900.0
#: at which attenuation a quarter of an hour is as likely near as not, where it is all that was heard, and how much less
#: for each e-fold of the time heard. Of three recordings it calls 1.4, 1.6 and 0.9 times as many near as were close
_ALONE_DB, _EACH_FOLD_DB = 59.0, 1.75
#: how softly (the scale of a logistic curve); by how much a day's readings may all be off, for the range: what phones
#: differ by from pocket to table; a smaller share than this of a person is none
_VARIES_DB, _OFF_DB, _HARDLY = 1.5, 3.0, 0.05

#: how the returning are told from newcomers (the module's text): whoever stays for so long, how many others they may be
#: beside those who have gone (where those near are counted, and where all are), and for how long these must have been;
#: the same of passers-by. Chosen on simulated towns, and measured on others (docs/why/phone-screens.md)
_LONG_S = 1_200.0
_OTHERS_NEAR, _OTHERS_LONG, _GONE_LONG_S = 1.0, 0.1, 300.0
_OTHERS_SHORT, _GONE_SHORT_S = 3.0, 7_200.0

#: of so many presences one is lost: somebody who passed was taken for the next of somebody else
_LOST_IN_LINKS = 0.2

_SPANS_KEPT = 16  # 14 days, today, and one that ends


@dataclass(frozen=True, slots=True)
class Presence:
    """Describe one phone, probably, from its first scan to its last.

    `duration_s`: the time its scans stand for. `near`: which share of a person near for 15 minutes it counts for;
    `low` and `high`: the same where all readings are too strong or too weak.
    """

    start_s: float
    end_s: float
    duration_s: float
    near: float = 0.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Count:
    """Hold an estimate of a number of people and the range in which it lies."""

    about: int = 0
    low: int = 0
    high: int = 0

    @property
    def is_sure(self) -> bool:
        """Return whether the range leaves nothing open."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Nearby:
    """Count the phones of the latest scan by nearness."""

    near: int = 0
    normal: int = 0
    weak: int = 0

    @property
    def total(self) -> int:
        return self.near + self.normal + self.weak


def attenuations_db(strengths_dbm: NDArray[np.int8], receiver: Receiver) -> NDArray[np.float64]:
    """Return what was lost on the way, if every sender had the transmit power assumed."""
    return receiver.assumed_tx_power_dbm - (strengths_dbm.astype(np.float64) + receiver.rx_correction_db)


def nearby(latest: Sightings, receiver: Receiver) -> Nearby:
    """Count the phones of the last scan in `latest`. An identifier stands once in a scan."""
    if not len(latest):
        return Nearby()
    of_last = latest.typical_dbm[latest.at_s == latest.at_s.max()]
    lost = attenuations_db(of_last, receiver)
    near, within = int((lost <= NEAR_DB).sum()), int((lost <= NORMAL_DB).sum())
    return Nearby(near, within - near, len(of_last) - within)


def presences(heard: Sightings, receiver: Receiver) -> tuple[Presence, ...]:
    """Return the presences in the order of their start."""
    if not len(heard):
        return ()
    chain, lost_db = chains(heard), attenuations_db(heard.typical_dbm, receiver)
    order = np.lexsort((heard.at_s, chain))
    ends = np.append(np.flatnonzero(np.diff(chain[order])) + 1, len(order)).tolist()
    found, start = [], 0
    for stop in ends:
        rows = order[start:stop]
        at_s = heard.at_s[rows]
        rows = rows[np.append(True, np.diff(at_s) > 0)]  # two identifiers in one scan: it counts once
        lasted_s = heard.since_last_scan_s[rows]
        whole_s, quarter_db = float(lasted_s.sum()), nearest_db(lost_db[rows], np.minimum(lasted_s, MAX_GAP_S))
        shares = (share_near(quarter_db + off_db, whole_s) for off_db in (0.0, _OFF_DB, -_OFF_DB))
        found.append(Presence(float(at_s[0]), float(at_s[-1]), whole_s, *shares))
        start = stop
    return tuple(sorted(found, key=lambda one: (one.start_s, one.end_s)))


def nearest_db(lost_db: NDArray[np.float64], lasted_s: NDArray[np.float64]) -> float:
    """Return the attenuation (dB) at or below which scans (n,), each standing for so long, make up 15 minutes; infinite
    where all of them are less."""
    by_level = np.argsort(lost_db, kind="stable")
    reached = int(np.searchsorted(np.cumsum(lasted_s[by_level]), _NEAR_S))
    return float(lost_db[by_level[reached]]) if reached < len(by_level) else math.inf


def share_near(quarter_db: float, lasted_s: float) -> float:
    """Return for which share of a person near for 15 minutes somebody counts whose nearest quarter of an hour was heard
    at so many dB, of all the time that it was heard."""
    asked_db = _ALONE_DB - _EACH_FOLD_DB * math.log(max(lasted_s / _NEAR_S, 1.0))
    share = 1 / (1 + math.exp(min((quarter_db - asked_db) / _VARIES_DB, 700.0)))
    return share if share >= _HARDLY else 0.0


def chains(heard: Sightings) -> NDArray[np.int64]:
    """Return for each sighting the number of its presence, in no order."""
    if not len(heard):
        return np.empty(0, dtype=np.int64)
    streams, row = streams_of(heard)
    chain = chain_of(successors(streams, scan_period_s(heard)))
    return np.unique(chain[row], return_inverse=True)[1].astype(np.int64)


# --- people -----------------------------------------------------------------------------------------------------------


def people(met: Sequence[Presence]) -> Count:
    """Return how many people these presences were."""
    least = most_at_once(met, -math.inf, math.inf)
    about = round(_different(met, np.ones(len(met)), _OTHERS_LONG))
    return Count(max(about, least), least, math.ceil((1 + _LOST_IN_LINKS) * len(met)))


def people_near(met: Sequence[Presence]) -> Count:
    """Return how many of them were within 2 m for 15 minutes."""
    about = round(_different(met, np.array([one.near for one in met]), _OTHERS_NEAR))
    low = _different(met, np.array([one.low for one in met]), _OTHERS_NEAR)
    high = sum(one.high for one in met)
    return Count(about, min(about, math.floor(low)), max(about, math.ceil(high)))


def near_then(met: Sequence[Presence], start_s: float, end_s: float) -> int:
    """Return how many of those who were there in a span were near for 15 minutes, then or at another time."""
    return round(sum(one.near for one in met if one.start_s < end_s and one.end_s >= start_s))


def _different(met: Sequence[Presence], shares: NDArray[np.float64], others_long: float) -> float:
    """Return how many different people the presences are expected to be, each counting for its share. `others_long`:
    how many others one who stays for long may be, beside those who have gone."""
    if not met:
        return 0.0
    order = np.argsort([one.start_s for one in met], kind="stable")
    share = shares[order]
    start, end = np.array([one.start_s for one in met])[order], np.array([one.end_s for one in met])[order]
    long = np.array([one.duration_s >= _LONG_S for one in met])[order]
    here_long = _still_counted(start, end, share * long, _GONE_LONG_S).tolist()
    here = _still_counted(start, end, share, _GONE_SHORT_S).tolist()
    known = known_long = 0.0
    for row, (one, stays) in enumerate(zip(share.tolist(), long.tolist(), strict=True)):
        if stays:
            new = one * others_long / (others_long + max(known_long - max(here_long[row], 0.0), 0.0))
            known_long += new
        else:
            new = one * _OTHERS_SHORT / (_OTHERS_SHORT + max(known - max(here[row], 0.0), 0.0))
        known += new
    return known


def _still_counted(
    start: NDArray[np.float64], end: NDArray[np.float64], share: NDArray[np.float64], gone_s: float
) -> NDArray[np.float64]:
    """Return for each presence (in order of start) the shares of those begun before it that had not gone so long
    before."""
    by_end = np.argsort(end, kind="stable")
    gone = np.concatenate(([0.0], np.cumsum(share[by_end])))
    begun = np.concatenate(([0.0], np.cumsum(share)))[:-1]
    return np.asarray(begun - gone[np.searchsorted(end[by_end], start - gone_s)])


def most_at_once(met: Sequence[Presence], start_s: float, end_s: float) -> int:
    """Return the largest number of phones present at one moment of [start_s, end_s)."""
    steps = []
    for one in met:
        if one.start_s < end_s and one.end_s >= start_s:
            steps += [(max(one.start_s, start_s), 0, 1), (min(one.end_s, end_s), 1, -1)]
    most = now = 0
    for _, _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most


class PresenceCache:
    """Keep presences of spans that were asked for until another scan of that time comes or one is
    purged. In memory, and nowhere else."""

    def __init__(self) -> None:
        self._known: dict[tuple[float, float], tuple[tuple[object, ...], tuple[Presence, ...]]] = {}

    def between(self, store: ContactStore, receiver: Receiver, from_s: float, until_s: float) -> tuple[Presence, ...]:
        """Return the presences of a span."""
        tallies = store.tallies()
        scans = sum(tallies.get(day, ScanTally()).scans for day in (day_start_s(from_s), day_start_s(until_s - 1)))
        mark = scans, len(tallies), receiver
        known = self._known.get((from_s, until_s))
        if known is None or known[0] != mark:
            known = mark, presences(store.sightings(from_s, until_s), receiver)
            while len(self._known) > _SPANS_KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[(from_s, until_s)] = known
        return known[1]
