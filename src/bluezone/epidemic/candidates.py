"""Step through what someone might transmit, to the next candidate that nothing known beforehand rules out. Compiled.

Someone's infectiousness over all contacts (home, unit, random) and over all days adds up to one number; exponential
steps through it are candidate transmissions, each on a day and to one contact. Housemates and ties are chosen by their
own hours and by how susceptible they are; strangers, whose hours are of the day, as if they stayed for the longest two
can and were as susceptible as any, and most are dropped at once. So are those who do not meet on that day (unit ties:
half of days; lockdown), are vaccinated or have had it. All this can be asked about a day to come. Only the others are
put in the day's list, where isolation, and infections until then, are looked at (`transmission`).
"""

from __future__ import annotations

import math

import numpy as np

from bluezone.epidemic.hashing import ACCEPT, CANDIDATE, INFECTIVITY, VACCINE, draw, unit, unit_low
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import (
    across,
    circle_of,
    hours_at_home,
    hours_of_strangers,
    housemate,
    stubs_met,
    tie_met,
)
from bluezone.epidemic.quantiles import QUANTILES
from bluezone.epidemic.records import (
    AT_HOME,
    AT_RANDOM,
    CANDIDATES,
    F64,
    HOME_INFECTIONS,
    HOME_OPEN,
    HOME_SIZES,
    I32,
    NETWORK_STEP,
    RANDOM_INFECTIONS,
    SUSCEPTIBLE,
    TIE_KINDS,
    U32,
    UNIT_INFECTIONS,
    VACCINATED,
    Record,
    Records,
)

#: From here on the table of logarithms is too coarse.
_STEEP = 1.0 - 1.0 / 64.0


@kernel
def exponential(table: F64, u: float) -> float:
    """Return -log(1 - u): a draw from the exponential distribution for one in [0, 1), exact to 1e-4 of itself."""
    if u >= _STEEP:
        return -math.log(1.0 - u)
    x = u * QUANTILES
    k = int(x)
    return float(table[k] + (x - k) * (table[k + 1] - table[k]))


@kernel
def vaccinated(by_day: F64, rules: Record, key: np.uint64, age: int, day: int) -> bool:
    """Return whether someone is protected on a day: those protected at 30 % are among those protected at 60 %."""
    share = by_day[VACCINATED + age, day]
    return bool(share > 0.0 and unit(draw(rules.seed, key, VACCINE, 0)) < share)


@kernel
def infectivity(courses: Records, rules: Record, key: np.uint64, i: int) -> float:
    """Return someone's own infectiousness per hour a day of contact."""
    u = unit(draw(rules.seed, key, INFECTIVITY, 0))
    return float(rules.rate * rules.course_factor[courses[i].course] * rules.superspreading[int(u * QUANTILES)])


@kernel
def housemate_weight(persons: Records, rules: Record, i: int, rank: int) -> float:
    """Return what a day with the housemate of a rank weighs: hours, times susceptibility over the highest."""
    j = housemate(persons, i, rank)
    hours = rules.hours[AT_HOME, hours_at_home(persons, rules, i, j)]
    size = min(int(persons[i].home_size), HOME_SIZES - 1)
    return float(hours * rules.hour_at_home[size] * rules.acceptance[persons[j].age])


@kernel
def weights(persons: Records, tie_marks: U32, rules: Record, i: int) -> tuple[float, float, float]:
    """Return what a day with all housemates, all ties and the most that one with all strangers weighs."""
    at_home = 0.0
    for rank in range(persons[i].home_size - 1):
        at_home += housemate_weight(persons, rules, i, rank)
    in_unit = 0.0
    start = int(persons[i].tie_start)
    for t in range(start, start + int(persons[i].tie_number)):
        in_unit += rules.tie_weight[tie_marks[t] % TIE_KINDS]
    return at_home, in_unit, float(persons[i].stub_number * rules.most_at_random)


@kernel
def aim(
    persons: Records, tie_marks: U32, rules: Record, i: int, at_home: float, in_unit: float, x: float
) -> tuple[int, int]:
    """Return which contact lies at a place of all that someone's contacts weigh: (network, which housemate or place in
    the table of ties or of stubs)."""
    if x < at_home:
        rank, last = 0, int(persons[i].home_size) - 2
        x -= housemate_weight(persons, rules, i, 0)
        while x >= 0.0 and rank < last:
            rank += 1
            x -= housemate_weight(persons, rules, i, rank)
        return HOME_INFECTIONS, rank
    x -= at_home
    if x < in_unit:
        t = int(persons[i].tie_start)
        last = t + int(persons[i].tie_number) - 1
        x -= rules.tie_weight[tie_marks[t] % TIE_KINDS]
        while x >= 0.0 and t < last:
            t += 1
            x -= rules.tie_weight[tie_marks[t] % TIE_KINDS]
        return UNIT_INFECTIONS, t
    number = int(persons[i].stub_number)
    slot = min(int((x - in_unit) / rules.most_at_random), number - 1)
    return RANDOM_INFECTIONS, int(persons[i].stub_start) + slot


@kernel
def reached(
    persons: Records, states: Records, ties: I32, tie_marks: U32, stubs: I32, owners: I32, circles: I32, centre: I32,
    by_day: F64, rules: Record, i: int, number: int, network: int, slot: int, day: int,
) -> int:  # fmt: skip
    """Return whom a candidate may infect, as far as that can be known before its day; -1 for nobody."""
    lot, chance = 0.0, 1.0
    if network == RANDOM_INFECTIONS:
        position = stubs[slot]
        other = across(circles, centre, circle_of(circles, position), position, day)
        lot = unit(draw(rules.seed, np.uint64(persons[i].key), ACCEPT, number))
        chance = rules.hours[AT_RANDOM, hours_of_strangers(rules, position, other, day)] / rules.most_at_random
        if lot >= chance or not stubs_met(by_day, rules, position, other, day):
            return -1
        j = int(owners[other])
        chance *= rules.acceptance[states[j].age]
    elif network == UNIT_INFECTIONS:
        if not tie_met(persons, by_day, rules, i, tie_marks[slot], day):
            return -1
        j = int(ties[slot])
    else:
        j = housemate(persons, i, slot)
        chance = by_day[HOME_OPEN, day]
    if states[j].infected_day != SUSCEPTIBLE:
        return -1
    age = states[j].age
    if by_day[VACCINATED + age, day] > 0.0 and vaccinated(by_day, rules, np.uint64(persons[j].key), age, day):
        chance *= 1.0 - rules.infection_efficacy
    if chance < 1.0:
        if network != RANDOM_INFECTIONS:
            lot = unit(draw(rules.seed, np.uint64(persons[i].key), ACCEPT, number))
        if lot >= chance:
            return -1
    return j


@kernel
def schedule_candidate(
    persons: Records, states: Records, courses: Records, ties: I32, tie_marks: U32, stubs: I32, owners: I32,
    circles: I32, centre: I32, by_day: F64, heads: I32, links: I32, rules: Record, i: int,
) -> None:  # fmt: skip
    """Step to the next candidate transmission and list it on its day, unless the infection or the run ends before.

    Takes the arrays of a `World` one by one: each that is taken out of one counts references up and down, which took a
    fifth of a run.
    """
    if courses[i].generation >= rules.last_generation:
        return
    key = np.uint64(persons[i].key)
    own = infectivity(courses, rules, key, i)
    if own <= 0.0:
        return
    at_home, in_unit, at_random = weights(persons, tie_marks, rules, i)
    weight = at_home + in_unit + at_random
    total = own * weight
    if total <= 0.0:
        return
    last = min(int(courses[i].end_day), int(rules.days))
    first = int(states[i].infected_day) + 1
    progress = float(courses[i].progress)
    number = int(courses[i].candidates)
    age = 0
    while True:
        bits = draw(rules.seed, key, CANDIDATE, number)
        progress += exponential(rules.exponential, unit(bits)) / total
        if progress >= 1.0:
            return
        while rules.infectiousness[age] <= progress:
            age += 1
        day = first + age
        if day >= last:
            return
        network, slot = aim(persons, tie_marks, rules, i, at_home, in_unit, unit_low(bits) * weight)
        j = reached(
            persons,
            states,
            ties,
            tie_marks,
            stubs,
            owners,
            circles,
            centre,
            by_day,
            rules,
            i,
            number,
            network,
            slot,
            day,
        )
        if j >= 0:
            break
        number += 1
    courses[i].progress = progress
    courses[i].candidates = number
    courses[i].target = (network - HOME_INFECTIONS) * NETWORK_STEP + j
    links[CANDIDATES, i] = heads[CANDIDATES, day]
    heads[CANDIDATES, day] = i
