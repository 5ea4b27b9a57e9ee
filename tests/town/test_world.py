"""People, their days, and the scenes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.town.errors import TownError
from bluezone.town.findings import CLOSE_CONTACT_MIN, minutes_near, minutes_within
from bluezone.town.paths import OUTDOORS, TOP_SPEED_M_S, Path, join_days
from bluezone.town.plans import DAY_S, Role, at
from bluezone.town.story import Case, day_spans, most_in_a_day, near_a_case
from bluezone.town.world import BUS, MARKET, MAX_DAYS, SCENES, SCHOOL, TOWN, make_world


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


@pytest.mark.parametrize("scene", SCENES)
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


PAIRS = np.triu_indices(24, 1)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(SCENES)), st.integers(2, 60), st.integers(0, 2**32), st.integers(1, 3))
def test_nobody_teleports_and_everybody_ends_each_day_in_their_bed(scene, people, seed, days):
    world = make_world(people, seed, scene, days)
    assert len(world.people) == len(world.paths) == people
    midnights = np.arange(1, days + 1) * DAY_S - 1.0
    for path in world.paths:
        steps_s = np.diff(path.times_s)
        assert (steps_s > 0).all()
        assert (np.hypot(*np.diff(path.xy_m, axis=0).T) <= TOP_SPEED_M_S * steps_s + 1e-6).all()
        assert (path.times_s[0], path.times_s[-1]) == (0, pytest.approx(days * DAY_S))
        assert np.hypot(*(path.at(midnights) - path.xy_m[0]).T).max() < 1.0
        assert (path.rooms_at(midnights) == path.rooms[0]).all()
        assert path.rooms[0] == path.rooms[-1] != OUTDOORS


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_a_scene_belongs_to_its_seed_and_each_day_is_another(scene):
    one, again, other = make_world(9, 4, scene, 2), make_world(9, 4, scene, 2), make_world(9, 5, scene, 2)
    assert one.people == again.people
    for a, b in zip(one.paths, again.paths, strict=True):
        assert all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in ("times_s", "xy_m", "rooms"))
    assert one.people != other.people or scene != TOWN
    assert any(a.xy_m.tobytes() != b.xy_m.tobytes() for a, b in zip(one.paths, other.paths, strict=True))
    first = make_world(9, 4, scene).paths
    for whole, day in zip(one.paths, first, strict=True):
        within = whole.times_s <= DAY_S
        assert whole.times_s[within].tobytes() == day.times_s.tobytes()
        assert whole.times_s[~within].tobytes() != (day.times_s[1:] + DAY_S).tobytes()


@pytest.mark.parametrize("scene", sorted({*SCENES} - {TOWN}))
def test_strangers_meet_in_the_scene_only(scene):
    """Everybody lives alone: from eight in the evening to six nobody is within six metres of anybody."""
    world = make_world(24, 3, scene)
    assert minutes_within(world.paths, at(20), DAY_S, radius_m=6.0).max() == 0


def test_at_the_market_many_pass_each_other_and_only_who_sits_down_together_is_close_for_long():
    world = make_world(24, 3, "market")
    close = minutes_within(world.paths, 0, DAY_S)[PAIRS]
    assert ((close > 0) & (close < CLOSE_CONTACT_MIN)).sum() > 40
    assert (close >= CLOSE_CONTACT_MIN).sum() < 10
    assert sum(person.role is Role.TRADER for person in world.people) == 24 // (MARKET.customers_a_trader + 1)


def test_a_bus_has_a_seat_for_each_two_rides_a_day_and_other_neighbours_on_the_way_back():
    world = make_world(24, 3, "bus")
    there_s, back_s = at(7, 10), at(17, 30)
    rooms = {path.room_at(there_s) for path in world.paths}
    assert len(rooms) == 1
    assert OUTDOORS not in rooms
    near = []
    for time_s in (there_s, back_s):
        places = np.array([path.at(np.array([time_s]))[0] for path in world.paths])
        apart_m = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
        assert apart_m[PAIRS].min() > 0.4
        near.append(apart_m < 0.9)
    assert (near[0] & ~near[1]).sum() > near[0].sum() / 4
    ride_min = BUS.length_m / BUS.speed_m_s / 60
    assert ride_min < minutes_within(world.paths, 0, DAY_S).max() < 2 * ride_min + 20


def test_a_class_has_its_places_of_the_rule_and_a_break_in_the_yard():
    world = make_world(24, 3, "school")
    assert [person.role for person in world.people].count(Role.TEACHER) == 1
    lesson_s = at(*SCHOOL.begins) + 20 * 60
    break_s = at(*SCHOOL.begins) + (2 * SCHOOL.lesson_min + SCHOOL.breaks_min[0] + 12) * 60
    assert {path.room_at(lesson_s) for path in world.paths} == {world.paths[0].room_at(lesson_s)}
    assert sum(path.room_at(break_s) == OUTDOORS for path in world.paths) == 23
    places = np.array([path.at(np.array([lesson_s]))[0] for path in world.paths[1:]])
    apart_m = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + np.eye(23) * 99
    assert np.median(apart_m.min(axis=1)) == pytest.approx(SCHOOL.seat_m, abs=0.3)
    taught_min = 4 * SCHOOL.lesson_min
    assert minutes_within(world.paths, 0, DAY_S).max() > 0.9 * taught_min


def test_more_pupils_than_a_class_holds_make_two_classes_with_a_wall_between():
    world = make_world(60, 3, "school")
    lesson_s = at(*SCHOOL.begins) + 20 * 60
    rooms = [path.room_at(lesson_s) for path in world.paths]
    assert sorted(rooms.count(room) for room in set(rooms)) == [30, 30]
    assert [person.role for person in world.people].count(Role.TEACHER) == 2


@pytest.mark.parametrize(("scene", "days"), [("opera", 1), ("town", 0), ("bus", MAX_DAYS + 1)])
def test_a_scene_there_is_not_and_days_there_cannot_be_are_refused(scene, days):
    with pytest.raises(TownError):
        make_world(4, 1, scene, days)


# --- days -----------------------------------------------------------------------------------------


def straight(x_m: float, room: int = 0) -> Path:
    return Path(np.array([0.0, DAY_S]), np.array([[x_m, 0.0], [x_m, 0.0]]), np.full(2, room))


def test_days_are_joined_where_they_end():
    path = join_days([straight(0.0, 1), straight(1.0, 2), straight(5.0, 3)], DAY_S)
    assert path.times_s.tolist() == [0.0, DAY_S, 2 * DAY_S, 3 * DAY_S]
    assert path.xy_m[:, 0].tolist() == [0.0, 0.0, 1.0, 5.0]
    assert path.room_at(DAY_S + 1) == 2
    assert path.room_at(2 * DAY_S + 1) == 3


def test_a_contact_is_counted_by_the_day_and_until_the_case_is_confirmed():
    """Ten minutes on each of two days are no quarter of an hour; and who comes near afterwards was not warned."""

    def visits(*times_min):
        """Return a path that is one metre from the origin in the given spans and far away otherwise."""
        times, places = [0.0], [(500.0, 0.0)]
        for first, last in times_min:
            for minute, x_m in ((first - 1e-6, 500.0), (first, 1.0), (last, 1.0), (last + 1e-6, 500.0)):
                times.append(minute * 60.0)
                places.append((x_m, 0.0))
        return Path(np.array([*times, 3 * DAY_S]), np.array([*places, (500.0, 0.0)]), np.zeros(len(times) + 1, int))

    day = DAY_S / 60
    still = Path(np.array([0.0, 3 * DAY_S]), np.zeros((2, 2)), np.zeros(2, int))
    paths = [still, visits((100, 110), (day + 100, day + 110)), visits((100, 120)), visits((2 * day, 2 * day + 60))]
    confirmed = Case(0, 1_000.0 + 2 * DAY_S, 3)
    first, second = near_a_case(paths, [confirmed], 1_000.0)
    assert first == pytest.approx([0, 10, 20, 0], abs=0.01)
    assert second == pytest.approx([0, 10, 0, 0], abs=0.01)
    assert most_in_a_day(paths, 3 * DAY_S)[0] == pytest.approx([0, 10, 20, 60], abs=0.01)
    assert minutes_near(paths, 0, 0, 3 * DAY_S) == pytest.approx([0, 20, 20, 60], abs=0.01)


def test_the_last_day_may_be_cut_short():
    assert day_spans(1.5 * DAY_S) == [(0.0, DAY_S), (DAY_S, 1.5 * DAY_S)]
