"""The figure of a province that has reported none itself, once all its districts have."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.store import store
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.series import SUM

DAY = dt.date(2020, 8, 20)
HAU_GIANG = UnitCode.parse("63:93")
DISTRICTS = [each.code for each in catalogue.all_units().children(HAU_GIANG, DAY)]


def reported(*, but: int = 0, ago: int = 0) -> list[Count]:
    """Figures of all districts but some, on two days; of the last one so many days older."""
    days = [DAY - dt.timedelta(days=1), DAY]
    made = [Count(code, day, installs=1_000 + 10 * day.day) for code in DISTRICTS[but:-1] for day in days]
    old = [day - dt.timedelta(days=ago) for day in days]
    return made + [Count(DISTRICTS[-1], day, installs=500 + day.day) for day in old]


def test_a_province_without_a_figure_is_the_sum_of_its_districts(db):
    store(reported())
    series = reader.series_of([HAU_GIANG], DAY)[HAU_GIANG]
    assert series.totals() == [(dt.date(2020, 8, 19), 7 * 1_190 + 519), (DAY, 7 * 1_200 + 520)]
    assert series.figure is not None
    assert (series.figure.source, series.origin) == (SUM, Origin.REPORTED)
    assert reader.whole_series(HAU_GIANG, DAY).total == 7 * 1_200 + 520


@pytest.mark.parametrize(("but", "ago"), [(1, 0), (0, 9)])
def test_while_a_district_is_silent_there_is_no_sum(db, but, ago):
    store(reported(but=but, ago=ago))
    assert HAU_GIANG not in reader.series_of([HAU_GIANG], DAY)


def test_its_own_figure_counts_before_the_sum_whatever_its_source(db):
    own = Count(HAU_GIANG, DAY - dt.timedelta(days=5), installs=70_000, origin=Origin.COUNTED)
    store([*reported(), own])
    assert reader.series_of([HAU_GIANG], DAY)[HAU_GIANG].total == 70_000


def test_other_kinds_and_units_below_communes_have_no_sum(db):
    store(reported())
    commune = catalogue.all_units().children(DISTRICTS[0], DAY)[0].code
    assert reader.series_of([HAU_GIANG], DAY, kind=reader.Kind.ACTIVE) == {}
    assert reader.series_of([commune], DAY) == {}


def test_the_sum_takes_two_queries_however_many_units(db, django_assert_max_num_queries):
    provinces = [each.code for each in catalogue.provinces().children(UnitCode.parse("63:VN"), DAY)]
    store(reported())
    with django_assert_max_num_queries(10):
        reader.series_of(provinces, DAY)
