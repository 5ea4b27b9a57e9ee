"""Run the days of an outbreak, in one thread or in several that each have a shard of the people.

A day is done in steps, each for all shards at once; a step changes people of its own shard alone, and reads of others
what that step changes of nobody. So what comes out is the same to the last bit for any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from typing import Any, TypeVar

import numpy as np

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.notices import BELOW
from bluezone.epidemic.outbreak import act, advance, find_contacts, interview_bound, look
from bluezone.epidemic.population import Population
from bluezone.epidemic.queue import Queue, grown, new_queue
from bluezone.epidemic.records import CASES, U64, Calendar, Record, World
from bluezone.epidemic.transmission import counted_at_random, settle, spread

T = TypeVar("T")


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
    """Run days in a thread for each shard. Each has a tally, lists and notes of its own; the tallies are added up."""

    def __init__(self, world: World, rules: Record, calendar: Calendar, queue: Queue, pool: ThreadPoolExecutor) -> None:
        self._tally, self._rules, self._calendar, self._queue, self._pool = world.tally, rules, calendar, queue, pool
        self._shards = range(len(queue.marks))
        self._worlds = [
            world._replace(tally=np.zeros_like(world.tally), heads=world.heads.copy(), found=np.empty_like(world.found))
            for _ in self._shards
        ]
        #: Where the notices to a shard begin among those of all, sorted.
        self._notices_from = queue.bounds.astype(np.uint64) << np.uint64(BELOW)
        self._done = 0

    def run_until(self, day: int) -> None:
        for today in range(self._done, day):
            self._morning(today)
            self._each(self._settle, today, counted_at_random(self._worlds[0], self._rules, today))
            while not all(self._each(self._spread, today)):  # all have ended before it grows
                self._queue = grown(self._queue)
        self._done = day
        for world in self._worlds:
            self._tally[:] += world.tally
            world.tally[:] = 0

    def _each(self, step: Callable[..., T], *arguments: Any) -> list[T]:
        """Do a step for every shard."""
        return list(self._pool.map(step, self._shards, *(repeat(each) for each in arguments)))

    def _morning(self, today: int) -> None:
        tested = len(self._calendar.mass) > 0 and self._cases() > 0
        lists = self._each(self._look, today, tested)
        bound = interview_bound(self._rules, np.concatenate([lots for _, _, lots in lists]))
        notices = self._each(self._find, lists, today, np.uint64(bound))
        self._each(self._act, lists, notices, today)

    def _cases(self) -> int:
        return sum(int(tally[CASES].sum()) for tally in (self._tally, *(world.tally for world in self._worlds)))

    def _look(self, shard: int, today: int, tested: bool) -> tuple[U64, U64, U64]:
        return look(self._worlds[shard], self._rules, self._queue, self._calendar, shard, today, tested)

    def _find(self, shard: int, lists: list[tuple[U64, U64, U64]], today: int, bound: np.uint64) -> U64:
        ill, traced, _ = lists[shard]
        return find_contacts(self._worlds[shard], self._rules, ill, traced, today, bound)

    def _act(self, shard: int, lists: list[tuple[U64, U64, U64]], notices: list[U64], today: int) -> None:
        ill, traced, _ = lists[shard]
        mine = [each[slice(*np.searchsorted(each, self._notices_from[shard : shard + 2]))] for each in notices]
        world, queue = self._worlds[shard], self._queue
        act(world, self._rules, queue, self._calendar, shard, ill, traced, np.sort(np.concatenate(mine)), today)

    def _settle(self, shard: int, today: int, met: float) -> None:
        settle(self._worlds[shard], self._rules, self._queue, shard, today, met)

    def _spread(self, shard: int, today: int) -> bool:
        return spread(self._worlds[shard], self._rules, self._queue, shard, today)
