"""Tell tracing (`episodes`) of a person's stays: since when a contact is isolated, and that a test was negative: nobody
notes it twice."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.episodes import services as tracing
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.isolation import queries
from bluezone.authority.isolation.models import Stay


def isolated(stay: Stay, now: dt.datetime) -> None:
    """Note since when the contact whose stay it is is isolated. An earlier day that its office noted stays."""
    contact = _contact_of(stay)
    if contact is None or (contact.isolated_on is not None and contact.isolated_on <= stay.since):
        return
    try:
        tracing.isolate(contact, stay.since, now)
    except ContactError:
        # isolated for another reason before the meeting, or from tomorrow on: the contact's office decides
        return


def was_a_mistake(stay: Stay, now: dt.datetime) -> None:
    """Take the day back that a stay entered by mistake had given the contact; another stay's takes its place."""
    contact = _contact_of(stay)
    if contact is None or contact.isolated_on != stay.since:
        return
    tracing.release(contact, now)
    others = queries.isolated_since([stay.person_id]) if stay.person_id else {}
    if stay.person_id in others:
        isolated(Stay.objects.filter(person=stay.person_id, since=others[stay.person_id]).earliest("pk"), now)


def found_negative(stay: Stay, now: dt.datetime) -> None:
    """Note that a test of the contact whose stay it is was negative."""
    contact = _contact_of(stay)
    if contact is not None:
        tracing.found_negative(contact, now)


def _contact_of(stay: Stay) -> Episode | None:
    return Episode.objects.filter(person=stay.person_id, ended_on=None).first() if stay.person_id else None
