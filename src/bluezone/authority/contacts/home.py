"""Add to the officers' home page who waits for a call: after reporting an exposure, or as a contact of a case."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.contacts import contact_queries, contact_uploads, queries
from bluezone.authority.contacts.contact_queries import Due
from bluezone.authority.officers import scope
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Say how many who reported wait for a call, to officers of a place who have any; then what is due of contacts."""
    own = scope.jurisdiction(visitor.user)
    if own is not None and own.directs_places:
        yield from _of_reports(visitor)
    yield from contact_tasks(visitor)


def _of_reports(visitor: Visitor) -> Iterable[Task]:
    now, address = clock.now(), reverse("contacts:list")
    counts = queries.waiting(visitor.user, now)
    if counts.waiting:
        text = ngettext(
            "%(n)s person who reported an exposure waits for a call.",
            "%(n)s people who reported an exposure wait for a call.",
            counts.waiting,
        )
        yield _task(text, counts.waiting, address, _("Open the queue"), urgent=counts.late > 0)
    if again := queries.to_call_again(queries.judged(visitor.user), now).count():
        text = ngettext(
            "%(n)s person who reported an exposure is to be called again now.",
            "%(n)s people who reported an exposure are to be called again now.",
            again,
        )
        yield _task(text, again, f"{address}?outcome=again", _("See the people"))


def contact_tasks(visitor: Visitor) -> Iterable[Task]:
    """Say how many contacts are to be called now, and how many wait for a decision longer than a day: to who may
    confirm cases, of the own jurisdiction."""
    if not visitor.user.may_confirm or visitor.is_head:
        return
    yield from contact_uploads.PAGES.tasks(visitor.user)
    counts, address = contact_queries.counts_to_do(visitor.user, clock.now()), reverse("contacts:calls")
    if counts.decisions:
        text = ngettext(
            "%(n)s contact has waited for your decision longer than a day since the call.",
            "%(n)s contacts have waited for your decision longer than a day since the call.",
            counts.decisions,
        )
        way = f"{address}?due={Due.DECISION}"
        yield _task(text, counts.decisions, way, _("See the people"), urgent=True)
    if counts.calls:
        text = ngettext("%(n)s contact is to be called now.", "%(n)s contacts are to be called now.", counts.calls)
        yield _task(text, counts.calls, address, _("See the people"))


def _task(text: str, count: int, address: str, way: str, *, urgent: bool = False) -> Task:
    said = TaskPart(text % {"n": number_text(count)}, urgent=urgent)
    return Task(Tone.ACT if urgent else Tone.WATCH, (said, TaskPart(way, address=address)))


def of_case(case_id: str) -> Link:
    """Return the way from a case to its contacts."""
    return Link(reverse("contacts:of-case", args=(case_id,)), _("Contacts"), _("Who was near on the infectious days."))


def of_person(pseudonym: str) -> Link:
    """Return the way from a pseudonym to the graph of contacts."""
    return Link(f"{reverse('contacts:graph')}?who={pseudonym}", _("In the contact graph"))


PART = HomePart(12, tasks)
OFFICE_PART = HomePart(12, contact_tasks, for_offices=True)
