"""Read FHIR R4: a laboratory's DiagnosticReports, alone or in a Bundle, and records as `fhir_writing` writes them.

What a server says of itself (`meta`, `text`, extensions) is passed over. What is read must say which sample, what was
found and when; a reference must lead to a resource that came along, or the report says so in one sentence.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bluezone.errors import N_
from bluezone.exchange import codes, units
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.fhir_writing import FOUND_BY, RELATION, SETTING, Names, Resource
from bluezone.exchange.records import Exposure, Finding, LabResult, Named, Record, Stay, Test
from bluezone.geography.country import country
from bluezone.geography.units import UnitCode

MOST_REPORTS = 2_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TAKEN_BACK = ("entered-in-error", "cancelled")
_SAID = ("final", "amended", "corrected", "appended")
_SEXES = ("male", "female", "other")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Hold the resources that came together, by every name under which one may refer to another."""

    by_name: Mapping[str, Resource]
    reports: list[tuple[str, Resource]] = field(default_factory=list)


def read_reports(data: bytes | str, lab_tests: Collection[str]) -> list[LabResult]:
    """Return the results of a DiagnosticReport, or of a Bundle of them. `lab_tests`: LOINC codes of the disease. Raises
    ExchangeError."""
    shelf = _shelf(parsed(data))
    if not shelf.reports:
        raise ExchangeError(N_("there is no DiagnosticReport in it: a Bundle with one, or one alone, is meant"))
    if len(shelf.reports) > MOST_REPORTS:
        raise ExchangeError(N_("more than {most} reports at once: send them in parts"), most=MOST_REPORTS)
    return [_result(where, report, shelf, lab_tests) for where, report in shelf.reports]


def parsed(data: bytes | str) -> Resource:
    """Return a resource from JSON. Raises ExchangeError for what is none, or too large."""
    codes.check_size(data)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ExchangeError(N_("it is no JSON: FHIR as JSON, in UTF-8, is meant")) from error
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise ExchangeError(N_("it is no FHIR resource: `resourceType` is missing"))
    return found


def _shelf(top: Resource) -> Shelf:
    by_name: dict[str, Resource] = {}
    shelf = Shelf(by_name)
    for number, (url, resource) in enumerate(_resources(top), 1):
        kind, key = str(resource.get("resourceType")), resource.get("id")
        if url:
            by_name[url] = resource
        if isinstance(key, str):
            by_name[f"{kind}/{key}"] = resource
        for inner in parts_of(resource, "contained"):
            if isinstance(inner.get("id"), str):
                by_name[f"{id(resource)}#{inner['id']}"] = inner
        if kind == "DiagnosticReport":
            shelf.reports.append((f"DiagnosticReport {key or number}", resource))
    return shelf


def _resources(top: Resource) -> Iterator[tuple[str, Resource]]:
    if top["resourceType"] != "Bundle":
        yield "", top
        return
    for entry in parts_of(top, "entry"):
        resource = entry.get("resource")
        if isinstance(resource, dict):
            yield str(entry.get("fullUrl") or ""), resource


def parts_of(resource: Resource, name: str) -> list[Resource]:
    """Return the parts of a name; what is no part is left out."""
    found = resource.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def part_of(resource: Resource, name: str) -> Resource:
    """Return the part of a name, empty where there is none."""
    found = resource.get(name)
    return found if isinstance(found, dict) else {}


def _text(resource: Resource, name: str) -> str:
    found = resource.get(name)
    return found if isinstance(found, str) else ""


def _texts(resource: Resource, name: str) -> list[str]:
    found = resource.get(name)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _referred(reference: Resource, owner: Resource, shelf: Shelf, where: str, kind: str) -> Resource:
    """Return the resource that a reference names. Raises ExchangeError where it did not come along."""
    name = _text(reference, "reference")
    key = f"{id(owner)}{name}" if name.startswith("#") else name
    parts = name.split("/")
    short = "/".join(parts[-2:]) if "_history" not in parts else "/".join(parts[-4:-2])
    found = shelf.by_name.get(key) or shelf.by_name.get(short)
    if found is None:
        raise ExchangeError(
            N_("{where}: it names the {kind} “{name}”, which did not come with it"),
            where=where,
            kind=kind,
            name=name or "-",
        )
    return found


def _result(where: str, report: Resource, shelf: Shelf, lab_tests: Collection[str]) -> LabResult:
    status = _text(report, "status")
    if status not in (*_SAID, *_TAKEN_BACK):
        raise ExchangeError(
            N_("{where}: its status is “{status}”: a final, corrected or cancelled one is meant"),
            where=where,
            status=status or "-",
        )
    taken_back = status in _TAKEN_BACK
    subject = part_of(report, "subject")
    patient = _referred(subject, report, shelf, where, "Patient") if "reference" in subject else {}
    sampled = _sampled(report, shelf, where)
    issued = _moment(_text(report, "issued"))
    reported_on = _day_of(_text(report, "issued")) or sampled
    return LabResult(
        _external_id(where, report),
        Finding.WITHDRAWN if taken_back else Finding(_found(report, shelf, where, lab_tests)),
        sampled,
        reported_on,
        where,
        issued,
        **_who(patient),
    )


def _external_id(where: str, report: Resource) -> str:
    for identifier in parts_of(report, "identifier"):
        if value := _text(identifier, "value"):
            return value
    if key := _text(report, "id"):
        return key
    raise ExchangeError(N_("{where}: it has no identifier, by which a copy is told from a new one"), where=where)


def _found(report: Resource, shelf: Shelf, where: str, lab_tests: Collection[str]) -> str:
    """Return what the report says was found: in its observations, else in its conclusion."""
    said = []
    for reference in parts_of(report, "result"):
        observation = _referred(reference, report, shelf, where, "Observation")
        if _text(observation, "status") not in _TAKEN_BACK and (finding := _value_of(observation)):
            said.append((_codes(part_of(observation, "code"), codes.LOINC), finding))
    if not said:
        tests = _codes(part_of(report, "code"), codes.LOINC)
        concluded = [codes.finding(_text(report, "conclusion")), *map(codes.finding, _concept_codes(report))]
        said = [(tests, each) for each in concluded if each]
    return codes.overall(where, said, lab_tests)


def _concept_codes(report: Resource) -> Iterator[str]:
    for concept in parts_of(report, "conclusionCode"):
        yield from _codes(concept)


def _codes(concept: Resource, system: str = "") -> set[str]:
    """Return the codes of a concept, of one system or of all."""
    return {
        _text(each, "code") for each in parts_of(concept, "coding") if not system or _text(each, "system") == system
    }


def _value_of(observation: Resource) -> str:
    concept = part_of(observation, "valueCodeableConcept")
    texts = [*_codes(concept), _text(concept, "text"), _text(observation, "valueString")]
    texts += [code for interpretation in parts_of(observation, "interpretation") for code in _codes(interpretation)]
    return next(filter(None, map(codes.finding, texts)), "")


def _sampled(report: Resource, shelf: Shelf, where: str) -> dt.date:
    for reference in parts_of(report, "specimen"):
        specimen = _referred(reference, report, shelf, where, "Specimen")
        collection = part_of(specimen, "collection")
        day = _text(collection, "collectedDateTime") or _text(part_of(collection, "collectedPeriod"), "start")
        if found := _day_of(day):
            return found
    results = (_referred(each, report, shelf, where, "Observation") for each in parts_of(report, "result"))
    for each in (report, *results):
        day = _text(each, "effectiveDateTime") or _text(part_of(each, "effectivePeriod"), "start")
        if found := _day_of(day):
            return found
    raise ExchangeError(N_("{where}: it does not say on which day the sample was taken"), where=where)


def _day_of(text: str) -> dt.date | None:
    if not _DAY.match(text):
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _who(patient: Resource) -> dict[str, Any]:
    """Return what is said of a patient. A pseudonymous one says little."""
    names = parts_of(patient, "name")
    telecom = [_text(each, "value") for each in parts_of(patient, "telecom") if each.get("system") == "phone"]
    gender, birth = _text(patient, "gender"), _text(patient, "birthDate")
    address = next(iter(parts_of(patient, "address")), {})
    document = next((_text(each, "value") for each in parts_of(patient, "identifier") if _is_document(each)), "")
    lines = _texts(address, "line")
    return {
        "name": _name(names[0]) if names else "",
        "birth_year": int(birth[:4]) if birth[:4].isdecimal() else None,
        "telephone": telecom[0] if telecom else "",
        "document": document,
        "address": ", ".join(lines) or _text(address, "text"),
        "sex": gender if gender in _SEXES else "",
        "commune": _commune(patient, address),
    }


def _name(name: Resource) -> str:
    if text := _text(name, "text"):
        return text
    return " ".join(filter(None, [_text(name, "family"), *_texts(name, "given")]))


def _is_document(identifier: Resource) -> bool:
    """Return whether an identifier is that of an identity document (HL7 v2 table 0203)."""
    kinds = _codes(part_of(identifier, "type"))
    return bool(kinds & codes.documents()) or _text(identifier, "system").endswith("/document")


def _commune(patient: Resource, address: Resource) -> str:
    organization = part_of(part_of(patient, "managingOrganization"), "identifier")
    if (system := _text(organization, "system")).startswith("urn:bluezone:gso:"):
        return f"{system.rpartition(':')[2]}:{_text(organization, 'value')}"
    parts = [_text(address, "city"), _text(address, "district"), _text(address, "state")]
    return ", ".join(filter(None, parts))


# --- our own records, read back ---------------------------------------------------------------------------------------


def read_records(bundle: Resource, names: Names) -> list[Record]:
    """Return the records of a Bundle of resources under our identifiers, as a server gives them back. Raises
    ExchangeError for what is not one of ours."""
    shelf = _shelf(bundle)
    parts: dict[int, list[Resource]] = {}
    patients = []
    for _url, resource in _resources(bundle):
        if resource["resourceType"] == "Patient":
            patients.append(resource)
            continue
        owner = part_of(resource, "subject") or part_of(resource, "for")
        patient = _referred(owner, resource, shelf, resource["resourceType"], "Patient")
        parts.setdefault(id(patient), []).append(resource)
    return [_record(patient, parts.get(id(patient), []), names, shelf) for patient in patients]


def _own(resource: Resource, system: str) -> str:
    for identifier in parts_of(resource, "identifier"):
        if _text(identifier, "system") == system:
            return _text(identifier, "value")
    return ""


def _record(patient: Resource, parts: list[Resource], names: Names, shelf: Shelf) -> Record:
    by_kind = {each["resourceType"]: each for each in parts}
    condition, task = by_kind.get("Condition", {}), by_kind.get("Task", {})
    who = _who(patient)
    status = next(iter(_codes(part_of(condition, "verificationStatus"))), "")
    classification = {"unconfirmed": "suspected", "provisional": "probable", "refuted": "not"}.get(status, status)
    contact_role = next(iter(_codes(part_of(task, "code"))), "")
    states = {"in-progress": "running", "completed": "completed", "failed": "lost", "cancelled": "cancelled"}
    day = _text(condition, "recordedDate") or _text(task, "authoredOn")
    died = _text(patient, "deceasedDateTime")
    over = _text(condition, "abatementDateTime")
    clinical = _codes(part_of(condition, "clinicalStatus"))
    named = Named(who["name"], who["telephone"], who["document"], who["address"])
    period = part_of(part_of(task, "restriction"), "period")
    key = _own(condition, names.of("episode")) or _own(task, names.of("follow-up"))
    if not key or not (reported_on := _day_of(day)):
        raise ExchangeError(N_("a Patient has neither a Condition nor a Task of ours"))
    return Record(
        key,
        _own(patient, names.of("person")),
        "f0" if condition else contact_role,
        classification or "confirmed",
        reported_on,
        _unit(who["commune"]),
        onset_on=_day_of(_text(condition, "onsetDateTime")),
        contact_role=contact_role,
        last_contact_on=_day_of(_text(period, "start")) if task else None,
        follow_up=states.get(_text(task, "status"), "running"),
        follow_up_until=_day_of(_text(period, "end")),
        ended_on=_day_of(over or died),
        outcome="died" if died else "recovered" if "resolved" in clinical else "",
        sex=who["sex"],
        birth_year=who["birth_year"],
        named=named if named != Named() else None,
        tests=tuple(_tests(parts, names, shelf)),
        stays=tuple(_stays(parts, names)),
        exposures=tuple(_exposures(parts, names, shelf)),
    )


def _unit(text: str) -> UnitCode:
    system, _, digits = text.partition(":")
    if all(each.id != system for each in country().systems):
        raise ExchangeError(N_("a Patient does not say in which unit the person lives"))
    return units.unit_of(UnitCode(system, digits)).code


def _tests(parts: list[Resource], names: Names, shelf: Shelf) -> Iterator[Test]:
    for each in parts:
        if each["resourceType"] == "Observation" and (key := _own(each, names.of("result"))):
            specimen = shelf.by_name.get(_text(part_of(each, "specimen"), "reference"), {})
            day = _day_of(_text(each, "effectiveDateTime"))
            assert day is not None
            yield Test(key, day, _value_of(each), _own(specimen, names.of("sample")))


def _stays(parts: list[Resource], names: Names) -> Iterator[Stay]:
    kinds = {"HH": "home", "FLD": "site", "IMP": "hospital"}
    for each in parts:
        if each["resourceType"] == "Encounter" and (key := _own(each, names.of("stay"))):
            period = part_of(each, "period")
            since, until = _day_of(_text(period, "start")), _day_of(_text(period, "end"))
            assert since is not None
            assert until is not None
            kind = kinds[_text(part_of(each, "class"), "code")]
            yield Stay(key, kind, since, until, _text(each, "status") == "finished")


def _exposures(parts: list[Resource], names: Names, shelf: Shelf) -> Iterator[Exposure]:
    settings = {"household": "household", "work": "work", "school": "school"}
    for each in parts:
        if each["resourceType"] != "Observation" or not (key := _own(each, names.of("exposure"))):
            continue
        said = {next(iter(_codes(part_of(part, "code"))), ""): _text(part, "valueString")
                for part in parts_of(each, "component")}  # fmt: skip
        source = ""
        for focus in parts_of(each, "focus"):
            there = shelf.by_name.get(_text(focus, "reference"), {})
            source = _own(there, names.of("person")) or _text(part_of(focus, "identifier"), "value")
        day = _day_of(_text(each, "effectiveDateTime"))
        assert day is not None
        setting = settings.get(said.get(SETTING, ""), "other")
        by_app = said.get(FOUND_BY) == "app"
        yield Exposure(key, day, "", source, setting, said.get(RELATION, ""), by_app)
