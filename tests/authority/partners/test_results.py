"""Results in three formats end in one service: copies, corrections and what is taken back, in whatever order."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.authority.partners.conftest import HERE, NOW
from tests.exchange.test_fhir import OBSERVATION, bundle
from tests.exchange.test_laboratory import HEAD, OBR, PID, ROW, WRONG, message

from bluezone.authority.diagnosis import quota_rules
from bluezone.authority.issuing.models import LabCorrection, LabResult
from bluezone.authority.officers import tokens
from bluezone.authority.officers.models import User
from bluezone.authority.persons import vault
from bluezone.authority.project import settings

PATH = "/officer/api/results/"
NEGATIVE = OBSERVATION | {"valueCodeableConcept": {"text": "Not detected"}}


@pytest.fixture
def laboratory(officer) -> User:
    return User.objects.create_user("lab", role="lab", place=HERE, may_confirm=False, full_name="Viện Pasteur")


@pytest.fixture
def send(client, laboratory):
    token = tokens.issue(laboratory, NOW)[0]

    def post(kind: str, body, token: str = token):
        data = body if isinstance(body, bytes) else body.encode()
        media = {"fhir": "application/fhir+json", "hl7": "application/hl7-v2", "csv": "text/csv"}[kind]
        return client.post(PATH + kind, data, content_type=media, headers={"Authorization": f"Bearer {token}"})

    return post


@pytest.mark.parametrize(
    ("kind", "body"), [("fhir", bundle()), ("hl7", message()), ("csv", f"{HEAD}\n{ROW}")], ids=["fhir", "hl7", "csv"]
)
def test_each_format_is_the_same_result_of_the_same_person(send, kind, body):
    for _ in range(3):  # the same thrice
        assert send(kind, body).status_code == 200
    [row] = LabResult.objects.all()
    assert (row.external_id, row.result, str(row.sampled_on)) == ("LAB-1", "positive", "2020-08-17")
    who = vault.unseal(bytes(row.person.sealed), row.person.pseudonym)
    assert (who.name, who.birth_year, who.telephone) == ("Trần Thị Mai", 1986, "+84912345678")
    assert who.document == "093123456"
    assert not LabCorrection.objects.exists()


def test_out_of_order_corrected_then_cancelled(send):
    first = message(OBR.replace("093000", "090000"))
    corrected = message(OBR.replace("093000", "100000").replace("|||F", "|||C"), "OBX|1|ST|94500-6||NEGATIVE||||||C")
    cancelled = message(OBR.replace("093000", "110000").replace("|||F", "|||X"))
    taken_back = [(each, "withdrawn") for each in (cancelled, corrected, first)]
    for each, result in [(corrected, "negative"), (first, "negative"), *taken_back]:
        assert b"MSA|AA|M-1" in send("hl7", each).content
        assert LabResult.objects.get().result == result
    assert LabCorrection.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("fhir", bundle().replace("N\\u00e0ng Mau", "99999"), "no such place is known: “99999, Vị Thủy”"),
        ("hl7", message(PID.replace("Nàng Mau", "Không Có")), "ERR|||103^Table value not found^HL70357|W||||no such"),
        ("csv", f"{HEAD}\n{ROW.replace('Nàng Mau', 'Không Có')}", '"unknown_places": ["Không Có"]'),
    ],
    ids=["fhir", "hl7", "csv"],
)
def test_a_place_that_nobody_knows_is_said_and_the_result_is_taken(send, kind, body, said):
    answer = send(kind, body)
    assert (answer.status_code, LabResult.objects.count()) == (200, 1)
    assert said in answer.content.decode()


def test_a_refusal_of_hl7_names_whose_fault_it_is(send, laboratory, monkeypatch):
    def told(body: bytes) -> list[str]:
        lines = send("hl7", body).content.decode().split("\r")
        return [line.split("|")[3].removesuffix("^HL70357") for line in lines if line.startswith("ERR")]

    assert told(message()) == []
    assert told(b"hello") == ["100^Segment sequence error"]
    assert told(message(OBR.replace("20200817080000", ""))) == ["101^Required field missing"]
    assert told(message(OBR.replace("20200817", "20190817"))) == ["102^Data type error"]
    assert told(message(OBR.replace("LAB-1", "LAB-9").replace("|||F", "|||X"))) == ["204^Unknown key identifier"]
    User.objects.filter(pk=laboratory.pk).update(may_confirm=True)
    monkeypatch.setattr(quota_rules, "quota", lambda *_given: 0)
    assert told(message(OBR.replace("LAB-1", "LAB-2"))) == ["207^Application internal error"]


@pytest.mark.parametrize(
    ("kind", "body", "status", "sentence"),
    [
        ("fhir", bundle(patient=None), 422, "it names the Patient “Patient/p1”, which did not come with it"),
        ("fhir", bundle({"issued": "2019-08-18T09:30:00+07:00"}), 422, "a day of the last 28 days is meant"),
        ("fhir", bundle({"status": "cancelled"}), 422, "nothing was sent under this id that could be taken back"),
        ("fhir", "x" * 70_000, 413, "the request is too large"),
        ("hl7", b"hello", 400, "there is no HL7 message in it"),
        ("hl7", message(OBR) + WRONG, 400, "MSH-18 names the characters “UNICODE UTF-8”, and byte E9"),
        ("hl7", message(OBR.replace("LAB-1^LIS", "").replace("O-1", "")), 200, "OBR 3: it has no number"),
        ("csv", "a;b", 400, "the first line names no column"),
        ("csv", f"{HEAD}\n{ROW}\n{ROW.replace('LAB-1', '-')}", 400, "line 3: 1 to 64 letters"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_stored(send, kind, body, status, sentence):
    answer = send(kind, body)
    assert (answer.status_code, sentence in answer.content.decode()) == (status, True)
    assert not LabResult.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reader"), [("fhir", "fhir_reading.parsed"), ("hl7", "hl7._message"), ("csv", "laboratory_csv._columns")]
)
def test_50_mb_are_refused_by_their_size_before_they_are_read(
    send, browser_of, officer, laboratory, monkeypatch, kind, reader
):
    monkeypatch.setattr(f"bluezone.exchange.{reader}", lambda *_given: pytest.fail("it was read"))
    large = bundle().encode() + b" " * 50_000_000
    assert send(kind, large).status_code == 413
    file = SimpleUploadedFile(f"results.{kind}", large)
    answer = browser_of(officer).post("/officer/results/bring", {"laboratory": laboratory.pk, "file": file})
    assert answer.status_code == 400
    assert "The file is larger than 5 MB: bring it in parts." in answer.content.decode()
    assert not LabResult.objects.exists()


@pytest.mark.parametrize("kind", ["fhir", "hl7", "csv"])
def test_only_a_laboratory_with_its_token_gives_results(send, client, officer, kind):
    assert send(kind, b"", tokens.issue(officer, NOW)[0]).status_code == 401
    assert client.post(PATH + kind).status_code == 401
    assert client.get(PATH + kind).status_code == 405


def test_a_unit_of_before_the_merger_is_where_its_people_are_now(send, set_clock, laboratory):
    told = bundle({"issued": "2025-08-18T09:30:00+07:00"}).replace("2020-08-17", "2025-08-17")
    set_clock.now = NOW.replace(year=2025)
    token = tokens.issue(laboratory, set_clock.now)[0]
    old = json.loads(told)
    old["entry"][1]["resource"]["managingOrganization"] = {
        "identifier": {"system": "urn:bluezone:gso:63", "value": "31441"}
    }
    assert send("fhir", json.dumps(old), token).status_code == 200
    assert LabResult.objects.get().named == "34:31441"


def test_an_officer_brings_a_file_and_sees_what_is_wrong_with_it(browser_of, officer, laboratory):
    browser, page = browser_of(officer), "/officer/results/bring"
    assert "Viện Pasteur" in browser.get(page).content.decode()

    def bring(data: bytes | str):
        file = SimpleUploadedFile("r.csv", data if isinstance(data, bytes) else data.encode())
        return browser.post(page, {"laboratory": laboratory.pk, "file": file}, follow=True)

    taken, copy, line = "1 result taken, 0 known already.", "0 results taken, 1 known already.", f"{HEAD}\n{ROW}"
    for data, said in ((line, taken), (line, copy), (message(), taken), (bundle(observation=NEGATIVE), taken)):
        answer = bring(data)
        assert answer.redirect_chain, answer.content.decode()
        assert LabResult.objects.count() == 1
        assert said in answer.content.decode()
    placed = bring(f"{HEAD}\n{ROW.replace('Nàng Mau', 'Không Có').replace('LAB-1', 'LAB-2')}")
    assert "1 result taken, 0 known already. Không Có: no such place is known." in placed.content.decode()
    LabResult.objects.filter(external_id="LAB-2").delete()
    wrong = bring(f"{HEAD}\n{ROW}\n{ROW.replace('17/08/2020', 'x')}")
    assert "Line 3: “x” is no day" in wrong.content.decode()
    assert LabResult.objects.count() == 1


def test_a_message_of_a_machine_has_the_bound_of_every_message():
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 64 * 1024
