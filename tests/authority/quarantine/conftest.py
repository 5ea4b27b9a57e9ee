"""Officers of Hậu Giang, a quarantine site in a commune of Vị Thanh, and the people at home there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.officers.models import User
from bluezone.authority.quarantine import services
from bluezone.authority.quarantine.models import Roster, Row
from bluezone.authority.quarantine.numbers import read_numbers
from bluezone.authority.quarantine.places import RosterPlace
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 20)
COMMUNE = "/63:93/63:930/63:31318/"


@pytest.fixture
def site(db: None) -> Organisation:
    """A quarantine site in ward I of Vị Thanh."""
    return units.register(Facts("Khu cách ly A", "quarantine", UnitCode.parse("63:31318"), 60), DAY)


@pytest.fixture
def beds(site: Organisation) -> RosterPlace:
    return RosterPlace(site.code, site.place, site)


@pytest.fixture
def houses(db: None) -> RosterPlace:
    return RosterPlace("63:31318", COMMUNE, None)


@pytest.fixture
def started(db: None) -> Callable[..., Roster]:
    """Starts a roster with beds: `started(beds, "A1, A2")`."""

    def start(place: RosterPlace, numbers: str, day: dt.date = DAY) -> Roster:
        roster = services.start(place, day, day)
        services.arrive(roster, read_numbers(numbers), day, hamlet="3" if place.at_home else "")
        return Roster.objects.get(pk=roster.pk)

    return start


@pytest.fixture
def bed() -> Callable[..., Row]:
    """The row of a bed, as it is stored: `bed(roster, "A1")`."""
    return lambda roster, number: Row.objects.get(roster=roster, number=number)


@pytest.fixture
def officer(db: None, set_clock: Any, client: Any) -> Callable[..., User]:
    """Logs an officer in at 22:00 of 20 August 2020: `officer("commune", COMMUNE)`."""
    set_clock.now = dt.datetime(2020, 8, 20, 15, tzinfo=dt.UTC)

    def log_in(role: str, place: str) -> User:
        user, _ = User.objects.get_or_create(
            username=f"{role}{place}".replace("/", "."), defaults={"role": role, "place": place}
        )
        client.force_login(user)
        return user

    return log_in
