"""Make the people of a scene and their days from a seed.

The scenes are a small town, and what that lacks: a market of strangers, a bus, a school class. In these three everybody
lives alone, in a house that no other phone hears, so that whatever phones record comes from the scene. What a scene is
made of stands in `MARKET`, `BUS` and `SCHOOL`, each figure with its source or its reason; days are made of the same
pieces (`plans`). The truth comes from the paths.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import numpy as np

from bluezone.town.errors import TownError
from bluezone.town.paths import BIKE_M_S, OUTDOORS, WALK_M_S, Path, PathBuilder, join_days, kept_at, room_code
from bluezone.town.places import (
    DESKS_PER_ROOM,
    MARKET_X_M,
    PAVEMENT_M,
    SEATS_PER_BUS,
    SEATS_PER_TABLE,
    Landmark,
    Point,
    Site,
    Town,
    place_homes,
)
from bluezone.town.plans import (
    DAY_S,
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

MIN_PEOPLE, MAX_PEOPLE = 2, 1000
MAX_DAYS = 21
MAX_HOURS = 24.0  # of the last day
TOWN = "town"

# fmt: off
_NAMES = (
    "An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hạnh", "Hùng", "Khánh", "Lan",
    "Liên", "Long", "Mai", "Minh", "Nam", "Nga", "Ngọc", "Nhung", "Phong", "Phúc",
    "Quân", "Quỳnh", "Sơn", "Tâm", "Thảo", "Thu", "Trang", "Tuấn", "Vân", "Yến",
)
# fmt: on

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


# --- a small town --------------------------------------------------------------------------------------


#: shares of household sizes 1..6; their mean is 3.6 persons, as in Vietnam's census of 1 April 2019 (GSO)
_HOUSEHOLD_SHARES = (0.08, 0.17, 0.22, 0.28, 0.15, 0.10)
#: what people do by day: the first two of a household, and the others (grown-up children, old people; the small ones
#: have their August holidays)
_FIRST_TWO_SHARES = {Role.OFFICE: 0.55, Role.TRADER: 0.25, Role.HOME: 0.20}
_OTHER_SHARES = {Role.OFFICE: 0.20, Role.TRADER: 0.10, Role.HOME: 0.70}
_BUS_SHARE = 0.75
_MIN_STALLS = 8


def town(people: int, rng: np.random.Generator) -> Cast:
    """Cast households, whose members work in an office, sell at the market or stay at home."""
    homes = _households(people, rng)
    roles = []
    for _, member in homes:
        shares = _FIRST_TWO_SHARES if member < 2 else _OTHER_SHARES
        roles.append(list(shares)[int(rng.choice(len(shares), p=list(shares.values())))])
    riders = [index for index, role in enumerate(roles) if role is Role.OFFICE and rng.random() < _BUS_SHARE]
    places = Town(
        homes=place_homes(homes[-1][0] + 1),
        office_rooms=-(-roles.count(Role.OFFICE) // DESKS_PER_ROOM),
        buses=-(-len(riders) // SEATS_PER_BUS),
    )
    assignments = _assign(places, homes, roles, riders, rng)
    days = tuple(partial(plan_day, places, who) for who in assignments)
    return Cast(places, tuple(roles), tuple(home for home, _ in homes), days)


def _households(people: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return (home, member) of every person, homes filled one after the other."""
    placed: list[tuple[int, int]] = []
    home = 0
    while len(placed) < people:
        size = 1 + int(rng.choice(len(_HOUSEHOLD_SHARES), p=_HOUSEHOLD_SHARES))
        placed += [(home, member) for member in range(min(size, people - len(placed)))]
        home += 1
    return placed


def _assign(
    town: Town, homes: list[tuple[int, int]], roles: list[Role], riders: list[int], rng: np.random.Generator
) -> list[Assignment]:
    office = [index for index, role in enumerate(roles) if role is Role.OFFICE]
    traders = [index for index, role in enumerate(roles) if role is Role.TRADER]
    desks = [rng.permutation(DESKS_PER_ROOM) for _ in range(town.office_rooms)]
    # about half of the seats of the canteen are taken at lunch, tables mixed over the rooms
    tables = -(-len(office) // (SEATS_PER_TABLE // 2))
    canteen = rng.permutation(tables * SEATS_PER_TABLE)
    stalls = rng.permutation(max(_MIN_STALLS, len(traders)))
    seats = [rng.permutation(SEATS_PER_BUS) for _ in range(town.buses)]
    # customers go where somebody sells, and to two stalls of people outside this town
    open_stalls = tuple(int(stall) for stall in stalls[: len(traders) + 2])
    assignments = []
    for index, ((home, member), role) in enumerate(zip(homes, roles, strict=True)):
        number = office.index(index) if role is Role.OFFICE else traders.index(index) if role is Role.TRADER else 0
        ride = None
        if index in riders:
            bus, place = divmod(riders.index(index), SEATS_PER_BUS)
            ride = Ride(bus, int(seats[bus][place]))
        assignments.append(
            Assignment(
                home=town.homes[home],
                member=member,
                role=role,
                number=number,
                desk=int(desks[number // DESKS_PER_ROOM][number % DESKS_PER_ROOM]) if role is Role.OFFICE else 0,
                canteen_seat=int(canteen[number]) if role is Role.OFFICE else 0,
                stall=int(stalls[number]) if role is Role.TRADER else 0,
                ride=ride,
                stalls=open_stalls,
            )
        )
    return assignments


# --- a market of strangers ----------------------------------------------------------------------------


def market(people: int, rng: np.random.Generator) -> Cast:
    """Cast traders and customers who know nobody."""
    town, figures = _alone(people), MARKET
    traders = max(1, people // (figures.customers_a_trader + 1))
    apart = figures.stalls_between + 1
    stalls = [apart * number for number in rng.permutation(traders).tolist()]
    tables = -(-people // figures.seats_a_table)
    seats = rng.permutation(tables * figures.seats_a_table)

    days: list[DayPlan] = []
    for number, home in enumerate(town.homes):
        if number < traders:
            who = Assignment(home, 0, Role.TRADER, number=number, stall=stalls[number])
            days.append(partial(plan_day, town, who))
        else:
            who = Assignment(home, 0, Role.CUSTOMER, stalls=tuple(stalls))
            days.append(partial(_customer_day, town, who, int(seats[number])))
    roles = (Role.TRADER,) * traders + (Role.CUSTOMER,) * (people - traders)
    (x_m, y_m), pitch_m, row = figures.coffee_at_m, figures.table_pitch_m, figures.tables_a_row
    far_m = (x_m + pitch_m * (row - 0.5), y_m - pitch_m * (-(-tables // row) - 0.5))
    tables_at = Landmark(Site.COFFEE, x_m - pitch_m / 2, far_m[1], far_m[0], y_m + pitch_m / 2)
    return Cast(town, roles, tuple(range(people)), tuple(days), (tables_at,))


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

    days = tuple(
        partial(
            _passenger_day,
            town,
            Assignment(home, 0, Role.PASSENGER, number=number),
            int(coaches[number]),
            int(places[number]),
        )
        for number, home in enumerate(town.homes)
    )
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
    (step, first), (evening_step, evening_first) = _SEATING
    board(day, town, Ride(coach, (place * step + first) % SEATS_PER_BUS), there)
    work, room = _work_place(number), _work_room(town, number)
    travel(day, rng, 1.0, (work[0], 30.0))
    leaves_s = back[0].arrives_s - _way_s(work[0] - BUS.length_m) - minutes(rng, *BUS.early_min)
    indoors(day, work, room).stay_until(leaves_s)
    indoors(day, (work[0], 30.0), OUTDOORS)
    travel(day, rng, 1.0, (BUS.length_m + BUS.line_m * place, PAVEMENT_M))
    board(day, town, Ride(coach, (place * evening_step + evening_first) % SEATS_PER_BUS), back)
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

    roles = tuple(Role.TEACHER if number < classes else Role.PUPIL for number in range(people))
    days: list[DayPlan] = []
    for number, (home, role) in enumerate(zip(town.homes, roles, strict=True)):
        place, room = divmod(number, classes)
        who = Assignment(home, 0, role, number=number)
        days.append(partial(_school_day, town, who, room, int(seats[place]), int(friends[number])))
    rows = -(-len(seats) // (2 * figures.columns))
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
    return Cast(town, roles, tuple(range(people)), tuple(days), (*rooms, yard))


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


# --- people and their days ------------------------------------------------------------------------------


SCENES: dict[str, Callable[[int, np.random.Generator], Cast]] = {
    TOWN: town,
    "market": market,
    "bus": bus,
    "school": school,
}


@dataclass(frozen=True, slots=True)
class Person:
    """Describe somebody with a phone. `id` is what machines read, `name` what people read."""

    id: str
    name: str
    home: int
    role: Role


@dataclass(frozen=True, slots=True)
class World:
    """Hold people, and the path of each through days of 86,400 s that start at six in the morning. A path changes only
    in what is to come (`isolate`)."""

    town: Town
    people: tuple[Person, ...]
    paths: list[Path]
    landmarks: tuple[Landmark, ...] = ()

    def isolate(self, person: int, from_s: float, others: Collection[int] = ()) -> None:
        """Keep a person at home, apart from the household, from `from_s` on: a night's hour, for which nobody has asked
        yet where anybody is. `others`: who was isolated before."""
        home = self.people[person].home
        number = sum(self.people[other].home == home for other in others)
        place, room = self.town.homes[home].apart(number)
        self.paths[person] = kept_at(self.paths[person], from_s, place, room)


def make_world(people: int, seed: int, scene: str = TOWN, days: int = 1) -> World:
    """Make the people of a scene that belong to `seed`, for so many days: one of `SCENES`. Raises
    TownError where there is no such scene, and outside 2..1000 persons or 1..21 days."""
    if not MIN_PEOPLE <= people <= MAX_PEOPLE:
        raise TownError(f"a town of {people} people: choose {MIN_PEOPLE} to {MAX_PEOPLE}")
    if seed < 0:
        raise TownError(f"seed {seed}: choose 0 or more")
    if not 1 <= days <= MAX_DAYS:
        raise TownError(f"{days} days: choose 1 to {MAX_DAYS}")
    if scene not in SCENES:
        raise TownError(f"there is no scene {scene!r}: choose one of {', '.join(SCENES)}")
    cast = SCENES[scene](people, np.random.default_rng([seed, 1]))
    return World(
        town=cast.town,
        people=tuple(
            Person(f"p{index + 1:02d}", _name(index), home, role)
            for index, (home, role) in enumerate(zip(cast.homes, cast.roles, strict=True))
        ),
        paths=[
            join_days(
                [plan(np.random.default_rng([seed, 2, index, *([day] if day else [])])) for day in range(days)], DAY_S
            )
            for index, plan in enumerate(cast.days)
        ],
        landmarks=cast.landmarks,
    )


def _name(index: int) -> str:
    again, which = divmod(index, len(_NAMES))
    return _NAMES[which] if again == 0 else f"{_NAMES[which]} {again + 1}"
