"""Run the days: cases, and what they set off. Compiled."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.hashing import (
    CAPACITY,
    CONSENT,
    DROP_OUT,
    SELF_ISOLATE,
    TEST_RESULT,
    draw,
    pair_in_order,
    place_in,
    unit,
)
from bluezone.epidemic.jit import kernel, lean_kernel
from bluezone.epidemic.meetings import count, days_kept, isolate, trait
from bluezone.epidemic.queue import FRESH, Queue, shard_of
from bluezone.epidemic.records import (
    ALERTED_CASES,
    ASYMPTOMATIC,
    CASE_EVENTS,
    CASES,
    COUNTED_WELL,
    HAS_APP,
    I64,
    IMPORTED,
    ISOLATED_CHANGE,
    ISOLATED_WELL_CHANGE,
    PUBLISHED,
    QUARANTINED,
    SEVERE,
    SUSCEPTIBLE,
    TESTS,
    TRACED_RESULTS,
    U64,
    Calendar,
    Record,
    Records,
    World,
)
from bluezone.epidemic.tracing import (
    cannot_be_alerted,
    order_test,
    trace_at_venues,
    trace_by_app,
    trace_by_hand,
    traced_test_is_positive,
)
from bluezone.epidemic.transmission import settle, spread


@lean_kernel
def watchful(rules: Record, courses: Records, i: int, share: float) -> float:
    """Return the share of people who act on symptoms, where somebody was asked to watch for them: no less than else."""
    if courses[i].watch_until >= courses[i].onset_day:
        return max(share, float(rules.watching))
    return share


@lean_kernel
def test_for_symptoms(
    rules: Record, states: Records, courses: Records, key: np.uint64, i: int
) -> tuple[int, int, bool]:
    """Return the test that someone's symptoms lead to: (day of the sample, of the result, whether it is positive).

    Both days are after the run if there is no test. Those admitted to hospital are tested there and always found.
    """
    sampled = result = int(rules.days)
    positive = False
    if trait(rules, key) < watchful(rules, courses, i, rules.symptomatic_test):
        sampled = int(courses[i].onset_day + rules.order_delay)
        result = int(sampled + rules.result_delay)
        seen = sampled - states[i].infected_day > rules.insensitive_days
        positive = bool(seen and unit(draw(rules.seed, key, TEST_RESULT, 1_000_000)) < rules.sensitivity)
    if courses[i].course >= SEVERE and not (positive and sampled <= courses[i].end_day):
        sampled = int(courses[i].end_day)
        return sampled, int(sampled + rules.result_delay), True
    return sampled, result, positive


@lean_kernel
def begin_symptoms(world: World, rules: Record, i: int, day: int) -> None:
    """Begin someone's symptoms: they may stay at home, with their household, and ask for a test."""
    courses = world.courses
    if courses[i].case_day >= 0:
        return
    key = np.uint64(world.persons[i].key)
    sampled, result, positive = test_for_symptoms(rules, world.states, courses, key, i)
    if sampled < rules.days:
        world.tally[TESTS, sampled] += 1
    if positive and day < result < rules.days:
        world.links[CASE_EVENTS, i] = world.heads[CASE_EVENTS, result]
        world.heads[CASE_EVENTS, result] = i
    until = day + rules.symptomatic_days
    if rules.release_on_negative and not positive and sampled < rules.days:
        end_isolation(world, i, day, result)
    if trait(rules, key) < watchful(rules, courses, i, rules.symptomatic_isolation):
        stay_home(world, rules, i, day, until if positive else min(until, result))


@lean_kernel
def end_isolation(world: World, i: int, today: int, day: int) -> None:
    """End an isolation that runs today on a day to come: a test has shown nothing by then."""
    states = world.states
    first, until = int(states[i].isolated_from), int(states[i].isolated_until)
    if not (first <= today < until and day < until):
        return
    count(world.tally, ISOLATED_CHANGE, day, until, -1)
    if states[i].flags & COUNTED_WELL:
        count(world.tally, ISOLATED_WELL_CHANGE, day, until, -1)
    states[i].isolated_until = day


@lean_kernel
def stay_home(world: World, rules: Record, i: int, day: int, until: int) -> None:
    """Isolate on one's own, and the household where that is the rule."""
    u = unit(draw(rules.seed, np.uint64(world.persons[i].key), SELF_ISOLATE, day))
    kept = days_kept(rules.case_dropout, until - day, u)
    isolate(world.states, world.courses, world.tally, i, day, day, day + kept, False)
    if rules.household_of_symptomatic:
        quarantine_household(world, rules, i, day, day + kept if rules.household_together else until)


@lean_kernel
def feel_ill(world: World, rules: Record, i: int, day: int) -> None:
    """Begin like symptoms from something else in someone who will do something about it.

    What follows is the same as for the infected; a test is negative, or falsely not. (Those who would neither stay at
    home nor ask for a test are not in the list.)
    """
    if cannot_be_alerted(world.states, world.courses, i, day):
        return
    u = trait(rules, np.uint64(world.persons[i].key))
    result = order_test(world, rules, i, day, day, 1.0) if u < rules.symptomatic_test else int(rules.days)
    if rules.release_on_negative and result < rules.days:
        end_isolation(world, i, day, result)
    if u < rules.symptomatic_isolation:
        stay_home(world, rules, i, day, min(day + rules.symptomatic_days, result))


@lean_kernel
def confirm(world: World, rules: Record, i: int, day: int, interviewed: bool) -> None:
    """Act on a positive result: publish keys, find contacts, isolate the case and the household."""
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
    until = day + rules.case_days
    if rules.household_together and infected and courses[i].course > ASYMPTOMATIC:
        until = max(day, min(until, int(courses[i].onset_day) + rules.case_days))
    ends = day + rules.contact_days
    in_hospital = infected and courses[i].course >= SEVERE and day >= courses[i].end_day
    if not in_hospital and trait(rules, key) < rules.case_compliance:
        kept = days_kept(rules.case_dropout, until - day, unit(draw(rules.seed, key, DROP_OUT, 1_000_000)))
        isolate(states, courses, world.tally, i, day, day, day + kept, rules.central_cases)
        ends = day + kept if rules.household_together else ends
    if rules.household_of_case:
        quarantine_household(world, rules, i, day, ends)


@lean_kernel
def quarantine_household(world: World, rules: Record, i: int, day: int, until: int) -> None:
    """Isolate those who live with someone, if they comply."""
    persons, states, courses = world.persons, world.states, world.courses
    first = persons[i].home
    for j in range(first, first + persons[i].home_size):
        if j == i or cannot_be_alerted(states, courses, j, day):
            continue
        key = np.uint64(persons[j].key)
        if trait(rules, key) < rules.household_compliance:
            u = unit(draw(rules.seed, key, DROP_OUT, 2_000_000 + day))
            kept = days_kept(0.0 if rules.household_together else rules.contact_dropout, until - day, u)
            isolate(states, courses, world.tally, j, day, day, day + kept, rules.central_contacts)
            states[j].flags |= QUARANTINED


@lean_kernel
def positive_today(world: World, rules: Record, which: int, i: int, day: int) -> bool:
    """Return whether someone in a list of today learns of a positive result."""
    if world.courses[i].case_day >= 0:
        return False
    if which == TRACED_RESULTS:
        return traced_test_is_positive(world, rules, i, day)
    key = np.uint64(world.persons[i].key)
    _, result, positive = test_for_symptoms(rules, world.states, world.courses, key, i)
    return positive and result == day


@lean_kernel
def of_today(world: World, queue: Queue, which: int, day: int, into: U64) -> int:
    """Write down who is in a list of today, by key and place, as far as there is room. Returns how many are."""
    number = 0
    for k in range(1 + len(queue.onsets)):
        if k > 0 and which != CASE_EVENTS:
            break
        i = int(queue.onsets[k - 1, day]) if k > 0 else int(world.heads[which, day])
        while i >= 0:
            if number < len(into):
                into[number] = pair_in_order(world.persons[i].key, i)
            number += 1
            i = int(world.links[which, i])
    return number


@lean_kernel
def interview_bound(world: World, rules: Record, which: int, names: U64, day: int, lots: U64, n: int) -> int:
    """Append the lots of those of a list who learn of a positive result today. Returns how many there are now."""
    for name in names:
        i = place_in(name)
        if positive_today(world, rules, which, i, day):
            lots[n] = draw(rules.seed, np.uint64(world.persons[i].key), CAPACITY, day)
            n += 1
    return n


@lean_kernel
def handle(world: World, rules: Record, which: int, names: U64, day: int, bound: np.uint64) -> None:
    """Handle the symptoms that begin today, and the results that come, of the people of a list."""
    persons, courses = world.persons, world.courses
    for name in names:
        i = place_in(name)
        if which == CASE_EVENTS and courses[i].onset_day == day:
            begin_symptoms(world, rules, i, day)
        if positive_today(world, rules, which, i, day):
            lot = draw(rules.seed, np.uint64(persons[i].key), CAPACITY, day)
            confirm(world, rules, i, day, bool(lot < bound))


@kernel
def cases_of_day(world: World, rules: Record, queue: Queue, day: int) -> None:
    """Handle symptoms that begin and results that come today, of people with symptoms and of people who were alerted:
    each list in the order of keys. If not all can be interviewed, the smallest lots are."""
    nobody = np.empty(0, dtype=np.uint64)
    ill = np.empty(of_today(world, queue, CASE_EVENTS, day, nobody), dtype=np.uint64)
    traced = np.empty(of_today(world, queue, TRACED_RESULTS, day, nobody), dtype=np.uint64)
    of_today(world, queue, CASE_EVENTS, day, ill)
    of_today(world, queue, TRACED_RESULTS, day, traced)
    ill.sort()
    traced.sort()
    bound = np.uint64(0)
    if rules.interviews > 0:
        lots = np.empty(len(ill) + len(traced), dtype=np.uint64)
        n = interview_bound(world, rules, CASE_EVENTS, ill, day, lots, 0)
        n = interview_bound(world, rules, TRACED_RESULTS, traced, day, lots, n)
        bound = np.uint64(0xFFFFFFFFFFFFFFFF)
        if n > rules.interviews:
            lots = lots[:n]
            lots.sort()
            bound = np.uint64(lots[rules.interviews])
    handle(world, rules, CASE_EVENTS, ill, day, bound)
    handle(world, rules, TRACED_RESULTS, traced, day, bound)


@lean_kernel
def let_in(world: World, queue: Queue, i: int, day: int) -> None:
    """Infect someone from outside, if that can be."""
    if world.states[i].infected_day != SUSCEPTIBLE:
        return
    world.states[i].infected_day = day
    world.courses[i].source = -1
    world.tally[IMPORTED, day] += 1
    w = shard_of(queue.bounds, i)
    queue.fresh[queue.bounds[w] + queue.marks[w, FRESH]] = i
    queue.marks[w, FRESH] += 1


@lean_kernel
def others_of_day(world: World, rules: Record, queue: Queue, calendar: Calendar, day: int) -> None:
    """Handle people with like symptoms from something else, and infections from outside."""
    for k in range(calendar.ill_start[day], calendar.ill_start[day + 1]):
        feel_ill(world, rules, calendar.ill[k], day)
    for k in range(calendar.import_start[day], calendar.import_start[day + 1]):
        let_in(world, queue, int(calendar.imports[k]), day)


@lean_kernel
def test_masses(world: World, rules: Record, calendar: Calendar, day: int) -> None:
    """Test those whose turn it is, once there was a case."""
    found = 0
    for earlier in range(day):
        found += world.tally[CASES, earlier]
    if found > 0:
        for k in range(calendar.mass_start[day], calendar.mass_start[day + 1]):
            order_test(world, rules, calendar.mass[k], day, day, 1.0)


@kernel
def morning(world: World, rules: Record, queue: Queue, calendar: Calendar, day: int) -> None:
    """Do what a morning decides, before the day's meetings."""
    test_masses(world, rules, calendar, day)
    cases_of_day(world, rules, queue, day)
    others_of_day(world, rules, queue, calendar, day)


@kernel
def advance(world: World, rules: Record, queue: Queue, calendar: Calendar, clock: I64, until: int) -> bool:
    """Run days until one, in one shard, from where the clock (day, whether its morning is done) stands. False if the
    queue must grow first: call it again then."""
    while clock[0] < until:
        day = clock[0]
        if clock[1] == 0:
            morning(world, rules, queue, calendar, day)
            settle(world, queue, 0, day)
            clock[1] = 1
        if not spread(world, rules, queue, world.tally, 0, day):
            return False
        clock[0], clock[1] = day + 1, 0
    return True
