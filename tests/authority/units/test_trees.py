"""Units that hold others: laid, moved, closed, merged; who sees and manages them; whose figure counts."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from tests.authority.due import due

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.officers.models import User
from bluezone.authority.units import posts, services
from bluezone.authority.units.models import Organisation, line_of
from bluezone.authority.units.posters import places_of_posters
from bluezone.authority.units.rules import MOST_LEVELS, Holder, OrganisationError, check_holder
from bluezone.authority.units.services import Facts, facts_of
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 15)
COMMUNE, DISTRICT, SISTER = "63:31318", "63:930", "63:31321"


@pytest.fixture
def add(db):
    """Register a unit: `add("Trường A")`, `add("Lớp 6A", into=school, people=40)`."""

    def made(name: str, *, into: Organisation | None = None, people: int | None = 400, within: str = COMMUNE,
             sector: str = "schools") -> Organisation:  # fmt: skip
        facts = Facts(name, sector, UnitCode.parse(within), people, parent=into.code if into else "")
        return services.register(facts, DAY)

    return made


def moved(unit: Organisation, **facts: object) -> None:
    from dataclasses import replace

    services.change(unit, replace(facts_of(unit), **facts))


# --- where a part may lie ---------------------------------------------------------------------------------------------

TREE = ("ZONE", "FIRM")
CASES = {
    "in the same commune": (Holder("Z", TREE, "/63:93/"), "NEW", "/63:93/", 1, ""),
    "in a place of the holder's": (Holder("Z", TREE, "/63:93/"), "NEW", "/63:93/63:930/63:31318/", 1, ""),
    "in another place": (Holder("Z", TREE, "/63:93/63:930/"), "NEW", "/63:93/63:935/", 1, "outside the place"),
    "in a place above": (Holder("Z", TREE, "/63:93/63:930/"), "NEW", "/63:93/", 1, "outside the place"),
    "in itself": (Holder("Z", TREE, "/63:93/"), "FIRM", "/63:93/", 1, "a part of its own parts"),
    "in one that lies in it": (Holder("Z", TREE, "/63:93/"), "ZONE", "/63:93/", 1, "a part of its own parts"),
    "as deep as may be": (Holder("Z", ("A",) * (MOST_LEVELS - 1), "/"), "NEW", "/63:93/", 1, ""),
    "too deep": (Holder("Z", ("A",) * MOST_LEVELS, "/"), "NEW", "/63:93/", 1, "too deep"),
    "too deep with what it holds": (Holder("Z", TREE, "/"), "NEW", "/63:93/", MOST_LEVELS - 1, "too deep"),
    "in a closed one": (Holder("Z", TREE, "/63:93/", is_open=False), "NEW", "/63:93/", 1, "closed"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_part_lies_where_the_whole_lies_or_below_and_not_too_deep(case):
    holder, code, within, levels, refused = CASES[case]
    if not refused:
        check_holder(holder, code, within, levels=levels)
        return
    with pytest.raises(OrganisationError, match=refused):
        check_holder(holder, code, within, levels=levels)


def test_the_place_of_a_part_is_its_communes_and_the_codes_from_the_top(add):
    zone = add("KCN", within=DISTRICT, sector="zones")
    firm = add("Công ty", into=zone, sector="companies")
    shop = add("Xưởng", into=firm, sector="companies")
    assert shop.place == f"/63:93/63:930/63:31318/{zone.code}/{firm.code}/{shop.code}/"
    assert (shop.line, shop.above) == (f"/{zone.code}/{firm.code}/{shop.code}/", (zone.code, firm.code))
    assert line_of(shop.place) == (zone.code, firm.code, shop.code)


def test_classes_of_a_name_may_be_in_two_schools_but_not_in_one(add):
    one, other = add("Trường A"), add("Trường B")
    add("Lớp 6A", into=one)
    add("Lớp 6A", into=other)
    with pytest.raises(OrganisationError, match="already"):
        add("Lớp 6A", into=one)


def test_a_school_that_moves_takes_its_classes_their_heads_and_figures_along(add, put_figure):
    school = add("Trường A")
    room = add("Lớp 6A", into=school)
    head = User.objects.create_user("co-an", role="unit-head", place=room.place)
    put_figure(room, DAY, 20)
    moved(school, within=UnitCode.parse(SISTER))
    room.refresh_from_db()
    head.refresh_from_db()
    assert room.place == f"/63:93/63:930/63:31321/{school.code}/{room.code}/"
    assert head.place == DailyCount.objects.get(key=room.code).place == room.place


def test_a_zone_does_not_move_away_from_its_companies(add):
    zone = add("KCN", within="63:93", sector="zones")
    firm = add("Công ty", into=zone, within=COMMUNE)
    with pytest.raises(OrganisationError, match="move that one first"):
        moved(zone, within=UnitCode.parse("63:935"))
    firm.refresh_from_db()
    assert firm.place == f"/63:93/63:930/63:31318/{zone.code}/{firm.code}/"


def test_a_unit_is_put_into_another_and_taken_out_with_all_in_it(add):
    zone, firm = add("KCN", sector="zones"), add("Công ty", sector="companies")
    shop = add("Xưởng", into=firm)
    moved(firm, parent=zone.code)
    shop.refresh_from_db()
    assert shop.line == f"/{zone.code}/{firm.code}/{shop.code}/"
    with pytest.raises(OrganisationError, match="own parts"):
        moved(zone, parent=shop.code)
    moved(firm, parent="")
    shop.refresh_from_db()
    assert shop.line == f"/{firm.code}/{shop.code}/"


def test_a_school_is_closed_and_opened_with_its_classes(add):
    school = add("Trường A")
    early, late = add("Lớp 6A", into=school), add("Lớp 6B", into=school)
    services.close(early, DAY - dt.timedelta(days=3))
    assert services.close(school, DAY) == 2
    with pytest.raises(OrganisationError, match="closed"):
        services.reopen(Organisation.objects.get(pk=late.pk))
    services.reopen(Organisation.objects.get(pk=school.pk))
    still_closed = Organisation.objects.exclude(closed_on=None)
    assert list(still_closed) == [early]


def test_a_school_is_merged_into_another_with_its_classes_and_its_posters(add):
    small, large = add("Trường A"), add("Trường B")
    room = add("Lớp 6A", into=small)
    services.merge(small, large, DAY)
    room.refresh_from_db()
    assert room.line == f"/{large.code}/{room.code}/"
    assert services.open_code(small.code) == large.code
    assert places_of_posters()[small.code] == large.place
    services.reopen(small)
    assert services.open_code(small.code) == small.code


def test_a_merger_that_cannot_be_changes_nothing(add):
    small, large = add("Trường A"), add("Trường B")
    first = add("Lớp 6A", into=small)
    add("Lớp 6B", into=small), add("Lớp 6B", into=large)
    with pytest.raises(OrganisationError, match="already"):
        services.merge(small, large, DAY)
    small.refresh_from_db()
    first.refresh_from_db()
    assert (small.closed_on, first.parent) == (None, small)
    for into, why in ((large, "this unit itself"), (Organisation.objects.get(parent=large), "own parts")):
        with pytest.raises(OrganisationError, match=why):
            services.merge(large, into, DAY)


# --- who sees and manages them ----------------------------------------------------------------------------------------


def test_a_head_sees_what_lies_in_the_unit_in_other_communes_too(add):
    zone = add("KCN", within=DISTRICT, sector="zones")
    here, there = add("Công ty A", into=zone), add("Công ty B", into=zone, within=SISTER)
    other = add("Công ty C", within=SISTER)
    head = User.objects.create_user("board", role="unit-head", place=zone.place)
    own = head.jurisdiction
    assert own.branches == posts.branches(zone.place)
    assert [own.may_see(each.place) for each in (zone, here, there, other)] == [True, True, True, False]
    assert [own.may_manage(each.place) for each in (zone, here, there, other)] == [False, True, True, False]
    assert not own.may_direct(there.place)
    of_firm = User.objects.create_user("firm", role="unit-head", place=here.place).jurisdiction
    assert [of_firm.may_see(each.place) for each in (zone, here, there)] == [False, True, False]


def test_an_officer_of_a_place_manages_what_it_directs():
    assert Jurisdiction(Role.COMMUNE, "/63:93/").may_manage("/63:93/AAAA-AAAA/")
    assert not Jurisdiction(Role.COMMUNE, "/63:93/").may_manage("/63:92/AAAA-AAAA/")


# --- whose figure counts ----------------------------------------------------------------------------------------------


def figure(unit: Organisation, day: dt.date = DAY):
    return reader.series_of([reader.OrganisationCode(unit.code)], day).get(unit.code)


def test_the_reader_sums_the_classes_of_a_school(add, put_figure):
    school = add("Trường A")
    rooms = [add(f"Lớp 6{letter}", into=school, people=40) for letter in "ABC"]
    put_figure(school, DAY, 90)
    put_figure(rooms[0], DAY, 20)
    put_figure(rooms[1], DAY, 15)
    assert (figure(school).total, figure(school).parts.known) == (90, 2)
    put_figure(rooms[2], DAY, 10)
    assert (figure(school).total, figure(school).parts.summed) == (45, True)
    services.close(rooms[2], DAY)
    assert figure(school).total == 35


def test_a_school_has_reported_when_all_its_classes_have(add, put_figure):
    school = add("Trường A")
    rooms = [add(f"Lớp 6{letter}", into=school, people=40) for letter in "AB"]
    code = reader.OrganisationCode(school.code)
    put_figure(rooms[0], DAY, 20)
    assert reader.last_reports([code], DAY) == {}
    put_figure(rooms[1], DAY - dt.timedelta(days=1), 20)
    assert reader.last_reports([code], DAY) == {code: DAY - dt.timedelta(days=1)}


def test_a_hundred_classes_take_no_more_queries_than_one(add, put_figure, django_assert_num_queries):
    school = add("Trường A")
    for number in range(30):
        put_figure(add(f"Lớp {number}", into=school, people=40), DAY, 20)
    codes = [reader.OrganisationCode(school.code)]
    with django_assert_num_queries(
        5
    ):  # the classes, that they hold none, mergers, the figures, an older one of the school
        found = reader.series_of(codes, DAY)
    assert found[codes[0]].total == 600


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def school_with_classes(add, put_figure):
    school = add("Trường A", people=120)
    for letter, count in (("A", 30), ("B", 35), ("C", 2)):
        put_figure(add(f"Lớp 6{letter}", into=school, people=40), DAY, count)
    return school


def text_of(response) -> str:
    assert response.status_code == 200, response.content
    return response.content.decode().replace("\u00a0", " ")


def test_no_small_class_can_be_subtracted_out_of_its_school(officer, client, school_with_classes, put_figure):
    officer("commune")
    put_figure(school_with_classes, DAY, 67)  # what its head reported
    page = text_of(client.get(reverse("units:unit", args=[school_with_classes.code])))
    assert "ít nhất 65" in page
    assert not re.search(r"\b67\b", page)  # a code may hold the digits


def test_the_page_of_a_zone_with_300_companies_takes_few_queries(
    officer, client, add, put_figure, django_assert_max_num_queries
):
    zone = add("KCN", sector="zones", people=9_000)
    for number in range(300):
        firm = add(f"Công ty {number}", into=zone, people=30, sector="companies")
        if number % 3 == 0:
            put_figure(firm, DAY, 12)
    officer("commune")
    with django_assert_max_num_queries(40):
        page = text_of(client.get(reverse("units:unit", args=[zone.code])))
    assert "100" in page
    assert page.index(">Công ty 2<") < page.index(">Công ty 10<")
    assert "Công ty 299" in text_of(client.get(reverse("units:unit", args=[zone.code]), {"page": 3}))


def test_the_register_lists_a_school_once_and_its_classes_where_they_are_looked_for(
    officer, client, school_with_classes
):
    officer("commune")
    page = text_of(client.get(reverse("units:list")))
    assert "Trường A" in page
    assert "Lớp 6A" not in page
    found = text_of(client.get(reverse("units:list"), {"q": "lop 6"}))
    assert "Lớp 6A" in found
    assert "Trường A" in found  # whose class it is


def test_the_head_of_a_school_adds_changes_reports_and_closes_a_class(officer, client, add):
    school = add("Trường A")
    other = add("Trường B")
    officer("head", "unit-head", school.place)
    new = reverse("units:new") + f"?in={school.code}"
    form = {"name": "Lớp 6A", "sector": "schools", "within": COMMUNE, "headcount": "40"}
    assert client.get(new).status_code == 200
    assert client.post(new, form).status_code == 302
    room = Organisation.objects.get(name="Lớp 6A")
    assert room.parent == school
    assert client.post(reverse("units:edit", args=[room.code]), form | {"headcount": "41"}).status_code == 302
    figure_page = reverse("figures:organisation", args=[room.code])
    assert client.post(figure_page, {"date": "15/8/2020", "installs": "20"}).status_code == 302
    assert figure(school).total == 20
    assert client.post(reverse("units:close", args=[room.code])).status_code == 302
    room.refresh_from_db()
    assert (room.closed_on, room.headcount) == (DAY, 41)
    assert client.get(reverse("units:new")).status_code == 403
    assert client.get(reverse("units:new") + f"?in={other.code}").status_code == 404
    assert client.get(reverse("units:edit", args=[school.code])).status_code == 403
    assert client.post(reverse("units:close", args=[school.code])).status_code == 403


def test_the_head_of_a_class_sees_its_class_only(officer, client, school_with_classes):
    room, sister = school_with_classes.children.order_by("name")[:2]
    officer("teacher", "unit-head", room.place)
    assert client.get(reverse("units:unit", args=[room.code])).status_code == 200
    for unit in (sister, school_with_classes):
        assert client.get(reverse("units:unit", args=[unit.code])).status_code == 404
    assert client.post(reverse("units:edit", args=[room.code]), {"name": "X"}).status_code == 403


def test_an_officer_puts_a_unit_into_another_by_its_name(officer, client, add):
    zone = add("KCN Sông Hậu", sector="zones")
    firm = add("Công ty", sector="companies")
    officer("commune")
    edit = reverse("units:edit", args=[firm.code])
    form = {"name": "Công ty", "sector": "companies", "within": COMMUNE, "parent": "kcn song hau"}
    assert client.post(edit, form).status_code == 302
    firm.refresh_from_db()
    assert firm.parent == zone
    refused = client.post(edit, form | {"parent": "KCN Trà Nóc"})
    assert refused.status_code == 400
    assert "KCN Trà Nóc" in refused.content.decode()
    assert client.post(reverse("units:edit", args=[zone.code]), form | {"parent": firm.code}).status_code == 400


def test_units_are_merged_on_a_page(officer, client, add):
    small, large = add("Trường A"), add("Trường B")
    room = add("Lớp 6A", into=small)
    officer("commune")
    merge = reverse("units:merge", args=[small.code])
    for typed, why in (
        ("Trường ma", "không có đơn vị nào đang hoạt động tên “Trường ma”"),
        ("Trường A", "chính là đơn vị này"),
        ("Lớp 6A", "nằm trong chính đơn vị này"),
    ):
        refused = client.post(merge, {"into": typed})
        assert refused.status_code == 400
        assert why in refused.content.decode()
        assert f'value="{typed}"' in refused.content.decode()  # to be mended where it was written
    assert client.post(merge, {"into": "Trường B", "with_people": "yes"}).status_code == 302
    room.refresh_from_db()
    assert room.parent == large
    assert "Trường B" in text_of(client.get(reverse("units:unit", args=[small.code])))


def test_the_head_of_a_school_gives_its_teachers_accounts_and_nobody_else(officer, client, add):
    school, other = add("Trường A"), add("Trường B")
    room = add("Lớp 6A", into=school)
    officer("head", "unit-head", school.place)
    assert "6A" not in text_of(client.get(reverse("officers:officers")))
    new = reverse("officers:new-officer")
    form = {"username": "co-an", "full_name": "Cô An", "role": "unit-head", "unit": room.code}
    for unit in (other.code, school.code, "63:31318"):
        assert client.post(new, form | {"unit": unit}).status_code == 400
    assert client.post(new, form | {"role": "commune", "unit": "63:31318"}).status_code == 400
    assert client.post(new, form).status_code == 200  # with the link
    teacher = User.objects.get(username="co-an")
    assert (teacher.role, teacher.place) == ("unit-head", room.place)
    assert client.get(reverse("officers:officer", args=[teacher.pk])).status_code == 200
    officer("other", "unit-head", other.place)  # whose unit holds none: it appoints those at its own checkpoint
    assert client.get(reverse("officers:officer", args=[teacher.pk])).status_code == 404
    add("Lớp 6A", into=other)
    assert client.get(reverse("officers:officer", args=[teacher.pk])).status_code == 404


def test_the_first_page_of_a_school_says_how_many_classes_have_reported(officer, client, add, put_figure):
    school = add("Trường A")
    rooms = [add(f"Lớp 6{letter}", into=school, people=40) for letter in "ABC"]
    put_figure(rooms[0], DAY, 20)
    officer("head", "unit-head", school.place)
    assert "2 đơn vị trực thuộc chưa báo cáo" in due(client)
