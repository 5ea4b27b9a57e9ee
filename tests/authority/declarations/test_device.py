"""Declarations of phones: stored once, corrected and withdrawn by the receipt alone, encrypted apart."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import secrets
from typing import Any

import pytest
from django.core.serializers import serialize
from tests.authority.declarations.conftest import COMMUNE, DAY, MORNING
from tests.forms.samples import FORMS, GIVEN, VIET_NAM

from bluezone.authority.declarations import private, services
from bluezone.authority.declarations.models import HealthDeclaration as Row
from bluezone.authority.declarations.retention import purge
from bluezone.authority.declarations.rules import MOST_OF_A_NUMBER
from bluezone.authority.messages import phone_numbers
from bluezone.forms.answers import Edge, read_answers
from bluezone.protocol.health_declarations import (
    HEALTH_DECLARATIONS_PATH,
    HealthAnswer,
    HealthDeclaration,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(morning: Any) -> None:
    """Every test begins at 10:00."""


def message(**changed: Any) -> HealthDeclaration:
    """A declaration of today by the form of the whole population."""
    given = GIVEN | changed.pop("given", {})
    answers = read_answers(FORMS["population"], given, Edge(DAY, VIET_NAM.telephone)).answers
    fields = {"declaration": secrets.token_bytes(16), "form": "population", "version": 1, "day": DAY}
    return HealthDeclaration(**fields | {"answers": answers} | changed)


def post(client: Any, sent: HealthDeclaration | bytes, padding: str = "", **headers: str) -> Any:
    body = sent if isinstance(sent, bytes) else sent.to_json(padding)
    return client.post(HEALTH_DECLARATIONS_PATH, body, content_type="application/json", headers=headers)


def answer_of(response: Any) -> HealthAnswer:
    return HealthAnswer.from_json(response.content)


def test_an_id_is_stored_once_and_gets_the_same_answer(client):
    sent = message(given={"signs": ["fever"], "near_case": ["yes"]})
    answers = [answer_of(post(client, sent, "x" * n)) for n in (10, 20_000, 0)]
    assert answers[0].level == "urgent"
    assert answers[0].receipt
    assert answers == [answers[0]] * 3
    row = Row.objects.get()
    assert (row.place, row.form, row.version, row.level, row.state) == (COMMUNE, "population", 1, 2, "unconfirmed")
    assert answers[0].confirm == "call"  # no message can be sent


def test_a_person_who_is_well_waits_for_no_call(client):
    assert answer_of(post(client, message())).level == "advice"
    assert Row.objects.get().state == "quiet"


def test_all_answers_have_one_size_and_a_decoy_leaves_nothing(client):
    good, bad = post(client, message()), post(client, b"{}")
    decoy = post(client, message(), **{"X-Chaff": "1"})
    assert len({len(each.content) for each in (good, bad, decoy)}) == 1
    assert (decoy.status_code, answer_of(decoy)) == (200, HealthAnswer())
    assert Row.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"form": "nothing"}, 403, "form_unknown"),
        ({"version": 9}, 403, "form_unknown"),
        ({"day": DAY - dt.timedelta(days=8)}, 403, "day"),
        ({"day": DAY + dt.timedelta(days=2)}, 403, "day"),
        ({"answers": {}}, 403, "answers"),
        ({"receipt": "7K3M7K3M7K3M7K3M"}, 400, "bad_request"),
    ],
)
def test_what_is_refused_is_named_and_stores_nothing(client, changed, status, code):
    sent = json.loads(message().to_json())
    sent |= {name: each.isoformat() if isinstance(each, dt.date) else each for name, each in changed.items()}
    answer = post(client, json.dumps(sent).encode())
    assert (answer.status_code, answer_of(answer).code) == (status, code)
    assert not Row.objects.exists()


def test_an_alarming_one_rings_once_the_code_of_the_message_came_back(client, monkeypatch):
    texts: list[str] = []
    monkeypatch.setattr(phone_numbers, "sender", lambda: lambda _, text: texts.append(text))
    receipt = answer_of(post(client, message(given={"signs": ["breathless"]}))).receipt

    def confirm(code: str) -> HealthAnswer:
        sent = HealthDeclaration(declaration=secrets.token_bytes(16), receipt=receipt, confirm=True, code=code)
        return answer_of(post(client, sent))

    right = re.findall(r"\d{6}", texts[0])[0]
    wrong = "000000" if right != "000000" else "000001"
    assert confirm(wrong).code == "code_wrong"
    assert confirm("").confirm == "code"  # on its way already
    assert (Row.objects.get().state, len(texts)) == ("unconfirmed", 1)
    assert confirm(right) == confirm(right) == HealthAnswer(receipt, "urgent")
    assert Row.objects.get().state == "new"


def test_a_birthday_to_come_is_told_in_one_sentence(client):
    sent = json.loads(message().to_json())
    sent["answers"]["birth_year"] = "2021"
    answer = answer_of(post(client, json.dumps(sent).encode()))
    assert answer.error == "birth_year: Please give a year from 1900 to 2020."


def test_a_body_above_the_limit_is_refused(client):
    assert post(client, message(), "x" * 64_000).status_code == 413
    assert not Row.objects.exists()


def test_what_waited_for_a_network_is_of_the_day_it_was_filled_in(client, morning):
    morning.now = MORNING + dt.timedelta(days=6)
    assert post(client, message()).status_code == 200
    assert Row.objects.get().day == DAY


def test_a_number_that_declares_all_day_is_asked_to_call(client, morning):
    sent = [message() for _ in range(MOST_OF_A_NUMBER)]
    answers = [post(client, each) for each in sent]
    assert {each.status_code for each in answers} == {200}
    answer = post(client, message())
    assert (answer.status_code, answer_of(answer).code) == (403, "too_many_declarations")
    assert answer_of(post(client, sent[3])) == answer_of(answers[3])  # a copy is the same declaration, not one more
    assert Row.objects.count() == MOST_OF_A_NUMBER
    morning.now += dt.timedelta(days=1, minutes=1)
    assert post(client, message()).status_code == 200


def test_the_receipt_corrects_and_withdraws_and_nothing_else_does(client):
    first = message()
    receipt = answer_of(post(client, first)).receipt
    corrected = message(receipt=receipt, given={"signs": ["breathless"]})
    assert answer_of(post(client, corrected)) == HealthAnswer(receipt, "urgent", confirm="call")
    assert Row.objects.get().state == "unconfirmed"
    assert services.of_receipt(receipt).answers["signs"] == ("breathless",)
    gone = HealthDeclaration(declaration=secrets.token_bytes(16), receipt=receipt, withdraw=True)
    assert post(client, gone).status_code == 200
    row = Row.objects.get()
    assert (row.state, bytes(row.identity), bytes(row.answers), row.telephone_digest) == ("withdrawn", b"", b"", "")
    assert answer_of(post(client, corrected)).code == "receipt_unknown"
    again = answer_of(post(client, first))  # a copy on its way brings nothing back
    assert again.receipt == receipt
    assert bytes(Row.objects.get().answers) == b""


def test_a_correction_uses_the_form_it_was_made_with(client):
    receipt = answer_of(post(client, message())).receipt
    other = message(receipt=receipt, form="follow-up")
    assert answer_of(post(client, dataclasses.replace(other))).code in {"form_unknown", "answers"}


def test_a_stolen_database_tells_neither_who_nor_how(client):
    answer = answer_of(post(client, message(given={"document": ["093150001234"], "signs": ["fever"]})))
    stolen = serialize("json", Row.objects.all())
    row = Row.objects.get()
    raw = stolen.encode() + bytes(row.identity) + bytes(row.answers) + bytes(row.receipt)
    for secret in ("Lan", "912345678", "093150001234", "fever", answer.receipt):
        assert secret.encode() not in raw
    assert "signs" not in private.unseal_identity(row.identity, row.id_digest)
    assert set(private.unseal_answers(row.answers, row.id_digest)) == {"signs", "near_case", "near_abroad", "near_sick"}


def test_identity_and_answers_are_under_different_keys_and_bound_to_their_row(client, settings):
    post(client, message())
    post(client, message())
    one, two = Row.objects.order_by("pk")
    with pytest.raises(Exception, match="encrypted under a secret"):
        private.unseal_answers(one.answers, two.id_digest)
    settings.PERSONS_KEY, settings.PERSONS_KEY_FALLBACKS = "another", ()
    assert private.unseal_answers(one.answers, one.id_digest)
    with pytest.raises(Exception, match="encrypted under a secret"):
        private.unseal_identity(one.identity, one.id_digest)


def test_declarations_go_after_the_days_of_their_form(client):
    post(client, message())
    days = FORMS["population"].retention_days
    assert purge(MORNING + dt.timedelta(days=days)) == {"health_declarations": 0}
    assert purge(MORNING + dt.timedelta(days=days + 1)) == {"health_declarations": 1}
    assert not Row.objects.exists()


def test_a_withdrawn_declaration_leaves_its_digest_eight_days(client):
    receipt = answer_of(post(client, message())).receipt
    services.withdraw(receipt, MORNING)
    assert purge(MORNING + dt.timedelta(days=8)) == {"health_declarations": 0}
    assert purge(MORNING + dt.timedelta(days=9)) == {"health_declarations": 1}
