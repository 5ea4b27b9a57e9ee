"""Infect people: the course of one, what the infected do about it, and the days on which they may transmit.
Compiled."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.candidates import schedule_candidate, vaccinated
from bluezone.epidemic.hashing import COURSE, TIMES, draw, unit, unit_low
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import (
    count,
)
from bluezone.epidemic.quantiles import QUANTILES
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
    HOSPITAL_CHANGE,
    I32,
    I64,
    INFECTED_CHANGE,
    INFECTIONS,
    INFECTIONS_BY_AGE,
    ISOLATED_WELL_CHANGE,
    LAST_DAY,
    MILD,
    ONSETS,
    QUARANTINED,
    SEVERE,
    U32,
    Record,
    Records,
)

_TABLE_BITS = QUANTILES - 1


@kernel
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


@kernel
def infect(
    persons: Records, states: Records, courses: Records, ties: I32, tie_marks: U32, stubs: I32, owners: I32,
    circles: I32, centre: I32, by_day: F64, heads: I32, links: I32, tally: I64, rules: Record, i: int, day: int,
    generation: int,
) -> None:  # fmt: skip
    """Infect someone: draw the whole course, count it, and put the days it acts on into the lists.

    People meet after what a morning decides, so an infection of day d is a day old at the end of day d + 1, and what
    is done about symptoms that begin at age a starts on the morning of day d + 1 + a, with all transmission up to that
    age done. (A day less would isolate people a whole day before they feel ill.)
    """
    key = np.uint64(persons[i].key)
    age = states[i].age
    course = choose_course(by_day, rules, key, age, day)
    bits = int(draw(rules.seed, key, TIMES, 0) >> np.uint64(4))
    onset = day + 1 + rules.incubation[bits & _TABLE_BITS]
    states[i].infected_day = day
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
    if course > ASYMPTOMATIC and onset < rules.days:
        tally[ONSETS, onset] += 1
    if states[i].flags & COUNTED_WELL and states[i].isolated_until > day:
        count(tally, ISOLATED_WELL_CHANGE, max(day, states[i].isolated_from), states[i].isolated_until, -1)
        states[i].flags &= CENTRAL | HAS_APP | QUARANTINED
    if course > ASYMPTOMATIC and onset < rules.days:
        links[CASE_EVENTS, i] = heads[CASE_EVENTS, onset]
        heads[CASE_EVENTS, onset] = i
    courses[i].generation = min(generation, 255)
    courses[i].progress = 0.0
    courses[i].candidates = 0
    schedule_candidate(
        persons, states, courses, ties, tie_marks, stubs, owners, circles, centre, by_day, heads, links, rules, i
    )


@kernel
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
