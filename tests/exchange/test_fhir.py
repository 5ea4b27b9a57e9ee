"""Resources of FHIR R4: as the types of `fhir.resources` want them, there and back, twice the same."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from fhir.resources.R4B import get_fhir_model_class
from tests.exchange.conftest import CASE, LAB_TESTS, NAMES, RECORDS, TURNED, WARNED, ago

from bluezone.disease.shipped import CODES, shipped
from bluezone.exchange import fhir_reading, fhir_writing
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.records import Finding
from bluezone.geography.units import UnitCode


def resources(records=RECORDS, names=NAMES):
    return [each["resource"] for each in fhir_writing.transaction(records, names)["entry"]]


def of_kind(kind, records=RECORDS, names=NAMES):
    return [each for each in resources(records, names) if each["resourceType"] == kind]


@pytest.mark.parametrize("disease", CODES)
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.role)
def test_each_resource_is_what_the_types_of_fhir_want(record, disease):
    for each in resources([record], replace(NAMES, disease=shipped(disease))):
        get_fhir_model_class(each["resourceType"]).model_validate(each)


def test_units_and_the_bundle_are_what_the_types_of_fhir_want(died):
    made = [fhir_writing.location(UnitCode.parse(code)) for code in ("63:93", "34:31441")]
    made += [fhir_writing.organization(UnitCode.parse("63:935"))]
    made += [fhir_writing.transaction([died], NAMES), fhir_writing.transaction(RECORDS, NAMES)]
    for each in made:
        get_fhir_model_class(each["resourceType"]).model_validate(each)


def test_records_come_back_as_they_went():
    bundle = json.loads(json.dumps(fhir_writing.transaction(RECORDS, NAMES)))
    for sent, back in zip(RECORDS, fhir_reading.read_records(bundle, NAMES), strict=True):
        # what FHIR has no place for: the key of the source's episode, the first contact, the occupation
        same = {"tested_on": sent.tested_on, "first_contact_on": sent.first_contact_on, "occupation": sent.occupation}
        sources = tuple(replace(each, source="") for each in sent.exposures)
        relations = sources if sent.named else tuple(replace(each, relation="") for each in sources)
        assert replace(back, **same) == replace(sent, exposures=relations)


def test_what_is_sent_twice_is_sent_under_the_same_addresses():
    first, again = (fhir_writing.transaction(RECORDS, NAMES) for _ in range(2))
    assert first == again
    urls = [each["request"]["url"] for each in first["entry"]]
    assert len(set(urls)) == len(urls) == 22
    assert urls[0] == "Patient?identifier=https://bluezone.example.vn/id/person%7CP-7K3M-Q2X"
    assert {each["request"]["method"] for each in first["entry"]} == {"PUT"}


def test_a_reference_stays_in_the_bundle_and_a_source_is_named_by_identifier():
    [alone] = [each for each in of_kind("Observation", [WARNED]) if "focus" in each]
    assert alone["focus"] == [
        {
            "type": "Patient",
            "identifier": {"use": "official", "system": NAMES.of("person"), "value": CASE.person},
        }
    ]
    bundle = fhir_writing.transaction([CASE, WARNED], NAMES)
    assert alone in [each["resource"] for each in bundle["entry"]]  # the same whatever else is sent with it
    assert set(_references(bundle)) <= {each["fullUrl"] for each in bundle["entry"]}


def _references(node):
    if isinstance(node, dict):
        yield from [node["reference"]] if isinstance(node.get("reference"), str) else []
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def test_a_pseudonym_tells_no_name_and_what_somebody_wrote_does_not_go_along():
    text = json.dumps(resources([replace(TURNED, named=None)]), ensure_ascii=False)
    assert TURNED.person in text
    for told in ("Bảy", "912345678", "093123456", "Lê Lợi", "vợ", TURNED.occupation or "nothing"):
        assert told not in text


@pytest.mark.parametrize(
    ("system", "day", "code"),
    [
        (None, dt.date(2020, 8, 18), ("63", "31441")),
        (None, dt.date(2025, 8, 18), ("34", "31441")),
        ("63", dt.date(2025, 8, 18), ("63", "31441")),
        ("34", dt.date(2020, 8, 18), ("34", "31441")),
    ],
)
def test_a_unit_is_named_in_the_system_of_the_day_or_of_the_partner(system, day, code):
    record = replace(CASE, onset_on=day)
    [patient] = of_kind("Patient", [record], replace(NAMES, system=system))
    found = patient["managingOrganization"]["identifier"]
    assert (found["system"], found["value"]) == (f"urn:bluezone:gso:{code[0]}", code[1])


def test_ndjson_is_one_resource_a_line_whose_references_lead_to_lines():
    lines = [json.loads(line) for line in fhir_writing.ndjson(RECORDS, NAMES)]
    ids = {f"{each['resourceType']}/{each['id']}" for each in lines}
    assert len(ids) == len(lines) == 22
    assert set(_references(lines)) <= ids
    assert not any("urn:uuid" in json.dumps(line) for line in lines)


# --- reports of laboratories ------------------------------------------------------------------------------------------

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"type": {"coding": [{"code": "NI"}]}, "value": "093123456"}],
    "name": [{"family": "Trần", "given": ["Thị", "Mai"]}],
    "gender": "female",
    "birthDate": "1986-02-01",
    "telecom": [{"system": "email", "value": "x@y.vn"}, {"system": "phone", "value": "0912345678"}],
    "address": [{"line": ["12 Lê Lợi"], "city": "Nàng Mau", "district": "Vị Thủy"}],
}
OBSERVATION = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "94500-6"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260373001"}]},
}
SPECIMEN = {"resourceType": "Specimen", "id": "s1", "collection": {"collectedDateTime": "2020-08-17T08:00:00+07:00"}}
REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "r1",
    "identifier": [{"system": "https://lab.vn/report", "value": "LAB-1"}],
    "status": "final",
    "issued": "2020-08-18T09:30:00+07:00",
    "subject": {"reference": "Patient/p1"},
    "specimen": [{"reference": "Specimen/s1"}],
    "result": [{"reference": "Observation/o1"}],
}


def bundle(report=None, **changed):
    parts = {"report": REPORT | (report or {}), "patient": PATIENT, "observation": OBSERVATION, "specimen": SPECIMEN}
    entries = [{"resource": each} for each in (parts | changed).values() if each is not None]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def test_a_report_says_whose_sample_what_was_found_and_when():
    [found] = fhir_reading.read_reports(bundle(), LAB_TESTS)
    assert (found.external_id, found.finding) == ("LAB-1", Finding.POSITIVE)
    assert (found.sampled_on, found.reported_on) == (ago(1), ago(0))
    assert (found.name, found.birth_year, found.sex) == ("Trần Thị Mai", 1986, "female")
    assert (found.telephone, found.document) == ("0912345678", "093123456")
    assert (found.address, found.commune) == ("12 Lê Lợi", "Nàng Mau, Vị Thủy")
    assert found.issued_at == dt.datetime(2020, 8, 18, 2, 30, tzinfo=dt.UTC)


#: Influenza virus A RNA
FLU = {"coding": [{"system": "http://loinc.org", "code": "92142-9"}]}


def _concept(code):
    return OBSERVATION | {"valueCodeableConcept": {"coding": [{"code": code}]}}


@pytest.mark.parametrize(
    ("report", "observation", "finding"),
    [
        ({}, OBSERVATION, "positive"),
        ({}, OBSERVATION | {"code": {"coding": [{"system": "urn:lab", "code": "77"}]}}, "positive"),
        ({}, _concept("260415000"), "negative"),
        ({}, OBSERVATION | {"valueCodeableConcept": {"text": "Not detected"}}, "negative"),
        ({}, {**OBSERVATION, "valueCodeableConcept": None, "valueString": "Dương tính"}, "positive"),
        ({}, _concept("x") | {"interpretation": [{"coding": [{"code": "NEG"}]}]}, "negative"),
        ({"result": [], "conclusion": "âm tính"}, OBSERVATION, "negative"),
        ({"result": [], "conclusionCode": [{"coding": [{"code": "10828004"}]}]}, OBSERVATION, "positive"),
        ({"status": "corrected"}, _concept("260415000"), "negative"),
        ({"status": "cancelled", "result": []}, OBSERVATION, "withdrawn"),
        ({"status": "entered-in-error"}, OBSERVATION, "withdrawn"),
    ],
)
def test_what_was_found_is_read_however_it_is_coded(report, observation, finding):
    [found] = fhir_reading.read_reports(bundle(report, observation=observation), LAB_TESTS)
    assert found.finding.value == finding


def test_our_own_reports_are_read_as_those_of_a_laboratory():
    found = fhir_reading.read_reports(json.dumps(fhir_writing.transaction(RECORDS, NAMES)), LAB_TESTS)
    assert [(each.external_id, each.finding.value) for each in found] == [
        ("t-1", "positive"),
        ("t-2", "positive"),
        ("t-3", "negative"),
    ]
    assert found[1].commune == "63:31441"


def test_references_lead_to_urns_to_addresses_and_to_what_is_contained():
    contained = REPORT | {
        "contained": [PATIENT, OBSERVATION, SPECIMEN],
        "subject": {"reference": "#p1"},
        "specimen": [{"reference": "#s1"}],
        "result": [{"reference": "#o1"}],
    }
    urns = bundle({"subject": {"reference": "https://lab.vn/fhir/Patient/p1/_history/2"}})
    for data in (json.dumps(contained), urns):
        [found] = fhir_reading.read_reports(data, LAB_TESTS)
        assert (found.external_id, found.document) == ("LAB-1", "093123456")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe", "it is no JSON"),
        ("[]", "`resourceType` is missing"),
        ("[" * 100_000, "it is no JSON"),
        ('{"resourceType": "Patient"}', "there is no DiagnosticReport in it"),
        ('{"resourceType": "Bundle", "entry": 7}', "there is no DiagnosticReport in it"),
        (json.dumps({"resourceType": "Bundle", "entry": [{"resource": REPORT}] * 2_001}), "reports at once"),
        (b" " * (50 * 1024 * 1024), "it has 52 MB, more than the 10 that are read"),
        (bundle(patient=None), "it names the Patient “Patient/p1”, which did not come with it"),
        (bundle(observation=None), "it names the Observation “Observation/o1”, which did not come with it"),
        (bundle({"status": "preliminary"}), "its status is “preliminary”"),
        (bundle({"identifier": [], "id": None}), "it has no identifier"),
        (bundle({"specimen": []}), "on which day the sample was taken"),
        (bundle(specimen=SPECIMEN | {"collection": {"collectedDateTime": "yesterday"}}), "on which day the sample"),
        (bundle(observation=_concept("419984006")), "it does not say “detected” or “not detected”"),
        (bundle(observation=OBSERVATION | {"code": FLU}), "none of its results is of a test for this disease"),
        (bundle({"result": [], "code": FLU, "conclusion": "positive"}), "none of its results is of a test"),
        (bundle({"result": [{"display": "here"}]}), "it names the Observation “-”"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(data, sentence):
    with pytest.raises(ExchangeError, match=sentence):
        fhir_reading.read_reports(data, LAB_TESTS)


def test_a_bundle_of_another_system_is_not_taken_for_records_of_ours():
    for data in (bundle(), bundle(patient=None)):
        with pytest.raises(ExchangeError):
            fhir_reading.read_records(json.loads(data), NAMES)
