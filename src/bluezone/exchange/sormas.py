"""Write records as PersonDto, CaseDataDto and ContactDto of SORMAS, for its REST interface (`/persons/push`,
`/cases/push`, `/contacts/push`), as version 1.104 names their fields.

Ours are their UUIDs: what is pushed again replaces what was pushed before. SORMAS names units by UUIDs of its own; it
is asked for those once, by the GSO codes that it keeps as external ids.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bluezone.disease.package import Disease
from bluezone.errors import N_
from bluezone.exchange import units
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.records import Record
from bluezone.geography.country import country
from bluezone.geography.units import Level, UnitCode

VERSION = "1.104"
Dto = dict[str, Any]

_SEXES = {"male": "MALE", "female": "FEMALE", "other": "OTHER"}
_CLASSIFICATIONS = {"suspected": "SUSPECT", "probable": "PROBABLE", "confirmed": "CONFIRMED", "not": "NO_CASE"}
_CONTACT_CLASSIFICATIONS = {"suspected": "UNCONFIRMED", "probable": "UNCONFIRMED", "confirmed": "CONFIRMED"}
_OUTCOMES = {"recovered": "RECOVERED", "died": "DECEASED", "": "NO_OUTCOME"}
_FOLLOW_UPS = {"running": "FOLLOW_UP", "completed": "COMPLETED", "lost": "LOST", "cancelled": "CANCELED"}
_RELATIONS = {"household": "SAME_HOUSEHOLD", "work": "SAME_ENVIRONMENT", "school": "SAME_ENVIRONMENT"}
_QUARANTINES = {"home": "HOME", "site": "INSTITUTIONELL", "hospital": "HOSPITAL"}
#: the fields of a place, in a person's address and as who answers
_LEVELS = {Level.PROVINCE: "region", Level.DISTRICT: "district", Level.COMMUNE: "community"}


@dataclass(frozen=True, slots=True)
class Server:
    """Hold what a server has: UUIDs of its units by GSO code, the user in whose name is reported, the system of
    units."""

    units: Mapping[str, str]
    user: str
    #: as its enumeration of diseases names ours
    disease: str
    system: str | None = None
    unit_names: Mapping[str, str] = field(default_factory=dict)


def server(answers: Mapping[str, Sequence[Dto]], user: str, disease: Disease, system: str | None = None) -> Server:
    """Return a server of what it answers to `/regions/all/0`, `/districts/all/0`, `/communities/all/0`, by these
    words. Raises ExchangeError where it keeps no GSO code."""
    rows = [row for each in answers.values() for row in each if not row.get("archived")]
    known = {str(row.get("externalID") or row.get("externalId")): row for row in rows}
    known.pop("None", None)
    if not known:
        raise ExchangeError(N_("SORMAS knows no unit by its GSO code: import the units with the code as external id"))
    return Server(
        {code: str(row["uuid"]) for code, row in known.items()},
        user,
        disease.codes.sormas,
        system,
        {code: str(row.get("name", "")) for code, row in known.items()},
    )


def key_of(kind: str, key: str) -> str:
    """Return the UUID of a thing of ours in SORMAS: an episode's own for its case, others derived from it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"bluezone sormas {kind} {key}"))


def person(record: Record, server: Server, changed_at: dt.datetime) -> Dto:
    """Return the PersonDto of a record: its pseudonym as the last name, where nobody's name is given."""
    named = record.named
    made = _entity(key_of("person", record.person), changed_at) | {
        "firstName": "-",
        "lastName": (named.name if named else "") or record.person,
        "sex": _SEXES.get(record.sex, "UNKNOWN"),
        "presentCondition": "DEAD" if record.outcome == "died" else "ALIVE",
        "externalId": record.person,
        "address": _entity(key_of("address", record.person), changed_at) | _place(record, server),
    }
    if named and named.name:
        *given, family = named.name.split()
        made |= {"firstName": " ".join(given) or "-", "lastName": family}
    if record.birth_year is not None:
        made["birthdateYYYY"] = record.birth_year
    if record.outcome == "died" and record.ended_on is not None:
        made["deathDate"] = _millis(record.ended_on)
    if named and named.document:
        made["nationalHealthId"] = named.document
    if named and named.telephone:
        detail = _entity(key_of("telephone", record.person), changed_at)
        detail |= {"person": {"uuid": made["uuid"]}, "primaryContact": True, "contactInformation": named.telephone}
        made["personContactDetails"] = [detail | {"personContactDetailType": "PHONE"}]
    return made


def case(record: Record, server: Server, changed_at: dt.datetime) -> Dto:
    """Return the CaseDataDto of a case."""
    place = _place(record, server)
    made = _entity(key_of("case", record.key), changed_at) | {
        "disease": server.disease,
        "person": {"uuid": key_of("person", record.person)},
        "reportDate": _millis(record.reported_on),
        "reportingUser": {"uuid": server.user},
        "caseClassification": _CLASSIFICATIONS[record.classification],
        "investigationStatus": "DONE" if record.classification == "confirmed" else "PENDING",
        "caseOrigin": "IN_COUNTRY",
        "outcome": _OUTCOMES.get(record.outcome, "UNKNOWN"),
        "externalID": record.key,
        **{f"responsible{name.title()}": value for name, value in place.items()},
        "facilityType": None,
        "healthFacility": {"uuid": _NO_FACILITY},
        "healthFacilityDetails": "Bluezone",
    }
    if record.ended_on is not None and record.outcome in ("recovered", "died"):
        made["outcomeDate"] = _millis(record.ended_on)
    if record.onset_on is not None:
        symptoms = _entity(key_of("symptoms", record.key), changed_at)
        made["symptoms"] = symptoms | {"onsetDate": _millis(record.onset_on), "symptomatic": True}
    return made


#: SORMAS's own constant facility of a case that is in none
_NO_FACILITY = "SORMAS-CONSTID-ISNONE-FACILITY"


def contact(record: Record, server: Server, changed_at: dt.datetime) -> Dto:
    """Return the ContactDto of a contact, named by the exposure that counts: the last one whose source is known."""
    known = [each for each in record.exposures if each.source]
    exposure = max(known or record.exposures, key=lambda each: each.day, default=None)
    made = _entity(key_of("contact", record.key), changed_at) | {
        "disease": server.disease,
        "person": {"uuid": key_of("person", record.person)},
        "reportDateTime": _millis(record.reported_on),
        "reportingUser": {"uuid": server.user},
        "contactClassification": _CONTACT_CLASSIFICATIONS.get(record.classification, "NO_CONTACT"),
        "contactStatus": "CONVERTED" if record.is_case else "DROPPED" if record.ended_on else "ACTIVE",
        "followUpStatus": _FOLLOW_UPS[record.follow_up],
        "contactIdentificationSource": "TRACING_APP" if record.found_by_app else "CASE_PERSON",
        "externalID": record.key,
        **_place(record, server),
    }
    if record.found_by_app:
        made |= {"tracingApp": "OTHER", "tracingAppDetails": "Bluezone"}
    if exposure is not None:
        made["relationToCase"] = _RELATIONS.get(exposure.setting, "OTHER")
        if exposure.source:
            made["caze"] = {"uuid": key_of("case", exposure.source)}
    for name, day in (
        ("firstContactDate", record.first_contact_on),
        ("lastContactDate", record.last_contact_on),
        ("followUpUntil", record.follow_up_until),
    ):
        if day is not None:
            made[name] = _millis(day)
    if record.is_case:
        made["resultingCase"] = {"uuid": key_of("case", record.key)}
    if stay := next(iter(record.stays), None):
        made |= {"quarantine": _QUARANTINES[stay.kind], "quarantineFrom": _millis(stay.since)}
        made["quarantineTo"] = _millis(stay.until)
    return made


def pushed(records: Iterable[Record], server: Server, changed_at: dt.datetime) -> dict[str, list[tuple[str, Dto]]]:
    """Return what is pushed to each address, each with the key of its record, in the order in which they lean on each
    other: persons, cases, then contacts."""
    found: dict[str, list[tuple[str, Dto]]] = {"persons": [], "cases": [], "contacts": []}
    for record in records:
        found["persons"].append((record.key, person(record, server, changed_at)))
        if record.is_case:
            found["cases"].append((record.key, case(record, server, changed_at)))
        if record.is_contact:
            found["contacts"].append((record.key, contact(record, server, changed_at)))
    return found


def _entity(key: str, changed_at: dt.datetime) -> Dto:
    moment = int(changed_at.timestamp() * 1000)
    return {"uuid": key, "creationDate": moment, "changeDate": moment}


def _millis(day: dt.date) -> int:
    """Return noon of a day in the country as SORMAS writes a date: it falls on the same day by any zone near by."""
    return int(dt.datetime.combine(day, dt.time(12), ZoneInfo(country().time_zone)).timestamp() * 1000)


def _place(record: Record, server: Server) -> Dto:
    code = units.carried(record.unit, server.system or country().on(record.day).id).code
    found: Dto = {}
    for unit in units.levels(code):
        if (name := _LEVELS.get(unit.level)) and (known := server.units.get(unit.code.digits)):
            found[name] = {"uuid": known}
    if "region" not in found:
        raise ExchangeError(N_("SORMAS does not know the unit {code}"), code=_said(code))
    return found


def _said(code: UnitCode) -> str:
    return f"{code.digits} ({units.unit_of(code).full_name})"


def read_contact(dto: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a ContactDto says, in our words: of a contact that SORMAS gives back."""
    back = {value: name for name, value in _FOLLOW_UPS.items()}
    days = ("firstContactDate", "lastContactDate", "followUpUntil")
    return {
        "key": dto.get("externalID", ""),
        "follow_up": back.get(str(dto.get("followUpStatus")), "cancelled"),
        "by_app": dto.get("contactIdentificationSource") == "TRACING_APP",
        **{name: day_of(dto[name]) for name in days if dto.get(name) is not None},
    }


def day_of(millis: int) -> dt.date:
    """Return the day in the country of a moment that SORMAS writes."""
    return dt.datetime.fromtimestamp(millis / 1000, ZoneInfo(country().time_zone)).date()
