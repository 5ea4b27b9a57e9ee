"""Minutes within two metres are exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.town.paths import OUTDOORS, Path
from bluezone.town.truth import minutes_within, seconds_within
from bluezone.town.world import make_world


def path(*waypoints):
    times, xs, ys = zip(*waypoints, strict=True)
    return Path(np.array(times, float), np.column_stack((xs, ys)).astype(float), np.full(len(times), OUTDOORS))


STILL = path((0, 0, 0), (1000, 0, 0))


@pytest.mark.parametrize(
    ("other", "seconds"),
    [
        (path((0, 2, 0), (1000, 2, 0)), 1000),  # exactly two metres away all the time
        (path((0, 2.001, 0), (1000, 2.001, 0)), 0),
        (path((0, -10, 0), (20, 10, 0)), 4),  # walks through at 1 m/s: four metres of chord, then stands away
        (path((0, -10, 1), (20, 10, 1)), 2 * np.sqrt(3)),  # chord one metre off the middle
        (path((0, -10, 2), (20, 10, 2)), 0),  # touches in one point
        (path((0, -10, 3), (20, 10, 3)), 0),
        (path((0, 0, 0), (10, 10, 0)), 2 + 0),  # leaves at 1 m/s from the very place
        (path((0, 5, 0), (5, 0, 0), (10, 5, 0)), 4),  # comes to two metres and goes away again
    ],
)
def test_seconds_within_two_metres(other, seconds):
    assert seconds_within(STILL, other, 2.0, 0, 1000) == pytest.approx(seconds, abs=1e-6)
    assert seconds_within(other, STILL, 2.0, 0, 1000) == pytest.approx(seconds, abs=1e-6)


def test_two_who_walk_side_by_side_are_close_all_the_way():
    assert seconds_within(path((0, 0, 0), (100, 90, 0)), path((0, 0, 1), (100, 90, 1)), 2.0, 0, 100) == 100


def test_only_the_time_asked_for_counts():
    near = path((0, 1, 0), (1000, 1, 0))
    assert seconds_within(STILL, near, 2.0, 250, 400) == pytest.approx(150)


@settings(max_examples=10, deadline=None)
@given(people=st.integers(2, 10), seed=st.integers(0, 10_000))
def test_minutes_are_symmetric_bounded_and_grow_with_the_radius(people, seed):
    world = make_world(people, seed)
    close, wider = (minutes_within(world.paths, 0, 86_400, radius_m) for radius_m in (2.0, 4.0))
    assert (close == close.T).all()
    assert (np.diag(close) == 0).all()
    assert ((close >= 0) & (close <= 1440 + 1e-6)).all()
    assert (close <= wider + 1e-9).all()


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_exact_minutes_agree_with_sampling_each_second(seed):
    world = make_world(6, seed)
    close = minutes_within(world.paths, 0, 86_400)
    seconds = np.arange(0, 86_400) + 0.5
    places = np.array([one.at(seconds) for one in world.paths])
    for i in range(6):
        for j in range(i):
            sampled = np.sum(np.hypot(*(places[i] - places[j]).T) <= 2.0) / 60
            assert close[i, j] == pytest.approx(sampled, abs=1.0)
