"""What a target takes."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.errors import TargetError
from bluezone.rollout.pace import Status, days_to_come, installs_for, pace, parse_share

AUGUST_13, AUGUST_30 = dt.date(2020, 8, 13), dt.date(2020, 8, 30)


def test_the_order_of_hau_giang_takes_9_684_installs_a_day() -> None:
    result = pace(installs=55_289, base=733_017, target=parse_share("30%"), as_of=AUGUST_13, deadline=AUGUST_30)
    assert (result.target_installs, result.needed, result.days, result.per_day) == (219_906, 164_617, 17, 9_684)
    assert round(result.share * 100, 2) == 7.54


@pytest.mark.parametrize(
    ("text", "share"),
    [("30%", "3/10"), ("30 %", "3/10"), ("7,54%", "377/5000"), ("7.54 %", "377/5000"), ("0.3", "3/10"), ("1", "1")],
)
def test_a_share_is_read_exactly(text: str, share: str) -> None:
    assert parse_share(text) == Fraction(share)


@pytest.mark.parametrize("text", ["120%", "0%", "-5%", "30", "abc", "", "%", "1.5", "nan%", "30%%"])
def test_a_share_nobody_could_meet_or_read_is_refused(text: str) -> None:
    with pytest.raises(TargetError):
        parse_share(text)


@given(st.integers(1, 100_000_000), st.fractions(min_value=Fraction(1, 10_000), max_value=1))
def test_the_installs_for_a_share_are_the_fewest_that_reach_it(base: int, share: Fraction) -> None:
    installs = installs_for(share, base)
    assert Fraction(installs, base) >= share > Fraction(installs - 1, base)


@pytest.mark.parametrize(
    ("installs", "as_of", "recent", "status"),
    [
        (300, AUGUST_13, None, Status.MET),
        (100, AUGUST_13, None, Status.UNKNOWN),
        (100, AUGUST_13, 200 / 17, Status.ON_TRACK),
        (100, AUGUST_13, 11.7, Status.BEHIND),
        (100, AUGUST_13, 0.0, Status.BEHIND),
        (100, AUGUST_30, 500.0, Status.BEHIND),
        (300, AUGUST_30, None, Status.MET),
        (100, dt.date(2020, 9, 5), 500.0, Status.IMPOSSIBLE),
    ],
)
def test_a_target_is_met_on_track_behind_or_impossible(
    installs: int, as_of: dt.date, recent: float | None, status: Status
) -> None:
    result = pace(
        installs=installs,
        base=1000,
        target=Fraction(3, 10),
        as_of=as_of,
        deadline=AUGUST_30,
        recent_per_day=recent,
    )
    assert result.status is status


def test_a_unit_without_people_has_no_pace() -> None:
    with pytest.raises(TargetError, match="nothing to count against"):
        pace(installs=1, base=0, target=Fraction(1, 2), as_of=AUGUST_13, deadline=AUGUST_30)


@pytest.mark.parametrize(
    ("as_of", "figure", "days", "per_day", "status"),
    [
        (dt.date(2020, 8, 29), dt.date(2020, 8, 29), 1, 200, Status.UNKNOWN),
        (AUGUST_30, None, 1, 200, Status.UNKNOWN),
        (AUGUST_30, dt.date(2020, 8, 29), 1, 200, Status.UNKNOWN),  # the morning of the last day
        (AUGUST_30, AUGUST_30, 0, None, Status.BEHIND),  # its evening: the figure of the day is in
        (dt.date(2020, 9, 1), AUGUST_30, 0, None, Status.IMPOSSIBLE),
        (dt.date(2020, 9, 1), None, 0, None, Status.IMPOSSIBLE),
    ],
)
def test_the_last_day_counts_until_its_figure_is_in(
    as_of: dt.date, figure: dt.date | None, days: int, per_day: int | None, status: Status
) -> None:
    assert days_to_come(as_of, AUGUST_30, figure) == days
    made = pace(installs=100, base=1000, target=Fraction(3, 10), as_of=as_of, deadline=AUGUST_30, last_figure=figure)
    assert (made.needed, made.per_day, made.status) == (200, per_day, status)


def test_a_target_that_is_met_needs_nothing_a_day_at_any_time() -> None:
    for as_of in (AUGUST_13, AUGUST_30, dt.date(2020, 9, 1)):
        made = pace(installs=300, base=1000, target=Fraction(3, 10), as_of=as_of, deadline=AUGUST_30, last_figure=as_of)
        assert (made.per_day, made.status) == (0, Status.MET)
