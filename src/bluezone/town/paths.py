"""Compute where a person is on their way through the day, as a pure function of time.

Times are seconds since the start of the rehearsed day, places are metres on a plane. Between two waypoints a person
moves in a straight line at constant speed, so distances and the time two people spend close together can be computed
exactly (`truth`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.town.errors import TownError

#: the room code of every place without walls
OUTDOORS = -1
#: room codes are building * ROOMS_PER_BUILDING + room
ROOMS_PER_BUILDING = 64

WALK_M_S = 1.3  # an adult's ordinary walk (Bohannon 1997: 1.27..1.46 m/s)
INDOOR_M_S = 0.9
BIKE_M_S = 9.0  # a motorbike in a small town, 32 km/h
TOP_SPEED_M_S = 10.0  # nothing in the town moves faster; tested

_SHIFT_S = 6.0  # time it takes to shift on a chair


def room_code(building: int, room: int = 0) -> int:
    """Return the code of a room; rooms of one building share light walls, buildings heavy ones."""
    if not 0 <= room < ROOMS_PER_BUILDING:
        raise TownError(f"room {room} is outside 0..{ROOMS_PER_BUILDING - 1}")
    return building * ROOMS_PER_BUILDING + room


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Hold waypoints: `times_s` (k,) ascending strictly, `xy_m` (k, 2), `rooms` (k,): the room from each on."""

    times_s: NDArray[np.float64]
    xy_m: NDArray[np.float64]
    rooms: NDArray[np.int64]

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the position (n, 2) at the given times (n,); before the first and after the last waypoint one stands
        still.
        """
        places = np.empty((len(times_s), 2))
        places[:, 0] = np.interp(times_s, self.times_s, self.xy_m[:, 0])
        places[:, 1] = np.interp(times_s, self.times_s, self.xy_m[:, 1])
        return places

    def room_at(self, time_s: float) -> int:
        """Return the room code at one time."""
        return int(self.rooms[max(int(self.times_s.searchsorted(time_s, side="right")) - 1, 0)])

    def rooms_at(self, times_s: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the room code (n,) at the given times (n,)."""
        return self.rooms[np.maximum(self.times_s.searchsorted(times_s, side="right") - 1, 0)]


def join_days(days: Sequence[Path], day_s: float) -> Path:
    """Return one path over several days of `day_s` each, every one of which ends about where the next begins."""
    times, places, rooms = [days[0].times_s], [days[0].xy_m], [days[0].rooms.copy()]
    for number, day in enumerate(days[1:], start=1):
        rooms[-1][-1] = day.rooms[0]
        times.append(day.times_s[1:] + number * day_s)
        places.append(day.xy_m[1:])
        rooms.append(day.rooms[1:].copy())
    return Path(np.concatenate(times), np.asfortranarray(np.concatenate(places)), np.concatenate(rooms))


def kept_at(path: Path, from_s: float, xy_m: tuple[float, float], room: int) -> Path:
    """Return a path that ends at `from_s`: from then on its person stays at a place. `from_s` lies within the path, at
    a time at which the person is near that place: in the same house."""
    before = int(path.times_s.searchsorted(from_s))
    return Path(
        np.append(path.times_s[:before], (from_s, from_s + _SHIFT_S)),
        np.asfortranarray(np.vstack((path.xy_m[:before], path.at(np.array([from_s])), [xy_m]))),
        np.append(path.rooms[:before], (path.room_at(from_s), room)),
    )


class PathBuilder:
    """Build a path: stand still for a while (with small shifts), go somewhere, be carried by something."""

    def __init__(self, rng: np.random.Generator, xy_m: tuple[float, float], room: int) -> None:
        self._rng = rng
        self._times = [0.0]
        self._xy = [xy_m]
        self._rooms = [room]
        self._anchor = xy_m

    @property
    def now_s(self) -> float:
        """Return the time of the last waypoint."""
        return self._times[-1]

    @property
    def place(self) -> tuple[float, float]:
        """Return the place of the last waypoint."""
        return self._xy[-1]

    def _add(self, time_s: float, xy_m: tuple[float, float], room: int) -> None:
        if time_s <= self._times[-1]:
            raise TownError(f"path: waypoint at {time_s:.1f} s is not after the one at {self._times[-1]:.1f} s")
        self._times.append(time_s)
        self._xy.append(xy_m)
        self._rooms.append(room)

    def enter(self, room: int) -> PathBuilder:
        """Put the person into `room` from the last waypoint on."""
        self._rooms[-1] = room
        return self

    def stay_until(self, time_s: float, spread_m: float = 0.12, restless_s: float = 300.0) -> PathBuilder:
        """Stay about the present place until `time_s`, shifting a little every `restless_s` or so.

        Does nothing where `time_s` has passed: a person who is late goes on at once.
        """
        room = self._rooms[-1]
        while True:
            hold_s = float(self._rng.uniform(0.4, 1.6)) * restless_s
            if self.now_s + hold_s + _SHIFT_S >= time_s:
                break
            self._add(self.now_s + hold_s, self._xy[-1], room)
            dx, dy = np.clip(self._rng.normal(0.0, spread_m, 2), -2.5 * spread_m, 2.5 * spread_m)
            self._add(self.now_s + _SHIFT_S, (self._anchor[0] + float(dx), self._anchor[1] + float(dy)), room)
        if time_s > self.now_s:
            self._add(time_s, self._xy[-1], room)
        return self

    def go(self, *stops: tuple[float, float], speed_m_s: float = WALK_M_S, room: int = OUTDOORS) -> PathBuilder:
        """Move in straight lines over `stops`, all the way in `room`."""
        self._rooms[-1] = room
        for stop in stops:
            distance_m = float(np.hypot(stop[0] - self._xy[-1][0], stop[1] - self._xy[-1][1]))
            # a tenth of a second at least keeps the times ascending where the next stop is where one stands
            self._add(self.now_s + max(distance_m / speed_m_s, 0.1), stop, room)
        self._anchor = self._xy[-1]
        return self

    def carried(self, times_s: list[float], xy_m: list[tuple[float, float]], room: int) -> PathBuilder:
        """Carry the person along given waypoints (a bus seat); the first of them is reached from where one stands."""
        self._rooms[-1] = room
        for time_s, xy in zip(times_s, xy_m, strict=True):
            self._add(time_s, xy, room)
        self._anchor = self._xy[-1]
        return self

    def build(self) -> Path:
        """Return the finished path."""
        return Path(
            np.asarray(self._times, dtype=np.float64),
            np.asarray(self._xy, dtype=np.float64, order="F"),  # columns are read, for each packet
            np.asarray(self._rooms, dtype=np.int64),
        )
