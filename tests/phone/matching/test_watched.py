"""What "nothing was noted" is worth: a table of cases."""

from __future__ import annotations

import pytest

from bluezone.phone.matching.watched import WatchedDay, Worth, watched_between, watched_days, worth

H, DAY = 3_600, 86_400
STARTS = [float(day * DAY - 7 * H) for day in range(100, 114)]  # midnights in Viet Nam
NOW = STARTS[-1] + 12 * H


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        pytest.param([None] * 14, Worth.NOTHING, id="not in use"),
        pytest.param([None] * 13 + [1 / 60], Worth.NOTHING, id="a minute after joining"),
        pytest.param([None] * 13 + [3], Worth.LITTLE, id="three hours after joining"),
        pytest.param([None] * 7 + [24] * 6 + [7], Worth.LITTLE, id="six days and a bit"),
        pytest.param([None] * 7 + [24] * 6 + [8], Worth.ENOUGH, id="seven days of eight hours and more"),
        pytest.param([7.9] * 14, Worth.LITTLE, id="always, and never for long"),
        pytest.param([8, 0] * 7, Worth.ENOUGH, id="every other day"),
        pytest.param([24] * 11 + [0] * 3, Worth.LITTLE, id="Bluetooth off for three days"),
        pytest.param([24] * 11 + [0, 0, 8], Worth.ENOUGH, id="and on again"),
        pytest.param([0] * 14, Worth.NOTHING, id="in use, and never watched"),
    ],
)
def test_what_days_are_worth(hours: list[float | None], said: Worth) -> None:
    assert worth([None if value is None else value * H for value in hours]) is said


def hours_of(start_s: float, count: int, seconds: float = H) -> dict[int, float]:
    return {int(start_s) + n * H: seconds for n in range(count)}


@pytest.mark.parametrize(
    ("hours", "joined_s", "days"),
    [
        pytest.param({}, NOW - 60, [None] * 13 + [0], id="joined a minute ago"),
        pytest.param(hours_of(NOW - 2 * H, 2), NOW - 2 * H, [None] * 13 + [2], id="joined two hours ago"),
        pytest.param({}, STARTS[12] + 23 * H, [None] * 12 + [0, 0], id="joined late yesterday: Bluetooth off"),
        pytest.param(hours_of(STARTS[11], 30), STARTS[11], [None] * 11 + [24, 6, 0], id="a day and a quarter"),
        pytest.param(
            hours_of(STARTS[11], 1), NOW - 60, [None] * 11 + [1, 0, 0], id="agreed again: what was watched before stays"
        ),
        pytest.param(hours_of(NOW + DAY, 5), NOW - 60, [None] * 13 + [0], id="hours of a clock that was wrong"),
        pytest.param(hours_of(STARTS[13], 2), NOW + 300 * DAY, [None] * 13 + [2], id="joined in a wrong year"),
    ],
)
def test_what_was_watched_by_day(hours: dict[int, float], joined_s: float | None, days: list[float | None]) -> None:
    found = watched_days(hours, STARTS, joined_s, NOW)
    assert [None if day.seconds is None else day.seconds / H for day in found.days] == days
    assert found.seconds == sum(value or 0 for value in days) * H


@pytest.mark.parametrize(
    ("hours", "joined_s", "idle", "has_just_begun"),
    [
        pytest.param({}, NOW - 60, [], True, id="a minute after joining nothing is the matter"),
        pytest.param({NOW // H * H: 30.0}, NOW - 60, [], True, id="half a minute of it watched"),
        pytest.param({}, NOW - 660, [], False, id="eleven minutes"),
        pytest.param({}, NOW - 2 * H, [13], False, id="two hours without Bluetooth"),
        pytest.param({}, STARTS[12] + 23 * H + 1_800, [13], False, id="the last half hour of yesterday is too little"),
        pytest.param({STARTS[12] + 23 * H: 1_800.0}, NOW - 60, [], False, id="agreed again: something was watched"),
        pytest.param(hours_of(STARTS[10], 24), STARTS[10], [11, 12, 13], False, id="three days off"),
    ],
)
def test_a_day_is_idle_only_once_it_could_have_been_watched(
    hours: dict[int, float], joined_s: float, idle: list[int], has_just_begun: bool
) -> None:
    found = watched_days(hours, STARTS, joined_s, NOW)
    assert [number for number, day in enumerate(found.days) if day.is_idle] == idle
    assert found.has_just_begun is has_just_begun


def test_a_zone_of_half_hours_gives_each_hour_to_one_day() -> None:
    starts = [start_s + 1_800 for start_s in STARTS]
    found = watched_days(hours_of(STARTS[5], 48), starts, None, NOW)
    assert sum(day.seconds or 0 for day in found.days) == pytest.approx(47 * H, abs=H)
    assert found.days[5] == WatchedDay(starts[5], 24.0 * H)


def test_a_span_of_hours() -> None:
    assert watched_between(hours_of(0, 24, 600.0), 2 * H, 5 * H) == 1_800
