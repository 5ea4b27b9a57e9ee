"""Run the days: what a morning decides, then the day's meetings. Compiled.

A morning has three steps for each shard of people: who learns of a result (`look`), whom these met (`find_contacts`),
and what all do about it (`act`). The first and the last change people of their own shard alone and look at no others;
the second looks at anybody and changes nobody. So the number of shards changes nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bluezone.epidemic.cases import begin_symptoms, confirm, feel_ill, told_by_symptoms, told_by_trace
from bluezone.epidemic.hashing import CAPACITY, draw, pair_in_order, place_in
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.notices import heed, order_test
from bluezone.epidemic.queue import FRESH, TOUCHED, Queue
from bluezone.epidemic.records import (
    CASE_EVENTS,
    CASES,
    I32,
    I64,
    IMPORTED,
    SUSCEPTIBLE,
    TRACED_RESULTS,
    U64,
    Calendar,
    Record,
    World,
)
from bluezone.epidemic.tracing import trace
from bluezone.epidemic.transmission import counted_at_random, settle, spread

#: Marks the name of someone who learns of a positive result: above any place, below any key.
_POSITIVE: Final = np.uint64(2**31)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)


@kernel(inner=True)
def in_list(world: World, which: int, day: int, into: U64) -> int:
    """Write down who is in a list of today, as far as there is room. Returns how many are."""
    number = 0
    i = int(world.heads[which, day])
    while i >= 0:
        if number < len(into):
            into[number] = pair_in_order(world.persons[i].key, i)
        number += 1
        i = int(world.links[which, i])
    return number


@kernel(makes_arrays=True)
def names_of(world: World, which: int, day: int) -> U64:
    """Return who is in a list of today, by key and place, in the order of keys."""
    names = np.empty(in_list(world, which, day, np.empty(0, dtype=np.uint64)), dtype=np.uint64)
    in_list(world, which, day, names)
    names.sort()
    return names


@kernel(inner=True)
def mark_positive(world: World, rules: Record, which: int, names: U64, day: int) -> int:
    """Mark those of a list who learn of a positive result. Returns how many do."""
    number = 0
    for k in range(len(names)):
        i = place_in(names[k])
        if world.courses[i].case_day >= 0:
            continue
        by_symptoms = which == CASE_EVENTS
        if told_by_symptoms(world, rules, i, day) if by_symptoms else told_by_trace(world, rules, i, day):
            names[k] |= _POSITIVE
            number += 1
    return number


@kernel(inner=True)
def touch(world: World, names: U64) -> int:
    """Look up people once, all together, so that later look-ups need not wait for memory. Returns what nobody needs."""
    touched = 0
    for name in names:
        i = place_in(name)
        touched += world.courses[i].onset_day + world.states[i].age + int(world.persons[i].key)
    return touched


@kernel(inner=True)
def lots_of(world: World, rules: Record, names: U64, day: int, lots: U64, n: int) -> int:
    """Append the lots of those who learn of a positive result. Returns how many there are now."""
    for name in names:
        if name & _POSITIVE:
            lots[n] = lot_of(world, rules, place_of_name(name), day)
            n += 1
    return n


@kernel(inner=True, inline=True)
def place_of_name(name: np.uint64) -> int:
    """Return the place of someone whose name may be marked."""
    return place_in(name & ~_POSITIVE)


@kernel(inner=True, inline=True)
def lot_of(world: World, rules: Record, i: int, day: int) -> np.uint64:
    """Draw the lot that decides who is interviewed, should not all be: the smallest are."""
    return draw(rules.seed, np.uint64(world.persons[i].key), CAPACITY, day)


@kernel(makes_arrays=True)
def look(
    world: World, rules: Record, queue: Queue, calendar: Calendar, w: int, day: int, tested: bool
) -> tuple[U64, U64, U64]:
    """Return the people of a shard whose symptoms begin or results come today, those with results after an alert, and
    the lots of who learns of a positive one, as many of the smallest as can matter. Mass tests are done before, where
    there are some."""
    if tested:
        test_masses(world, rules, calendar, queue.bounds[w], queue.bounds[w + 1], day)
    ill, traced = names_of(world, CASE_EVENTS, day), names_of(world, TRACED_RESULTS, day)
    queue.marks[w, TOUCHED] = touch(world, ill) + touch(world, traced)
    number = mark_positive(world, rules, CASE_EVENTS, ill, day)
    number += mark_positive(world, rules, TRACED_RESULTS, traced, day)
    lots = np.empty(number if rules.interviews > 0 else 0, dtype=np.uint64)
    if len(lots) > 0:
        lots_of(world, rules, traced, day, lots, lots_of(world, rules, ill, day, lots, 0))
        lots.sort()
        lots = lots[: rules.interviews + 1]
    return ill, traced, lots


@kernel(makes_arrays=True)
def interview_bound(rules: Record, lots: U64) -> np.uint64:
    """Return the lot below which cases are interviewed today: all, or as many as there are interviewers for. Takes the
    lots of all shards."""
    if rules.interviews <= 0:
        return np.uint64(0)
    if len(lots) <= rules.interviews:
        return _ALL
    lots.sort()
    return np.uint64(lots[rules.interviews])


@kernel(makes_arrays=True)
def find_contacts(world: World, rules: Record, ill: U64, traced: U64, day: int, bound: np.uint64) -> U64:
    """Return sorted notices to all contacts of a shard's new cases."""
    notices, n = np.empty(256, dtype=np.uint64), 0
    for names in (ill, traced):
        for name in names:
            if not name & _POSITIVE:
                continue
            i = place_of_name(name)
            interviewed = bool(lot_of(world, rules, i, day) < bound)
            number = trace(world, rules, i, day, interviewed, notices, n)
            while number > len(notices):
                longer = np.empty(2 * number, dtype=np.uint64)
                for k in range(n):  # copied whole, errors for arrays of unlike lengths would be compiled, too
                    longer[k] = notices[k]
                notices = longer
                number = trace(world, rules, i, day, interviewed, notices, n)
            n = number
    notices = notices[:n].copy()
    notices.sort()
    return notices


@kernel(inner=True)
def handle(world: World, rules: Record, which: int, names: U64, day: int) -> None:
    """Handle the symptoms that begin today, and the positive results that come, of the people of a list."""
    for name in names:
        i = place_of_name(name)
        if which == CASE_EVENTS and world.courses[i].onset_day == day:
            begin_symptoms(world, rules, i, day)
        if name & _POSITIVE:
            confirm(world, rules, i, day)


@kernel(inner=True, inline=True)
def let_in(world: World, queue: Queue, w: int, i: int, day: int) -> None:
    """Infect someone from outside, if that can be."""
    if world.states[i].infected_day != SUSCEPTIBLE:
        return
    world.states[i].infected_day = day
    world.courses[i].source = -1
    world.tally[IMPORTED, day] += 1
    queue.fresh[queue.bounds[w] + queue.marks[w, FRESH]] = i
    queue.marks[w, FRESH] += 1


@kernel(inner=True)
def touch_some(world: World, people: I32, first: int, last: int) -> int:
    """Do as `touch` does, for those of some people who are in a shard."""
    touched = 0
    for i in people:
        if first <= i < last:
            touched += world.courses[i].onset_day + world.states[i].age + int(world.persons[i].key)
    return touched


@kernel()
def act(
    world: World, rules: Record, queue: Queue, calendar: Calendar, w: int, ill: U64, traced: U64, notices: U64, day: int
) -> None:
    """Do what a morning brings to a shard: symptoms, cases, notices to contacts, illness of another kind, imports."""
    handle(world, rules, CASE_EVENTS, ill, day)
    handle(world, rules, TRACED_RESULTS, traced, day)
    heed(world, rules, notices, day)
    first, last = queue.bounds[w], queue.bounds[w + 1]
    others = calendar.ill[calendar.ill_start[day] : calendar.ill_start[day + 1]]
    queue.marks[w, TOUCHED] = touch_some(world, others, first, last)
    for i in others:
        if first <= i < last:
            feel_ill(world, rules, int(i), day)
    for i in calendar.imports[calendar.import_start[day] : calendar.import_start[day + 1]]:
        if first <= i < last:
            let_in(world, queue, w, int(i), day)


@kernel(inner=True)
def test_masses(world: World, rules: Record, calendar: Calendar, first: int, last: int, day: int) -> None:
    """Test those of a shard whose turn it is."""
    for i in calendar.mass[calendar.mass_start[day] : calendar.mass_start[day + 1]]:
        if first <= i < last:
            order_test(world, rules, int(i), day, day, 1.0)


@kernel(inner=True)
def cases_before(tally: I64, day: int) -> int:
    """Return how many cases there were before a day."""
    found = 0
    for earlier in range(day):
        found += tally[CASES, earlier]
    return found


@kernel(makes_arrays=True)
def advance(world: World, rules: Record, queue: Queue, calendar: Calendar, clock: I64, until: int) -> bool:
    """Run days until one, in one shard, from where the clock (day, whether its morning is done) stands. False if the
    queue must grow first: call it again then."""
    while clock[0] < until:
        day = clock[0]
        if clock[1] == 0:
            tested = len(calendar.mass) > 0 and cases_before(world.tally, day) > 0
            ill, traced, lots = look(world, rules, queue, calendar, 0, day, tested)
            notices = find_contacts(world, rules, ill, traced, day, interview_bound(rules, lots))
            act(world, rules, queue, calendar, 0, ill, traced, notices, day)
            settle(world, rules, queue, 0, day, counted_at_random(world, rules, day))
            clock[1] = 1
        if not spread(world, rules, queue, 0, day):
            return False
        clock[0], clock[1] = day + 1, 0
    return True
