"""HL7's own validator judges every resource that we write, and HL7's official examples of FHIR R4 are read in.

Both are fetched from Maven and npm when the tests run; nothing of them is kept here.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.exchange.conftest import LAB_TESTS, NAMES, RECORDS
from tests.exchange.test_fhir_forms import answers_to

from bluezone.disease.shipped import CODES, shipped
from bluezone.exchange import fhir_forms, fhir_reading, fhir_writing
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.fhir_writing import location, organization
from bluezone.forms import shipped as forms
from bluezone.geography.units import UnitCode

pytestmark = pytest.mark.thorough

JUDGE = Path(__file__).with_name("judge")
_CLASSPATH = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath"


@pytest.fixture(scope="module")
def judged(require_tool, tmp_path_factory):
    """Judge resources: return what is said of each as (severity, place, sentence), by its number."""
    for name, package in (("java", "default-jdk-headless"), ("mvn", "maven")):
        require_tool.program(name, package=package)
    folder = tmp_path_factory.mktemp("judge")
    path = folder / "classpath"
    fetch = ["mvn", "-B", "-q", "-f", str(JUDGE / "pom.xml"), _CLASSPATH, f"-Dmdep.outputFile={path}"]
    fetched = subprocess.run(fetch, capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip(f"Maven does not give HL7's validator here: {fetched.stdout[-300:]}")

    def judge(resources):
        lines = folder / "resources.ndjson"
        lines.write_text("".join(json.dumps(each) + "\n" for each in resources))
        run = ["java", "-Xmx1g", "-cp", path.read_text(), str(JUDGE / "Judge.java"), str(lines)]
        said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
        found = [[] for _ in resources]
        for line in said.splitlines():
            number, *rest = line.split("\t", 3)
            found[int(number)].append(tuple(rest))
        return found

    return judge


def written():
    """Write every kind of resource, of each disease."""
    for code in CODES:
        names = replace(NAMES, disease=shipped(code))
        bundle = fhir_writing.transaction(RECORDS, names)
        yield bundle
        yield from (each["resource"] for each in bundle["entry"])
    yield from map(json.loads, fhir_writing.ndjson(RECORDS, NAMES))
    yield from (location(UnitCode.parse(code)) for code in ("63:93", "34:31441"))
    yield organization(UnitCode.parse("63:935"))
    for form in forms.forms():
        yield fhir_forms.questionnaire(forms.document(form.form), NAMES)
        yield fhir_forms.response(form, answers_to(form), "d-1", "2020-08-18", NAMES, "P-7K3M-Q2X")


def test_hl7s_validator_finds_no_error_in_what_we_write(judged):
    resources = list(written())
    wrong = resources[1] | {"gender": "woman", "birthDate": "yesterday"}
    *found, of_wrong = judged([*resources, wrong])
    errors = [
        (resource["resourceType"], said)
        for resource, all_said in zip(resources, found, strict=True)
        for said in all_said
        # R4 prefers its list of common languages, in which Vietnamese is not, and requires none of it
        if said[0] in ("ERROR", "FATAL") and said[1] != "Questionnaire.language"
    ]
    assert errors == []
    assert len([said for said in of_wrong if said[0] == "ERROR"]) >= 2  # it does judge
    assert {each["resourceType"] for each in resources} == {
        *("Patient", "Condition", "Observation", "DiagnosticReport", "Specimen", "Encounter", "Task"),
        *("Location", "Organization", "Questionnaire", "QuestionnaireResponse", "Bundle"),
    }


@pytest.fixture(scope="module")
def examples(require_tool, tmp_path_factory):
    """Return HL7's examples (package hl7.fhir.r4.examples 4.0.1, CC0) by name."""
    require_tool.program("npm", package="npm")
    folder = tmp_path_factory.mktemp("examples")
    packed = subprocess.run(
        ["npm", "pack", "--silent", "hl7.fhir.r4.examples@4.0.1"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if packed.returncode:
        pytest.skip(f"npm does not give HL7's examples here: {packed.stderr[-300:]}")
    kinds = ("DiagnosticReport-", "Patient-", "Observation-", "Specimen-", "Questionnaire-", "Bundle-")
    found = {}
    with tarfile.open(folder / "hl7.fhir.r4.examples-4.0.1.tgz") as package:
        for member in package:
            name = Path(member.name).stem
            if name.startswith(kinds) and member.size < 200_000 and (file := package.extractfile(member)):
                found[name] = json.load(file)
    return found


def test_hl7s_examples_of_reports_are_read_with_what_they_name(examples):
    by_name = {f"{each['resourceType']}/{each['id']}": each for each in examples.values() if "id" in each}
    tried = Counter()
    for example in examples.values():
        inside = [each["resource"] for each in example.get("entry", []) if "resource" in each] or [example]
        for report in [each for each in inside if each["resourceType"] == "DiagnosticReport"]:
            named = [report["subject"], *report.get("result", []), *report.get("specimen", [])]
            others = [by_name[each["reference"]] for each in named if each.get("reference") in by_name]
            entries = [
                {"resource": each} for each in (report, *others, *(each for each in inside if each is not report))
            ]
            try:
                fhir_reading.read_reports(json.dumps({"resourceType": "Bundle", "entry": entries}), LAB_TESTS)
            except ExchangeError as error:
                tried[str(error).partition(": ")[2].partition(" “")[0]] += 1
    # none is of a test that says “detected”: each is refused by what it lacks
    unsaid = "it does not say"
    assert tried == {unsaid: 7, f"{unsaid} on which day the sample was taken": 2, "it names the Patient": 3,
                     "it names the Specimen": 3}  # fmt: skip


def test_hl7s_examples_of_questionnaires_become_sections_of_a_form(examples):
    counted = {
        example["id"]: sum(len(section["fields"]) for section in fhir_forms.sections(example))
        for example in examples.values()
        if example["resourceType"] == "Questionnaire"
    }
    assert counted == {"3141": 4, "bb": 8, "f201": 7, "gcs": 3, "phq-9-questionnaire": 10, "qs1": 24,
                       "zika-virus-exposure-assessment": 6}  # fmt: skip
