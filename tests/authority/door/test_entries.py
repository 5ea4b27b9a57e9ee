"""Guests without the app: nobody at the door reads an entry, two officers of the province open a window for a case."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.serializers import serialize

from bluezone.authority.day_keys import services as day_keys
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.door import links
from bluezone.authority.door.entries import rules, services
from bluezone.authority.door.models import DoorEntry, DoorOpening
from bluezone.authority.door.rules import DoorError
from bluezone.authority.officers.jurisdiction import Role, jurisdiction_of
from bluezone.authority.officers.models import User
from bluezone.authority.site import hpke
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import base64_bytes, base64_text

pytestmark = pytest.mark.django_db
#: 10:30 of 20 August 2020 in Vietnam
NOW = dt.datetime(2020, 8, 20, 3, 30, tzinfo=dt.UTC)
PROVINCE = "/63:93/"
POSTS = {
    "first": ("province", PROVINCE, True),
    "second": ("province", PROVINCE, True),
    "counting": ("province", PROVINCE, False),
    "commune": ("commune", "/63:93/63:930/63:31318/", False),
    "neighbour": ("province", "/63:92/", True),
}
NUMBER = "+84912345678"


@pytest.fixture
def market(set_clock: Any) -> Organisation:
    set_clock.now = NOW
    facts = units.Facts("Chợ Vị Thanh", "market", UnitCode.parse("63:31318"))
    return units.register(facts, NOW.date())


@pytest.fixture
def link(market: Organisation) -> str:
    """The secret of the market's link."""
    import uuid

    issued = links.issue(market, uuid.uuid4(), NOW)
    assert issued is not None
    return issued[0]


@pytest.fixture
def log_in(client: Any, market: Organisation) -> Callable[[str], User]:
    def found(name: str) -> User:
        role, place, may = (*("unit-head", market.place), False) if name == "head" else POSTS[name]
        user = User.objects.filter(username=name).first()
        user = user or User.objects.create_user(name, role=role, place=place, may_confirm=may)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return user

    return found


@pytest.fixture
def case(set_clock: Any) -> Case:
    return Case.objects.create(
        report_type="confirmed", test_date=NOW.date(), file_number="HG-17", created_at=NOW, place=PROVINCE,
        status="confirmed",
    )  # fmt: skip


def entry(client: Any, guest: dict[str, str], at: dt.datetime = NOW, **changed: Any) -> dict[str, Any]:
    """An entry as the page of a door makes it."""
    key = client.get("/door/keys/63-93.json").json()["keys"][0]
    hour = rules.hour_of(at)
    text = json.dumps(guest).encode().ljust(rules.ENTRY_BYTES)
    own = ec.generate_private_key(ec.SECP256R1())
    sealed = hpke.seal(base64_bytes(key["public"], "key"), b"bluezone door v1", f"hour {hour}".encode(), text, own)
    return {"id": secrets.token_hex(16), "hour": hour, "key": key["id"], "sealed": base64_text(sealed)} | changed


def send(client: Any, link: str, *entries: Any) -> Any:
    body = json.dumps({"link": link, "entries": entries})
    return client.post("/door/entries", body, content_type="application/json")


def ask(client: Any, market: Organisation, **changed: str) -> Any:
    sent = {"file_number": "hg-17", "start": "2020-08-20T09:00", "end": "2020-08-20T10:30"} | changed
    return client.post(f"/officer/doors/{market.code}/open", sent)


def test_entries_are_stored_once_and_counted_by_hour(client, market, link, log_in):
    one = entry(client, {"t": NUMBER})
    for each in (
        one,
        one,
        entry(client, {"p": "7K3M-Q2XD"}),
        entry(client, {"t": NUMBER}, NOW - dt.timedelta(hours=3)),
    ):
        assert send(client, link, each).json()["status"] == "received"
    assert services.counts(market) == {NOW.date(): [0] * 7 + [1, 0, 0, 2] + [0] * 13}
    log_in("head")
    page = client.get(f"/officer/doors/{market.code}/entries").content.decode()
    assert "10:00" in page
    assert "Đọc các lượt ghi" not in page
    assert NUMBER not in page


def test_a_stolen_database_tells_nobody_who_was_there(client, link):
    send(client, link, entry(client, {"t": NUMBER}), entry(client, {"p": "7K3M-Q2XD"}))
    stored = serialize("json", DoorEntry.objects.all())
    assert NUMBER not in stored
    assert "7K3M" not in stored
    assert len({len(bytes(row.sealed)) for row in DoorEntry.objects.all()}) == 1


def test_a_wrong_link_gets_the_same_answer_and_its_entries_go_after_an_hour(client, market, link):
    right, wrong = (send(client, each, entry(client, {"t": NUMBER})) for each in (link, "A" * 22))
    assert (right.status_code, right.json()) == (wrong.status_code, wrong.json())
    assert sum(services.counts(market)[NOW.date()]) == 1
    assert services.purge(NOW + dt.timedelta(hours=1, seconds=1))["door_entries"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"}, {"id": None}, {"hour": -1}, {"hour": "443888"}, {"hour": True}, {"hour": 2**40}, {"key": "../.."},
        {"sealed": "AAAA"}, {"sealed": "A" * 30_000_000}, {"sealed": 5},
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused_and_nothing_stored(client, link, change):
    one = entry(client, {"t": NUMBER}) | change
    assert send(client, link, one).status_code == 400
    assert not DoorEntry.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"link": "x"}', b'{"link": "AAAAAAAAAAAAAAAAAAAAAA", "entries": []}']
)
def test_a_body_that_is_none_is_refused(body):
    with pytest.raises(ProtocolError):
        rules.SentEntries.from_json(body)


def test_a_door_without_a_network_for_two_days_sends_all_of_it(client, market, link, set_clock, log_in, case):
    waiting = [entry(client, {"t": f"+8491234567{n}"}, NOW) for n in range(3)]
    set_clock.now = NOW + dt.timedelta(days=2)
    assert send(client, link, *waiting).status_code == 200
    assert sum(services.counts(market)[NOW.date()]) == 3
    first, second = log_in("first"), log_in("second")
    asked = services.ask(market, case, NOW - dt.timedelta(hours=1), NOW, first, set_clock.now)
    opened = services.decide(asked, second, set_clock.now, agrees=True)
    assert len(services.read(opened, second)[0]) == 3


def test_entries_older_than_is_kept_or_yet_to_come_are_left_out(client, link):
    for days in (-15, 1):
        send(client, link, entry(client, {"t": NUMBER}, NOW + dt.timedelta(days=days)))
    assert not DoorEntry.objects.exists()


def test_two_officers_of_the_province_open_a_window_and_the_log_names_it(client, market, link, log_in, case):
    send(client, link, entry(client, {"t": NUMBER}), entry(client, {"t": NUMBER}), entry(client, {"p": "7K3M-Q2XD"}))
    send(client, link, entry(client, {"t": "+84988888888"}, NOW - dt.timedelta(hours=5)))
    log_in("first")
    assert ask(client, market).status_code == 302
    opening = DoorOpening.objects.get()
    at = f"/officer/doors/openings/{opening.pk}"
    assert client.post(at, {"act": "open"}).status_code == 400  # the same officer
    assert client.post(f"{at}/read").status_code == 400
    log_in("second")
    assert client.post(at, {"act": "open"}).status_code == 302
    page = client.post(f"{at}/read")
    assert NUMBER in page.content.decode()
    assert "7K3M-Q2XD" in page.content.decode()
    assert "+84988888888" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    noted = [each.changes for each in LogEntry.objects.filter(content_type__model="dooropening").order_by("pk")]
    assert "case" in noted[0]
    assert noted[1]["state"] == ["waiting", "opened"]
    assert noted[2] == {"read": ["None", "2"]}


@pytest.mark.parametrize("name", ["head", "counting", "commune", "neighbour"])
def test_nobody_else_opens_a_window(client, market, link, log_in, case, name):
    opening = services.ask(market, case, NOW - dt.timedelta(hours=1), NOW, log_in("first"), NOW)
    services.decide(opening, log_in("second"), NOW, agrees=True)
    log_in(name)
    assert ask(client, market).status_code in (403, 404)
    for path in ("", "/read"):
        assert client.post(f"/officer/doors/openings/{opening.pk}{path}", {"act": "open"}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (0, -1, "before it begins"),
        (1, 2, "yet to come"),
        (-24 * 16, -24 * 15, "gone"),
        (-26, -1, "a day"),
        (-2, -1, ""),
        (-1, 3, ""),
    ],
)
def test_a_window_is_of_the_last_fourteen_days_and_no_longer_than_one(start, end, said):
    moments = NOW + dt.timedelta(hours=start), NOW + dt.timedelta(hours=end)
    if not said:
        rules.check_window(*moments, NOW)
        return
    with pytest.raises(DoorError, match=said):
        rules.check_window(*moments, NOW)


def test_a_case_of_nobody_or_a_mistyped_moment_is_said(client, market, log_in, case):
    log_in("first")
    for changed in ({"file_number": "HG-99"}, {"start": "yesterday"}, {"end": "2020-08-20T08:00"}):
        assert ask(client, market, **changed).status_code == 400
    assert not DoorOpening.objects.exists()


def test_after_fourteen_days_entries_openings_and_keys_are_gone(client, market, link, log_in, case):
    send(client, link, entry(client, {"t": NUMBER}))
    services.ask(market, case, NOW - dt.timedelta(hours=1), NOW, log_in("first"), NOW)
    later = NOW + dt.timedelta(days=14, hours=1)
    assert services.purge(NOW + dt.timedelta(days=13)) == {"door_entries": 0, "door_openings": 0}
    assert services.purge(later) == {"door_entries": 1, "door_openings": 1}
    assert day_keys.purge(NOW + dt.timedelta(days=15))["day_keys"] == 1


def test_who_may_open():
    assert rules.may_open(jurisdiction_of(Role.PROVINCE, PROVINCE), "/63:93/63:930/", reads_health=True)
    assert not rules.may_open(jurisdiction_of(Role.PROVINCE, PROVINCE), "/63:93/63:930/", reads_health=False)
    assert not rules.may_open(jurisdiction_of(Role.PROVINCE, "/63:92/"), "/63:93/63:930/", reads_health=True)
    assert not rules.may_open(jurisdiction_of(Role.MINISTRY, "/"), "/63:93/63:930/", reads_health=True)


@pytest.mark.parametrize("area", ["63-930", "99-99", "x", "63-31318", "%20"])
def test_keys_are_of_provinces_alone(client, area):
    assert client.get(f"/door/keys/{area}.json").status_code == 404


def test_an_opening_says_from_when_to_when(client, market, link, log_in, case):
    log_in("first")
    ask(client, market)
    page = client.get(f"/officer/doors/{market.code}/entries").content.decode()
    assert '<th scope="col">Từ</th><th scope="col">Đến</th>' in page
    assert "Nơi nhận" not in page
