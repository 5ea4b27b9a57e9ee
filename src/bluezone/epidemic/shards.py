"""Run the days of an outbreak, in one thread or in several that each have a shard of the people.

The mornings, on which people of all shards act upon each other (tests, alerts, isolation), are done by one thread; the
day's meetings and what follows from them by all. What comes out is the same to the last bit for any number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat

import numpy as np

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.outbreak import advance, morning
from bluezone.epidemic.population import Population
from bluezone.epidemic.queue import Queue, grown, new_queue
from bluezone.epidemic.records import Calendar, Record, World
from bluezone.epidemic.transmission import settle, spread


@contextmanager
def runner(
    population: Population, world: World, rules: Record, calendar: Calendar, threads: int
) -> Iterator[Callable[[int], None]]:
    """Give a function that runs the days that were not run yet until a given one. Raises EpidemicError for less than
    one thread."""
    if threads < 1:
        raise EpidemicError(f"{threads} threads cannot work; ask for 1")
    shards = min(threads, max(1, population.people // 100))
    queue = new_queue(population, int(rules["days"]), shards)
    if shards == 1:
        yield _Alone(world, rules, calendar, queue).run_until
        return
    with ThreadPoolExecutor(shards) as pool:
        yield _Together(world, rules, calendar, queue, pool).run_until


class _Alone:
    """Run days in one thread."""

    def __init__(self, world: World, rules: Record, calendar: Calendar, queue: Queue) -> None:
        self._world, self._rules, self._calendar, self._queue = world, rules, calendar, queue
        self._clock = np.zeros(2, dtype=np.int64)

    def run_until(self, day: int) -> None:
        while not advance(self._world, self._rules, self._queue, self._calendar, self._clock, day):
            self._queue = grown(self._queue)


class _Together:
    """Run days in a thread for each shard."""

    def __init__(self, world: World, rules: Record, calendar: Calendar, queue: Queue, pool: ThreadPoolExecutor) -> None:
        self._world, self._rules, self._calendar, self._queue, self._pool = world, rules, calendar, queue, pool
        self._shards = range(len(queue.marks))
        self._tallies = np.zeros((len(self._shards), *world.tally.shape), dtype=np.int64)
        self._done = 0

    def run_until(self, day: int) -> None:
        for today in range(self._done, day):
            morning(self._world, self._rules, self._queue, self._calendar, today)
            list(self._pool.map(self._settle, self._shards, repeat(today)))
            while not all(list(self._pool.map(self._spread, self._shards, repeat(today)))):  # all end before it grows
                self._queue = grown(self._queue)
        self._done = day
        self._world.tally[:] += self._tallies.sum(axis=0)
        self._tallies[:] = 0

    def _settle(self, shard: int, today: int) -> None:
        settle(self._world, self._queue, shard, today)

    def _spread(self, shard: int, today: int) -> bool:
        return spread(self._world, self._rules, self._queue, self._tallies[shard], shard, today)
