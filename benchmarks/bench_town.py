"""What an hour of a person with a phone costs the town, at the same number of neighbours and in a crowd.

    python benchmarks/bench_town.py [--people 5 12 30 60 200] [--hours 2] [--seed 1] [--hci] [--json]

`villages`: villages of up to twelve people, ten kilometres apart, so that a person has the same neighbours however many
people there are. `crowd`: everybody in one hall, two metres apart, all in range of each other. CPU seconds of the
phones' life alone (`live_through`); what opening and closing their databases takes is told apart, because it is paid
once whatever the time. Fails where a person costs more among many villages than in one, or more than the goal.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bluezone.town.day import live_through
from bluezone.town.fleet import Fleet
from bluezone.town.paths import OUTDOORS, ROOMS_PER_BUILDING, room_code
from bluezone.town.paths import Path as Way
from bluezone.town.radio_model import RadioModel
from bluezone.town.run import start_of_day_s
from bluezone.town.world import World, make_world

GOAL_S = 0.05
DEARER_AT_MOST = 1.3
VILLAGE, APART_M, BUILDINGS = 12, 10_000.0, 1_000
_DAY_S = 86_400.0


def villages(people: int, seed: int) -> World:
    """Return villages of twelve, the last of what is left, far apart."""
    sizes = [VILLAGE] * (people // VILLAGE) + ([people % VILLAGE] if people % VILLAGE > 1 else [])
    worlds = [make_world(size, seed) for size in sizes]
    paths = [_moved(path, number) for number, world in enumerate(worlds) for path in world.paths]
    persons = [
        replace(person, id=f"v{number}{person.id}") for number, world in enumerate(worlds) for person in world.people
    ]
    return World(worlds[0].town, tuple(persons), tuple(paths))


def _moved(path: Way, village: int) -> Way:
    rooms = np.where(path.rooms == OUTDOORS, OUTDOORS, path.rooms + village * BUILDINGS * ROOMS_PER_BUILDING)
    return Way(path.times_s, path.xy_m + np.array([0.0, village * APART_M]), rooms)


def crowd(people: int, seed: int) -> World:
    """Return people who stand in one hall."""
    world = make_world(people, seed)
    side = int(np.ceil(np.sqrt(people)))
    places = [(2.0 * (number % side), 2.0 * (number // side)) for number in range(people)]
    hall = np.full(2, room_code(0))
    paths = tuple(Way(np.array([0.0, _DAY_S]), np.array([place, place], order="F"), hall) for place in places)
    return World(world.town, world.people, paths)


def measure(world: World, hours: float, seed: int, *, hci: bool) -> dict[str, Any]:
    """Return what the phones of a world cost; the databases of a minute's life are taken off."""
    cost = {}
    for lived in (1 / 60, hours):
        with tempfile.TemporaryDirectory() as folder:
            started_s = time.process_time()
            fleet = Fleet(Path(folder), world, seed)
            air = live_through(fleet, RadioModel(), start_of_day_s(), lived, lambda *_: None, hci=hci)
            cost[lived] = time.process_time() - started_s
    count = len(world.people)
    return {
        "people": count,
        "packets": round(air.received / count / hours),
        "cpu_s": round((cost[hours] - cost[1 / 60]) / count / (hours - 1 / 60), 4),
        "opening_s": round(cost[1 / 60] / count, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[5, 12, 30, 60, 200])
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--crowd-hours", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hci", action="store_true", help="by Bumble's stack")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    facts: dict[str, list[dict[str, Any]]] = {"villages": [], "crowd": []}
    for people in arguments.people:
        for name, make, hours in (("villages", villages, arguments.hours), ("crowd", crowd, arguments.crowd_hours)):
            facts[name].append(measure(make(people, arguments.seed), hours, arguments.seed, hci=arguments.hci))
            if not arguments.json:
                one = facts[name][-1]
                print(
                    f"{name:<9}{one['people']:>4} people  {one['packets']:>7,} packets and {one['cpu_s']:.4f} s of CPU "
                    f"a person and hour; {one['opening_s']:.4f} s to open and close a phone",
                    flush=True,
                )
    if arguments.json:
        print(json.dumps(facts))
    full = [one["cpu_s"] for one in facts["villages"] if one["people"] >= VILLAGE]
    if not arguments.hci and full:
        assert max(full) <= GOAL_S, f"{max(full)} s of CPU a person and hour, the goal is {GOAL_S}"
        assert max(full) <= DEARER_AT_MOST * full[0], f"it grows with the number of people: {full}"


if __name__ == "__main__":
    main()
