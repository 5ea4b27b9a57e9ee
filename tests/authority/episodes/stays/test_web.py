"""The page without an account: by link or typed code; guesses, replays, other people's links."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from tests.authority.episodes.stays.conftest import DAY, MORNING

from bluezone.authority.diagnosis.guessing import chance_of_a_hit
from bluezone.authority.episodes.models import Event
from bluezone.authority.episodes.stays import reminders, sealing, services
from bluezone.authority.episodes.stays.rules import Ending
from bluezone.authority.episodes.stays.services import Ended
from bluezone.authority.messages.models import OutgoingMessage
from bluezone.authority.site import encryption
from bluezone.protocol.one_time_codes import Kind, combinations

PAGE = "/i"


def sent(code: str, **fields: Any) -> dict[str, Any]:
    """Return the fields of a declaration as the web page posts them."""
    return {"code": code, "declaration_id": str(uuid.uuid4()), **fields}


def test_a_declaration_by_the_link_is_stored_and_thanked_for(client, stay, link):
    assert client.get(PAGE).status_code == 200
    answer = client.post(PAGE, sent(link(stay), well="on", temperature="36,5"))
    assert answer.status_code == 200
    row = Event.objects.get()
    assert (row.episode, row.what, row.day, row.severity) == (stay.episode, "web", DAY, 0)


@pytest.mark.parametrize(("symptom", "tone"), [("breathless", "notice act"), ("cough", "notice watch")])
def test_what_to_do_next_is_said_by_what_is_felt(client, stay, link, symptom, tone):
    answer = client.post(PAGE, sent(link(stay), symptoms=[symptom])).content.decode()
    assert tone in answer
    assert ("tel:115" in answer) is (symptom == "breathless")


def test_the_same_form_sent_again_is_one_declaration(client, stay, link):
    form = sent(link(stay), well="on")
    assert {client.post(PAGE, form).status_code for _ in range(3)} == {200}
    assert Event.objects.count() == 1


def test_nothing_that_is_sent_comes_back_in_an_address_or_a_cache(client, stay, link):
    answer = client.post(PAGE, sent(link(stay), well="on"))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not client.cookies
    assert link(stay) not in answer.content.decode()


def test_another_persons_link_after_the_end_is_refused_like_one_of_nobody(client, stay, link, someone):
    code = link(stay)
    services.end(stay, Ended(Ending.DIED), someone, MORNING)
    answers = [client.post(PAGE, sent(each, well="on")) for each in (code, "7K3M Q2XD 9FTR AB12")]
    assert [each.status_code for each in answers] == [403, 403]
    bodies = {each.content.decode().split("<form")[0] for each in answers}
    assert len(bodies) == 1
    assert not Event.objects.exists()


def test_what_no_form_asks_for_is_not_taken(client, stay, at_home, link):
    sneaked = {"stay": at_home.pk, "day": "2020-08-01", "answered_at": "2020-08-20", "severity": "0", "way": "call"}
    client.post(PAGE, sent(link(stay), symptoms=["drowsy"], **sneaked))
    row = Event.objects.get()
    assert (row.episode, row.day, row.answered_at, row.severity, row.what) == (stay.episode, DAY, None, 2, "web")


@pytest.mark.parametrize("field", ["code", "symptoms", "temperature", "declaration_id", "well"])
def test_a_script_in_any_field_is_text(client, stay, link, field):
    fields = sent(link(stay), well="on") | {field: "<script>alert(1)</script>"}
    assert "<script>alert" not in client.post(PAGE, fields).content.decode()


def test_guesses_from_one_address_are_slowed_down_and_from_many_they_hit_nothing(client, stay, morning):
    statuses = [client.post(PAGE, sent("7K3MQ2XD9FTRAB12", well="on")).status_code for _ in range(640)]
    assert statuses[0] == 403
    assert statuses[-1] == 429
    other = client.post(PAGE, sent("7K3MQ2XD9FTRAB12", well="on"), REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 403
    # a million addresses, each with all that one has in a day, against 100,000 people in isolation
    guesses = 1_000_000 * 600 * 144
    assert chance_of_a_hit(guesses, 100_000, combinations(Kind.LONG, sealing.LINK_LENGTH)) < 1e-3
    assert not Event.objects.exists()


# --- messages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def messages(monkeypatch: Any) -> Any:
    """A server that sends messages; gives those that wait, as (number, text)."""
    monkeypatch.setattr(reminders, "sender", lambda: print)

    def waiting() -> list[str]:
        rows = OutgoingMessage.objects.order_by("pk")
        return [encryption.decrypt("outgoing message", bytes(row.sealed)) for row in rows]

    return waiting


def test_one_reminder_after_noon_to_who_has_not_declared(client, stay, at_home, link, messages):
    client.post(PAGE, sent(link(at_home), well="on"))
    noon = MORNING + dt.timedelta(hours=2)
    assert reminders.remind_due(noon - dt.timedelta(minutes=1)) == 0
    assert reminders.remind_due(noon) == 1
    assert reminders.remind_due(noon + dt.timedelta(minutes=5)) == 0
    (message,) = messages()
    assert "+84912345678" in message
    assert " ".join(link(stay)[at : at + 4] for at in range(0, 16, 4)) in message
    assert reminders.remind_due(MORNING + dt.timedelta(hours=8)) == 0


def test_a_link_in_a_message_has_its_code_behind_the_hash(settings, stay, link, messages):
    settings.BLUEZONE = settings.BLUEZONE.model_copy(update={"public_url": "https://health.example"})
    assert reminders.send_link(stay, MORNING)
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
