"""Test declarations, the codes that they are made with, and links and reminders by text message."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import pytest
from django.urls import reverse
from tests.authority.episodes.stays.conftest import MORNING

from bluezone.authority.episodes.models import Event
from bluezone.authority.episodes.stays import checks, services
from bluezone.authority.episodes.stays.checks import NotInForceError
from bluezone.authority.episodes.stays.rules import Ending, Said, Way
from bluezone.authority.episodes.stays.services import Ended
from bluezone.authority.messages.models import OutgoingMessage
from bluezone.authority.site import encryption


def test_a_declaration_sent_again_is_stored_once(stay, link):
    sent = secrets.token_hex(16)
    assert checks.store(stay, sent, Said(), Way.PHONE, MORNING)
    assert not checks.store(stay, sent, Said(("cough",)), Way.PHONE, MORNING)
    assert Event.objects.get(kind="check").facts["symptoms"] == []


def test_a_replayed_declaration_does_nothing_to_another_stay(stay, at_home, link):
    sent = secrets.token_hex(16)
    checks.store(stay, sent, Said(), Way.PHONE, MORNING)
    assert not checks.store(at_home, sent, Said(), Way.PHONE, MORNING)
    assert not at_home.episode.events.exists()


def test_a_code_is_read_however_it_is_typed_and_ends_with_the_stay(stay, link, someone):
    code = link(stay)
    typed = " - ".join((code[:4], code[4:8].lower(), code[8:]))
    assert checks.stay_of(typed, MORNING) == stay
    services.end(stay, Ended(Ending.DIED), someone, MORNING)
    with pytest.raises(NotInForceError) as ended:
        checks.stay_of(code, MORNING)
    with pytest.raises(NotInForceError) as unknown:
        checks.stay_of("0000 0000 0000 000A", MORNING)
    assert str(ended.value) == str(unknown.value)


def test_a_code_ends_with_the_last_day_though_nobody_has_ended_the_stay(stay, link):
    last = MORNING + dt.timedelta(days=13)
    assert checks.stay_of(link(stay), last) == stay
    with pytest.raises(NotInForceError):
        checks.stay_of(link(stay), last + dt.timedelta(days=1))


def test_a_flood_of_declarations_is_taken_and_not_stored(stay, link):
    stored = [checks.store(stay, secrets.token_hex(16), Said(), Way.WEB, MORNING) for _ in range(20)]
    assert stored == [True] * 12 + [False] * 8


# --- links and reminders ----------------------------------------------------------------------------------------------


@pytest.fixture
def messages(monkeypatch: Any) -> Any:
    """A server that sends messages; gives those that wait, as (number, text)."""
    monkeypatch.setattr(checks, "sender", lambda: print)

    def waiting() -> list[str]:
        rows = OutgoingMessage.objects.order_by("pk")
        return [encryption.decrypt("outgoing message", bytes(row.sealed)) for row in rows]

    return waiting


def test_one_reminder_after_noon_to_who_has_not_declared(stay, at_home, link, messages):
    checks.store(at_home, "1", Said(), Way.WEB, MORNING)
    noon = MORNING + dt.timedelta(hours=2)
    assert checks.remind_due(noon - dt.timedelta(minutes=1)) == 0
    assert checks.remind_due(noon) == 1
    assert checks.remind_due(noon + dt.timedelta(minutes=5)) == 0
    (message,) = messages()
    assert "+84912345678" in message
    assert " ".join(link(stay)[at : at + 4] for at in range(0, 16, 4)) in message
    assert checks.remind_due(MORNING + dt.timedelta(hours=8)) == 0


def test_a_link_in_a_message_has_its_code_behind_the_hash(settings, stay, link, messages):
    settings.BLUEZONE = settings.BLUEZONE.model_copy(update={"public_url": "https://health.example"})
    assert checks.send_link(stay, MORNING)
    assert f"https://health.example/i#{link(stay)}" in messages()[0]


def test_a_page_loaded_again_sends_no_link_again(client, officer, stay, messages):
    officer("commune", stay.place.rsplit("/", 2)[0] + "/")
    sent = client.post(reverse("isolation:link", args=[stay.pk]), headers={"accept-language": "en"})
    assert (sent.status_code, len(messages())) == (302, 1)
    pages = [client.get(sent["Location"], headers={"accept-language": "en"}).text for _ in range(2)]
    assert ["The link is on its way." in page for page in pages] == [True, False]
    assert len(messages()) == 1


def test_a_server_that_sends_no_messages_says_so(client, officer, stay):
    officer("commune", stay.place.rsplit("/", 2)[0] + "/")
    assert client.post(reverse("isolation:link", args=[stay.pk])).status_code == 400
