"""The package data: what it holds, and that its parts agree with each other."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.geography import catalogue
from bluezone.geography.errors import NoFigureError
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, nation_on

AUGUST_2020 = dt.date(2020, 8, 13)
TODAY = dt.date(2026, 11, 24)


def test_hau_giang_had_733_017_people_in_the_census_of_2019() -> None:
    unit = catalogue.provinces().find("Hậu Giang", on=AUGUST_2020)
    figure = catalogue.figures().current(unit, Measure.POPULATION, AUGUST_2020)
    assert (figure.value, figure.vintage.id) == (733_017, "census-2019")
    assert "2019" in figure.vintage.title
    assert figure.vintage.source


@pytest.mark.parametrize("date", [AUGUST_2020, TODAY])
def test_the_provinces_add_up_to_the_nation(date: dt.date) -> None:
    provinces = catalogue.provinces().of_level(Level.PROVINCE, date)
    values = [catalogue.figures().current(unit, Measure.POPULATION, date).value for unit in provinces]
    assert (
        sum(values)
        == catalogue.figures().current(nation_on(dt.date(2020, 8, 13)), Measure.POPULATION, date).value
        == 96_208_984
    )


def test_a_province_of_2025_is_the_sum_of_its_parts_and_says_so() -> None:
    unit = catalogue.provinces().find("Cần Thơ", on=TODAY)
    figure = catalogue.figures().current(unit, Measure.POPULATION, TODAY)
    assert figure.value == 1_235_171 + 733_017 + 1_199_653
    assert figure.note == "sum of Cần Thơ + Hậu Giang + Sóc Trăng"


def test_a_unit_without_a_figure_is_refused_by_name() -> None:
    unit = catalogue.provinces().find("Tiền Giang", on=AUGUST_2020)
    with pytest.raises(NoFigureError, match="adults of Tỉnh Tiền Giang"):
        catalogue.figures().current(unit, Measure.ADULTS, AUGUST_2020)


def test_every_printed_figure_is_of_a_known_province_and_sourced() -> None:
    reports = catalogue.province_reports()
    assert len(reports) > 60
    for report in reports:
        assert catalogue.provinces().find(report.province, on=AUGUST_2020, level=Level.PROVINCE)
        assert report.source_url or report.note


def test_the_figure_the_order_started_from_is_there() -> None:
    (report,) = [r for r in catalogue.province_reports() if r.province == "Hậu Giang" and r.date == AUGUST_2020]
    assert report.installs == 55_289
    assert str(report.percent_population) == "7.54"
    assert report.rank == 50


@pytest.mark.parametrize(("system", "count"), [("63", 63), ("34", 34)])
def test_every_province_has_a_shape(system: str, count: int) -> None:
    ids = {feature["id"] for feature in catalogue.shapes(system)}
    date = AUGUST_2020 if system == "63" else TODAY
    assert ids == {unit.code.digits for unit in catalogue.provinces().of_level(Level.PROVINCE, date)}
    assert len(ids) == count
