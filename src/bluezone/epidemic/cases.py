"""Handle people with symptoms, tests of them, and cases with their households. Compiled."""

from __future__ import annotations

from typing import Final

import numpy as np

from bluezone.epidemic.hashing import DROP_OUT, SELF_ISOLATE, TEST_RESULT, draw, unit
from bluezone.epidemic.jit import inline_kernel, inner_inline_kernel, inner_lean_kernel
from bluezone.epidemic.meetings import count, days_kept, isolate, isolated, trait
from bluezone.epidemic.notices import cannot_be_alerted, order_test, traced_test_is_positive
from bluezone.epidemic.records import (
    ALERTED_CASES,
    ASYMPTOMATIC,
    CASE_EVENTS,
    CASES,
    COUNTED_WELL,
    ISOLATED_CHANGE,
    ISOLATED_WELL_CHANGE,
    PUBLISHED,
    QUARANTINED,
    SEVERE,
    TESTS,
    Record,
    Records,
    World,
)
from bluezone.epidemic.tracing import publishes

#: In OpenABM-Covid19: days of an infection in which a test of somebody with symptoms can see it; and the share of
#: households of people in hospital that gives up on a day.
_SENSITIVE_DAYS: Final = 14
_HOSPITAL_DROPOUT: Final = 0.04


@inner_inline_kernel
def watchful(rules: Record, courses: Records, i: int, share: float) -> float:
    """Return the share of people who act on symptoms, where somebody was asked to watch for them: no less than else."""
    if courses[i].watch_until >= courses[i].onset_day:
        return max(share, float(rules.watching))
    return share


@inner_inline_kernel
def test_for_symptoms(
    rules: Record, states: Records, courses: Records, key: np.uint64, i: int
) -> tuple[int, int, bool]:
    """Return the test that someone's symptoms lead to: (day of the sample, of the result, whether it is positive).

    Both days are after the run if there is no test. Those admitted to hospital are tested there and always found.
    """
    sampled = result = int(rules.days)
    positive = False
    if not courses[i].unheeded and trait(rules, key) < watchful(rules, courses, i, rules.symptomatic_test):
        sampled = int(courses[i].onset_day + rules.order_delay)
        result = int(sampled + rules.result_delay)
        age = sampled - states[i].infected_day
        seen = age > rules.insensitive_days
        if rules.as_openabm:
            seen = age <= _SENSITIVE_DAYS
        positive = bool(seen and unit(draw(rules.seed, key, TEST_RESULT, 1_000_000)) < rules.sensitivity)
    if courses[i].course >= SEVERE and not (positive and sampled <= courses[i].end_day):
        sampled = int(courses[i].end_day)
        return sampled, int(sampled + (0 if rules.as_openabm else rules.result_delay)), True
    return sampled, result, positive


@inline_kernel
def begin_symptoms(world: World, rules: Record, i: int, day: int) -> None:
    """Begin someone's symptoms: they may stay at home, with their household, and ask for a test."""
    courses = world.courses
    if courses[i].case_day >= 0:
        return
    key = np.uint64(world.persons[i].key)
    if rules.as_openabm and courses[i].index_until > day:
        courses[i].unheeded = True
    sampled, result, positive = test_for_symptoms(rules, world.states, courses, key, i)
    if sampled < rules.days:
        world.tally[TESTS, sampled] += 1
    if positive and day < result < rules.days:
        world.links[CASE_EVENTS, i] = world.heads[CASE_EVENTS, result]
        world.heads[CASE_EVENTS, result] = i
    if rules.as_openabm:
        if not courses[i].unheeded:
            react_as_openabm(world, rules, i, day, int(rules.days) if positive else result)
        return
    until = day + rules.symptomatic_days
    if trait(rules, key) < watchful(rules, courses, i, rules.symptomatic_isolation):
        stay_home(world, rules, i, day, until if positive else min(until, result))


@inner_lean_kernel
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


@inner_lean_kernel
def stay_home(world: World, rules: Record, i: int, day: int, until: int) -> None:
    """Isolate on one's own, and the household where that is the rule."""
    u = unit(draw(rules.seed, np.uint64(world.persons[i].key), SELF_ISOLATE, day))
    kept = days_kept(rules.symptomatic_dropout, until - day, u)
    isolate(world.states, world.courses, world.tally, i, day, day, day + kept, False)
    if rules.household_of_symptomatic:
        quarantine_household(world, rules, i, day, day + kept if rules.as_openabm else until)


@inner_lean_kernel
def react_as_openabm(world: World, rules: Record, i: int, day: int, negative_on: int) -> None:
    """Stay at home on symptoms as in OpenABM-Covid19. negative_on: the day of a negative result; of the end of the run,
    if there is none."""
    quarantined = isolated(world.states, i, day - 1)
    if negative_on < rules.days and not kept_by_housemate(world, rules, i, negative_on):
        end_isolation(world, i, day, negative_on)
    if quarantined or trait(rules, np.uint64(world.persons[i].key)) < rules.symptomatic_isolation:
        world.courses[i].index_until = min(day + rules.contact_days, negative_on)
        stay_home(world, rules, i, day, min(int(day + rules.symptomatic_days), negative_on))


@inner_inline_kernel
def kept_by_housemate(world: World, rules: Record, i: int, day: int) -> bool:
    """Return whether somebody at home is, on a day, one on whose account the household stays there."""
    first = world.persons[i].home
    found = False
    for j in range(first, first + world.persons[i].home_size):
        asked = rules.household_of_symptomatic or (rules.household_of_case and world.courses[j].case_day >= 0)
        found |= j != i and asked and world.courses[j].index_until > day
    return found


@inline_kernel
def feel_ill(world: World, rules: Record, i: int, day: int) -> None:
    """Begin like symptoms from something else in someone who will do something about it.

    What follows is the same as for the infected; a test is negative, or falsely not. (Those who would neither stay at
    home nor ask for a test are not in the list.)
    """
    courses = world.courses
    known = rules.as_openabm and 0 <= courses[i].case_day <= day  # who was a case does the same, but for the test
    severe = world.states[i].infected_day >= 0 and courses[i].course >= SEVERE and day >= courses[i].end_day
    if severe or (not known and cannot_be_alerted(world.states, courses, i, day)):
        return
    if rules.as_openabm and courses[i].index_until > day:
        return
    u = trait(rules, np.uint64(world.persons[i].key))
    tested = u < rules.symptomatic_test and not known
    result = order_test(world, rules, i, day, day, 1.0) if tested else int(rules.days)
    if rules.as_openabm:
        react_as_openabm(world, rules, i, day, result)
    elif u < rules.symptomatic_isolation:
        stay_home(world, rules, i, day, min(day + rules.symptomatic_days, result))


@inline_kernel
def confirm(world: World, rules: Record, i: int, day: int) -> None:
    """Act on a positive result: publish keys, isolate the case and the household. (`tracing` finds the contacts.)"""
    persons, states, courses = world.persons, world.states, world.courses
    courses[i].case_day = day
    world.tally[CASES, day] += 1
    if 0 <= courses[i].alert_day < day <= courses[i].alert_day + 14:
        world.tally[ALERTED_CASES, day] += 1
    if publishes(world, rules, i, day):
        world.tally[PUBLISHED, min(day + rules.upload_delay, rules.days - 1)] += 1
    key = np.uint64(persons[i].key)
    infected = states[i].infected_day >= 0
    in_hospital = infected and courses[i].course >= SEVERE and day >= courses[i].end_day
    begins = int(day)
    index_already = courses[i].index_until > day  # only as in OpenABM-Covid19, which counts days from the symptoms
    if rules.as_openabm:
        begins = int(courses[i].index_until - rules.contact_days) if index_already else begins
        courses[i].index_until = begins + rules.contact_days
    ends = int(day + rules.contact_days)
    if rules.as_openabm and in_hospital:
        u = unit(draw(rules.seed, key, DROP_OUT, 1_000_000))
        ends = day + days_kept(_HOSPITAL_DROPOUT, int(rules.contact_days), u)
    if not in_hospital and trait(rules, key) < rules.case_compliance:
        kept = days_kept(rules.case_dropout, int(rules.case_days), unit(draw(rules.seed, key, DROP_OUT, 1_000_000)))
        isolate(states, courses, world.tally, i, day, day, begins + kept, rules.central_cases)
        ends = begins + kept if rules.as_openabm else ends
    if rules.household_of_case and not (rules.as_openabm and not in_hospital and not isolated(states, i, day)):
        quarantine_household(world, rules, i, day, ends)
    elif index_already and rules.household_of_symptomatic:
        prolong_household(world, rules, i, day, begins)


@inner_lean_kernel
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
            kept = days_kept(0.0 if rules.as_openabm else rules.contact_dropout, until - day, u)
            isolate(states, courses, world.tally, j, day, day, day + kept, rules.central_contacts)
            states[j].flags |= QUARANTINED


@inner_lean_kernel
def prolong_household(world: World, rules: Record, i: int, day: int, begins: int) -> None:
    """Keep those at home longer who were sent there on account of someone's symptoms, as the result is positive."""
    persons, states, courses = world.persons, world.states, world.courses
    first = persons[i].home
    for j in range(first, first + persons[i].home_size):
        key = np.uint64(persons[j].key)
        if j == i or cannot_be_alerted(states, courses, j, day) or trait(rules, key) >= rules.contact_compliance:
            continue
        kept = days_kept(
            rules.contact_dropout, int(rules.contact_days), unit(draw(rules.seed, key, DROP_OUT, 2_000_000 + day))
        )
        isolate(states, courses, world.tally, j, day, day, begins + kept, rules.central_contacts)
        states[j].flags |= QUARANTINED


@inner_inline_kernel
def told_by_symptoms(world: World, rules: Record, i: int, day: int) -> bool:
    """Return whether someone with symptoms learns today that the test for them was positive."""
    key = np.uint64(world.persons[i].key)
    _, result, positive = test_for_symptoms(rules, world.states, world.courses, key, i)
    return positive and result == day


@inner_inline_kernel
def told_by_trace(world: World, rules: Record, i: int, day: int) -> bool:
    """Return whether someone learns today that a test after an alert was positive, and does not by symptoms."""
    ill = world.states[i].infected_day >= 0 and world.courses[i].course > ASYMPTOMATIC
    if ill and world.courses[i].onset_day <= day and told_by_symptoms(world, rules, i, day):
        return False
    return traced_test_is_positive(world, rules, i, day)
