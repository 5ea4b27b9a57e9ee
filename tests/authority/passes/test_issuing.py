"""A pass comes of a declaration, once; it is read by an independent reader of COSE and CWT; it can be taken back."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import secrets
from typing import Any

import cbor2
import cwt
import pytest
from django.core.serializers import serialize
from tests.authority.declarations.conftest import COMMUNE, DAY, MORNING, NEIGHBOUR, PROVINCE
from tests.authority.documents.fetched import fetched, refreshed
from tests.forms.samples import FORMS, GIVEN, LONG_MY, VIET_NAM

from bluezone.authority.declarations import services as declarations
from bluezone.authority.declarations.models import HealthDeclaration as Row
from bluezone.authority.declarations.rules import Result, Way
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.passes import services
from bluezone.authority.passes.models import IssuedPass
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.forms.answers import Edge, read_answers
from bluezone.protocol import passes as protocol
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH, HealthAnswer, HealthDeclaration
from bluezone.protocol.passes import REVOKED_PASSES, Colour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]
ILL = {"signs": ["fever"], "near_case": ["yes"]}


def message(form: str = "population", **changed: Any) -> HealthDeclaration:
    """A declaration of today."""
    answers = read_answers(FORMS[form], GIVEN | changed.pop("given", {}), Edge(DAY, VIET_NAM.telephone)).answers
    fields = {"declaration": secrets.token_bytes(16), "form": form, "version": 1, "day": DAY}
    return HealthDeclaration(**fields | {"answers": answers} | changed)


def post(client: Any, sent: HealthDeclaration) -> HealthAnswer:
    response = client.post(HEALTH_DECLARATIONS_PATH, sent.to_json(), content_type="application/json")
    assert response.status_code == 200, response.content[:200]
    return HealthAnswer.from_json(response.content)


def by_the_rfc(text: str) -> bytes:
    """Read base45 by the sentences of RFC 9285, apart from our module."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    found = bytearray()
    for at in range(0, len(text), 3):
        numbers = [signs.index(sign) for sign in text[at : at + 3]]
        found += sum(each * 45**place for place, each in enumerate(numbers)).to_bytes(len(numbers) - 1, "big")
    return bytes(found)


def trusted() -> list[TrustedKey]:
    """The keys of passes as a checkpoint pins them."""
    keys = SigningKey.objects.filter(purpose=signing.PASS)
    return [TrustedKey(signing.public_key(key), "452_pass", key.version) for key in keys]


def revoked_list(now: dt.datetime) -> frozenset[str]:
    """The list as a checkpoint reads it."""
    return fetched(REVOKED_PASSES, now).content


@pytest.mark.parametrize(
    ("given", "colour"), [({}, Colour.GREEN), ({"signs": ["cough"]}, Colour.YELLOW), (ILL, Colour.RED)]
)
def test_a_declaration_gets_a_pass_of_the_colour_that_the_forms_rules_give(client, given, colour):
    found = protocol.read_pass(post(client, message(given=given)).pass_text, trusted())
    assert (found.region, found.kind, found.commune, found.colour) == ("452", "population", LONG_MY.code, colour)
    assert (found.issued_at_s, found.valid_until_s - found.issued_at_s) == (int(MORNING.timestamp()), 86_400)


def test_a_pass_is_read_by_readers_that_are_not_ours(client):
    text = post(client, message()).pass_text
    published = client.get("/v1/passes/452/keys.json").json()["keys"]
    token = by_the_rfc(text.removeprefix("BZ1:"))
    claims = cwt.COSE.new().decode(token, cwt.COSEKey.from_jwk(published[0]))
    assert published[0]["kid"] == "452_pass v1"
    assert set(cbor2.loads(claims)) == {1, 2, 4, 6, -65537, -65538, -65539}
    for never in (GIVEN["full_name"][0], GIVEN["telephone"][0][-6:], "fever", "none"):
        assert never.encode() not in claims


def test_the_same_declaration_sent_again_gets_the_same_pass(client):
    sent = message()
    answers = {post(client, sent).pass_text for _ in range(3)}
    assert len(answers) == 1
    assert answers != {""}
    assert IssuedPass.objects.count() == 1


@pytest.mark.parametrize("form", ["follow-up", "suspected-case"])
def test_a_form_without_a_pass_gives_none(form):
    assert FORMS[form].pass_hours is None


def test_a_declaration_that_speaks_of_days_ago_gives_no_pass(client):
    assert post(client, message(day=DAY - dt.timedelta(days=2))).pass_text == ""
    assert Row.objects.count() == 1
    assert not IssuedPass.objects.exists()


def test_without_a_key_that_signs_the_declaration_is_stored_and_the_log_says_why(client, caplog):
    SigningKey.objects.filter(purpose=signing.PASS).delete()
    from bluezone.authority.signing import remembered

    remembered.forget()
    with caplog.at_level(logging.ERROR):
        answer = post(client, message())
    assert (answer.level, answer.pass_text) == ("advice", "")
    assert "no pass key signs now" in caplog.text


def test_a_stolen_database_holds_no_text_of_a_pass_and_no_name(client):
    text = post(client, message()).pass_text
    stored = serialize("json", IssuedPass.objects.all())
    assert text[:40] not in stored
    assert GIVEN["full_name"][0] not in stored


def test_a_corrected_declaration_gets_a_new_pass_and_its_old_one_is_listed(client, morning):
    first = post(client, message())
    second = post(client, message(given={"signs": ["fever"]}, receipt=first.receipt))
    old, new = (protocol.read_pass(each.pass_text, trusted()) for each in (first, second))
    assert (old.colour, new.colour) == (Colour.GREEN, Colour.YELLOW)
    refreshed(REVOKED_PASSES, morning.now)
    assert revoked_list(morning.now) == {protocol.digest(old)}


@pytest.mark.parametrize("number", [1, 2])  # a list that is full holds the newest
def test_a_withdrawn_declaration_takes_its_pass_with_it(client, morning, monkeypatch, number):
    monkeypatch.setattr(services, "MAX_REVOKED", 1)
    for _ in range(number):
        first = post(client, message())
        withdrawn = HealthDeclaration(declaration=secrets.token_bytes(16), receipt=first.receipt, withdraw=True)
        assert post(client, withdrawn).pass_text == ""
    refreshed(REVOKED_PASSES, morning.now)
    assert len(revoked_list(morning.now)) == 1


@pytest.mark.parametrize(("result", "revoked"), [(Result.ISOLATE, 1), (Result.TEST, 1), (Result.ADVISED, 0)])
def test_a_call_that_leads_to_isolation_takes_the_pass_back(declared, officer, morning, result, revoked):
    row = declared(signs=["cough"])
    declarations.note_call(row, result, Issuer(officer=officer("commune", COMMUNE)), morning.now)
    assert IssuedPass.objects.filter(revoked_at__isnull=False).count() == revoked


def test_the_list_is_signed_once_a_pass_was_issued_and_says_its_age(client, morning):
    assert refreshed(REVOKED_PASSES, morning.now) == ""
    assert client.get(REVOKED_PASSES.address("452")).status_code == 404
    post(client, message())
    assert refreshed(REVOKED_PASSES, morning.now) == "revoked-passes of the country (serial 1"
    assert refreshed(REVOKED_PASSES, morning.now) == ""
    morning.forward(minutes=30)
    assert refreshed(REVOKED_PASSES, morning.now) == "revoked-passes of the country (serial 2"
    assert revoked_list(morning.now) == frozenset()
    assert client.get("/v1/passes/453/keys.json").status_code == 404


def test_keys_rotate_and_passes_of_the_old_one_stay_good(client, morning):
    old = post(client, message()).pass_text
    assert services.rotate_keys(morning.now) is None
    morning.forward(days=83)
    assert services.rotate_keys(morning.now) == "made pass key v2, signing from 2020-11-18"
    assert [each["kid"] for each in client.get("/v1/passes/452/keys.json").json()["keys"]] == [
        "452_pass v1",
        "452_pass v2",
    ]
    morning.forward(days=8)
    day = DAY + dt.timedelta(days=91)
    new = post(client, message(day=day)).pass_text
    assert protocol.read_pass(old, trusted()[:1])
    assert protocol.read_pass(new, trusted()[1:])
    morning.forward(days=14)
    assert [each["kid"] for each in client.get("/v1/passes/452/keys.json").json()["keys"]] == ["452_pass v2"]


def test_passes_are_deleted_when_they_have_run_out(client, morning):
    post(client, message())
    assert services.purge(morning.forward(hours=23)) == {"passes": 0}
    assert bytes(IssuedPass.objects.get().text) != b""
    assert services.purge(morning.forward(hours=1)) == {"passes": 0}
    row = IssuedPass.objects.get()
    assert (bytes(row.text), services.text_of(row.of)) == (b"", "")
    assert services.purge(morning.forward(days=14)) == {"passes": 1}


def test_the_receipt_page_shows_the_pass_as_a_code_that_is_read(client):
    taken = declarations.declare(
        secrets.token_bytes(16), FORMS["population"], message().answers, Way.WEB, MORNING, day=DAY
    )
    page = client.post("/declare/receipt", {"_receipt": taken.receipt, "_language": "vi"}).content.decode()
    assert "Thẻ khai báo: Xanh" in page
    assert "20/8/2020, 10:00" in page
    assert re.search(r'class="pass-code" src="data:image/svg\+xml;base64,', page)
    asked = client.post("/declare/receipt", {"_receipt": taken.receipt, "_action": "withdraw"}).content.decode()
    assert "pass-code" not in asked


# --- the officers' page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [COMMUNE, PROVINCE])
def test_an_officer_looks_a_pass_up_and_takes_it_back(client, officer, morning, place):
    found = protocol.unverified_pass(post(client, message()).pass_text)
    officer("commune" if place == COMMUNE else "province", place)
    page = client.post("/officer/passes/", {"pseudonym": found.pseudonym.lower().replace("-", " ")}).content.decode()
    assert found.pseudonym in page
    assert 'name="reason"' in page
    done = client.post("/officer/passes/revoke", {"pseudonym": found.pseudonym, "reason": "misused"})
    assert done.status_code == 302
    assert found.pseudonym in client.get("/officer/passes/").content.decode()
    refreshed(REVOKED_PASSES, morning.now)
    assert revoked_list(morning.now) == {protocol.digest(found)}
    from auditlog.models import LogEntry

    assert json.dumps(LogEntry.objects.filter(content_type__model="issuedpass").get().changes).count("misused") == 1


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("7K3M-Q2XX", "misused"),  # a sign is wrong
        ("", "misused"),
        ("<script>", "misused"),
        ("known", "whatever"),
        ("known", "changed"),  # not an officer's to say
        ("known", ""),
    ],
)
def test_bad_input_takes_nothing_back_and_says_why(client, officer, typed, reason):
    found = protocol.unverified_pass(post(client, message()).pass_text)
    officer("commune", COMMUNE)
    typed = found.pseudonym if typed == "known" else typed
    answer = client.post("/officer/passes/revoke", {"pseudonym": typed, "reason": reason})
    assert answer.status_code == 400
    assert "form-errors" in answer.content.decode() or "error" in answer.content.decode()
    assert not IssuedPass.objects.filter(revoked_at__isnull=False).exists()


def test_an_officer_of_another_commune_finds_no_pass_of_this_one(client, officer):
    found = protocol.unverified_pass(post(client, message()).pass_text)
    officer("commune", NEIGHBOUR)
    answer = client.post("/officer/passes/revoke", {"pseudonym": found.pseudonym, "reason": "misused"})
    assert answer.status_code == 400
    assert not IssuedPass.objects.filter(revoked_at__isnull=False).exists()
