"""Write records as resources of FHIR R4 (4.0.1), each under an identifier of ours.

`written` gives the resources of one person's episode; `transaction` puts those of many into one Bundle of conditional
updates (`PUT Patient?identifier=...`): the same sent twice changes nothing, and what was sent meanwhile is overwritten,
never doubled. `ndjson` writes them one a line. A Patient is a pseudonym, its sex and year of birth, unless the record
gives who it is.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bluezone.disease.package import Disease
from bluezone.exchange import codes, units
from bluezone.exchange.records import Exposure, Record, Stay, Test
from bluezone.geography.country import country
from bluezone.geography.units import Level, UnitCode

Resource = dict[str, Any]

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_GENDERS = {"male": "male", "female": "female", "other": "other"}
_VERIFICATION = {
    "suspected": "unconfirmed",
    "probable": "provisional",
    "confirmed": "confirmed",
    "not": "refuted",
}
_FOLLOW_UP = {"running": "in-progress", "completed": "completed", "lost": "failed", "cancelled": "cancelled"}
#: kinds of stays as classes of encounters (HL7 v3 ActCode)
_ENCOUNTERS = {
    "home": ("HH", "home health"),
    "site": ("FLD", "field"),
    "hospital": ("IMP", "inpatient encounter"),
}
_RESULTS = {"positive": ("260373001", "Detected"), "negative": ("260415000", "Not detected")}
_SETTINGS = {
    "household": "household",
    "work": "work",
    "school": "school",
    "other": "elsewhere",
}
EXPOSURE, FOLLOW_UP = "exposure", "follow-up of a contact"
#: the parts of an exposure, by our own codes
SETTING, FOUND_BY, RELATION = "setting", "found-by", "relation"


@dataclass(frozen=True, slots=True)
class Names:
    """Hold the address under which this authority's identifiers stand, `https://bluezone.example.vn/id`: it never
    changes while a partner keeps what it got, and the disease. `system`: that in which units are named; None: that of
    the day."""

    base: str
    disease: Disease
    system: str | None = None

    def of(self, kind: str) -> str:
        """Return the system of a kind of identifier."""
        return f"{self.base}/{kind}"

    def unit(self, code: UnitCode, day: dt.date) -> UnitCode:
        """Return the code under which a unit is named to the partner."""
        return units.carried(code, self.system or country().on(day).id).code


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold a resource with the identifier under which the partner keeps it."""

    resource: Resource
    system: str
    value: str

    @property
    def full_url(self) -> str:
        """Return the address by which other entries of a Bundle name it: the same each time."""
        return full_url(self.system, self.value)

    @property
    def query(self) -> str:
        """Return the conditional address of the resource."""
        return f"{self.resource['resourceType']}?identifier={quote(self.system, safe=':/')}%7C{quote(self.value)}"


@functools.lru_cache(maxsize=4_096)
def full_url(system: str, value: str) -> str:
    """Return the UUID under which a Bundle names a resource with an identifier."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{system}|{value}')}"


def written(record: Record, names: Names) -> list[Kept]:
    """Return the resources of an episode, the Patient first. Whose source somebody was is named by identifier: so a
    resource is the same whatever else is sent with it."""
    person = names.of("person"), record.person
    subject = {"reference": full_url(*person)}
    found = [Kept(_patient(record, names), *person)]
    if record.is_case:
        found.append(Kept(_condition(record, names, subject), names.of("episode"), record.key))
    if record.is_contact:
        found.append(Kept(_task(record, names, subject), names.of("follow-up"), record.key))
    for exposure in record.exposures:
        made = _exposure(exposure, record, names, subject)
        found.append(Kept(made, names.of("exposure"), exposure.key))
    for test in record.tests:
        found += _test(test, names, subject)
    found += [Kept(_encounter(stay, names, subject), names.of("stay"), stay.key) for stay in record.stays]
    return found


def transaction(records: Sequence[Record], names: Names) -> Resource:
    """Return a Bundle that stores the records, all or none, whether or not some are stored already."""
    return bundled(records, names)[0]


def bundled(records: Sequence[Record], names: Names) -> tuple[Resource, list[list[int]]]:
    """Return a `transaction`, and of each record the numbers of its entries, in whose order a server answers."""
    entries: dict[str, Resource] = {}
    places: dict[str, int] = {}
    of_records = []
    for record in records:
        numbers = []
        for kept in written(record, names):
            request = {"method": "PUT", "url": kept.query}
            entries[kept.full_url] = {"fullUrl": kept.full_url, "resource": kept.resource, "request": request}
            numbers.append(places.setdefault(kept.full_url, len(places)))
        of_records.append(numbers)
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries.values())}, of_records


def ndjson(records: Iterable[Record], names: Names) -> Iterator[str]:
    """Yield the resources one a line, with ids of their own, as a bulk export holds them."""
    for record in records:
        made = written(record, names)
        ids = {kept.full_url: f"{kept.resource['resourceType']}/{_id(kept)}" for kept in made}
        for kept in made:
            text = json.dumps({**kept.resource, "id": _id(kept)}, ensure_ascii=False, separators=(",", ":"))
            for url, reference in ids.items():
                text = text.replace(url, reference)
            yield text + "\n"


def _id(kept: Kept) -> str:
    return kept.full_url.removeprefix("urn:uuid:")


# --- resources --------------------------------------------------------------------------------------------------------


def _identifier(system: str, value: str) -> Resource:
    return {"use": "official", "system": system, "value": value}


def _coded(system: str, code: str, display: str = "", text: str = "") -> Resource:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def _patient(record: Record, names: Names) -> Resource:
    unit = names.unit(record.unit, record.day)
    identifiers = [_identifier(names.of("person"), record.person)]
    made: Resource = {"resourceType": "Patient", "identifier": identifiers, "active": True}
    if record.sex:
        made["gender"] = _GENDERS.get(record.sex, "unknown")
    if record.birth_year is not None:
        made["birthDate"] = str(record.birth_year)
    if record.outcome == "died":
        made |= {"deceasedDateTime": str(record.ended_on)} if record.ended_on else {"deceasedBoolean": True}
    made["address"] = [_address(unit, record.named.address if record.named else "")]
    made["managingOrganization"] = {"type": "Organization", "identifier": gso(unit)}
    if record.named is not None:
        if record.named.name:
            made["name"] = [{"use": "official", "text": record.named.name}]
        if record.named.telephone:
            made["telecom"] = [{"system": "phone", "value": record.named.telephone}]
        if record.named.document:
            identifiers.append({"system": names.of("document"), "value": record.named.document})
    return made


def _address(unit: UnitCode, street: str) -> Resource:
    made: Resource = {"use": "home", "country": country().iso}
    fields = {Level.PROVINCE: "state", Level.DISTRICT: "district", Level.COMMUNE: "city"}
    made |= {fields[each.level]: each.full_name for each in units.levels(unit)}
    return made | ({"text": street} if street else {})


def gso(unit: UnitCode) -> Resource:
    """Return a unit's GSO code as an identifier: the system says which of the two lists it is of."""
    return {"system": f"urn:bluezone:gso:{unit.system}", "value": unit.digits}


def location(code: UnitCode) -> Resource:
    """Return a unit of the country as a Location."""
    unit = units.unit_of(code)
    made: Resource = {
        "resourceType": "Location",
        "identifier": [gso(code)],
        "status": "active",
        "name": unit.full_name,
        "mode": "instance",
        "physicalType": _coded(f"{_TERMINOLOGY}/location-physical-type", "jdn", "Jurisdiction"),
    }
    if unit.parent is not None and unit.parent.level is not Level.NATION:
        made["partOf"] = {"type": "Location", "identifier": gso(unit.parent)}
    return made


def organization(code: UnitCode) -> Resource:
    """Return the health office of a unit as an Organization, under the code of the unit."""
    unit = units.unit_of(code)
    made: Resource = {
        "resourceType": "Organization",
        "identifier": [gso(code)],
        "active": True,
        "type": [_coded(f"{_TERMINOLOGY}/organization-type", "govt", "Government")],
        "name": unit.full_name,
    }
    if unit.parent is not None and unit.parent.level is not Level.NATION:
        made["partOf"] = {"type": "Organization", "identifier": gso(unit.parent)}
    return made


def _condition(record: Record, names: Names, subject: Resource) -> Resource:
    ours = names.disease.codes
    verification = _VERIFICATION[record.classification]
    code = _coded(codes.ICD10, ours.icd10, text=names.disease.name("en"))
    if ours.snomed:
        code["coding"].insert(0, {"system": codes.SNOMED, "code": ours.snomed, "display": ours.snomed_display})
    made: Resource = {
        "resourceType": "Condition",
        "identifier": [_identifier(names.of("episode"), record.key)],
        "verificationStatus": _coded(f"{_TERMINOLOGY}/condition-ver-status", verification),
        "category": [_coded(f"{_TERMINOLOGY}/condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
        "code": code,
        "subject": subject,
        "recordedDate": str(record.reported_on),
    }
    if verification != "refuted":
        is_over = record.outcome in ("recovered", "died")
        clinical = "resolved" if record.outcome == "recovered" else "inactive" if is_over else "active"
        made["clinicalStatus"] = _coded(f"{_TERMINOLOGY}/condition-clinical", clinical)
        if is_over and record.ended_on is not None:
            made["abatementDateTime"] = str(record.ended_on)
    if record.onset_on is not None:
        made["onsetDateTime"] = str(record.onset_on)
    return made


def _task(record: Record, names: Names, subject: Resource) -> Resource:
    """Write the follow-up of a contact."""
    period = _period(record.last_contact_on or record.reported_on, record.follow_up_until)
    made: Resource = {
        "resourceType": "Task",
        "identifier": [_identifier(names.of("follow-up"), record.key)],
        "status": _FOLLOW_UP[record.follow_up],
        "intent": "order",
        "code": {"coding": [{"system": names.of("task"), "code": record.contact_role}], "text": FOLLOW_UP},
        "for": subject,
        "authoredOn": str(record.reported_on),
        "restriction": {"period": period},
        "owner": {"type": "Organization", "identifier": gso(names.unit(record.unit, record.day))},
    }
    return made


def _period(since: dt.date, until: dt.date | None) -> Resource:
    return {"start": str(since)} | ({"end": str(max(since, until))} if until is not None else {})


def _exposure(exposure: Exposure, record: Record, names: Names, subject: Resource) -> Resource:
    ours, system = names.disease.codes, names.of("exposure-part")
    parts = [(SETTING, _SETTINGS[exposure.setting]), (FOUND_BY, "app" if exposure.by_app else "interview")]
    if exposure.relation and record.named is not None:  # as somebody wrote it: it may hold a name
        parts.append((RELATION, exposure.relation))
    made: Resource = {
        "resourceType": "Observation",
        "identifier": [_identifier(names.of("exposure"), exposure.key)],
        "status": "final",
        "category": [_coded(f"{_TERMINOLOGY}/observation-category", "exam", "Exam")],
        "code": _coded(codes.SNOMED, ours.exposure, ours.exposure_display, EXPOSURE)
        if ours.exposure
        else {"text": EXPOSURE},
        "subject": subject,
        "effectiveDateTime": str(exposure.day),
        "valueBoolean": True,
        "component": [
            {"code": {"coding": [{"system": system, "code": part}]}, "valueString": value} for part, value in parts
        ],
    }
    if exposure.source_person:
        made["focus"] = [{"type": "Patient", "identifier": _identifier(names.of("person"), exposure.source_person)}]
    return made


def _test(test: Test, names: Names, subject: Resource) -> list[Kept]:
    """Write a test with its result: the specimen, what was found, and the report that holds both."""
    test_code: Resource = {"text": names.disease.name("en")}
    for loinc, display in list(names.disease.codes.lab_tests.items())[:1]:
        test_code = _coded(codes.LOINC, loinc, display)
    code, shown = _RESULTS[test.result]
    specimen, observation = (names.of("specimen"), test.key), (names.of("result"), test.key)
    laboratory = _coded(f"{_TERMINOLOGY}/observation-category", "laboratory", "Laboratory")
    identifiers = [_identifier(*specimen)]
    if test.sample:
        identifiers.append({"system": names.of("sample"), "value": test.sample})
    said = {
        "status": "final",
        "code": test_code,
        "subject": subject,
        "effectiveDateTime": str(test.taken_on),
    }
    return [
        Kept(
            {
                "resourceType": "Specimen",
                "identifier": identifiers,
                "subject": subject,
                "collection": {"collectedDateTime": str(test.taken_on)},
            },
            *specimen,
        ),
        Kept(
            {
                "resourceType": "Observation",
                "identifier": [_identifier(*observation)],
                "category": [laboratory],
                "valueCodeableConcept": _coded(codes.SNOMED, code, shown),
                "specimen": {"reference": full_url(*specimen)},
            }
            | said,
            *observation,
        ),
        Kept(
            {
                "resourceType": "DiagnosticReport",
                "identifier": [_identifier(names.of("report"), test.key)],
                "category": [_coded(f"{_TERMINOLOGY}/v2-0074", "LAB", "Laboratory")],
                "specimen": [{"reference": full_url(*specimen)}],
                "result": [{"reference": full_url(*observation)}],
            }
            | said,
            names.of("report"),
            test.key,
        ),
    ]


def _encounter(stay: Stay, names: Names, subject: Resource) -> Resource:
    code, display = _ENCOUNTERS[stay.kind]
    return {
        "resourceType": "Encounter",
        "identifier": [_identifier(names.of("stay"), stay.key)],
        "status": "finished" if stay.is_over else "in-progress",
        "class": {"system": f"{_TERMINOLOGY}/v3-ActCode", "code": code, "display": display},
        "subject": subject,
        "period": _period(stay.since, stay.until),
    }
