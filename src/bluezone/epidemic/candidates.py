"""Step through what someone might transmit, to the next candidate that nothing known beforehand rules out. Compiled.

Someone's infectiousness over all contacts (home, unit, random), weighed by the longest two can be together, and over
all days adds up to one number; exponential steps through it are candidate transmissions, each on a day and to one
contact. Most fall at once: the two do not meet that day (unit ties: half of days; lockdown), or not for so long, or the
contact is less susceptible, vaccinated, or has had it. All this can be asked about a day to come. Only the others are
put in the day's list, where isolation, and infections until then, are looked at (`transmission`).
"""

from __future__ import annotations

import math

import numpy as np

from bluezone.epidemic.hashing import ACCEPT, CANDIDATE, INFECTIVITY, VACCINE, draw, pair, unit, unit_low
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import (
    across,
    circle_of,
    hours_of_pair,
    hours_of_strangers,
    housemate,
    stubs_met,
    tie_met,
)
from bluezone.epidemic.quantiles import QUANTILES
from bluezone.epidemic.records import (
    AT_HOME,
    CANDIDATES,
    F64,
    HOME_INFECTIONS,
    HOME_OPEN,
    HOME_SIZES,
    HOURS_STEPS,
    IN_UNIT,
    RANDOM_INFECTIONS,
    SUSCEPTIBLE,
    UNIT_INFECTIONS,
    VACCINATED,
    Record,
    Records,
    World,
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
def weights(persons: Records, rules: Record, i: int) -> tuple[float, float, float]:
    """Return the most that all someone's contacts at home, in the unit and at random can weigh, in hours."""
    mates = persons[i].home_size - 1
    at_home = mates * rules.most_at_home[min(int(persons[i].home_size), HOME_SIZES - 1)]
    return (
        float(at_home),
        float(persons[i].tie_number * rules.most_in_unit),
        float(persons[i].stub_number * rules.most_at_random),
    )


@kernel
def aim(persons: Records, rules: Record, i: int, u: float) -> tuple[int, int]:
    """Return which contact a candidate is to: (network, which housemate or place in the table of ties or of stubs)."""
    at_home, in_unit, at_random = weights(persons, rules, i)
    x = u * (at_home + in_unit + at_random)
    if x < at_home:
        mates = persons[i].home_size - 1
        return HOME_INFECTIONS, min(int(x / at_home * mates), mates - 1)
    x -= at_home
    if x < in_unit:
        number = int(persons[i].tie_number)
        return UNIT_INFECTIONS, int(persons[i].tie_start) + min(int(x / in_unit * number), number - 1)
    number = int(persons[i].stub_number)
    return RANDOM_INFECTIONS, int(persons[i].stub_start) + min(int((x - in_unit) / at_random * number), number - 1)


@kernel
def allowed(world: World, rules: Record, i: int, number: int, u: float, day: int) -> bool:
    """Return whether a candidate may infect, as far as that can be known before its day."""
    persons, states, by_day = world.persons, world.states, world.by_day
    network, slot = aim(persons, rules, i, u)
    lot = unit(draw(rules.seed, np.uint64(persons[i].key), ACCEPT, number))
    chance = 1.0
    if network == RANDOM_INFECTIONS:
        position = world.stubs[slot]
        other = across(world.circles, world.centre, circle_of(world.circles, position), position, day)
        chance = hours_of_strangers(rules, position, other, day) / rules.most_at_random
        if lot >= chance or not stubs_met(by_day, rules, position, other, day):
            return False
        j = int(world.owners[other])
    elif network == UNIT_INFECTIONS:
        j = int(world.ties[slot])
    else:
        j = housemate(persons, i, slot)
    age = states[j].age
    chance *= rules.acceptance[age]
    if states[j].infected_day != SUSCEPTIBLE or lot >= chance:
        return False
    if network == UNIT_INFECTIONS:
        chance *= hours_of_pair(rules, IN_UNIT, pair(persons[i].key, persons[j].key)) / rules.most_in_unit
        if lot >= chance or not tie_met(persons, by_day, rules, i, j, day):
            return False
    elif network == HOME_INFECTIONS:
        hours = hours_of_pair(rules, AT_HOME, pair(persons[i].key, persons[j].key))
        chance *= hours / rules.hours[AT_HOME, HOURS_STEPS - 1] * by_day[HOME_OPEN, day]
    if vaccinated(by_day, rules, np.uint64(persons[j].key), age, day):
        chance *= 1.0 - rules.infection_efficacy
    return bool(lot < chance)


@kernel
def schedule_candidate(world: World, rules: Record, i: int) -> None:
    """Step to the next candidate transmission and list it on its day, unless the infection or the run ends before."""
    states, courses = world.states, world.courses
    key = np.uint64(world.persons[i].key)
    at_home, in_unit, at_random = weights(world.persons, rules, i)
    total = infectivity(courses, rules, key, i) * (at_home + in_unit + at_random)
    if total <= 0.0 or courses[i].generation >= rules.last_generation:
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
        if allowed(world, rules, i, number, unit_low(bits), day):
            break
        number += 1
    courses[i].progress = progress
    courses[i].candidates = number
    world.links[CANDIDATES, i] = world.heads[CANDIDATES, day]
    world.heads[CANDIDATES, day] = i
