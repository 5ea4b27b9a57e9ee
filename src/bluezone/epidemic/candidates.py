"""Propose what someone might transmit, all of it at infection, but for what is known to come to nothing. Compiled.

Someone's infectiousness over all contacts (home, unit, random) and over all days adds up to one number; exponential
steps through it are candidate transmissions, each on a day and to one contact. Housemates and ties are chosen by their
own hours and by how susceptible they are; strangers, whose hours are of the day, as if they stayed for the longest two
can and were as susceptible as any, and most are dropped at once. So are those who do not meet on that day (unit ties:
half of days; lockdown) and the vaccinated, before anything is looked up about them, and those who have had it
(`queue.put_on_days`). All this can be asked about a day to come. Only the others are put in the day's list, where
isolation, and infections until then, are looked at (`transmission`).
"""

from __future__ import annotations

import math

import numpy as np

from bluezone.epidemic.disease import ONSET_DAYS
from bluezone.epidemic.hashing import (
    ACCEPT,
    CANDIDATE,
    INFECTIVITY,
    RANDOM_DAY,
    VACCINE,
    draw,
    draw_of,
    name_of,
    pair,
    unit,
    unit_low,
)
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import across, circle_of, hours_at_home, housemate, tie_met
from bluezone.epidemic.quantiles import QUANTILES
from bluezone.epidemic.queue import DRAFTED, DRAFTS, MOST, PROPOSED, STRANGERS, Queue
from bluezone.epidemic.records import (
    AT_HOME,
    AT_RANDOM,
    F64,
    HOME_INFECTIONS,
    HOME_OPEN,
    HOME_SIZES,
    HOURS_STEPS,
    NETWORK_STEP,
    RANDOM_INFECTIONS,
    RANDOM_OPEN,
    TIE_KINDS,
    U32,
    UNIT_INFECTIONS,
    VACCINATED,
    Record,
    Records,
    World,
)

_UNIT_STEP = (UNIT_INFECTIONS - HOME_INFECTIONS) * NETWORK_STEP
_RANDOM_STEP = (RANDOM_INFECTIONS - HOME_INFECTIONS) * NETWORK_STEP

#: From here on the table of logarithms is too coarse.
_STEEP = 1.0 - 1.0 / 64.0


@kernel(inline=True)
def exponential(table: F64, u: float) -> float:
    """Return -log(1 - u): a draw from the exponential distribution for one in [0, 1), exact to 1e-4 of itself."""
    if u >= _STEEP:
        return -math.log(1.0 - u)
    x = u * QUANTILES
    k = int(x)
    return float(table[k] + (x - k) * (table[k + 1] - table[k]))


@kernel(inline=True)
def vaccinated(by_day: F64, rules: Record, key: np.uint64, age: int, day: int) -> bool:
    """Return whether someone is protected on a day: those protected at 30 % are among those protected at 60 %."""
    share = by_day[VACCINATED + age, day]
    return bool(share > 0.0 and unit(draw(rules.seed, key, VACCINE, 0)) < share)


@kernel(inline=True)
def infectivity(courses: Records, rules: Record, key: np.uint64, i: int) -> float:
    """Return someone's own infectiousness per hour a day of contact."""
    u = unit(draw(rules.seed, key, INFECTIVITY, 0))
    return float(rules.rate * rules.course_factor[courses[i].course] * rules.superspreading[int(u * QUANTILES)])


@kernel(inner=True, inline=True)
def housemate_weight(persons: Records, rules: Record, i: int, rank: int) -> float:
    """Return what a day with the housemate of a rank weighs: hours, times susceptibility over the highest."""
    j = housemate(persons, i, rank)
    hours = rules.hours[AT_HOME, hours_at_home(persons, rules, i, j)]
    size = min(int(persons[i].home_size), HOME_SIZES - 1)
    return float(hours * rules.hour_at_home[size] * rules.acceptance[persons[j].age])


@kernel(inline=True)
def cumulate_weights(persons: Records, tie_marks: U32, rules: Record, i: int, into: F64) -> float:
    """Write down what days with each housemate and each tie weigh, cumulated, and return what all of them do. (A
    day with strangers weighs at most `most_at_random` for each stub beside.)"""
    mates, weight = int(persons[i].home_size) - 1, 0.0
    for rank in range(mates):
        weight += housemate_weight(persons, rules, i, rank)
        into[rank] = weight
    start = int(persons[i].tie_start)
    for t in range(int(persons[i].tie_number)):
        weight += rules.tie_weight[tie_marks[start + t] % TIE_KINDS]
        into[mates + t] = weight
    return weight


@kernel(inline=True)
def place_of(cumulated: F64, number: int, x: float) -> int:
    """Return which of so many cumulated weights is the first above x (the last, if by rounding none is)."""
    place = 0
    for k in range(number):
        place += int(cumulated[k] <= x)
    return min(place, number - 1)


@kernel(inner=True, inline=True)
def escapes(world: World, rules: Record, i: int, j: int, age: int, number: int, day: int, chance: float) -> bool:
    """Return whether a candidate comes to nothing by its lot, of which a share `chance` would not, or by a vaccine."""
    if world.by_day[VACCINATED + age, day] > 0.0 and vaccinated(
        world.by_day, rules, np.uint64(world.persons[j].key), age, day
    ):
        chance *= 1.0 - rules.infection_efficacy
    if chance >= 1.0:
        return False
    return bool(unit(draw(rules.seed, np.uint64(world.persons[i].key), ACCEPT, number)) >= chance)


@kernel(inner=True)
def propose(world: World, rules: Record, queue: Queue, w: int, until: int) -> None:
    """Draw all candidates of the people infected today from place `PROPOSED` of a shard's list until another, or until
    the drafts might not hold one more person's."""
    persons, states, courses, tie_marks = world.persons, world.states, world.courses, world.tie_marks
    weights, marks, first = queue.weights[w], queue.marks, queue.bounds[w]
    while marks[w, PROPOSED] < until and marks[w, DRAFTED] + marks[w, STRANGERS] < DRAFTS - MOST:
        i = int(queue.fresh[first + marks[w, PROPOSED]])
        marks[w, PROPOSED] += 1
        key = np.uint64(persons[i].key)
        own = infectivity(courses, rules, key, i)
        if courses[i].generation >= rules.last_generation or own <= 0.0:
            continue
        mates = int(persons[i].home_size) - 1
        known = mates + int(persons[i].tie_number)
        at_known = cumulate_weights(persons, tie_marks, rules, i, weights)
        weight = at_known + persons[i].stub_number * rules.most_at_random
        if weight <= 0.0:
            continue
        step, name = 1.0 / (own * weight), name_of(rules.seed, key)
        begin, last = int(states[i].infected_day) + 1, min(int(courses[i].end_day), int(rules.days))
        by_age = rules.infectiousness[min(int(courses[i].onset_day) - begin, ONSET_DAYS - 1)]
        before = marks[w, DRAFTED] + marks[w, STRANGERS]
        progress, age, number = 0.0, 0, 0
        while number < MOST:
            bits = draw_of(name, CANDIDATE, number)
            progress += exponential(rules.exponential, unit(bits)) * step
            if progress >= 1.0:
                break
            while by_age[age] <= progress:
                age += 1
            day = begin + age
            if day >= last:
                break
            x = unit_low(bits) * weight
            if x >= at_known:
                slot = min(int((x - at_known) / rules.most_at_random), int(persons[i].stub_number) - 1)
                draft_stranger(world, rules, queue, w, i, name, slot, number, day)
            else:
                draft_known(world, rules, queue, w, i, place_of(weights, known, x) - mates, number, day)
            number += 1
        courses[i].candidates = marks[w, DRAFTED] + marks[w, STRANGERS] - before


@kernel(inner=True, inline=True)
def draft_known(world: World, rules: Record, queue: Queue, w: int, i: int, place: int, number: int, day: int) -> None:
    """Draft a candidate by a tie, or by a housemate (places below 0, the last first), if the two meet and nothing known
    averts it."""
    if place < 0:
        target = housemate(world.persons, i, int(world.persons[i].home_size) - 1 + place)
        age, chance = int(world.states[target].age), world.by_day[HOME_OPEN, day]
        averted = escapes(world, rules, i, target, age, number, day, chance)
    else:
        t = int(world.persons[i].tie_start) + place
        mark = int(world.tie_marks[t])
        if not tie_met(world.persons, world.by_day, rules, i, mark, day):
            return
        target = int(world.ties[t])
        averted = escapes(world, rules, i, target, mark % TIE_KINDS // HOURS_STEPS, number, day, 1.0)
        target += _UNIT_STEP
    if not averted:
        n = queue.marks[w, DRAFTED]
        queue.drafts[w, n, 0], queue.drafts[w, n, 1], queue.drafts[w, n, 2] = day, i, target
        queue.marks[w, DRAFTED] = n + 1


@kernel(inner=True, inline=True)
def draft_stranger(
    world: World, rules: Record, queue: Queue, w: int, i: int, name: np.uint64, slot: int, number: int, day: int
) -> None:
    """Note a candidate by a contact at random, if they stay for long enough; who it is, is looked up afterwards."""
    position = int(world.stubs[int(world.persons[i].stub_start) + slot])
    other = across(world.circles, world.centre, circle_of(world.circles, position), position, day)
    bits = draw(rules.seed, pair(position, other), RANDOM_DAY, day)
    lot = unit(draw_of(name, ACCEPT, number))
    hours = rules.hours[AT_RANDOM, int(unit_low(bits) * HOURS_STEPS)]
    chance = hours * rules.random_headroom / rules.most_at_random
    if lot < chance and unit(bits) < world.by_day[RANDOM_OPEN, day]:
        n = queue.marks[w, STRANGERS]
        note, odds = queue.strangers[w], queue.odds[w]
        note[n, 0], note[n, 1], note[n, 2] = day, i, other
        odds[n, 0], odds[n, 1] = lot, chance
        queue.marks[w, STRANGERS] = n + 1


@kernel(inner=True)
def draft_met_strangers(world: World, rules: Record, queue: Queue, w: int) -> None:
    """Look up the strangers of a shard's notes, and draft those who are susceptible enough."""
    owners, states, by_day = world.owners, world.states, world.by_day
    note, odds, drafts, marks = queue.strangers[w], queue.odds[w], queue.drafts[w], queue.marks
    number, n = marks[w, STRANGERS], marks[w, DRAFTED]
    for k in range(number):  # step by step, so that the look-ups do not wait for one another
        note[k, 2] = owners[note[k, 2]]
    for k in range(number):
        note[k, 3] = states[note[k, 2]].age
    for k in range(number):
        day, j, age = note[k, 0], note[k, 2], note[k, 3]
        chance = odds[k, 1] * rules.acceptance[age]
        if by_day[VACCINATED + age, day] > 0.0 and vaccinated(by_day, rules, np.uint64(world.persons[j].key), age, day):
            chance *= 1.0 - rules.infection_efficacy
        if odds[k, 0] < chance:
            drafts[n, 0], drafts[n, 1], drafts[n, 2] = day, note[k, 1], _RANDOM_STEP + j
            n += 1
    marks[w, STRANGERS] = 0
    marks[w, DRAFTED] = n
