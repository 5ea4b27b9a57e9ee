"""Make a suspected case or a contact of who declared, in one step each, and once however often it is pressed."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.services import seen, settle
from bluezone.authority.diagnosis import services as diagnosis
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import services as episodes
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.words import Setting
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import MOST_NAME, Identity
from bluezone.forms.definition import Use


def identity_of(row: HealthDeclaration) -> Identity:
    """Return who declared, as far as the form asks."""
    found = seen(row)

    def answer(use: Use) -> str:
        asked = found.form.used(use)
        given = found.answers.get(asked.name, "") if asked else ""
        return given if isinstance(given, str) else ""

    year = answer(Use.BIRTH_YEAR)
    return Identity(
        name=answer(Use.NAME)[:MOST_NAME],
        birth_year=int(year) if year else None,
        telephone=answer(Use.TELEPHONE),
        document=answer(Use.DOCUMENT),
        address=answer(Use.ADDRESS),
    )


@transaction.atomic
def enter_person(row: HealthDeclaration, by: Issuer, now: dt.datetime) -> Person:
    """Enter who declared among the persons of the officer's office, once. Raises IdentityError for what is no
    identity."""
    row = HealthDeclaration.objects.select_for_update().get(pk=row.pk)
    if row.person is not None and row.person.place == by.place:
        return row.person
    row.person = persons.enter(identity_of(row), by.place, now)
    row.save(update_fields=["person"])
    settle(row, now, by.officer)
    audit_log.note(row, by, {"outcome": ["None", row.person.pseudonym]})
    return row.person


@transaction.atomic
def open_case(row: HealthDeclaration, onset: dt.date, by: Issuer, now: dt.datetime) -> Case:
    """Open a suspected case of who declared: it waits for a test. Raises CaseError for a day that cannot be, IssueError
    without the right to confirm cases, IdentityError."""
    row = HealthDeclaration.objects.select_for_update().get(pk=row.pk)
    number = uuid.uuid5(uuid.NAMESPACE_OID, f"suspected case of a declaration {row.id_digest} {by.place}")
    known = Case.objects.filter(pk=number).first()
    if known is not None:
        return known
    person = enter_person(row, by, now)
    new = diagnosis.NewCase(Case.ReportType.SUSPECTED, onset_date=onset, case_id=number, person=person)
    case = diagnosis.open_without_code(new, by, now)
    diagnosis.keep_person(case, now)
    audit_log.note(row, by, {"outcome": ["None", f"case {person.pseudonym}"]})
    return case


@transaction.atomic
def enter_contact(row: HealthDeclaration, day: dt.date, setting: Setting, by: Issuer, now: dt.datetime) -> Episode:
    """Enter who declared as a contact of somebody whom nobody knows yet, met last on a day. Raises ContactError for a
    day that cannot be, IdentityError."""
    contact = episodes.enter(None, enter_person(row, by, now), Met(day, setting), by, now)
    audit_log.note(row, by, {"outcome": ["None", f"contact {contact.person.pseudonym if contact.person else ''}"]})
    return contact
