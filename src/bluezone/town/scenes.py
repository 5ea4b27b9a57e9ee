"""Cast people for scenes that a small town lacks: a market of strangers, a bus, a school class.

In each, everybody lives alone, in a house that no other phone hears, so that whatever phones record comes from the
scene. What a scene is made of stands in `MARKET`, `BUS` and `SCHOOL`, each figure with its source or its reason; days
are made of the same pieces as the town's (`plans`). The truth comes from the paths, as in the town.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bluezone.town.paths import BIKE_M_S, OUTDOORS, WALK_M_S, Path, PathBuilder, room_code
from bluezone.town.places import (
    MARKET_X_M,
    PAVEMENT_M,
    SEATS_PER_BUS,
    Landmark,
    Point,
    Site,
    Town,
    place_homes,
)
from bluezone.town.plans import (
    FAR_TO_WALK_M,
    Assignment,
    Call,
    Ride,
    Role,
    at,
    board,
    come_home,
    evening,
    indoors,
    leave_home,
    lie,
    meal,
    minutes,
    plan_day,
    shop,
    sit,
    travel,
)

#: the day of one person, with chance of its own
DayPlan = Callable[[np.random.Generator], Path]


@dataclass(frozen=True, slots=True)
class Cast:
    """Hold who plays in a scene: by person, role and number of the home, and how each makes a day."""

    town: Town
    roles: tuple[Role, ...]
    homes: tuple[int, ...]
    days: tuple[DayPlan, ...]
    landmarks: tuple[Landmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Market:
    """Hold the figures of a market of strangers."""

    #: one in five sells. Assumed: a stall with a phone for each four customers with one
    customers_a_trader: int = 4
    #: nobody is a neighbour: stalls of people outside the town lie between (pitch 3.2 m, `places.STALL_PITCH_M`)
    stalls_between: int = 2
    #: half of the customers sit down for a coffee, as is the custom; with them come the only long meetings of strangers
    share_for_coffee: float = 0.5
    coffee_min: tuple[float, float] = (15.0, 40.0)
    #: low tables for four, 0.6 m across (stools stand at their edge), 2.4 m from each other
    seats_a_table: int = 4
    seat_m: float = 0.6
    table_pitch_m: float = 2.4
    tables_a_row: int = 5
    #: coffee tables stand south of the stalls, under the sky, 4 m and more from who stands at one
    coffee_at_m: Point = (MARKET_X_M + 1.0, 13.0)


@dataclass(frozen=True, slots=True)
class Bus:
    """Hold the figures of a line of buses. Rows are 0.8 m apart, seats beside each other 0.5 m (`places.bus_seat`)."""

    #: 12 km at 20 km/h with its stops, 36 minutes: between the hour that 10 km take in Hà Nội and a road of a province
    length_m: float = 12_000.0
    speed_m_s: float = 20 / 3.6
    leaves: tuple[tuple[int, int], tuple[int, int]] = ((6, 50), (17, 10))
    #: buses of a line follow each other in a quarter of an hour
    headway_min: float = 15.0
    #: the passengers come to the stop 2 to 6 minutes early, and stand in a line 0.9 m apart
    early_min: tuple[float, float] = (2.0, 6.0)
    line_m: float = 0.9
    #: where they work nobody of the bus is near: houses 60 m apart
    work_pitch_m: float = 60.0


@dataclass(frozen=True, slots=True)
class School:
    """Hold the figures of a school class in the morning session."""

    #: a primary class has 35 pupils at most (circular 28/2020/TT-BGDĐT, the statutes of primary schools)
    pupils_a_class: int = 35
    #: desks of two seats at most, rows 95 to 100 cm apart, the first 215 cm from the board (joint circular
    #: 26/2011/TTLT-BGDĐT-BKHCN-BYT); seats of a desk 0.6 m, the aisle 0.8 m: assumed
    seat_m: float = 0.6
    desk_pitch_m: float = 2.0
    row_m: float = 0.975
    front_m: float = 2.15
    columns: int = 4
    #: lessons of 35 minutes, breaks as they are usual: 5, 25 (in the yard), 5 minutes
    begins: tuple[int, int] = (7, 15)
    lesson_min: float = 35.0
    breaks_min: tuple[float, ...] = (5.0, 25.0, 5.0)
    #: breaks longer than this are spent in the yard
    yard_from_min: float = 15.0
    #: in the yard four stand together, 0.8 m from the middle (the personal distance of friends, Hall 1966: 0.45..1.2 m)
    group: int = 4
    group_m: float = 0.8
    group_pitch_m: float = 6.0
    #: the school stands so far west of the market
    at_m: Point = (MARKET_X_M - 250.0, 26.0)
    class_pitch_m: float = 12.0


MARKET, BUS, SCHOOL = Market(), Bus(), School()


def _alone(people: int, buses: int = 0) -> Town:
    return Town(homes=place_homes(people), office_rooms=0, buses=buses)


# --- a market of strangers ----------------------------------------------------------------------------


def market(people: int, rng: np.random.Generator) -> Cast:
    """Cast traders and customers who know nobody."""
    town, figures = _alone(people), MARKET
    traders = max(1, people // (figures.customers_a_trader + 1))
    apart = figures.stalls_between + 1
    stalls = [apart * number for number in rng.permutation(traders).tolist()]
    tables = -(-people // figures.seats_a_table)
    seats = rng.permutation(tables * figures.seats_a_table)

    def trader(number: int) -> DayPlan:
        who = Assignment(town.homes[number], 0, Role.TRADER, number=number, stall=stalls[number])
        return lambda chance: plan_day(town, who, chance)

    def customer(number: int) -> DayPlan:
        who = Assignment(town.homes[number], 0, Role.CUSTOMER, stalls=tuple(stalls))
        return lambda chance: _customer_day(town, who, int(seats[number]), chance)

    roles = (Role.TRADER,) * traders + (Role.CUSTOMER,) * (people - traders)
    days = tuple(trader(one) if one < traders else customer(one) for one in range(people))
    (x_m, y_m), pitch_m, row = figures.coffee_at_m, figures.table_pitch_m, figures.tables_a_row
    far_m = (x_m + pitch_m * (row - 0.5), y_m - pitch_m * (-(-tables // row) - 0.5))
    tables_at = Landmark(Site.COFFEE, x_m - pitch_m / 2, far_m[1], far_m[0], y_m + pitch_m / 2)
    return Cast(town, roles, tuple(range(people)), days, (tables_at,))


def _customer_day(town: Town, who: Assignment, seat: int, rng: np.random.Generator) -> Path:
    home = who.home
    day = PathBuilder(rng, home.bed(0), home.bedroom(0))
    day.stay_until(at(6, 5) + minutes(rng, 0, 20), spread_m=0.08, restless_s=2400.0)

    def coffee() -> None:
        table, place = divmod(seat, MARKET.seats_a_table)
        x_m, y_m = MARKET.coffee_at_m
        turn = np.pi / 2 * place
        row, column = divmod(table, MARKET.tables_a_row)
        x_m += MARKET.table_pitch_m * column + MARKET.seat_m / 2 * float(np.cos(turn))
        y_m -= MARKET.table_pitch_m * row - MARKET.seat_m / 2 * float(np.sin(turn))
        day.go((x_m, y_m)).stay_until(day.now_s + minutes(rng, *MARKET.coffee_min))

    sits = rng.random() < MARKET.share_for_coffee
    sit(day, who, at(6, 40) + minutes(rng, 0, 120))
    shop(day, town, who, rng, coffee if sits else None)
    meal(day, who, at(12, 15))
    lie(day, who, at(13, 30) + minutes(rng, 0, 40))
    evening(day, who, rng)
    return day.build()


# --- a bus --------------------------------------------------------------------------------------------


def bus(people: int, rng: np.random.Generator) -> Cast:
    """Cast passengers who ride to work and back, on other seats in the evening than in the morning."""
    buses = -(-people // SEATS_PER_BUS)
    town = _alone(people, buses)
    coaches, places = np.divmod(rng.permutation(people), SEATS_PER_BUS)

    def passenger(number: int) -> DayPlan:
        who = Assignment(town.homes[number], 0, Role.PASSENGER, number=number)
        coach, place = int(coaches[number]), int(places[number])
        return lambda chance: _passenger_day(town, who, coach, place, chance)

    days = tuple(passenger(one) for one in range(people))
    works = [(_work_place(number), _work_room(town, number)) for number in range(people)]
    landmarks = tuple(Landmark(Site.WORK, x - 5.0, y - 5.0, x + 5.0, y + 5.0, room) for (x, y), room in works)
    return Cast(town, (Role.PASSENGER,) * people, tuple(range(people)), days, landmarks)


def _work_place(number: int) -> Point:
    return BUS.length_m + BUS.work_pitch_m * (1 + number), 40.0


def _work_room(town: Town, number: int) -> int:
    return room_code(len(town.homes) + 1 + town.buses + number)


#: seat of the n-th passenger of a bus: n * step + first. Steps without a divisor in common with the number of seats
#: give everybody a seat of their own, and other neighbours in the evening than in the morning
_SEATING = ((5, 1), (7, 3))


def _seats(place: int) -> tuple[int, int]:
    """Return the seats of a passenger in the morning and in the evening."""
    (step, first), (evening_step, evening_first) = _SEATING
    return (place * step + first) % SEATS_PER_BUS, (place * evening_step + evening_first) % SEATS_PER_BUS


def _calls(coach: int, *, homewards: bool) -> list[Call]:
    hour, minute = BUS.leaves[homewards]
    leaves_s = at(hour, minute + BUS.headway_min * coach)
    lasts_s = BUS.length_m / BUS.speed_m_s
    stops = (BUS.length_m, 0.0) if homewards else (0.0, BUS.length_m)
    return [
        Call(stops[0], leaves_s - 60.0, leaves_s),
        Call(stops[1], leaves_s + lasts_s, leaves_s + lasts_s + 60.0),
    ]


def _way_s(distance_m: float) -> float:
    """Return how long `travel` takes for a distance along the road, and half a minute across it."""
    return distance_m / (BIKE_M_S if distance_m > FAR_TO_WALK_M else WALK_M_S) + 30.0


def _passenger_day(town: Town, who: Assignment, coach: int, place: int, rng: np.random.Generator) -> Path:
    home, number = who.home, who.number
    day = PathBuilder(rng, home.bed(0), home.bedroom(0))
    there, back = _calls(coach, homewards=False), _calls(coach, homewards=True)
    leaves_s = there[0].arrives_s - _way_s(abs(home.door[0])) - minutes(rng, *BUS.early_min)
    day.stay_until(leaves_s, spread_m=0.08, restless_s=2400.0)
    leave_home(day, home)
    travel(day, rng, home.side, (-BUS.line_m * place, PAVEMENT_M))
    seats = _seats(place)
    board(day, town, Ride(coach, seats[0]), there)
    work, room = _work_place(number), _work_room(town, number)
    travel(day, rng, 1.0, (work[0], 30.0))
    leaves_s = back[0].arrives_s - _way_s(work[0] - BUS.length_m) - minutes(rng, *BUS.early_min)
    indoors(day, work, room).stay_until(leaves_s)
    indoors(day, (work[0], 30.0), OUTDOORS)
    travel(day, rng, 1.0, (BUS.length_m + BUS.line_m * place, PAVEMENT_M))
    board(day, town, Ride(coach, seats[1]), back)
    come_home(day, rng, home)
    evening(day, who, rng)
    return day.build()


# --- a school class -----------------------------------------------------------------------------------


def school(people: int, rng: np.random.Generator) -> Cast:
    """Cast classes of pupils, and a teacher for each."""
    town, figures = _alone(people), SCHOOL
    classes = -(-people // (figures.pupils_a_class + 1))
    seats = rng.permutation(-(-people // classes))
    friends = rng.permutation(people)

    def member(number: int) -> DayPlan:
        place, room = divmod(number, classes)
        teaches = place == 0
        role = Role.TEACHER if teaches else Role.PUPIL
        who = Assignment(town.homes[number], 0, role, number=number)
        desk = int(seats[place])
        return lambda chance: _school_day(town, who, room, desk, int(friends[number]), chance)

    roles = tuple(Role.TEACHER if number // classes == 0 else Role.PUPIL for number in range(people))
    days, rows = tuple(member(one) for one in range(people)), -(-len(seats) // (2 * figures.columns))
    x_m, y_m = figures.at_m
    rooms = tuple(
        Landmark(
            Site.CLASSROOM,
            x_m + figures.class_pitch_m * room - 1.0,
            y_m - figures.front_m - 0.5,
            x_m + figures.class_pitch_m * room + figures.desk_pitch_m * figures.columns,
            y_m + figures.row_m * rows + 0.5,
            _class_room(town, room),
        )
        for room in range(classes)
    )
    groups = -(-people // figures.group)
    reach_m, columns, lines = figures.group_m + 1.0, min(groups, _GROUPS_A_ROW), -(-groups // _GROUPS_A_ROW)
    yard = Landmark(
        Site.YARD,
        x_m - reach_m,
        y_m - _YARD_M - figures.group_pitch_m * (lines - 1) - reach_m,
        x_m + figures.group_pitch_m * (columns - 1) + reach_m,
        y_m - _YARD_M + reach_m,
    )
    return Cast(town, roles, tuple(range(people)), days, (*rooms, yard))


_YARD_M, _GROUPS_A_ROW = 12.0, 12


def _class_room(town: Town, room: int) -> int:
    return room_code(len(town.homes) + 1, room)


def _class_place(room: int, role: Role, desk: int) -> Point:
    x_m, y_m = SCHOOL.at_m[0] + SCHOOL.class_pitch_m * room, SCHOOL.at_m[1]
    if role is Role.TEACHER:
        return x_m + 3.0, y_m - SCHOOL.front_m + 0.7
    row, seat = divmod(desk, 2 * SCHOOL.columns)
    column, right = divmod(seat, 2)
    return x_m + SCHOOL.desk_pitch_m * column + SCHOOL.seat_m * right, y_m + SCHOOL.row_m * row


def _yard_place(friend: int) -> Point:
    group, place = divmod(friend, SCHOOL.group)
    turn = 2 * np.pi * place / SCHOOL.group
    row, column = divmod(group, _GROUPS_A_ROW)
    x_m = SCHOOL.at_m[0] + SCHOOL.group_pitch_m * column + SCHOOL.group_m * float(np.cos(turn))
    y_m = SCHOOL.at_m[1] - _YARD_M - SCHOOL.group_pitch_m * row + SCHOOL.group_m * float(np.sin(turn))
    return x_m, y_m


def _school_day(town: Town, who: Assignment, room: int, desk: int, friend: int, rng: np.random.Generator) -> Path:
    home = who.home
    day = PathBuilder(rng, home.bed(0), home.bedroom(0))
    inside, place = _class_room(town, room), _class_place(room, who.role, desk)
    gate = (SCHOOL.at_m[0], 8.0)
    begins_s = at(*SCHOOL.begins)
    ride_s = (abs(home.door[0] - gate[0]) + 80.0) / 2.0  # on foot or carried on a motorbike, with time to spare
    day.stay_until(max(begins_s - ride_s - minutes(rng, 4, 12), 60.0), spread_m=0.08, restless_s=2400.0)
    leave_home(day, home)
    travel(day, rng, home.side, gate)
    walks = who.role is Role.TEACHER
    ends_s = begins_s
    for pause_min in (*SCHOOL.breaks_min, 0.0):
        ends_s += SCHOOL.lesson_min * 60.0
        indoors(day, place, inside)
        # a teacher walks along the board and into the first aisle
        day.stay_until(ends_s, spread_m=0.7 if walks else 0.1, restless_s=60.0 if walks else 180.0)
        if pause_min >= SCHOOL.yard_from_min and not walks:
            indoors(day, _yard_place(friend), OUTDOORS).stay_until(ends_s + 60.0 * (pause_min - 2), 0.25, 30.0)
        ends_s += pause_min * 60.0
    day.go(gate)
    come_home(day, rng, home)
    meal(day, who, at(12, 15))
    lie(day, who, at(13, 30) + minutes(rng, 0, 40))
    evening(day, who, rng)
    return day.build()


#: what there is beside the town
SCENES: dict[str, Callable[[int, np.random.Generator], Cast]] = {"market": market, "bus": bus, "school": school}
