"""Write counts as DHIS2 data value sets and records as tracker JSON, with the metadata that a server needs for them.

As DHIS2 2.42 takes them (`/api/dataValueSets`, `/api/tracker`). Every UID is derived from a name or an id of ours, so
that what is sent again replaces what was sent before (`importStrategy=CREATE_AND_UPDATE`). Units are named by their GSO
code (`orgUnitIdScheme=CODE`), in the system of units that the server has.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.disease.package import Disease
from bluezone.exchange import units
from bluezone.exchange.records import Count, Exposure, Measure, Record, Test
from bluezone.geography.country import country
from bluezone.geography.units import Level, UnitCode, nation

VERSION = "2.42"
_LETTERS = string.ascii_letters
_SIGNS = string.ascii_letters + string.digits
_UID_LENGTH = 11

#: what is asked of how data arrives: our ids are theirs, and one that is refused takes no other with it
TRACKER_QUERY = {
    "async": "false",
    "importStrategy": "CREATE_AND_UPDATE",
    "atomicMode": "OBJECT",
    "orgUnitIdScheme": "CODE",
}
DATA_VALUE_QUERY = {"importStrategy": "CREATE_AND_UPDATE", "orgUnitIdScheme": "CODE", "async": "false"}


def uid(kind: str, key: str) -> str:
    """Return the UID of a thing of ours: 11 letters and digits, the first a letter; the same each time."""
    number = int.from_bytes(hashlib.sha256(f"bluezone {kind} {key}".encode()).digest(), "big")
    number, at = divmod(number, len(_LETTERS))
    made = _LETTERS[at]
    while len(made) < _UID_LENGTH:
        number, at = divmod(number, len(_SIGNS))
        made += _SIGNS[at]
    return made


@dataclass(frozen=True, slots=True)
class Attribute:
    """Describe an attribute of a tracked person, or a data element of an event."""

    name: str
    label: str
    value_type: str = "TEXT"
    #: only where an agreement gives identities
    is_identity: bool = False


ATTRIBUTES = (
    Attribute("pseudonym", "Bluezone: pseudonym"),
    Attribute("sex", "Bluezone: sex"),
    Attribute("birth-year", "Bluezone: year of birth", "INTEGER_ZERO_OR_POSITIVE"),
    Attribute("name", "Bluezone: name", is_identity=True),
    Attribute("telephone", "Bluezone: telephone", "PHONE_NUMBER", is_identity=True),
    Attribute("document", "Bluezone: identity document", is_identity=True),
)
#: stages of the program -> the data elements of their events
STAGES: dict[str, tuple[Attribute, ...]] = {
    "state": (
        Attribute("role", "Bluezone: role (f0, f1, f2, traveller)"),
        Attribute("classification", "Bluezone: classification"),
        Attribute("onset", "Bluezone: first symptoms", "DATE"),
        Attribute("follow-up", "Bluezone: follow-up"),
        Attribute("follow-up-until", "Bluezone: follow-up until", "DATE"),
        Attribute("outcome", "Bluezone: outcome"),
    ),
    "test": (Attribute("result", "Bluezone: result"), Attribute("sample", "Bluezone: sample")),
    "exposure": (
        Attribute("setting", "Bluezone: setting of the exposure"),
        Attribute("found-by", "Bluezone: found by (app, interview)"),
    ),
}
_PROGRAM, _PERSON, _EXPOSED, _DATA_SET = "tracing", "person", "exposed to", "daily figures"
#: a server needs a first day also of units whose own is not known
_FIRST_DAY = "1970-01-01"


def org_unit(code: UnitCode, system: str | None, day: dt.date) -> str:
    """Return the code of a unit at the server: the digits of its GSO code."""
    return units.carried(code, system or country().on(day).id).code.digits


# --- figures ----------------------------------------------------------------------------------------------------------


def data_value_set(counts: Iterable[Count], system: str | None = None) -> dict[str, Any]:
    """Return counts as one data value set. Units that are one in the server's system are added up."""
    sums: dict[tuple[str, str, Measure], int] = {}
    for count in counts:
        key = (org_unit(count.unit, system, count.day), f"{count.day:%Y%m%d}", count.measure)
        sums[key] = sums.get(key, 0) + count.value
    return {
        "dataSet": uid("data set", _DATA_SET),
        "dataValues": [
            {
                "dataElement": uid("data element", f"figure {measure.value}"),
                "period": period,
                "orgUnit": unit,
                "value": str(value),
            }
            for (unit, period, measure), value in sorted(sums.items())
        ],
    }


# --- people -----------------------------------------------------------------------------------------------------------


def tracker(records: Sequence[Record], system: str | None = None) -> dict[str, Any]:
    """Return records as tracked entities with an enrolment and its events, and who was near whom as relationships."""
    people = {record.person: record for record in records}
    relations = [
        _relation(exposure, record)
        for record in people.values()
        for exposure in record.exposures
        if exposure.source_person
    ]
    return {"trackedEntities": [_person(each, system) for each in people.values()], "relationships": relations}


def uids(record: Record) -> frozenset[str]:
    """Return the UIDs of all that a record is made of, by which a server's report names it."""
    found = {uid(_PERSON, record.person), uid("enrolment", record.key), uid("state", record.key)}
    found |= {uid("test", each.key) for each in record.tests}
    for each in record.exposures:
        found |= {uid("exposure", each.key), uid("relationship", each.key)}
    return frozenset(found)


def _person(record: Record, system: str | None) -> dict[str, Any]:
    unit, person = org_unit(record.unit, system, record.day), uid(_PERSON, record.person)
    events = [_state(record, unit), *(_test(each, record, unit) for each in record.tests)]
    events += [_exposure(each, record, unit) for each in record.exposures]
    attributes = _attributes(record)
    enrolment = {
        "enrollment": uid("enrolment", record.key),
        "trackedEntity": person,
        "program": uid("program", _PROGRAM),
        "orgUnit": unit,
        "enrolledAt": str(record.reported_on),
        "occurredAt": str(record.day),
        "status": "COMPLETED" if record.ended_on else "ACTIVE",
        "attributes": attributes,
        "events": events,
    }
    return {
        "trackedEntity": person,
        "trackedEntityType": uid("tracked entity type", _PERSON),
        "orgUnit": unit,
        "attributes": attributes,
        "enrollments": [enrolment],
    }


def _attributes(record: Record) -> list[dict[str, Any]]:
    named = record.named
    values = {
        "pseudonym": record.person,
        "sex": record.sex,
        "birth-year": "" if record.birth_year is None else str(record.birth_year),
        "name": named.name if named else "",
        "telephone": named.telephone if named else "",
        "document": named.document if named else "",
    }
    return [{"attribute": uid("attribute", name), "value": value} for name, value in values.items() if value]


def _event(stage: str, key: str, day: dt.date, record: Record, unit: str, values: dict[str, str]) -> dict[str, Any]:
    return {
        "event": uid(stage, key),
        "program": uid("program", _PROGRAM),
        "programStage": uid("stage", stage),
        "enrollment": uid("enrolment", record.key),
        "trackedEntity": uid(_PERSON, record.person),
        "orgUnit": unit,
        "occurredAt": str(day),
        "status": "COMPLETED",
        "dataValues": [
            {"dataElement": uid("data element", name), "value": value} for name, value in values.items() if value
        ],
    }


def _state(record: Record, unit: str) -> dict[str, Any]:
    values = {
        "role": record.role,
        "classification": record.classification,
        "onset": str(record.onset_on or ""),
        "follow-up": record.follow_up if record.is_contact else "",
        "follow-up-until": str(record.follow_up_until or ""),
        "outcome": record.outcome,
    }
    return _event("state", record.key, record.day, record, unit, values)


def _test(test: Test, record: Record, unit: str) -> dict[str, Any]:
    return _event("test", test.key, test.taken_on, record, unit, {"result": test.result, "sample": test.sample})


def _exposure(exposure: Exposure, record: Record, unit: str) -> dict[str, Any]:
    values = {"setting": exposure.setting, "found-by": "app" if exposure.by_app else "interview"}
    return _event("exposure", exposure.key, exposure.day, record, unit, values)


def _relation(exposure: Exposure, record: Record) -> dict[str, Any]:
    ends = (exposure.source_person, record.person)
    source, target = ({"trackedEntity": {"trackedEntity": uid(_PERSON, each)}} for each in ends)
    return {
        "relationship": uid("relationship", exposure.key),
        "relationshipType": uid("relationship type", _EXPOSED),
        "from": source,
        "to": target,
    }


def read_people(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Return pseudonym and role of the people that a server gives back, for a comparison with what was sent."""
    found = []
    for entity in answer.get("trackedEntities", ()):
        attributes = {each["attribute"]: each["value"] for each in entity["attributes"]}
        events = [event for each in entity["enrollments"] for event in each["events"]]
        values = {value["dataElement"]: value["value"] for event in events for value in event["dataValues"]}
        found.append((attributes[uid("attribute", "pseudonym")], values[uid("data element", "role")]))
    return found


# --- metadata ---------------------------------------------------------------------------------------------------------


#: who may read and write what is imported
_SHARING = {"sharing": {"public": "rwrw----"}}
_EXPOSURE: dict[str, Any] = {
    "id": uid("relationship type", _EXPOSED),
    "name": "Bluezone: was near",
    "bidirectional": False,
    "fromToName": "was near, and may have infected",
    **{
        f"{end}Constraint": {
            "relationshipEntity": "TRACKED_ENTITY_INSTANCE",
            "trackedEntityType": {"id": uid("tracked entity type", _PERSON)},
        }
        for end in ("from", "to")
    },
    **_SHARING,
}


def metadata(
    day: dt.date, system: str, disease: Disease, level: Level = Level.COMMUNE, *, identities: bool = False
) -> dict[str, Any]:
    """Return the package to import once (`/api/metadata`): units of the country as they stand on a day, down to a
    level, a data set of daily figures, a program with its stages, a type of relationship."""
    attributes = [each for each in ATTRIBUTES if identities or not each.is_identity]
    elements = [each for stage in STAGES.values() for each in stage]
    found = _org_units(day, system, level)
    unit_ids = [{"id": each["id"]} for each in found]
    figures = [Attribute(f"figure {each.value}", f"Bluezone: {each.value}") for each in Measure]
    return {
        "organisationUnits": found,
        "dataElements": [
            *(_element(each, "TRACKER", "NONE", each.value_type) for each in elements),
            *(_element(each, "AGGREGATE", "SUM", "INTEGER_ZERO_OR_POSITIVE") for each in figures),
        ],
        "dataSets": [
            {
                "id": uid("data set", _DATA_SET),
                "name": "Bluezone: figures of a day",
                "shortName": "Bluezone: figures",
                "periodType": "Daily",
                "dataSetElements": [{"dataElement": {"id": uid("data element", each.name)}} for each in figures],
                "organisationUnits": unit_ids,
            }
            | _SHARING
        ],
        "trackedEntityAttributes": [
            {
                "id": uid("attribute", each.name),
                "name": each.label,
                "shortName": each.label,
                "valueType": each.value_type,
                "aggregationType": "NONE",
                "unique": each.name == "pseudonym",
            }
            for each in attributes
        ],
        "trackedEntityTypes": [
            {
                "id": uid("tracked entity type", _PERSON),
                "name": "Bluezone: person",
                "trackedEntityTypeAttributes": [
                    {"trackedEntityAttribute": {"id": uid("attribute", each.name)}, "displayInList": True}
                    for each in attributes
                ],
            }
            | _SHARING
        ],
        "programs": [_program(disease, attributes, unit_ids)],
        "programStages": [
            {
                "id": uid("stage", name),
                "name": f"Bluezone: {name}",
                "program": {"id": uid("program", _PROGRAM)},
                "repeatable": name != "state",
                "programStageDataElements": [
                    {"dataElement": {"id": uid("data element", each.name)}, "sortOrder": at}
                    for at, each in enumerate(stage, 1)
                ],
            }
            | _SHARING
            for name, stage in STAGES.items()
        ],
        "relationshipTypes": [_EXPOSURE],
    }


def _program(
    disease: Disease, attributes: Sequence[Attribute], unit_ids: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    return {
        "id": uid("program", _PROGRAM),
        "name": f"Bluezone: {disease.name('en')}, cases and contacts",
        "shortName": "Bluezone: tracing",
        "programType": "WITH_REGISTRATION",
        "trackedEntityType": {"id": uid("tracked entity type", _PERSON)},
        "programTrackedEntityAttributes": [
            {"trackedEntityAttribute": {"id": uid("attribute", each.name)}} for each in attributes
        ],
        "programStages": [{"id": uid("stage", each)} for each in STAGES],
        "organisationUnits": unit_ids,
        **_SHARING,
    }


def _element(each: Attribute, domain: str, aggregation: str, value_type: str) -> dict[str, Any]:
    return {
        "id": uid("data element", each.name),
        "name": each.label,
        "shortName": each.label,
        "domainType": domain,
        "valueType": value_type,
        "aggregationType": aggregation,
    }


def _org_units(day: dt.date, system: str, level: Level) -> list[dict[str, Any]]:
    of = country().system(system)
    top = nation(of)
    made: list[dict[str, Any]] = [
        {
            "id": uid("unit", str(top.code)),
            "code": top.code.digits,
            "name": top.name,
            "shortName": top.name,
            "openingDate": _FIRST_DAY,
        }
    ]
    for each in units.below(of.nearest(day), level):
        parent = uid("unit", str(each.parent or top.code))
        made.append(
            {
                "id": uid("unit", str(each.code)),
                "code": each.code.digits,
                "name": each.full_name,
                "shortName": each.full_name[:50],
                "openingDate": str(each.since or _FIRST_DAY),
                "parent": {"id": parent},
            }
        )
    return made
