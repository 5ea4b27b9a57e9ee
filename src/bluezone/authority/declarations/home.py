"""Add to the officers' home page who waits for a call after a declaration."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.declarations import queries, rules
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor
from bluezone.forms.definition import Level


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Name to a commune how many wait for a call, the urgent ones apart."""
    own = scope.required(visitor.user)
    if own.role is not Role.COMMUNE:
        return
    waiting = queries.waiting(queries.editable(visitor.user))
    urgent = waiting.filter(level=Level.URGENT.rank).count()
    others = waiting.exclude(level=Level.URGENT.rank).count()
    way = TaskPart(_("See who waits"), address=reverse("declarations:list"))
    if urgent:
        text = ngettext("%(n)s declaration: call now.", "%(n)s declarations: call now.", urgent)
        yield Task(Tone.ACT, (TaskPart(text % {"n": number_text(urgent)}, urgent=True), way))
    if others:
        text = ngettext("%(n)s declaration: call today.", "%(n)s declarations: call today.", others)
        yield Task(Tone.WATCH, (TaskPart(text % {"n": number_text(others)}), way))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to declarations for who may read them; to how long people wait, for who answers for that."""
    if not rules.sees_people(scope.required(visitor.user)):
        return
    if confirming.may_read_health(Issuer(officer=visitor.user)):
        yield Link(reverse("declarations:list"), _("Health declarations"), _("who waits for a call, and why"))
    else:
        yield Link(reverse("declarations:times"), _("Health declarations"), _("how long people wait for a call"))


PART = HomePart(14, tasks, links)
