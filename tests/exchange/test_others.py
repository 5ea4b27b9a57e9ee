"""DHIS2, SORMAS and line lists: held to schemas written from their published sources, and read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from tests.exchange.conftest import CASE, DAY, RECORDS, TURNED, UNIT, WARNED, ago

from bluezone.disease.shipped import shipped
from bluezone.exchange import dhis2, line_lists, sormas, units
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.records import Count, Measure
from bluezone.geography.units import Level, UnitCode

SCHEMAS = Path(__file__).with_name("schemas")
NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)


def holds(document, name, part=None):
    schema = json.loads((SCHEMAS / name).read_text())
    jsonschema.validate(document, schema | {"$ref": f"#/$defs/{part}"} if part else schema)


def names_of(document, at, inside=lambda _at, name: name):
    """Yield (where it stands, its name) of every field; `inside` names the place of what a field holds."""
    for each in document if isinstance(document, list) else [document]:
        for name, value in each.items() if isinstance(each, dict) else ():
            yield at, name
            yield from names_of(value, inside(at, name), inside)


def unknown_names(system, found):
    named = json.loads((SCHEMAS / "names.json").read_text())[system]["fields"]
    return sorted({(at, name) for at, name in found if name not in named[at].split()})


# --- DHIS2 ------------------------------------------------------------------------------------------------------------


def test_a_uid_is_eleven_signs_and_the_same_each_time():
    drawn = {dhis2.uid("person", str(each)) for each in range(1_000)}
    assert len(drawn) == 1_000
    assert all(len(each) == 11 and each.isalnum() and each.isascii() and each[0].isalpha() for each in drawn)
    assert dhis2.uid("person", "1") == dhis2.uid("person", "1") != dhis2.uid("test", "1")


def test_tracker_json_is_as_the_import_takes_it_and_comes_back():
    made = json.loads(json.dumps(dhis2.tracker(RECORDS)))
    holds(made, "dhis2-2.42.json", "tracker")
    assert made == dhis2.tracker(RECORDS)
    assert dhis2.read_people(made) == [(each.person, each.role) for each in RECORDS]
    assert {each["orgUnit"] for each in made["trackedEntities"]} == {"31441"}
    ends = [(each["from"], each["to"]) for each in made["relationships"]]
    assert ({"trackedEntity": {"trackedEntity": dhis2.uid("person", CASE.person)}},
            {"trackedEntity": {"trackedEntity": dhis2.uid("person", WARNED.person)}}) in ends  # fmt: skip
    assert len(ends) == 3  # of the phone's own warning nobody knows the source


def test_every_field_stands_in_the_examples_of_the_documentation():
    counts = [Count(UNIT, DAY, Measure.CASES, 3)]
    found = [*names_of(dhis2.tracker(RECORDS), "tracker"), *names_of(dhis2.data_value_set(counts), "dataValueSets")]
    assert len(set(found)) > 25
    assert unknown_names("DHIS2", found) == []
    assert unknown_names("DHIS2", [*found, ("events", "orgunit")]) == [("events", "orgunit")]


def test_a_report_names_a_record_by_what_it_was_made_of():
    made = json.dumps(dhis2.tracker([TURNED]))
    enrolment = json.loads(made)["trackedEntities"][0]["enrollments"][0]
    named = {enrolment["enrollment"], enrolment["trackedEntity"], *(each["event"] for each in enrolment["events"])}
    assert named <= dhis2.uids(TURNED)
    assert not dhis2.uids(TURNED) & dhis2.uids(CASE)


def test_who_it_is_goes_only_where_the_record_says_it():
    text = json.dumps(dhis2.tracker([TURNED, CASE]), ensure_ascii=False)
    assert text.count("Trần Văn Bảy") == 2  # on the person and on the enrolment
    assert "Bảy" not in json.dumps(dhis2.tracker([replace(TURNED, named=None)]), ensure_ascii=False)


@pytest.mark.parametrize(
    ("system", "values"),
    [
        (None, {("31441", "cases"): "3", ("31442", "cases"): "2", ("31441", "installs"): "70"}),
        # both communes lie in what is one since
        ("34", {("31441", "cases"): "5", ("31441", "installs"): "70"}),
    ],
)
def test_counts_are_added_up_by_the_units_that_the_server_has(system, values):
    inside = [each.predecessor for each in units._units(UNIT).predecessors(UnitCode.parse("34:31441"))]
    other = next(each for each in inside if each != UNIT)
    counts = [Count(UNIT, DAY, Measure.CASES, 3), Count(other, DAY, Measure.CASES, 2)]
    counts.append(Count(UNIT, DAY, Measure.INSTALLS, 70))
    made = dhis2.data_value_set(counts, system)
    holds(made, "dhis2-2.42.json", "dataValueSet")
    names = {dhis2.uid("data element", f"figure {each.value}"): each.value for each in Measure}
    found = {(each["orgUnit"], names[each["dataElement"]]): each["value"] for each in made["dataValues"]}
    assert found == {(unit if unit == "31441" else other.digits, what): value for (unit, what), value in values.items()}
    assert {each["period"] for each in made["dataValues"]} == {"20200818"}


@pytest.mark.parametrize(("system", "provinces"), [("63", 63), ("34", 34)])
def test_the_metadata_names_all_that_data_names(system, provinces):
    package = dhis2.metadata(DAY, system, shipped(), Level.PROVINCE, identities=True)
    holds(package, "dhis2-2.42.json", "metadata")
    known = {each["id"] for rows in package.values() for each in rows}
    assert len(package["organisationUnits"]) == provinces + 1
    made = dhis2.tracker(RECORDS)
    for entity in made["trackedEntities"]:
        [enrolment] = entity["enrollments"]
        assert {entity["trackedEntityType"], enrolment["program"]} <= known
        assert {each["attribute"] for each in entity["attributes"]} <= known
        for event in enrolment["events"]:
            assert {event["programStage"], *(each["dataElement"] for each in event["dataValues"])} <= known
    assert {each["relationshipType"] for each in made["relationships"]} <= known
    assert dhis2.uid("attribute", "name") not in {
        each["id"] for each in dhis2.metadata(DAY, system, shipped(), Level.PROVINCE)["trackedEntityAttributes"]
    }
    parents = {each["parent"]["id"] for each in package["organisationUnits"] if "parent" in each}
    assert parents <= known


# --- SORMAS -----------------------------------------------------------------------------------------------------------

UNITS = {
    "regions": [{"uuid": "R" * 20, "externalID": "93", "name": "Hậu Giang"}],
    "districts": [{"uuid": "D" * 20, "externalID": "935", "name": "Vị Thủy"}],
    "communities": [{"uuid": "C" * 20, "externalID": "31441"}, {"uuid": "X" * 20, "externalID": "1", "archived": True}],
}
SERVER = sormas.server(UNITS, "U" * 20, shipped())


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.role)
def test_dtos_are_as_the_interface_takes_them(record):
    pushed = json.loads(json.dumps(sormas.pushed([record], SERVER, NOW)))
    for name, part in (("persons", "PersonDto"), ("cases", "CaseDataDto"), ("contacts", "ContactDto")):
        for key, dto in pushed[name]:
            assert key == record.key
            holds(dto, "sormas-1.104.json", part)
    assert (len(pushed["cases"]), len(pushed["contacts"])) == (record.is_case, record.is_contact)


HELD = {"address": "LocationDto", "personContactDetails": "PersonContactDetailDto", "symptoms": "SymptomsDto"}


def test_every_field_stands_in_the_sources_of_the_dtos():
    pushed = sormas.pushed(RECORDS, SERVER, NOW)
    found = []
    for name, dto in (("persons", "PersonDto"), ("cases", "CaseDataDto"), ("contacts", "ContactDto")):
        for _key, made in pushed[name]:
            found += names_of(made, dto, lambda _at, field: HELD.get(field, "ReferenceDto"))
    assert len(set(found)) > 50
    assert unknown_names("SORMAS", found) == []
    assert unknown_names("SORMAS", [("CaseDataDto", "externalId")]) == [("CaseDataDto", "externalId")]


def test_the_app_is_the_source_of_a_contact_that_it_found_alone():
    pushed = dict(sormas.pushed(RECORDS, SERVER, NOW)["contacts"])
    warned, turned = pushed[WARNED.key], pushed[TURNED.key]
    assert (warned["contactIdentificationSource"], warned["tracingAppDetails"]) == ("TRACING_APP", "Bluezone")
    assert turned["contactIdentificationSource"] == "CASE_PERSON"
    assert warned["caze"]["uuid"] == sormas.key_of("case", CASE.key)
    assert turned["resultingCase"]["uuid"] == sormas.key_of("case", TURNED.key)
    assert sormas.read_contact(warned) == {
        "key": WARNED.key, "follow_up": "running", "by_app": True, "firstContactDate": ago(5),
        "lastContactDate": ago(3), "followUpUntil": ago(-11)}  # fmt: skip


def test_a_pseudonym_is_the_last_name_and_a_name_is_split_as_in_vietnamese():
    people = dict(sormas.pushed(RECORDS, SERVER, NOW)["persons"])
    assert (people[CASE.key]["firstName"], people[CASE.key]["lastName"]) == ("-", CASE.person)
    assert (people[TURNED.key]["lastName"], people[TURNED.key]["firstName"]) == ("Bảy", "Trần Văn")
    assert "personContactDetails" not in people[CASE.key]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda: sormas.server({"regions": [{"uuid": "R", "name": "x"}]}, "U", shipped()),
            "knows no unit by its GSO code",
        ),
        (
            lambda: sormas.person(replace(CASE, unit=UnitCode.parse("63:01")), SERVER, NOW),
            r"does not know the unit 01 \(Thành phố Hà Nội\)",
        ),
    ],
)
def test_a_server_without_the_unit_is_told(ask, sentence):
    with pytest.raises(ExchangeError, match=sentence):
        ask()


# --- line lists -------------------------------------------------------------------------------------------------------


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_whos_line_list_holds_cases_with_the_names_of_its_dictionary():
    found = rows(line_lists.who(RECORDS))
    assert [each["patinfo_ID"] for each in found] == [CASE.person, TURNED.person]
    case, turned = found
    assert (case["report_country"], case["patinfo_resadmin1"]) == ("VNM", "Tỉnh Hậu Giang")
    assert (case["patinfo_ageonset"], turned["patinfo_ageonset"]) == ("30", "21")  # by tens of years without a name
    assert (case["Lab_date1"], case["patcourse_dateonset"]) == (str(ago(2)), str(ago(4)))
    assert (turned["outcome_patcourse_status"], turned["expo_ID1"]) == ("1", CASE.person)


def test_epicontacts_gets_who_was_near_whom():
    assert [(each["from"], each["to"], each["found_by"]) for each in rows(line_lists.epicontacts(RECORDS))] == [
        (CASE.person, WARNED.person, "app"),
        ("P-2222-22Y", TURNED.person, "hand"),
        (CASE.person, TURNED.person, "hand"),
    ]


def test_the_ministrys_table_names_nobody_without_an_agreement():
    sheet = openpyxl.load_workbook(io.BytesIO(line_lists.ministry(RECORDS, shipped()))).worksheets[0]
    head, case, turned = ([cell.value for cell in row] for row in sheet.iter_rows())
    by_name = dict(zip(head, case, strict=True))
    assert (by_name["Họ và tên"], by_name["Mã số bệnh nhân"]) == (None, CASE.person)
    assert by_name["Chẩn đoán"] == "COVID-19 (U07.1)"
    assert (by_name["Xã/phường"], by_name["Kết quả xét nghiệm"]) == ("Thị trấn Nàng Mau", "Dương tính")
    assert dict(zip(head, turned, strict=True))["Họ và tên"] == "Trần Văn Bảy"
