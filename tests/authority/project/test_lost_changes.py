"""Two officers open one record and both store: on the page of every record form the second is told what is stored now,
loses nothing typed, and stores again or not. Cases of all packages, so that no form is forgotten."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bluezone.authority.diagnosis.forms import ChangeForm
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.door import visits
from bluezone.authority.door.forms import FactsForm
from bluezone.authority.door.models import DoorList
from bluezone.authority.officers import letterheads
from bluezone.authority.officers.forms import LetterheadForm, OfficerForm
from bluezone.authority.officers.models import User
from bluezone.authority.outreach import services as outreach
from bluezone.authority.outreach.forms import HouseholdsForm, TaskForm, TeamForm
from bluezone.authority.outreach.models import Hamlet, UnionTask, VisitTeam
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.forms import IdentityForm
from bluezone.authority.persons.rules import Identity
from bluezone.authority.places import services as places
from bluezone.authority.places.forms import PlaceForm
from bluezone.authority.places.models import Place
from bluezone.authority.privacy.models import Breach
from bluezone.authority.privacy.views import BreachForm
from bluezone.authority.site.records import RecordForm, RecordModelForm
from bluezone.authority.units import services as units
from bluezone.authority.units.forms import OrganisationForm, SectorForm
from bluezone.authority.units.models import Organisation, OwnSector
from bluezone.geography.units import UnitCode

NOW = dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)
DAY = NOW.date()
PROVINCE = "/63:93/"
WARD = ("commune", "/63:93/63:930/63:31318/")
CHANGED = ("Có người khác vừa sửa", "Người khác vừa sửa")


@dataclass(frozen=True)
class Record:
    """A record, and how its page changes it."""

    address: str
    stored: Callable[[], Any]
    #: what a page sends of a record that nobody changes; what the first changes, and the second; no name in both
    same: dict[str, str]
    first: dict[str, str]
    second: dict[str, str]
    #: what a form's page takes before it shows the record
    opened_with: dict[str, str] | None = None
    sent_to: str = ""
    #: what the second reads of the change of the first
    told: str = ""
    #: a value that the form refuses
    slip: dict[str, str] = field(default_factory=dict)
    #: whether it takes another look at the record to store again
    opened_again: bool = False
    #: role and place of the two
    by: tuple[str, str] = ("province", PROVINCE)


def unit(name: str, sector: str, people: int = 300) -> Organisation:
    return units.register(units.Facts(name, sector, UnitCode.parse("63:31318"), people), DAY)


def maker() -> User:
    return User.objects.create_user("hoa", role="province", place=PROVINCE)


def a_case() -> Record:
    case = Case.objects.create(
        report_type="confirmed", test_date=DAY, file_number="HG-17", created_at=NOW, place=PROVINCE, status="confirmed"
    )

    def stored() -> Any:
        case.refresh_from_db()
        return case.file_number, case.onset_date

    return Record(
        reverse("diagnosis:change", args=[case.pk]), stored, {"test_date": "2020-08-15"},
        {"file_number": "HG-18"}, {"onset_date": "13/8/2020", "file_number": "HG-17"}, told="HG-18",
        slip={"test_date": "2020-08-16"},
    )  # fmt: skip


def an_identity() -> Record:
    person = persons.enter(Identity("Trần Thị Mai", 1980, "+84912345678", "", "ấp 3"), PROVINCE, NOW)
    page = reverse("persons:person", args=[person.pseudonym])

    def stored() -> Any:
        person.refresh_from_db()
        return bytes(person.sealed)

    return Record(
        page, stored, {"name": "Trần Thị Mai", "telephone": "0912 345 678", "birth_year": "1980"},
        {"address": "ấp 4"}, {"name": "Trần Thị Mai Anh", "address": "ấp 3"}, opened_with={"reason": "gọi điện"},
        sent_to=f"{page}/change", slip={"telephone": "12"}, opened_again=True,
    )  # fmt: skip


def place_of(market: Organisation, *, told: str) -> Record:
    def stored() -> Any:
        return Place.objects.values_list("kind", "address", "usual_stay_min", "capacity").first()

    return Record(
        reverse("places:place", args=[market.code]), stored, {"kind": str(Place.Kind.SHOP)},
        {"address": "Phường I", "usual_stay_min": "45", "capacity": "80"},
        {"address": "Phường I", "usual_stay_min": "30", "capacity": "80"}, told=told, slip={"usual_stay_min": "x"},
    )  # fmt: skip


def a_place() -> Record:
    market = unit("Chợ Vị Thanh", "markets")
    places.open_place(market, Place.Kind.SHOP, "", 60, None, maker(), NOW, confirmed=True)
    return place_of(market, told="45")


def a_place_that_nobody_has_opened_yet() -> Record:
    return place_of(unit("Chợ Vị Thanh", "markets"), told="45")


def the_households() -> Record:
    hamlet = unit("Khu vực 1", "neighbourhoods", 480)
    outreach.set_households(hamlet, 120)
    return Record(
        reverse("outreach:households", args=[hamlet.code]),
        lambda: Hamlet.objects.get().households, {}, {"households": "131"}, {"households": "132"}, told="131",
        sent_to=reverse("outreach:set-households", args=[hamlet.code]), slip={"households": "x"}, by=WARD,
    )  # fmt: skip


def a_team() -> Record:
    hamlet = unit("Khu vực 1", "neighbourhoods", 480)
    outreach.set_households(hamlet, 120)
    outreach.save_team(hamlet, "Tổ 1", "1–40", None)
    team = VisitTeam.objects.get()
    return Record(
        reverse("outreach:team", args=[hamlet.code, team.pk]),
        lambda: VisitTeam.objects.values_list("name", "numbers").get(), {}, {"name": "Tổ 1", "numbers": "1–60"},
        {"name": "Tổ cộng đồng 1", "numbers": "1–40"}, told="1–60", slip={"numbers": "x"}, by=WARD,
    )  # fmt: skip


def a_task() -> Record:
    union = unit("Đoàn Thanh niên phường I", "unions", 60)
    values = {"kind": "drive", "title": "Ra quân", "at": None, "due": DAY}
    outreach.save_task(union, values, maker(), today=DAY, is_given=True, task=None)
    task = UnionTask.objects.get()
    return Record(
        reverse("outreach:task", args=[task.pk]),
        lambda: UnionTask.objects.values_list("title", "due", "done_on", "asked", "helped").get(),
        {"kind": "drive", "due": "15/8/2020"}, {"title": "Ra quân cài đặt"},
        {"title": "Ra quân", "done_on": "15/8/2020", "asked": "40", "helped": "12"}, told="Ra quân cài đặt",
        slip={"due": "x"},
    )  # fmt: skip


def a_unit() -> Record:
    school = unit("Trường A", "schools", 60)

    def stored() -> Any:
        school.refresh_from_db()
        return school.name, school.headcount

    return Record(
        reverse("units:edit", args=[school.code]), stored,
        {"sector": "schools", "within": "63:31318"}, {"name": "Trường A1", "headcount": "60"},
        {"name": "Trường A", "headcount": "64"}, told="Trường A1", slip={"headcount": "x"},
    )  # fmt: skip


def a_sector() -> Record:
    row = OwnSector.objects.create(
        key="cho-dem",
        place=PROVINCE,
        name="Chợ đêm",
        counted="tiểu thương",
        asked="trưởng ban",
        office="",
        created_on=DAY,
    )

    def stored() -> Any:
        row.refresh_from_db()
        return row.name, row.asked

    return Record(
        reverse("units:sector", args=[row.key]), stored, {"name_english": "Night market", "counted": "tiểu thương"},
        {"name": "Chợ đêm", "asked": "tổ trưởng"}, {"name": "Chợ đêm phường", "asked": "trưởng ban"}, told="tổ trưởng",
        slip={"name": ""},
    )  # fmt: skip


def a_letterhead() -> Record:
    typed = {
        "body": "ỦY BAN NHÂN DÂN TỈNH HẬU GIANG", "number": "……/BC-UBND", "written_at": "Hậu Giang",
        "signer": "CHỦ TỊCH", "hotline": "0293 3876 000",
    }  # fmt: skip
    return Record(
        reverse("officers:letterhead"), lambda: letterheads.letterhead_of(PROVINCE, DAY), typed,
        {"hotline": "0293 3876 111"}, {"signer": "PHÓ CHỦ TỊCH"}, told="0293 3876 111", slip={"hotline": "x"},
    )  # fmt: skip


def an_officer() -> Record:
    other = User.objects.create_user("xa", role="commune", place="/63:93/63:935/63:31459/", full_name="Anh Ba")

    def stored() -> Any:
        other.refresh_from_db()
        return other.full_name, other.place

    return Record(
        reverse("officers:officer", args=[other.pk]), stored, {"role": "commune"},
        {"full_name": "Anh Ba", "unit": "63:31462"}, {"full_name": "Chị Tư", "unit": "63:31459"}, told="63:31462",
        slip={"unit": "63:99999"},
    )  # fmt: skip


def a_door() -> Record:
    hotel = unit("Khách sạn 1", "hospitality", 20)
    visits.state(hotel, 200, "ấp 3", by_head=False)
    return Record(
        reverse("door:unit", args=[hotel.code]), lambda: DoorList.objects.values_list("guests_per_day", "street").get(),
        {}, {"guests_per_day": "250", "street": "ấp 3"}, {"guests_per_day": "200", "street": "12 Trần Hưng Đạo"},
        told="250", sent_to=reverse("door:facts", args=[hotel.code]), slip={"guests_per_day": "x"},
    )  # fmt: skip


def a_breach() -> Record:
    breach = Breach.objects.create(title="Danh sách", place="/", found_at=NOW, entered_at=NOW, may_harm=True)

    def stored() -> Any:
        breach.refresh_from_db()
        return breach.title, breach.reference

    return Record(
        reverse("privacy:breach", args=[breach.pk]), stored,
        {"nature": "disclosed", "found_at": "2020-08-15T09:00", "may_harm": "on", "title": breach.title}
        | {"what": "sáng nay", "data": "tên của 12 người"},
        {"reference": "12/BC"}, {"title": "Danh sách gửi nhầm", "reference": ""}, told="12/BC",
        slip={"found_at": "x"}, by=("ministry", "/"),
    )  # fmt: skip


RECORDS = {
    a_breach: BreachForm,
    a_door: FactsForm,
    a_case: ChangeForm,
    an_identity: IdentityForm,
    a_place: PlaceForm,
    a_place_that_nobody_has_opened_yet: PlaceForm,
    the_households: HouseholdsForm,
    a_team: TeamForm,
    a_task: TaskForm,
    a_unit: OrganisationForm,
    a_sector: SectorForm,
    a_letterhead: LetterheadForm,
    an_officer: OfficerForm,
}


@pytest.fixture(params=RECORDS, ids=[each.__name__.replace("_", " ") for each in RECORDS])
def record(request: Any, db: None, set_clock: Any) -> Record:
    set_clock.now = NOW
    found: Record = request.param()
    return found


@pytest.fixture
def officers(record: Record) -> list[Client]:
    """Two officers, each at a browser of their own."""
    clients = [Client(), Client()]
    for name, client in zip(("lan", "minh"), clients, strict=True):
        user = User.objects.create_user(name, role=record.by[0], place=record.by[1], may_confirm=True)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return clients


def opened(client: Client, record: Record) -> dict[str, str]:
    """Return the fields of the form on a record's page with their values, as a browser would send them."""
    if record.opened_with is None:
        return carried(client.get(record.address), record, 200)
    return carried(client.post(record.address, record.opened_with), record, 200)


def carried(answer: Any, record: Record, status: int) -> dict[str, str]:
    page = answer.content.decode()
    assert answer.status_code == status, page
    forms = re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL)
    address = record.sent_to or record.address
    here = [each for each in forms if f'action="{address}"' in each or "action=" not in each]
    (read,) = [found[1] for each in here if (found := re.search(r'name="read" value="(\w+)"', each))]
    return {"read": read}


def sent(client: Client, record: Record, *values: dict[str, str]) -> Any:
    body = dict(record.same)
    for each in values:
        body |= each
    return client.post(record.sent_to or record.address, body)


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def test_the_second_of_two_is_told_loses_nothing_typed_and_stores_again(officers, record):
    lan, minh = officers
    pages = opened(lan, record), opened(minh, record)
    stored = sent(lan, record, record.first, pages[0])
    assert stored.status_code == 302, text_of(stored)
    after_the_first = record.stored()

    late = sent(minh, record, record.second, pages[1])
    page = text_of(late)
    assert record.stored() == after_the_first, "nothing of the second is stored"
    assert any(words in page for words in CHANGED), page
    assert record.told in page
    for value in record.second.values():
        assert f'value="{value}"' in page or f"{value}</textarea>" in page, "nothing typed is lost"

    again = carried(late, record, 400)
    if record.opened_again:
        assert sent(minh, record, record.second, again).status_code == 400, "not before it was opened again"
        assert record.stored() == after_the_first
        again = opened(minh, record)
    assert sent(minh, record, record.second, again).status_code == 302
    assert record.stored() != after_the_first


def test_a_slip_of_the_pen_in_between_hides_no_change(officers, record):
    lan, minh = officers
    pages = opened(lan, record), opened(minh, record)
    stored = sent(lan, record, record.first, pages[0])
    assert stored.status_code == 302, text_of(stored)
    after_the_first = record.stored()
    slip = sent(minh, record, record.second | record.slip, pages[1])
    read = carried(slip, record, 400)
    if not any(words in text_of(slip) for words in CHANGED):
        late = sent(minh, record, record.second, read)
        assert late.status_code == 400
        assert any(words in text_of(late) for words in CHANGED)
    assert record.stored() == after_the_first


def test_no_form_of_a_record_is_without_a_case():
    forms = {
        each
        for base in (RecordForm, RecordModelForm)
        for each in base.__subclasses__()
        if each.__module__.startswith("bluezone.")
    }
    assert forms == set(RECORDS.values())
