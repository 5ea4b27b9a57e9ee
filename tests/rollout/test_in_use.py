"""How many of the installed apps are in use, and what is missing of a target."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.in_use import InUse, in_use, sum_in_use, use_text
from bluezone.rollout.series import choose
from bluezone.rollout.suppression import Extent

DAY = dt.date(2020, 8, 20)
UNIT = UnitCode("63", "93")


def counts(*pairs: tuple[int, int, int | None]) -> list[Count]:
    return [Count(UNIT, dt.date(2020, 8, day), installs=installs, active=active) for day, installs, active in pairs]


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([], None),
        ([(20, 100, None)], None),
        ([(20, 100, 60)], InUse(60, DAY)),
        ([(18, 90, 50), (20, 100, None)], InUse(50, dt.date(2020, 8, 18))),  # with the day it is of
        ([(20, 100, 0)], InUse(0, DAY)),
    ],
)
def test_the_newest_count_of_apps_in_use_is_taken_with_its_day(
    pairs: list[tuple[int, int, int | None]], found: InUse | None
) -> None:
    assert in_use(choose(counts(*pairs), DAY)) == found


@pytest.mark.parametrize(
    ("reported", "found"),
    [
        ([(19, 90, 70)], InUse(70, dt.date(2020, 8, 19))),
        ([(18, 90, 50), (19, 95, 60)], InUse(60, dt.date(2020, 8, 19))),
        ([(19, 140, 120)], None),  # more than are installed by the Ministry's table
        ([(19, 90, None)], None),
    ],
)
def test_what_a_province_reports_in_use_is_known_though_the_table_of_the_ministry_counts(
    reported: list[tuple[int, int, int | None]], found: InUse | None
) -> None:
    printed = Count(UNIT, DAY, installs=100, origin=Origin.MINISTRY)
    series = choose([*counts(*reported), printed], DAY)
    assert (series.origin, in_use(series)) == (Origin.MINISTRY, found)
    assert in_use(series.until(dt.date(2020, 8, 17))) is None


def test_of_a_class_that_counts_those_in_use_its_own_is_taken() -> None:
    printed = Count(UNIT, DAY, installs=100, active=40, origin=Origin.MINISTRY)
    assert in_use(choose([*counts((20, 90, 70)), printed], DAY)) == InUse(40, DAY)


def test_a_sum_is_known_only_where_every_part_is() -> None:
    one, other = InUse(5, DAY), InUse(7, dt.date(2020, 8, 18), Extent.AT_LEAST)
    assert sum_in_use([one, other]) == InUse(12, dt.date(2020, 8, 18), Extent.AT_LEAST)
    assert sum_in_use([one, None]) is None
    assert sum_in_use([]) is None


@pytest.mark.parametrize(
    ("use", "target", "said"),
    [
        (None, 100, "chưa biết"),
        (InUse(12_345, DAY), None, "12.345 (20/8)"),
        (InUse(12_345, DAY), 219_906, "12.345 (20/8), còn thiếu 207.561"),
        (InUse(12_345, DAY), 12_000, "12.345 (20/8), còn thiếu 0"),
    ],
)
def test_it_is_said_with_its_day_and_what_is_missing(use: InUse | None, target: int | None, said: str) -> None:
    assert use_text(use, Language.VIETNAMESE, target) == said
