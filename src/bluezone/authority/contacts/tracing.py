"""Enter contacts and their meetings, and note what was done and decided of them.

Whoever keeps isolations says by `isolate` and `release` when one began, and that it was none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.contacts import calling, contact_rules, warning
from bluezone.authority.contacts.contact_rules import ContactError, Decision, FoundBy, Setting, Tested
from bluezone.authority.contacts.models import Contact, Meeting, Report
from bluezone.authority.contacts.receiving import NUMBER
from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock, encryption


@dataclass(frozen=True, slots=True)
class Met:
    """Describe a meeting as an office learnt of it. `site`: the place of an organisation, or nothing."""

    day: dt.date
    setting: Setting
    found_by: FoundBy = FoundBy.HAND
    site: str = ""


@transaction.atomic
def enter(
    source: Case | Contact | None,
    who: Identity | Person,
    met: Met,
    by: Issuer,
    now: dt.datetime,
    warned_at: dt.datetime | None = None,
) -> Contact:
    """Enter that somebody was near a case or a contact; None: near somebody unknown, as a phone said.

    One person has one row, and is of the level nearest to a case. A person that the office knows by the same document
    is the same; a telephone number alone says nothing, for a household shares it. Raises ContactError, IdentityError.
    """
    level = contact_rules.level_after(source.level if isinstance(source, Contact) else 0)
    contact_rules.check_meeting(met.day, *days_of(source), clock.date_of(now))
    person = who if isinstance(who, Person) else _known(who, by.place) or persons.enter(who, by.place, now)
    if isinstance(source, Case | Contact) and source.person_id == person.pk:
        raise ContactError(gettext_noop("nobody is a contact of their own"), "pseudonym")
    persons.keep_until(person, clock.date_of(now))
    contact, made = Contact.objects.get_or_create(
        person=person,
        defaults={
            "place": by.place,
            "level": level,
            "entered_at": now,
            "entered_by": by.officer,
            "warned_at": warned_at,
        },
    )
    if not made and (level < contact.level or (warned_at is not None and contact.warned_at is None)):
        contact.level, contact.warned_at = min(level, contact.level), contact.warned_at or warned_at
        contact.save(update_fields=["level", "warned_at"])
    Meeting.objects.get_or_create(
        contact=contact,
        case=source if isinstance(source, Case) else None,
        near=source if isinstance(source, Contact) else None,
        day=met.day,
        defaults={"setting": met.setting.value, "found_by": met.found_by.value, "site": met.site},
    )
    return contact


def _known(who: Identity, place: str) -> Person | None:
    return next(iter(persons.find(place, "", who.document)), None) if who.document else None


@transaction.atomic
def enter_report(
    report: Report, source: Case | None, setting: Setting, by: Issuer, now: dt.datetime, site: str = ""
) -> Contact:
    """Enter who reported an exposure as a contact, found by the app; whose contact it is, the call told, or nobody
    knows. Raises ContactError for a report that was not decided to be a contact's."""
    if report.outcome != "f1" or not bytes(report.number):
        raise ContactError(gettext_noop("decide first that who reported is a contact"))
    number = encryption.decrypt(NUMBER, bytes(report.number))
    met = Met(report.day, setting, FoundBy.APP, site)
    contact = enter(source, Identity(telephone=number), met, by, now, report.received_at)
    calling.give_to(contact, report, now)
    if contact.decision == Decision.WAITING:
        decide(contact, Decision.CONTACT, now)
    return contact


def days_of(source: Case | Contact | None) -> tuple[dt.date, dt.date]:
    """Return the first and last day on which who was met can have infected others."""
    if isinstance(source, Case):
        return contact_rules.infectious_days(source.window, None)
    return contact_rules.infectious_days(None, first_meeting(source) if source is not None else None)


def first_meeting(contact: Contact) -> dt.date | None:
    """Return the day on which a contact was near somebody first."""
    return contact.meetings.order_by("day").values_list("day", flat=True).first()


@transaction.atomic
def decide(contact: Contact, decision: Decision, now: dt.datetime) -> None:
    """Decide of a contact; who is none warns nobody any more. Raises ContactError."""
    row = _locked(contact)
    contact_rules.check_decision(Decision(row.decision), decision)
    row.decision, row.decided_at = decision.value, now
    row.save(update_fields=["decision", "decided_at"])
    if decision is Decision.NOT:
        warning.release(row, now)


@transaction.atomic
def isolate(contact: Contact, day: dt.date, now: dt.datetime) -> None:
    """Note since when a contact is apart from others. Raises ContactError."""
    row = _locked(contact)
    contact_rules.check_isolation(day, first_meeting(row) or day, clock.date_of(now))
    row.isolated_on = day
    row.save(update_fields=["isolated_on"])


@transaction.atomic
def release(contact: Contact) -> None:
    """Note that a contact was not apart from others: the day that was noted was a mistake."""
    row = _locked(contact)
    row.isolated_on = None
    row.save(update_fields=["isolated_on"])


@transaction.atomic
def found_negative(contact: Contact, now: dt.datetime) -> None:
    """Note that a contact's test was negative: it warns nobody any more. A positive one is a case's."""
    row = _locked(contact)
    row.tested = Tested.NEGATIVE.value
    row.save(update_fields=["tested"])
    warning.release(row, now)


@transaction.atomic
def open_case(contact: Contact, by: Issuer, now: dt.datetime) -> Case:
    """Open a suspected case of a contact who is tested today, of the same person; the one there is, if there is one.
    Raises ContactError for a person whose identity has gone, or is another office's."""
    row = _locked(contact)
    if row.person is None or row.person.place != by.place:
        raise ContactError(gettext_noop("this identity belongs to another office"))
    there = Case.objects.filter(person=row.person, merged_into=None).exclude(status=Case.Status.WITHDRAWN).first()
    if there is not None:
        return there
    new = cases.NewCase(Case.ReportType.SUSPECTED, test_date=clock.date_of(now))
    case = cases.open_without_code(new, by, now)
    case.person = row.person
    case.save(update_fields=["person"])
    persons.keep_until(row.person, clock.date_of(now))
    return case


def _locked(contact: Contact) -> Contact:
    return Contact.objects.select_for_update(of=("self",)).select_related("person").get(pk=contact.pk)
