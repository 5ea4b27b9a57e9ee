"""Take the contacts of a case along when another office takes the case over (`diagnosis.signals`)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from bluezone.authority.contacts import contact_rules
from bluezone.authority.contacts.contact_rules import Ties
from bluezone.authority.contacts.models import Contact, Meeting
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.persons import services as persons


@transaction.atomic
def take_along(*, cases: Sequence[Case], from_place: str, to_place: str, **_signal: object) -> None:
    """Give the contacts of cases that were handed over to the new office, with who they are: those that the old one
    entered and that nothing else ties to it (`contact_rules.going`)."""
    rows = _candidates(cases, from_place)
    patients = {case.person_id for case in cases if case.person_id is not None}
    for key in contact_rules.going(_ties(rows, patients, from_place)):
        row = rows[key]
        row.place = to_place
        row.save(update_fields=["place"])
        if row.person is not None and row.person.place == from_place:
            persons.hand_over(row.person, to_place)


def _candidates(cases: Sequence[Case], place: str) -> dict[uuid.UUID, Contact]:
    """Return the contacts of an office that met the cases, that are their people, and that met such contacts."""
    own = Contact.objects.filter(place=place)
    near = Q(meetings__case__in=cases) | Q(person__in=[case.person_id for case in cases if case.person_id])
    found: dict[uuid.UUID, Contact] = {}
    while new := set(own.filter(near).values_list("pk", flat=True)) - found.keys():
        locked = Contact.objects.select_for_update(of=("self",)).select_related("person").filter(pk__in=new)
        found |= {row.pk: row for row in locked.order_by("pk")}
        near = Q(meetings__near__in=new)
    return found


def _ties(rows: Mapping[uuid.UUID, Contact], patients: set[int], place: str) -> dict[uuid.UUID, Ties[uuid.UUID]]:
    """Return what ties contacts to an office. Who is a patient handed over goes in any case: the identity went."""
    theirs = Case.objects.filter(place=place, merged_into=None).exclude(status=Case.Status.WITHDRAWN)
    met = Meeting.objects.filter(contact__in=list(rows))
    there = Q(case__in=theirs) | Q(case__merged_into__in=theirs)
    held = set(met.filter(there).values_list("contact", flat=True))
    people = {row.person_id for row in rows.values() if row.person_id is not None}
    ill = set(theirs.filter(person__in=people).values_list("person", flat=True))
    near: dict[uuid.UUID, set[uuid.UUID]] = {key: set() for key in rows}
    for key, source in met.filter(near__place=place).values_list("contact", "near"):
        near[key].add(source)
    return {
        key: Ties() if row.person_id in patients else Ties(key in held or row.person_id in ill, frozenset(near[key]))
        for key, row in rows.items()
    }
