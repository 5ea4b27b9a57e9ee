"""Add to the officers' home page who waits for a call after reporting an exposure."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.contacts import queries
from bluezone.authority.officers import scope
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Say how many wait for a call, to officers of a place who have any."""
    own = scope.jurisdiction(visitor.user)
    if own is None or not own.directs_places:
        return
    counts = queries.waiting(visitor.user, clock.now())
    if not counts.waiting:
        return
    text = ngettext(
        "%(n)s person who reported an exposure waits for a call.",
        "%(n)s people who reported an exposure wait for a call.",
        counts.waiting,
    )
    parts = [TaskPart(text % {"n": number_text(counts.waiting)}, urgent=counts.late > 0)]
    parts.append(TaskPart(_("Open the queue"), address=reverse("contacts:list")))
    yield Task(Tone.ACT if counts.late else Tone.WATCH, tuple(parts))


def of_case(case_id: str) -> Link:
    """Return the way from a case to its contacts."""
    return Link(reverse("contacts:of-case", args=(case_id,)), _("Contacts"), _("Who was near on the infectious days."))


def of_person(pseudonym: str) -> Link:
    """Return the way from a pseudonym to the graph of contacts."""
    return Link(f"{reverse('contacts:graph')}?who={pseudonym}", _("In the contact graph"))


PART = HomePart(12, tasks)
