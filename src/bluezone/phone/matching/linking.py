"""Estimate which identifier followed which: a guess of one phone about its own log, for counts alone.

A phone changes identifier and address together, each ten minutes and at a moment that no neighbour shares to the second
(`air.advertiser`). So the successor of an identifier begins one scan after its last, seldom in the same scan, and is
heard about as strongly: by the mean of its ten minutes, for a single scan varies by several decibels. Where several
phones change at once, that is all there is: who sits as near as another cannot be told from them, and the links that
are made are those that are together the least unlikely. How many are right: docs/why/phone-screens.md. A single link
proves nothing.

Links are numbers of rows. They are made when a screen asks, kept while it may ask again, and written nowhere.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bluezone.phone.stores.contact_store import Sightings

#: silence within which another identifier may be the same phone's next: two of the longest pauses between scans, and a
#: bit
HANDOVER_S = 260.0

#: a scan's strength counts for a stream's end or beginning by how near it is to it (s): people move
_MOMENT_S = 15.0

#: standard deviations (dB) of the difference of two readings at the seam and of the means of both identifiers. The
#: readings are given little weight: in a room of thirty, who is nearest to whom in one scan is chance, and a presence
#: put together by it wanders through the room, near for a quarter of an hour by and by whoever it began as
_STEP_DB, _DRIFT_DB = 12.0, 4.0
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

    first_s: list[float]
    last_s: list[float]
    begins_dbm: list[float]
    ends_dbm: list[float]
    mean_dbm: list[float]
    heard_share: list[float]

    def __len__(self) -> int:
        return len(self.first_s)


def streams_of(heard: Sightings) -> tuple[Streams, list[int]]:
    """Return the streams of some sightings, of which there is one at least, and the row of each sighting's."""
    rows_of: dict[bytes, list[int]] = {}
    for row, identifier in enumerate(heard.identifiers):
        rows_of.setdefault(identifier, []).append(row)
    at_s, period_s = heard.at_s, scan_period_s(heard)
    began = sorted((min(at_s[row] for row in rows), identifier) for identifier, rows in rows_of.items())
    streams, stream_of = Streams([], [], [], [], [], []), [0] * len(heard)
    for number, (first_s, identifier) in enumerate(began):
        rows = rows_of[identifier]
        last_s = max(at_s[row] for row in rows)
        dbm = [heard.typical_dbm[row] for row in rows]
        streams.first_s.append(first_s)
        streams.last_s.append(last_s)
        streams.begins_dbm.append(_weighted(dbm, [math.exp((first_s - at_s[row]) / _MOMENT_S) for row in rows]))
        streams.ends_dbm.append(_weighted(dbm, [math.exp((at_s[row] - last_s) / _MOMENT_S) for row in rows]))
        streams.mean_dbm.append(sum(dbm) / len(dbm))
        share = (len(rows) + 1) / ((last_s - first_s) / period_s + 3)
        streams.heard_share.append(min(max(share, 0.1), 0.97))
        for row in rows:
            stream_of[row] = number
    return streams, stream_of


def _weighted(values: Sequence[int], weights: Sequence[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)


def scan_period_s(heard: Sightings) -> float:
    """Return the usual time from scan to scan, at least a second."""
    return max(median(heard.since_last_scan_s), 1.0)


def successors(streams: Streams, period_s: float) -> list[int]:
    """Return for each stream the row of the one that most likely followed it, -1 where none did."""
    costs = ((_unlikeliness(streams, *pair, period_s), pair) for pair in _possible(streams))
    likely = sorted(((cost, pair) for cost, pair in costs if cost < LIMIT), key=lambda each: each[0])
    return _least_unlikely(len(streams), [pair for _, pair in likely], [cost for cost, _ in likely])


def chain_of(next_of: Sequence[int]) -> list[int]:
    """Return for each stream the first one of its chain."""
    chain = list(range(len(next_of)))
    for row, following in enumerate(next_of):
        if following >= 0:
            chain[following] = chain[row]
    return chain


def _possible(streams: Streams) -> Iterator[tuple[int, int]]:
    """Yield pairs of streams of which one ended no later than the other began, and not long before; of many that began
    in one scan those alike in strength."""
    by_end = sorted(range(len(streams)), key=streams.last_s.__getitem__)
    ends_s = [streams.last_s[row] for row in by_end]
    starts = [row for row in range(len(streams)) if not row or streams.first_s[row] != streams.first_s[row - 1]]
    for start, stop in pairwise([*starts, len(streams)]):
        at_s = streams.first_s[start]
        born = sorted(range(start, stop), key=streams.begins_dbm.__getitem__)
        levels_dbm = [streams.begins_dbm[row] for row in born]
        for gone in by_end[bisect_left(ends_s, at_s - HANDOVER_S) : bisect_right(ends_s, at_s)]:
            if streams.first_s[gone] < at_s:
                middle = bisect_left(levels_dbm, streams.ends_dbm[gone])
                for row in born[max(middle - _NEIGHBOURS, 0) : middle + _NEIGHBOURS]:
                    yield gone, row


def _unlikeliness(streams: Streams, before: int, after: int, period_s: float) -> float:
    """Return minus the log-likelihood of a pair, but for a constant."""
    step = (streams.ends_dbm[before] - streams.begins_dbm[after]) / _STEP_DB
    drift = (streams.mean_dbm[before] - streams.mean_dbm[after]) / _DRIFT_DB
    silence_s = streams.first_s[after] - streams.last_s[before]
    missed = max(round(silence_s / period_s) - 1, 0)
    heard = min(streams.heard_share[before], streams.heard_share[after])
    by_level = _TAIL * math.log1p((step**2 + drift**2) / _TAIL) / 2
    return by_level - missed * math.log(1 - heard) + (_SAME_SCAN if silence_s <= 0 else 0.0)


def _least_unlikely(count: int, pairs: list[tuple[int, int]], costs: list[float]) -> list[int]:
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
    return after


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
