"""The daily declaration of somebody in isolation, by phone and by the link: a check of their episode, which rings
there; guesses, replays, other people's links."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from typing import Any

import pytest
from tests.authority.episodes.stays.conftest import (  # noqa: F401 (fixtures)
    DAY,
    MORNING,
    at_home,
    link,
    site,
    someone,
    stay,
)

from bluezone.authority.declarations import private, services
from bluezone.authority.declarations.models import HealthDeclaration as Row
from bluezone.authority.diagnosis.guessing import chance_of_a_hit
from bluezone.authority.episodes.models import LINK_LENGTH, Event
from bluezone.authority.episodes.stays import services as stays
from bluezone.authority.episodes.stays.rules import MOST_A_DAY, Ending
from bluezone.authority.episodes.stays.services import Ended
from bluezone.authority.work.models import Task
from bluezone.forms.rendering import SHOWN
from bluezone.protocol.health_declarations import (
    HEALTH_DECLARATIONS_PATH,
    HealthAnswer,
    HealthDeclaration,
    HealthDeclarationRefusal,
)
from bluezone.protocol.one_time_codes import Kind, combinations, draw_long

pytestmark = pytest.mark.django_db
PAGE = "/i"
WELL = {"main_signs": ["none"], "signs": ["none"]}


def message(code: str, given: dict[str, Any] | None = None, **fields: Any) -> HealthDeclaration:
    """A declaration of today."""
    answers = {name: tuple(each) if isinstance(each, list) else each for name, each in (WELL | (given or {})).items()}
    made = {"declaration": secrets.token_bytes(16), "form": "follow-up", "version": 1, "day": DAY}
    return HealthDeclaration(**made | {"link": code, "answers": answers} | fields)


def post(client: Any, body: bytes, **headers: str) -> Any:
    return client.post(HEALTH_DECLARATIONS_PATH, body, content_type="application/json", headers=headers)


def answer_of(response: Any) -> HealthAnswer:
    return HealthAnswer.from_json(response.content)


# --- phones -----------------------------------------------------------------------------------------------------------


def test_it_is_stored_once_as_a_check_of_the_episode_and_names_the_days(client, stay, link):  # noqa: F811
    sent = message(link(stay), {"temperature": "38.4", "oxygen": "97", "signs": ["cough"]})
    answers = [answer_of(post(client, sent.to_json("x" * n))) for n in (10, 500)]
    assert answers[0] == answers[1]
    assert (answers[0].level, answers[0].since, answers[0].until) == ("call", stay.since, stay.until)
    row, event = Row.objects.get(), Event.objects.get()
    assert (row.episode, row.person, row.place, row.state) == (
        stay.episode,
        stay.episode.person,
        stay.place,
        "followed",
    )
    assert (event.episode, event.what, event.kind, event.severity, event.day) == (
        stay.episode,
        "phone",
        "check",
        1,
        DAY,
    )
    assert event.facts == {"symptoms": ["cough"], "temperature": "38.4", "oxygen": 97}
    assert b"cough" not in bytes(event.sealed) + bytes(row.answers)
    assert private.unseal_identity(row.identity, row.id_digest) == {}


@pytest.mark.parametrize(
    ("given", "level", "urgencies"),
    [
        ({}, 0, []),
        ({"signs": ["cough"]}, 1, [1]),
        ({"main_signs": ["drowsy"]}, 2, [2]),
        ({"oxygen": "92"}, 2, [2]),
    ],
)
def test_an_alarming_one_is_a_task_of_the_stay_at_once_and_none_of_its_own(client, stay, link, given, level, urgencies):  # noqa: F811
    post(client, message(link(stay), given).to_json())
    assert Row.objects.get().level == level
    alarms = Task.objects.filter(kind="alarm", state="open")
    assert [each.urgency for each in alarms] == urgencies
    assert {each.source for each in alarms} <= {"stay"}


def test_its_sheet_leads_to_the_stay_where_the_call_is_noted(client, officer, stay, link):  # noqa: F811
    post(client, message(link(stay), {"main_signs": ["drowsy"]}).to_json())
    officer("commune", stay.place.rsplit("/", 2)[0] + "/")
    page = client.get(f"/officer/declarations/{Row.objects.get().pk}").content.decode()
    assert f"/officer/isolation/stays/{stay.pk}" in page
    assert 'name="result"' not in page
    assert 'name="reason"' not in page


def test_what_waited_for_a_network_is_of_the_day_it_was_made(client, stay, link, morning):  # noqa: F811
    morning.now = MORNING + dt.timedelta(days=2)
    assert post(client, message(link(stay)).to_json()).status_code == 200
    assert Event.objects.get().day == DAY
    morning.now = MORNING + dt.timedelta(days=4)
    late = post(client, message(link(stay)).to_json())
    assert (late.status_code, answer_of(late).code) == (403, "day")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_before_the_stay_or_to_come_is_refused(client, stay, link, days):  # noqa: F811
    answer = post(client, message(link(stay), day=DAY + dt.timedelta(days=days)).to_json())
    assert answer_of(answer).code == "day"
    assert not Event.objects.exists()


def test_a_code_after_the_end_is_refused_like_one_of_nobody(client, stay, link, someone):  # noqa: F811
    stays.end(stay, Ended(Ending.DIED), someone, MORNING)
    answers = [post(client, message(each).to_json()) for each in (link(stay), draw_long(16, secrets.randbelow))]
    assert [each.status_code for each in answers] == [403, 403]
    assert answer_of(answers[0]) == answer_of(answers[1])
    assert answer_of(answers[0]).code == HealthDeclarationRefusal.LINK_UNKNOWN
    assert not Row.objects.exists()


def test_a_yes_a_refusal_and_a_decoy_have_one_size_and_a_decoy_leaves_nothing(client, stay, link):  # noqa: F811
    decoy = post(client, b"{}", **{"X-Chaff": "1"})
    assert not Event.objects.exists()
    yes = post(client, message(link(stay)).to_json())
    no = post(client, message(draw_long(16, secrets.randbelow)).to_json())
    assert len({len(each.content) for each in (yes, no, decoy)}) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"link": "7K3M"}, "bad_request"),
        ({"link": "1234567812345678"}, "bad_request"),
        ({"day": "2020-08-20T00:00"}, "bad_request"),
        ({"answers": {"main_signs": ["plague"], "signs": ["none"]}}, "answers"),
        ({"answers": {"main_signs": ["none"], "signs": ["<script>"]}}, "answers"),
        ({"answers": {"main_signs": ["none"], "signs": ["none"], "temperature": "=36.6"}}, "answers"),
        ({"answers": {"main_signs": ["none"], "signs": ["none"], "temperature": "99.9"}}, "answers"),
        ({"answers": {"signs": ["none"]}}, "answers"),
        ({"form": "nothing"}, "form_unknown"),
    ],
)
def test_what_is_no_declaration_is_refused(client, stay, link, change, code):  # noqa: F811
    fields = json.loads(message(link(stay)).to_json()) | change
    assert answer_of(post(client, json.dumps(fields).encode())).code == code
    assert not Event.objects.exists()
    assert not Row.objects.exists()


def test_a_replayed_declaration_does_nothing_to_another_stay(client, stay, at_home, link):  # noqa: F811
    first = message(link(stay))
    post(client, first.to_json())
    post(client, message(link(at_home), declaration=first.declaration).to_json())
    assert Event.objects.get().episode == stay.episode


def test_a_flood_of_declarations_is_refused_after_twelve(client, stay, link):  # noqa: F811
    answers = [post(client, message(link(stay)).to_json()) for _ in range(MOST_A_DAY + 2)]
    assert [each.status_code for each in answers] == [200] * MOST_A_DAY + [403] * 2
    assert (Row.objects.count(), Event.objects.count()) == (MOST_A_DAY, MOST_A_DAY)


def test_who_corrects_to_worse_rings_and_who_withdraws_leaves_no_symptoms(client, stay, link):  # noqa: F811
    receipt = answer_of(post(client, message(link(stay), {"signs": ["cough"]}).to_json())).receipt
    worse = message(link(stay), {"main_signs": ["breathless"]}, receipt=receipt)
    for _ in range(2):
        assert answer_of(post(client, worse.to_json())).level == "urgent"
    assert sorted(Event.objects.values_list("severity", flat=True)) == [1, 2]
    assert (Row.objects.get().place, Task.objects.filter(kind="alarm", state="open").count()) == (stay.place, 1)
    services.withdraw(receipt, MORNING)
    assert bytes(Event.objects.get(severity=1).sealed) == b""
    assert Row.objects.get().state == "withdrawn"


# --- the link ---------------------------------------------------------------------------------------------------------


def filled(client: Any, code: str, **given: Any) -> dict[str, Any]:
    """Return the fields of a declaration as the web page posts them."""
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', client.get(PAGE).content.decode()))
    return hidden | {"code": code, SHOWN: "temperature oxygen main_signs signs"} | WELL | given


def test_a_declaration_by_the_link_is_stored_and_says_what_to_do_next(client, stay, link):  # noqa: F811
    page = client.get(PAGE).content.decode()
    assert 'name="full_name"' not in page
    assert client.post(PAGE, filled(client, link(stay), temperature="36,5")).status_code == 200
    event = Event.objects.get()
    assert (event.episode, event.what, event.day, event.severity) == (stay.episode, "web", DAY, 0)
    ill = client.post(PAGE, filled(client, link(stay), main_signs=["breathless"])).content.decode()
    assert "tel:115" in ill
    assert "cũng được báo" in ill


def test_the_same_form_sent_again_is_one_declaration(client, stay, link):  # noqa: F811
    form = filled(client, link(stay))
    assert {client.post(PAGE, form).status_code for _ in range(3)} == {200}
    assert (Event.objects.count(), Row.objects.count()) == (1, 1)


def test_nothing_that_is_sent_comes_back_in_an_address_or_a_cache(client, stay, link):  # noqa: F811
    answer = client.post(PAGE, filled(client, link(stay)))
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not client.cookies
    assert link(stay) not in answer.content.decode()


def test_another_persons_link_after_the_end_is_refused_like_one_of_nobody(client, stay, link, someone):  # noqa: F811
    code = link(stay)
    stays.end(stay, Ended(Ending.DIED), someone, MORNING)
    answers = [client.post(PAGE, filled(client, each)) for each in (code, "7K3M Q2XD 9FTR AB12")]
    assert [each.status_code for each in answers] == [403, 403]
    assert len({each.content.decode().split("<form")[0] for each in answers}) == 1
    assert not Event.objects.exists()


def test_what_no_form_asks_for_is_not_taken(client, stay, at_home, link):  # noqa: F811
    sneaked = {"stay": at_home.pk, "day": "2020-08-01", "answered_at": "2020-08-20", "severity": "0", "reason": "f0"}
    client.post(PAGE, filled(client, link(stay), main_signs=["drowsy"], **sneaked))
    event = Event.objects.get()
    assert (event.episode, event.day, event.answered_at, event.severity) == (stay.episode, DAY, None, 2)
    assert "reason" not in services.seen(Row.objects.get()).answers


@pytest.mark.parametrize("field", ["code", "signs", "temperature", "_declaration", "_language", "_switch"])
def test_a_script_in_any_field_is_text(client, stay, link, field):  # noqa: F811
    fields = filled(client, link(stay)) | {field: "<script>alert(1)</script>"}
    assert "<script>alert" not in client.post(PAGE, fields).content.decode()


def test_the_receipt_corrects_with_the_same_questions(client, stay, link):  # noqa: F811
    page = client.post(PAGE, filled(client, link(stay))).content.decode()
    receipt = re.search(r'class="receipt">([^<]+)<', page)[1]
    form = client.post("/declare/receipt", {"_receipt": receipt, "_action": "correct"}).content.decode()
    assert 'name="full_name"' not in form
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    client.post("/declare/follow-up", hidden | WELL | {"main_signs": ["drowsy"]})
    assert Row.objects.get().level == 2


def test_guesses_from_one_address_are_slowed_down_and_from_many_they_hit_nothing(client, stay, morning, monkeypatch):  # noqa: F811
    from bluezone.authority.declarations import web_views

    allowed = web_views._REQUESTS
    monkeypatch.setattr(web_views, "_REQUESTS", 6)
    guess = filled(client, "7K3MQ2XD9FTRAB12")
    statuses = [client.post(PAGE, guess).status_code for _ in range(8)]
    assert (statuses[0], statuses[-1]) == (403, 429)
    assert client.post(PAGE, guess, REMOTE_ADDR="203.0.113.9").status_code == 403
    # a million addresses, each with all that one has in a day, against 100,000 people in isolation
    guesses = 1_000_000 * allowed * 144
    assert chance_of_a_hit(guesses, 100_000, combinations(Kind.LONG, LINK_LENGTH)) < 1e-3
    assert not Event.objects.exists()
