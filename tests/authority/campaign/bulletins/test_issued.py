"""Bulletins made by the clock: which are due, once each, with the target of the order; kept, and forgotten."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bluezone.authority.campaign.bulletins import services
from bluezone.authority.campaign.bulletins.assigned import assigned_of, reached_in
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.bulletins.services import as_of, due_days, is_issued
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import services as directives
from bluezone.authority.campaign.orders import tree
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.door.models import DoorDay, DoorList
from bluezone.authority.episodes.models import Roster
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.models import User
from bluezone.authority.outreach.models import FamilyTally, Hamlet, UnionTask
from bluezone.authority.units import services as units
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, UnitCode
from bluezone.i18n import Language
from bluezone.rollout.cascade import Split
from bluezone.rollout.counts import Count
from bluezone.rollout.directives import Base, Letter
from bluezone.rollout.reached import DoorSums
from bluezone.rollout.report_words import paper
from bluezone.rollout.texts import short_unit_name
from bluezone.rollout.wording import words

DAY = dt.date(2020, 8, 18)
HAU_GIANG = UnitCode.parse("63:93")
DISTRICT = catalogue.all_units().children(HAU_GIANG, DAY)[0].code
COMMUNE, OTHER = (unit.code for unit in catalogue.all_units().children(DISTRICT, DAY)[:2])
#: the maker of PDFs as it is
PDF = services.MAKERS["pdf"]


def at(hour: int, minute: int = 0, day: int = 18) -> dt.datetime:
    """A moment of August 2020 in Viet Nam."""
    return dt.datetime(2020, 8, day, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.fixture
def installation(db, environment, set_clock, monkeypatch):
    """Figures of a province, a district and two communes, one of which has an officer; PDFs have no content."""
    set_clock.now = at(17, 5)
    # Dozens are made, each of a third of a second: tests of what stands in them take the real maker.
    monkeypatch.setitem(services.MAKERS, "pdf", ("application/pdf", lambda report, language: b"%PDF-"))
    for back in range(8):
        day = DAY - dt.timedelta(days=back)
        for unit, installs in ((HAU_GIANG, 60_000), (DISTRICT, 8_000), (COMMUNE, 900), (OTHER, 700)):
            store([Count(unit, day, installs=installs - 10 * back, source="report")])
    User.objects.create_user("xa", role="commune", place=f"/63:93/{DISTRICT}/{COMMUNE}/")
    return set_clock


@pytest.mark.parametrize(
    ("now", "days"),
    [(at(16, 59), [17, 16]), (at(17), [18, 17, 16]), (at(23, 59), [18, 17, 16]), (at(0, 1, 19), [18, 17])],
)
def test_a_days_bulletin_is_due_at_five_and_two_days_longer_for_figures_that_come_late(now, days):
    assert [day.day for day in due_days(now)] == days


def test_todays_bulletin_names_its_hour_an_earlier_one_the_whole_day():
    assert as_of(DAY, at(17, 5)) == dt.time(17, 5)
    assert as_of(DAY, at(0, 30, 19)) is None


@pytest.mark.parametrize(
    ("level", "has_officer", "issued"),
    [(Level.NATION, False, True), (Level.DISTRICT, False, True), (Level.COMMUNE, False, False),
     (Level.COMMUNE, True, True)],
)  # fmt: skip
def test_a_commune_gets_one_where_somebody_reads_it(level, has_officer, issued):
    assert is_issued(level, has_officer=has_officer) is issued


def test_each_unit_with_a_figure_gets_its_bulletin_once_from_the_top_down(installation):
    report = services.issue_due(installation.now, most=2)
    assert (report.made, report.waiting) == (2, 10)  # three units and the country above them, three days
    assert list(IssuedBulletin.objects.order_by("pk").values_list("unit", flat=True)) == ["63:VN", "63:93"]
    services.issue_due(installation.now)
    assert IssuedBulletin.objects.count() == 12
    assert not IssuedBulletin.objects.filter(unit=str(OTHER)).exists()
    assert services.issue_due(installation.now).made == 0
    assert not LogEntry.objects.filter(content_type__model="issuedbulletin").exists()


def test_what_was_issued_stays_as_it_was_when_a_figure_is_corrected(installation, client):
    services.issue_due(installation.now, most=2)
    store([Count(HAU_GIANG, DAY, installs=61_234, source="report")])
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    address = "/officer/bulletins/63:93/2020-08-18"
    text = client.get(f"{address}.txt").content.decode()
    assert "60.000" in text
    assert "17:05" in text
    response = client.post(f"{address}/again")
    assert response.status_code == 302
    text = client.get(f"{address}.txt").content.decode()
    assert "61.234" in text
    assert IssuedBulletin.objects.get(unit="63:93", date=DAY).edition == 2
    assert LogEntry.objects.get(content_type__model="issuedbulletin").actor.username == "tinh"


def test_three_forms_in_two_languages_are_kept(installation, client, monkeypatch):
    monkeypatch.setitem(services.MAKERS, "pdf", PDF)
    services.issue_due(installation.now, most=2)  # of the country and of the province
    for language in Language:
        for kind, start in (("pdf", b"%PDF-1."), ("xlsx", b"PK"), ("txt", b"")):
            assert services.file_of(HAU_GIANG, DAY, language, kind).read_bytes().startswith(start)
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    address = "/officer/bulletins/63:93/2020-08-18.txt"
    assert "60,000" in client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert client.get(address).content.decode() == services.file_of(
        HAU_GIANG, DAY, Language.VIETNAMESE, "txt"
    ).read_text(encoding="utf-8")


def test_the_target_is_that_of_the_order_which_stands(installation):
    unit = catalogue.all_units().unit(HAU_GIANG, DAY)
    letter = Letter(
        number="1234/UBND-KGVX",
        issued=dt.date(2020, 8, 14),
        issuer="UBND tỉnh Hậu Giang",
        scope=unit,
        base=Base.POPULATION,
        target=Fraction(3, 10),
        deadline=dt.date(2020, 8, 30),
        responsible="Chủ tịch UBND tỉnh Hậu Giang",
    )
    root = tree.territory(unit, Measure.POPULATION, tree.Depth.ONE, DAY, {})
    directives.give(letter, plan(root, letter.target, Split.EQUALISE), DAY, how=Split.EQUALISE)
    services.issue_due(installation.now, most=4)
    text = services.file_of(HAU_GIANG, DAY, Language.VIETNAMESE, "txt").read_text(encoding="utf-8")
    assert "Chỉ tiêu 30% đến hết ngày 30/8: còn thiếu 159.906" in text
    handed_down = services.file_of(DISTRICT, DAY, Language.VIETNAMESE, "txt").read_text(encoding="utf-8")
    assert "30/8" in handed_down


def test_an_example_to_look_around_never_stands_before_an_order_of_persons(installation):
    unit = catalogue.all_units().unit(HAU_GIANG, DAY)
    for number, share, deadline, is_example in (
        ("example", Fraction(9, 10), dt.date(2020, 8, 25), True),
        ("1234/UBND-KGVX", Fraction(3, 10), dt.date(2020, 8, 30), False),
    ):
        letter = Letter(
            number=number, issued=dt.date(2020, 8, 14), issuer="UBND", scope=unit, base=Base.POPULATION, target=share,
            deadline=deadline, responsible="Chủ tịch",
        )  # fmt: skip
        root = tree.territory(unit, Measure.POPULATION, tree.Depth.ONE, DAY, {})
        given = directives.give(letter, plan(root, share, Split.EQUALISE), DAY, how=Split.EQUALISE)
        type(given).objects.filter(pk=given.pk).update(is_example=is_example)
    services.issue_due(installation.now, most=2)
    text = services.file_of(HAU_GIANG, DAY, Language.VIETNAMESE, "txt").read_text(encoding="utf-8")
    assert "Chỉ tiêu 30% đến hết ngày 30/8" in text


def test_a_commune_without_people_known_still_counts_as_reported(installation):
    services.issue_due(installation.now, most=3)
    file = services.file_of(DISTRICT, DAY, Language.VIETNAMESE, "xlsx")
    table = load_workbook(file).worksheets[1]
    names = [row[1].value for row in table.iter_rows(min_row=2)][:-1]
    assert len(names) == 2  # the others are named in a line, not in rows
    assert short_unit_name(catalogue.all_units().unit(COMMUNE, DAY), Language.VIETNAMESE) in names


def test_old_bulletins_are_forgotten_with_their_files(installation, environment):
    services.issue_due(installation.now)
    environment(bulletin_days=1, var=services.settings.BLUEZONE.var)
    assert services.forget(DAY) == 4
    folders = sorted(folder.name for folder in services.settings.BLUEZONE.bulletins.iterdir())
    assert folders == ["2020-08-17", "2020-08-18"]
    assert {row.date.day for row in IssuedBulletin.objects.all()} == {17, 18}


def test_one_that_cannot_be_made_does_not_keep_the_others(installation, monkeypatch, caplog):
    whole = services.issue

    def issue(unit, date, now):
        if unit.code == HAU_GIANG:
            raise services.BluezoneError("no font")
        return whole(unit, date, now)

    monkeypatch.setattr(services, "issue", issue)
    report = services.issue_due(installation.now)
    assert (report.made, report.waiting) == (9, 3)
    assert "63:93" in caplog.text


#: role, place, and how many bulletins an officer sees: those of the own unit, and those of all units
SEEN = [
    ("ministry", "/", 3, 12),
    ("province", "/63:93/", 3, 9),
    ("province", "/63:92/", 0, 0),
    ("province", "/34:92/", 0, 9),
    ("district", f"/63:93/{DISTRICT}/", 3, 6),
    ("commune", f"/63:93/{DISTRICT}/{COMMUNE}/", 3, 3),
]


def test_officers_see_the_bulletins_of_their_jurisdiction(installation, client):
    services.issue_due(installation.now)  # once for all: it takes seconds
    for role, place, own, all_units in SEEN:
        client.force_login(User.objects.create_user(f"{role} of {place}", role=role, place=place))
        assert len(client.get("/officer/bulletins/").context["rows"]) == own, place
        assert len(client.get("/officer/bulletins/?unit=all").context["rows"]) == all_units, place
        may_direct = role == "ministry" or place == "/63:93/"
        assert (client.post("/officer/bulletins/63:93/2020-08-18/again").status_code == 302) is may_direct, place
        sees = may_direct or place == "/34:92/"
        assert (client.get("/officer/bulletins/?unit=63:93").status_code == 200) is sees, place


def test_heads_and_those_without_a_role_have_no_bulletins(installation, client):
    for role, place in (("unit-head", f"/63:93/{DISTRICT}/{COMMUNE}/7K3M-Q2XD/"), ("", "")):
        client.force_login(User.objects.create_user(f"x{role}", role=role, place=place))
        assert client.get("/officer/bulletins/").status_code == 403
        assert client.post("/officer/bulletins/63:93/2020-08-18/again").status_code == 403


def test_a_unit_that_exists_no_more_is_offered_no_bulletin_of_today(installation, client):
    client.force_login(User.objects.create_user("bo", role="ministry", place="/"))
    page = client.get("/officer/bulletins/?unit=63:94")  # Sóc Trăng, which merged in 2025
    assert "/officer/bulletins/63:94/2020-08-18.pdf" in page.content.decode()
    installation.now = at(17, 5).replace(year=2026)
    page = client.get("/officer/bulletins/?unit=63:94", headers={"Accept-Language": "en"}).content.decode()
    assert "This unit does not exist today" in page
    assert "/officer/bulletins/63:94/" not in page


def test_the_command_makes_all_that_are_due(installation, run_bluezone):
    done = run_bluezone("authority", "issue-bulletins", "--json")
    assert done.code == 0
    assert '"made": 12' in done.out


def test_a_new_edition_wants_a_csrf_token(installation):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("one", role="ministry", place="/"))
    assert client.post("/officer/bulletins/63:93/2020-08-18/again").status_code == 403


def test_the_sectors_of_an_order_stand_with_who_answers_and_what_their_doors_told(installation):
    hotel = units.register(
        units.Facts("Khách sạn Vị Thanh", "hospitality", COMMUNE, headcount=40, headed_by="Giám đốc"), DAY
    )
    DoorList.objects.create(organisation=hotel, poster="hung", poster_on=DAY)
    looked = {f"{when}_{answer}": number for when in ("looked", "confirmed") for answer, number in
              (("had", 30), ("helped", 12), ("refused", 8))}  # fmt: skip
    DoorDay.objects.create(organisation=hotel, day=DAY, app="bluezone", had=30, helped=12, refused=8, **looked)
    DoorDay.objects.create(organisation=hotel, day=DAY, app="ncovi", had=5)  # nobody has looked at it yet
    unit = catalogue.all_units().unit(HAU_GIANG, DAY)
    letter = Letter(
        number="5", issued=DAY, issuer="UBND", scope=unit, base=Base.HEADCOUNT, target=Fraction(1),
        deadline=dt.date(2020, 8, 25), responsible="Sở Văn hóa",
    )  # fmt: skip
    root, _left_out = tree.sectors(unit, ["hospitality"], DAY)
    directives.give(letter, plan(root, letter.target, Split.EQUALISE), DAY, how=Split.EQUALISE)
    (line,) = services.report_of(unit, DAY, services.Wanted()).sectors
    assert (line.sector.key, line.units, line.target) == ("hospitality", 1, 40)
    assert line.door == DoorSums(posters=1, asked=50, had=30, helped=12, unconfirmed=5)


def test_a_sector_whose_units_are_not_counted_is_not_called_one_without_units(installation):
    units.register(units.Facts("Khách sạn Bông Sen", "hospitality", COMMUNE), DAY)
    unit = catalogue.all_units().unit(HAU_GIANG, DAY)
    letter = Letter(
        number="5", issued=DAY, issuer="UBND", scope=unit, base=Base.HEADCOUNT, target=Fraction(1),
        deadline=dt.date(2020, 8, 25), responsible="Sở Văn hóa",
    )  # fmt: skip
    root, _left_out = tree.sectors(unit, ["hospitality", "stations"], DAY)
    directives.give(letter, plan(root, letter.target, Split.EQUALISE), DAY, how=Split.EQUALISE)
    made = services.report_of(unit, DAY, services.Wanted())
    assert {line.sector.key: line.units for line in made.sectors} == {"hospitality": 1, "stations": 0}
    assert [line.sector.key for line in made.idle] == ["stations"]


def test_a_district_that_carries_an_order_out_by_its_own_states_the_targets_of_its_communes(installation):
    province, district = (catalogue.all_units().unit(code, DAY) for code in (HAU_GIANG, DISTRICT))
    letter = Letter(
        number="1", issued=DAY, issuer="UBND", scope=province, base=Base.POPULATION, target=Fraction(3, 10),
        deadline=dt.date(2020, 8, 25), responsible="Chủ tịch",
    )  # fmt: skip
    root = tree.territory(province, Measure.POPULATION, tree.Depth.ONE, DAY, {})
    above = directives.give(letter, plan(root, letter.target, Split.EQUALISE), DAY, how=Split.EQUALISE)
    own = replace(letter, number="2", scope=district, deadline=dt.date(2020, 8, 28))
    people = {str(each.code): 9_000 for each in catalogue.all_units().children(DISTRICT, DAY)}
    root = tree.territory(district, Measure.POPULATION, tree.Depth.ONE, DAY, people)
    directives.give(own, plan(root, own.target, Split.BY_PEOPLE), DAY, how=Split.BY_PEOPLE, parent=above)
    wanted = services.with_target(DISTRICT, DAY, services.Wanted())
    assigned = assigned_of(services.made_of(district, DAY, wanted))
    assert (assigned.order.number, len(assigned.targets)) == ("1", len(people))


def test_communes_have_the_shares_of_the_people_that_an_order_names(installation):
    district = catalogue.all_units().unit(DISTRICT, DAY)
    communes = catalogue.all_units().children(DISTRICT, DAY)
    store(Count(each.code, DAY, installs=900 * (1 + at), source="report") for at, each in enumerate(communes))
    bare = services.report_of(district, DAY, services.Wanted(forecast=False))
    assert {line.share for line in bare.lines} == {None}, "no census knows them"
    letter = Letter(
        number="2", issued=DAY, issuer="UBND", scope=district, base=Base.POPULATION, target=Fraction(3, 10),
        deadline=dt.date(2020, 8, 28), responsible="Chủ tịch",
    )  # fmt: skip
    root = tree.territory(
        district, Measure.POPULATION, tree.Depth.ONE, DAY, {str(each.code): 9_000 for each in communes}
    )
    directives.give(letter, plan(root, letter.target, Split.BY_PEOPLE), DAY, how=Split.BY_PEOPLE)
    made = services.report_of(district, DAY, services.Wanted(forecast=False))
    assert {line.unit.code: line.share for line in made.lines} == {
        each.code: Fraction(1 + at, 10) for at, each in enumerate(communes)
    }
    assert [line.row.rank for line in made.lines] == list(range(1, len(communes) + 1))
    own = services.made_of(communes[0], DAY, services.Wanted(forecast=False))
    assert "Dân số: số người ghi trong công văn 2" in words(own, Language.VIETNAMESE).sources


def test_families_households_unions_and_people_in_quarantine_stand_in_it(installation):
    def unit(name: str, sector: str, headcount: int):
        return units.register(units.Facts(name, sector, COMMUNE, headcount=headcount), DAY)

    school, hamlet, union = (
        unit("Trường", "schools", 900),
        unit("Ấp 1", "neighbourhoods", 400),
        unit("Hội", "unions", 90),
    )
    site = unit("Khu cách ly", "quarantine", 100)
    FamilyTally.objects.create(organisation=school, date=DAY, told=850, reached=400)
    tomorrow = DAY + dt.timedelta(days=1)
    FamilyTally.objects.create(organisation=school, date=tomorrow, told=900)
    Hamlet.objects.create(organisation=hamlet, households=100, visited=41, has=10, helped=20, last_visit_on=DAY)
    tasks = {"organisation": union, "kind": "drive", "title": "Ra quân"}
    UnionTask.objects.create(**tasks, due=DAY, done_on=DAY, asked=120, helped=45)
    UnionTask.objects.create(**tasks, due=DAY - dt.timedelta(days=1))
    Roster.objects.create(place=site.place, organisation=site, day=DAY, present=60, asked=40)
    made = services.report_of(catalogue.all_units().unit(HAU_GIANG, DAY), DAY, services.Wanted())
    said = [
        "Gia đình: 850 người được phổ biến, 400 gia đình được vận động (theo 1 trường, cơ quan đã ghi).",
        "Đến từng hộ: đã đến 41 trong 100 hộ của 1 ấp, khu vực (41%), 30 hộ có ứng dụng.",
        "Hội, đoàn thể: xong 1 việc, quá hạn 1 việc, vận động 120 người, giúp 45 người cài đặt.",
        "Người đang cách ly: 60; đã được mời cài ứng dụng: 40, chưa được mời: 20.",
    ]
    assert list(paper(made, Language.VIETNAMESE).reached) == said
    elsewhere = services.report_of(catalogue.all_units().unit(UnitCode.parse("63:92"), DAY), DAY, services.Wanted())
    assert paper(elsewhere, Language.VIETNAMESE).reached == ()


def test_a_small_roster_tells_no_more_in_a_communes_bulletin_than_its_superiors_may_read(installation):
    site = units.register(units.Facts("Khu cách ly", "quarantine", COMMUNE, headcount=20), DAY)
    Roster.objects.create(place=site.place, organisation=site, day=DAY, present=12, asked=1)
    made = services.report_of(catalogue.all_units().unit(COMMUNE, DAY), DAY, services.Wanted())
    assert paper(made, Language.VIETNAMESE).reached == (
        "Người đang cách ly: 12; đã được mời cài ứng dụng: ít, không hiện số, chưa được mời: ít nhất 8.",
    )


def test_a_place_too_small_to_be_shown_makes_the_number_of_people_in_quarantine_a_bound(installation):
    site = units.register(units.Facts("Khu cách ly", "quarantine", COMMUNE, headcount=60), DAY)
    Roster.objects.create(place=site.place, organisation=site, day=DAY, present=40, asked=20)
    Roster.objects.create(place=place_of(COMMUNE), day=DAY, present=4, asked=2)
    made = services.report_of(catalogue.all_units().unit(HAU_GIANG, DAY), DAY, services.Wanted())
    (said,) = paper(made, Language.VIETNAMESE).reached
    assert said.startswith("Người đang cách ly: ít nhất 40;")
    assert "danh sách trong ngày" not in said
    tomorrow = DAY + dt.timedelta(days=1)
    (said,) = paper(
        services.report_of(catalogue.all_units().unit(HAU_GIANG, DAY), tomorrow, services.Wanted()), Language.VIETNAMESE
    ).reached
    assert said.endswith("Chưa có danh sách trong ngày: 2 nơi.")


def test_what_was_reached_is_read_in_as_many_statements_however_many_units_have_told(installation):
    def tell(count: int, start: int) -> None:
        for number in range(start, start + count):
            school = units.register(units.Facts(f"Trường {number}", "schools", COMMUNE, headcount=900), DAY)
            units.register(units.Facts("Lớp 1A", "schools", COMMUNE, headcount=40, parent=school.code), DAY)
            FamilyTally.objects.create(organisation=school, date=DAY, told=300, reached=200)
            site = units.register(units.Facts(f"Khu cách ly {number}", "quarantine", COMMUNE, headcount=90), DAY)
            Roster.objects.create(place=site.place, organisation=site, day=DAY, present=60, with_phone=50, asked=40)
            hamlet = units.register(units.Facts(f"Ấp {number}", "neighbourhoods", COMMUNE, headcount=900), DAY)
            Hamlet.objects.create(organisation=hamlet, households=100, visited=80, has=30, last_visit_on=DAY)

    def asked() -> int:
        with CaptureQueriesContext(connection) as statements:
            reached_in("/63:93/", DAY)
        return len(statements)

    tell(1, 0)
    before = asked()
    tell(4, 1)
    assert asked() == before
    found = reached_in("/63:93/", DAY)
    assert (found.families.units, found.families.told) == (5, 1_500)
    assert (found.households.hamlets, found.households.visited) == (5, 400)
    assert found.quarantined.present == 300
