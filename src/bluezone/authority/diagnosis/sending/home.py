"""Add to the officer's home page the codes that ran out unused."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.diagnosis.queries import editable_cases
from bluezone.authority.diagnosis.sending import queries
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Return how many codes ran out unused, of cases that the officer may change."""
    if visitor.is_head or not visitor.user.may_confirm:
        return
    if waiting := queries.ran_out(editable_cases(visitor.user)).count():
        text = ngettext(
            "%(n)s code ran out without being used: call the person.",
            "%(n)s codes ran out without being used: call the people.",
            waiting,
        )
        look = TaskPart(_("Look at them"), address=reverse("sending:codes"))
        yield Task(Tone.WATCH, (TaskPart(text % {"n": number_text(waiting)}, urgent=True), look))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to sent codes."""
    if visitor.user.may_confirm:
        yield Link(reverse("sending:codes"), _("Codes"), _("sent, unused, by list; how many are used"))


PART = HomePart(46, tasks=tasks, links=links)
OFFICE_PART = HomePart(46, tasks=tasks, links=links, for_offices=True)
