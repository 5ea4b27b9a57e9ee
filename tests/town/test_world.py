"""The town's people move as people do, whatever the seed and the size of the town."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.town.errors import TownError
from bluezone.town.paths import OUTDOORS, TOP_SPEED_M_S
from bluezone.town.plans import DAY_S, Role
from bluezone.town.truth import CLOSE_CONTACT_MIN, minutes_within
from bluezone.town.world import SCENE_NAMES, make_world

towns = st.builds(make_world, people=st.integers(2, 60), seed=st.integers(0, 2**32))


@settings(max_examples=25, deadline=None)
@given(towns)
def test_nobody_teleports_and_everybody_is_somewhere_all_day(world):
    for path in world.paths:
        assert path.times_s[0] == 0
        assert path.times_s[-1] == pytest.approx(DAY_S)
        steps_s = np.diff(path.times_s)
        assert (steps_s > 0).all()
        assert (np.hypot(*np.diff(path.xy_m, axis=0).T) <= TOP_SPEED_M_S * steps_s + 1e-6).all()


@settings(max_examples=25, deadline=None)
@given(towns)
def test_everybody_ends_the_day_in_the_bed_where_it_began(world):
    for path in world.paths:
        assert np.hypot(*(path.xy_m[-1] - path.xy_m[0])) < 1.0
        assert path.rooms[-1] == path.rooms[0] != OUTDOORS


@settings(max_examples=10, deadline=None)
@given(people=st.integers(2, 40), seed=st.integers(0, 2**32))
def test_the_same_seed_makes_the_same_town(people, seed):
    one, two = make_world(people, seed), make_world(people, seed)
    assert one.people == two.people
    for a, b in zip(one.paths, two.paths, strict=True):
        assert a.times_s.tobytes() == b.times_s.tobytes()
        assert a.xy_m.tobytes() == b.xy_m.tobytes()
        assert a.rooms.tobytes() == b.rooms.tobytes()


def test_another_seed_makes_another_town():
    assert make_world(12, 1).people != make_world(12, 2).people


@pytest.mark.parametrize("people", [2, 3, 12, 200])
def test_a_town_has_as_many_people_as_asked_for_each_with_a_name_of_their_own(people):
    world = make_world(people, 5)
    assert len(world.people) == len(world.paths) == people
    assert len({person.id for person in world.people}) == people
    assert len({person.name for person in world.people}) == people


@pytest.mark.parametrize(("people", "seed"), [(1, 1), (0, 1), (-3, 1), (1001, 1), (12, -1)])
def test_an_impossible_town_is_refused(people, seed):
    with pytest.raises(TownError):
        make_world(people, seed)


@pytest.mark.parametrize("seed", range(5))
def test_at_night_a_household_is_in_its_own_home_and_far_from_every_other(seed):
    world = make_world(30, seed)
    night = np.array([np.interp(0.97, [0, 1], [0, DAY_S])])  # after four in the morning
    places = np.array([path.at(night)[0] for path in world.paths])
    homes = np.array([person.home for person in world.people])
    apart_m = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert (apart_m[homes[:, None] == homes[None]] < 15).all()
    assert (apart_m[homes[:, None] != homes[None]] > 12).all()


def test_the_town_holds_every_kind_of_pair():
    """Long close contacts, passers-by, hard negatives (one room, never close), and people who never meet."""
    world = make_world(40, 7)
    close = minutes_within(world.paths, 0, DAY_S)
    same_room = minutes_within(world.paths, 0, DAY_S, radius_m=6.0)
    pair = np.triu(np.ones_like(close, dtype=bool), 1)
    assert (close[pair] > 120).sum() > 20
    assert ((close > 0) & (close < CLOSE_CONTACT_MIN))[pair].sum() > 50
    assert ((same_room > 60) & (close < CLOSE_CONTACT_MIN))[pair].sum() > 5
    assert (minutes_within(world.paths, 0, DAY_S, radius_m=30.0)[pair] == 0).any()


def test_people_who_only_share_a_road_are_no_close_contacts():
    """Somebody who keeps house and an office worker of another home meet on the way at most."""
    world = make_world(40, 11)
    close = minutes_within(world.paths, 0, DAY_S)
    for i, a in enumerate(world.people):
        for j, b in enumerate(world.people):
            if a.home != b.home and a.role is Role.HOME and b.role is Role.OFFICE:
                assert close[i, j] < CLOSE_CONTACT_MIN


@pytest.mark.parametrize("scene", SCENE_NAMES)
def test_who_isolates_meets_nobody_from_then_on(scene):
    """At home, in a room of one's own: two of one household each in another."""
    world = make_world(12, 4, scene, days=2)
    before = minutes_within(world.paths, 0, DAY_S)
    home = max(world.people, key=lambda person: sum(other.home == person.home for other in world.people)).home
    household = [number for number, person in enumerate(world.people) if person.home == home][:2]
    from_s, old = DAY_S - 600.0, list(world.paths)
    for done, person in enumerate(household):
        world.isolate(person, from_s, household[:done])
    later = minutes_within(world.paths, from_s, 2 * DAY_S)
    assert later[household].sum() < 0.2, "a walk across the house at night"
    assert np.allclose(minutes_within(world.paths, 0, from_s), minutes_within(old, 0, from_s))
    assert before[household].sum() > 15 or scene != "town"
    for person in household:
        path = world.paths[person]
        assert (np.diff(path.times_s) > 0).all()
        speeds = np.hypot(*np.diff(path.xy_m, axis=0).T) / np.diff(path.times_s)
        assert speeds.max() <= TOP_SPEED_M_S
        assert not path.xy_m.flags.c_contiguous or len(path.xy_m) < 2
