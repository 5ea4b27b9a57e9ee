"""The drawing: everybody is on it, and inside the house they are in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.town.paths import OUTDOORS
from bluezone.town.plans import DAY_S, at
from bluezone.town.show import plan
from bluezone.town.show.plan import Place
from bluezone.town.world import MARKET, SCENES, make_world

PEOPLE, SEEDS = st.integers(2, 60), st.integers(0, 50)
NOON_S = 6 * 3600.0


@settings(max_examples=20, deadline=None)
@given(PEOPLE, SEEDS, st.sampled_from(list(SCENES)), st.floats(0, DAY_S))
def test_everybody_is_on_the_drawing_its_metres_in_their_order_and_who_is_at_home_in_their_house(
    people, seed, scene, at_s
):
    world = make_world(people, seed, scene)
    (x_m, x), (y_m, y) = plan.x_knots(world), plan.y_knots(world)
    for ascending in (x_m, x, y_m, y[::-1]):  # north is above
        assert (np.diff(ascending) > 0).all()
    buildings, drawn = plan.buildings(world), plan.document(world)
    for one in buildings:
        assert x_m[0] < one.x0 < one.x1 < x_m[-1]
        assert y_m[0] < one.y0 < one.y1 < y_m[-1]
    assert 0 < min(x) < max(x) < drawn["width"]
    assert 0 < min(y) < max(y) < drawn["height"]
    homes = [one for one in buildings if one.kind == "home"]
    for person, path in zip(world.people, world.paths, strict=True):
        assert x_m[0] <= path.xy_m[:, 0].min() <= path.xy_m[:, 0].max() <= x_m[-1]
        assert y_m[0] <= path.xy_m[:, 1].min() <= path.xy_m[:, 1].max() <= y_m[-1]
        where = path.at(np.array([at_s]))[0].tolist()
        if plan.place_of(world, path.room_at(at_s), *where) is Place.HOME:
            house = homes[person.home]
            assert house.x0 <= where[0] <= house.x1
            assert house.y0 - 0.5 <= where[1] <= house.y1 + 0.5


def test_everybody_is_counted_once_and_sleeps_at_home():
    world = make_world(12, 1)
    assert plan.places_at(world, 0.0) == {Place.HOME: 12}
    by_day = plan.places_at(world, NOON_S - 2 * 3600)
    assert by_day.total() == 12
    assert by_day[Place.OFFICE] > 0
    assert by_day[Place.MARKET] > 0


@pytest.mark.parametrize("people", [2, 12, 60])
def test_the_paths_drawn_are_those_walked_but_for_rounding(people):
    world = make_world(people, 3)
    for path, drawn in zip(world.paths, plan.document(world)["paths"], strict=True):
        assert np.interp(NOON_S, drawn["t"], drawn["x"]) == pytest.approx(path.at(np.array([NOON_S]))[0, 0], abs=0.6)
        assert len(drawn["t"]) == len(drawn["x"]) == len(drawn["y"])


@pytest.mark.parametrize(
    ("scene", "hour", "minute", "place"),
    [
        ("school", 7, 30, Place.SCHOOL),
        ("school", 8, 45, Place.SCHOOL),
        ("bus", 7, 10, Place.BUS),
        ("bus", 12, 0, Place.WORK),
    ],
)
def test_in_a_scene_everybody_is_where_it_plays(scene, hour, minute, place):
    world = make_world(12, 3, scene)
    assert plan.places_at(world, at(hour, minute)) == {place: 12}


def test_who_has_coffee_is_at_the_market():
    world = make_world(30, 3, "market")
    assert plan.place_of(world, OUTDOORS, *MARKET.coffee_at_m) is Place.MARKET
    assert plan.places_at(world, at(9))[Place.MARKET] > 6
