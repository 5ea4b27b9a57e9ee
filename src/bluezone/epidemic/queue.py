"""Keep the candidate transmissions of days to come, by day and by the shard of people whom they may infect. Compiled.

Events lie in blocks of a pool, so that those of a day are read one after the other. Every shard writes into a pool of
its own, and so can be worked on by a thread of its own; what comes out does not depend on how many there are.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bluezone.epidemic.disease import INFECTIOUS_DAYS
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.population import Population
from bluezone.epidemic.records import F64, I32, I64, NETWORK_STEP, SUSCEPTIBLE, Records

#: Events in a block.
BLOCK: Final = 256
#: Candidates one person can propose (`COURSE`), and drafts kept before they are put on their days.
MOST: Final = 65_535
DRAFTS: Final = 2 * MOST + 2

# Columns of `Queue.marks`: free blocks; people infected today, of them those whose course is begun, those who proposed;
# drafts, drafts of contacts among strangers; and a sum that nobody reads, so that what loads memory early stays.
FREE: Final = 0
FRESH: Final = 1
BEGUN: Final = 2
PROPOSED: Final = 3
DRAFTED: Final = 4
STRANGERS: Final = 5
TOUCHED: Final = 6
_MARKS: Final = 16

_PERSON: Final = NETWORK_STEP - 1


class Queue(NamedTuple):
    """Hold the events to come. The first axis is the shard that writes.

    events (S, blocks x BLOCK, 2): (source, NETWORK_STEP * network + target). following (S, blocks): the next block of
    the same day; free (S, blocks): a stack. head, filled (S, S, days): the first block for a target shard and a day,
    and how many events it holds (all others are full). drafts (S, DRAFTS, 3): (day, source, network and target) not
    yet on their days; strangers (S, DRAFTS, 4), odds (S, DRAFTS, 2): (day, source, position on the circle, decade of
    age) and (lot, chance) of contacts at random. weights (S, longest): what someone's contacts weigh, cumulated. seen
    (S, BLOCK): notes on a block. fresh (N): who was infected today, each shard's from `bounds` (S + 1) on. marks
    (S, 16): see above.
    """

    events: I32
    following: I32
    free: I32
    head: I32
    filled: I32
    drafts: I32
    strangers: I32
    odds: F64
    weights: F64
    seen: I32
    fresh: I32
    bounds: I32
    marks: I64


def new_queue(population: Population, days: int, shards: int) -> Queue:
    """Return an empty queue for a run of so many days."""
    persons, people = population.persons, population.people
    bounds = (np.arange(shards + 1) * people // shards).astype(np.int32)
    bounds[1:-1] = persons["home"][bounds[1:-1]]  # who lives together is in one shard
    blocks = shards * (INFECTIOUS_DAYS + 1) + people // shards // BLOCK // 4 + 1
    longest = int(persons["tie_number"].max()) + int(persons["home_size"].max())
    marks = np.zeros((shards, _MARKS), dtype=np.int64)
    marks[:, FREE] = blocks
    return Queue(
        events=np.empty((shards, blocks * BLOCK, 2), dtype=np.int32),
        following=np.empty((shards, blocks), dtype=np.int32),
        free=np.tile(np.arange(blocks, dtype=np.int32)[::-1], (shards, 1)),
        head=np.full((shards, shards, days), -1, dtype=np.int32),
        filled=np.zeros((shards, shards, days), dtype=np.int32),
        drafts=np.empty((shards, DRAFTS, 3), dtype=np.int32),
        strangers=np.empty((shards, DRAFTS, 4), dtype=np.int32),
        odds=np.empty((shards, DRAFTS, 2)),
        weights=np.empty((shards, longest)),
        seen=np.empty((shards, BLOCK), dtype=np.int32),
        fresh=np.empty(people, dtype=np.int32),
        bounds=bounds,
        marks=marks,
    )


def grown(queue: Queue) -> Queue:
    """Return the queue with half as many blocks more in each shard."""
    shards, blocks = queue.following.shape
    more = blocks // 2 + shards * (INFECTIOUS_DAYS + 1) + 2 * MOST // BLOCK
    free = np.empty((shards, blocks + more), dtype=np.int32)
    marks = queue.marks.copy()
    for shard in range(shards):
        left = int(marks[shard, FREE])
        free[shard, :more] = np.arange(blocks + more - 1, blocks - 1, -1)
        free[shard, more : more + left] = queue.free[shard, :left]
        marks[shard, FREE] = left + more
    return queue._replace(
        events=_longer(queue.events, more * BLOCK),
        following=_longer(queue.following, more),
        free=free,
        marks=marks,
    )


def _longer(array: I32, more: int) -> I32:
    longer = np.empty((array.shape[0], array.shape[1] + more, *array.shape[2:]), dtype=array.dtype)
    longer[:, : array.shape[1]] = array
    return longer


@kernel(inline=True)
def shard_of(bounds: I32, i: int) -> int:
    """Return the shard in which someone is."""
    shards = len(bounds) - 1
    shard = int(i * shards // bounds[shards])
    while i < bounds[shard]:
        shard -= 1
    while i >= bounds[shard + 1]:
        shard += 1
    return shard


@kernel(inner=True)
def put_on_days(queue: Queue, states: Records, w: int) -> bool:
    """Put a shard's drafts on their days, but for those that reach somebody who has had it. False, with the drafts
    kept, if the pool is too small."""
    drafts, marks, events, bounds = queue.drafts[w], queue.marks, queue.events[w], queue.bounds
    head, filled, following, free = queue.head[w], queue.filled[w], queue.following[w], queue.free[w]
    number = 0
    for k in range(marks[w, DRAFTED]):  # without a branch, so that the look-ups do not wait for one another
        for column in range(3):
            drafts[number, column] = drafts[k, column]
        number += int(states[drafts[k, 2] & _PERSON].infected_day == SUSCEPTIBLE)
    marks[w, DRAFTED] = number
    left = marks[w, FREE]
    if left < number // BLOCK + min(number, (INFECTIOUS_DAYS + 1) * head.shape[0]) + 1:
        return False
    for k in range(number):
        day, target = drafts[k, 0], drafts[k, 2]
        to = shard_of(bounds, target & _PERSON)
        block, n = head[to, day], filled[to, day]
        if block < 0 or n == BLOCK:
            left -= 1
            following[free[left]] = block
            block, n = free[left], 0
            head[to, day] = block
        events[block * BLOCK + n, 0] = drafts[k, 1]
        events[block * BLOCK + n, 1] = target
        filled[to, day] = n + 1
    marks[w, FREE] = left
    marks[w, DRAFTED] = 0
    return True


@kernel(inner=True)
def give_back(queue: Queue, w: int, day: int) -> None:
    """Free the blocks of a day that is done."""
    head, following, free, marks = queue.head[w], queue.following[w], queue.free[w], queue.marks
    left = marks[w, FREE]
    for to in range(head.shape[0]):
        block = head[to, day]
        while block >= 0:
            free[left] = block
            left += 1
            block = following[block]
        head[to, day] = -1
    marks[w, FREE] = left
