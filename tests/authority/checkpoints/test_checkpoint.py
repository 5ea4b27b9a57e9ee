"""A checkpoint declares and scans, and reads nothing back; its account opens no other page."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.authority.declarations.conftest import COMMUNE, DAY, MORNING, PROVINCE
from tests.forms.samples import FORMS, GIVEN, VIET_NAM

from bluezone.authority.checkpoints import rules
from bluezone.authority.declarations.models import HealthDeclaration as Row
from bluezone.authority.officers import appointments
from bluezone.authority.officers.jurisdiction import Role, jurisdiction_of
from bluezone.authority.officers.models import User
from bluezone.authority.site import hpke
from bluezone.forms.answers import Edge, read_answers
from bluezone.forms.conditions import read_condition, written
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import HealthDeclaration
from bluezone.protocol.text import base64_bytes, base64_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]
AT = "/officer/checkpoint/"


def message(**changed: Any) -> bytes:
    answers = read_answers(FORMS["population"], GIVEN, Edge(DAY, VIET_NAM.telephone)).answers
    fields = {"declaration": secrets.token_bytes(16), "form": "population", "version": 1, "day": DAY, "other": True}
    return HealthDeclaration(**fields | {"answers": answers} | changed).to_json()


def sealed(client: Any, body: bytes, number: str = "0" * 31 + "1") -> dict[str, str]:
    """Encrypt as the page does, to today's key."""
    key = client.get(f"{AT}facts").json()["seal_keys"][0]
    public = base64_bytes(key["public"], "key")
    made = hpke.seal(public, b"bluezone checkpoint v1", number.encode(), body, ec.generate_private_key(ec.SECP256R1()))
    return {"id": number, "key": key["id"], "sealed": base64_text(made)}


def send(client: Any, *rows: Any) -> Any:
    return client.post(f"{AT}declarations", json.dumps({"declarations": rows}), content_type="application/json")


def test_a_declaration_of_a_checkpoint_is_stored_once_and_nothing_comes_back(client, guard):
    row = sealed(client, message())
    answers = [send(client, row) for _ in range(2)]
    found = [each.json() for each in answers]
    assert [each["taken"] for each in found] == [{row["id"]: ""}] * 2
    made = [each["passes"][row["id"]] for each in found]  # a copy gets the same pass
    assert made[0] == made[1]
    assert set(made[0]) == {"code", "pseudonym", "until"}
    stored = Row.objects.get()
    assert (stored.place, stored.other, stored.way) == (COMMUNE, True, "checkpoint")
    assert GIVEN["full_name"][0].encode() not in answers[0].content


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{}", "declaration"),
        (b"\x00\xff", "declaration"),
        (message(form="nothing"), "there is no nothing 1"),
        (message(answers={"signs": ("fever",)}), "full_name"),
    ],
)
def test_what_cannot_be_taken_is_told_in_one_sentence_and_nothing_is_stored(client, guard, body, why):
    row = sealed(client, body)
    assert why in send(client, row).json()["taken"][row["id"]]
    assert not Row.objects.exists()


def test_what_was_changed_or_is_of_another_row_or_day_is_not_read(client, guard, morning):
    row = sealed(client, message())
    for changed in ({"id": "0" * 32}, {"key": "0" * 32}, {"sealed": row["sealed"][:-8] + "AAAAAAA="}):
        (answer,) = send(client, row | changed).json()["taken"].values()
        assert "sealed" in answer
    assert not Row.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"declarations": []}', b'{"declarations": [1]}',
        json.dumps({"declarations": [{"id": "0" * 32, "key": "0" * 32, "sealed": "A"}] * 11}).encode(),
        json.dumps({"declarations": [{"id": "../../x", "key": "0" * 32, "sealed": "AAAA"}]}).encode(),
        json.dumps({"declarations": [{"id": "0" * 32, "key": "0" * 32, "sealed": "A" * 50_000}]}).encode(),
        json.dumps({"declarations": [{"id": "0" * 32, "key": "0" * 32, "sealed": "%%%"}]}).encode(),
    ],
)  # fmt: skip
def test_a_request_of_no_page_of_ours_is_refused(body):
    with pytest.raises(ProtocolError):
        rules.Sending.from_json(body)


def test_a_body_of_30_megabytes_is_refused(client, guard):
    answer = client.post(f"{AT}declarations", b"x" * 30_000_000, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["", "cases/", "rollout/", "declarations/", "passes/", "persons/", "officers", "places/"]
)
def test_an_account_at_a_checkpoint_opens_no_other_page(client, guard, path):
    answer = client.get(f"/officer/{path}")
    assert (answer.status_code, answer.get("Location", "")) == ((302, AT) if path == "" else (403, ""))


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("commune", COMMUNE, 200), ("province", PROVINCE, 200), ("ministry", "/", 403), ("", "", 403),
    ],
)  # fmt: skip
def test_who_opens_the_page(client, role, place, status):
    client.force_login(User.objects.create_user("x", role=role, place=place))
    for path in ("", "facts", "forms", "worker.js"):
        assert client.get(AT + path).status_code == status


def test_nobody_without_an_account_opens_it(client):
    assert client.get(AT).status_code == 302


def test_a_head_appoints_who_stands_at_the_own_checkpoint(client, station):
    own = jurisdiction_of(Role.UNIT_HEAD, station.place)
    assert appointments.roles_below(own) == [Role.UNIT_HEAD, Role.CHECKPOINT]
    client.force_login(User.objects.create_user("head", role="unit-head", place=station.place))
    sent = {"username": "gac", "full_name": "Trần Văn Gác", "role": "checkpoint", "unit": station.code}
    assert client.post("/officer/officers/new", sent).status_code == 200
    made = User.objects.get(username="gac")
    assert (made.role, made.place, made.jurisdiction) == ("checkpoint", station.place, None)


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.UNIT_HEAD, "/34:92/34:31318/AAAA-AAAA/", True),
        (Role.UNIT_HEAD, "/34:92/34:31318/BBBB-BBBB/", False),
        (Role.COMMUNE, "/34:92/34:31318/", True),
        (Role.COMMUNE, "/34:92/34:31321/", False),
    ],
)
def test_who_may_appoint_a_checkpoint(role, place, may):
    assert jurisdiction_of(role, place).may_appoint(Role.CHECKPOINT, "/34:92/34:31318/AAAA-AAAA/") is may


def test_forms_come_with_all_questions_and_their_conditions_as_data(client, guard):
    facts = client.get(f"{AT}forms").json()
    assert {each["form"] for each in facts["forms"]} == {"population", "movement", "entry"}
    seat = next(each for form in facts["forms"] for each in form["fields"] if each["name"] == "seat")
    assert seat["when"] == {"field": "vehicle", "is": ["plane", "train", "bus", "ship"]}
    for form in FORMS.values():
        for condition in [each.when for each in (*form.fields, *form.triage) if each.when is not None]:
            assert read_condition(written(condition), "here") == condition
    assert len(facts["communes"]) > 3_000


def test_the_page_is_the_same_for_all_and_names_nobody(client, guard, station):
    page = client.get(AT).content.decode()
    assert station.name not in page
    assert "csrf" not in page.lower()
    assert client.get(f"{AT}facts").json()["post"] == station.name
    assert client.get(f"{AT}facts")["Cache-Control"] == "no-store"
    assert client.get(f"{AT}facts").json()["now"] == int(MORNING.timestamp())
