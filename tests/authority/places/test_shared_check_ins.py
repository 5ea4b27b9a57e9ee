"""Check-ins that a patient gives: from the phone's request over an officer's decision to a package, and back."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.authority.due import due

from bluezone.authority.keys.revision import withdraw
from bluezone.authority.officers.models import User
from bluezone.authority.places import receiving, rules, services
from bluezone.authority.places.models import Entrance, Place, PlacePackage, SharedStay, Sharer, SharerKey
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.signing import services as signing
from bluezone.authority.units import services as units
from bluezone.geography.units import UnitCode
from bluezone.protocol.check_ins import location_id_hash, read_payload
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.place_warnings import decrypt_warning, open_package
from bluezone.protocol.reports import ReportAnswer, ReportRefusal
from bluezone.protocol.shared_check_ins import CHECK_INS_PATH, CheckInUpload, SharedCheckIn

POSTS = {
    "health": ("province", "/63:93/", True),
    "commune": ("commune", "/63:93/63:930/63:31318/", False),
    "neighbour": ("province", "/63:92/", True),
}
DAY_S, HOUR_S = 86_400, 3_600


class Office:
    """A place with a code, a patient whose keys are published, and what becomes of check-ins."""

    def __init__(self, phone: Any, token: str, entrance: Entrance) -> None:
        self.phone, self.token, self.entrance = phone, token, entrance
        self.location_id = read_payload(bytes(entrance.payload)).location_id

    def stay(self, hours_ago: float = 29, length_s: int = HOUR_S, location_id: bytes = b"") -> SharedCheckIn:
        start_s = int(self.phone.clock.now.timestamp() - hours_ago * HOUR_S) // 60 * 60
        return SharedCheckIn(location_id or self.location_id, start_s, start_s + length_s)

    def give(self, *stays: SharedCheckIn, token: str = "", **headers: Any) -> ReportAnswer:
        body = CheckInUpload(token or self.token, stays or (self.stay(),)).to_json("x" * 100)
        answer = self.phone.post(CHECK_INS_PATH, body, **headers)
        assert len(answer.content) % 4_096 == 0
        return ReportAnswer.from_json(answer.content)


@pytest.fixture
def office(phone: Any, issue: Callable[..., str], set_clock: Any) -> Office:
    facts = units.Facts("Chợ Vị Thanh", "market", UnitCode.parse("63:31318"), headcount=12)
    market = units.register(facts, set_clock.now.date())
    officer = User.objects.create_user("opens", role="province", place="/63:93/")
    place = services.open_place(market, Place.Kind.SHOP, "", 45, None, officer, set_clock.now, confirmed=True)
    token = phone.publish(issue(), phone.keys()).revision_token
    return Office(phone, token, place.entrances.get())


@pytest.fixture
def as_officer(db: None, client: Client) -> Callable[[str], User]:
    def log_in(name: str) -> User:
        role, place, may = POSTS[name]
        user = User.objects.filter(username=name).first() or User.objects.create_user(
            name, role=role, place=place, may_confirm=may
        )
        client.force_login(user)
        return user

    return log_in


def test_a_given_check_in_is_confirmed_by_an_officer_and_goes_out(client, office, as_officer, set_clock):
    assert office.give() == ReportAnswer()
    assert office.give() == ReportAnswer(), "sent again, for the answer was lost"
    [stay] = SharedStay.objects.all()
    assert services.publish(set_clock.now) is None
    page = f"/officer/places/{office.entrance.at.organisation.code}"
    decide = f"/officer/places/windows/{stay.pk}"
    as_officer("commune")
    assert str(stay.pk) not in client.get(page).content.decode()
    assert client.post(decide, {"act": "publish"}).status_code == 403
    as_officer("neighbour")
    assert client.post(decide, {"act": "publish"}).status_code == 404
    as_officer("health")
    for address in (page, "/officer/places/"):
        assert str(stay.pk) in client.get(address).content.decode()
    assert "Ca bệnh ở địa điểm" in due(client)
    assert client.post(decide, {"act": "publish"}).status_code == 302
    assert client.post(decide, {"act": "publish"}).status_code == 400
    assert services.publish(set_clock.now) == "1 risky places published"
    signer = signing.export_signers(set_clock.now)[0]
    trusted = TrustedKey(signer.private_key.public_key(), signer.key_id, signer.key_version)
    opened = open_package(bytes(PlacePackage.objects.get().data), [trusted], "452")
    [warning] = opened.of_places([location_id_hash(office.location_id)])
    found, given = decrypt_warning(office.location_id, warning), office.stay()
    assert found.start_s <= given.start_s
    assert given.end_s + 1_800 <= found.end_s <= given.end_s + 1_800 + 600, "prolonged by 30 minutes at most"


def test_one_that_is_refused_never_goes_out(client, office, as_officer, set_clock):
    office.give()
    as_officer("health")
    client.post(f"/officer/places/windows/{SharedStay.objects.get().pk}", {"act": "refuse"})
    assert services.publish(set_clock.now) is None
    office.give()
    assert SharedStay.objects.get().state == "refused", "giving it again asks nobody again"


def test_a_confirmed_one_is_taken_back_before_it_goes_out(client, office, as_officer, set_clock):
    office.give()
    as_officer("health")
    decide = f"/officer/places/windows/{SharedStay.objects.get().pk}"
    assert client.post(decide, {"act": "withdraw"}).status_code == 400, "it was not confirmed"
    client.post(decide, {"act": "publish"})
    assert client.post(decide, {"act": "withdraw"}).status_code == 302
    assert services.publish(set_clock.now) is None


def test_what_is_stored_is_not_in_the_answer(office):
    """A place that is none of ours, a day without a key, one too long ago: the answer is that of a yes."""
    for stay in (
        office.stay(location_id=secrets.token_bytes(32)),
        office.stay(hours_ago=24 * 20),
        office.stay(hours_ago=-30),
    ):
        assert office.give(stay) == ReportAnswer()
    assert not SharedStay.objects.exists()
    Place.objects.update(confirmed_at=None)
    assert office.give() == ReportAnswer()
    assert not SharedStay.objects.exists()


def test_one_person_gives_eight_of_a_day_and_thirty_in_all(office):
    ten = [office.stay(hours_ago=24 + n / 4, length_s=600) for n in range(10)]
    office.give(*ten)
    assert SharedStay.objects.count() <= 2 * rules.MOST_WINDOWS_A_DAY
    for days in range(1, 9):
        office.give(*[office.stay(hours_ago=24 * days + n / 4, length_s=600) for n in range(8)])
    assert SharedStay.objects.count() == 30
    assert Sharer.objects.count() == 1


@pytest.mark.parametrize("token", ["?", "AAAA"])
def test_without_the_token_of_published_keys_nothing_is_taken(office, token):
    assert office.give(token=token).code == ReportRefusal.TOKEN_INVALID
    assert not Sharer.objects.exists()


def test_a_decoy_leaves_nothing(office):
    assert office.give(HTTP_X_CHAFF="1") == ReportAnswer()
    assert not Sharer.objects.exists()
    assert not SharerKey.objects.exists()


def test_keys_that_are_taken_back_take_the_check_ins_with_them(office, as_officer, set_clock):
    office.give(office.stay(29), office.stay(53))
    one, other = SharedStay.objects.all()
    officer = as_officer("health")
    services.decide(one, officer, set_clock.now, publish=True)
    withdraw(office.token, set_clock.now)
    with pytest.raises(PlaceRefusedError):
        services.decide(other, officer, set_clock.now, publish=True)
    assert services.publish(set_clock.now) is None
    assert not Sharer.objects.exists()
    assert not SharedStay.objects.exists()
    assert office.give().code == ReportRefusal.TOKEN_INVALID


def test_a_stolen_database_tells_no_time_and_no_key(office, database_text):
    office.give()
    stay, text = office.stay(), database_text()
    rows = [line for line in text.splitlines() if line.startswith(("places_sharedstay", "places_sharer"))]
    assert rows
    assert not any(str(stay.start_s) in row or repr(office.phone.keys()[0].key)[2:-1] in row for row in rows)


def test_check_ins_go_14_days_after_their_end(office, set_clock):
    office.give()
    now = set_clock.now
    assert services.purge(now + dt.timedelta(days=13))["shared_stays"] == 0
    assert services.purge(now + dt.timedelta(days=15))["shared_stays"] == 1
    assert not Sharer.objects.exists()
    assert not SharerKey.objects.exists()


def test_one_under_a_lost_secret_is_left_out(office, client, as_officer):
    office.give()
    SharedStay.objects.update(span=b"x" * 40)
    as_officer("health")
    assert client.get("/officer/places/").status_code == 200
    assert receiving.span_of(SharedStay.objects.get()) is None
