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

Near for 15 minutes is whoever was heard above a threshold for so long in all; the range moves that threshold. Policies'
probabilities are made to rank meetings and to warn of one: summed over a day's passers-by their many small shares
counted people who were never near (docs/measurements/exposure.md).

Strengths become attenuations by assuming that everybody sends as this phone does: the metadata that holds the true
power is encrypted. Nothing here names anybody, and nothing is stored.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from bluezone.exposure.arithmetic import MAX_GAP_S
from bluezone.phone.matching.linking import chain_of, scan_period_s, streams_of, successors
from bluezone.phone.stores.contact_store import ContactStore, ScanTally, Sightings
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.protocol.intervals import day_start_s

#: upper edges in dB. 55: the near bucket of the first policies of Exposure Notifications ("en-v1-buckets");
#: 73: from there on Corona-Warn-App gave a contact next to no weight.
NEAR_DB, NORMAL_DB = 55.0, 73.0

#: within 2 m for a quarter of an hour is who was heard so strongly for so long; 4 dB, a hand or a bag, leave it open
_TWO_METRES_DB, _OPEN_DB, _LONG_NEAR_S = 56.0, 4.0, 900.0

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

    `duration_s`: the time its scans stand for. `near`: whether it was near for 15 minutes; `surely_near` and
    `maybe_near`: the same where all readings are too strong or too weak.
    """

    start_s: float
    end_s: float
    duration_s: float
    near: bool = False
    surely_near: bool = False
    maybe_near: bool = False


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


def attenuations_db(strengths_dbm: Iterable[int], receiver: Receiver) -> list[float]:
    """Return what was lost on the way, if every sender had the transmit power assumed."""
    sent_dbm = receiver.assumed_tx_power_dbm - receiver.rx_correction_db
    return [sent_dbm - strength_dbm for strength_dbm in strengths_dbm]


def nearby(latest: Sightings, receiver: Receiver) -> Nearby:
    """Count the phones of the last scan in `latest`. An identifier stands once in a scan."""
    if not len(latest):
        return Nearby()
    last_s = max(latest.at_s)
    of_last = [dbm for at_s, dbm in zip(latest.at_s, latest.typical_dbm, strict=True) if at_s == last_s]
    lost = attenuations_db(of_last, receiver)
    near, within = sum(db <= NEAR_DB for db in lost), sum(db <= NORMAL_DB for db in lost)
    return Nearby(near, within - near, len(of_last) - within)


def presences(heard: Sightings, receiver: Receiver) -> tuple[Presence, ...]:
    """Return the presences in the order of their start."""
    lost_db = attenuations_db(heard.typical_dbm, receiver)
    found = []
    for scans in scans_of_chains(heard):
        rows = [of_scan[0] for of_scan in scans]  # of two in a scan one counts
        near = (
            sum(min(heard.since_last_scan_s[row], MAX_GAP_S) for row in rows if lost_db[row] <= limit_db)
            >= _LONG_NEAR_S
            for limit_db in (_TWO_METRES_DB, _TWO_METRES_DB - _OPEN_DB, _TWO_METRES_DB + _OPEN_DB)
        )
        lasted_s = sum(heard.since_last_scan_s[row] for row in rows)
        found.append(Presence(heard.at_s[rows[0]], heard.at_s[rows[-1]], lasted_s, *near))
    return tuple(sorted(found, key=lambda one: (one.start_s, one.end_s)))


def chains(heard: Sightings) -> list[int]:
    """Return for each sighting the number of its presence, in no order."""
    if not len(heard):
        return []
    streams, stream_of = streams_of(heard)
    chain = chain_of(successors(streams, scan_period_s(heard)))
    return [chain[stream] for stream in stream_of]


def scans_of_chains(heard: Sightings) -> list[list[list[int]]]:
    """Return for each presence its scans in order of time, and of each scan the rows of its sightings: two where the
    sender changed its identifier."""
    chain = chains(heard)
    rows = sorted(range(len(heard)), key=lambda row: (chain[row], heard.at_s[row]))
    return [
        [list(of_scan) for _, of_scan in groupby(of_chain, key=heard.at_s.__getitem__)]
        for _, of_chain in groupby(rows, key=chain.__getitem__)
    ]


# --- people -----------------------------------------------------------------------------------------------------------


def people(met: Sequence[Presence]) -> Count:
    """Return how many people these presences were."""
    least = most_at_once(met, -math.inf, math.inf)
    about = round(_different(met, [1.0] * len(met), _OTHERS_LONG))
    return Count(max(about, least), least, math.ceil((1 + _LOST_IN_LINKS) * len(met)))


def people_near(met: Sequence[Presence]) -> Count:
    """Return how many of them were within 2 m for 15 minutes."""
    about = round(_different(met, [one.near for one in met], _OTHERS_NEAR))
    low = _different(met, [one.surely_near for one in met], _OTHERS_NEAR)
    high = sum(one.maybe_near for one in met)
    return Count(about, min(about, math.floor(low)), max(about, high))


def near_then(met: Sequence[Presence], start_s: float, end_s: float) -> int:
    """Return how many of those who were there in a span were near for 15 minutes, then or at another time."""
    return sum(one.near for one in met if one.start_s < end_s and one.end_s >= start_s)


def _different(met: Sequence[Presence], shares: Sequence[float], others_long: float) -> float:
    """Return how many different people the presences are expected to be, each counting for its share. `others_long`:
    how many others one who stays for long may be, beside those who have gone."""
    ordered = sorted(zip(met, shares, strict=True), key=lambda each: each[0].start_s)
    share = [one_share for _, one_share in ordered]
    stays = [one.duration_s >= _LONG_S for one, _ in ordered]
    spans = [(one.start_s, one.end_s) for one, _ in ordered]
    here = _still_counted(spans, share, _GONE_SHORT_S)
    here_long = _still_counted(spans, [s * long for s, long in zip(share, stays, strict=True)], _GONE_LONG_S)
    known = known_long = 0.0
    for row, (one, long) in enumerate(zip(share, stays, strict=True)):
        if long:
            new = one * others_long / (others_long + max(known_long - max(here_long[row], 0.0), 0.0))
            known_long += new
        else:
            new = one * _OTHERS_SHORT / (_OTHERS_SHORT + max(known - max(here[row], 0.0), 0.0))
        known += new
    return known


def _still_counted(spans: Sequence[tuple[float, float]], share: Sequence[float], gone_s: float) -> list[float]:
    """Return for each presence (in order of start) the shares of those begun before it that had not gone so long
    before."""
    by_end = sorted(range(len(spans)), key=lambda row: spans[row][1])
    ends_s = [spans[row][1] for row in by_end]
    gone = list(accumulate((share[row] for row in by_end), initial=0.0))
    begun = accumulate(share, initial=0.0)
    return [
        before - gone[bisect_left(ends_s, start_s - gone_s)] for (start_s, _), before in zip(spans, begun, strict=False)
    ]


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
