"""Compute what the radio needs of the world: distances, walls, and who can possibly hear whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bluezone.town.paths import OUTDOORS, ROOMS_PER_BUILDING, Path
from bluezone.town.radio_model import HEAVY_WALL_DB, LIGHT_WALL_DB, RadioModel, mean_rssi_dbm

Floats = NDArray[np.float64]

_STEP_S = 10.0
_TABLE_S = 3600.0


def wall_db(a: int, b: int) -> float:
    """Return the loss between two rooms: none within one, a light wall within a building, else a heavy one for each
    building.
    """
    if a == b:
        return 0.0
    if OUTDOORS not in (a, b) and a // ROOMS_PER_BUILDING == b // ROOMS_PER_BUILDING:
        return LIGHT_WALL_DB
    return HEAVY_WALL_DB * ((a != OUTDOORS) + (b != OUTDOORS))


def walls_db(rooms_a: NDArray[np.int64], rooms_b: NDArray[np.int64]) -> Floats:
    """Return `wall_db` of arrays of rooms."""
    indoors_a, indoors_b = rooms_a != OUTDOORS, rooms_b != OUTDOORS
    same_building = indoors_a & indoors_b & (rooms_a // ROOMS_PER_BUILDING == rooms_b // ROOMS_PER_BUILDING)
    between = HEAVY_WALL_DB * (indoors_a.astype(np.float64) + indoors_b)
    return np.where(rooms_a == rooms_b, 0.0, np.where(same_building, LIGHT_WALL_DB, between))


class TownScene:
    """Place phones by the paths of people (a `town.air.Scene`); phone n is on person n. `max_tx_power_dbm`: of any
    phone.
    """

    def __init__(self, paths: Sequence[Path], model: RadioModel, max_tx_power_dbm: float) -> None:
        self._paths = paths
        self._model = model
        self._max_tx_power_dbm = max_tx_power_dbm
        self._table_number = -1
        self._table: list[list[list[int]]] = []

    def geometry(self, a: int, b: int, times_s: Floats) -> tuple[Floats, float]:
        """Return the distance in m (n,) between persons `a` and `b` at the given times (n,), the packets of one scan,
        and the loss through walls in dB at the first of them: who goes through a door in these seconds does so at
        their end.
        """
        one, other = self._paths[a], self._paths[b]
        apart = one.at(times_s) - other.at(times_s)
        first_s = float(times_s[0])
        return np.hypot(apart[:, 0], apart[:, 1]), wall_db(one.room_at(first_s), other.room_at(first_s))

    def in_earshot(self, station: int, at_s: float) -> Sequence[int]:
        """Return the persons who may be heard within the next ten seconds or so: a table made an hour at a time."""
        number = int(at_s // _TABLE_S)
        if number != self._table_number:
            self._table_number, self._table = number, self._make_table(number)
        return self._table[int((at_s - number * _TABLE_S) // _STEP_S)][station]

    def _make_table(self, number: int) -> list[list[list[int]]]:
        times_s = number * _TABLE_S + np.arange(0.0, _TABLE_S + 2 * _STEP_S, _STEP_S)
        places = np.array([path.at(times_s) for path in self._paths])  # (people, times, 2)
        rooms = np.array([path.rooms_at(times_s) for path in self._paths])  # (people, times)
        audible = np.array([self._audible(places[:, step], rooms[:, step]) for step in range(len(times_s))])
        # heard at either end of a step or of the next: a motorbike passing in between is at its nearest at one of them
        soon = audible[:-2] | audible[1:-1] | audible[2:]
        return [[np.flatnonzero(row).tolist() for row in step] for step in soon]

    def _audible(self, places: Floats, rooms: NDArray[np.int64]) -> NDArray[np.bool_]:
        apart = places[:, None, :] - places[None, :, :]
        distance_m = np.hypot(apart[..., 0], apart[..., 1])
        mean = mean_rssi_dbm(self._model, self._max_tx_power_dbm, distance_m, walls_db(rooms[:, None], rooms[None, :]))
        result: NDArray[np.bool_] = mean >= self._model.faintest_mean_dbm
        np.fill_diagonal(result, False)
        return result
