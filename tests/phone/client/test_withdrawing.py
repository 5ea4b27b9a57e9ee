"""The owner takes back what the phone published: one request, as long as a publication; keys and token go."""

from __future__ import annotations

import json

import httpx
import numpy as np
import pytest
from tests.phone.doubles import client_of
from tests.phone.settings import phone_settings

from bluezone.phone.app.engine import Phone
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import PublishError, withdraw
from bluezone.phone.stores.preference_store import Sharing
from bluezone.phone.stores.timekeeper import Uptime
from bluezone.protocol.reports import ReportAnswer

DAY = 86_400
NOW = 1_597_276_800 + 20 * DAY + 36_000


@pytest.fixture
def phone(tmp_path, authority, virtual):
    """A phone that published a key of yesterday, and left today's out."""
    settings = phone_settings(tmp_path, authority.URL, authority.trusted, health_authority_id="vn.test")
    clock, uptime = lambda: float(NOW), lambda: Uptime("", 0.0)
    one = Phone(settings, None, clock, virtual.entropy(1), np.random.default_rng(1), uptime=uptime)
    yesterday = one.stores.keys.key_at(NOW - DAY)
    one.stores.keys.key_at(NOW)
    one.stores.keys.mark_published([yesterday.key])
    one.stores.publications.finish("revision", NOW)
    one.stores.preferences.change(published_at_s=NOW, sharing=Sharing.SHARED)
    yield one
    one.close()


def run(phone: Phone, answer: httpx.Response) -> list[httpx.Request]:
    """Take back from an authority that answers so; return what it was asked."""
    asked: list[httpx.Request] = []

    withdraw(phone.sender(client_of(lambda request: asked.append(request) or answer)), phone.stores)
    return asked


def test_the_token_is_sent_once_and_keys_and_token_are_forgotten(phone):
    [request] = run(phone, httpx.Response(200, content=ReportAnswer("", "").to_json("x")))
    assert request.url.path == "/v1/withdraw"
    assert json.loads(request.content)["revisionToken"] == "revision"
    # as long as a publication, with its address
    assert len(request.content) + len(request.url.path) == 8_192 + len("/v1/publish")
    assert phone.stores.publications.revision_token() == ""
    assert not any(phone.stores.keys.publishable_days(NOW).values())
    assert phone.stores.keys.publishable_days(NOW), "a day that was left out can still be shared"
    assert phone.stores.preferences.read().sharing == Sharing.TAKEN_BACK
    with pytest.raises(PublishError, match="nothing to take back"):
        run(phone, httpx.Response(200))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(403, content=ReportAnswer("no", "token_invalid").to_json("x")), PublishError),
        (httpx.Response(500, content=ReportAnswer("no", "internal_error").to_json("x")), ConnectionFailedError),
        (httpx.Response(200, content=b"?"), ConnectionFailedError),
    ],
)
def test_what_is_refused_or_lost_can_be_asked_again(phone, answer, error):
    with pytest.raises(error):
        run(phone, answer)
    assert phone.stores.publications.revision_token() == "revision"
    assert phone.stores.preferences.read().sharing == Sharing.SHARED
