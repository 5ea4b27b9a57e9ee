"""From a contact's phone over the authority to the phone of who was near: asked, watched, confirmed, released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from django.test import Client
from tests.phone.settings import phone_settings

from bluezone.authority.episodes import services, warning
from bluezone.authority.episodes.models import Episode
from bluezone.authority.keys import second_order
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing
from bluezone.phone.app.engine import Phone
from bluezone.phone.client.publishing import PublishError
from bluezone.phone.stores.contact_store import Sighting
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.messages import VerifyCode
from bluezone.protocol.verification import CertifiedReport
from bluezone.town.clock import local_date

DAY_S = 86_400


pytestmark = pytest.mark.usefixtures("few_padded")


@pytest.fixture
def by(db: None) -> Issuer:
    return Issuer(officer=User.objects.create_user("lan", role="ministry", place="/", may_confirm=True))


@pytest.fixture
def net(client: Client) -> httpx.Client:
    """A phone's way to the authority, without a socket."""

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        headers = {name: value for name, value in headers.items() if name not in ("HTTP_HOST", "HTTP_CONTENT_LENGTH")}
        said = client.generic(request.method, request.url.path, request.content, "application/json", **headers)
        body = b"".join(said.streaming_content) if said.streaming else said.content
        said.close()
        return httpx.Response(said.status_code, content=body)

    return httpx.Client(transport=httpx.MockTransport(answer))


@pytest.fixture
def phone_called(office: Any, tmp_path: Path) -> Iterator[Callable[[str], Phone]]:
    """A phone in a folder of its own: `phone_called("f1")`."""
    pinned = tuple(
        TrustedKey(signing.public_key(key), "452", key.version)
        for key in signing.active(signing.EXPORT, office.clock.now)
    )
    opened: list[Phone] = []

    def open_one(name: str) -> Phone:
        rng = np.random.default_rng(len(opened))
        folder = tmp_path / name
        folder.mkdir()
        settings = phone_settings(folder, "https://testserver", pinned)
        opened.append(Phone(settings, None, lambda: office.clock.now.timestamp(), rng.bytes, rng))
        return opened[-1]

    yield open_one
    for phone in opened:
        phone.close()


def walk_together(one: Phone, other: Phone, at_s: float, minutes: int = 40) -> None:
    """Let `other` hear `one` from at_s on, near."""
    daily = one.stores.keys.key_at(at_s)
    for minute in range(minutes):
        now_s = at_s + 60 * minute
        heard = one.scheme.parse(one.scheme.build(daily, int((now_s - daily.start_s) // 600), 0))
        assert heard is not None
        sighting = Sighting(heard.identifier, heard.encrypted_metadata, 16, -45, -45, -45)
        other.stores.contacts.add_scan(now_s, 60.0, [sighting])


@pytest.fixture
def contact(office: Any, by: Issuer, decided: Callable[[Issuer], Episode]) -> Episode:
    """A contact (F1) of a case met two days ago, decided."""
    second_order.turn(True, "Decision 1", None, office.clock.now)
    return decided(by)


@pytest.fixture
def warned(office: Any, net: httpx.Client, phone_called: Any, contact: Episode, by: Issuer) -> tuple[Phone, Phone]:
    """F1's phone, which let those it met since know; F2's, which was near it yesterday and the day before the exposure,
    and has looked."""
    office.publish()
    f1, f2 = phone_called("f1"), phone_called("f2")
    noon_s = office.clock.now.timestamp()
    walk_together(f1, f2, noon_s - 4 * DAY_S)
    walk_together(f1, f2, noon_s - DAY_S)
    f1.sync(net)
    code, _ = warning.ask(contact, by, office.clock.now)
    result = f1.publisher(net).verify(code.short)
    assert result.report is CertifiedReport.RECURSIVE
    assert result.symptom_date == office.today() - dt.timedelta(days=2)
    report = f1.publisher(net).publish(consent=True)
    assert report.inserted == report.keys_sent == 1, "of the day since the exposure alone"
    office.publish()
    f2.sync(net)
    return f1, f2


def test_who_was_near_a_contact_since_the_exposure_is_asked_to_watch(office, warned):
    _, f2 = warned
    met = dt.date(2020, 8, 18)  # at one in the morning; the exposure was on the day before but one
    found = f2.check().new_watch_alerts
    assert [local_date(alert.day_start_s) for alert in found] == [met]
    assert f2.stores.exposures.alerts() == []


def test_a_contact_who_is_confirmed_warns_the_same_phone_as_a_patient(office, net, warned, issue):
    f1, f2 = warned
    f2.check()
    code = issue()
    assert f1.publisher(net).verify(code).report is CertifiedReport.CONFIRMED
    f1.publisher(net).publish(consent=True)
    office.publish()
    f2.sync(net)
    report = f2.check()
    assert len(report.new_alerts) == 2, "all days of a patient"
    assert f2.stores.exposures.watch_alerts() == []


def test_a_released_contact_is_taken_back_on_the_phone(office, net, warned, contact):
    _, f2 = warned
    f2.check()
    services.found_negative(contact, office.clock.now)
    office.publish()
    f2.sync(net)
    f2.check()
    assert f2.stores.exposures.watch_alerts() == []


def test_attack_a_phone_that_a_contact_warned_asks_a_third_order(office, net, warned, contact, by):
    """Even with a code that some contact handed on: the authority is not told that this phone knows the type, and the
    code stays good for whom it was made."""
    f1, f2 = warned
    f2.check()
    code, _ = warning.ask(contact, by, office.clock.now)
    with pytest.raises(PublishError) as refused:
        f2.publisher(net).verify(code.short)
    assert refused.value.code == VerifyCode.UNSUPPORTED_TEST_TYPE
    assert f1.publisher(net).verify(code.short).report is CertifiedReport.RECURSIVE


def test_turned_off_phones_forget(office, net, warned):
    _, f2 = warned
    f2.check()
    second_order.turn(False, "Decision 2", None, office.clock.now)
    f2.sync(net)
    f2.check()
    assert f2.stores.exposures.watch_alerts() == []
    assert not any(name.startswith("452-f2/") for name in f2.stores.exposures.known_exports())
