"""Officers of Hậu Giang on 15 August 2020, and units of a ward of Vị Thanh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.officers.models import User
from bluezone.authority.units import services
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 15)
#: name -> role and place
ROLES = {
    "ministry": ("ministry", "/"),
    "province": ("province", "/63:93/"),
    "neighbour": ("province", "/63:92/"),
    "successor": ("province", "/34:92/"),
    "district": ("district", "/63:93/63:930/"),
    "sister district": ("district", "/63:93/63:935/"),
    "commune": ("commune", "/63:93/63:930/63:31318/"),
    "sister commune": ("commune", "/63:93/63:930/63:31321/"),
    "without a role": ("", ""),
}


@pytest.fixture
def officer(db: None, set_clock: Any, client: Any) -> Callable[..., User]:
    """Logs an officer in: `officer("province")`, `officer("head", "unit-head", school.place)`."""
    set_clock.now = dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)

    def log_in(name: str, role: str | None = None, place: str = "") -> User:
        if role is None:
            role, place = ROLES[name]
        user = User.objects.filter(username=name).first() or User.objects.create_user(name, role=role, place=place)
        client.force_login(user)
        return user

    return log_in


@pytest.fixture
def add(db: None) -> Callable[..., Organisation]:
    """Register a unit in the ward: `add("Trường A", "schools", 400)`, `add("Lớp 6A", "schools", 40, into=school)`."""

    def made(name: str, sector: str, people: int | None = None, *, into: Organisation | None = None, **facts: Any):
        within = UnitCode.parse(facts.pop("within", "63:31318"))
        parent = into.code if into is not None else ""
        return services.register(Facts(name, sector, within, people, parent=parent, **facts), DAY)

    return made


@pytest.fixture
def hamlet(add: Callable[..., Organisation]) -> Organisation:
    """A hamlet whose households nobody has counted yet."""
    return add("Khu vực 1", "neighbourhoods", 480)
