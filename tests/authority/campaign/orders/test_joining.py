"""Orders to sectors: given before a unit exists, and kept up to date with the register in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from tests.authority.due import due

from bluezone.authority.campaign.orders import joining, services, tree
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.campaign.orders.progress import lines
from bluezone.authority.campaign.orders.rules import Change, DirectiveError, change_of, check_late, plan
from bluezone.authority.officers.models import OfficeTask
from bluezone.authority.units import services as organisations
from bluezone.authority.units.models import Organisation, OwnSector
from bluezone.authority.units.services import Facts
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base, Letter
from bluezone.rollout.pace import Status

DAY = dt.date(2020, 8, 15)
LATER = dt.date(2020, 8, 25)
WARD, SISTER, NEIGHBOUR = (UnitCode.parse(code) for code in ("63:31318", "63:31340", "63:31153"))
HOTEL = Facts("Khách sạn A", "hospitality", WARD, 24)


def days(day: int, month: int = 8) -> dt.date:
    return dt.date(2020, month, day)


@pytest.mark.parametrize(
    ("late_until", "joined", "until"),
    [
        (None, None, days(30)),
        (None, days(25), days(30)),  # as everybody
        (None, days(30), days(30)),
        (days(10, 9), days(25), days(10, 9)),  # as the officer set it
        (days(10, 9), None, days(30)),  # not for those who were there
    ],
)
def test_who_comes_late_has_time_until_the_deadline_or_the_day_that_is_set(
    late_until: dt.date | None, joined: dt.date | None, until: dt.date
) -> None:
    order = Directive(deadline=days(30), late_until=late_until)
    assert Target(directive=order, joined_on=joined).deadline == until


def test_who_comes_late_never_has_less_time_than_the_others() -> None:
    check_late(None, days(30))
    check_late(days(30), days(30))
    with pytest.raises(DirectiveError, match="at least until the deadline"):
        check_late(days(29), days(30))


@pytest.mark.parametrize(
    ("belongs", "counted", "stands", "in_its_sector", "change"),
    [
        (True, True, False, False, Change.JOIN),
        (True, False, False, False, Change.NONE),  # nobody knows its headcount yet
        (False, True, False, False, Change.NONE),
        (True, True, True, True, Change.NONE),
        (True, False, True, True, Change.NONE),  # its headcount was taken away: what was asked stays
        (True, True, True, False, Change.MOVE),
        (False, True, True, False, Change.LEAVE),
        (False, True, True, True, Change.LEAVE),
    ],
)
def test_what_an_order_does_when_a_unit_changes(
    belongs: bool, counted: bool, stands: bool, in_its_sector: bool, change: Change
) -> None:
    found = change_of(belongs=belongs, counted=counted, stands=stands, in_its_sector=in_its_sector)
    assert found is change


@pytest.fixture
def order(letter: Letter) -> Callable[..., Directive]:
    """Gives 30 % of the people of some sectors by 30 August, in the province or in a place of it."""

    def give(*chosen: str, within: str = "63:93", **changes: Any) -> Directive:
        scope = catalogue.all_units().unit(UnitCode.parse(within), DAY)
        options = {name: changes.pop(name) for name in ("replaces",) if name in changes}
        made = replace(letter, base=Base.HEADCOUNT, scope=scope, **changes)
        root, _ = tree.sectors(scope, chosen, DAY)
        return services.give(made, plan(root, made.target, Split.EQUALISE), DAY, how=Split.EQUALISE, **options)

    return give


def sums(directive: Directive) -> dict[str, tuple[int, int]]:
    """Return the people and installs of each target of an order, by its key."""
    return {row.key: (row.people, row.installs) for row in directive.targets.filter(left_on=None)}


def test_an_order_is_given_to_a_sector_before_any_unit_exists(order: Any) -> None:
    directive = order("hospitality", "stations")
    assert sums(directive) == {"63:93": (0, 0), "hospitality": (0, 0), "stations": (0, 0)}
    (top,) = lines(directive, list(directive.targets.all()), DAY)
    assert [line.pace.status for line in top.walk()] == [Status.UNKNOWN] * 3  # neither met nor behind


def test_a_unit_registered_later_stands_in_the_order_until_its_deadline(order: Any, set_clock: Any) -> None:
    directive = order("hospitality")
    set_clock.now = dt.datetime(2020, 8, 25, 2, tzinfo=dt.UTC)
    hotel = organisations.register(HOTEL, LATER)
    target = directive.targets.get(organisation=hotel)
    assert (target.people, target.installs, target.joined_on) == (24, 8, LATER)
    assert target.deadline == days(30)
    services.give_time(directive, days(10, 9))
    assert directive.targets.get(organisation=hotel).deadline == days(10, 9)
    assert target.responsible == "Sở Văn hóa, Thể thao và Du lịch"  # it has no head
    assert sums(directive) == {"63:93": (24, 8), "hospitality": (24, 8), hotel.code: (24, 8)}


def test_every_way_into_the_register_leads_into_the_order(order: Any, put_figure: Any) -> None:
    directive = order("hospitality")
    uncounted = organisations.register(replace(HOTEL, headcount=None), DAY)
    company = organisations.register(replace(HOTEL, name="B", sector="companies"), DAY)
    outside = organisations.register(replace(HOTEL, name="C", within=NEIGHBOUR), DAY)
    closed = organisations.register(replace(HOTEL, name="D"), DAY)
    organisations.close(closed, DAY)
    assert sums(directive)["hospitality"] == (0, 0)
    organisations.change(uncounted, HOTEL)
    organisations.change(company, replace(HOTEL, name="B"))
    organisations.change(outside, replace(HOTEL, name="C"))
    organisations.reopen(closed)
    assert sums(directive)["hospitality"] == (96, 32)
    assert directive.targets.filter(kind="organisation").count() == 4
    put_figure(company, DAY, 12)
    (top,) = lines(directive, list(directive.targets.all()), DAY)
    assert top.pace.installs == 12


def test_several_orders_take_a_unit_in_and_ended_ones_do_not(order: Any) -> None:
    withdrawn = order("hospitality", number="1")
    services.end(withdrawn, DAY)
    replaced = order("hospitality", number="2")
    district = order("hospitality", number="3", within="63:930")
    commune = order("hospitality", number="4", within="63:31318", target=Fraction(1))
    others = order("schools", number="5")
    elsewhere = order("hospitality", number="6", within="63:935")
    province = order("hospitality", number="7", replaces=replaced)
    organisations.register(HOTEL, DAY)
    stands = {target.directive for target in Target.objects.filter(kind="organisation")}
    assert stands == {district, commune, province}
    assert sums(commune)["hospitality"] == (24, 24)
    assert not {withdrawn, replaced, others, elsewhere} & stands


def test_an_order_past_its_deadline_asks_nobody_anew(order: Any, set_clock: Any) -> None:
    directive = order("hospitality")
    set_clock.now = dt.datetime(2020, 8, 31, 2, tzinfo=dt.UTC)
    organisations.register(HOTEL, days(31))
    assert sums(directive)["hospitality"] == (0, 0)


def test_who_closes_moves_away_or_changes_sector_leaves_and_may_come_back(order: Any, schools: Any) -> None:
    directive = order("schools", "hospitality")
    first, second, _office = schools
    before = sums(directive)
    organisations.close(first, DAY)
    organisations.change(second, replace(organisations.facts_of(second), within=NEIGHBOUR))
    assert sums(directive) == {"63:93": (0, 0), "schools": (0, 0), "hospitality": (0, 0)}
    gone = directive.targets.get(organisation=second)
    assert (gone.left_on, gone.place.startswith("/63:93/")) == (DAY, True)  # to be seen by whom it was given to
    (top,) = lines(directive, list(directive.targets.select_related("organisation")), DAY)
    (under,) = (line for line in top.children if line.target.key == "schools")
    assert [line.target.left_on for line in under.children] == [DAY, DAY]
    organisations.reopen(first)
    organisations.change(second, replace(organisations.facts_of(second), within=SISTER))
    assert sums(directive) == before
    organisations.change(second, replace(organisations.facts_of(second), sector="hospitality"))
    assert sums(directive)["hospitality"] == (40, 12)
    assert sums(directive)["schools"] == (60, 18)
    assert sums(directive)["63:93"] == before["63:93"]
    organisations.change(second, replace(organisations.facts_of(second), sector="other"))
    assert sums(directive)["63:93"] == (60, 18)


def test_what_lies_in_a_unit_of_the_order_is_counted_with_it(order: Any) -> None:
    directive = order("zones", "companies")
    zone = organisations.register(Facts("KCN", "zones", WARD, 500), DAY)
    inside = organisations.register(Facts("Công ty A", "companies", WARD, 100, parent=zone.code), DAY)
    alone = organisations.register(Facts("Công ty B", "companies", WARD, 50), DAY)
    assert set(sums(directive)) == {"63:93", "zones", "companies", zone.code, alone.code}
    organisations.change(alone, replace(organisations.facts_of(alone), parent=zone.code))
    assert set(sums(directive)) == {"63:93", "zones", "companies", zone.code}
    assert joining.complete(directive, DAY) == 0
    organisations.change(zone, replace(organisations.facts_of(zone), sector="other"))
    assert sums(directive)["zones"] == (0, 0)
    assert sums(directive)["companies"] == (150, 45)
    assert {inside.code, alone.code} <= set(sums(directive))
    organisations.close(zone, DAY)
    assert sums(directive)["63:93"] == (0, 0)
    organisations.reopen(Organisation.objects.get(pk=zone.pk))
    assert sums(directive)["63:93"] == (150, 45)


def test_a_unit_merged_into_another_leaves_and_nothing_is_counted_twice(order: Any, schools: Any) -> None:
    directive = order("schools")
    organisations.merge(schools[0], schools[1], DAY)
    assert sums(directive)["schools"] == (40, 12)
    assert directive.targets.get(organisation=schools[0]).left_on == DAY


def test_a_unit_merged_with_its_people_leaves_what_was_asked_of_them_to_the_other(order: Any, schools: Any) -> None:
    directive = order("schools")
    before = sums(directive)
    organisations.merge(schools[0], schools[1], DAY, with_people=True)
    after = sums(directive)
    assert after["schools"] == before["schools"]
    assert after["63:93"] == before["63:93"]
    assert after[schools[1].code] == before["schools"]
    assert Organisation.objects.get(pk=schools[1].pk).headcount == schools[0].headcount + 40
    assert directive.targets.get(organisation=schools[0]).left_on == DAY
    (top,) = lines(directive, list(directive.targets.select_related("organisation")), DAY)
    assert top.target.people == before["63:93"][0]


def test_a_merger_with_people_loses_no_install_and_opening_it_again_restores_the_order(
    order: Any, schools: Any, put_figure: Any
) -> None:
    directive = order("schools")
    for back, (small, large) in enumerate([(30, 20), (24, 18), (18, 15)]):
        put_figure(schools[0], DAY - dt.timedelta(days=back), small)
        put_figure(schools[1], DAY - dt.timedelta(days=back), large)

    def asked_and_installed(day: dt.date = DAY) -> tuple[int, int, float | None]:
        (top,) = lines(directive, list(directive.targets.select_related("organisation")), day)
        return top.target.people, top.pace.installs, top.pace.recent_per_day

    before, sums_before = asked_and_installed(), sums(directive)
    headcounts = [each.headcount for each in schools]
    organisations.merge(schools[0], schools[1], DAY, with_people=True)
    assert asked_and_installed() == before
    put_figure(schools[1], DAY + dt.timedelta(days=1), 55)  # a report of both
    assert asked_and_installed(DAY + dt.timedelta(days=1))[:2] == (before[0], 55)
    organisations.reopen(Organisation.objects.get(pk=schools[0].pk))
    again = [Organisation.objects.get(pk=each.pk) for each in schools]
    assert [each.headcount for each in again] == headcounts
    assert sums(directive) == sums_before
    assert asked_and_installed() == before


def test_a_unit_that_went_on_into_a_third_is_taken_out_of_both(order: Any) -> None:
    def unit(name: str, headcount: int) -> Organisation:
        facts = organisations.Facts(name, "companies", UnitCode.parse("63:31318"), headcount=headcount)
        return organisations.register(facts, DAY)

    first, second, third = unit("Công ty A", 50), unit("Công ty B", 30), unit("Công ty C", 20)
    directive = order("companies")
    before = sums(directive)
    organisations.merge(first, second, DAY, with_people=True)
    organisations.merge(Organisation.objects.get(pk=second.pk), third, DAY, with_people=True)
    assert sums(directive)["companies"] == before["companies"]
    organisations.reopen(Organisation.objects.get(pk=first.pk))
    assert sums(directive) == {
        "63:93": (100, 30), "companies": (100, 30), first.code: (50, 15), third.code: (50, 15),
    }  # fmt: skip
    organisations.reopen(Organisation.objects.get(pk=second.pk))
    assert sums(directive) == before
    assert Organisation.objects.get(pk=third.pk).headcount == 20


def test_people_merged_into_a_part_are_asked_of_the_unit_that_stands_in_the_order(order: Any) -> None:
    def unit(name: str, headcount: int | None, parent: str = "") -> Organisation:
        facts = organisations.Facts(name, "companies", UnitCode.parse("63:31318"), headcount=headcount, parent=parent)
        return organisations.register(facts, DAY)

    zone = unit("Khu công nghiệp", 100)
    part, alone = unit("Phân xưởng", 30, zone.code), unit("Công ty", 50)
    directive = order("companies")
    organisations.merge(alone, part, DAY, with_people=True)
    assert sums(directive) == {"63:93": (150, 45), "companies": (150, 45), zone.code: (150, 45)}


def test_people_merged_into_a_unit_without_a_headcount_are_counted_once(order: Any) -> None:
    def unit(name: str, headcount: int | None) -> Organisation:
        facts = organisations.Facts(name, "companies", UnitCode.parse("63:31318"), headcount=headcount)
        return organisations.register(facts, DAY)

    alone, other = unit("Công ty", 50), unit("Công ty lớn", None)
    directive = order("companies")
    organisations.merge(alone, other, DAY, with_people=True)
    assert sums(directive) == {"63:93": (50, 15), "companies": (50, 15), other.code: (50, 15)}


def test_a_closed_unit_is_in_no_sum(order: Any, schools: Any, put_figure: Any) -> None:
    directive = order("schools")
    put_figure(schools[0], DAY, 30)
    put_figure(schools[1], DAY, 20)
    organisations.close(schools[0], DAY)
    (top,) = lines(directive, list(directive.targets.select_related("organisation")), DAY)
    assert (top.target.people, top.pace.installs) == (40, 20)


def test_a_renamed_unit_and_a_new_headcount_change_nothing_of_what_was_asked(order: Any, schools: Any) -> None:
    directive = order("schools")
    before = sums(directive)
    organisations.change(schools[0], replace(organisations.facts_of(schools[0]), name="Trường mới", headcount=900))
    assert sums(directive) == before


def test_many_units_of_one_list_join_in_few_statements(
    order: Any, django_assert_max_num_queries: Any, hau_giang: Any
) -> None:
    directive = order("hospitality")
    rows = [
        Organisation(code=f"TEST-{number:04}", name=f"Hotel {number}", sector="hospitality", within=str(WARD),
                     place=f"/63:93/63:930/63:31318/TEST-{number:04}/",
                     line=f"/TEST-{number:04}/", headcount=10, created_on=DAY)
        for number in range(300)
    ]  # fmt: skip
    Organisation.objects.bulk_create(rows)
    with django_assert_max_num_queries(20):
        assert joining.complete(directive, DAY) == 300
    assert sums(directive)["63:93"] == (3_000, 900)
    assert joining.complete(directive, DAY) == 0
    assert joining.complete_all(dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)) is None


def test_a_unit_registered_between_plan_and_order_is_not_forgotten(letter: Letter, hau_giang: Any) -> None:
    root, _ = tree.sectors(letter.scope, ["hospitality"], DAY)
    hotel = organisations.register(HOTEL, DAY)
    directive = services.give(
        replace(letter, base=Base.HEADCOUNT), plan(root, letter.target, Split.EQUALISE), DAY, how=Split.EQUALISE
    )
    assert sums(directive)[hotel.code] == (24, 8)


def test_who_answers_is_the_office_in_charge_and_never_nobody(order: Any, schools: Any) -> None:
    directive = order("schools", "neighbourhoods", "zones")
    answers = dict(directive.targets.values_list("key", "responsible"))
    assert answers["schools"] == "Sở Giáo dục và Đào tạo"
    assert answers["zones"] == "Ban Quản lý các khu công nghiệp"
    assert answers["neighbourhoods"] == "Chủ tịch UBND tỉnh Hậu Giang"
    assert answers[schools[0].code] == "Cô An"
    assert all(answers.values())


def work_of(client: Any, user: Any) -> str:
    """Return an officer's list of work."""
    client.force_login(user)
    return due(client)


def row_of(page: str, title: str) -> str:
    """Return the row of the one task with a title."""
    (row,) = [each for each in page.split('<li class="work-row')[1:] if f"<b>{title}</b>" in each]
    return row


ADD_A_HOTEL = 'href="/officer/units/new?sector=hospitality"'
NO_UNIT = "Lĩnh vực chưa có đơn vị"


def test_a_sector_without_a_unit_is_a_task_of_the_place_until_its_office_can_do_it(
    order: Any, client: Any, officer: Any
) -> None:
    order("hospitality", number="12/UBND")
    province = officer("tinh", "province", "/63:93/")
    said = ("Công văn 12/UBND", "Nhà hàng, khách sạn", ADD_A_HOTEL)
    row = row_of(work_of(client, province), NO_UNIT)
    assert [text for text in said if text not in row] == []
    office = OfficeTask.objects.get(sector="hospitality").office
    tourism = officer("du-lich", "department", office.place)
    assert NO_UNIT not in work_of(client, province)
    assert ADD_A_HOTEL in row_of(work_of(client, tourism), NO_UNIT)
    form = client.get("/officer/units/new?sector=hospitality").content.decode()
    assert '<option value="hospitality" selected>' in form
    tourism.is_active = False
    tourism.save()
    row = row_of(work_of(client, province), NO_UNIT)
    assert [text for text in said if text not in row] == []
    organisations.register(HOTEL, DAY)
    assert NO_UNIT not in work_of(client, province)


def test_units_without_a_headcount_are_no_sector_without_units(order: Any, client: Any, officer: Any) -> None:
    directive = order("hospitality", number="12/UBND")
    hotel = organisations.register(replace(HOTEL, headcount=None), DAY)
    province = officer("tinh", "province", "/63:93/")
    work = work_of(client, province)
    assert NO_UNIT not in work
    row = row_of(work, "Đơn vị chưa ghi số người")
    for text in ("Công văn 12/UBND", "Khách sạn A", f'href="/officer/units/{hotel.code}/edit"'):
        assert text in row
    page = client.get(f"/officer/directives/{directive.pk}").content.decode()
    assert "1 đơn vị chưa ghi số người nên chưa được giao chỉ tiêu" in page
    assert "chưa có đơn vị nào" not in page
    assert "posters.pdf" not in page  # of nobody yet
    second = organisations.register(replace(HOTEL, name="Khách sạn B"), DAY)
    page = client.get(f"/officer/directives/{directive.pk}").content.decode()
    assert "1 đơn vị chưa ghi số người nên chưa được giao chỉ tiêu" in page  # the sum is of the other one only
    assert "posters.pdf" in page
    organisations.change(hotel, HOTEL)
    page = client.get(f"/officer/directives/{directive.pk}").content.decode()
    assert "chưa ghi số người" not in page
    assert second.code in sums(directive)


def test_what_lies_in_a_counted_unit_lacks_no_headcount(order: Any) -> None:
    school = organisations.register(Facts("Trường A", "schools", WARD, 600), DAY)
    organisations.register(Facts("Lớp 1A", "schools", WARD, parent=school.code), DAY)
    alone = organisations.register(Facts("Trường B", "schools", WARD), DAY)
    assert tree.uncounted("/63:93/", ["schools"]) == [alone]
    _root, left_out = tree.sectors(catalogue.all_units().unit(UnitCode.parse("63:93"), DAY), ["schools"], DAY)
    assert left_out == [alone]


@pytest.mark.parametrize("end", ["withdrawn", "past", "closed"])
def test_nobody_is_asked_to_add_units_where_no_unit_can_come(
    order: Any, client: Any, officer: Any, set_clock: Any, end: str
) -> None:
    directive = order("hospitality", number="12/UBND")
    if end == "withdrawn":
        services.end(directive, DAY)
    if end == "past":
        set_clock.now = dt.datetime(2020, 8, 31, 2, tzinfo=dt.UTC)
    if end == "closed":
        own = OwnSector.objects.create(key="boats", place="/63:93/", name="Tàu du lịch", created_on=DAY, closed_on=DAY)
        directive.targets.filter(key="hospitality").update(key=own.key)
    assert NO_UNIT not in work_of(client, officer("tinh", "province", "/63:93/"))


def test_a_sector_that_is_offered_to_nobody_is_not_chosen_by_an_address(db: None, client: Any, officer: Any) -> None:
    client.force_login(officer("tinh", "province", "/63:93/"))
    for asked in ("nothing", "&lt;", "x" * 300):
        answer = client.get("/officer/units/new", {"sector": asked})
        assert answer.status_code == 200
        assert "selected" not in answer.content.decode().split('name="sector"', 1)[1].split("</select>", 1)[0].replace(
            '<option value="" selected>', ""
        )
