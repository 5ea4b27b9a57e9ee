"""How many people a phone says it met, and how many of them were near, beside the truth: over fresh towns and places.

    python benchmarks/bench_counts.py [--seeds-from 800] [--towns N] [--workers 1] [--json]

Towns of 6, 12 and 30 people, markets, buses and school classes, from six in the morning for sixteen hours, each with a
seed of its own. What is counted is what each phone's screen of that day says. Truth: whose identifiers it heard at all,
and with whom it was within 2 m for 15 minutes or more. A town is right where the sum over its phones is within 25 % of
the truth, or of one person a phone where fewer were near. The constants of `phone/matching/linking.py` were chosen on
the seeds 700 to 729, that of who was near on 101 to 110, 900 to 902 and 931 to 937; do not measure on these. Twenty
towns take about four minutes of CPU.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bluezone.phone.app.engine import Phone
from bluezone.phone.matching.matcher import SightingIndex, match
from bluezone.phone.matching.presences import Count, people, people_near, presences
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import IdentifierScheme
from bluezone.town.day import live_through
from bluezone.town.findings import CLOSE_CONTACT_MIN, minutes_within
from bluezone.town.fleet import TX_POWER_DBM, Fleet
from bluezone.town.radio_model import RadioModel
from bluezone.town.run import start_of_day_s
from bluezone.town.world import make_world

HOURS, NEAR_ENOUGH = 16.0, 0.25
#: (scene, people), the cheap ones first, so that `--towns 10` has each scene too
TOWNS = (
    *(("town", 6), ("town", 12), ("school", 12), ("bus", 12), ("market", 12)),
    *(("town", 6), ("town", 12), ("school", 6), ("bus", 6), ("market", 6)),
    *(("town", 6), ("town", 12), ("school", 12), ("bus", 12), ("market", 12)),
    *(("town", 30), ("market", 30), ("school", 30), ("town", 6), ("town", 12)),
)
RECEIVER = Receiver(assumed_tx_power_dbm=TX_POWER_DBM)


@dataclass(frozen=True, slots=True)
class Counted:
    """Sum over the phones of a town. `in_range`: of how many phones the truth lay in the range said."""

    scene: str
    people: int
    seed: int
    met: int
    met_truth: int
    met_in_range: int
    near: int
    near_truth: int
    near_in_range: int

    def error(self, what: str) -> float:
        """Return by which share of the truth (at least a person a phone) `met` or `near` is off."""
        truth = getattr(self, f"{what}_truth")
        return float((getattr(self, what) - truth) / max(truth, self.people))


def count(town: tuple[str, int, int]) -> Counted:
    """Live through a town, and count."""
    scene, size, seed = town
    world, end_s = make_world(size, seed, scene), start_of_day_s() + HOURS * 3_600
    heard: list[Sightings] = []
    keys: list[Sequence[DailyKey]] = []
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), world, seed)
        live_through(fleet, RadioModel(), start_of_day_s(), HOURS, lambda *_: None)
        for number in range(size):
            phone: Phone = fleet.open_phone(number, lambda: end_s)
            heard.append(phone.stores.contacts.sightings())
            keys.append(phone.stores.keys.recent(end_s))
            scheme = phone.scheme
            phone.close()
    met = _met(heard, keys, scheme)
    near = (minutes_within(world.paths, 0.0, HOURS * 3_600) >= CLOSE_CONTACT_MIN).sum(axis=1).tolist()
    return _counted(town, heard, met, near)


def _counted(town: tuple[str, int, int], heard: list[Sightings], met: list[int], near: list[int]) -> Counted:
    said = [_said(one) for one in heard]
    return Counted(
        *town,
        sum(one.about for one, _ in said),
        sum(met),
        _in_range([one for one, _ in said], met),
        sum(one.about for _, one in said),
        sum(near),
        _in_range([one for _, one in said], near),
    )


def _met(heard: list[Sightings], keys: list[Sequence[DailyKey]], scheme: IdentifierScheme) -> list[int]:
    """Return of how many others each phone heard an identifier."""
    owners = np.array([owner for owner, own in enumerate(keys) for _ in own])
    every = [key for own in keys for key in own]
    return [len(np.unique(owners[match(scheme, every, SightingIndex(one)).keys])) for one in heard]


def _said(heard: Sightings) -> tuple[Count, Count]:
    found = presences(heard, RECEIVER)
    return people(found), people_near(found)


def _in_range(said: list[Count], truth: list[int]) -> int:
    return sum(one.low <= true <= one.high for one, true in zip(said, truth, strict=True))


def _all(towns: Sequence[tuple[str, int, int]], workers: int) -> Iterator[Counted]:
    if workers == 1:
        yield from map(count, towns)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(count, towns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds-from", type=int, default=800)
    parser.add_argument("--towns", type=int, default=len(TOWNS), help="only the first so many")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    towns = [(*town, arguments.seeds_from + number) for number, town in enumerate(TOWNS[: arguments.towns])]
    found: list[Counted] = []
    for one in _all(towns, arguments.workers):
        found.append(one)
        if not arguments.json:
            print(
                f"{one.seed} {one.scene:<6} {one.people:>2} people: met {one.met:>4} of {one.met_truth:>4}, "
                f"near {one.near:>4} of {one.near_truth:>4}",
                flush=True,
            )
    if arguments.json:
        print(json.dumps([asdict(one) for one in found]))
        return
    for kind in dict.fromkeys((one.scene, one.people) for one in found):
        of_kind = [one for one in found if (one.scene, one.people) == kind]
        print(
            f"{len(of_kind)} {kind[0]} of {kind[1]}: met {sum(one.met for one in of_kind)} of "
            f"{sum(one.met_truth for one in of_kind)}, near {sum(one.near for one in of_kind)} of "
            f"{sum(one.near_truth for one in of_kind)}, in range of {sum(one.near_in_range for one in of_kind)} of "
            f"{kind[1] * len(of_kind)} phones"
        )
    phones = sum(one.people for one in found)
    for what in ("met", "near"):
        errors = [one.error(what) for one in found]
        print(
            f"{what:<4}: "
            f"{sum(getattr(one, what) for one in found) / sum(getattr(one, f'{what}_truth') for one in found):.2f} "
            f"of the truth, {sum(abs(error) <= NEAR_ENOUGH for error in errors)} of {len(errors)} towns within "
            f"{NEAR_ENOUGH:.0%}, worst {max(errors, key=abs):+.0%}, in range of "
            f"{sum(getattr(one, f'{what}_in_range') for one in found) / phones:.0%} of the phones"
        )


if __name__ == "__main__":
    main()
