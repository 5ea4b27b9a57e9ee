"""Officers of Hậu Giang and its neighbours, on 15 August 2020."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.officers.models import User

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
def pages_of() -> Callable[[bytes], int]:
    """How many pages a PDF has."""
    import re

    def count(pdf: bytes) -> int:
        assert pdf.startswith(b"%PDF-")
        return max(int(each) for each in re.findall(rb"/Count (\d+)", pdf))

    return count
