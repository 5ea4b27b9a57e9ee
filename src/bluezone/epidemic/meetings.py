"""Draw who met whom on a day, compiled. Meetings are drawn when asked for, and drawn the same when asked again."""

from __future__ import annotations

import math

import numpy as np

from bluezone.epidemic.hashing import COMPLY, HOURS, RANDOM_DAY, UNIT_DAY, draw, pair, unit, unit_low
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.records import (
    CENTRAL,
    COUNTED_WELL,
    F64,
    HAS_APP,
    HOURS_STEPS,
    I32,
    I64,
    ISOLATED_CHANGE,
    ISOLATED_WELL_CHANGE,
    QUARANTINED,
    RANDOM_OPEN,
    TIE_KINDS,
    UNIT_OPEN,
    Record,
    Records,
)


@kernel(inline=True)
def housemate(persons: Records, i: int, rank: int) -> int:
    """Return the housemate of a given rank in the order of keys, which relabelling does not change; -1 beyond the
    last."""
    if rank >= persons[i].home_size - 1:
        return -1
    first = persons[i].home
    j = int(first + persons[first + rank].home_order)
    if persons[j].key < persons[i].key:
        return j
    return int(first + persons[first + rank + 1].home_order)


@kernel(inline=True)
def hours_at_home(persons: Records, rules: Record, i: int, j: int) -> int:
    """Return which quantile of `rules.hours` two at home spend near each other a day: theirs for good."""
    return int(unit(draw(rules.seed, pair(persons[i].key, persons[j].key), HOURS, 0)) * HOURS_STEPS)


@kernel(inline=True)
def hours_of_tie(mark: int) -> int:
    """Return which quantile of `rules.hours` two tied in a unit spend near each other when they meet: theirs for
    good."""
    return int(mark % HOURS_STEPS)


@kernel(inline=True)
def hours_of_strangers(rules: Record, position: int, other: int, day: int) -> int:
    """Return which quantile of `rules.hours` two stubs spend near each other on a day."""
    bits = draw(rules.seed, pair(position, other), RANDOM_DAY, day)
    return int(unit_low(bits) * HOURS_STEPS)


@kernel(inline=True)
def tie_met(persons: Records, by_day: F64, rules: Record, i: int, mark: int, day: int) -> bool:
    """Return whether someone met on a day the other end of a tie, by its mark (alike at both ends but for the ages)."""
    share = by_day[UNIT_OPEN + persons[i].occupation, day]
    name = np.uint64(mark // TIE_KINDS * HOURS_STEPS + mark % HOURS_STEPS)
    return bool(unit(draw(rules.seed, name, UNIT_DAY, day)) < share)


@kernel(inline=True)
def circle_of(circles: I32, position: int) -> int:
    """Return the circle a position lies on."""
    low, high = 0, len(circles) - 2
    while low < high:  # the first whose end is beyond
        middle = (low + high) // 2
        if position >= circles[middle + 1]:
            low = middle + 1
        else:
            high = middle
    return low


@kernel(inline=True)
def across(circles: I32, centre: I32, circle: int, position: int, day: int) -> int:
    """Return the position that meets this one on a day (itself, at most twice on a circle)."""
    low, high = circles[circle], circles[circle + 1]
    other = centre[day, circle] - (position - low)
    if other < 0:
        other += high - low
    return int(low + other)


@kernel(inline=True)
def stubs_met(by_day: F64, rules: Record, position: int, other: int, day: int) -> bool:
    """Return whether the random contact of two stubs was made on a day (lockdown)."""
    share = by_day[RANDOM_OPEN, day]
    return bool(share >= 1.0 or unit(draw(rules.seed, pair(position, other), RANDOM_DAY, day)) < share)


@kernel(inline=True)
def trait(rules: Record, key: np.uint64) -> float:
    """Return how hard someone is to move, in [0, 1): of all they are asked (to stay at home, to be tested, to keep a
    quarantine) people do what more than this share of people do. Theirs for good."""
    return float(unit(draw(rules.seed, key, COMPLY, 0)))


@kernel(inline=True)
def isolated(states: Records, i: int, day: int) -> bool:
    """Return whether someone is in isolation on a day, now or (for their latest isolation) in the past."""
    return bool(states[i].isolated_from <= day < states[i].isolated_until)


@kernel(inner=True, inline=True)
def infected_now(states: Records, courses: Records, i: int, day: int) -> bool:
    """Return whether someone carries the infection on a day."""
    return bool(0 <= states[i].infected_day <= day < courses[i].recovery_day)


@kernel(inner=True, inline=True)
def count(tally: I64, row: int, first: int, until: int, change: int) -> None:
    """Add to a row of changes: so many more from `first` to before `until`."""
    last = tally.shape[1] - 1
    tally[row, min(first, last)] += change
    tally[row, min(until, last)] -= change


@kernel(inner=True)
def isolate(
    states: Records, courses: Records, tally: I64, i: int, today: int, first: int, until: int, central: bool
) -> None:
    """Isolate someone on [first, until). An isolation that still runs or is to come is widened to cover both."""
    if until <= first:
        return
    old_first, old_until = int(states[i].isolated_from), int(states[i].isolated_until)
    bits = int(states[i].flags)
    well = not infected_now(states, courses, i, today)
    if old_until > today and old_until > old_first:
        count(tally, ISOLATED_CHANGE, old_first, old_until, -1)
        if bits & COUNTED_WELL:
            count(tally, ISOLATED_WELL_CHANGE, old_first, old_until, -1)
            if not well:  # the days already spent stay counted as spent while well
                count(tally, ISOLATED_WELL_CHANGE, old_first, max(old_first, min(today, old_until)), 1)
        else:
            well = False
        first, until = min(first, old_first), max(until, old_until)
        bits &= CENTRAL | HAS_APP | QUARANTINED
    else:
        bits &= HAS_APP | QUARANTINED
    if central:
        bits |= CENTRAL
    if well:
        bits |= COUNTED_WELL
        count(tally, ISOLATED_WELL_CHANGE, first, until, 1)
    count(tally, ISOLATED_CHANGE, first, until, 1)
    states[i].isolated_from = first
    states[i].isolated_until = until
    states[i].flags = bits


@kernel(inner=True, inline=True)
def days_kept(dropout: float, days: int, u: float) -> int:
    """Draw how many of `days` someone holds out who may give up each day."""
    if dropout <= 0.0:
        return days
    if dropout >= 1.0:
        return 0
    return min(days, int(math.log(1.0 - u) / math.log(1.0 - dropout)))
