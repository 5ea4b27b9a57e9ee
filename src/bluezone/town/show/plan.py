"""Draw the town's plan: where the buildings stand, and how metres become units of the drawing.

Not to scale: the road of 3.6 km is shortened to a strip, and so is the empty ground before the houses, or nobody could
be told apart from their neighbour.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from bluezone.town.paths import OUTDOORS, ROOMS_PER_BUILDING
from bluezone.town.places import DOOR_M, MARKET_X_M, STALL_PITCH_M, STALLS_PER_ROW, Site
from bluezone.town.plans import Role
from bluezone.town.world import MARKET, World

#: along the road and across it; where people stand in rows they are drawn wider
_HOME_UNITS, _MARKET_UNITS, _OFFICE_UNITS, _ACROSS_UNITS = 7.0, 12.0, 27.0, 18.0
_HOMES_UNITS = 560.0  # many homes are drawn narrower rather than the page wider
_OFFICES_UNITS = 700.0
_MARGIN = 20.0

#: the open ground between the road (6 m) and the houses (16 m) is drawn at a quarter
_ROAD_M, _HOUSES_M, _BACK_M = 6.0, 16.0, 33.0
_MARKET_TO_HOMES, _HOMES_TO_OFFICE = 30.0, 100.0
_NAME_M = 25.0  # beyond houses drawn so small that their name would not be on the drawing
_ROOM_M, _ROOMS_PER_ROW, _TABLE_M, _TABLES_PER_ROW = 14.0, 8, 3.4, 8  # as in `places.Town`


class Place(StrEnum):
    """Name a place in the words of the page."""

    HOME = "home"
    OFFICE = "office"
    MARKET = "market"
    BUS = "bus"
    SCHOOL = "school"
    WORK = "work"
    ROAD = "road"


@dataclass(frozen=True, slots=True)
class Building:
    """Describe a building: a rectangle in metres; `number` counts the homes."""

    kind: str
    x0: float
    y0: float
    x1: float
    y1: float
    number: int = 0


def buildings(world: World) -> tuple[Building, ...]:
    """Return the homes, market, canteen and office rooms, as large as the people in them need."""
    town, living = world.town, Counter(person.home for person in world.people)
    drawn = []
    for number, home in enumerate(town.homes):
        x, y = home.middle
        west_m = 7.5 + 4.5 * ((living[number] - 1) // 2)
        drawn.append(Building("home", x - west_m, y - DOOR_M, x + 6.5, y + DOOR_M, number + 1))
    traders = sum(person.role is Role.TRADER for person in world.people)
    strangers = any(one.site is Site.COFFEE for one in world.landmarks)
    stalls = max(8, traders * (1 + MARKET.stalls_between) if strangers else traders)
    north_m = 20.0 + 4.5 * -(-stalls // STALLS_PER_ROW)
    east_m = MARKET_X_M + STALL_PITCH_M * (STALLS_PER_ROW - 1) + 2.5
    drawn.append(Building("market", MARKET_X_M - 2.5, 16.0, east_m, north_m))
    x = town.office_x_m
    for room in range(town.office_rooms):
        column, row = room % _ROOMS_PER_ROW, room // _ROOMS_PER_ROW
        x0, y0 = x + 2.0 + _ROOM_M * column, 22.0 + _ROOM_M * row
        drawn.append(Building("office", x0, y0, x0 + 11.5, y0 + 9.5))
    if town.office_rooms:
        workers = sum(person.role is Role.OFFICE for person in world.people)
        columns = min(-(-workers // 2), _TABLES_PER_ROW)
        drawn.append(Building("canteen", x + 2.0, -31.0, x + max(13.5, 3.0 + _TABLE_M * columns), -17.0))
    for site in _sites(world):  # several of a kind as one: each alone would have no room for its name
        of_kind = [one for one in world.landmarks if one.site is site]
        west_m, south_m = min(one.x0 for one in of_kind), min(one.y0 for one in of_kind)
        east_m, north_m = max(one.x1 for one in of_kind), max(one.y1 for one in of_kind)
        drawn.append(Building(site.value, west_m, south_m, east_m, north_m))
    return tuple(drawn)


def _sites(world: World) -> list[Site]:
    return list(dict.fromkeys(one.site for one in world.landmarks))


Knots = tuple[list[float], list[float]]


def x_knots(world: World) -> Knots:
    """Return the metres along the road, and the units where they are drawn; straight between them."""
    town = world.town
    widest = max(6, max(Counter(person.home for person in world.people).values()))
    homes = (-8.0 - 4.5 * ((widest - 1) // 2), town.length_m + 9.0)
    farthest_m = max(float(path.xy_m[:, 0].max()) for path in world.paths)
    farthest_m = max(farthest_m, *(building.x1 for building in buildings(world)))
    farthest_m += _NAME_M if Site.WORK in _sites(world) else 3.0
    east_m = min((one.x0 for one in world.landmarks if one.x0 > homes[1]), default=town.office_x_m) - 5.0
    west_m = min((one.x0 for one in world.landmarks), default=0.0) - 6.0
    schools_m = max((one.x1 for one in world.landmarks if one.x1 < MARKET_X_M - 10.0), default=west_m)
    metres, units = [min(west_m, MARKET_X_M - 6.0)], [_MARGIN]

    def go(to_m: float, length: float) -> None:
        metres.append(to_m)
        units.append(units[-1] + length)

    market_m = STALL_PITCH_M * (STALLS_PER_ROW - 1) + 12.0
    if schools_m > west_m:
        go(schools_m + 4.0, min((schools_m + 4.0 - west_m) * _MARKET_UNITS, _OFFICES_UNITS))
        go(MARKET_X_M - 6.0, _MARKET_TO_HOMES)
    go(MARKET_X_M - 6.0 + market_m, market_m * _MARKET_UNITS)
    go(homes[0], _MARKET_TO_HOMES)
    go(homes[1], min((homes[1] - homes[0]) * _HOME_UNITS, _HOMES_UNITS))
    if farthest_m > east_m:
        go(east_m, _HOMES_TO_OFFICE)
        go(farthest_m, min((farthest_m - east_m) * _OFFICE_UNITS, _OFFICES_UNITS))
    return metres, units


def y_knots(world: World) -> Knots:
    """Return the metres across the road, and the units where they are drawn. North (positive) is drawn above."""
    deepest = max(_BACK_M, *(building.y1 + 2 for building in buildings(world)))
    half = [0.0, _ROAD_M, _HOUSES_M, _BACK_M]
    drawn = [0.0, 40.0, 62.0, 62.0 + (_BACK_M - _HOUSES_M) * _ACROSS_UNITS]
    north, north_units = list(half), list(drawn)
    if deepest > _BACK_M:
        north.append(deepest)
        north_units.append(drawn[-1] + (deepest - _BACK_M) * 9.0)
    metres = [-value for value in half[:0:-1]] + north
    top = north_units[-1] + _MARGIN
    return metres, [top + value for value in drawn[:0:-1]] + [top - value for value in north_units]


_PLACES = {Site.CLASSROOM: Place.SCHOOL, Site.YARD: Place.SCHOOL, Site.COFFEE: Place.MARKET, Site.WORK: Place.WORK}


def place_of(world: World, room: int, x_m: float, y_m: float) -> Place:
    """Return the place of somebody in a room, or outdoors."""
    town = world.town
    for landmark in world.landmarks:
        if landmark.holds(room, x_m, y_m):
            return _PLACES[landmark.site]
    if room != OUTDOORS:
        building = room // ROOMS_PER_BUILDING
        if building < len(town.homes):
            return Place.HOME
        return Place.OFFICE if building == town.office_building else Place.BUS
    if x_m < MARKET_X_M + STALL_PITCH_M * STALLS_PER_ROW and y_m > _HOUSES_M:
        return Place.MARKET
    return Place.ROAD


def places_at(world: World, town_s: float) -> Counter[Place]:
    """Count people by place."""
    when = np.array([town_s])
    return Counter(place_of(world, path.room_at(town_s), *path.at(when)[0].tolist()) for path in world.paths)


def document(world: World) -> dict[str, Any]:
    """Return everything the page draws with: knots, buildings, and the path of each person."""
    (x_m, x), (y_m, y) = x_knots(world), y_knots(world)
    return {
        "x": {"m": x_m, "u": x},
        "y": {"m": y_m, "u": y},
        "width": x[-1] + _MARGIN,
        "height": y[0] + _MARGIN,
        "buildings": [
            {"kind": one.kind, "number": one.number, "box": [one.x0, one.y0, one.x1, one.y1]}
            for one in buildings(world)
        ],
        "paths": [
            {
                "t": np.round(path.times_s, 1).tolist(),
                "x": np.round(path.xy_m[:, 0], 2).tolist(),
                "y": np.round(path.xy_m[:, 1], 2).tolist(),
            }
            for path in world.paths
        ],
    }
