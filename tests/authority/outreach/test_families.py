"""Members and families: pledged, reached by teachers, reported apart; a school is the sum of its classes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from bluezone.authority.outreach import queries, services
from bluezone.authority.outreach.models import FamilyTally
from bluezone.authority.outreach.rules import TallyError
from bluezone.rollout.families import FamilyTally as Tally

DAY = dt.date(2020, 8, 15)


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def school(add):
    return add("Trường A", "schools", 120, with_families=True)


@pytest.fixture
def rooms(add, school):
    return [add(f"Lớp 6{letter}", "schools", 40, into=school, with_families=True) for letter in "ABC"]


def tally_of(unit) -> Tally:
    return queries.tallies([unit], DAY)[unit.code].tally


def test_a_teacher_enters_whom_the_pupils_reached(officer, client, school, rooms):
    officer("teacher", "unit-head", rooms[0].place)
    page = reverse("outreach:families", args=[rooms[0].code])
    assert client.get(page).status_code == 200
    body = {
        "date": "15/8/2020",
        "told": "40",
        "reached": "30",
        "families_with_app": "21",
        "pledging": "12",
        "pledged": "40",
    }
    assert client.post(page, body).status_code == 302
    assert tally_of(rooms[0]) == Tally(40, 30, 21, 12, 40)
    assert client.get(reverse("outreach:families", args=[rooms[1].code])).status_code == 404
    assert client.get(reverse("outreach:families", args=[school.code])).status_code == 404


def test_what_is_left_empty_stays_and_what_falls_is_asked_about(officer, client, rooms):
    officer("teacher", "unit-head", rooms[0].place)
    page = reverse("outreach:families", args=[rooms[0].code])
    services.save_tally(rooms[0], DAY - dt.timedelta(days=1), {"told": 30, "reached": 20}, DAY)
    assert client.post(page, {"date": "15/8/2020", "told": "35"}).status_code == 302
    assert tally_of(rooms[0]) == Tally(told=35, reached=20)
    assert client.post(page, {"date": "15/8/2020", "told": "25"}).status_code == 400
    assert client.post(page, {"date": "15/8/2020", "told": "25", "confirm": "yes"}).status_code == 302
    assert tally_of(rooms[0]).told == 25
    assert FamilyTally.objects.get(date=DAY - dt.timedelta(days=1)).told == 30


@pytest.mark.parametrize("body", [{"told": "41"}, {"families_with_app": "3"}, {"pledged": "5"}, {"told": "nhiều"}])
def test_what_cannot_be_is_refused_by_its_field(officer, client, rooms, body):
    officer("teacher", "unit-head", rooms[0].place)
    answer = client.post(reverse("outreach:families", args=[rooms[0].code]), {"date": "15/8/2020"} | body)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not FamilyTally.objects.exists()


def test_a_school_is_the_sum_of_its_classes_and_says_of_how_many(officer, client, school, rooms):
    services.save_tally(school, DAY, {"told": 100}, DAY)
    services.save_tally(rooms[0], DAY, {"told": 40, "reached": 30, "families_with_app": 20}, DAY)
    services.save_tally(rooms[1], DAY, {"told": 35}, DAY)
    found = queries.tallies([school], DAY)[school.code]
    assert (found.tally.told, found.known, found.all) == (75, 2, 3)
    officer("commune")
    page = text_of(client.get(reverse("units:unit", args=[school.code])))
    assert "75" in page
    assert "2 trong 3" in page


def test_the_head_of_a_school_enters_all_classes_in_one_table(officer, client, school, rooms):
    officer("head", "unit-head", school.place)
    page = reverse("outreach:families-of-units", args=[school.code])
    assert "Lớp 6C" in text_of(client.get(page))
    body = {"date": "15/8/2020", f"told-{rooms[0].code}": "40", f"reached-{rooms[0].code}": "31"}
    assert client.post(page, body).status_code == 302
    answer = client.post(page, {"date": "15/8/2020", f"told-{rooms[1].code}": "38", f"told-{rooms[2].code}": "99"})
    assert answer.status_code == 400  # one line cannot be; the other is stored
    assert "99" in answer.content.decode()
    assert [tally_of(each).told for each in rooms] == [40, 38, None]


def test_members_and_families_are_reported_apart_and_count_together(officer, client, school, put_figure):
    officer("head", "unit-head", school.place)
    page = reverse("figures:own")
    body = {"date": "15/8/2020", "installs": "150", "family": "60"}
    assert client.post(page, body | {"family": "151"}).status_code == 400
    assert client.post(page, body).status_code == 302
    assert (tally_of(school).members, tally_of(school).family) == (90, 60)
    officer("commune")
    shown = text_of(client.get(reverse("units:unit", args=[school.code])))
    assert ">90" in shown
    assert ">60" in shown
    assert ">150" in shown


def test_more_members_than_a_unit_has_store_no_figure_either(officer, client, school):
    officer("head", "unit-head", school.place)
    answer = client.post(reverse("figures:own"), {"date": "15/8/2020", "installs": "150", "family": "10"})
    assert answer.status_code == 400
    from bluezone.authority.campaign.figures.models import DailyCount

    assert not DailyCount.objects.exists()
    with pytest.raises(TallyError):
        services.note_split(school, DAY, 140, 10, DAY)


def test_pledges_stand_beside_what_an_order_means(officer, client, school):
    services.save_tally(school, DAY, {"pledging": 30, "pledged": 100}, DAY)
    officer("commune")
    page = text_of(client.get(reverse("units:unit", args=[school.code])))
    assert "432" in page  # 3.6 for each of its 120
    assert "220" in page  # its 120 and the 100 that were pledged


def test_the_overview_lists_schools_and_offices_once(officer, client, school, rooms, add):
    add("UBND phường", "state-agencies", 30, with_families=True)
    services.save_tally(rooms[0], DAY, {"told": 40, "reached": 30, "families_with_app": 3}, DAY)
    officer("commune")
    page = text_of(client.get(reverse("outreach:overview")))
    assert "Trường A" in page
    assert "UBND phường" in page
    assert "Lớp 6A" not in page
    assert "dưới 5" in page


def test_a_school_of_60_classes_takes_few_queries(add, school, django_assert_max_num_queries):
    for number in range(60):
        services.save_tally(add(f"Lớp {number}", "schools", 40, into=school), DAY, {"told": 30}, DAY)
    with django_assert_max_num_queries(4):
        assert tally_of(school).told == 1_800


def test_a_zone_shows_the_pledges_of_its_companies_and_so_does_the_province(officer, client, add):
    zone = add("KCN Tân Phú Thạnh", "zones", None)
    first = add("Công ty A", "companies", 400, into=zone, with_families=True)
    second = add("Công ty B", "companies", 250, into=zone, with_families=True)
    services.save_tally(first, DAY, {"told": 380, "pledging": 240, "pledged": 610}, DAY)
    services.save_tally(second, DAY, {"told": 200, "pledging": 120, "pledged": 300}, DAY)
    officer("province", "province", "/63:93/")
    page = text_of(client.get(f"/officer/units/{zone.code}"))
    assert "910 người, do 360 người đăng ký" in page
    assert "Tổng của 2 trong 2 đơn vị" in page
    page = text_of(client.get("/officer/outreach/"))
    assert "KCN Tân Phú Thạnh" in page
    assert page.count(">910<") == 2  # the place's sum, and the zone's line
    assert "Công ty A" not in page  # it is in the zone's sum


def test_a_unit_that_is_not_asked_about_families_shows_what_it_has_told_all_the_same(officer, client, add):
    company = add("Công ty C", "companies", 90)
    officer("commune", "commune", company.place.rsplit("/", 2)[0] + "/")
    assert "Người của đơn vị và gia đình" not in text_of(client.get(f"/officer/units/{company.code}"))
    services.save_tally(company, DAY, {"told": 60}, DAY)
    assert "Người của đơn vị và gia đình" in text_of(client.get(f"/officer/units/{company.code}"))
