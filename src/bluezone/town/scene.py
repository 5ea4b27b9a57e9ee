"""Compute what the radio needs of the world: distances, walls, and who can possibly hear whom."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.town.paths import OUTDOORS, ROOMS_PER_BUILDING, Path
from bluezone.town.radio_model import BLOCK_S, HEAVY_WALL_DB, LIGHT_WALL_DB, RadioModel, mean_rssi_dbm

Floats = NDArray[np.float64]

_STEP_S = 10.0
_STEPS = int(BLOCK_S / _STEP_S)
_PAIRS = 20_000  # worked on at once: some 10 MB an array


def walls_db(rooms_a: NDArray[np.int64], rooms_b: NDArray[np.int64]) -> Floats:
    """Return the loss (n,) between rooms: none within one, a light wall within a building, else a heavy one for each
    building.
    """
    same_room = rooms_a == rooms_b
    if same_room.all():  # as mostly: whoever is heard is beside
        return np.zeros(same_room.shape)
    indoors_a, indoors_b = rooms_a != OUTDOORS, rooms_b != OUTDOORS
    same_building = indoors_a & indoors_b & (rooms_a // ROOMS_PER_BUILDING == rooms_b // ROOMS_PER_BUILDING)
    between = HEAVY_WALL_DB * (indoors_a.astype(np.float64) + indoors_b)
    return np.where(same_room, 0.0, np.where(same_building, LIGHT_WALL_DB, between))


class TownScene:
    """Place phones by the paths of people (a `town.air.Scene`); phone n is on person n. `max_tx_power_dbm`: of any
    phone.
    """

    def __init__(self, paths: Sequence[Path], model: RadioModel, max_tx_power_dbm: float) -> None:
        self._paths = paths
        self._model = model
        self._max_tx_power_dbm = max_tx_power_dbm
        self._reach_m = _reach_m(model, max_tx_power_dbm)
        self._blocks: dict[int, _Block] = {}

    def geometry(self, one: int, others: NDArray[np.int64], times_s: Floats) -> tuple[Floats, Floats]:
        """Return the distance in m (n,) between person `one` and persons `others` (n,) at the given times (n,), and the
        loss through walls in dB (n,). Places are read between whole seconds in a straight line. The times lie in one
        block (`radio_model.blocks`)."""
        return self._block(int(times_s[0] // BLOCK_S)).geometry(one, others, times_s)

    def in_earshot(self, station: int, at_s: float) -> Sequence[int]:
        """Return the persons who may be heard within the next ten seconds: a table made ten minutes at a time."""
        number = int(at_s // BLOCK_S)
        block = self._block(number)
        step = int((at_s - number * BLOCK_S) // _STEP_S)
        if block.near is None:
            block.near = self._near(block)
        return block.near[step].of(station)

    def _block(self, number: int) -> _Block:
        block = self._blocks.get(number)
        if block is None:  # what is past is not asked for again, and could be made again if it were
            self._blocks = {known: kept for known, kept in self._blocks.items() if abs(known - number) <= 1}
            block = self._blocks[number] = _Block.of(self._paths, number)
        return block

    def _near(self, block: _Block) -> list[_Neighbours]:
        a, b = block.pairs_within(self._reach_m)
        audible = np.concatenate(
            [self._audible(block, a[at : at + _PAIRS], b[at : at + _PAIRS]) for at in range(0, len(a), _PAIRS)]
            or [np.zeros((0, _STEPS + 2), dtype=np.bool_)]
        )
        # heard at either end of a step or of the next: a motorbike passing in between is at its nearest at one of them
        soon = audible[:, :-2] | audible[:, 1:-1] | audible[:, 2:]
        return [_Neighbours(a[of_step], b[of_step], len(self._paths)) for of_step in soon.T]

    def _audible(self, block: _Block, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        every = int(_STEP_S)
        x_m, y_m, rooms = block.x_m[:, ::every], block.y_m[:, ::every], block.rooms[:, ::every]
        distance_m = np.hypot(x_m[a] - x_m[b], y_m[a] - y_m[b])
        mean = mean_rssi_dbm(self._model, self._max_tx_power_dbm, distance_m, walls_db(rooms[a], rooms[b]))
        result: NDArray[np.bool_] = mean >= self._model.faintest_mean_dbm
        return result


@dataclass(slots=True)
class _Block:
    """Hold where everybody is in each second of ten minutes, and twenty seconds more: tables (people, seconds)."""

    start_s: float
    x_m: Floats
    y_m: Floats
    rooms: NDArray[np.int64]
    places: NDArray[np.complex128]  # x + iy, flat: one look for both
    near: list[_Neighbours] | None = None

    @classmethod
    def of(cls, paths: Sequence[Path], number: int) -> _Block:
        start_s = number * BLOCK_S
        seconds = start_s + np.arange(BLOCK_S + 2 * _STEP_S + 1)
        x_m = np.array([np.interp(seconds, path.times_s, path.xy_m[:, 0]) for path in paths])
        y_m = np.array([np.interp(seconds, path.times_s, path.xy_m[:, 1]) for path in paths])
        rooms = np.array([path.rooms_at(seconds) for path in paths])
        return cls(start_s, x_m, y_m, rooms, (x_m + 1j * y_m).ravel())

    def geometry(self, one: int, others: NDArray[np.int64], times_s: Floats) -> tuple[Floats, Floats]:
        place = times_s - self.start_s
        second = place.astype(np.int64)
        seconds, places = self.rooms.shape[1], self.places
        here, there = second + one * seconds, second + others * seconds
        apart_m = places.take(here) - places.take(there)
        apart_m += (place - second) * (places.take(here + 1) - places.take(there + 1) - apart_m)
        return np.abs(apart_m), walls_db(self.rooms.take(here), self.rooms.take(there))

    def pairs_within(self, reach_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs (a < b) that may come so near: the boxes of their ways are no farther apart."""
        apart = np.zeros((len(self.x_m), len(self.x_m)), dtype=np.bool_)
        for table in (self.x_m, self.y_m):
            low, high = table.min(axis=1), table.max(axis=1)
            apart |= low[:, None] - high[None, :] > reach_m
        apart |= apart.T
        a, b = np.nonzero(np.triu(~apart, 1))
        return a, b


class _Neighbours:
    """Hold who may be heard by whom at one step; sorted when first asked for."""

    def __init__(self, a: NDArray[np.int64], b: NDArray[np.int64], people: int) -> None:
        self._a, self._b, self._people = a, b, people
        self._lists: list[list[int]] | None = None

    def of(self, station: int) -> list[int]:
        if self._lists is None:
            one, other = np.concatenate((self._a, self._b)), np.concatenate((self._b, self._a))
            order = np.argsort(one * self._people + other)
            ends = np.searchsorted(one[order], np.arange(self._people + 1)).tolist()
            everybody = other[order].tolist()
            self._lists = [everybody[first:last] for first, last in itertools.pairwise(ends)]
        return self._lists[station]


def _reach_m(model: RadioModel, tx_power_dbm: float) -> float:
    """Return the distance beyond which nothing is computed, without walls."""
    distances_m = np.geomspace(1.0, 10_000.0, 1_000)
    heard = mean_rssi_dbm(model, tx_power_dbm, distances_m) >= model.faintest_mean_dbm
    return float(distances_m[min(int(heard.sum()), len(distances_m) - 1)])
