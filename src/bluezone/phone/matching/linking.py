"""Estimate which identifier followed which: a guess of one phone about its own log, for counts alone.

A phone changes identifier and address together, each ten minutes and at a moment that no neighbour shares to the second
(`air.advertiser`). So the successor of an identifier begins one scan after its last, seldom in the same scan, and is
heard about as strongly. Where several phones change at once, that is all there is: who sits as near as another cannot
be told from them, and the links that are made are those that are together the least unlikely. In simulated towns of
twelve people three links of four were right (docs/why/phone-screens.md); a single link proves nothing.

Links are numbers of rows. They are made when a screen asks, kept while it may ask again, and written nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.phone.stores.contact_store import Sightings

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: silence within which another identifier may be the same phone's next: two of the longest pauses between scans, and a
#: bit
HANDOVER_S = 260.0

#: a scan's strength counts for a stream's end or beginning by how near it is to it (s): people move
_MOMENT_S = 15.0

#: standard deviations (dB) of the difference of two readings a scan apart, and of such a reading and the mean of ten
#: minutes
_STEP_DB, _DRIFT_DB = 4.0, 8.0
#: a squared deviation beyond this grows by its logarithm only: somebody who stood up is rare, not impossible
_TAIL = 6.0

#: minus the log of how often a change falls into a scan, so that both identifiers are heard in it: two seconds of 27
_SAME_SCAN = 2.0

#: minus the log-likelihood from which on it is likelier that one phone left and another came
LIMIT = 10.0

#: neighbours in strength that are compared with each other; in a crowd of more, those beyond are no likelier
_NEIGHBOURS = 24
_SWAPS = 12


@dataclass(frozen=True, slots=True)
class Streams:
    """Hold one row an identifier, in the order of `first_s`. Strengths in dBm: at the beginning, at the end, the mean.
    `heard_share`: of the scans between first and last, those that heard it."""

    first_s: Floats
    last_s: Floats
    begins_dbm: Floats
    ends_dbm: Floats
    mean_dbm: Floats
    heard_share: Floats

    def __len__(self) -> int:
        return len(self.first_s)


def streams_of(heard: Sightings) -> tuple[Streams, Rows]:
    """Return the streams of some sightings, of which there is one at least, and the row of each sighting's."""
    width = heard.identifiers.shape[1]
    names = np.ascontiguousarray(heard.identifiers).view(np.dtype((np.void, width))).ravel()
    _, number = np.unique(names, return_inverse=True)
    count = int(number.max()) + 1
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first, number, heard.at_s)
    np.maximum.at(last, number, heard.at_s)
    order = np.argsort(first, kind="stable")
    row_of = np.empty(count, dtype=np.int64)
    row_of[order] = np.arange(count)
    row = row_of[number]
    first, last = first[order], last[order]
    scans = np.bincount(row, minlength=count)
    streams = Streams(
        first,
        last,
        _weighted(heard, row, np.exp(-(heard.at_s - first[row]) / _MOMENT_S)),
        _weighted(heard, row, np.exp(-(last[row] - heard.at_s) / _MOMENT_S)),
        _weighted(heard, row, np.ones(len(heard))),
        np.clip((scans + 1) / ((last - first) / scan_period_s(heard) + 3), 0.1, 0.97),
    )
    return streams, row


def _weighted(heard: Sightings, row: Rows, weights: Floats) -> Floats:
    return np.asarray(np.bincount(row, weights * heard.typical_dbm) / np.bincount(row, weights))


def scan_period_s(heard: Sightings) -> float:
    """Return the usual time from scan to scan, at least a second."""
    return max(float(np.median(heard.since_last_scan_s)), 1.0)


def successors(streams: Streams, period_s: float) -> Rows:
    """Return for each stream the row of the one that most likely followed it, -1 where none did."""
    before, after = _possible(streams)
    cost = _unlikeliness(streams, before, after, period_s)
    likely = cost < LIMIT
    order = np.argsort(cost[likely], kind="stable")
    pairs = list(zip(before[likely][order].tolist(), after[likely][order].tolist(), strict=True))
    return _least_unlikely(len(streams), pairs, cost[likely][order].tolist())


def chain_of(next_of: Rows) -> Rows:
    """Return for each stream the first one of its chain."""
    chain = np.arange(len(next_of))
    for row, following in enumerate(next_of.tolist()):
        if following >= 0:
            chain[following] = chain[row]
    return chain


def _possible(streams: Streams) -> tuple[Rows, Rows]:
    """Return pairs of streams of which one ended no later than the other began, and not long before."""
    found = list(_of_one_scan(streams))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    before = np.concatenate([pair[0] for pair in found])
    after = np.concatenate([pair[1] for pair in found])
    sound = streams.first_s[before] < streams.first_s[after]
    return before[sound], after[sound]


def _of_one_scan(streams: Streams) -> Iterator[tuple[Rows, Rows]]:
    """Yield for each scan in which streams began the pairs with those that had ended; of many those alike in
    strength."""
    by_end = np.argsort(streams.last_s, kind="stable")
    ends = streams.last_s[by_end]
    starts = np.unique(streams.first_s, return_index=True)[1].tolist()
    for start, stop in zip(starts, [*starts[1:], len(streams)], strict=True):
        at_s = streams.first_s[start]
        born = start + np.argsort(streams.begins_dbm[start:stop], kind="stable")
        gone = by_end[np.searchsorted(ends, at_s - HANDOVER_S) : np.searchsorted(ends, at_s, side="right")]
        if not len(gone):
            continue
        middle = np.searchsorted(streams.begins_dbm[born], streams.ends_dbm[gone])
        place = middle[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS)[None, :]
        within = (place >= 0) & (place < len(born))
        yield np.broadcast_to(gone[:, None], place.shape)[within], born[place[within]]


def _unlikeliness(streams: Streams, before: Rows, after: Rows, period_s: float) -> Floats:
    """Return minus the log-likelihood of each pair, but for a constant."""
    step = (streams.ends_dbm[before] - streams.begins_dbm[after]) / _STEP_DB
    drift = (streams.mean_dbm[before] - streams.begins_dbm[after]) / _DRIFT_DB
    silence_s = streams.first_s[after] - streams.last_s[before]
    missed = np.maximum(np.round(silence_s / period_s) - 1, 0)
    heard = np.minimum(streams.heard_share[before], streams.heard_share[after])
    by_level = _TAIL * np.log1p((step**2 + drift**2) / _TAIL) / 2
    return np.asarray(by_level - missed * np.log(1 - heard) + _SAME_SCAN * (silence_s <= 0))


def _least_unlikely(count: int, pairs: list[tuple[int, int]], costs: list[float]) -> Rows:
    """Return successors, one to one, whose costs add up to little: the cheapest pair first, then two pairs exchanged
    wherever that is cheaper. An exact assignment took a second for a school's day, and was right as often."""
    cost_of = dict(zip(pairs, costs, strict=True))
    after: list[int] = [-1] * count
    before: list[int] = [-1] * count
    for i, j in pairs:
        if after[i] < 0 and before[j] < 0:
            after[i], before[j] = j, i
    for _ in range(_SWAPS):
        changed = False
        for (i, j), cost in cost_of.items():
            instead, other = after[i], before[j]
            if instead == j:
                continue
            now = cost_of.get((i, instead), LIMIT) + (cost_of[other, j] if other >= 0 else LIMIT)
            then = cost + (cost_of.get((other, instead), LIMIT) if other >= 0 else LIMIT)
            if then < now - 1e-9:
                _exchange(after, before, (i, j), (other, instead), (other, instead) in cost_of)
                changed = True
        if not changed:
            break
    return np.array(after, dtype=np.int64)


def _exchange(
    after: list[int], before: list[int], wanted: tuple[int, int], left: tuple[int, int], is_possible: bool
) -> None:
    """Make the pair `wanted`; what its two sides were paired with is paired with each other where that can be."""
    (i, j), (other, instead) = wanted, left
    after[i], before[j] = j, i
    if other >= 0:
        after[other] = instead if is_possible else -1
    if instead >= 0:
        before[instead] = other if is_possible else -1
