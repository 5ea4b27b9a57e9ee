"""An authority with API keys of a ministry and of a province, and a sender of text messages that the test reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bluezone.authority.messages import sms
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey, User

PROVINCE = "/63:93/"
PHONE = "+84912345678"


@dataclass
class Messages:
    """What was handed over to be sent; `failure` is raised instead."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    failure: sms.SmsError | None = None

    def __call__(self, number: str, text: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append((number, text))


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch, environment: Callable[..., Any]) -> Messages:
    """Text messages go to a list."""
    made = Messages()
    monkeypatch.setattr(sms, "sender", lambda: made)
    monkeypatch.setattr("bluezone.authority.messages.sms.sender", lambda: made)
    environment(sms="file", user_reports=True, public_url="https://ma.example.vn")
    return made


@dataclass
class Machine:
    """A machine with an API key."""

    client: Any
    secret: str
    key: ApiKey

    def post(self, path: str, body: object, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-API-Key": self.secret} | headers
        return self.client.post(path, data, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers={"X-API-Key": self.secret})

    def issue(self, **fields: object) -> Any:
        body = {"testType": "confirmed", "symptomDate": "2020-08-16", "padding": "eA=="}
        return self.post("/api/issue", body | fields)


@pytest.fixture
def machine(phone: Any, client: Any) -> Callable[..., Machine]:
    """Makes a machine of an office: `machine()`, `machine("/63:93/", ApiKey.Role.STATISTICS)`."""

    def make(place: str = "/", role: ApiKey.Role = ApiKey.Role.ADMIN, *, may_confirm: bool = True) -> Machine:
        name = f"officer of {place}"
        if may_confirm and not User.objects.filter(username=name).exists():
            role_of = "ministry" if place == "/" else "province"
            User.objects.create_user(name, role=role_of, place=place, may_confirm=True)
        secret, key = api_keys.make(role, place, f"laboratory of {place}", None, phone.clock.now)
        return Machine(client, secret, key)

    return make
