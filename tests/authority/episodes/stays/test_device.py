"""Declarations of phones: once, of the day they were made, and answers that tell a decoy from nothing."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from decimal import Decimal
from typing import Any

import pytest
from tests.authority.episodes.stays.conftest import DAY, MORNING

from bluezone.authority.episodes.models import Event
from bluezone.authority.episodes.stays import services
from bluezone.authority.episodes.stays.rules import Ending
from bluezone.authority.episodes.stays.services import Ended
from bluezone.protocol.declarations import DECLARATIONS_PATH, IsolationDeclaration, Symptom
from bluezone.protocol.one_time_codes import draw_long


def message(code: str, **fields: Any) -> IsolationDeclaration:
    """A declaration of today."""
    return IsolationDeclaration(
        declaration=secrets.token_bytes(16), code=code, **{"day": DAY, "symptoms": (), **fields}
    )


def post(client: Any, body: bytes, **headers: str) -> Any:
    return client.post(DECLARATIONS_PATH, body, content_type="application/json", headers=headers)


def test_a_declaration_is_stored_once(client, stay, link):
    sent = message(link(stay), symptoms=(Symptom.FEVER,), temperature=Decimal("38.4"))
    answers = [post(client, sent.to_json("x" * n)) for n in (10, 500)]
    assert [each.status_code for each in answers] == [200, 200]
    row = Event.objects.get()
    assert (row.what, row.severity, row.kind) == ("phone", 1, "check")
    assert row.facts == {"symptoms": ["fever"], "temperature": "38.4", "oxygen": None}
    assert b"fever" not in bytes(row.sealed)


def test_what_waited_for_a_network_is_of_the_day_it_was_made(client, stay, link, morning):
    morning.now = MORNING + dt.timedelta(days=2)
    assert post(client, message(link(stay)).to_json()).status_code == 200
    assert Event.objects.get().day == DAY
    morning.now = MORNING + dt.timedelta(days=4)
    late = post(client, message(link(stay)).to_json())
    assert (late.status_code, late.json()["code"]) == (403, "day")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_before_the_stay_or_to_come_is_refused(client, stay, link, days):
    answer = post(client, message(link(stay), day=DAY + dt.timedelta(days=days)).to_json())
    assert answer.json()["code"] == "day"
    assert not Event.objects.exists()


def test_a_code_after_the_end_is_refused_like_one_of_nobody(client, stay, link, someone):
    services.end(stay, Ended(Ending.DIED), someone, MORNING)
    ended = post(client, message(link(stay)).to_json())
    unknown = post(client, message(draw_long(16, secrets.randbelow)).to_json())
    assert [each.status_code for each in (ended, unknown)] == [403, 403]
    assert ended.json()["error"] == unknown.json()["error"]
    assert ended.json()["code"] == "code_unknown"


def test_a_yes_a_refusal_and_a_decoy_have_one_size_and_a_decoy_leaves_nothing(client, stay, link):
    decoy = post(client, b"{}", **{"X-Chaff": "1"})
    assert not Event.objects.exists()
    yes = post(client, message(link(stay)).to_json())
    no = post(client, message(draw_long(16, secrets.randbelow)).to_json())
    assert len({len(each.content) for each in (yes, no, decoy)}) == 1
    assert {each.json()["code"] for each in (yes, decoy)} == {""}


@pytest.mark.parametrize(
    "change",
    [
        {"code": "7K3M"},
        {"code": "1234567812345678"},
        {"day": "20/8/2020"},
        {"day": "2020-08-20T00:00"},
        {"symptoms": "fever"},
        {"symptoms": ["plague"]},
        {"symptoms": ["fever", "fever"]},
        {"symptoms": ["<script>"]},
        {"temperature": "=36.6"},
        {"temperature": "99.9"},
        {"temperature": 37},
        {"declaration": "AAAA"},
        {"declaration": None},
    ],
)
def test_what_is_no_declaration_is_refused(client, stay, link, change):
    fields = json.loads(message(link(stay)).to_json()) | change
    answer = post(client, json.dumps(fields).encode())
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert not Event.objects.exists()


def test_what_the_message_has_not_is_not_taken(client, stay, link, at_home):
    fields = json.loads(message(link(stay)).to_json()) | {"stay": at_home.pk, "severity": 0, "answered_at": "x"}
    assert post(client, json.dumps(fields).encode()).status_code == 200
    row = Event.objects.get()
    assert (row.episode, row.answered_at) == (stay.episode, None)
