"""Lay out the town's places: a straight road with homes beside it, a market at one end, offices at the other, buses.

Everything is metres on a plane, the road is the line y = 0. Homes stand so far apart that no phone hears another
through two outer walls and the street; what people do together, they do in the other places.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bluezone.town.paths import OUTDOORS, ROOMS_PER_BUILDING, room_code

HOME_PITCH_M = 40.0
HOME_SETBACK_M = 25.0
DOOR_M = 5.0  # from the middle of a house to its front door
PAVEMENT_M = 4.0  # the pavements run along y = +-4
STOP_PITCH_M = 240.0

MARKET_X_M = -150.0
STALLS_PER_ROW = 6
STALL_PITCH_M = 3.2

OFFICE_DISTANCE_M = 3600.0
DESKS_PER_ROOM = 12
SEATS_PER_TABLE = 4
#: x of a desk in its room: three pairs of neighbours at 1.4 m, the pairs 1.6 m apart
_DESK_X_M = (0.0, 1.4, 3.0, 4.4, 6.0, 7.4)
_DESK_ROW_M = 3.4

SEATS_PER_BUS = 24
_SEAT_X_M = 0.8
_SEAT_Y_M = (-0.95, -0.45, 0.45, 0.95)

Point = tuple[float, float]


class Site(StrEnum):
    """Name a place that a scene has beside the town's."""

    CLASSROOM = "classroom"
    YARD = "yard"
    COFFEE = "coffee"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Landmark:
    """Describe such a place: a rectangle in m. `room`: the code of its inside; None is ground under the sky."""

    site: Site
    x0: float
    y0: float
    x1: float
    y1: float
    room: int | None = None

    def holds(self, room: int, x_m: float, y_m: float) -> bool:
        """Tell whether somebody in that room at that place is here."""
        if self.room is not None:
            return room == self.room
        return room == OUTDOORS and self.x0 <= x_m <= self.x1 and self.y0 <= y_m <= self.y1


@dataclass(frozen=True, slots=True)
class Home:
    """Describe a house: living room with table and seats, bedrooms for two."""

    building: int
    middle: Point

    @property
    def side(self) -> float:
        """Return +1 north of the road, -1 south of it."""
        return 1.0 if self.middle[1] > 0 else -1.0

    @property
    def door(self) -> Point:
        """Return the front door."""
        return (self.middle[0], self.middle[1] - self.side * DOOR_M)

    @property
    def living_room(self) -> int:
        """Return the room code of the living room."""
        return room_code(self.building, 0)

    def bedroom(self, member: int) -> int:
        """Return the room code of the bedroom of the household's n-th member: two share one."""
        return room_code(self.building, 1 + member // 2)

    def bed(self, member: int) -> Point:
        """Return the place in bed: the first two share one (0.7 m); every other two share a room, their beds 2.6 m
        apart.
        """
        pair, second = divmod(member, 2)
        apart_m = 0.7 if pair == 0 else 2.6
        return (self.middle[0] - 5.0 - 4.5 * pair, self.middle[1] + (apart_m if second else 0.0))

    def apart(self, number: int) -> tuple[Point, int]:
        """Return place and room code for the n-th of a household who isolates at home: a room of one's own at the back,
        farther than two metres from everybody's bed and seat."""
        place = (self.middle[0] - 9.0 + 3.0 * number, self.middle[1] + self.side * 5.5)
        return place, room_code(self.building, ROOMS_PER_BUILDING - 1 - number)

    def table(self, member: int) -> Point:
        """Return a seat at the round table, neighbours 0.75 m and opposites 1.2 m apart or a little more."""
        angles = ((0.6, 0.0), (-0.3, 0.52), (-0.3, -0.52), (0.3, 0.9), (0.3, -0.9), (-0.9, 0.0))
        dx, dy = angles[member % len(angles)]
        return (self.middle[0] + dx, self.middle[1] + dy)

    def sofa(self, member: int) -> Point:
        """Return where one sits in the evening: two on the sofa, the others on chairs 2 to 4 m away."""
        seats = ((2.0, 1.5), (2.0, 2.4), (4.6, 0.2), (2.4, -1.6), (4.8, 2.6), (5.2, -1.6))
        dx, dy = seats[member % len(seats)]
        return (self.middle[0] + dx, self.middle[1] + dy)


@dataclass(frozen=True, slots=True)
class Town:
    """Hold where everything is. Buildings are numbered: homes first, then offices, then buses."""

    homes: tuple[Home, ...]
    office_rooms: int
    buses: int

    @property
    def length_m(self) -> float:
        """Return the x of the last home."""
        return max(home.middle[0] for home in self.homes)

    @property
    def office_x_m(self) -> float:
        """Return the x of the office's door."""
        return self.length_m + OFFICE_DISTANCE_M

    @property
    def office_building(self) -> int:
        """Return the building number of the office."""
        return len(self.homes)

    def bus_room(self, bus: int) -> int:
        """Return the room code of the inside of a bus."""
        return room_code(len(self.homes) + 1 + bus)

    def desk(self, worker: int, slot: int) -> tuple[Point, int]:
        """Return the place and room code of desk `slot` (0..11) in the room of the n-th worker."""
        room = worker // DESKS_PER_ROOM
        row, column = divmod(slot, len(_DESK_X_M))
        x = self.office_x_m + 4.0 + 14.0 * (room % 8) + _DESK_X_M[column]
        y = 25.0 + 14.0 * (room // 8) + _DESK_ROW_M * row
        return (x, y), room_code(self.office_building, 1 + room % 40)

    def canteen_seat(self, seat: int) -> tuple[Point, int]:
        """Return the place and room code of a canteen seat: tables of four (0.7 by 0.8 m), tables 2.6 m apart."""
        table, place = divmod(seat, SEATS_PER_TABLE)
        x = self.office_x_m + 4.0 + 3.4 * (table % 8) + 0.7 * (place % 2)
        y = -20.0 - 3.4 * (table // 8) + 0.8 * (place // 2)
        return (x, y), room_code(self.office_building, 0)

    def stall(self, stall: int) -> Point:
        """Return the place of the trader; the customer stands 1.2 m south of it. The market has a roof but no walls."""
        row, column = divmod(stall, STALLS_PER_ROW)
        return (MARKET_X_M + STALL_PITCH_M * column, 20.0 + 4.5 * row)

    def bus_stop(self, x_m: float) -> float:
        """Return the x of the bus stop nearest to `x_m` in the residential part."""
        return STOP_PITCH_M * round(min(max(x_m, 0.0), self.length_m) / STOP_PITCH_M)

    def bus_stops(self) -> list[float]:
        """Return the x of all residential stops, from the market towards the office."""
        return [STOP_PITCH_M * index for index in range(int(self.bus_stop(self.length_m) / STOP_PITCH_M) + 1)]


def bus_seat(seat: int) -> Point:
    """Return the offset of a seat from the middle of the bus."""
    row, column = divmod(seat, len(_SEAT_Y_M))
    return (_SEAT_X_M * (row - 2.5), _SEAT_Y_M[column])


def place_homes(count: int) -> tuple[Home, ...]:
    """Place `count` homes, alternately north and south of the road, half a pitch shifted."""
    return tuple(
        Home(
            index,
            (HOME_PITCH_M * (index // 2) + (HOME_PITCH_M / 2) * (index % 2), HOME_SETBACK_M * (1 - 2 * (index % 2))),
        )
        for index in range(count)
    )
