"""Transmit the infection from day to day. Compiled.

It is a Poisson process thinned afterwards: candidates (`candidates`) become infections if neither is in isolation and
the contact is still susceptible. So a day costs nothing for people who do nothing on it, and the chance that a
contact-day with hazard h infects is exactly 1 - exp(-h).

A day has two steps for each shard of people, and nothing in a step depends on another shard's: candidates become
infections (`settle`), and whoever is infected proposes candidates (`spread`). Where several reach someone on one day,
the smallest key is the source. So neither the order of candidates nor the number of shards changes anything.
"""

from __future__ import annotations

from bluezone.epidemic.candidates import draft_met_strangers, propose
from bluezone.epidemic.hashing import REMATCHED, draw, pair, unit
from bluezone.epidemic.infection import begin_courses
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.meetings import isolated
from bluezone.epidemic.queue import (
    BEGUN,
    BLOCK,
    DRAFTED,
    FRESH,
    PROPOSED,
    Queue,
    give_back,
    put_on_days,
)
from bluezone.epidemic.records import (
    AT_RANDOM,
    CENTRAL,
    FATAL,
    I32,
    NETWORK_BITS,
    NETWORK_STEP,
    SEVERE,
    SUSCEPTIBLE,
    Record,
    Records,
    World,
)

#: People whose candidates are drawn together.
CHUNK = 256
_PERSON = NETWORK_STEP - 1
_RANDOM = AT_RANDOM * NETWORK_STEP


@kernel(inner=True, inline=True)
def away(states: Records, i: int, day: int, from_home: bool) -> bool:
    """Return whether isolation keeps someone from meeting people on a day: at home only if they were taken
    elsewhere."""
    alone = (states[i].isolated_from <= day) & (day < states[i].isolated_until)
    return bool(alone & ((not from_home) | (states[i].flags & CENTRAL != 0)))


@kernel()
def settle(world: World, rules: Record, queue: Queue, w: int, day: int, met: float) -> None:
    """Turn the day's candidates that reach a shard into infections, each with its source; the courses begin later.
    met: the share of those among strangers that counts.

    Block by block and in steps, each step one kind of look-up for the whole block: the look-ups of a step do not wait
    for one another, which hides most of the time that memory takes.
    """
    for writer in range(queue.head.shape[0]):
        block, number = int(queue.head[writer, w, day]), int(queue.filled[writer, w, day])
        while block >= 0:
            settle_block(world, rules, queue, queue.events[writer, block * BLOCK : block * BLOCK + number], w, day, met)
            block, number = int(queue.following[writer, block]), BLOCK


@kernel(inner=True)
def settle_block(world: World, rules: Record, queue: Queue, events: I32, w: int, day: int, met: float) -> None:
    """Do the candidates of one block."""
    states, seen = world.states, queue.seen[w]
    number = 0
    for k in range(len(events)):
        seen[number] = k
        known = states[events[k, 1] & _PERSON].infected_day
        number += int((known == SUSCEPTIBLE) | (known == day))
    left = 0
    for n in range(number):
        k = seen[n]
        at_home = events[k, 1] < NETWORK_STEP
        apart = away(states, events[k, 0], day, at_home) | away(states, events[k, 1] & _PERSON, day, at_home)
        seen[left] = k
        left += int(not apart)
    for n in range(left):
        i, target = int(events[seen[n], 0]), int(events[seen[n], 1])
        if met >= 1.0 or target < _RANDOM or counts(world, rules, i, target & _PERSON, day, met):
            claim(world, queue, w, i, target, day)


@kernel(inner=True, inline=True)
def counts(world: World, rules: Record, i: int, j: int, day: int, met: float) -> bool:
    """Return whether a candidate among strangers is one of a share that counts."""
    name = pair(world.persons[i].key, world.persons[j].key)
    return bool(unit(draw(rules.seed, name, REMATCHED, day)) < met)


@kernel()
def counted_at_random(world: World, rules: Record, day: int) -> float:
    """Return the share of the day's candidates among strangers that counts. It is 1, but where people find others for
    those who are at home, in hospital or dead: there all are proposed `random_headroom` times, and the more count the
    fewer are left to meet."""
    if rules.random_headroom <= 1.0:
        return 1.0
    persons, states, courses = world.persons, world.states, world.courses
    left = 0
    for i in range(len(persons)):
        ill = states[i].infected_day >= 0 and courses[i].course >= SEVERE and courses[i].end_day <= day
        gone = ill and (courses[i].course == FATAL or day < courses[i].recovery_day)
        if not gone and not isolated(states, i, day):
            left += int(persons[i].stub_number)
    return float(min(1.0, len(world.stubs) / (max(left, 1) * rules.random_headroom)))


@kernel(inner=True, inline=True)
def claim(world: World, queue: Queue, w: int, i: int, target: int, day: int) -> None:
    """Infect someone, or be the source instead of one with a larger key."""
    states, courses = world.states, world.courses
    j = target & _PERSON
    network = target >> NETWORK_BITS
    if states[j].infected_day == SUSCEPTIBLE:
        states[j].infected_day = day
        n = queue.marks[w, FRESH]
        queue.fresh[queue.bounds[w] + n] = j
        queue.marks[w, FRESH] = n + 1
    else:
        before = int(courses[j].source)
        if before < 0:  # came from outside today
            return
        key, other = world.persons[i].key, world.persons[before & _PERSON].key
        if other < key or (other == key and before >> NETWORK_BITS <= network):
            return
    courses[j].source = network * NETWORK_STEP + i


@kernel()
def spread(world: World, rules: Record, queue: Queue, w: int, day: int) -> bool:
    """Begin the courses of a shard's people infected today, and put their candidates on the days to come. False if the
    queue must grow first: call it again then."""
    marks = queue.marks
    if marks[w, PROPOSED] == 0:
        give_back(queue, w, day)
    elif not put_on_days(queue, world.states, w):
        return False
    while marks[w, PROPOSED] < marks[w, FRESH]:
        if marks[w, PROPOSED] == marks[w, BEGUN]:
            begin_courses(world, rules, queue, w, min(marks[w, BEGUN] + CHUNK, marks[w, FRESH]), day)
        propose(world, rules, queue, w, marks[w, BEGUN])
        draft_met_strangers(world, rules, queue, w)
        if not put_on_days(queue, world.states, w):
            return False
    marks[w, FRESH] = marks[w, BEGUN] = marks[w, PROPOSED] = marks[w, DRAFTED] = 0
    return True
