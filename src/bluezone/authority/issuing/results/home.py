"""Add laboratories' results that wait to the officer's home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.issuing.results import queries
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Task, TaskPart, Tone, Visitor


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Return how many results of laboratories wait for the officer."""
    if visitor.is_head or not visitor.user.may_confirm:
        return
    if waiting := queries.tasks_of(visitor.user).count():
        text = ngettext(
            "%(n)s result of a laboratory waits for you.", "%(n)s results of laboratories wait for you.", waiting
        )
        look = TaskPart(_("See the results"), address=reverse("issuing:results"))
        yield Task(Tone.ACT, (TaskPart(text % {"n": number_text(waiting)}, urgent=True), look))


PART = HomePart(44, tasks=tasks)
OFFICE_PART = HomePart(44, tasks=tasks, for_offices=True)
