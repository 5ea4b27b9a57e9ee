"""Places from opening to a phone: codes on posters, stays confirmed by a second officer, packages that phones read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.authority.documents.fetched import fetched, refreshed
from tests.authority.due import due

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.models import User
from bluezone.authority.places import printing, rules, services, views
from bluezone.authority.places.models import Entrance, Place, PlacePackage, RiskyWindow
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.signing import services as signing
from bluezone.authority.site import registries
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.protocol.check_ins import location_id_hash, read_payload
from bluezone.protocol.exports import TrustedKey, index_from_text
from bluezone.protocol.kinds import PLACE_POLICY
from bluezone.protocol.place_warnings import OpenedPackage, decrypt_warning, open_package

POSTS = {
    "health": ("province", "/63:93/", True),
    "second": ("province", "/63:93/", True),
    "commune": ("commune", "/63:93/63:930/63:31318/", False),
    "neighbour": ("province", "/63:92/", True),
}
FACTS = {"kind": Place.Kind.SHOP, "address": "Phường I", "usual_stay_min": 45, "capacity": ""}


@pytest.fixture
def market(db: None, set_clock: Any) -> Organisation:
    facts = units.Facts("Chợ Vị Thanh", "market", UnitCode.parse("63:31318"), headcount=12)
    return units.register(facts, set_clock.now.date())


@pytest.fixture
def as_officer(db: None, client: Client, market: Organisation) -> Callable[[str], User]:
    def log_in(name: str) -> User:
        role, place, may = (*("unit-head", market.place), False) if name == "head" else POSTS[name]
        user = User.objects.filter(username=name).first() or User.objects.create_user(
            name, role=role, place=place, may_confirm=may
        )
        client.force_login(user)
        return user

    return log_in


@pytest.fixture
def case(db: None, set_clock: Any) -> Case:
    return Case.objects.create(
        report_type="confirmed", test_date=set_clock.now.date(), file_number="HG-17", created_at=set_clock.now,
        place="/63:93/", status="confirmed",
    )  # fmt: skip


@pytest.fixture
def entrance(as_officer: Callable[[str], User], market: Organisation, set_clock: Any) -> Entrance:
    place = services.open_place(
        market, Place.Kind.SHOP, "Phường I", 45, None, as_officer("health"), set_clock.now, confirmed=True
    )
    return place.entrances.get()


@pytest.fixture
def signer(db: None, set_clock: Any) -> TrustedKey:
    signing.ensure(set_clock.now)
    found = signing.export_signers(set_clock.now)[0]
    return TrustedKey(found.private_key.public_key(), found.key_id, found.key_version)


def at(path: str, market: Organisation) -> str:
    return f"/officer/places/{market.code}{path}"


def test_a_head_asks_and_the_commune_confirms_before_there_is_a_poster(client, as_officer, market):
    as_officer("head")
    assert client.post(at("", market), FACTS).status_code == 302
    assert Place.objects.get().confirmed_at is None
    assert client.get(at("/posters.pdf", market)).status_code == 404
    assert client.post(at("/confirm", market)).status_code == 403
    as_officer("commune")
    assert client.post(at("/confirm", market)).status_code == 302
    assert Place.objects.get().confirmed_at is not None
    assert client.get("/officer/places/").status_code == 200
    drawn = client.get(at("/posters.pdf", market))
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "application/pdf")


def test_a_page_of_one_column_leaves_no_empty_one_beside_it(client, as_officer, market):
    as_officer("health")
    assert b'<div class="sides">' not in client.get(at("", market)).content
    assert client.post(at("", market), FACTS).status_code == 302
    assert b'<div class="sides">' in client.get(at("", market)).content


def test_all_posters_of_an_area_stand_in_one_file_and_those_of_others_do_not(
    client, as_officer, market, entrance, set_clock, monkeypatch
):
    far = units.register(units.Facts("Chợ Cái Răng", "markets", UnitCode.parse("63:92")), set_clock.now.date())
    services.open_place(far, Place.Kind.SHOP, "", 45, None, as_officer("neighbour"), set_clock.now, confirmed=True)
    drawn: list[str] = []
    monkeypatch.setattr(
        printing, "posters_pdf", lambda made, *_rest: drawn.extend(each.unit for each in made) or b"%PDF"
    )
    as_officer("commune")
    services.add_entrance(entrance.at, "Cổng 2", set_clock.now)
    assert b"/officer/places/posters.pdf?paper=a6" in client.get("/officer/places/").content
    for paper in ("a4", "a6", "<script>"):
        assert client.get("/officer/places/posters.pdf", {"paper": paper}).status_code == 200
    assert drawn == ["Chợ Vị Thanh", "Chợ Vị Thanh – Cổng 2"] * 3
    monkeypatch.setattr(views, "MOST_IN_ONE_FILE", 1)
    assert client.get("/officer/places/posters.pdf").status_code == 404
    assert b"/officer/places/posters.pdf" not in client.get("/officer/places/").content
    as_officer("neighbour")
    Place.objects.update(confirmed_at=None)
    assert client.get("/officer/places/posters.pdf").status_code == 404


def test_arrivals_at_the_door_are_shown_by_hour_and_nothing_where_nobody_came(
    client, as_officer, market, entrance, set_clock, monkeypatch
):
    as_officer("commune")
    assert "Lượt đến theo giờ" not in client.get(at("", market)).content.decode()
    hours = [0] * 24
    hours[7], hours[17] = 12, 5
    monkeypatch.setattr(registries, "arrivals", [lambda _unit: {set_clock.now.date(): hours}])
    page = client.get(at("", market)).content.decode()
    assert "đông nhất từ 7:00" in page
    assert page.count("<polyline") == 1


def test_a_vehicle_has_no_code_without_a_number_and_its_stays_ask_for_a_seat(
    client, as_officer, market, case, set_clock
):
    as_officer("health")
    client.post(at("", market), FACTS | {"kind": Place.Kind.BUS})
    assert not Entrance.objects.exists()
    assert b"/posters.pdf" not in client.get(at("", market)).content
    client.post(at("/entrance", market), {"name": "65B-012.34"})
    entrance = Entrance.objects.get()
    assert read_payload(bytes(entrance.payload)).description == "65B-012.34"
    assert client.post(at("/mark", market), stay(entrance, set_clock.now, seat=" toa 3  ghế 25 ")).status_code == 302
    assert RiskyWindow.objects.get().seat == "toa 3 ghế 25"


def test_rooms_have_codes_of_their_own_and_a_new_one_ends_the_old(client, as_officer, market, entrance):
    as_officer("commune")
    for _ in range(2):
        client.post(at("/entrance", market), {"name": "Cổng 2"})
    named = Entrance.objects.filter(name="Cổng 2")
    assert (named.count(), named.filter(ended_at=None).count()) == (2, 1)
    ids = {read_payload(bytes(each.payload)).location_id for each in Entrance.objects.all()}
    assert len(ids) == 3
    place = read_payload(bytes(named.get(ended_at=None).payload))
    assert (place.description, place.address, place.stay_min) == ("Chợ Vị Thanh, Cổng 2", "Phường I", 45)


@pytest.mark.parametrize(
    "change", [{"usual_stay_min": "4"}, {"usual_stay_min": "x"}, {"capacity": "0"}, {"kind": "99"}]
)
def test_facts_that_cannot_be_are_refused_and_nothing_opens(client, as_officer, market, change):
    as_officer("commune")
    assert client.post(at("", market), FACTS | change).status_code == 400
    assert not Place.objects.exists()


def stay(entrance: Entrance, now: dt.datetime, hours: float = 3, **more: str) -> dict[str, str]:
    local = (now - dt.timedelta(hours=hours) + dt.timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M")
    end = (now - dt.timedelta(hours=hours - 1) + dt.timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M")
    return {"entrance": str(entrance.pk), "file_number": "hg-17", "start": local, "end": end} | more


def test_a_stay_is_marked_by_one_officer_and_published_by_another(
    client, as_officer, market, entrance, case, set_clock, signer
):
    as_officer("health")
    assert client.post(at("/mark", market), stay(entrance, set_clock.now)).status_code == 302
    assert client.post(at("/mark", market), stay(entrance, set_clock.now)).status_code == 400  # it is marked already
    [window] = RiskyWindow.objects.all()
    decide = f"/officer/places/windows/{window.pk}"
    assert client.post(decide, {"act": "publish"}).status_code == 400  # whoever marked it
    assert services.publish(set_clock.now) is None
    as_officer("neighbour")
    assert client.post(decide, {"act": "publish"}).status_code == 404
    as_officer("second")
    assert client.post(decide, {"act": "publish"}).status_code == 302
    assert services.publish(set_clock.now) == "1 risky places published"
    assert services.publish(set_clock.now) is None
    opened = _package(client, signer)
    assert rules.PADDED_TO <= len(opened) <= rules.PADDED_TO + rules.JITTER
    place = read_payload(bytes(entrance.payload))
    [warning] = opened.of_places([location_id_hash(place.location_id)])
    found = decrypt_warning(place.location_id, warning)
    window.refresh_from_db()
    assert found.start_s <= window.start_at.timestamp() < window.end_at.timestamp() <= found.end_s
    assert (window.state, case.file_number.encode() in bytes(PlacePackage.objects.get().data)) == ("published", False)


def test_a_confirmed_stay_is_taken_back_before_it_goes_out_and_not_after(
    client, as_officer, market, entrance, case, set_clock, signer
):
    as_officer("health")
    window = services.mark(case, entrance, *_window(set_clock.now), User.objects.get(username="health"), set_clock.now)
    at_window = f"/officer/places/windows/{window.pk}"
    assert client.post(at_window, {"act": "withdraw"}).status_code == 400  # nobody has confirmed it
    second = as_officer("second")
    services.decide(window, second, set_clock.now, publish=True)
    as_officer("neighbour")
    assert client.post(at_window, {"act": "withdraw"}).status_code == 404
    as_officer("second")
    assert b'value="withdraw"' in client.get(at("", market)).content
    assert client.post(at_window, {"act": "withdraw"}).status_code == 302
    assert services.publish(set_clock.now) is None
    other = services.mark(case, entrance, *_window(set_clock.now), User.objects.get(username="health"), set_clock.now)
    services.decide(other, second, set_clock.now, publish=True)
    services.publish(set_clock.now)
    assert client.post(f"/officer/places/windows/{other.pk}", {"act": "withdraw"}).status_code == 400


def _window(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    return now - dt.timedelta(hours=3), now - dt.timedelta(hours=2)


def test_more_places_than_fit_a_page_are_paged(client, as_officer, entrance, monkeypatch, set_clock, market):
    monkeypatch.setattr(views.PlaceList, "paginate_by", 1)
    facts = units.Facts("Bến xe Vị Thanh", "stations", UnitCode.parse("63:31318"))
    other = units.register(facts, set_clock.now.date())
    services.open_place(other, Place.Kind.OTHER, "", 45, None, as_officer("health"), set_clock.now, confirmed=True)
    pages = [client.get("/officer/places/", {"page": n}).content.decode() for n in (1, 2)]
    assert [("Bến xe Vị Thanh" in page, "Chợ Vị Thanh" in page) for page in pages] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )


def test_the_list_names_what_waits_for_a_decision_and_not_for_who_may_not_take_it(
    client, as_officer, market, entrance, case, set_clock
):
    def home(name: str) -> str:
        as_officer(name)
        return due(client)

    as_officer("health")
    client.post(at("/mark", market), stay(entrance, set_clock.now))
    waits = "Ca bệnh ở địa điểm"
    assert waits in home("second")
    assert not any(waits in home(name) for name in ("commune", "neighbour"))
    Place.objects.update(confirmed_at=None)
    asked = "Địa điểm chờ xác nhận"
    assert asked in home("commune")
    assert not any(asked in home(name) for name in ("head", "neighbour"))


def _package(client: Client, signer: TrustedKey) -> OpenedPackage:
    """Fetch as a phone does."""
    index = client.get("/exports/452/places/index.txt").content.decode()
    [name] = index_from_text(index, "452/places/")
    return open_package(client.get(f"/exports/{name}").content, [signer], "452")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"file_number": "XX-1"}, 400),
        ({"end": "2020-08-18T01:00"}, 400),
        ({"start": "soon"}, 400),
        ({"entrance": "0"}, 400),
        ({"start": "2020-07-01T08:00", "end": "2020-07-01T09:00"}, 400),
    ],
)
def test_a_stay_that_cannot_be_is_refused(client, as_officer, market, entrance, case, set_clock, change, said):
    as_officer("health")
    assert client.post(at("/mark", market), stay(entrance, set_clock.now) | change).status_code == said
    assert not RiskyWindow.objects.exists()


def test_who_may_not_confirm_cases_sees_no_stay_and_marks_none(client, as_officer, market, entrance, case, set_clock):
    services.mark(
        case, entrance, set_clock.now - dt.timedelta(hours=2), set_clock.now, as_officer("health"), set_clock.now
    )
    as_officer("commune")
    assert client.post(at("/mark", market), stay(entrance, set_clock.now)).status_code == 403
    assert b"/officer/places/windows/" not in client.get(at("", market)).content
    assert b"/officer/places/windows/" not in client.get("/officer/places/").content
    as_officer("second")
    assert b"/officer/places/windows/" in client.get("/officer/places/").content


def test_a_case_closes_no_town(entrance, case, as_officer, set_clock):
    officer, now = as_officer("health"), set_clock.now
    for number in range(rules.MOST_WINDOWS_A_DAY):
        start = now - dt.timedelta(hours=2 * number + 2)
        services.mark(case, entrance, start, start + dt.timedelta(hours=1), officer, now)
    with pytest.raises(PlaceRefusedError):
        services.mark(case, entrance, now - dt.timedelta(days=3), now - dt.timedelta(days=3, hours=-1), officer, now)


def test_the_policy_is_signed_once_a_place_is_open(client, entrance, set_clock, signer):
    assert refreshed(PLACE_POLICY, set_clock.now) == "place-policy of the country (serial 1"
    assert refreshed(PLACE_POLICY, set_clock.now) == ""
    assert fetched(PLACE_POLICY, set_clock.now).content.min_overlap_min == 10


def test_all_of_a_stay_goes_after_fourteen_days(entrance, case, as_officer, set_clock):
    now = set_clock.now
    services.mark(case, entrance, now - dt.timedelta(hours=2), now, as_officer("health"), now)
    PlacePackage.objects.create(region="452", hour=1, data=b"x", made_at=now)
    assert services.purge(now + dt.timedelta(days=13)) == {"place_packages": 0, "risky_windows": 0, "shared_stays": 0}
    assert services.purge(now + dt.timedelta(days=15)) == {"place_packages": 1, "risky_windows": 1, "shared_stays": 0}


def test_what_is_not_there_is_not_found(client, db):
    for path in ("/exports/453/places/index.txt", "/exports/452/places/1.zip", "/exports/452/places/99999999999.zip"):
        assert client.get(path).status_code == 404
    assert client.get("/exports/452/places/index.txt").content == b""


def test_the_code_of_a_poster_leads_to_the_installation(client, market, entrance):
    assert client.get(f"/p/{market.code}").status_code == 200
    assert client.get("/p/nobody").status_code == 200  # one page for all: which codes exist is not disclosed
