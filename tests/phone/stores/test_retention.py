from __future__ import annotations

import pytest

from bluezone.phone.stores.retention import FUTURE_S, RETENTION_S, ClockTrack, bounds, follow

NOW = 1_597_276_800.0
HOUR, DAY = 3600.0, 86400.0


def walk(*moments: float) -> ClockTrack:
    track = None
    for moment in moments:
        track = follow(track, moment)
    assert track is not None
    return track


def hours(start_s: float, count: int) -> list[float]:
    return [start_s + HOUR * number for number in range(count)]


@pytest.mark.parametrize(
    ("moments", "old_may_go", "future_may_go"),
    [
        (hours(NOW, 1), False, False),  # a first look says nothing of how long the clock has been right
        (hours(NOW, 2), True, False),
        (hours(NOW, 25), True, True),
        ([*hours(NOW, 30), NOW + 29 * HOUR + 20 * HOUR], True, True),  # switched off over night
        ([*hours(NOW, 30), NOW + 5 * DAY], False, False),  # switched off for days, or a jump: who knows
        ([*hours(NOW, 30), *hours(NOW + 5 * DAY, 2)], True, False),
        ([*hours(NOW, 30), NOW + 29 * HOUR - 3600], True, True),  # put right by an hour
        ([*hours(NOW, 30), *hours(NOW - 300 * DAY, 2)], True, False),  # a flat battery
        ([*hours(NOW, 30), *hours(NOW - 300 * DAY, 24)], True, False),
        ([*hours(NOW, 30), *hours(NOW - 300 * DAY, 25)], True, True),
        ([*hours(NOW, 30), NOW + 365 * DAY, *hours(NOW + 30 * HOUR, 1)], False, False),  # there and back
    ],
)
def test_a_clock_is_trusted_only_after_it_has_been_steady(moments, old_may_go, future_may_go):
    limits = bounds(walk(*moments))
    assert (limits.oldest_s is not None, limits.newest_s is not None) == (old_may_go, future_may_go)


def test_the_bounds_are_fourteen_days_back_and_one_day_ahead():
    limits = bounds(walk(*hours(NOW, 48)))
    last = NOW + 47 * HOUR
    assert (limits.oldest_s, limits.newest_s) == (last - RETENTION_S, last + FUTURE_S)
    assert (RETENTION_S, FUTURE_S) == (14 * 86400, 86400)
