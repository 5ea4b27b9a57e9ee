"""Begin the courses of the infected: how ill they get, and when. Compiled."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.candidates import vaccinated
from bluezone.epidemic.hashing import COURSE, TIMES, draw, unit, unit_low
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import count
from bluezone.epidemic.quantiles import QUANTILES
from bluezone.epidemic.queue import BEGUN, TOUCHED, Queue
from bluezone.epidemic.records import (
    ADMISSIONS,
    ASYMPTOMATIC,
    CASE_EVENTS,
    CENTRAL,
    COUNTED_WELL,
    CRITICAL,
    CRITICAL_CHANGE,
    DEATHS,
    DEATHS_BY_AGE,
    F64,
    FATAL,
    HAS_APP,
    HOME_INFECTIONS,
    HOSPITAL_CHANGE,
    I64,
    INFECTED_CHANGE,
    INFECTIONS,
    INFECTIONS_BY_AGE,
    ISOLATED_WELL_CHANGE,
    LAST_DAY,
    MILD,
    NETWORK_BITS,
    NETWORK_STEP,
    ONSETS,
    QUARANTINED,
    SECONDARY,
    SEVERE,
    Record,
    Records,
    World,
)

_TABLE_BITS = QUANTILES - 1


@kernel(inner=True, inline=True)
def choose_course(by_day: F64, rules: Record, key: np.uint64, age: int, day: int) -> int:
    """Draw how ill an infection makes someone."""
    bits = draw(rules.seed, key, COURSE, 0)
    u = unit(bits)
    course = 0
    while course < FATAL and u >= rules.course_bounds[age, course]:
        course += 1
    if course >= SEVERE and vaccinated(by_day, rules, key, age, day) and unit_low(bits) < rules.severe_efficacy:
        course = MILD
    return course


@kernel(inner=True, inline=True)
def begin_course(
    states: Records, courses: Records, by_day: F64, rules: Record, tally: I64, key: np.uint64, i: int, day: int
) -> int:
    """Draw the whole course of someone infected on a day, and count it. Returns the day of onset; the last of the run
    if no symptoms begin before.

    People meet after what a morning decides, so an infection of day d is a day old at the end of day d + 1, and what
    is done about symptoms that begin at age a starts on the morning of day d + 1 + a, with all transmission up to that
    age done. (A day less would isolate people a whole day before they feel ill.)
    """
    age = states[i].age
    course = choose_course(by_day, rules, key, age, day)
    bits = int(draw(rules.seed, key, TIMES, 0) >> np.uint64(4))
    onset = day + 1 + rules.incubation[bits & _TABLE_BITS]
    courses[i].course = course
    courses[i].onset_day = onset
    if course < SEVERE:
        recovery = min(onset + rules.mild_recovery[(bits >> 10) & _TABLE_BITS], LAST_DAY)
        courses[i].recovery_day = recovery
        courses[i].end_day = recovery
    else:
        admit(courses, tally, rules, i, age, bits)
    tally[INFECTIONS, day] += 1
    tally[INFECTIONS_BY_AGE, age] += 1
    count(tally, INFECTED_CHANGE, day, courses[i].recovery_day, 1)
    if states[i].flags & COUNTED_WELL and states[i].isolated_until > day:
        count(tally, ISOLATED_WELL_CHANGE, max(day, states[i].isolated_from), states[i].isolated_until, -1)
        states[i].flags &= CENTRAL | HAS_APP | QUARANTINED
    if course == ASYMPTOMATIC or onset >= rules.days:
        return int(rules.days)
    tally[ONSETS, onset] += 1
    return int(onset)


@kernel(inner=True)
def begin_courses(world: World, rules: Record, queue: Queue, w: int, until: int, day: int) -> None:
    """Begin the courses of the people infected today from place `BEGUN` of a shard's list until another."""
    persons, states, courses = world.persons, world.states, world.courses
    fresh, marks, tally = queue.fresh[queue.bounds[w] :], queue.marks, world.tally
    begun = marks[w, BEGUN]
    touched = 0
    for k in range(begun, until):  # look up what is needed next: these look-ups do not wait for one another
        i = fresh[k]
        touched += int(persons[i].key) + courses[i].source + states[i].age
    for k in range(begun, until):
        i = fresh[k]
        if persons[i].tie_number > 0:
            touched += world.ties[persons[i].tie_start] + int(world.tie_marks[persons[i].tie_start])
        if persons[i].stub_number > 0:
            touched += world.stubs[persons[i].stub_start]
        if courses[i].source >= 0:
            touched += courses[courses[i].source & (NETWORK_STEP - 1)].generation
    marks[w, TOUCHED] = touched
    for k in range(begun, until):
        i = int(fresh[k])
        onset = begin_course(states, courses, world.by_day, rules, tally, np.uint64(persons[i].key), i, day)
        if onset < rules.days:
            world.links[CASE_EVENTS, i] = world.heads[CASE_EVENTS, onset]
            world.heads[CASE_EVENTS, onset] = i
        source = int(courses[i].source)
        generation = 0
        if source >= 0:
            other = source & (NETWORK_STEP - 1)
            generation = min(courses[other].generation + 1, 255)
            tally[HOME_INFECTIONS + (source >> NETWORK_BITS), day] += 1
            tally[SECONDARY, states[other].infected_day] += 1
        courses[i].generation = generation
        courses[i].candidates = 0
    marks[w, BEGUN] = until


@kernel(inner=True, inline=True)
def admit(courses: Records, tally: I64, rules: Record, i: int, age: int, bits: int) -> None:
    """Schedule hospital, intensive care and death of a severe course."""
    course = courses[i].course
    admission = courses[i].onset_day + rules.to_hospital[(bits >> 10) & _TABLE_BITS]
    leaves = admission + rules.hospital_recovery[(bits >> 20) & _TABLE_BITS]
    if course >= CRITICAL:
        worsens = admission + rules.to_critical[(bits >> 30) & _TABLE_BITS]
        turns = worsens + rules.to_death[(bits >> 40) & _TABLE_BITS]
        leaves = turns if course == FATAL else turns + rules.hospital_recovery[(bits >> 20) & _TABLE_BITS]
        count(tally, CRITICAL_CHANGE, worsens, turns, 1)
        if course == FATAL and turns < rules.days:
            tally[DEATHS, turns] += 1
            tally[DEATHS_BY_AGE, age] += 1
    if admission < rules.days:
        tally[ADMISSIONS, admission] += 1
    count(tally, HOSPITAL_CHANGE, admission, leaves, 1)
    courses[i].end_day = admission
    courses[i].recovery_day = min(leaves, LAST_DAY)
