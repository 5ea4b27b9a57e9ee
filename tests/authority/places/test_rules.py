"""Rules of places: what a stay may be, who confirms it, what one package tells, and the load by hour."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.places import rules
from bluezone.authority.places.rules import PlaceRefusedError, Waiting, load_of

NOW = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end", "marked", "refused"),
    [
        (NOW - HOUR, NOW, 0, False),
        (NOW - 14 * DAY, NOW - 14 * DAY + HOUR, 0, False),
        (NOW - HOUR, NOW - HOUR + dt.timedelta(minutes=10), 7, False),
        (NOW - HOUR, NOW - 2 * HOUR, 0, True),
        (NOW - HOUR, NOW - HOUR, 0, True),
        (NOW - HOUR, NOW + HOUR, 0, True),
        (NOW - 14 * DAY - HOUR, NOW - 14 * DAY, 0, True),
        (NOW - HOUR, NOW - HOUR + dt.timedelta(minutes=9), 0, True),
        (NOW - 2 * DAY, NOW - DAY + HOUR, 0, True),
        (NOW - HOUR, NOW, 8, True),
    ],
)
def test_which_stays_are_taken_down(start, end, marked, refused):
    if refused:
        with pytest.raises(PlaceRefusedError):
            rules.check_window(start, end, NOW, marked)
    else:
        rules.check_window(start, end, NOW, marked)


@pytest.mark.parametrize(
    ("marked_by", "officer", "may_confirm", "refused"),
    [(1, 2, True, False), (None, 2, True, False), (1, 1, True, True), (1, 2, False, True)],
)
def test_a_second_officer_with_the_right_confirms(marked_by, officer, may_confirm, refused):
    if refused:
        with pytest.raises(PlaceRefusedError):
            rules.check_confirming(marked_by, officer, may_confirm=may_confirm)
    else:
        rules.check_confirming(marked_by, officer, may_confirm=may_confirm)


def test_stays_of_one_person_are_spread_over_packages():
    stay = (b"", NOW - 2 * HOUR, NOW - HOUR)
    confirmed = (("3", "a", NOW), ("1", "a", NOW - HOUR), ("2", "b", NOW))
    waiting = [Waiting(*facts, *stay) for facts in confirmed]
    first = rules.chosen(waiting)
    assert [each.number for each in first] == ["1", "2"]
    assert [each.number for each in rules.chosen(each for each in waiting if each not in first)] == ["3"]


@pytest.mark.parametrize(("real", "drawn", "made_up"), [(1, 0, 19), (1, 10, 29), (25, 0, 0), (25, 10, 5), (200, 10, 0)])
def test_a_package_holds_a_least_number_of_warnings(real, drawn, made_up):
    assert rules.made_up_count(real, drawn) == made_up


@pytest.mark.parametrize(
    ("stay_min", "capacity", "refused"),
    [(60, None, False), (5, 1, False), (1_440, 200_000, False), (4, None, True), (1_441, None, True), (60, 0, True)],
)
def test_what_may_be_known_of_a_place(stay_min, capacity, refused):
    if refused:
        with pytest.raises(PlaceRefusedError):
            rules.check_facts(stay_min, capacity)
    else:
        rules.check_facts(stay_min, capacity)


def hours(**counts: int) -> list[int]:
    return [counts.get(f"h{hour}", 0) for hour in range(24)]


@pytest.mark.parametrize("days", [{}, {TODAY: hours()}])
def test_where_nobody_arrived_there_is_no_load(days):
    assert load_of([days]) is None


def test_sums_and_the_most_of_a_day_are_by_hour():
    door = {TODAY: hours(h7=4, h17=9), TODAY - DAY: hours(h7=5), TODAY - 2 * DAY: hours()}
    found = load_of([door, {TODAY - DAY: hours(h7=3)}])
    assert found is not None
    assert (found.days, found.sums[7], found.most[7], found.sums[17], found.busiest) == (2, 12, 8, 9, 7)
    points = dict(tuple(map(int, point.split(","))) for point in found.points.split())
    assert (len(points), points[10 + 7 * 20], points[10]) == (24, 10, 90)
