"""An officer who may confirm, a case, and a gateway that the test reads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bluezone.authority.messages import sms
from bluezone.authority.messages.sms import SmsError
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User

PROVINCE = "/63:93/"


@dataclass
class Gateway:
    """Note what was handed over; refuse what `refuses` says, in place of sending it."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    refuses: Callable[[str], str] = lambda number: ""
    tries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, number: str, text: str) -> None:
        with self.lock:
            self.tries += 1
        if code := self.refuses(number):
            raise SmsError("the gateway for text messages says no", code)
        with self.lock:
            self.sent.append((number, text))

    def to(self, number: str) -> list[str]:
        """Return the texts that went to a number, in order."""
        return [text for to, text in self.sent if to == number]


@pytest.fixture
def gateway(phone: Any, environment: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Text messages go to a list; the server has an address."""
    made = Gateway()
    monkeypatch.setattr(sms, "sender", lambda: made)
    environment(public_url="https://ma.example.vn")
    return made


@pytest.fixture
def officer(phone: Any) -> User:
    return User.objects.create_user(
        "lan", role="province", place=PROVINCE, may_confirm=True, full_name="Nguyễn Thị Lan", password="a long one 1"
    )


@pytest.fixture
def issuer(officer: User) -> Issuer:
    return Issuer(officer=officer)


@pytest.fixture
def lan(client: Any, officer: User) -> Any:
    """A client with the officer logged in."""
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    return client
