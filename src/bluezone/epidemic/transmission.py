"""Transmit the infection from day to day. Compiled.

It is a Poisson process thinned afterwards. Someone's infectiousness over all contacts (home, unit, random)
and all days adds up to one number; exponential steps through it give *candidate* transmissions, each on a day and to
one contact. A candidate becomes an infection if the two met that day (unit ties: half of days; lockdown), neither was
in isolation, and the contact was susceptible. So a day costs nothing for people who do nothing on it, and the chance
that a contact-day with hazard h infects is exactly 1 - exp(-h).
"""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.hashing import ACCEPT, CANDIDATE, draw, unit, unit_low
from bluezone.epidemic.infection import infect, schedule_candidate, vaccinated
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import across, circle_of, housemate, isolated, stubs_met, tie_met
from bluezone.epidemic.records import (
    B8,
    CANDIDATES,
    CENTRAL,
    F64,
    HOME_INFECTIONS,
    HOME_OPEN,
    I32,
    RANDOM_INFECTIONS,
    SECONDARY,
    SUSCEPTIBLE,
    UNIT_INFECTIONS,
    Record,
    Records,
    World,
)

#: Candidates looked at together (see `transmit`).
CHUNK = 512


@kernel
def aim(persons: Records, courses: Records, rules: Record, i: int) -> tuple[int, int]:
    """Draw which contact a candidate is to: (network, which housemate or place in the table of ties or of stubs)."""
    at_home = (persons[i].home_size - 1) * rules.home_factor
    at_unit = float(persons[i].tie_number)
    u = unit_low(draw(rules.seed, np.uint64(persons[i].key), CANDIDATE, courses[i].candidates))
    x = u * (at_home + at_unit + persons[i].stub_number)
    if x < at_home:
        return HOME_INFECTIONS, int(x / rules.home_factor)
    if x < at_home + at_unit:
        return UNIT_INFECTIONS, persons[i].tie_start + int(x - at_home)
    return RANDOM_INFECTIONS, persons[i].stub_start + int(x - at_home - at_unit)


@kernel
def meets(
    persons: Records, states: Records, by_day: F64, rules: Record, network: int, i: int, j: int, position: int,
    other: int, day: int,
) -> bool:  # fmt: skip
    """Return whether the two are together on the day."""
    if network == HOME_INFECTIONS:
        i_away = isolated(states, i, day) and states[i].flags & CENTRAL != 0
        j_away = isolated(states, j, day) and states[j].flags & CENTRAL != 0
        return not i_away and not j_away
    if isolated(states, i, day) or isolated(states, j, day):
        return False
    if network == UNIT_INFECTIONS:
        return tie_met(persons, by_day, rules, i, j, day)
    return stubs_met(by_day, rules, position, other, day)


@kernel
def takes(persons: Records, states: Records, courses: Records, by_day: F64, rules: Record, network: int, i: int, j: int,
          day: int) -> bool:  # fmt: skip
    """Return whether a meeting infects: susceptibility by age, closeness at home, vaccine."""
    chance = rules.acceptance[states[j].age]
    if network == HOME_INFECTIONS:
        chance *= by_day[HOME_OPEN, day]
    if vaccinated(by_day, rules, np.uint64(persons[j].key), states[j].age, day):
        chance *= 1.0 - rules.infection_efficacy
    return bool(unit(draw(rules.seed, np.uint64(persons[i].key), ACCEPT, courses[i].candidates)) < chance)


@kernel
def transmit(world: World, rules: Record, day: int) -> None:
    """Do all candidate transmissions of a day.

    In chunks and in steps, each step one kind of look-up for the whole chunk: the look-ups of a step do not wait for
    one another, which hides most of the time that memory takes. Whoever has a second candidate on the day is taken up
    again.
    """
    heads = world.heads
    who, network, slot = (
        np.empty(CHUNK, dtype=np.int32),
        np.empty(CHUNK, dtype=np.int32),
        np.empty(CHUNK, dtype=np.int32),
    )
    target, position = np.empty(CHUNK, dtype=np.int32), np.empty(CHUNK, dtype=np.int32)
    other, open_to = np.empty(CHUNK, dtype=np.int32), np.empty(CHUNK, dtype=np.bool_)
    while heads[CANDIDATES, day] >= 0:
        i = int(heads[CANDIDATES, day])
        heads[CANDIDATES, day] = -1
        while i >= 0:
            n = 0
            while i >= 0 and n < CHUNK:
                who[n] = i
                i = int(world.links[CANDIDATES, i])
                n += 1
            find_targets(world, rules, day, who[:n], network, slot, target, position, other)
            settle(world, rules, day, who[:n], network, target, position, other, open_to)


@kernel
def find_targets(
    world: World, rules: Record, day: int, who: I32, network: I32, slot: I32, target: I32, position: I32, other: I32
) -> None:
    """Find whom each candidate of a chunk would reach; -1 for nobody."""
    persons, courses = world.persons, world.courses
    ties, stubs, owners, circles, centre = world.ties, world.stubs, world.owners, world.circles, world.centre
    for k in range(len(who)):
        network[k], slot[k] = aim(persons, courses, rules, who[k])
    for k in range(len(who)):
        if network[k] == UNIT_INFECTIONS:
            target[k] = ties[slot[k]]
        elif network[k] == RANDOM_INFECTIONS:
            position[k] = stubs[slot[k]]
            other[k] = across(circles, centre, circle_of(circles, position[k]), position[k], day)
        else:
            target[k] = housemate(persons, who[k], slot[k])
    for k in range(len(who)):
        if network[k] == RANDOM_INFECTIONS:
            target[k] = owners[other[k]]


@kernel
def settle(
    world: World, rules: Record, day: int, who: I32, network: I32, target: I32, position: I32, other: I32, open_to: B8
) -> None:
    """Turn a chunk's candidates into infections, in order, and step each of their sources on."""
    persons, states, courses, by_day = world.persons, world.states, world.courses, world.by_day
    heads, links, tally = world.heads, world.links, world.tally
    for k in range(len(who)):
        open_to[k] = target[k] >= 0 and states[target[k]].infected_day == SUSCEPTIBLE
    for k in range(len(who)):
        i, j = who[k], target[k]
        if (
            open_to[k]
            and states[j].infected_day == SUSCEPTIBLE  # still: an earlier one of the chunk may have come first
            and meets(persons, states, by_day, rules, network[k], i, j, position[k], other[k], day)
            and takes(persons, states, courses, by_day, rules, network[k], i, j, day)
        ):
            infect(persons, states, courses, by_day, heads, links, tally, rules, j, day, courses[i].generation + 1)
            tally[network[k], day] += 1
            tally[SECONDARY, states[i].infected_day] += 1
        courses[i].candidates += 1
        schedule_candidate(persons, states, courses, heads, links, rules, i)
