"""Read contacts of an officer's jurisdiction."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bluezone.authority.contacts.contact_rules import Decision, Standing
from bluezone.authority.contacts.models import Contact, Meeting
from bluezone.authority.contacts.rules import CALL_WITHIN
from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import User


def visible_contacts(officer: User) -> QuerySet[Contact]:
    """Return the contacts an officer may see: as with cases, those of the jurisdiction for who may confirm cases."""
    rows = Contact.objects.filter(place=NATION) if not officer.role else scope.visible(Contact.objects.all(), officer)
    return cases.held(rows, officer)


def editable_contacts(officer: User) -> QuerySet[Contact]:
    """Return the contacts an officer may change."""
    rows = Contact.objects.filter(place=NATION) if not officer.role else scope.editable(Contact.objects.all(), officer)
    return cases.held(rows, officer)


class Due(enum.StrEnum):
    """Name what is due of contacts, the most urgent first."""

    #: the hour has come that the last call agreed
    AGREED = "again"
    #: nobody has called them yet
    FIRST = "first"
    #: heard longer than a day ago, and not decided
    DECISION = "decision"


#: in which order those are listed who wait for each: the longest waiting first, by an index of just them
ORDERS = {
    Due.AGREED: ("call_again_at", "id"),
    Due.FIRST: ("entered_at", "id"),
    Due.DECISION: ("called_at", "id"),
}


@dataclass(frozen=True, slots=True)
class ToDo:
    """Count contacts by what is due of them."""

    by: Mapping[Due, int]

    @property
    def calls(self) -> int:
        """Return how many are to be called now."""
        return self.by[Due.AGREED] + self.by[Due.FIRST]

    @property
    def decisions(self) -> int:
        """Return how many wait for a decision longer than a day."""
        return self.by[Due.DECISION]


def _due(now: dt.datetime) -> Q:
    """Say `call_rules.is_due` to the database."""
    return _FIRST | _agreed(now)


#: nobody has called them yet
_FIRST = Q(decision=Decision.WAITING.value, called_at=None, call_again_at=None)


def _agreed(now: dt.datetime) -> Q:
    return Q(decision__in=[Decision.WAITING.value, Decision.CONTACT.value], call_again_at__lte=now)


def _late(now: dt.datetime) -> Q:
    return Q(decision=Decision.WAITING.value, called_at__lt=now - CALL_WITHIN)


def calls_due(officer: User, now: dt.datetime) -> QuerySet[Contact]:
    """Return the contacts that an officer's jurisdiction is to call now."""
    return editable_contacts(officer).filter(_due(now))


def to_do(officer: User, due: Due, now: dt.datetime) -> QuerySet[Contact]:
    """Return the contacts of an officer's jurisdiction of whom something is due, to be listed as `ORDERS` says."""
    wanted = {Due.AGREED: _agreed(now), Due.FIRST: _FIRST, Due.DECISION: _late(now)}[due]
    return editable_contacts(officer).filter(wanted)


def counts_to_do(officer: User, now: dt.datetime) -> ToDo:
    """Count what is due of an officer's jurisdiction."""
    # Each reads an index of just these rows: one count of all contacts would read each of them.
    return ToDo({due: to_do(officer, due, now).count() for due in Due})


def standing_of(contact: Contact) -> Standing:
    """Return what says for what a contact waits."""
    return Standing(
        contact.level,
        Decision(contact.decision),
        called=contact.called_at is not None,
        isolated=contact.isolated_on is not None,
        tested=bool(contact.tested),
    )


def meetings_of(contact: Contact) -> QuerySet[Meeting]:
    """Return a contact's meetings, the newest first."""
    rows = contact.meetings.select_related("case__person", "case__merged_into__person", "near__person")
    return rows.order_by("-day", "-pk")


def contacts_of(source: Case | Contact) -> QuerySet[Contact]:
    """Return the contacts of a case, and of the cases that turned out to be it, or of a contact."""
    there = Q(meetings__near=source)
    if isinstance(source, Case):
        # by their ids: a condition on either table would read all meetings
        there = Q(meetings__case__in=[source.pk, *source.merged.values_list("pk", flat=True)])
    return Contact.objects.filter(there).distinct().select_related("person").order_by("-entered_at")
