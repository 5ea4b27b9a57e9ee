"""A clock on 20 August 2020, officers, and declarations of people in Long Mỹ."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from tests.forms.samples import FORMS, GIVEN, LONG_MY

from bluezone.authority.declarations import services
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import Way
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.models import User
from bluezone.forms.answers import read_answers
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 20)
#: 10:00 of that day in Vietnam
MORNING = dt.datetime(2020, 8, 20, 3, tzinfo=dt.UTC)
COMMUNE = place_of(UnitCode.parse(LONG_MY.code))
PROVINCE = "/34:92/"
NEIGHBOUR = place_of(UnitCode.parse("34:31321"))
ILL = {"signs": ["fever"], "near_case": ["yes"]}


@pytest.fixture
def morning(set_clock: Any) -> Any:
    """The authority's clock at 10:00 of 20 August 2020 in Vietnam."""
    set_clock.now = MORNING
    return set_clock


@pytest.fixture
def officer(db: None, morning: Any, client: Any) -> Callable[..., User]:
    """Logs an officer in: `officer("commune", COMMUNE)`."""

    def log_in(role: str, place: str, **facts: Any) -> User:
        user, _ = User.objects.get_or_create(
            username=f"{role}{place}".replace("/", "."), defaults={"role": role, "place": place, **facts}
        )
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return user

    return log_in


@pytest.fixture
def declared(db: None, morning: Any) -> Callable[..., HealthDeclaration]:
    """Declares by the form of the whole population: `declared(signs=["fever"])`; `receipt` of the row is in words."""

    def declare(**changed: list[str]) -> HealthDeclaration:
        form = FORMS["population"]
        answers = read_answers(form, GIVEN | changed, services.edge_on(DAY)).answers
        taken = services.declare(secrets.token_bytes(16), form, answers, Way.PHONE, morning.now, day=DAY)
        row = services.of_receipt(taken.receipt).row
        row.words = taken.receipt  # type: ignore[attr-defined]
        return row

    return declare
