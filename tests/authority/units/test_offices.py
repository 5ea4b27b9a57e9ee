"""Offices that answer for sectors of a place: what their officers see and do, on every address, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse
from tests.authority.due import due
from tests.tiers import first

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import services as orders
from bluezone.authority.campaign.orders import tree
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers import scope
from bluezone.authority.officers.appointments import AppointmentError, place_of_post, roles_below
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import Office, OfficeTask
from bluezone.authority.units import offices, services
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import OfficeError
from bluezone.authority.units.services import Facts
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.counts import Count, OrganisationCode
from bluezone.rollout.directives import Base, Letter

DAY = dt.date(2020, 8, 15)
PROVINCE = "/63:93/"
WARD, OUTSIDE = UnitCode.parse("63:31318"), UnitCode.parse("63:31153")


@pytest.fixture
def units(db: Any) -> dict[str, Organisation]:
    """A hotel and a school in the province, a hotel outside it, a zone with a company in it."""
    made = {
        "hotel": services.register(Facts("Khách sạn A", "hospitality", WARD, 200), DAY),
        "school": services.register(Facts("Trường B", "schools", WARD, 600), DAY),
        "outside": services.register(Facts("Khách sạn C", "hospitality", OUTSIDE, 300), DAY),
        "zone": services.register(Facts("Khu công nghiệp D", "zones", WARD, 500), DAY),
    }
    inside = Facts("Công ty E", "companies", WARD, 100, parent=made["zone"].code)
    return made | {"company": services.register(inside, DAY)}


@pytest.fixture
def directive(units: Any, officer: Any) -> Directive:
    """30 % of the people of hotels and schools: their sectors become the tasks of offices."""
    scope_ = catalogue.all_units().unit(UnitCode.parse("63:93"), DAY)
    letter = Letter(
        "12/UBND", dt.date(2020, 8, 14), "UBND tỉnh", scope_, Base.HEADCOUNT, Fraction(3, 10), dt.date(2020, 8, 30),
        "Chủ tịch",
    )  # fmt: skip
    officer("province")
    root, _ = tree.sectors(scope_, ["hospitality", "schools"], DAY)
    return orders.give(letter, plan(root, letter.target, Split.EQUALISE), DAY, how=Split.EQUALISE)


@pytest.fixture
def tourism(directive: Directive) -> Office:
    return OfficeTask.objects.get(territory=PROVINCE, sector="hospitality").office


@pytest.fixture
def of_tourism(tourism: Office, officer: Any) -> Any:
    """An officer of the department of tourism, logged in."""
    return officer("tourism", "department", tourism.place)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()
    return response.content.decode().replace("\u00a0", " ")


def test_an_order_makes_each_sector_the_task_of_an_office(directive: Directive, tourism: Office) -> None:
    assert tourism.name == "Sở Văn hóa, Thể thao và Du lịch"
    assert tourism.place == f"{PROVINCE}@{tourism.pk}/"
    assert OfficeTask.objects.count() == 2


def test_an_office_sees_and_directs_the_units_of_its_sectors_in_its_place(
    of_tourism: Any, tourism: Office, units: Any
) -> None:
    own = scope.required(of_tourism)
    assert list(scope.visible(Organisation.objects.all(), of_tourism)) == [units["hotel"]]
    assert list(scope.editable(Organisation.objects.all(), of_tourism)) == [units["hotel"]]
    seen = scope.visible(Target.objects.all(), of_tourism)
    assert sorted(seen.values_list("key", flat=True)) == sorted(["hospitality", units["hotel"].code])
    assert own.may_manage(units["hotel"].place, units["hotel"].sectors)
    for name in ("school", "outside", "zone", "company"):
        assert not own.may_see(units[name].place, units[name].sectors)
    assert not own.may_see(PROVINCE)
    assert not own.may_direct(PROVINCE)
    assert not own.may_appoint(Role.UNIT_HEAD, units["hotel"].place)


def test_who_answers_for_a_zone_answers_for_what_is_in_it(tourism: Office, officer: Any, units: Any) -> None:
    board = offices.assign(PROVINCE, "zones", "Ban Quản lý các khu công nghiệp")
    assert board is not None
    user = officer("board", "department", board.place)
    assert set(scope.visible(Organisation.objects.all(), user)) == {units["zone"], units["company"]}


def test_another_task_another_place_and_a_closed_office(of_tourism: Any, tourism: Office, units: Any) -> None:
    offices.assign(PROVINCE, "schools", tourism.name)
    assert set(scope.visible(Organisation.objects.all(), of_tourism)) == {units["hotel"], units["school"]}
    offices.assign(PROVINCE, "hospitality", "Trung tâm Xúc tiến Du lịch")
    assert list(scope.visible(Organisation.objects.all(), of_tourism)) == [units["school"]]
    offices.close(tourism, DAY)
    assert not scope.visible(Organisation.objects.all(), of_tourism).exists()
    of_tourism.place = f"/63:92/@{tourism.pk}/"  # an office's number at another place is nobody's
    assert not scope.visible(Organisation.objects.all(), of_tourism).exists()


# --- every address ---

#: what an office's officer opens; all else answers 403, 404 or sends on. Of a unit: the own hotel.
OPEN = {
    "home", "officers:changes", "figures:reports", "figures:completeness", "figures:remind", "figures:organisation",
    "orders:list",
    "orders:directive", "orders:posters", "units:list", "units:new", "units:upload", "units:posters", "units:unit",
    "units:edit", "units:poster", "units:qr", "units:office", "officers:recovery-codes", "officers:verify",
    "officers:enrol", "diagnosis:list", "diagnosis:new", "first", "door:overview", "door:unit", "door:units",
    "officers:letterhead",
    "door:visit", "door:new-round", "door:round", "national:table",
    "outreach:overview", "outreach:unit", "outreach:families", "outreach:families-of-units",
    "places:overview", "places:place", "door:entries", "search", "work:list",
}  # fmt: skip


def _addresses(resolver: Any, namespace: str = "") -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            if each.name:
                yield f"{namespace}{each.name}", str(each.pattern)
        elif str(each.pattern) != "officer/api/":
            inner = f"{each.namespace}:" if each.namespace else namespace
            for name, pattern in _addresses(each, inner):
                yield name, str(each.pattern) + pattern


def _paths(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, pattern in _addresses(get_resolver()):
        if pattern.startswith("officer/") and "setup/" not in pattern and "log" not in pattern:
            yield name, "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: values.get(m[2], values[m[1] or "str"]), pattern)


@pytest.mark.parametrize("unit", first(2, ["hotel", "outside", "school"]))
def test_on_every_address_an_office_reads_its_own_and_nothing_else(
    of_tourism: Any, tourism: Office, directive: Directive, units: Any, client: Any, unit: str
) -> None:
    """Whatever an address opens, no name and no code of a unit of another sector or place is on it."""
    office = tourism if unit == "hotel" else OfficeTask.objects.get(sector="schools").office
    values = {
        "str": units[unit].code, "slug": "hospitality", "int": "1", "uuid": str(uuid.uuid4()), "date": "2020-08-15",
        "number": str(office.pk), "key": str(directive.pk), "code": units[unit].code, "path": "x",
    }  # fmt: skip
    others = [each for name, each in units.items() if name != "hotel"]
    opened = set()
    for name, path in _paths(values):
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200:
            opened.add(name)
            page = answer.content.decode(errors="replace")
            if path.split("?")[0].endswith((units[unit].code,)) and unit == "hotel":
                assert "Khách sạn A" in page, path
            for each in others:
                assert each.name not in page, (path, each.name)
                assert each.code not in page, (path, each.code)
    assert opened <= OPEN, sorted(opened - OPEN)
    if unit != "hotel":
        assert not opened & {
            "units:unit",
            "units:edit",
            "units:poster",
            "units:qr",
            "figures:organisation",
            "units:office",
            "door:visit",
            "door:entries",
            "outreach:families",
        }


@pytest.mark.parametrize("unit", ["hotel", "school", "outside"])
def test_an_office_changes_the_units_of_its_sectors_only(of_tourism: Any, units: Any, client: Any, unit: str) -> None:
    mine = unit == "hotel"
    base = f"/officer/units/{units[unit].code}"
    within = str(units[unit].within)
    new = {"name": "Mới", "sector": units[unit].sector, "within": within, "headcount": "70"}
    for path, body in (("/edit", new), ("/close", {}), ("/reopen", {})):
        assert client.post(base + path, body).status_code == (302 if mine else 404), path
    report = {"installs": "20", "date": "15/8/2020"}
    assert client.post(reverse("figures:organisation", args=[units[unit].code]), report).status_code in (
        {302} if mine else {404}
    )
    new = {"name": "Khác", "sector": units[unit].sector, "within": within, "headcount": "70"}
    answer = client.post("/officer/units/new", new)
    assert (answer.status_code, Organisation.objects.filter(name="Khác").exists()) == (
        (302, True) if mine else (400, False)
    )


def test_an_office_neither_gives_nor_withdraws_orders_and_appoints_nobody(
    of_tourism: Any, directive: Directive, client: Any
) -> None:
    assert client.post(f"/officer/directives/{directive.pk}/withdraw").status_code == 403
    for path in ("/officer/directives/new", "/officer/officers/new", "/officer/units/sectors", reverse("figures:new")):
        assert client.get(path).status_code == 403, path
        assert client.post(path, {}).status_code in (403, 405), path
    assert roles_below(scope.required(of_tourism)) == []


def test_a_list_of_an_office_is_taken_for_its_sectors_only(of_tourism: Any, client: Any) -> None:
    rows = "Tên đơn vị;Lĩnh vực;Xã;Số người\nKhách sạn Z;khách sạn;63:31318;30\nTrường Z;trường học;63:31318;400\n"
    file = SimpleUploadedFile("units.csv", rows.encode())
    there = client.post("/officer/units/upload", {"file": file}).headers["Location"]
    page = text_of(client.get(there))
    assert "“trường học” thuộc lĩnh vực mà cơ quan của bạn không phụ trách" in page
    shown = re.search(r'name="shown" value="([^"]+)"', page)
    assert shown is not None
    client.post(f"{there}/store", {"shown": shown[1]})
    assert Organisation.objects.filter(name="Khách sạn Z").exists()
    assert not Organisation.objects.filter(name="Trường Z").exists()
    assert Target.objects.filter(organisation__name="Khách sạn Z").exists()  # in the same request


def test_the_home_page_of_an_office_tells_its_tasks(of_tourism: Any, units: Any, client: Any) -> None:
    for day, installs in ((8, 10), (15, 11)):
        store([Count(OrganisationCode(units["hotel"].code), dt.date(2020, 8, day), installs=installs, source="report")])
    page = text_of(client.get("/officer/rollout/"))
    for text in ("Sở Văn hóa, Thể thao và Du lịch", "Trang của cơ quan"):
        assert text in page
    tasks = due(client)
    for text in ("Công văn 12/UBND", "Đơn vị chậm so với công văn"):
        assert text in tasks
    assert "55.289" not in page
    assert "Trường B" not in page


def test_the_office_page_says_who_is_silent_and_who_lags(
    tourism: Office, units: Any, officer: Any, client: Any
) -> None:
    for day, installs in ((8, 10), (15, 11)):
        store([Count(OrganisationCode(units["hotel"].code), dt.date(2020, 8, day), installs=installs, source="report")])
    services.register(Facts("Khách sạn im lặng", "hospitality", WARD, 40), DAY)
    for name, role, place in (("province", "province", PROVINCE), ("t", "department", tourism.place)):
        officer(name, role, place)
        page = text_of(client.get(f"/officer/units/offices/{tourism.pk}"))
        for text in ("Nhà hàng, khách sạn", "1 trên 2 đơn vị đã báo cáo hôm nay", "Khách sạn im lặng", "Khách sạn A"):
            assert text in page
        assert ("Kính gửi Sở Văn hóa" in page) == (role == "province")
        assert "Trường B" not in page
    for name in ("neighbour", "district"):
        officer(name)
        assert client.get(f"/officer/units/offices/{tourism.pk}").status_code == 404


def test_a_sector_is_given_to_another_office_and_the_running_orders_say_so(
    tourism: Office, directive: Directive, officer: Any, client: Any
) -> None:
    officer("province")
    answer = client.post("/officer/units/sectors/hospitality/office", {"office": "  Trung tâm   Xúc tiến Du lịch "})
    assert answer.status_code == 302
    assert directive.targets.get(key="hospitality").responsible == "Trung tâm Xúc tiến Du lịch"
    assert "Trung tâm Xúc tiến Du lịch" in text_of(client.get("/officer/units/sectors"))
    client.post("/officer/units/sectors/hospitality/office", {"office": ""})
    assert directive.targets.get(key="hospitality").responsible == "Sở Văn hóa, Thể thao và Du lịch"  # by the sector
    orders.end(directive, DAY)
    client.post("/officer/units/sectors/hospitality/office", {"office": "Ai đó"})
    assert directive.targets.get(key="hospitality").responsible == "Sở Văn hóa, Thể thao và Du lịch"  # as it ended
    page = text_of(client.post("/officer/units/sectors/hospitality/office", {"office": "x" * 200}), 400)
    assert "dài nhất 160 chữ" in page


def test_an_office_is_renamed_and_closed_by_who_stands_above(
    tourism: Office, directive: Any, officer: Any, client: Any
) -> None:
    base = f"/officer/units/offices/{tourism.pk}"
    for name in ("neighbour", "district"):
        officer(name)
        assert client.post(f"{base}/rename", {"name": "X"}).status_code == 404
    officer("tourism", "department", tourism.place)
    assert client.post(f"{base}/rename", {"name": "X"}).status_code == 403
    officer("province")
    other = OfficeTask.objects.get(sector="schools").office
    refused = text_of(client.post(f"{base}/rename", {"name": other.name}), 400)
    assert "đã có cơ quan" in refused
    assert f'value="{other.name}"' in refused, "what was typed stays"
    client.post(f"{base}/rename", {"name": "Sở Du lịch"})
    assert directive.targets.get(key="hospitality").responsible == "Sở Du lịch"
    client.post(f"{base}/close")
    assert directive.targets.get(key="hospitality").responsible == "Sở Văn hóa, Thể thao và Du lịch"
    assert not OfficeTask.objects.filter(sector="hospitality").exists()


def test_an_officer_of_an_office_is_appointed_by_its_name_or_number(tourism: Office, officer: Any, client: Any) -> None:
    own = scope.required(officer("province"))
    for text in (tourism.name, f"{tourism.name} @{tourism.pk}", f"@{tourism.pk}"):
        assert place_of_post(own, Role.DEPARTMENT, text, DAY) == tourism.place
    for text in ("Sở Không có", "@999999", "@x", ""):
        with pytest.raises(AppointmentError):
            place_of_post(own, Role.DEPARTMENT, text, DAY)
    new = {"full_name": "Chị Lan", "username": "lan", "role": "department", "unit": tourism.name}
    assert "Sở Văn hóa" in text_of(client.post("/officer/officers/new", new))
    with pytest.raises(AppointmentError):
        place_of_post(scope.required(officer("neighbour")), Role.DEPARTMENT, f"@{tourism.pk}", DAY)


def test_two_offices_of_one_name_cannot_be_and_a_sector_has_one(db: Any) -> None:
    first = offices.assign(PROVINCE, "markets", "Sở Công Thương")
    assert offices.assign(PROVINCE, "zones", "sở công thương") == first
    assert offices.assign("/63:92/", "markets", "Sở Công Thương") != first
    assert first is not None
    with pytest.raises(OfficeError):
        offices.rename(offices.assign(PROVINCE, "schools", "Sở Giáo dục") or first, "Sở Công Thương")
    assert OfficeTask.objects.filter(territory=PROVINCE, sector="zones").count() == 1


def test_somebody_answers_for_every_unit(db: Any) -> None:
    school = services.register(Facts("Trường", "schools", WARD, 60), DAY)
    hamlet = services.register(Facts("Ấp", "neighbourhoods", WARD, 60), DAY)
    assert offices.who_answers([school, hamlet]) == {
        school.code: "Chủ tịch UBND phường I",
        hamlet.code: "Chủ tịch UBND phường I",
    }
    offices.assign("/63:93/63:930/", "schools", "Phòng Giáo dục và Đào tạo")
    offices.assign(PROVINCE, "schools", "Sở Giáo dục và Đào tạo")
    headed = replace(services.facts_of(hamlet), headed_by="Ông Ba")
    services.change(hamlet, headed)
    assert offices.who_answers([school, hamlet]) == {school.code: "Phòng Giáo dục và Đào tạo", hamlet.code: "Ông Ba"}
