"""Add outreach to the officer's home page: households to visit, tallies to enter, what unions have to do today."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.officers import scope
from bluezone.authority.outreach import presenters, queries
from bluezone.authority.outreach.rules import TaskState, task_state
from bluezone.authority.outreach.unit_part import has_families, has_households
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor
from bluezone.authority.units.models import Organisation
from bluezone.i18n import format_date

_TONES = {TaskState.OVERDUE: Tone.ACT, TaskState.TODAY: Tone.WATCH, TaskState.COMING: Tone.PLAIN}
#: a union's tasks that are named one by one
_MOST_NAMED = 3


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Return what is due today: of a head's unit, or of the unions of a place."""
    if not visitor.is_head:
        yield from _of_place(visitor)
        return
    unit = Organisation.objects.filter(place=visitor.place, closed_on=None).select_related("hamlet").first()
    if unit is None:
        return
    if unit.sector == "unions":
        yield from _of_union(unit, visitor)
    if has_households(unit):
        yield _of_hamlet(unit)
    if has_families(unit) and (made := _of_families(unit, visitor)) is not None:
        yield made


def _of_union(union: Organisation, visitor: Visitor) -> Iterable[Task]:
    rows = list(queries.open_tasks(queries.tasks_of(union), visitor.day)[: _MOST_NAMED + 1])
    for each in rows[:_MOST_NAMED]:
        state = task_state(each.due, each.done_on, visitor.day)
        where = f", {each.at.name}" if each.at is not None else ""
        facts = {"task": f"{each.title}{where}", "day": format_date(each.due, page_language())}
        parts = (
            TaskPart(presenters.state_name(state).capitalize() + ":", urgent=state is not TaskState.COMING),
            TaskPart(_("%(task)s (by %(day)s).") % facts),
            TaskPart(_("Say what was done"), address=reverse("outreach:task", args=[each.pk])),
        )
        yield Task(_TONES[state], parts)
    if len(rows) > _MOST_NAMED:
        address = f"{reverse('units:unit', args=[union.code])}#tasks"
        yield Task(Tone.PLAIN, (TaskPart(_("All tasks"), address=address),))


def _of_hamlet(unit: Organisation) -> Task:
    row = getattr(unit, "hamlet", None)
    address = reverse("outreach:households", args=[unit.code])
    if row is None or not row.households:
        parts = (
            TaskPart(_("Nobody has said how many households there are."), urgent=True),
            TaskPart(_("Say it"), address=f"{address}#number"),
        )
        return Task(Tone.WATCH, parts)
    never = max(0, row.households - row.visited)
    facts = {"never": number_text(never), "households": number_text(row.households)}
    if not never:
        return Task(Tone.SAFE, (TaskPart(_("All %(households)s households were visited.") % facts),))
    parts = (
        TaskPart(_("%(never)s of %(households)s households were never visited.") % facts, urgent=True),
        TaskPart(_("Enter visits"), address=address),
    )
    return Task(Tone.WATCH, parts)


def _of_families(unit: Organisation, visitor: Visitor) -> Task | None:
    found = queries.tallies([unit], visitor.day)[unit.code]
    if not found.tally.is_empty:
        return None
    sentence = _("Nobody has said yet how many families were reached.")
    enter = TaskPart(_("Say it"), address=reverse("outreach:families", args=[unit.code]))
    return Task(Tone.PLAIN, (TaskPart(sentence), enter))


def _of_place(visitor: Visitor) -> Iterable[Task]:
    unions = queries.unions(scope.visible(Organisation.objects.all(), visitor.user))
    rows = queries.open_tasks(queries.tasks_in(unions), visitor.day)
    states = [task_state(due, None, visitor.day) for due in rows.values_list("due", flat=True)]
    overdue, today = states.count(TaskState.OVERDUE), states.count(TaskState.TODAY)
    if not overdue and not today:
        return
    parts = []
    if today:
        text = ngettext("%(counter)s task of unions is due today.", "%(counter)s tasks of unions are due today.", today)
        parts.append(TaskPart(text % {"counter": today}))
    if overdue:
        text = ngettext("%(counter)s task of unions is overdue.", "%(counter)s tasks of unions are overdue.", overdue)
        parts.append(TaskPart(text % {"counter": overdue}, urgent=True))
    parts.append(TaskPart(_("See whose"), address=f"{reverse('outreach:overview')}?of=unions"))
    yield Task(Tone.ACT if overdue else Tone.WATCH, tuple(parts))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to the overview."""
    if not visitor.is_head:
        help_text = _("families, households, what unions do")
        yield Link(reverse("outreach:overview"), _("Whom we reach"), help_text)


PART = HomePart(32, tasks, links)
