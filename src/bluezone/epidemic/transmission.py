"""Transmit the infection from day to day. Compiled.

It is a Poisson process thinned afterwards: candidates (`candidates`) become infections if neither is in isolation and
the contact is still susceptible. So a day costs nothing for people who do nothing on it, and the chance that a
contact-day with hazard h infects is exactly 1 - exp(-h).
"""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.candidates import schedule_candidate
from bluezone.epidemic.infection import infect
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import isolated
from bluezone.epidemic.records import (
    B8,
    CANDIDATES,
    CENTRAL,
    HOME_INFECTIONS,
    I32,
    NETWORK_STEP,
    SECONDARY,
    SUSCEPTIBLE,
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
    who, target, open_to = np.empty(CHUNK, np.int32), np.empty(CHUNK, np.int32), np.empty(CHUNK, np.bool_)
    while heads[CANDIDATES, day] >= 0:
        i = int(heads[CANDIDATES, day])
        heads[CANDIDATES, day] = -1
        while i >= 0:
            n = 0
            while i >= 0 and n < CHUNK:
                who[n] = i
                i = int(world.links[CANDIDATES, i])
                n += 1
            settle(world, rules, day, who[:n], target, open_to)


@kernel
def settle(world: World, rules: Record, day: int, who: I32, target: I32, open_to: B8) -> None:
    """Turn a chunk's candidates into infections, in order, and step each of their sources on."""
    persons, states, courses, tally = world.persons, world.states, world.courses, world.tally
    ties, tie_marks, stubs, owners = world.ties, world.tie_marks, world.stubs, world.owners
    circles, centre, by_day, heads, links = world.circles, world.centre, world.by_day, world.heads, world.links
    for k in range(len(who)):
        target[k] = courses[who[k]].target
    for k in range(len(who)):
        open_to[k] = states[target[k] % NETWORK_STEP].infected_day == SUSCEPTIBLE
    for k in range(len(who)):
        i, j = who[k], target[k] % NETWORK_STEP
        network = HOME_INFECTIONS + target[k] // NETWORK_STEP
        # still susceptible: an earlier candidate of the chunk may have come first
        if open_to[k] and states[j].infected_day == SUSCEPTIBLE and not apart(states, network, i, j, day):
            infect(
                persons, states, courses, ties, tie_marks, stubs, owners, circles, centre, by_day, heads, links, tally,
                rules, j, day, courses[i].generation + 1,
            )  # fmt: skip
            tally[network, day] += 1
            tally[SECONDARY, states[i].infected_day] += 1
        courses[i].candidates += 1
        schedule_candidate(
            persons, states, courses, ties, tie_marks, stubs, owners, circles, centre, by_day, heads, links, rules, i
        )
