"""Test who is found to have travelled with a case: vehicles and seats however written, who sat near, who reads it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from tests.authority.declarations.conftest import COMMUNE, DAY, MORNING, NEIGHBOUR, PROVINCE
from tests.forms.samples import FORMS, MOVING

from bluezone.authority.declarations import journeys, services
from bluezone.authority.declarations.journeys import Nearness, Seat
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import Way
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.models import User
from bluezone.authority.places import services as places
from bluezone.authority.places.models import Place, RiskyWindow
from bluezone.authority.units import services as units
from bluezone.forms.answers import read_answers
from bluezone.geography.units import UnitCode


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Xe 65B-012.34, Long Mỹ – Cần Thơ", "65b01234"),
        ("65b 01234", "65b01234"),
        ("Biển số 65B01234", "65b01234"),
        ("VN 1205", "vn1205"),
        ("chuyến bay vn1205", "vn1205"),
        ("Tàu SE3", "se3"),
        ("xe khách", ""),
        ("Phương Trang", ""),
        ("", ""),
    ],
)
def test_one_vehicle_is_found_however_its_number_is_written(text: str, key: str) -> None:
    assert journeys.vehicle_key(text) == key


@pytest.mark.parametrize(
    ("text", "seat"),
    [
        ("12A", Seat("", 12)),
        ("12 a", None),
        ("A-12", Seat("", 3)),
        ("B7", Seat("", 2)),
        ("Ghế số 4", Seat("", 1)),
        ("25", Seat("", 7)),
        ("toa 3 ghế 25", Seat("3", 7)),
        ("3-25", Seat("3", 7)),
        ("Tầng 2, B5", Seat("", 2)),
        ("toa 3", None),
        ("hạng thương gia", None),
        ("", None),
    ],
)
def test_seats_are_read_as_tickets_name_them(text: str, seat: Seat | None) -> None:
    assert journeys.read_seat(text, 4) == seat


@pytest.mark.parametrize(
    ("seat", "case", "expected"),
    [
        ("12F", "12A", Nearness.SAME_ROW),
        ("10C", "12A", Nearness.NEAR),
        ("14C", "12A", Nearness.NEAR),
        ("15C", "12A", Nearness.FARTHER),
        ("9C", "12A", Nearness.FARTHER),
        ("3-25", "3-28", Nearness.SAME_ROW),
        ("4-25", "3-25", Nearness.FARTHER),
        ("25", "3-25", Nearness.UNKNOWN),
        ("", "12A", Nearness.UNKNOWN),
        ("12A", "", Nearness.UNKNOWN),
    ],
)
def test_the_same_row_and_two_before_and_behind_are_near(seat: str, case: str, expected: Nearness) -> None:
    assert journeys.nearness(journeys.read_seat(seat, 4), journeys.read_seat(case, 4)) is expected


def test_a_vehicle_left_the_day_somebody_boarded_or_the_day_before() -> None:
    found = journeys.journeys_of(["VN 1205", "flight VN1205"], dt.date(2020, 8, 20))
    assert found == {"vn1205 2020-08-20", "vn1205 2020-08-19"}
    assert journeys.journeys_of(["Phương Trang"], dt.date(2020, 8, 20)) == frozenset()


def declare(number: str, seat: str, day: str = "19/8/2020", **changed: list[str]) -> HealthDeclaration:
    form = FORMS["movement"]
    given = MOVING | {"vehicle": ["plane"], "vehicle_number": [number], "seat": [seat], "start_date": [day]} | changed
    reading = read_answers(form, given, services.edge_on(DAY))
    assert reading.is_whole, reading.faults
    taken = services.declare(secrets.token_bytes(16), form, reading.answers, Way.WEB, MORNING, day=DAY)
    return services.of_receipt(taken.receipt).row


@pytest.fixture
def window(officer: Callable[..., User]) -> RiskyWindow:
    """A case that sat in 12A of a flight on the evening of 19 August."""
    user = officer("province", PROVINCE, may_confirm=True)
    facts = units.Facts("Vietnam Airlines", "transport", UnitCode.parse("34:92"))
    made = units.register(facts, DAY)
    place = places.open_place(
        made, Place.Kind.PLANE, "", 120, None, user, MORNING, confirmed=True, entrances=["VN 1205"]
    )
    case = Case.objects.create(
        report_type="confirmed", test_date=DAY, file_number="HG-17", created_at=MORNING, place=PROVINCE,
        status="confirmed",
    )  # fmt: skip
    start = dt.datetime(2020, 8, 19, 11, tzinfo=dt.UTC)
    entrance = place.entrances.get()
    return places.mark(case, entrance, start, start + dt.timedelta(hours=2), user, MORNING, seat="12A")


def test_passengers_stand_by_how_near_they_sat(client: Any, officer: Any, window: RiskyWindow) -> None:
    for number, seat in (("VN1205", "20C"), ("Chuyến bay VN 1205", "13B"), ("vn-1205", "12F"), ("VN1205", "")):
        declare(number, seat)
    declare("VN 1204", "12B")
    declare("VN 1205", "12C", "16/8/2020")
    user = officer("province", PROVINCE, may_confirm=True)
    page = client.get(f"/officer/declarations/journeys/{window.pk}").content.decode()
    seats = [page.find(f">{seat}</a>") for seat in ("12F", "13B", "–", "20C")]
    assert -1 not in seats
    assert seats == sorted(seats)
    assert "12B" not in page
    assert ">12C<" not in page
    assert (
        f"/officer/declarations/journeys/{window.pk}"
        in client.get(f"/officer/places/{window.entrance.at.organisation.code}").content.decode()
    )
    assert user.may_confirm


def test_a_withdrawn_declaration_is_found_no_more(client: Any, officer: Any, window: RiskyWindow) -> None:
    row = declare("VN1205", "12F")
    assert row.journey_digest
    HealthDeclaration.objects.filter(pk=row.pk).update(state="withdrawn")
    officer("province", PROVINCE, may_confirm=True)
    assert ">12F<" not in client.get(f"/officer/declarations/journeys/{window.pk}").content.decode()


def test_of_another_province_only_seat_and_province_are_said(client: Any, officer: Any, window: RiskyWindow) -> None:
    away = declare("VN1205", "12F", commune=["34:31321"])
    HealthDeclaration.objects.filter(pk=away.pk).update(place="/34:79/34:26734/")
    officer("province", PROVINCE, may_confirm=True)
    page = client.get(f"/officer/declarations/journeys/{window.pk}").content.decode()
    assert "12F" in page
    assert "Hồ Chí Minh" in page
    assert f"/officer/declarations/{away.pk}" not in page


@pytest.mark.parametrize(
    ("role", "place", "may_confirm", "status"),
    [
        ("commune", COMMUNE, False, 403),
        ("province", PROVINCE, False, 403),
        ("ministry", "/", True, 403),
        ("province", "/34:79/", True, 404),
        ("commune", NEIGHBOUR, True, 404),
    ],
)
def test_who_may_not_confirm_cases_here_reads_no_list(
    client: Any, officer: Any, window: RiskyWindow, role: str, place: str, may_confirm: bool, status: int
) -> None:
    officer(role, place, may_confirm=may_confirm)
    User.objects.filter(role=role, place=place).update(may_confirm=may_confirm)
    assert client.get(f"/officer/declarations/journeys/{window.pk}").status_code == status


def test_a_place_that_stands_has_no_list_of_passengers(client: Any, officer: Any, window: RiskyWindow) -> None:
    Place.objects.update(kind=Place.Kind.SHOP)
    officer("province", PROVINCE, may_confirm=True)
    assert client.get(f"/officer/declarations/journeys/{window.pk}").status_code == 404
