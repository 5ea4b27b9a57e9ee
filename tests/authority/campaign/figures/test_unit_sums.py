"""The figure of a province whose districts have reported: alone, beside its own, beside what the Ministry printed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.store import store
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.series import SUM, Completeness

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
    assert (series.figure.source, series.origin) == (SUM, Origin.PARTS)
    assert reader.whole_series(HAU_GIANG, DAY).total == 7 * 1_200 + 520


@pytest.mark.parametrize(("but", "ago"), [(1, 0), (0, 9)])
def test_while_a_district_is_silent_there_is_no_sum(db, but, ago):
    store(reported(but=but, ago=ago))
    assert HAU_GIANG not in reader.series_of([HAU_GIANG], DAY)


def told(days_before: int, installs: int | None, origin: Origin, share: str = "") -> Count:
    percent = Decimal(share) if share else None
    date = DAY - dt.timedelta(days=days_before)
    return Count(HAU_GIANG, date, installs, percent_population=percent, origin=origin, source=origin.value)


@pytest.mark.parametrize(
    ("own", "total", "origin"),
    [
        ([told(5, 70_000, Origin.COUNTED)], 8_920, Origin.PARTS),  # a report speaks before our own count
        ([told(0, 9_000, Origin.REPORTED)], 9_000, Origin.REPORTED),  # the place's own report before the sum
        ([told(7, 55_289, Origin.MINISTRY)], 8_920, Origin.PARTS),  # outdated by what all parts reported since
        ([told(3, 55_289, Origin.MINISTRY)], 55_289, Origin.MINISTRY),  # its next table is due
        ([told(7, 55_289, Origin.MINISTRY), told(1, None, Origin.MINISTRY, "19.31")], 141_546, Origin.MINISTRY),
        ([told(1, None, Origin.MINISTRY, "19")], 8_920, Origin.PARTS),  # whole percents are no figure
    ],
)
def test_of_several_sources_one_speaks(db, own, total, origin):
    store([*reported(), *own])
    series = reader.series_of([HAU_GIANG], DAY)[HAU_GIANG]
    assert (series.total, series.origin) == (total, origin)
    assert reader.whole_series(HAU_GIANG, DAY).total == total


def test_on_a_day_on_which_some_are_silent_the_sum_of_the_day_before_stands_and_says_so(db):
    later = DAY + dt.timedelta(days=1)
    store([*reported(), *(Count(code, later, installs=1_300) for code in DISTRICTS[:3])])
    series = reader.whole_series(HAU_GIANG, later)
    assert (series.total, series.figure.date) == (7 * 1_200 + 520, DAY)
    assert series.completeness == Completeness(8, 3, later, total=3_900)
    assert reader.last_reports([HAU_GIANG], later) == {HAU_GIANG: DAY}
    assert reader.days_of(HAU_GIANG, later) == [DAY - dt.timedelta(days=1), DAY]


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


COMMUNES = {code: [each.code for each in catalogue.all_units().children(code, DAY)] for code in DISTRICTS}


def of_communes(*districts: UnitCode, day: dt.date = DAY, but: int = 0) -> list[Count]:
    """Figures of 100 of each commune of some districts, but of some of the last one."""
    every = [code for each in districts for code in COMMUNES[each]]
    return [Count(code, day, installs=100) for code in every[: len(every) - but]]


@pytest.mark.parametrize(
    ("counts", "total", "completeness"),
    [
        # no district reported, all their communes did
        (of_communes(*DISTRICTS), 7_500, Completeness(8, 0, DAY, 7_500, 75, 75)),
        # two districts did: their communes are not asked
        ([*reported()[:4], *of_communes(*DISTRICTS)], 8_400, Completeness(8, 2, DAY, 8_400, 60, 60)),
        # a commune is silent: no sum, but how many there are, and what they have together
        (of_communes(*DISTRICTS, but=1), None, Completeness(8, 0, DAY, 7_400, 74, 75)),
        # a district that reported two days ago is not replaced by its communes, one of four days ago is
        ([Count(DISTRICTS[0], DAY - dt.timedelta(days=2), 900), *of_communes(*DISTRICTS)], None,
         Completeness(8, 0, DAY, 6_600, 66, 66)),
        ([Count(DISTRICTS[0], DAY - dt.timedelta(days=4), 900), *of_communes(*DISTRICTS)], 7_500,
         Completeness(8, 0, DAY, 7_500, 75, 75)),
    ],
)  # fmt: skip
def test_silent_districts_count_with_the_sum_of_their_communes(db, counts, total, completeness):
    store(counts)
    series = reader.whole_series(HAU_GIANG, DAY)
    assert series.total == total
    assert series.completeness == completeness
    if total is not None:
        assert reader.series_of([HAU_GIANG], DAY)[HAU_GIANG].total == total
        assert reader.last_reports([HAU_GIANG], DAY)[HAU_GIANG] == DAY
        assert reader.days_of(HAU_GIANG, DAY)[-1] == DAY


def test_of_several_figures_of_a_commune_the_ministrys_counts_in_the_sum_of_the_province(db):
    store([*of_communes(*DISTRICTS), Count(COMMUNES[DISTRICTS[0]][0], DAY, 150, origin=Origin.MINISTRY, source="m")])
    assert reader.whole_series(HAU_GIANG, DAY).total == 7_550
    later = DAY + dt.timedelta(days=1)
    twice = [
        Count(DISTRICTS[1], later, 5, origin=each, source=each.value) for each in (Origin.MINISTRY, Origin.REPORTED)
    ]
    store([*of_communes(*DISTRICTS, day=later, but=5), *twice])
    assert reader.whole_series(HAU_GIANG, later).completeness.total == 0


def test_a_commune_counts_in_the_district_that_it_lay_in_on_the_day(db):
    before = UnitCode.parse("63:219")  # some of its communes lie in 63:224 since
    inside = [each.code for each in catalogue.all_units().children(before, DAY)]
    assert any(catalogue.all_units().unit(each).parent != before for each in inside)
    store([Count(each, DAY, installs=100) for each in inside])
    assert reader.series_of([before], DAY)[before].total == 100 * len(inside)
