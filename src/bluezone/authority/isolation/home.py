"""Add to the officers' home page what is due of people in isolation."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.isolation import pages, queries, rules
from bluezone.authority.isolation.models import Stay
from bluezone.authority.isolation.rules import Due, Severity
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor

#: that many are named one by one
_SHOWN = 3


def tasks(visitor: Visitor) -> Iterable[Task]:
    """List who needs a call, which tests are due and who is to be released: to a commune and the head of a site. Above
    them, whom another place asks to take over."""
    own = scope.required(visitor.user)
    if not rules.sees_people(own):
        return
    if incoming := queries.moves_to(visitor.user).count():
        text = ngettext(
            "%(n)s person in isolation waits for your place to take them over.",
            "%(n)s people in isolation wait for your place to take them over.",
            incoming,
        )
        yield Task(Tone.WATCH, _parts(text, incoming, reverse("isolation:moves"), _("Look at them")))
    if own.role not in (Role.COMMUNE, Role.UNIT_HEAD):
        return
    yield from _of_people(queries.editable(visitor.user), visitor)


def _of_people(rows: QuerySet[Stay], visitor: Visitor) -> Iterable[Task]:
    now, listing = clock.now(), reverse("isolation:list")
    for declaration in queries.to_answer(rows)[:_SHOWN]:
        stay = declaration.stay
        urgent = declaration.severity == Severity.EMERGENCY
        text = (
            _("%(name)s, %(where)s: needs help now. Call at once.")
            if urgent
            else _("%(name)s, %(where)s: declared symptoms. Call today.")
        )
        said = text % {"name": pages.name_of(stay), "where": pages.where_of(stay, visitor.day)}
        address = reverse("isolation:stay", args=[stay.pk])
        yield Task(Tone.ACT, (TaskPart(said, urgent=True), TaskPart(_("Open the stay"), address=address)))
    late = sum(due is Due.CALL for due in queries.dues(queries.undeclared(rows, visitor.day), now).values())
    if late:
        text = ngettext(
            "%(n)s person in isolation has not declared today: call them.",
            "%(n)s people in isolation have not declared today: call them.",
            late,
        )
        yield Task(Tone.ACT, _parts(text, late, listing, _("See the people")))
    if tests := queries.tests_open(rows, visitor.day).count():
        text = ngettext(
            "%(n)s test in isolation is due or missed.", "%(n)s tests in isolation are due or missed.", tests
        )
        yield Task(Tone.WATCH, _parts(text, tests, listing, _("See the people")))
    if overdue := queries.overdue(rows, visitor.day).count():
        text = ngettext(
            "%(n)s person's isolation is over: release them.",
            "%(n)s people's isolation is over: release them.",
            overdue,
        )
        yield Task(Tone.WATCH, _parts(text, overdue, listing, _("See the people")))


def _parts(text: str, count: int, address: str, way: str) -> tuple[TaskPart, ...]:
    return TaskPart(text % {"n": number_text(count)}, urgent=True), TaskPart(way, address=address)


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to stays, for who sees them."""
    own = scope.required(visitor.user)
    if rules.sees_people(own) and (own.role is not Role.UNIT_HEAD or pages.heads_a_site(own)):
        yield Link(reverse("isolation:list"), _("Isolation"), _("who is in, who has declared, which tests are due"))


def new_stay(pseudonym: str) -> Link:
    """Return the way to enter a stay of somebody."""
    text = _("Enter the stay in isolation")
    return Link(f"{reverse('isolation:new')}?{urlencode({'pseudonym': pseudonym})}", text)


PART = HomePart(13, tasks, links)
