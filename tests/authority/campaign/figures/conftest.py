"""Officers of every role around Hậu Giang in August 2020, and a school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.models import User
from bluezone.authority.units import services
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 18)
PROVINCE, NEIGHBOUR = UnitCode.parse("63:93"), UnitCode.parse("63:92")
DISTRICT, SISTER = (unit.code for unit in catalogue.all_units().children(PROVINCE, DAY)[:2])
COMMUNE, OTHER_COMMUNE = (unit.code for unit in catalogue.all_units().children(DISTRICT, DAY)[:2])


@dataclass(frozen=True)
class Place:
    """The units of the tests, by what they are to the district's officer."""

    province: str = str(PROVINCE)
    neighbour: str = str(NEIGHBOUR)
    district: str = str(DISTRICT)
    sister: str = str(SISTER)
    commune: str = str(COMMUNE)
    other_commune: str = str(OTHER_COMMUNE)
    day: dt.date = DAY


@pytest.fixture(scope="session")
def places() -> Place:
    return Place()


@pytest.fixture
def school(db: None) -> Organisation:
    return services.register(services.Facts("Trường THPT Vị Thanh", "schools", COMMUNE, headcount=900), DAY)


@pytest.fixture
def other_school(db: None) -> Organisation:
    return services.register(services.Facts("Trường THCS Lê Quí Đôn", "schools", SISTER, headcount=400), DAY)


@pytest.fixture
def officer(db: None, set_clock: object, school: Organisation, other_school: Organisation) -> Callable[[str], User]:
    """Makes (once) an officer of a role by name: `officer("district")`."""
    roles = {
        "ministry": ("ministry", "/"),
        "province": ("province", place_of(PROVINCE)),
        "neighbour": ("province", place_of(NEIGHBOUR)),
        "successor": ("province", "/34:92/"),
        "district": ("district", place_of(DISTRICT)),
        "sister": ("district", place_of(SISTER)),
        "vi_thuy": ("district", "/63:93/63:935/"),
        "commune": ("commune", place_of(COMMUNE)),
        "other_commune": ("commune", place_of(OTHER_COMMUNE)),
        "head": ("unit-head", school.place),
        "other_head": ("unit-head", other_school.place),
        "without a role": ("", ""),
    }

    def make(name: str) -> User:
        role, place = roles[name]
        found = User.objects.filter(username=name).first()
        return found or User.objects.create_user(name, full_name=f"Officer {name}", role=role, place=place)

    return make


@pytest.fixture
def signed_in(officer: Callable[[str], User]) -> Callable[[str], Client]:
    """A browser of an officer: `signed_in("province")`. Its forms need no CSRF token."""

    def log_in(name: str) -> Client:
        client = Client()
        client.force_login(officer(name))
        return client

    return log_in


def _text(response: object) -> str:
    return response.content.decode().replace("\u00a0", " ")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def text_of() -> Callable[[object], str]:
    """A page's text, with plain spaces."""
    return _text
