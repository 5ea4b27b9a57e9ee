"""A hotel of Vị Thanh and its staff's telephone."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from bluezone.authority.door import links
from bluezone.authority.units import services
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode


def tap_id() -> str:
    return secrets.token_hex(16)


@dataclass
class DoorPhone:
    """Send what the page on a telephone sends."""

    client: Client
    clock: Any
    secret: str
    #: how far its clock is from the true one
    off_s: float = 0.0

    def tap(self, kind: str = "had", app: str = "bluezone", ago_s: float = 0.0, **more: Any) -> dict[str, Any]:
        at = self.clock.now.timestamp() + self.off_s - ago_s
        named = {"app": app} if kind in ("had", "helped", "refused") else {}
        return {"id": tap_id(), "at": at, "kind": kind, "post": "reception", "shift": "morning", **named, **more}

    def send(self, *taps: dict[str, Any], secret: str = "", **more: Any) -> Any:
        body = {
            "v": 1,
            "link": secret or self.secret,
            "sent_at": self.clock.now.timestamp() + self.off_s,
            "taps": list(taps),
        }
        return self.client.post("/door/taps", json.dumps(body), content_type="application/json", **more)


@pytest.fixture
def at_work(now: dt.datetime) -> dt.datetime:
    return now


@pytest.fixture
def found(db: None, set_clock: Any) -> Callable[..., Organisation]:
    """Registers a unit: `found("Khách sạn X", "hospitality", "63:31318")`."""

    def make(name: str = "Khách sạn Bờ Kè", sector: str = "hospitality", within: str = "63:31318") -> Organisation:
        facts = services.Facts(name, sector, UnitCode.parse(within), headcount=12)
        return services.register(facts, set_clock.now.date())

    return make


@pytest.fixture
def hotel(found: Callable[..., Organisation]) -> Organisation:
    return found()


@pytest.fixture
def linked(set_clock: Any) -> Callable[[Organisation], str]:
    """Issues a link and gives its secret."""

    def issue(organisation: Organisation) -> str:
        issued = links.issue(organisation, uuid.uuid4(), set_clock.now)
        assert issued is not None
        return issued[0]

    return issue


@pytest.fixture
def phone(client: Client, set_clock: Any, hotel: Organisation, linked: Callable[[Organisation], str]) -> DoorPhone:
    return DoorPhone(client, set_clock, linked(hotel))
