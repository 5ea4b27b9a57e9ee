"""Define the numbers that policies compute on, and the arithmetic that several of them share, as plain functions.

A **plain function** takes numbers and sequences of numbers and returns numbers: no object, no closure, no exception, no
package but `math`. A phone calls it as it is, on lists; the evaluation compiles the same function and runs it over
arrays (`arrays`). Sums go from the first row to the last, so both add in the same order and agree to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


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
    most. `probability` that somebody was within 2 m for 15 minutes, `dose_minutes`: minutes at
    `Policy.dose_distance_m` or nearer that the day amounts to; both with the ends of their 80 % range.
    """

    score: float
    share: float
    heard_s: float
    attenuation_db: float
    probability: float
    probability_low: float
    probability_high: float
    dose_minutes: float
    dose_low: float
    dose_high: float


def day_without_probability(score: float, threshold: float, heard_s: float, attenuation_db: float) -> Day:
    """Return the day of a policy that says neither how probable nor how much."""
    unsaid = math.nan
    return Day(score, score / threshold, heard_s, attenuation_db, unsaid, unsaid, unsaid, unsaid, unsaid, unsaid)


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


def day_with_dose(
    score: float,
    attenuation_db: float,
    probability: tuple[float, float, float],
    heard_s: list[float],
    doses: tuple[list[float], list[float], list[float]],
    warns_from: tuple[float, float],
) -> Day:
    """Return the day of a policy that warns by its most probable meeting, or by the doses of all meetings together.

    `attenuation_db` and `probability` (with the ends of its range): of the most probable meeting. `heard_s` and `doses`
    (minutes; said, low, high): one value a meeting. `warns_from`: the score and the day's dose.
    """
    dose = ordered_total(doses[0])
    return Day(
        score=score,
        share=max(score / warns_from[0], dose / warns_from[1]),
        heard_s=ordered_total(heard_s),
        attenuation_db=attenuation_db,
        probability=probability[0],
        probability_low=probability[1],
        probability_high=probability[2],
        dose_minutes=dose,
        dose_low=ordered_total(doses[1]),
        dose_high=ordered_total(doses[2]),
    )


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
