"""A run that several threads work on is the same as with one, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.epidemic.test_engine import EVERYTHING, check_books, same

from bluezone.epidemic import shards
from bluezone.epidemic.engine import Simulation, run, simulate
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.population import Population
from bluezone.epidemic.queue import FREE, Queue, new_queue, shard_of
from bluezone.epidemic.records import HOME_INFECTIONS, NETWORK_BITS, NETWORK_STEP, SECONDARY


@pytest.fixture(scope="module")
def alone(town: Population) -> Simulation:
    """One run in one thread."""
    return simulate(town, EVERYTHING, 1)


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_any_number_of_threads_leaves_every_person_and_every_count_the_same(
    town: Population, alone: Simulation, threads: int
) -> None:
    one, many = alone, simulate(town, EVERYTHING, 1, threads=threads)
    for name in ("states", "courses", "tally"):
        first, second = getattr(one.world, name), getattr(many.world, name)
        assert first.tobytes() == second.tobytes(), name
    assert (one.world.states["infected_day"] >= 0).mean() > 0.15


def test_relabelled_people_in_threads_are_the_same_too(town: Population, relabel) -> None:
    other = run(relabel(town, np.random.default_rng(4)), EVERYTHING, 2, threads=3)
    assert same(run(town, EVERYTHING, 2), other)


def test_the_books_of_a_run_in_threads_balance(town: Population) -> None:
    check_books(run(town, EVERYTHING, 5, threads=3), town)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_queue_that_must_grow_loses_nothing(
    town: Population, alone: Simulation, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = []

    def small(population: Population, days: int, number: int) -> Queue:
        queue = new_queue(population, days, number)
        queue.marks[:, FREE] = 1
        return queue

    def counted(queue: Queue) -> Queue:
        grown.append(queue.following.shape[1])
        return enlarge(queue)

    enlarge = shards.grown
    monkeypatch.setattr(shards, "new_queue", small)
    monkeypatch.setattr(shards, "grown", counted)
    tight = simulate(town, EVERYTHING, 1, threads=threads)
    assert grown
    assert tight.world.courses.tobytes() == alone.world.courses.tobytes()


def test_who_infected_whom_is_on_record_and_agrees_with_the_counts(town: Population, alone: Simulation) -> None:
    world = alone.world
    infected = np.flatnonzero((world.states["infected_day"] >= 0) & (world.courses["source"] >= 0))
    source = world.courses["source"][infected] & (NETWORK_STEP - 1)
    network = world.courses["source"][infected] >> NETWORK_BITS
    day, before = world.states["infected_day"][infected], world.states["infected_day"][source]
    assert np.all((before >= 0) & (before < day) & (day < world.courses["end_day"][source]))
    assert np.all(world.courses["generation"][infected] == world.courses["generation"][source] + 1)
    for kind in range(3):
        assert world.tally[HOME_INFECTIONS + kind].sum() == (network == kind).sum() > 0
    assert np.array_equal(world.tally[SECONDARY], np.bincount(before, minlength=world.tally.shape[1]))
    housemates = town.persons["home"][infected] == town.persons["home"][source]
    assert np.all(housemates[network == 0])


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_people_who_live_together_are_in_one_shard(town: Population, threads: int) -> None:
    bounds = new_queue(town, 5, threads).bounds
    assert (bounds[0], bounds[-1]) == (0, town.people)
    assert np.all(np.diff(bounds) > 0.9 * town.people / threads)
    shard = np.searchsorted(bounds, np.arange(town.people), side="right") - 1
    assert [shard_of(bounds, i) for i in range(town.people)] == shard.tolist()
    assert np.array_equal(shard, shard[town.persons["home"]])


def test_no_threads_are_refused_in_a_sentence(town: Population) -> None:
    with pytest.raises(EpidemicError, match="ask for 1"):
        run(town, replace(EVERYTHING, days=1), 1, threads=0)
