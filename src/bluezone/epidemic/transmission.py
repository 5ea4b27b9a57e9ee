"""Transmit the infection from day to day. Compiled.

It is a Poisson process thinned afterwards: candidates (`candidates`) become infections if neither is in isolation and
the contact is still susceptible. So a day costs nothing for people who do nothing on it, and the chance that a
contact-day with hazard h infects is exactly 1 - exp(-h).
"""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.candidates import aim, schedule_candidate
from bluezone.epidemic.hashing import CANDIDATE, draw, unit_low
from bluezone.epidemic.infection import infect
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import across, circle_of, housemate, isolated
from bluezone.epidemic.records import (
    CANDIDATES,
    CENTRAL,
    HOME_INFECTIONS,
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
def apart(states: Records, network: int, i: int, j: int, day: int) -> bool:
    """Return whether isolation keeps the two apart on a day: at home only that of people taken elsewhere."""
    if network == HOME_INFECTIONS:
        i_away = isolated(states, i, day) and states[i].flags & CENTRAL != 0
        j_away = isolated(states, j, day) and states[j].flags & CENTRAL != 0
        return i_away or j_away
    return isolated(states, i, day) or isolated(states, j, day)


@kernel
def transmit(world: World, rules: Record, day: int) -> None:
    """Do all candidate transmissions of a day.

    In chunks and in steps, each step one kind of look-up for the whole chunk: the look-ups of a step do not wait for
    one another, which hides most of the time that memory takes. Whoever has a second candidate on the day is taken up
    again.
    """
    heads = world.heads
    who, network = np.empty(CHUNK, dtype=np.int32), np.empty(CHUNK, dtype=np.int32)
    slot, target = np.empty(CHUNK, dtype=np.int32), np.empty(CHUNK, dtype=np.int32)
    while heads[CANDIDATES, day] >= 0:
        i = int(heads[CANDIDATES, day])
        heads[CANDIDATES, day] = -1
        while i >= 0:
            n = 0
            while i >= 0 and n < CHUNK:
                who[n] = i
                i = int(world.links[CANDIDATES, i])
                n += 1
            find_targets(world, rules, day, who[:n], network, slot, target)
            settle(world, rules, day, who[:n], network, target)


@kernel
def find_targets(world: World, rules: Record, day: int, who: I32, network: I32, slot: I32, target: I32) -> None:
    """Find whom each candidate of a chunk would reach."""
    persons, courses, circles = world.persons, world.courses, world.circles
    for k in range(len(who)):
        i = who[k]
        bits = draw(rules.seed, np.uint64(persons[i].key), CANDIDATE, courses[i].candidates)
        network[k], slot[k] = aim(persons, rules, i, unit_low(bits))
    for k in range(len(who)):
        if network[k] == UNIT_INFECTIONS:
            target[k] = world.ties[slot[k]]
        elif network[k] == RANDOM_INFECTIONS:
            position = world.stubs[slot[k]]
            slot[k] = across(circles, world.centre, circle_of(circles, position), position, day)
        else:
            target[k] = housemate(persons, who[k], slot[k])
    for k in range(len(who)):
        if network[k] == RANDOM_INFECTIONS:
            target[k] = world.owners[slot[k]]


@kernel
def settle(world: World, rules: Record, day: int, who: I32, network: I32, target: I32) -> None:
    """Turn a chunk's candidates into infections, in order, and step each of their sources on."""
    states, courses, tally = world.states, world.courses, world.tally
    for k in range(len(who)):
        i, j = who[k], target[k]
        if states[j].infected_day == SUSCEPTIBLE and not apart(states, network[k], i, j, day):
            infect(world, rules, j, day, courses[i].generation + 1)
            tally[network[k], day] += 1
            tally[SECONDARY, states[i].infected_day] += 1
        courses[i].candidates += 1
        schedule_candidate(world, rules, i)
