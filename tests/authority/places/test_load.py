"""The load of a place by hour, from entries at its door."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.places.load import load_of

DAY = dt.date(2020, 8, 20)


def hours(**counts: int) -> list[int]:
    return [counts.get(f"h{hour}", 0) for hour in range(24)]


@pytest.mark.parametrize("days", [{}, {DAY: hours()}])
def test_where_nobody_arrived_there_is_no_load(days):
    assert load_of([days]) is None


def test_sums_and_the_most_of_a_day_are_by_hour():
    door = {DAY: hours(h7=4, h17=9), DAY - dt.timedelta(1): hours(h7=5), DAY - dt.timedelta(2): hours()}
    found = load_of([door, {DAY - dt.timedelta(1): hours(h7=3)}])
    assert found is not None
    assert (found.days, found.sums[7], found.most[7], found.sums[17], found.busiest) == (2, 12, 8, 9, 7)
    points = dict(tuple(map(int, point.split(","))) for point in found.points.split())
    assert (len(points), points[10 + 7 * 20], points[10]) == (24, 10, 90)
