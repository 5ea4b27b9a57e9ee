"""The page of a unit: its place on the map, its days, the order it stands under, who is behind, what is hidden."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import progress
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.public import curves
from bluezone.authority.officers.models import User
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin

DAY = dt.date(2020, 8, 20)
HAU_GIANG = UnitCode.parse("63:93")
CAN_THO = UnitCode.parse("34:92")
gazetteer = catalogue.all_units()
DISTRICTS = gazetteer.children(HAU_GIANG, DAY)
PARTS = [each.predecessor for each in catalogue.provinces().predecessors(CAN_THO)]


@pytest.fixture(autouse=True)
def then(db, set_clock) -> None:
    set_clock.now = dt.datetime(2020, 8, 20, 12, tzinfo=dt.UTC)


def days(unit: UnitCode, *installs: int, last: dt.date = DAY) -> list[Count]:
    """Figures of the days up to one."""
    return [
        Count(unit, last - dt.timedelta(days=len(installs) - 1 - place), installs=number, source="a")
        for place, number in enumerate(installs)
    ]


def give_order(deadline: dt.date = dt.date(2020, 8, 30), **fields) -> Target:
    order = Directive.objects.create(
        number="1459/UBND", issued=dt.date(2020, 8, 13), issuer="UBND", scope="63:93", place="/63:93/",
        base="population", target="3/10", deadline=deadline, responsible="Sở TT&TT", **fields,
    )  # fmt: skip
    return Target.objects.create(
        directive=order, kind=Kind.UNIT, key="63:93", place="/63:93/", people=733_017, installs=219_906
    )


def page(client, path: str, language: str = "vi") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def test_the_order_in_force_is_shown_with_what_it_takes(client):
    give_order()
    store(days(HAU_GIANG, *range(52_000, 60_000, 1_000)))
    text = page(client, "/rollout/63:93")
    assert "Công văn 1459/UBND: đạt 219.906 lượt cài đặt (30%) đến hết ngày 30/8/2020." in text
    assert "Còn thiếu 160.906 lượt, tức 16.091 lượt mỗi ngày." in text
    assert "Tuần qua mỗi ngày thêm 1.000 lượt." in text
    assert 'class="goal behind"' in text
    assert re.search(r"khả năng đạt đúng hạn là (dưới 1|\d+) trong 100\.", text)
    curve = curves.curve_of(gazetteer.unit(HAU_GIANG), DAY)
    assert curve.target == (219_906, dt.date(2020, 8, 30))


@pytest.mark.parametrize("fields", [{"is_example": True}, {"ended_on": dt.date(2020, 8, 19)}])
def test_an_order_that_is_not_in_force_is_not_shown(client, fields):
    give_order(**fields)
    store(days(HAU_GIANG, 50_000, 51_000))
    assert "1459/UBND" not in page(client, "/rollout/63:93")


def test_an_order_past_its_deadline_is_not_shown(client, set_clock):
    give_order()
    store(days(HAU_GIANG, 50_000, 51_000))
    set_clock.now = dt.datetime(2020, 8, 31, 12, tzinfo=dt.UTC)
    assert "1459/UBND" not in page(client, "/rollout/63:93?date=2020-08-31")


def test_units_behind_are_named_the_largest_gap_first(client):
    target = give_order()
    fast, slow, slower, *silent = DISTRICTS
    store(days(fast.code, *range(10_000, 90_000, 10_000)))
    store(days(slow.code, *range(10_000, 10_800, 100)))
    store(days(slower.code, *range(9_000, 9_008)))
    late = progress.behind(target, DISTRICTS, DAY)
    assert fast not in [unit for unit, _ in late]
    assert {unit.code for unit, _ in late} == {slow.code, slower.code, *(unit.code for unit in silent)}
    gaps = [each.gap for _, each in late]
    assert gaps == sorted(gaps, reverse=True)
    assert f'href="/rollout/{slow.code}?date=2020-08-20"' in page(client, "/rollout/63:93").split("behind-title", 1)[1]


def test_a_unit_has_the_target_it_was_given_rather_than_the_same_share(client):
    root = give_order()
    unit = DISTRICTS[0]
    Target.objects.create(
        directive=root.directive, parent=root, kind=Kind.UNIT, key=str(unit.code), place="/63:93/63:930/",
        people=70_000, installs=20_000,
    )  # fmt: skip
    store(days(unit.code, *range(19_000, 19_800, 100)))
    late = dict(progress.behind(root, DISTRICTS, DAY))
    assert unit not in late  # 100 a day for ten days is enough
    assert progress.behind(root, DISTRICTS[:1], DAY) == []
    assert "đạt 20.000 lượt cài đặt (28,57%) đến" in page(client, f"/rollout/{unit.code}")  # not the order's 30 %


def test_a_paper_is_named_by_its_host_and_linked(client):
    address = "https://www.baohaugiang.com.vn/xa-hoi/trien-khai-bluezone-90210.html"
    store([Count(HAU_GIANG, DAY, installs=60_000, source=address, origin=Origin.MINISTRY)])
    lead = page(client, "/rollout/63:93").split('class="help">')[1].split("</p>")[0]
    assert lead == f'<a href="{address}" rel="noopener">Nguồn: Bộ (baohaugiang.com.vn).</a>'


def test_a_province_is_shown_on_the_map_with_its_rank(client):
    store([*days(HAU_GIANG, 55_289), *days(UnitCode.parse("63:48"), 400_000)])
    text = page(client, "/rollout/63:93")
    assert text.count('<path class="m') == 63
    assert len(re.findall(r'class="m\d own"', text)) == 1
    assert "Xếp hạng 2 trong 2 đơn vị có số liệu ở đây (cả thảy 63)." in text
    assert "QĐ. Hoàng Sa" in text


def test_districts_are_shapes_of_the_provinces_own_map(client):
    store([*days(HAU_GIANG, 55_289), *(days(unit.code, 5_000 + n)[0] for n, unit in enumerate(DISTRICTS))])
    text = page(client, "/rollout/63:93")
    assert text.count('<path class="m') == len(DISTRICTS) == 8
    assert "Ranh giới gần đúng" in text
    assert 'class="tiles"' not in text
    titles = dict(re.findall(r"<title>([^:<]+): ([^<]+)</title></path>", text))
    for unit in DISTRICTS:
        row = text.split(f"/rollout/{unit.code}?")[1].split("</tr>")[0]
        assert titles[unit.full_name] in row, "the table says what the map shows"


def test_districts_have_a_line_each_and_the_same_in_a_table(client):
    store([*days(HAU_GIANG, 70_000), *(each for unit in DISTRICTS for each in days(unit.code, 8_000, 9_000))])
    text = page(client, "/rollout/63:93")
    lines = text.split('class="multiples"')[1].split("</ul>")[0]
    assert lines.count("<li>") == lines.count('class="line"') == 8
    ranks = text.split('class="lines ranks')[1].split("</table>")[0]
    shares = re.findall(r'/rollout/([\d:]+)[?"].*?<b>([^<]+)</b>', lines, re.DOTALL)
    assert len(shares) == 8
    for code, share in shares:
        assert share in ranks.split(f"/rollout/{code}?")[1].split("</tr>")[0], "rounded alike"
    table = text.split('class="lines plain"')[1].split("</table>")[0]
    assert table.count("<tr>") == 9


def test_da_nang_and_khanh_hoa_show_their_archipelagos(client):
    for province, name in (("63:48", "QĐ. Hoàng Sa"), ("63:56", "QĐ. Trường Sa")):
        parts = gazetteer.children(UnitCode.parse(province), DAY)
        store([*days(UnitCode.parse(province), 100_000), *(days(unit.code, 9_000)[0] for unit in parts)])
        text = page(client, f"/rollout/{province}")
        assert name in text
        assert text.count('<path class="m') == len(parts) - 1


def test_communes_are_tiles_because_they_have_no_shapes(client):
    communes = gazetteer.children(DISTRICTS[0].code, DAY)
    store([*days(DISTRICTS[0].code, 9_000), *(days(unit.code, 500 + n)[0] for n, unit in enumerate(communes))])
    tiles = page(client, f"/rollout/{DISTRICTS[0].code}").split('class="tiles"')[1].split("</ul>")[0]
    assert tiles.count("<li>") == len(communes)
    codes = re.findall(r"/rollout/(63:\d+)\?", tiles)
    assert codes == sorted(codes)


def test_a_province_of_2025_is_shown_earlier_as_the_sum_and_the_map_of_its_parts(client):
    for part in PARTS:
        store(days(part, 10_000, 12_000))
    text = page(client, "/rollout/34:92")
    assert "36.000 lượt cài đặt" in text
    assert text.count('<path class="m') == len(PARTS) == 3
    assert "tổng của các đơn vị hợp thành" in text
    for part in PARTS:
        assert f"/rollout/{part}?date=2020-08-20" in text


def test_a_sum_needs_a_recent_figure_of_every_part():
    store(days(PARTS[0], 1, 2, 3))
    store(days(PARTS[1], 10, last=DAY - dt.timedelta(days=1)))
    assert reader.whole_series(CAN_THO, DAY).counts == ()
    store(days(PARTS[2], 100, last=DAY - dt.timedelta(days=2)))
    assert reader.whole_series(CAN_THO, DAY).totals() == [(DAY - dt.timedelta(days=1), 112), (DAY, 113)]
    later = DAY + dt.timedelta(days=30)
    assert reader.whole_series(CAN_THO, later).counts == reader.whole_series(CAN_THO, DAY).counts
    assert reader.series_of([CAN_THO], DAY + dt.timedelta(days=300))[CAN_THO].total == 113


def test_the_old_province_leads_to_the_new_one_and_back(client):
    store(days(HAU_GIANG, 1_000, 2_000))
    assert "/rollout/34:92?date=2020-08-20" in page(client, "/rollout/63:93")
    assert "/rollout/63:93?date=2020-08-20" in page(client, "/rollout/34:92?date=2020-08-20")


def test_the_slider_of_a_unit_has_the_days_of_its_own_figures(client):
    store(days(HAU_GIANG, 1_000, 2_000, 3_000))
    store(days(UnitCode.parse("63:48"), 5, last=dt.date(2020, 8, 1)))
    text = page(client, "/rollout/63:93?at=1")
    assert 'max="2" value="1"' in text
    assert "2.000 lượt cài đặt" in text
    assert client.get("/rollout/63:93?at=3").status_code == 404


def test_an_abolished_unit_shows_its_last_days(client, set_clock):
    store(days(HAU_GIANG, 1_000, 2_000))
    set_clock.now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert "2.000 lượt cài đặt" in page(client, "/rollout/63:93")
    assert client.get("/rollout/63:94").status_code == 200  # without any figure, too


def test_counts_among_few_people_are_cut_so_that_two_days_do_not_tell_who_came(monkeypatch, client):
    from bluezone.geography.figures import Figure, Measure, Vintage

    commune = gazetteer.children(DISTRICTS[0].code, DAY)[0]
    vintage = Vintage("list", Measure.POPULATION, dt.date(2020, 1, 1), "A list", "here")
    few = catalogue.figures().with_figures([Figure(commune.code, 400, vintage)])
    monkeypatch.setattr(catalogue, "figures", lambda: few)
    store(days(commune.code, 71, 72, 73))
    text = page(client, f"/rollout/{commune.code}")
    for hidden in ("71", "72", "73"):
        assert f">{hidden}<" not in text
        assert f"{hidden} lượt" not in text
    assert "70 lượt cài đặt" in text
    curve = curves.curve_of(commune, DAY)
    assert {point.total for point in curve.points} == {70}


def test_the_hidden_pair_is_the_same_on_every_day():
    """Were it the smallest of the day, a day on which the second is shown would give the first away."""
    sisters = gazetteer.children(DISTRICTS[0].code, DAY)
    one, other, third = sisters[:3]
    store([*days(one.code, 3, 3), *days(other.code, 71, 90), *days(third.code, 80, 81)])
    hidden = {
        unit.name: reader.hidden_days(unit, reader.whole_series(unit.code, DAY), sisters, reader.denominators())
        for unit in (one, other, third)
    }
    both = {DAY - dt.timedelta(days=1), DAY}
    assert hidden == {one.name: both, other.name: both, third.name: set()}


def test_only_the_newest_figures_are_listed_until_all_are_asked_for(client):
    store(days(HAU_GIANG, *range(1_000, 1_030)))
    text = page(client, "/rollout/63:93")
    assert "10 số liệu cũ hơn" in text
    assert "1.000" not in text.split("Số liệu và nguồn", 1)[1]
    assert "1.000" in page(client, "/rollout/63:93?figures=all").split("Số liệu và nguồn", 1)[1]


def test_how_many_are_in_use_is_said_with_its_day_or_that_nobody_knows(client):
    store(days(HAU_GIANG, 55_289))
    assert "Chưa biết bao nhiêu máy đang sử dụng." in page(client, "/rollout/63:93")
    store([Count(HAU_GIANG, DAY, installs=55_289, active=30_001, source="12/BC")])
    assert f"Đang sử dụng: 30.001 (ngày {DAY.day}/{DAY.month}/{DAY.year})." in page(client, "/rollout/63:93")


def test_the_sum_of_the_districts_is_held_against_the_province(client):
    store([*days(HAU_GIANG, 55_289), *(days(unit.code, 5_000)[0] for unit in DISTRICTS)])
    text = page(client, "/rollout/63:93")
    assert "cộng lại được 40.000 (ít hơn 15.289" in text


@pytest.mark.parametrize(
    ("own", "parts", "shown"),
    [
        (DAY - dt.timedelta(days=1), (), DAY),  # the morning after: as officers see it
        (DAY - dt.timedelta(days=12), (DAY - dt.timedelta(days=5),), DAY),  # a district has reported since
        (DAY - dt.timedelta(days=8), (), DAY - dt.timedelta(days=8)),  # nobody reports any more
        (DAY, (), DAY),
    ],
)
def test_a_page_is_of_today_as_long_as_a_figure_is_fresh(client, own, parts, shown):
    store(days(HAU_GIANG, 50_000, 60_000, last=own))
    store(each for last in parts for each in days(DISTRICTS[0].code, 5_000, last=last))
    response = client.get("/rollout/63:93")
    assert response.context["day"] == shown
    listed = [text for _place, text in response.context["days"]]
    assert len(listed) == len(set(listed))


def test_a_page_says_the_pace_that_officers_read_on_the_same_morning(client):
    target = give_order()
    store(days(HAU_GIANG, *range(52_000, 60_000, 1_000), last=DAY - dt.timedelta(days=1)))
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    assert "16.091" in page(client, "/rollout/63:93")
    assert "16.091" in page(client, f"/officer/directives/{target.directive_id}")


def test_on_the_last_evening_no_page_asks_for_a_pace_any_more(client, set_clock):
    last = dt.date(2020, 8, 30)
    set_clock.now = dt.datetime(2020, 8, 30, 12, tzinfo=dt.UTC)
    target = give_order()
    store(days(HAU_GIANG, *range(52_000, 60_000, 1_000), last=last))
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    order, home = f"/officer/directives/{target.directive_id}", "/officer/rollout/"
    for path in ("/rollout/63:93", order, home):
        text = page(client, path)
        assert "160.906" in text, path
        assert "160.906 lượt mỗi ngày" not in text, path
        assert "trong 1 ngày" not in text, path
    assert "Còn thiếu 160.906 lượt." in page(client, "/rollout/63:93")
    assert "hôm nay là ngày cuối" in page(client, order)


def test_two_districts_of_one_name_are_told_apart_on_the_map(client):
    for each in DISTRICTS:
        store(days(each.code, 9_000))
    text = page(client, "/rollout/63:93")
    named = re.findall(r'<g class="named"[^>]*><text[^>]*>([^<]+)</text>', text)
    assert len(named) == len(set(named)) == len(DISTRICTS)
    assert {"H. Long Mỹ", "TX. Long Mỹ", "Vị Thủy"} <= set(named)


def test_the_first_page_draws_a_curve_only_where_one_source_has_two_days(client):
    """Two days of two sources are no curve: the picture would be missing."""
    store(days(HAU_GIANG, 55_289))
    store([Count(HAU_GIANG, DAY - dt.timedelta(days=1), installs=54_000, origin=Origin.MINISTRY, source="b")])
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    assert "curve.svg" not in page(client, "/officer/rollout/")
    store(days(HAU_GIANG, 53_000, last=DAY - dt.timedelta(days=2)))
    store([Count(HAU_GIANG, DAY - dt.timedelta(days=3), installs=52_000, origin=Origin.MINISTRY, source="b")])
    text = page(client, "/officer/rollout/")
    address = re.search(r'src="(/rollout/63:93/curve.svg[^"]+)"', text)[1].replace("&amp;", "&")
    assert client.get(address).status_code == 200
