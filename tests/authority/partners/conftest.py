"""A ministry's officer, a case with a contact, agreements, and a partner that keeps what it is given."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from django.test import Client
from tests.authority.episodes.conftest import BACKEND, HERE, MAI, NOW, case, met

from bluezone.authority.episodes import services as episodes
from bluezone.authority.episodes.models import Episode
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.partners import sending, services
from bluezone.authority.partners.models import Agreement
from bluezone.authority.partners.rules import Format, Terms
from bluezone.authority.persons import services as persons
from bluezone.authority.signing import services as signing

__all__ = ["BACKEND", "HERE", "MAI", "NOW", "case"]


@dataclass
class Partner:
    """A FHIR server that keeps resources by identifier; `answer` may answer in its place."""

    kept: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    answer: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        given = self.answer(request)
        if given is not None:
            return given
        told = []
        for entry in json.loads(request.content)["entry"]:
            is_new = entry["request"]["url"] not in self.kept
            self.kept[entry["request"]["url"]] = entry["resource"]
            told.append({"response": {"status": "201 Created" if is_new else "200 OK"}})
        return httpx.Response(200, json={"resourceType": "Bundle", "type": "transaction-response", "entry": told})

    def of_kind(self, kind: str) -> list[Any]:
        return [each for url, each in self.kept.items() if url.startswith(f"{kind}?")]


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def hand_over(partner) -> Callable[..., str | None]:
    """Run the job at a moment."""

    def run(now: dt.datetime = NOW) -> str | None:
        with httpx.Client(transport=httpx.MockTransport(partner)) as client:
            return sending.hand_over(client, now)

    return run


@pytest.fixture
def ministry(db, set_clock, environment) -> User:
    environment(public_url="https://bluezone.example.vn", internal_hosts=("partner.example",))
    set_clock.now = NOW
    signing.ensure(NOW)
    return User.objects.create_user("ministry", role="ministry", place="/")


@pytest.fixture
def officer(ministry) -> User:
    return User.objects.create_user("health", role="province", place=HERE, may_confirm=True, full_name="Lê Lan")


@pytest.fixture
def outbreak(officer) -> tuple[Episode, Episode]:
    """A case and a contact of it, both with who they are."""
    source = case(tested=1)
    source.person = persons.enter(persons.identity_from("Lê Văn An", 1986), HERE, NOW)
    source.save()
    contact = episodes.enter(source, MAI, met(1), Issuer(officer=officer), NOW)
    return source.episode, contact


@pytest.fixture
def agree(ministry) -> Callable[..., Agreement]:
    def make(form: Format = Format.FHIR, days: int = 30, secret: str = "Bearer xyz", **said: Any) -> Agreement:
        values = {"partner": "HIS", "url": "https://partner.example/fhir", "basis": "Luật 03/2007"} | said
        values["url"] = "" if form.is_file else values["url"]
        today = NOW.date()
        return services.agree(Terms(format=form, **values), today, today + dt.timedelta(days), secret, ministry, NOW)

    return make


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def log_in(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, BACKEND)
        return client

    return log_in
