"""Units of a ward of Vị Thanh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.units import services
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 15)


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
