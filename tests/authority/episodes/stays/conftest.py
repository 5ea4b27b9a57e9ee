"""A quarantine site of two beds in a commune of Vị Thanh, its officers, and stays in it and at home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.episodes.models import Stay
from bluezone.authority.episodes.stays import services
from bluezone.authority.episodes.stays.roster_rules import read_number, read_numbers
from bluezone.authority.episodes.stays.rosters import RosterPlace
from bluezone.authority.episodes.stays.services import Entry, Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers.models import User
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 20)
#: 10:00 of that day in Vietnam
MORNING = dt.datetime(2020, 8, 20, 3, tzinfo=dt.UTC)
DISTRICT = "/63:93/63:930/"
COMMUNE = f"{DISTRICT}63:31318/"
OTHER_COMMUNE = f"{DISTRICT}63:31321/"
OTHER_PROVINCE = "/63:94/"
TELEPHONE = "+84912345678"
ADDRESS = "12 Trần Hưng Đạo, hẻm 3"


@pytest.fixture
def morning(set_clock: Any) -> Any:
    """The authority's clock at 10:00 of 20 August 2020 in Vietnam."""
    set_clock.now = MORNING
    return set_clock


@pytest.fixture
def site(db: None, morning: Any) -> Organisation:
    """A quarantine site in ward I of Vị Thanh, with the beds A1 and A2."""
    made = units.register(Facts("Khu cách ly A", "quarantine", UnitCode.parse("63:31318"), 60), DAY)
    services.add_beds(made, read_numbers("A1, A2"))
    return made


@pytest.fixture
def officer(db: None, morning: Any, client: Any) -> Callable[..., User]:
    """Logs an officer in: `officer("commune", COMMUNE)`; who directs a place may read health data."""

    def log_in(role: str, place: str, **facts: Any) -> User:
        rights = {"may_read_health": role in ("commune", "district", "province")} | facts
        user, _ = User.objects.get_or_create(
            username=f"{role}{place}".replace("/", "."), defaults={"role": role, "place": place} | rights
        )
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return user

    return log_in


@pytest.fixture
def someone(db: None) -> User:
    """An officer of the commune who is not logged in."""
    return User.objects.create(username="someone", role="commune", place=COMMUNE)


@pytest.fixture
def stay(site: Organisation, someone: User) -> Stay:
    """Somebody on bed A1 since this morning, with a telephone."""
    entry = Entry(Spot.at(site, read_number("A1").key), Role.F1, DAY, telephone=TELEPHONE)
    return services.enter(entry, someone, MORNING)


@pytest.fixture
def at_home(db: None, morning: Any, someone: User) -> Stay:
    """Somebody at home in the commune since this morning."""
    entry = Entry(Spot(COMMUNE, address=ADDRESS), Role.F1, DAY, telephone=TELEPHONE)
    return services.enter(entry, someone, MORNING)


@pytest.fixture
def link() -> Callable[[Stay], str]:
    """The code of a stay's link."""
    return lambda stay: stay.episode.link_code


@pytest.fixture
def beds(site: Organisation) -> RosterPlace:
    """The site as a place with a roster."""
    return RosterPlace(site.code, site.place, site)


@pytest.fixture
def houses(db: None) -> RosterPlace:
    """The homes of the commune as a place with a roster."""
    return RosterPlace("63:31318", COMMUNE, None)


@pytest.fixture
def arrive(someone: User) -> Callable[..., list[Stay]]:
    """Adds people to a roster: `arrive(beds, "A1, A2")`, `arrive(houses, "12A", people=3)`."""

    def add(place: RosterPlace, written: str, people: int = 1, hamlet: str = "3") -> list[Stay]:
        numbers = read_numbers(written)
        if place.organisation is not None:
            spots = [Spot.at(place.organisation, each.key) for each in numbers]
        else:
            spots = [Spot(place.place, hamlet=hamlet, house=each.text) for each in numbers for _ in range(people)]
        return services.arrive(spots, numbers if place.organisation else [], Role.F1, someone, MORNING)

    return add
