"""Officers' pages of doors: who may what, a visit, a round, totals."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from tests.authority.due import due

from bluezone.authority.door import links, queries, taps, visits
from bluezone.authority.door.models import DoorDay, DoorLink, DoorList, Round, RoundStop, Visit
from bluezone.authority.door.rules import Answers, App
from bluezone.authority.units.models import Organisation

TODAY = dt.date(2020, 8, 18)
SEES = ("ministry", "province", "district", "commune", "head")
SEES_NOT = ("neighbour", "sister district", "sister commune", "without a role", "other head")


@pytest.fixture
def entered(officer: Any, hotel: Organisation, found: Any) -> Any:
    def enter(name: str) -> Any:
        if name == "head":
            return officer("head", "unit-head", hotel.place)
        if name == "other head":
            return officer("other", "unit-head", found("Nhà hàng Y").place)
        return officer(name)

    return enter


@pytest.mark.parametrize("name", SEES)
def test_who_sees_a_door(entered, client, hotel, name):
    entered(name)
    assert client.get(f"/officer/doors/{hotel.code}").status_code == 200


@pytest.mark.parametrize("name", SEES_NOT)
@pytest.mark.parametrize("page", ["", "/link", "/revoke", "/facts", "/apart", "/visit"])
def test_for_all_others_there_is_no_such_door(entered, client, hotel, name, page):
    entered(name)
    address = f"/officer/doors/{hotel.code}{page}"
    answer = client.get(address) if page in ("", "/visit") else client.post(address, {"form": str(uuid.uuid4())})
    assert answer.status_code in (403, 404)
    assert not DoorLink.objects.exists()
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("name", "link", "visit", "apart"),
    [("commune", 200, 200, 302), ("province", 200, 200, 302), ("head", 200, 403, 403)],
)
def test_a_head_looks_after_the_link_and_the_commune_visits_and_decides(
    entered, client, hotel, name, link, visit, apart
):
    entered(name)
    at = f"/officer/doors/{hotel.code}"
    assert client.post(f"{at}/link", {"form": str(uuid.uuid4())}).status_code == link
    assert client.get(f"{at}/visit").status_code == visit
    assert client.post(f"{at}/apart", {"day": "2020-08-18", "act": "take"}).status_code == apart
    assert client.post(f"{at}/revoke").status_code == 302


def test_pages_ask_for_a_login_and_a_form_for_its_token(client, hotel, db):
    assert client.get("/officer/doors/").status_code == 302
    strict = Client(enforce_csrf_checks=True)
    from bluezone.authority.officers.models import User

    strict.force_login(User.objects.create_user("x", role="commune", place="/63:93/63:930/63:31318/"))
    assert strict.post(f"/officer/doors/{hotel.code}/link", {"form": str(uuid.uuid4())}).status_code == 403


def test_the_paper_is_shown_once_with_the_secret_behind_the_hash_only(entered, client, hotel):
    entered("head")
    form = str(uuid.uuid4())
    answer = client.post(f"/officer/doors/{hotel.code}/link", {"form": form})
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    address = re.search(r"http://testserver/door/#([\w-]{22})\.20201017\.[\w-]+", answer.content.decode())
    assert address is not None
    assert hotel.code not in address[0]
    assert DoorLink.objects.get().digest != address[1]
    again = client.post(f"/officer/doors/{hotel.code}/link", {"form": form})
    assert again.headers["Location"] == f"/officer/doors/{hotel.code}"
    assert DoorLink.objects.count() == 1
    assert address[1] not in client.get(f"/officer/doors/{hotel.code}").content.decode()


def test_a_page_shows_what_came_since_without_waiting_for_the_job(entered, client, phone, hotel):
    phone.send(*(phone.tap("had") for _ in range(3)), *(phone.tap("helped") for _ in range(2)))
    entered("head")
    text = client.get(f"/officer/doors/{hotel.code}").content.decode()
    assert "chưa xác nhận" in text
    assert "60%" in text


@pytest.mark.parametrize(
    ("guests", "status"), [("50", 302), ("", 302), ("0", 400), ("-1", 400), ("1001", 400), ("x", 400)]
)
def test_a_head_states_the_guests_of_a_day(entered, client, hotel, guests, status):
    entered("head")
    answer = client.post(f"/officer/doors/{hotel.code}/facts", {"guests_per_day": guests, "street": " 12  Trần Phú "})
    assert answer.status_code == status
    if status == 302:
        door = DoorList.objects.get()
        assert (door.guests_per_day, door.street) == (int(guests) if guests else None, "12 Trần Phú")
    else:
        assert "12  Trần Phú" in answer.content.decode()  # nothing that was typed is lost
        assert not DoorList.objects.exclude(guests_per_day=None).exists()


# --- a visit ----------------------------------------------------------------------------------------------------------


def visit_form(client: Any, organisation: Organisation, **changed: Any) -> dict[str, Any]:
    """The form of a visit as a browser would send it, with what the visitor ticked."""
    page = client.get(f"/officer/doors/{organisation.code}/visit")
    assert page.status_code == 200
    form = page.context["form"]
    values: dict[str, Any] = {
        "form": str(form["form"].value()),
        "poster": "yes",
        "list_kept": "telephone",
        "looked": "yes",
    }
    values["row"] = [row.text for row in form.rows]
    for _row, fields in form.row_fields():
        values |= {field.html_name: field.value() for field in fields}
    return values | changed


def test_a_visit_confirms_what_it_showed_and_nothing_later(entered, client, phone, hotel):
    phone.send(*(phone.tap("had") for _ in range(3)), phone.tap("helped", "ncovi"))
    entered("commune")
    values = visit_form(client, hotel)
    phone.send(phone.tap("had"))  # while the visitor looks
    assert client.post(f"/officer/doors/{hotel.code}/visit", values).status_code == 302
    taps.reckon_new()
    row = DoorDay.objects.get(app=App.BLUEZONE)
    assert (row.standing.confirmed, row.standing.unconfirmed) == (Answers(3), Answers(1))
    assert DoorDay.objects.get(app=App.NCOVI).standing.confirmed == Answers(0, 1, 0)
    door = DoorList.objects.get()
    assert (door.poster, door.poster_seen, door.poster_on) == ("hung", True, TODAY)


def test_a_visitor_corrects_a_number_and_adds_a_day_from_paper(entered, client, phone, hotel):
    phone.send(*(phone.tap("had") for _ in range(3)))
    entered("commune")
    values = visit_form(client, hotel, **{"20200818_bluezone_helped": "4"})
    values |= {"paper_day": "2020-08-16", "paper_ncovi_had": "7", "paper_ncovi_refused": "2"}
    assert client.post(f"/officer/doors/{hotel.code}/visit", values).status_code == 302
    assert DoorDay.objects.get(app=App.BLUEZONE).standing.all == Answers(3, 4, 0)
    paper = DoorDay.objects.get(app=App.NCOVI)
    assert (paper.day, paper.standing.confirmed) == (dt.date(2020, 8, 16), Answers(7, 0, 2))


@pytest.mark.parametrize(
    "changed",
    [
        {"poster": ""}, {"list_kept": "picture"}, {"looked": ""}, {"form": "x"},
        {"paper_day": "", "paper_bluezone_had": "5"},
        {"paper_day": "2020-08-16", "paper_bluezone_had": "-5"}, {"20200818_bluezone_had": "many"},
        {"paper_day": "2020-08-16", "paper_bluezone_had": "5", "looked": "no"},
        {"paper_day": "2020-09-16", "paper_bluezone_had": "5"},
    ],
)  # fmt: skip
def test_a_visit_with_a_mistake_stores_nothing_and_loses_nothing(entered, client, phone, hotel, changed):
    phone.send(*(phone.tap("had") for _ in range(3)))
    entered("commune")
    values = visit_form(client, hotel, paper_ncovi_had="77", paper_day="2020-08-15")
    answer = client.post(f"/officer/doors/{hotel.code}/visit", values | changed)
    assert answer.status_code == 400
    assert 'value="77"' in answer.content.decode()
    assert not Visit.objects.exists()
    assert not DoorDay.objects.exclude(confirmed_on=None).exists()


def test_the_same_visit_sent_twice_is_one(entered, client, phone, hotel):
    entered("commune")
    values = visit_form(client, hotel)
    for _ in range(2):
        assert client.post(f"/officer/doors/{hotel.code}/visit", values).status_code == 302
    assert Visit.objects.count() == 1


def test_of_two_visitors_at_once_the_second_is_told_and_the_first_stands(entered, client, phone, hotel):
    phone.send(*(phone.tap("had") for _ in range(3)))
    entered("commune")
    first, second = visit_form(client, hotel), visit_form(client, hotel, **{"20200818_bluezone_had": "9"})
    assert client.post(f"/officer/doors/{hotel.code}/visit", first).status_code == 302
    entered("district")
    answer = client.post(f"/officer/doors/{hotel.code}/visit", second, follow=True)
    assert "18/8" in answer.content.decode()
    assert "người khác" in answer.content.decode()
    assert DoorDay.objects.get(app=App.BLUEZONE).standing.all == Answers(3)
    assert Visit.objects.count() == 2


@pytest.mark.parametrize(
    "text",
    ["", "x", "2020-08-18|bluezone|1,2,3|1,2|-", "2020-08-18|bluezone|1,2,-3|1,2,3|-", "||||", "9|x|1,1,1|1,1,1|-"],
)
def test_a_hidden_field_that_is_none_of_ours_is_left_out(entered, client, hotel, text):
    entered("commune")
    values = visit_form(client, hotel, row=[text])
    assert client.post(f"/officer/doors/{hotel.code}/visit", values).status_code == 302
    assert not DoorDay.objects.exists()


def test_a_visit_without_a_look_confirms_nothing(entered, client, phone, hotel):
    phone.send(phone.tap("had"))
    entered("commune")
    client.post(
        f"/officer/doors/{hotel.code}/visit", visit_form(client, hotel, looked="no", poster="no", list_kept="none")
    )
    assert not DoorDay.objects.exclude(confirmed_on=None).exists()
    assert DoorList.objects.get().poster == "gone"


# --- a round ----------------------------------------------------------------------------------------------------------


def plan(client: Any, **changed: Any) -> Any:
    page = client.get("/officer/doors/rounds/new", {"form": str(uuid.uuid4()), "day": "2020-08-18", "size": "3"})
    rows = [row["code"] for row in page.context["rows"]]
    values = {"form": str(page.context["token"]), "day": "2020-08-18", "size": "3", "code": rows} | changed
    return rows, client.post("/officer/doors/rounds/new", values)


def test_a_round_is_proposed_stored_walked_and_done(entered, client, found, hotel):
    for number in range(4):
        found(f"Quán {number}")
    far = found("Quán xa", within="63:31321")
    entered("district")
    rows, answer = plan(client)
    assert len(rows) == 3
    assert far.code not in rows
    address = answer.headers["Location"]
    assert client.get(address).status_code == 200
    organisation = Organisation.objects.get(code=rows[0])
    values = visit_form(client, organisation, round=str(Round.objects.get().pk))
    assert client.post(f"/officer/doors/{organisation.code}/visit", values).headers["Location"] == address
    assert RoundStop.objects.exclude(visit=None).count() == 1
    assert "1 trong 3" in client.get(address).content.decode()
    more, _answer = plan(client)
    assert not set(more) & set(rows)  # who is on a round of the day is on no other


def test_a_round_sent_twice_is_one_and_one_of_others_is_none(entered, client, found, hotel):
    strangers = found("Quán Cần Thơ", within="63:31117")
    entered("district")
    form = str(uuid.uuid4())
    for _ in range(2):
        _rows, answer = plan(client, form=form, code=[hotel.code])
        assert answer.status_code == 302
    assert Round.objects.count() == 1
    _rows, answer = plan(client, code=[strangers.code])
    assert answer.status_code == 400
    assert plan(client, code=[])[1].status_code == 400
    number = Round.objects.get().pk
    entered("neighbour")
    assert client.get(f"/officer/doors/rounds/{number}").status_code == 404
    entered("sister commune")
    assert client.get(f"/officer/doors/rounds/{number}").status_code == 404


# --- totals -----------------------------------------------------------------------------------------------------------


def test_totals_per_sector_and_place(phone, hotel, found, linked, officer):
    market = found("Chợ Vị Thanh", "markets", "63:31321")
    found("Trường Z", "schools")
    found("Quán Cần Thơ", within="63:31117")
    phone.send(phone.tap("had"), phone.tap("helped"), phone.tap("hung"))
    phone.send(phone.tap("refused", "ncovi"), secret=linked(market))
    taps.reckon_new()
    row = DoorDay.objects.get(organisation=hotel, app=App.BLUEZONE)
    look = visits.Look(row.day, App.BLUEZONE, row.counted, row.counted, None)
    seen = visits.Seen(True, Visit.List.TELEPHONE, True, (look,))
    visits.record(hotel, seen, uuid.uuid4(), officer("commune"), TODAY)
    units = Organisation.objects.filter(place__startswith="/63:93/")
    by_sector = queries.sector_totals(units, TODAY, TODAY)
    assert set(by_sector) == {"hospitality", "markets"}
    hotels, markets = by_sector["hospitality"], by_sector["markets"]
    assert (hotels.units, hotels.poster_hangs, hotels.visited, hotels.telling, hotels.never_visited) == (1, 1, 1, 1, 0)
    assert hotels.of(App.BLUEZONE).confirmed == Answers(1, 1, 0)
    assert markets.of(App.NCOVI).unconfirmed == Answers(0, 0, 1)
    assert markets.of(App.BLUEZONE).all == Answers()
    whole = queries.total(by_sector.values())
    assert (whole.units, whole.visited, whole.of(App.NCOVI).all) == (2, 1, Answers(0, 0, 1))
    assert set(queries.commune_totals(units, TODAY, TODAY)) == {"63:31318", "63:31321"}
    assert queries.sector_totals(units, dt.date(2020, 8, 1), dt.date(2020, 8, 17))["markets"].telling == 0


def test_the_sums_of_the_database_are_those_of_the_rule(hotel):
    """`queries` adds up in SQL what `rules.standing` says of one day."""
    cases = [
        (Answers(5, 2, 1), None, None), (Answers(7, 2, 1), Answers(5, 2, 1), Answers(4, 3, 1)),
        (Answers(4, 2, 1), Answers(5, 2, 1), Answers(5, 2, 1)), (Answers(), Answers(), Answers(9, 0, 3)),
    ]  # fmt: skip
    for back, (counted, looked, confirmed) in enumerate(cases):
        row = DoorDay(organisation=hotel, day=TODAY - dt.timedelta(days=back), app=App.BLUEZONE)
        row.had, row.helped, row.refused = counted.each
        if looked is not None and confirmed is not None:
            row.looked_had, row.looked_helped, row.looked_refused = looked.each
            row.confirmed_had, row.confirmed_helped, row.confirmed_refused = confirmed.each
        row.save()
    rows = DoorDay.objects.all()
    found = queries.sector_totals(Organisation.objects.all(), TODAY - dt.timedelta(days=9), TODAY)["hospitality"]
    assert found.of(App.BLUEZONE).confirmed == sum((row.standing.confirmed for row in rows), Answers())
    assert found.of(App.BLUEZONE).unconfirmed == sum((row.standing.unconfirmed for row in rows), Answers())
    open_days = {row.pk for row in rows if row.standing.unconfirmed.asked}
    assert set(queries.unconfirmed(rows).values_list("pk", flat=True)) == open_days


@pytest.mark.parametrize("name", ["ministry", "province", "district", "commune", "neighbour"])
def test_the_overview_shows_the_own_place_alone(entered, client, phone, hotel, name):
    phone.send(*(phone.tap("had") for _ in range(7)))
    taps.reckon_new()
    entered(name)
    answer = client.get("/officer/doors/?days=14")
    assert answer.status_code == 200
    assert ("7 khách được hỏi" in answer.content.decode()) == (name != "neighbour")
    for show in ("all", "never", "open", "asked", "nonsense"):
        text = client.get(f"/officer/doors/units?show={show}").content.decode()
        assert (hotel.name in text) == (name != "neighbour" and show != "asked")


def test_a_head_is_led_to_the_own_door(entered, client, hotel):
    entered("head")
    assert client.get("/officer/doors/").headers["Location"] == f"/officer/doors/{hotel.code}"
    assert client.get("/officer/doors/units").status_code == 403


def test_an_office_that_nobody_asks_may_begin_a_list_and_then_stands_among_the_doors(entered, client, found):
    office = found("UBND phường", "state-agencies")
    entered("commune")
    assert office.name not in client.get("/officer/doors/units").content.decode()
    client.post(f"/officer/doors/{office.code}/link", {"form": str(uuid.uuid4())})
    assert office.name in client.get("/officer/doors/units").content.decode()


def test_the_units_of_a_sector_that_a_province_added_ask_guests_where_it_says_so(entered, client, found):
    from bluezone.authority.units import sectors
    from bluezone.authority.units.models import OwnSector

    there = {"place": "/63:93/", "created_on": TODAY}
    pagodas = sectors.store(OwnSector(name="Chùa", name_english="Pagodas", with_guests=True, **there))
    studios = sectors.store(OwnSector(name="Xưởng", name_english="Workshops", **there))
    found("Chùa Phổ Minh", pagodas.key)
    found("Xưởng mộc", studios.key)
    entered("province")
    text = client.get("/officer/doors/units").content.decode()
    assert "Chùa Phổ Minh" in text
    assert "Xưởng mộc" not in text


# --- the home page ----------------------------------------------------------------------------------------------------


def test_the_list_says_what_is_due_at_doors(entered, client, phone, hotel, set_clock):
    entered("head")
    assert "In tờ giấy" not in due(client)
    links.revoke(hotel, set_clock.now, void=False)
    assert "Đơn vị cần mời khách cài" in due(client)
    commune = entered("commune")
    assert "1 trong 1 cửa chưa được thăm" in due(client) or "chưa" in due(client)
    visits.plan(commune.place, [hotel], uuid.uuid4(), commune, TODAY)
    assert f"/officer/doors/rounds/{Round.objects.get().pk}" in due(client)
    entered("neighbour")
    assert "/officer/doors/rounds/" not in due(client)


def test_the_list_says_where_more_was_told_than_guests_can_be(entered, client, phone, hotel):
    visits.state(hotel, 1, "", by_head=True)
    phone.send(phone.tap(), phone.tap())
    taps.reckon_new()
    entered("province")
    assert "nhiều hơn số khách" in due(client)


def test_changes_of_a_door_stand_in_the_audit_log_and_no_secret_does(entered, client, hotel, database_text):
    entered("commune")
    answer = client.post(f"/officer/doors/{hotel.code}/link", {"form": str(uuid.uuid4())})
    secret = re.search(r"/door/#([\w-]{22})", answer.content.decode())
    assert secret is not None
    client.post(f"/officer/doors/{hotel.code}/facts", {"guests_per_day": "70", "street": ""})
    client.post(f"/officer/doors/{hotel.code}/visit", visit_form(client, hotel))
    text = client.get("/officer/changes").content.decode()
    for word in ("đường dẫn ở cửa", "sổ ở cửa của đơn vị", "lần thăm"):
        assert word in text
    assert secret[1] not in database_text()
    assert DoorLink.objects.get().digest not in text


# --- an office that answers for a sector ------------------------------------------------------------------------------


@pytest.fixture
def tourism(officer: Any, set_clock: Any) -> Any:
    """An officer of the department of tourism of Hậu Giang, which answers for restaurants and hotels."""
    from bluezone.authority.officers.models import Office, OfficeTask

    office = Office.objects.create(territory="/63:93/", name="Sở Văn hóa, Thể thao và Du lịch")
    OfficeTask.objects.create(office=office, territory=office.territory, sector="hospitality")
    return officer("tourism", "department", office.place)


def test_an_office_sees_visits_and_plans_the_doors_of_its_sectors_alone(tourism, client, phone, hotel, found):
    market = found("Chợ Vị Thanh", "markets")
    phone.send(*(phone.tap("had") for _ in range(5)))
    text = client.get("/officer/doors/").content.decode()
    assert "Nhà hàng" in text
    assert "Chợ" not in text
    assert client.get(f"/officer/doors/{market.code}").status_code == 404
    assert client.get(f"/officer/doors/{hotel.code}").status_code == 200
    rows, answer = plan(client)
    assert rows == [hotel.code]
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.post(f"/officer/doors/{hotel.code}/visit", visit_form(client, hotel)).status_code == 302
    assert plan(client, code=[market.code])[1].status_code == 400
