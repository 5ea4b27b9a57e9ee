"""Make the people of the town and their day from a seed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import numpy as np

from bluezone.town.errors import TownError
from bluezone.town.paths import Path, join_days, kept_at
from bluezone.town.places import DESKS_PER_ROOM, SEATS_PER_BUS, SEATS_PER_TABLE, Landmark, Town, place_homes
from bluezone.town.plans import DAY_S, Assignment, Ride, Role, plan_day
from bluezone.town.scenes import SCENES, Cast

MIN_PEOPLE, MAX_PEOPLE = 2, 1000
MAX_DAYS = 21
TOWN = "town"
SCENE_NAMES = (TOWN, *SCENES)

#: shares of household sizes 1..6; their mean is 3.6 persons, as in Vietnam's census of 1 April 2019 (GSO)
_HOUSEHOLD_SHARES = (0.08, 0.17, 0.22, 0.28, 0.15, 0.10)
#: what people do by day: the first two of a household, and the others (grown-up children, old people; the small ones
#: have their August holidays)
_FIRST_TWO_SHARES = {Role.OFFICE: 0.55, Role.TRADER: 0.25, Role.HOME: 0.20}
_OTHER_SHARES = {Role.OFFICE: 0.20, Role.TRADER: 0.10, Role.HOME: 0.70}
_BUS_SHARE = 0.75
_MIN_STALLS = 8

# fmt: off
_NAMES = (
    "An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hạnh", "Hùng", "Khánh", "Lan",
    "Liên", "Long", "Mai", "Minh", "Nam", "Nga", "Ngọc", "Nhung", "Phong", "Phúc",
    "Quân", "Quỳnh", "Sơn", "Tâm", "Thảo", "Thu", "Trang", "Tuấn", "Vân", "Yến",
)
# fmt: on


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
    """Make the people of a scene that belong to `seed`, for so many days: the town, or one of `scenes.SCENES`. Raises
    TownError where there is no such scene, and outside 2..1000 persons or 1..21 days."""
    if not MIN_PEOPLE <= people <= MAX_PEOPLE:
        raise TownError(f"a town of {people} people: choose {MIN_PEOPLE} to {MAX_PEOPLE}")
    if seed < 0:
        raise TownError(f"seed {seed}: choose 0 or more")
    if not 1 <= days <= MAX_DAYS:
        raise TownError(f"{days} days: choose 1 to {MAX_DAYS}")
    if scene != TOWN and scene not in SCENES:
        raise TownError(f"there is no scene {scene!r}: choose one of {', '.join(SCENE_NAMES)}")
    rng = np.random.default_rng([seed, 1])
    cast = _town(people, rng) if scene == TOWN else SCENES[scene](people, rng)
    return World(
        town=cast.town,
        people=tuple(
            Person(f"p{index + 1:02d}", _name(index), home, role)
            for index, (home, role) in enumerate(zip(cast.homes, cast.roles, strict=True))
        ),
        paths=[
            join_days([plan(_chance_of_day(seed, index, day)) for day in range(days)], DAY_S)
            for index, plan in enumerate(cast.days)
        ],
        landmarks=cast.landmarks,
    )


def _chance_of_day(seed: int, index: int, day: int) -> np.random.Generator:
    return np.random.default_rng([seed, 2, index, *([day] if day else [])])


def _town(people: int, rng: np.random.Generator) -> Cast:
    homes = _households(people, rng)
    roles = [_role(member, rng) for _, member in homes]
    riders = [index for index, role in enumerate(roles) if role is Role.OFFICE and rng.random() < _BUS_SHARE]
    town = Town(
        homes=place_homes(homes[-1][0] + 1),
        office_rooms=-(-roles.count(Role.OFFICE) // DESKS_PER_ROOM),
        buses=-(-len(riders) // SEATS_PER_BUS),
    )
    assignments = _assign(town, homes, roles, riders, rng)
    days = tuple(partial(plan_day, town, who) for who in assignments)
    return Cast(town, tuple(roles), tuple(home for home, _ in homes), days)


def _name(index: int) -> str:
    again, which = divmod(index, len(_NAMES))
    return _NAMES[which] if again == 0 else f"{_NAMES[which]} {again + 1}"


def _households(people: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return (home, member) of every person, homes filled one after the other."""
    placed: list[tuple[int, int]] = []
    home = 0
    while len(placed) < people:
        size = 1 + int(rng.choice(len(_HOUSEHOLD_SHARES), p=_HOUSEHOLD_SHARES))
        placed += [(home, member) for member in range(min(size, people - len(placed)))]
        home += 1
    return placed


def _role(member: int, rng: np.random.Generator) -> Role:
    shares = _FIRST_TWO_SHARES if member < 2 else _OTHER_SHARES
    return list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]


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
