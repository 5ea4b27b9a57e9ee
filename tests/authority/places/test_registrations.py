"""Owners register a place without an account: nothing is printed before the commune confirms it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.messages import phone_numbers
from bluezone.authority.messages.models import OutgoingMessage, PhoneNumber
from bluezone.authority.officers.models import User
from bluezone.authority.places.models import Entrance, Place, PlaceRegistration
from bluezone.authority.places.registrations import public_views, rules, services
from bluezone.authority.places.registrations.forms import RegistrationForm
from bluezone.authority.places.registrations.rules import Wish
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.work import services as work
from bluezone.authority.work.models import Task
from bluezone.forms import communes
from bluezone.geography.units import UnitCode
from bluezone.protocol.check_ins import PlaceKind, read_payload

PAGE, RECEIPT, POSTERS = "/places/register", "/places/register/receipt", "/places/register/posters.pdf"
[LONG_MY] = [each for each in communes.search("Long Mỹ, Cần Thơ") if each.name.endswith(" Long Mỹ")][:1]
PLACE = f"/{LONG_MY.province}/{LONG_MY.code}/"
TYPED = {
    "name": "Quán cơm Bà Ba", "kind": str(Place.Kind.FOOD), "commune": LONG_MY.code, "address": "12 Trần Hưng Đạo",
    "entrances": "Cổng trước\r\nCổng sau\r\n", "usual_stay_min": "40", "capacity": "60", "code": "",
    "owner": "Nguyễn Thị Ba", "telephone": "0912 345 678",
}  # fmt: skip


@pytest.fixture
def sent(db: None, monkeypatch: Any) -> list[tuple[str, str]]:
    """The text messages of a server that sends some."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(phone_numbers, "sender", lambda: lambda number, text: found.append((number, text)))
    return found


@pytest.fixture
def as_officer(db: None, client: Client) -> Callable[..., User]:
    def log_in(role: str = "commune", place: str = PLACE) -> User:
        user, _ = User.objects.get_or_create(username=f"{role}{place}".replace("/", "."), role=role, place=place)
        client.force_login(user)
        return user

    return log_in


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def register(client: Client, sent: list[Any] | None = None, **changed: str) -> str:
    """Register as an owner does, and return the receipt; `sent` where this server sends text messages."""
    typed = TYPED | changed | {"_request": hidden(client.get(PAGE).content.decode(), "_request")}
    page = client.post(PAGE, typed)
    if sent is not None:
        page = client.post(PAGE, typed | {"_code": re.findall(r"\d{6}", sent[-1][1])[0]})
    return hidden(page.content.decode(), "receipt")


def test_an_owner_registers_with_a_code_and_prints_once_the_commune_has_confirmed(client, as_officer, set_clock, sent):
    page = client.get(PAGE).content.decode()
    typed = TYPED | {"_request": hidden(page, "_request")}
    assert b'name="_code"' in client.post(PAGE, typed).content
    assert not PlaceRegistration.objects.exists()
    assert client.post(PAGE, typed | {"_code": "000000"}).status_code == 400
    [(number, text)] = sent
    assert number == "+84912345678"
    done = client.post(PAGE, typed | {"_code": re.findall(r"\d{6}", text)[0]}).content.decode()
    receipt = hidden(done, "receipt")
    row = PlaceRegistration.objects.get()
    assert (row.place, row.telephone_confirmed, row.entrances) == (PLACE, True, "Cổng trước\nCổng sau")
    assert [each.objects.count() for each in (Place, Entrance, PhoneNumber)] == [0, 0, 0]
    assert client.post(POSTERS, {"receipt": receipt}).status_code == 403
    as_officer()
    assert "Quán cơm Bà Ba" in client.get("/officer/places/").content.decode()
    at = f"/officer/places/registrations/{row.pk}"
    assert "Nguyễn Thị Ba" in client.get(at).content.decode()
    assert client.post(at, {"act": "confirm", "unit": "", "sector": "hospitality"}).status_code == 302
    place = Place.objects.get()
    assert place.confirmed_at is not None
    assert sorted(place.entrances.values_list("name", flat=True)) == ["Cổng sau", "Cổng trước"]
    assert OutgoingMessage.objects.count() == 1
    client.logout()
    assert client.post(RECEIPT, {"receipt": receipt.lower()}).status_code == 200
    for paper in ("a4", "a6"):
        drawn = client.post(POSTERS, {"receipt": receipt, "paper": paper})
        assert (drawn.status_code, drawn["Content-Type"]) == (200, "application/pdf")
        assert drawn["Cache-Control"] == "no-store"


def test_a_refusal_has_a_reason_and_the_owner_reads_it(client, as_officer, set_clock, sent):
    receipt = register(client, sent)
    row = PlaceRegistration.objects.get()
    as_officer()
    at = f"/officer/places/registrations/{row.pk}"
    assert client.post(at, {"act": "refuse", "reason": "  "}).status_code == 400
    assert client.post(at, {"act": "refuse", "reason": "Không có quán này ở địa chỉ đã ghi."}).status_code == 302
    assert client.post(at, {"act": "confirm", "unit": "", "sector": "hospitality"}).status_code == 400
    assert not Place.objects.exists()
    client.logout()
    assert "Không có quán này" in client.post(RECEIPT, {"receipt": receipt}).content.decode()
    assert client.post(POSTERS, {"receipt": receipt}).status_code == 403


def test_a_server_without_messages_takes_it_and_tells_the_commune_to_call(client, as_officer, set_clock, db):
    register(client)
    row = PlaceRegistration.objects.get()
    assert not row.telephone_confirmed
    as_officer()
    page = client.get(f"/officer/places/registrations/{row.pk}").content.decode()
    assert "chưa được xác nhận bằng mã" in page
    assert "tel:+84912345678" in page
    assert (
        client.post(
            f"/officer/places/registrations/{row.pk}", {"act": "confirm", "unit": "", "sector": "hospitality"}
        ).status_code
        == 302
    )
    assert not OutgoingMessage.objects.exists()


def test_a_number_that_nobody_confirmed_rings_nowhere_and_stands_apart(client, as_officer, set_clock, monkeypatch, db):
    register(client, name="Quán lạ")
    texts: list[tuple[str, str]] = []
    monkeypatch.setattr(phone_numbers, "sender", lambda: lambda *message: texts.append(message))
    as_officer()
    assert "địa điểm đang chờ" not in client.get("/officer/rollout/").content.decode()
    client.logout()
    register(client, texts, name="Quán quen")
    as_officer()
    page = client.get("/officer/places/")
    for name, expected in (("registrations", "Quán quen"), ("unconfirmed", "Quán lạ")):
        assert [each["name"] for each in page.context[name]] == [expected]
    assert "1 địa điểm đăng ký bằng số điện thoại chưa xác nhận" in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "id_name"),
        ({"name": "***"}, "không có chữ nào"),
        ({"name": "Quán\u0000"}, "id_name"),
        ({"name": "Q" * 161}, "id_name"),
        ({"kind": "99"}, "id_kind"),
        ({"commune": "Không đâu cả"}, "Không có xã, phường"),
        ({"usual_stay_min": "4"}, "5 phút"),
        ({"usual_stay_min": "1e9"}, "id_usual_stay_min"),
        ({"capacity": "-1"}, "id_capacity"),
        ({"code": "7K3M"}, "id_code"),
        ({"telephone": "113"}, "nhận được tin nhắn"),
        ({"telephone": "+1 900 555 0123"}, "nhận được tin nhắn"),
        ({"owner": ""}, "id_owner"),
        ({"entrances": "x" * 61}, "60"),
        ({"entrances": "\n".join(f"Cổng {n}" for n in range(51))}, "50"),
        ({"kind": str(Place.Kind.BUS), "entrances": ""}, "biển số"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(client, set_clock, sent, changed, said):
    answer = client.post(PAGE, TYPED | changed | {"_request": "x"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    if "address" not in changed:
        assert "12 Trần Hưng Đạo" in page
    assert sent == []
    assert not PlaceRegistration.objects.exists()


@given(
    st.dictionaries(
        st.sampled_from([*TYPED]),
        st.one_of(st.text(max_size=300), st.integers().map(str), st.just("=cmd|'/c calc'!A0")),
    )
)
def test_whatever_is_typed_the_form_is_right_or_says_what_is_wrong(changed):
    form = RegistrationForm(TYPED | changed)
    if form.is_valid():
        rules.check(form.wish())
    else:
        assert all(text for texts in form.errors.values() for text in texts)


def test_a_commune_with_many_of_its_name_is_chosen_from_a_list(client, set_clock, db):
    page = client.post(PAGE, TYPED | {"commune": "Long Mỹ", "_request": "x"}).content.decode()
    assert f'value="{LONG_MY.code}"' in page
    assert "12 Trần Hưng Đạo" in page


def test_the_same_page_sent_twice_is_one_registration(client, set_clock, db):
    typed = TYPED | {"_request": hidden(client.get(PAGE).content.decode(), "_request")}
    receipts = {hidden(client.post(PAGE, typed).content.decode(), "receipt") for _ in range(2)}
    assert (len(receipts), PlaceRegistration.objects.count()) == (1, 1)


def test_one_number_registers_five_a_day(client, set_clock, db):
    for number in range(rules.MOST_A_DAY):
        register(client, name=f"Quán {number}")
    answer = client.post(PAGE, TYPED | {"_request": "x"})
    assert answer.status_code == 403
    assert PlaceRegistration.objects.count() == rules.MOST_A_DAY
    set_clock.now += dt.timedelta(days=1, minutes=1)
    register(client, name="Quán mới")


def test_many_requests_of_one_address_are_slowed_down(client, set_clock, db, monkeypatch):
    monkeypatch.setattr(public_views, "_REQUESTS", 2)
    answers = [client.post(RECEIPT, {"receipt": "AAAA"}) for _ in range(3)]
    assert [each.status_code for each in answers] == [403, 403, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_who_has_no_receipt_learns_nothing(client, set_clock, db):
    register(client)
    for text in ("", "1234 5678", "AAAA-BBBB-CCCC-DDDD", "<script>", "7" * 500):
        page = client.post(RECEIPT, {"receipt": text}).content.decode()
        assert "Bà Ba" not in page
        assert "script>alert" not in page


def test_an_owner_takes_it_back_until_it_is_decided(client, as_officer, set_clock, db):
    receipt = register(client)
    client.post(RECEIPT, {"receipt": receipt, "act": "withdraw"})
    assert not PlaceRegistration.objects.exists()
    other = register(client)
    row = PlaceRegistration.objects.get()
    services.confirm(row, None, "hospitality", as_officer(), set_clock.now)
    client.post(RECEIPT, {"receipt": other, "act": "withdraw"})
    assert PlaceRegistration.objects.exists()


def test_a_unit_that_is_there_gets_what_is_new_and_keeps_its_codes(client, as_officer, set_clock, db):
    made = units.register(
        units.Facts("Quán cơm Bà Ba", "hospitality", UnitCode.parse(LONG_MY.code)), set_clock.now.date()
    )
    register(client, code=made.code)
    register(client, entrances="Cổng sau\nCổng bên")
    officer = as_officer()
    for row in PlaceRegistration.objects.order_by("asked_at", "pk"):
        assert made.code in client.get(f"/officer/places/registrations/{row.pk}").content.decode()
    first, second = PlaceRegistration.objects.exclude(code=""), PlaceRegistration.objects.filter(code="")
    place = services.confirm(first.get(), made, "", officer, set_clock.now)
    codes = {each.name: bytes(each.payload) for each in place.entrances.filter(ended_at=None)}
    services.confirm(second.get(), made, "", officer, set_clock.now)
    after = {each.name: bytes(each.payload) for each in place.entrances.filter(ended_at=None)}
    assert codes.items() <= after.items()
    assert set(after) == {"Cổng trước", "Cổng sau", "Cổng bên"}
    assert Organisation.objects.count() == 1


def test_a_new_unit_of_a_name_that_is_there_is_refused_whole(client, as_officer, set_clock, db):
    units.register(units.Facts("Quán cơm Bà Ba", "hospitality", UnitCode.parse(LONG_MY.code)), set_clock.now.date())
    register(client)
    as_officer()
    row = PlaceRegistration.objects.get()
    at = f"/officer/places/registrations/{row.pk}"
    assert client.post(at, {"act": "confirm", "unit": "", "sector": "hospitality"}).status_code == 400
    assert client.post(at, {"act": "confirm", "unit": "", "sector": ""}).status_code == 400
    row.refresh_from_db()
    assert (row.state, Place.objects.count()) == ("waiting", 0)


def test_a_vehicle_is_called_by_its_number_and_its_company_stands_below(client, as_officer, set_clock, db):
    register(client, kind=str(Place.Kind.BUS), name="Xe khách Phương Trang", entrances="65B-012.34\n65B-012.35")
    place = services.confirm(PlaceRegistration.objects.get(), None, "transport", as_officer(), set_clock.now)
    found = [read_payload(bytes(each.payload)) for each in place.entrances.order_by("name")]
    assert [(each.description, each.address, each.kind) for each in found] == [
        ("65B-012.34", "Xe khách Phương Trang", PlaceKind.BUS),
        ("65B-012.35", "Xe khách Phương Trang", PlaceKind.BUS),
    ]


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("ministry", "/", 404),
        ("commune", "/34:92/34:31321/", 404),
        ("province", "/34:79/", 404),
        ("province", "/34:92/", 200),
    ],
)
def test_officers_elsewhere_read_no_registration(client, as_officer, set_clock, db, role, place, status):
    register(client)
    row = PlaceRegistration.objects.get()
    as_officer(role, place)
    at = f"/officer/places/registrations/{row.pk}"
    assert client.get(at).status_code == status
    if status == 404:
        assert client.post(at, {"act": "confirm", "sector": "markets"}).status_code == 404
        assert not Place.objects.exists()


def test_a_stolen_database_holds_no_number_and_no_receipt(client, set_clock, db):
    receipt = register(client)
    row = PlaceRegistration.objects.values().get()
    kept = " ".join(str(bytes(each) if isinstance(each, memoryview | bytes) else each) for each in row.values())
    assert not [text for text in ("912345678", "Nguyễn", receipt) if text in kept]


def test_what_was_never_confirmed_goes_after_thirty_days(client, as_officer, set_clock, db):
    receipts = [register(client, name=f"Quán {number}") for number in range(3)]
    officer = as_officer()
    waits, refused, confirmed = (services.of_receipt(each) for each in receipts)
    assert waits is not None
    assert refused is not None
    assert confirmed is not None
    services.refuse(refused, "Trùng.", officer, set_clock.now)
    place = services.confirm(confirmed, None, "hospitality", officer, set_clock.now)
    assert services.purge(set_clock.now + dt.timedelta(days=29)) == {"place_registrations": 0}
    assert services.purge(set_clock.now + dt.timedelta(days=31)) == {"place_registrations": 2}
    assert PlaceRegistration.objects.get().opened == place
    Place.objects.update(closed_at=set_clock.now)
    assert services.purge(set_clock.now) == {"place_registrations": 1}


def test_the_number_of_a_confirmed_place_goes_after_a_year(client, as_officer, set_clock, db):
    register(client)
    services.confirm(PlaceRegistration.objects.get(), None, "hospitality", as_officer(), set_clock.now)
    assert services.purge(set_clock.now + dt.timedelta(days=364)) == {"place_registrations": 0}
    assert services.purge(set_clock.now + dt.timedelta(days=366)) == {"place_registrations": 1}


def wish(number: int = 0) -> Wish:
    return Wish(f"Quán {number}", "", PlaceKind.FOOD, LONG_MY.code, "", 40, None, (), "Nguyễn Thị Ba", "+84912345678")


def test_a_commune_is_not_buried_in_registrations(set_clock, db, monkeypatch):
    monkeypatch.setattr(rules, "MOST_WAITING", 1)
    services.register(b"a" * 16, wish(), set_clock.now, confirmed=False)
    services.register(b"b" * 16, wish(1), set_clock.now, confirmed=True)  # what rings nowhere keeps nobody out
    for number, confirmed in ((2, True), (3, False)):
        with pytest.raises(PlaceRefusedError):
            services.register(bytes([number]) * 16, wish(number), set_clock.now, confirmed=confirmed)


def test_numbers_that_are_not_confirmed_make_one_task_and_each_that_is_one_of_its_own(set_clock, as_officer):
    """One address put as many tasks on a commune's list as it sent registrations."""
    officer = as_officer()
    for number in range(5):
        services.register(bytes([number]) * 16, wish(number), set_clock.now, confirmed=number > 2)
    work.settle_posts(set_clock.now, officer.place)
    rows = Task.objects.filter(kind="place").order_by("subject")
    assert sorted(len(row.subject) for row in rows) == [1, 36, 36]
    assert [row.subject for row in rows if row.source_key.endswith(" unconfirmed")] == ["3"]


def test_who_decides_second_is_refused_by_what_is_stored_not_by_what_was_read(as_officer, set_clock):
    services.register(b"a" * 16, wish(), set_clock.now, confirmed=True)
    first, second = PlaceRegistration.objects.get(), PlaceRegistration.objects.get()
    officer = as_officer()
    services.confirm(first, None, "hospitality", officer, set_clock.now)
    with pytest.raises(PlaceRefusedError):
        services.confirm(second, None, "hospitality", officer, set_clock.now)
    with pytest.raises(PlaceRefusedError):
        services.refuse(second, "Trùng.", officer, set_clock.now)
    assert (Place.objects.count(), Organisation.objects.count()) == (1, 1)
