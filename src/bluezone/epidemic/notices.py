"""Tell contacts of cases: notices are written by whoever finds them, and heeded in an order that everybody agrees on.
Compiled.

A notice is one number: to whom (28 bits), for which day, of which kind, and the day of the contact. So notices sort by
whom they reach, those to one person by their day, and what becomes of them depends neither on the order in which
contacts were found nor on how many threads looked for them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bluezone.epidemic.hashing import DROP_OUT, FALSE_POSITIVE, TEST_RESULT, draw, unit
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import days_kept, infected_now, isolate, trait
from bluezone.epidemic.records import (
    APP_ALERTS,
    APP_FALSE_ALERTS,
    MANUAL_ALERTS,
    OTHER_FALSE_ALERTS,
    QUARANTINED,
    SECOND_ORDER_ALERTS,
    SECOND_ORDER_FALSE_ALERTS,
    SEVERE,
    TESTS,
    TRACED_RESULTS,
    U64,
    VENUE_ALERTS,
    Record,
    Records,
    World,
)

# Kinds, in the order in which those of one day are heeded: from the app, an interview, a venue; a contact of a contact
# who is asked to stay at home, or to watch for symptoms.
BY_APP: Final = 0
BY_HAND: Final = 1
AT_VENUE: Final = 2
STAY: Final = 3
WATCH: Final = 4

_DAY_BITS: Final = np.uint64(10)
_KIND_BITS: Final = np.uint64(3)
_DAYS: Final = np.uint64(2**10 - 1)
_KINDS: Final = np.uint64(2**3 - 1)
_LOW: Final = np.uint64(2**32 - 1)
#: Bits of a notice below the place of whom it reaches.
BELOW: Final = 23


@kernel(inner=True, inline=True)
def send(notices: U64, n: int, kind: int, j: int, contact: int, day: int) -> int:
    """Append a notice to n others, if there is room. Returns how many there are, or would be."""
    if n < len(notices):
        notice = (np.uint64(j) << _DAY_BITS) | np.uint64(day)
        notice = (notice << _KIND_BITS) | np.uint64(kind)
        notices[n] = (notice << _DAY_BITS) | np.uint64(contact)
    return n + 1


@kernel(inner=True, inline=True)
def part(notice: np.uint64, below: np.uint64, mask: np.uint64) -> int:
    """Return a part of a notice, as a signed number."""
    return int(np.int64((notice >> below) & mask))


@kernel(inner=True, inline=True)
def can_be_told(world: World, rules: Record, j: int, day: int) -> bool:
    """Return whether a notice for a day reaches somebody within the run."""
    return day < rules.days and not cannot_be_alerted(world.states, world.courses, j, day)


@kernel(inner=True)
def heed(world: World, rules: Record, notices: U64, today: int) -> None:
    """Do what sorted notices ask for."""
    for notice in notices:
        contact, kind = part(notice, np.uint64(0), _DAYS), part(notice, _DAY_BITS, _KINDS)
        day, j = part(notice, _DAY_BITS + _KIND_BITS, _DAYS), part(notice, np.uint64(BELOW), _LOW)
        if not can_be_told(world, rules, j, day):
            continue
        if kind == STAY:
            keep_at_home(world, rules, j, contact, day, today)
        elif kind == WATCH:
            warn_second(world, rules, j, day, today)
        else:
            row = APP_ALERTS if kind == BY_APP else MANUAL_ALERTS if kind == BY_HAND else VENUE_ALERTS
            alert(world, rules, row, j, contact, day, today)


@kernel(inner=True)
def order_test(world: World, rules: Record, j: int, today: int, day: int, share: float) -> int:
    """Test someone without symptoms of the disease on `day`; a positive result makes a case when it comes.

    Returns the day of the result; the day after the run if there is none.
    """
    courses = world.courses
    sampled = day + rules.order_delay
    result = max(int(sampled + rules.result_delay), today + 1)  # who learns of results this morning is settled
    if share <= 0.0 or result >= rules.days or courses[j].traced_day >= day:
        return int(rules.days)
    if trait(rules, np.uint64(world.persons[j].key)) >= share:
        return int(rules.days)
    world.tally[TESTS, sampled] += 1
    courses[j].traced_day = result
    false_positive = (
        unit(draw(rules.seed, np.uint64(world.persons[j].key), FALSE_POSITIVE, result)) >= rules.specificity
    )
    if infected_now(world.states, courses, j, today) or sampled - today > rules.insensitive_days or false_positive:
        world.links[TRACED_RESULTS, j] = world.heads[TRACED_RESULTS, result]
        world.heads[TRACED_RESULTS, result] = j
    return result  # else negative whatever happens until the sample: the test could not see it, and need not be listed


@kernel(inner=True, inline=True)
def traced_test_is_positive(world: World, rules: Record, j: int, result_day: int) -> bool:
    """Return the result of a test after an alert: the state on the day of the sample, or a false positive."""
    sampled = result_day - rules.result_delay
    key = np.uint64(world.persons[j].key)
    if infected_now(world.states, world.courses, j, sampled):
        early = sampled - world.states[j].infected_day <= rules.insensitive_days  # a day old the morning after next
        return not early and unit(draw(rules.seed, key, TEST_RESULT, result_day)) < rules.sensitivity
    return bool(unit(draw(rules.seed, key, FALSE_POSITIVE, result_day)) >= rules.specificity)


@kernel(inner=True, inline=True)
def cannot_be_alerted(states: Records, courses: Records, j: int, day: int) -> bool:
    """Return whether someone cannot be reached: known cases, and people in hospital or dead."""
    if 0 <= courses[j].case_day <= day:
        return True
    return bool(states[j].infected_day >= 0 and courses[j].course >= SEVERE and day >= courses[j].end_day)


@kernel(inner=True, inline=True)
def alert(world: World, rules: Record, row: int, j: int, contact: int, day: int, today: int) -> None:
    """Tell one contact: isolate if they comply, test if they want."""
    courses = world.courses
    by_app = row == APP_ALERTS
    told_already = by_app and courses[j].alert_day == day
    if not told_already:
        if by_app:
            courses[j].alert_day = day
        world.tally[row, day] += 1
        if not infected_now(world.states, courses, j, today):
            world.tally[APP_FALSE_ALERTS if by_app else OTHER_FALSE_ALERTS, day] += 1
        order_test(world, rules, j, today, day, rules.traced_test)
    key = np.uint64(world.persons[j].key)
    if trait(rules, key) < rules.contact_compliance:
        u = unit(draw(rules.seed, key, DROP_OUT, day))
        kept = days_kept(rules.contact_dropout, int(contact + rules.contact_days - day), u)
        isolate(world.states, courses, world.tally, j, today, day, day + kept, rules.central_contacts)
        world.states[j].flags |= QUARANTINED


@kernel(inner=True, inline=True)
def keep_at_home(world: World, rules: Record, j: int, contact: int, day: int, today: int) -> None:
    """Ask a contact of a contact (F2) to stay at home, as the practice of 2020 was."""
    world.tally[MANUAL_ALERTS, day] += 1
    if not infected_now(world.states, world.courses, j, today):
        world.tally[OTHER_FALSE_ALERTS, day] += 1
    key = np.uint64(world.persons[j].key)
    if trait(rules, key) < rules.contact_compliance:
        u = unit(draw(rules.seed, key, DROP_OUT, day))
        kept = days_kept(rules.contact_dropout, contact + rules.contact_days - day, u)
        isolate(world.states, world.courses, world.tally, j, today, day, day + kept, False)
        world.states[j].flags |= QUARANTINED


@kernel(inner=True, inline=True)
def warn_second(world: World, rules: Record, j: int, day: int, today: int) -> None:
    """Ask a contact of a contact to watch: no isolation and no test, until symptoms begin. Who watches already goes on
    for longer, and is not counted again."""
    courses = world.courses
    infected = infected_now(world.states, courses, j, today)
    if courses[j].watch_until < day:
        world.tally[SECOND_ORDER_ALERTS, day] += 1
        if not infected:
            world.tally[SECOND_ORDER_FALSE_ALERTS, day] += 1
    if not infected or courses[j].onset_day > day:  # what is done about symptoms was decided when they began
        courses[j].watch_until = day + rules.watch_days
