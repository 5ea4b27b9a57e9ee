"""Where the case was by the code of a place: worked out from the way, whatever the seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.town.market import where_was
from bluezone.town.plans import DAY_S, Role
from bluezone.town.world import make_world


@settings(max_examples=15, deadline=None)
@given(people=st.integers(4, 40), seed=st.integers(0, 2**32))
def test_traders_are_at_the_market_and_office_workers_at_the_company(people, seed):
    world = make_world(people, seed)
    expected = {Role.TRADER: "market", Role.OFFICE: "company"}
    for number, person in enumerate(world.people):
        was = where_was(world, number, 0.0, DAY_S)
        if person.role in expected:
            assert was is not None
            assert was.place == expected[person.role]
        assert was is None or (was.place in expected.values() and 600 <= was.left_s - was.came_s < 12 * 3_600)


def test_a_stay_lies_within_the_time_that_is_asked_for():
    world = make_world(12, 3)
    [trader, *_] = [number for number, person in enumerate(world.people) if person.role is Role.TRADER]
    whole = where_was(world, trader, 0.0, DAY_S)
    cut = where_was(world, trader, 3_600.0, 7_200.0)
    assert whole is not None
    assert whole.left_s - whole.came_s > 3_600
    assert (cut.came_s, cut.left_s) == (3_600.0, 7_140.0)
    assert where_was(world, trader, 0.0, 300.0) is None
    assert where_was(world, trader, 300.0, 300.0) is None


@pytest.mark.parametrize("seed", range(4))
def test_one_who_is_at_a_place_stands_on_its_ground(seed):
    world = make_world(12, seed)
    for number in range(12):
        was = where_was(world, number, 0.0, DAY_S)
        if was is not None and was.place == "market":
            x_m, y_m = world.paths[number].at(np.array([(was.came_s + was.left_s) / 2]))[0]
            assert x_m < -100
            assert y_m > 10
