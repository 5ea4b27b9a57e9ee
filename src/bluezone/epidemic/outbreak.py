"""Cases, what they set off, and the run of days. Compiled."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.hashing import CAPACITY, COMPLY, CONSENT, DROP_OUT, draw, unit
from bluezone.epidemic.infection import infect
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import days_kept, isolate
from bluezone.epidemic.records import (
    ALERTED_CASES,
    ASYMPTOMATIC,
    CASE_RESULTS,
    CASES,
    HAS_APP,
    I32,
    IMPORTED,
    PUBLISHED,
    SEVERE,
    SUSCEPTIBLE,
    TRACED_RESULTS,
    U64,
    Record,
    World,
)
from bluezone.epidemic.tracing import (
    cannot_be_told,
    trace_at_venues,
    trace_by_app,
    trace_by_hand,
    traced_test_is_positive,
)
from bluezone.epidemic.transmission import transmit


@kernel
def confirm(world: World, rules: Record, i: int, day: int, interviewed: bool) -> None:
    """A positive result: publish keys, find contacts, isolate the case and the household."""
    persons, states, courses = world.persons, world.states, world.courses
    courses[i].case_day = day
    world.tally[CASES, day] += 1
    if 0 <= courses[i].alert_day < day <= courses[i].alert_day + 14:
        world.tally[ALERTED_CASES, day] += 1
    key = np.uint64(persons[i].key)
    infected = states[i].infected_day >= 0
    start = day - rules.order_delay - rules.result_delay
    if infected and courses[i].course > ASYMPTOMATIC:
        start = min(start, int(courses[i].onset_day))
    start -= rules.before_onset
    has_app = bool(states[i].flags & HAS_APP)
    if has_app and day >= rules.app_start and unit(draw(rules.seed, key, CONSENT, 0)) < rules.consent:
        world.tally[PUBLISHED, min(day + rules.upload_delay, rules.days - 1)] += 1
        trace_by_app(world, rules, i, day, start)
    if interviewed:
        trace_by_hand(world, rules, i, day, start)
    if rules.venue_share > 0.0 and rules.scan_share > 0.0:
        trace_at_venues(world, rules, i, day, start)
    in_hospital = infected and courses[i].course >= SEVERE and day >= courses[i].end_day
    if not in_hospital and unit(draw(rules.seed, key, COMPLY, 1_000_000)) < rules.case_compliance:
        kept = days_kept(rules.case_dropout, rules.case_days, unit(draw(rules.seed, key, DROP_OUT, 1_000_000)))
        isolate(states, courses, world.tally, i, day, day, day + kept, rules.central_cases)
    if rules.household_of_case:
        quarantine_household(world, rules, i, day)


@kernel
def quarantine_household(world: World, rules: Record, i: int, day: int) -> None:
    """Isolate those who live with a case."""
    persons, states, courses = world.persons, world.states, world.courses
    first = persons[i].home
    for j in range(first, first + persons[i].home_size):
        if j == i or cannot_be_told(states, courses, j, day):
            continue
        key = np.uint64(persons[j].key)
        if unit(draw(rules.seed, key, COMPLY, 2_000_000 + day)) < rules.household_compliance:
            u = unit(draw(rules.seed, key, DROP_OUT, 2_000_000 + day))
            kept = days_kept(rules.contact_dropout, rules.contact_days, u)
            isolate(states, courses, world.tally, j, day, day, day + kept, rules.central_contacts)


@kernel
def lots_of(world: World, rules: Record, day: int, lots: U64) -> int:
    """The lots of today's results, written to `lots` if it has room. Returns their number."""
    persons, courses, heads = world.persons, world.courses, world.heads
    n = 0
    i = int(heads[CASE_RESULTS, day])
    while i >= 0:
        if n < len(lots):
            lots[n] = draw(rules.seed, np.uint64(persons[i].key), CAPACITY, day)
        n += 1
        i = int(courses[i].next_case)
    i = int(heads[TRACED_RESULTS, day])
    while i >= 0:
        if n < len(lots):
            lots[n] = draw(rules.seed, np.uint64(persons[i].key), CAPACITY, day)
        n += 1
        i = int(courses[i].next_traced)
    return n


@kernel
def interview_bound(world: World, rules: Record, day: int) -> np.uint64:
    """Cases whose lot lies below this can be interviewed today: all, or as many as there are interviewers for."""
    if rules.interviews <= 0:
        return np.uint64(0)
    number = lots_of(world, rules, day, np.empty(0, dtype=np.uint64))
    if number <= rules.interviews:
        return np.uint64(0xFFFFFFFFFFFFFFFF)
    lots = np.empty(number, dtype=np.uint64)
    lots_of(world, rules, day, lots)
    lots.sort()
    return np.uint64(lots[rules.interviews])


@kernel
def cases_of_day(world: World, rules: Record, day: int) -> None:
    """Results that come today, of people with symptoms and of people who were alerted."""
    persons, courses = world.persons, world.courses
    bound = interview_bound(world, rules, day)
    for which in (CASE_RESULTS, TRACED_RESULTS):
        i = int(world.heads[which, day])
        while i >= 0:
            following = int(courses[i].next_case if which == CASE_RESULTS else courses[i].next_traced)
            positive = which == CASE_RESULTS or traced_test_is_positive(world, rules, i, day)
            if positive and courses[i].case_day < 0:
                lot = draw(rules.seed, np.uint64(persons[i].key), CAPACITY, day)
                confirm(world, rules, i, day, bool(lot < bound))
            i = following


@kernel
def advance(world: World, rules: Record, import_start: I32, imports: I32, first: int, until: int) -> None:
    """Run the days [first, until): results in the morning, imports, then the day's meetings."""
    for day in range(first, until):
        cases_of_day(world, rules, day)
        for k in range(import_start[day], import_start[day + 1]):
            if world.states[imports[k]].infected_day == SUSCEPTIBLE:
                infect(
                    world.persons,
                    world.states,
                    world.courses,
                    world.by_day,
                    world.heads,
                    world.tally,
                    rules,
                    imports[k],
                    day,
                )
                world.tally[IMPORTED, day] += 1
        transmit(world, rules, day)
