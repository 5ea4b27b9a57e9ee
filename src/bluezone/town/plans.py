"""Make the plans of a day: what a trader, an office worker and somebody at home do from six in the morning on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from bluezone.town.paths import BIKE_M_S, INDOOR_M_S, OUTDOORS, WALK_M_S, Path, PathBuilder
from bluezone.town.places import PAVEMENT_M, Home, Point, Town, bus_seat

DAY_START_HOUR = 6
DAY_S = 86_400.0

_BUS_M_S = 8.0
_BUS_DWELL_S = 40.0
_BOARDING_S = 14.0
FAR_TO_WALK_M = 500.0


class Role(Enum):
    """Name a person's occupation by day."""

    OFFICE = "office"
    TRADER = "trader"
    HOME = "home"
    CUSTOMER = "customer"
    PASSENGER = "passenger"
    PUPIL = "pupil"
    TEACHER = "teacher"


def at(hour: int, minute: float = 0.0) -> float:
    """Return the seconds since the start of the rehearsed day of a time of the day, e.g. `at(17, 30)`."""
    return ((hour - DAY_START_HOUR) % 24) * 3600.0 + minute * 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """Hold the stay of a bus at a stop, from `arrives_s` to `leaves_s`."""

    x_m: float
    arrives_s: float
    leaves_s: float


@dataclass(frozen=True, slots=True)
class Ride:
    """Hold a seat in a bus."""

    bus: int
    seat: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """Assign to one person a home and a place in it, a desk, a canteen seat, a stall, a seat in a bus."""

    home: Home
    member: int
    role: Role
    #: number among the office workers or the traders
    number: int = 0
    desk: int = 0
    canteen_seat: int = 0
    stall: int = 0
    ride: Ride | None = None
    #: stalls a customer would go to
    stalls: tuple[int, ...] = ()


def timetable(town: Town, bus: int, homewards: bool) -> list[Call]:
    """Return the stops of one run in order: buses leave 12 minutes apart, in the morning to the office, in the
    evening back.
    """
    stops = [*town.bus_stops(), town.office_x_m]
    time_s = at(7, 10 + 12 * bus)
    if homewards:
        stops, time_s = stops[::-1], at(17, 12 + 12 * bus)
    calls: list[Call] = []
    for x_m in stops:
        if calls:
            time_s = calls[-1].leaves_s + abs(x_m - calls[-1].x_m) / _BUS_M_S
        calls.append(Call(x_m, time_s, time_s + _BUS_DWELL_S))
    return calls


def plan_day(town: Town, who: Assignment, rng: np.random.Generator) -> Path:
    """Return the whole day of one person, from bed to bed."""
    home = who.home
    day = PathBuilder(rng, home.bed(who.member), home.bedroom(who.member))
    if who.role is Role.TRADER:
        _trade(day, town, who, rng)
    elif who.role is Role.OFFICE:
        _work_in_office(day, town, who, rng)
    else:
        _stay_at_home(day, town, who, rng)
    evening(day, who, rng)
    return day.build()


def minutes(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw so many minutes, in seconds."""
    return float(rng.uniform(low, high)) * 60.0


def indoors(day: PathBuilder, place: Point, room: int) -> PathBuilder:
    """Walk to a place of a room."""
    return day.go(place, speed_m_s=INDOOR_M_S, room=room)


def meal(day: PathBuilder, who: Assignment, until_s: float) -> None:
    """Sit at the table of one's home."""
    indoors(day, who.home.table(who.member), who.home.living_room).stay_until(until_s)


def sit(day: PathBuilder, who: Assignment, until_s: float) -> None:
    """Sit in the living room of one's home."""
    indoors(day, who.home.sofa(who.member), who.home.living_room).stay_until(until_s)


def lie(day: PathBuilder, who: Assignment, until_s: float) -> None:
    """Lie in bed."""
    bedroom = who.home.bedroom(who.member)
    indoors(day, who.home.bed(who.member), bedroom).stay_until(until_s, spread_m=0.08, restless_s=2400.0)


def leave_home(day: PathBuilder, home: Home) -> None:
    """Go to the front door."""
    indoors(day, home.door, home.living_room)


def travel(day: PathBuilder, rng: np.random.Generator, side: float, to: Point) -> None:
    """Move along the road to `to`: on the pavement where it is near, on a motorbike where it is not."""
    x_m = day.place[0]
    far = abs(to[0] - x_m) > FAR_TO_WALK_M
    lane_m = (1.5 if to[0] > x_m else -1.5) if far else side * (PAVEMENT_M + float(rng.uniform(-0.6, 0.6)))
    day.go((x_m, lane_m))
    day.go((to[0], lane_m), speed_m_s=BIKE_M_S if far else WALK_M_S)
    day.go(to)


def come_home(day: PathBuilder, rng: np.random.Generator, home: Home) -> None:
    """Go home from wherever one is."""
    travel(day, rng, home.side, home.door)


def evening(day: PathBuilder, who: Assignment, rng: np.random.Generator) -> None:
    """Spend the evening and the night at home."""
    sit(day, who, at(18, 45))
    meal(day, who, max(day.now_s, at(18, 45)) + minutes(rng, 28, 38))
    sit(day, who, at(21, 30) + minutes(rng, 0, 45))
    lie(day, who, DAY_S)


def _trade(day: PathBuilder, town: Town, who: Assignment, rng: np.random.Generator) -> None:
    home, stall = who.home, town.stall(who.stall)
    day.stay_until(at(6, 2) + minutes(rng, 0, 8))
    for closes_s in (at(11, 10), at(17, 40)):
        leave_home(day, home)
        travel(day, rng, home.side, stall)
        day.stay_until(closes_s + minutes(rng, 0, 15), spread_m=0.3, restless_s=90.0)
        come_home(day, rng, home)
        if closes_s < at(12):
            meal(day, who, at(12, 15))
            lie(day, who, at(14, 5) + minutes(rng, 0, 15))


def _work_in_office(day: PathBuilder, town: Town, who: Assignment, rng: np.random.Generator) -> None:
    home = who.home
    desk, office = town.desk(who.number, who.desk)
    seat, canteen = town.canteen_seat(who.canteen_seat)
    door = (town.office_x_m, 2.0)
    day.stay_until(at(6, 8) + minutes(rng, 0, 10), spread_m=0.08, restless_s=2400.0)
    meal(day, who, at(6, 32) + minutes(rng, 0, 10))
    _commute(day, town, who, rng)
    indoors(day, desk, office).stay_until(at(11, 30) + minutes(rng, 0, 10))
    indoors(day, seat, canteen).stay_until(at(12, 5) + minutes(rng, 0, 20))
    indoors(day, desk, office).stay_until(at(16, 55) + minutes(rng, 0, 10))
    indoors(day, door, canteen)
    _return(day, town, who, rng)
    indoors(day, home.door, OUTDOORS)


def _commute(day: PathBuilder, town: Town, who: Assignment, rng: np.random.Generator) -> None:
    home = who.home
    if who.ride is None:
        leave_home(day, home)
        travel(day, rng, home.side, (town.office_x_m, 2.0))
        return
    calls = timetable(town, who.ride.bus, homewards=False)
    stop = next(index for index, call in enumerate(calls) if call.x_m == town.bus_stop(home.middle[0]))
    walk_s = (abs(calls[stop].x_m - home.door[0]) + 30.0) / 1.3
    day.stay_until(calls[stop].arrives_s - walk_s - minutes(rng, 2, 6))
    leave_home(day, home)
    travel(day, rng, home.side, (calls[stop].x_m - 0.9 * float(rng.uniform(0, 6)), PAVEMENT_M))
    board(day, town, who.ride, calls[stop:])
    day.go((town.office_x_m, 2.0))


def _return(day: PathBuilder, town: Town, who: Assignment, rng: np.random.Generator) -> None:
    home = who.home
    if who.ride is None:
        come_home(day, rng, home)
        return
    calls = timetable(town, who.ride.bus, homewards=True)
    stop = next(index for index, call in enumerate(calls) if call.x_m == town.bus_stop(home.middle[0]))
    day.go((town.office_x_m - 0.9 * float(rng.uniform(0, 6)), PAVEMENT_M))
    board(day, town, who.ride, calls[: stop + 1])
    come_home(day, rng, home)


def board(day: PathBuilder, town: Town, ride: Ride, calls: Sequence[Call]) -> None:
    """Wait for the bus at its first call, sit down, ride to its last call, get off onto the pavement.

    Who comes too late is taken along on a motorbike.
    """
    dx, dy = bus_seat(ride.seat)
    room = town.bus_room(ride.bus)
    day.stay_until(calls[0].arrives_s, spread_m=0.2, restless_s=60.0)
    seated_s = day.now_s + _BOARDING_S
    if seated_s > calls[0].leaves_s:
        day.go((calls[-1].x_m, PAVEMENT_M), speed_m_s=BIKE_M_S)
        return
    times_s, places = [seated_s], [(calls[0].x_m + dx, dy)]
    for call in calls:
        for time_s in (call.arrives_s, call.leaves_s):
            if time_s > times_s[-1]:
                times_s.append(time_s)
                places.append((call.x_m + dx, dy))
    day.carried(times_s, places, room)
    day.go((calls[-1].x_m + dx, PAVEMENT_M))


def _stay_at_home(day: PathBuilder, town: Town, who: Assignment, rng: np.random.Generator) -> None:
    day.stay_until(at(6, 8) + minutes(rng, 0, 15), spread_m=0.08, restless_s=2400.0)
    meal(day, who, at(6, 40))
    sit(day, who, at(7, 20) + minutes(rng, 0, 90))
    shop(day, town, who, rng)
    sit(day, who, at(11, 35))
    meal(day, who, at(12, 15))
    lie(day, who, at(13, 30) + minutes(rng, 0, 40))
    sit(day, who, at(15, 0) + minutes(rng, 0, 60))
    if rng.random() < 0.5:
        shop(day, town, who, rng)


def shop(
    day: PathBuilder,
    town: Town,
    who: Assignment,
    rng: np.random.Generator,
    then: Callable[[], None] | None = None,
) -> None:
    """Go to the market, to some of its stalls, and home again. `then`: what else is done at the market."""
    leave_home(day, who.home)
    for visit, stall in enumerate(rng.permutation(who.stalls)[: int(rng.integers(3, 7))]):
        x_m, y_m = town.stall(int(stall))
        front = (x_m + float(rng.uniform(-0.4, 0.4)), y_m - 1.2)
        if visit == 0:
            travel(day, rng, who.home.side, (front[0], front[1] - 1.0))
        # along the aisle two metres in front of the row, so that nobody walks through a stall
        day.go((day.place[0], y_m - 2.2), (front[0], y_m - 2.2), front)
        day.stay_until(day.now_s + minutes(rng, 2, 7), spread_m=0.2, restless_s=45.0)
    if then is not None:
        then()
    come_home(day, rng, who.home)
