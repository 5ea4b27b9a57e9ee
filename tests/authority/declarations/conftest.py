"""A clock on 20 August 2020, officers, and declarations of people in Long Mỹ."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from tests.forms.samples import FORMS, GIVEN, LONG_MY

from bluezone.authority.declarations import services
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import Way
from bluezone.authority.messages import phone_numbers
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
    """Logs an officer in who may read health data: `officer("commune", COMMUNE)`."""

    def log_in(role: str, place: str, **facts: Any) -> User:
        given = {"role": role, "place": place, "may_read_health": role not in ("unit-head", "checkpoint"), **facts}
        user, _ = User.objects.get_or_create(username=f"{role}{place}".replace("/", "."), defaults=given)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return user

    return log_in


def confirm_by_code(receipt: str, now: dt.datetime) -> None:
    """Confirm the number of a declaration by the code that a message to it holds."""
    with pytest.MonkeyPatch.context() as patched:
        texts: list[str] = []
        patched.setattr(phone_numbers, "sender", lambda: lambda _, text: texts.append(text))
        patched.setattr(phone_numbers, "MAX_SENDS_PER_NUMBER_A_DAY", 10_000)
        assert services.ask_code(receipt, "vi", secrets.token_hex(), now).is_on_its_way
        services.confirm(receipt, re.findall(r"\d{6}", texts[-1])[0], now)


@pytest.fixture
def declared(db: None, morning: Any) -> Callable[..., HealthDeclaration]:
    """Declares by the form of the whole population: `declared(signs=["fever"])`, by a number that is confirmed;
    `receipt` of the row is in words."""

    def declare(*, confirmed: bool = True, **changed: list[str]) -> HealthDeclaration:
        form = FORMS["population"]
        answers = read_answers(form, GIVEN | changed, services.edge_on(DAY)).answers
        taken = services.declare(secrets.token_bytes(16), form, answers, Way.PHONE, morning.now, day=DAY)
        if confirmed:
            confirm_by_code(taken.receipt, morning.now)
        row = services.of_receipt(taken.receipt).row
        row.words = taken.receipt  # type: ignore[attr-defined]
        return row

    return declare
