"""Handle people with symptoms, tests of them, and cases with their households. Compiled."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.hashing import DROP_OUT, SELF_ISOLATE, TEST_RESULT, draw, unit
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import days_kept, isolate, trait
from bluezone.epidemic.notices import cannot_be_alerted, order_test, traced_test_is_positive
from bluezone.epidemic.records import (
    ALERTED_CASES,
    ASYMPTOMATIC,
    CASE_EVENTS,
    CASES,
    PUBLISHED,
    QUARANTINED,
    SEVERE,
    TESTS,
    Record,
    Records,
    World,
)
from bluezone.epidemic.tracing import publishes


@kernel(inner=True, inline=True)
def watchful(rules: Record, courses: Records, i: int, share: float) -> float:
    """Return the share of people who act on symptoms, where somebody was asked to watch for them: no less than else."""
    if courses[i].watch_until >= courses[i].onset_day:
        return max(share, float(rules.watching))
    return share


@kernel(inner=True, inline=True)
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


@kernel(inline=True)
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
    if trait(rules, key) < watchful(rules, courses, i, rules.symptomatic_isolation):
        stay_home(world, rules, i, day, until if positive else min(until, result))


@kernel(inner=True)
def stay_home(world: World, rules: Record, i: int, day: int, until: int) -> None:
    """Isolate on one's own, and the household where that is the rule."""
    u = unit(draw(rules.seed, np.uint64(world.persons[i].key), SELF_ISOLATE, day))
    kept = days_kept(rules.symptomatic_dropout, until - day, u)
    isolate(world.states, world.courses, world.tally, i, day, day, day + kept, False)
    if rules.household_of_symptomatic:
        quarantine_household(world, rules, i, day, until)


@kernel(inline=True)
def feel_ill(world: World, rules: Record, i: int, day: int) -> None:
    """Begin like symptoms from something else in someone who will do something about it.

    What follows is the same as for the infected; a test is negative, or falsely not. (Those who would neither stay at
    home nor ask for a test are not in the list.)
    """
    courses = world.courses
    if cannot_be_alerted(world.states, courses, i, day):
        return
    u = trait(rules, np.uint64(world.persons[i].key))
    result = order_test(world, rules, i, day, day, 1.0) if u < rules.symptomatic_test else int(rules.days)
    if u < rules.symptomatic_isolation:
        stay_home(world, rules, i, day, min(day + rules.symptomatic_days, result))


@kernel(inline=True)
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
    if not in_hospital and trait(rules, key) < rules.case_compliance:
        kept = days_kept(rules.case_dropout, int(rules.case_days), unit(draw(rules.seed, key, DROP_OUT, 1_000_000)))
        isolate(states, courses, world.tally, i, day, day, day + kept, rules.central_cases)
    if rules.household_of_case:
        quarantine_household(world, rules, i, day, int(day + rules.contact_days))


@kernel(inner=True)
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
            kept = days_kept(rules.contact_dropout, until - day, u)
            isolate(states, courses, world.tally, j, day, day, day + kept, rules.central_contacts)
            states[j].flags |= QUARANTINED


@kernel(inner=True, inline=True)
def told_by_symptoms(world: World, rules: Record, i: int, day: int) -> bool:
    """Return whether someone with symptoms learns today that the test for them was positive."""
    key = np.uint64(world.persons[i].key)
    _, result, positive = test_for_symptoms(rules, world.states, world.courses, key, i)
    return positive and result == day


@kernel(inner=True, inline=True)
def told_by_trace(world: World, rules: Record, i: int, day: int) -> bool:
    """Return whether someone learns today that a test after an alert was positive, and does not by symptoms."""
    ill = world.states[i].infected_day >= 0 and world.courses[i].course > ASYMPTOMATIC
    if ill and world.courses[i].onset_day <= day and told_by_symptoms(world, rules, i, day):
        return False
    return traced_test_is_positive(world, rules, i, day)
