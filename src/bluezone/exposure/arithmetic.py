"""Define the numbers that policies compute on, and the arithmetic that several of them share, as plain functions.

A **plain function** takes numbers and sequences of numbers and returns numbers: no object, no closure, no exception, no
package but `math`. A phone calls it as it is, on lists; the evaluation compiles the same function and runs it over
arrays (`arrays`). Sums go from the first row to the last, so both add in the same order and agree to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

#: a sender not heard for so long has been away: what comes after is another window. Two of the longest pauses
#: between scans that Exposure Notifications phones make (5 minutes), so that one missed scan does not split a meeting.
MAX_GAP_S = 600.0


class Scans(NamedTuple):
    """Hold scans as columns: start (s), time since the phone's scan before (s), attenuations (dB), readings (count)."""

    at_s: Sequence[float]
    since_last_scan_s: Sequence[float]
    typical_db: Sequence[float]
    min_db: Sequence[float]
    readings: Sequence[float]


class Windows(NamedTuple):
    """Hold windows as columns: window `w` has the scans `bounds[w]` to `bounds[w + 1]`.

    `sender`: a number for the published key. `factor`: what the policy makes of the facts published with that key (its
    infectiousness, its risk level; `Policy.factor`).
    """

    bounds: Sequence[int]
    sender: Sequence[int]
    factor: Sequence[float]


class Day(NamedTuple):
    """Hold what a policy says of one day. NaN stands for what it does not say.

    `score`: in the policy's unit. `share`: the score (or whatever else it warns by) as a share of what it warns from: 1
    and more is warned of. `heard_s`: how long cases' phones were heard. `attenuation_db`: of the meeting that counted
    most. `probability` that somebody was within 2 m for 15 minutes, `near_minutes`: minutes near, as the policy counts
    them.
    """

    score: float
    share: float
    heard_s: float
    attenuation_db: float
    probability: float
    near_minutes: float


def day_without_probability(score: float, threshold: float, heard_s: float, attenuation_db: float) -> Day:
    """Return the day of a policy that says neither how probable nor how many minutes were near."""
    return Day(score, score / threshold, heard_s, attenuation_db, math.nan, math.nan)


def counted_s(since_last_scan_s: float) -> float:
    """Return the time a scan stands for: at least a second (a first scan has none before it), at most the longest
    silence within a meeting: a clock that jumped must not make a long meeting of a short one."""
    return min(max(since_last_scan_s, 1.0), MAX_GAP_S)


def heard_s(scans: Scans, start: int, stop: int) -> float:
    """Return the time that some scans stand for."""
    seconds = 0.0
    for row in range(start, stop):
        seconds += counted_s(scans.since_last_scan_s[row])
    return seconds


def window_starts(
    at_s: Sequence[float], start: int, stop: int, max_window_s: float, max_gap_s: float, day_s: float
) -> list[int]:
    """Return the rows at which a window begins, of one sender's scans in order of time.

    A window is shorter than `max_window_s` from its first scan to its last, has no silence longer than `max_gap_s`, and
    ends at midnight UTC.
    """
    starts = [start] * min(1, stop - start)
    first = start
    for row in range(start + 1, stop):
        if (
            at_s[row] - at_s[first] >= max_window_s
            or at_s[row] - at_s[row - 1] > max_gap_s
            or at_s[row] // day_s != at_s[first] // day_s
        ):
            starts.append(row)
            first = row
    return starts


def sender_end(windows: Windows, first: int, last: int) -> int:
    """Return where the windows of `first`'s sender end, at most `last`."""
    end = first + 1
    while end < last and windows.sender[end] == windows.sender[first]:
        end += 1
    return end


def total(values: Sequence[float], start: int, stop: int) -> float:
    """Return the sum of some rows."""
    summed = 0.0
    for row in range(start, stop):
        summed += values[row]
    return summed


def ordered_total(values: list[float]) -> float:
    """Return the sum of values put in ascending order: the order in which they come does not change its last bit.

    The list is left in that order.
    """
    values.sort()
    summed = 0.0
    for value in values:
        summed += value
    return summed


def nearest_db(scans: Scans, windows: Windows, first: int, last: int) -> float:
    """Return how strongly the nearest sender of these windows was received: the lowest of the senders' typical
    attenuations, each averaged over time."""
    nearest = math.inf
    while first < last:
        end = sender_end(windows, first, last)
        summed, seconds = 0.0, 0.0
        for row in range(windows.bounds[first], windows.bounds[end]):
            weight = max(scans.since_last_scan_s[row], 1.0)
            summed += weight * scans.typical_db[row]
            seconds += weight
        nearest = min(nearest, summed / seconds)
        first = end
    return nearest


def lower_tail_mean(values: list[float], weights: list[float], share: float) -> float:
    """Return the weighted mean of the lowest `share` (by weight) of the values, of which there is one at least."""
    pairs = [(values[row], row) for row in range(len(values))]
    pairs.sort()
    wanted = share * total(weights, 0, len(weights))
    summed, mass, before = 0.0, 0.0, 0.0
    for value, row in pairs:
        used = min(max(wanted - before, 0.0), weights[row])
        summed += used * value
        mass += used
        before += weights[row]
    return summed / mass


def weighted_quantile(values: Sequence[float], weights: Sequence[float], order: Sequence[int], share: float) -> float:
    """Return the weighted quantile at `share`: linear between the middles of the values' weights. `order`: the rows by
    ascending value."""
    wanted = share * total(weights, 0, len(weights))
    passed, before_middle, before = 0.0, 0.0, 0.0
    for number in range(len(order)):
        row = order[number]
        passed += weights[row]
        middle = passed - weights[row] / 2
        if middle > wanted:
            if number == 0:
                return values[row]
            return before + (values[row] - before) / (middle - before_middle) * (wanted - before_middle)
        before_middle, before = middle, values[row]
    return before


def ascending(values: Sequence[float]) -> list[int]:
    """Return the rows by ascending value, equal ones in their order."""
    pairs = [(values[row], row) for row in range(len(values))]
    pairs.sort()
    return [row for _, row in pairs]


def logistic(logit: float, limit: float = 30.0) -> float:
    """Return the probability of log-odds. Beyond `limit` they are certainty for all purposes."""
    return 1 / (1 + math.exp(-min(max(logit, -limit), limit)))
