"""The public pages over HTTP: real figures, both lists of provinces, nothing that tells a person, no login."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.public import maps
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.figures import Measure
from bluezone.geography.names import without_marks
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count
from bluezone.rollout.history import reported_counts

DAY = dt.date(2020, 8, 13)
HAU_GIANG = UnitCode.parse("63:93")


@pytest.fixture
def history(db, set_clock) -> None:
    set_clock.now = dt.datetime(2021, 7, 1, tzinfo=dt.UTC)
    store(reported_counts())


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def test_the_country_is_shown_without_login(history, client):
    page = text_of(client.get("/rollout/?date=2020-08-20"))
    assert '<h1 class="sentence">Đến ngày 20/8/2020 có hơn 20.000.000 lượt cài đặt, đạt hơn 20,8% dân số' in page
    assert page.count('<path class="m') == 63
    assert "QĐ. Hoàng Sa" in page
    assert "QĐ. Trường Sa" in page
    assert len(set(re.findall(r"/rollout/(63:\d\d)\?", page))) == 63  # also those without a figure
    assert "53 nơi chưa có số liệu" in page
    assert page.count('<th scope="row"') == 10
    assert "Set-Cookie" not in client.get("/rollout/").headers


def test_the_ranking_is_filtered_by_name_and_sorted_by_a_head_and_the_map_stays_whole(history, client):
    page = text_of(client.get("/rollout/?date=2020-08-20&sort=name"))
    named = re.findall(r'c-name whole"><a href="[^"]*">(?:Tỉnh|Thành phố) ([^<]*)', page)
    assert named == sorted(named, key=without_marks)
    assert len(named) == 10
    assert 'aria-sort="ascending"><a class="sort" href="?date=2020-08-20&amp;sort=-name#table-title"' in page
    found = text_of(client.get("/rollout/?date=2020-08-20&name=hau+GIANG"))
    assert re.findall(r'c-name whole"><a href="[^"]*">([^<]*)', found) == ["Tỉnh Hậu Giang"]
    assert found.count('<path class="m') == 63
    assert '<input type="hidden" name="date" value="2020-08-20"' in found
    assert "Không có mục nào phù hợp" in text_of(client.get("/rollout/?date=2020-08-20&name=nowhere"))


def test_english_numbers_follow_english(history, client):
    page = text_of(client.get("/rollout/63:93?date=2020-08-20", headers={"Accept-Language": "en"}))
    assert "55,289" in page
    assert "7.54 %" in page
    assert "55.289" in text_of(client.get("/rollout/63:93?date=2020-08-20"))


def test_a_province_of_today_is_the_sum_of_its_parts_if_all_of_them_have_a_figure(db):
    parts = [each.predecessor for each in catalogue.provinces().predecessors(UnitCode.parse("34:92"))]
    assert len(parts) == 3
    store(Count(part, DAY, installs=1_000, source="a") for part in parts[:2])
    ranking = reader.provinces_on(DAY, country().system("34"), Measure.POPULATION)
    assert len(ranking.rows) == 34
    assert ranking.of(UnitCode.parse("34:92")).rank is None
    store([Count(parts[2], DAY, installs=500, source="a")])
    assert (
        reader.provinces_on(DAY, country().system("34"), Measure.POPULATION).of(UnitCode.parse("34:92")).count == 2_500
    )


@pytest.mark.parametrize("query", ["date=2020-13-01", "date=1999-01-01", "date=2099-01-01", "at=999", "at=x", "by=cows",
                                   "system=62"])  # fmt: skip
def test_a_question_that_cannot_be_is_no_page(history, client, query):
    assert client.get(f"/rollout/?{query}").status_code == 404


@pytest.mark.parametrize("code", ["63:99", "93", "63:93x", "34:31318", "63:VN'--"])
def test_a_unit_that_does_not_exist_that_day_is_no_page(history, client, code):
    assert client.get(f"/rollout/{code}?date=2020-08-20").status_code == 404


def test_the_slider_leads_to_the_days_of_the_history(history, client):
    days = reader.days_with_figures()
    assert days == sorted(set(days))
    assert "Ngày: <output" in text_of(client.get("/rollout/?at=0"))
    assert f"{days[0].day}/{days[0].month}/{days[0].year}" in text_of(client.get("/rollout/?at=0"))


def test_an_empty_server_says_so(db, set_clock, client):
    assert "Chưa có số liệu cả nước" in text_of(client.get("/rollout/"))
    assert "Chưa có số liệu." in text_of(client.get("/rollout/63:93"))


def test_small_counts_of_hamlets_and_one_more_are_hidden(db, set_clock, client):
    """With the total shown, a single hidden count would follow from the others."""
    set_clock.now = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
    district = catalogue.all_units().children(HAU_GIANG, DAY)[0]
    communes = catalogue.all_units().children(district.code, DAY)
    for unit, installs in zip(communes[:3], (3, 71, 977), strict=True):
        store([Count(unit.code, DAY, installs=installs, source="a")])
    page = text_of(client.get(f"/rollout/{district.code}?date=2020-08-18"))
    assert page.count(">ẩn</td>") == page.count(">ẩn</b>") == 2
    assert ">977<" in page
    assert ">71<" not in page
    own = text_of(client.get(f"/rollout/{communes[0].code}?date=2020-08-18"))
    assert "quá nhỏ" in own
    assert ">3<" not in own
    sister = text_of(client.get(f"/rollout/{communes[1].code}?date=2020-08-18"))
    assert "71" not in sister.split("<h1", 1)[1]
    assert "977" in text_of(client.get(f"/rollout/{communes[2].code}?date=2020-08-18"))


def test_the_curve_is_drawn_here_and_fetches_nothing(history, client):
    drawn = client.get("/rollout/63:VN/curve.svg?date=2020-08-20")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert "http" not in drawn.content.decode().replace("http://www.w3.org/", "")
    assert client.get("/rollout/63:02/curve.svg?date=2020-04-20").status_code == 404  # too few figures


@pytest.mark.parametrize("system", ["63", "34"])
def test_every_province_has_a_shape_of_its_own_code(system):
    day = DAY if system == "63" else dt.date(2025, 8, 1)
    codes = {unit.code.digits for unit in catalogue.provinces().of_level(1, day)}
    assert {shape.digits for shape in maps.shapes(system)} == codes


@pytest.mark.parametrize(("percent", "shade"), [(None, 0), (0, 1), (7, 1), (8, 2), (22, 3), (23, 4), (30, 5), (90, 5)])
def test_shades_start_where_the_legend_says(percent, shade):
    from fractions import Fraction

    assert maps.shade(None if percent is None else Fraction(percent, 100)) == shade


def test_a_figure_too_old_to_rank_is_not_called_a_missing_census(history, client):
    page = text_of(client.get("/rollout/?date=2020-08-20"))  # Bình Dương's is of 11 August
    row = re.search(r"<tr>(?:(?!</tr>).)*Bình Dương.*?</tr>", page, re.DOTALL).group()
    assert "chưa có số liệu mới" in row
    assert "dân số" not in row
