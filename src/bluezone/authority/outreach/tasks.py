"""Make tasks of outreach: what a union has taken on, households that nobody visited, families that nobody counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.outreach import queries
from bluezone.authority.outreach.models import UnionTask
from bluezone.authority.outreach.unit_part import has_families, has_households
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.units.models import Organisation
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Wanted

_DUE_HOUR = 17


def wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield what is due of outreach at a head's unit; those above see it overdue in their list."""
    if post.own.role is not Role.UNIT_HEAD:
        return
    unit = Organisation.objects.filter(place=post.place, closed_on=None).select_related("hamlet").first()
    if unit is None:
        return
    if unit.sector == "unions":
        for each in queries.open_tasks(queries.tasks_of(unit), post.day):
            due_at = clock.beginning_of(each.due) + dt.timedelta(hours=_DUE_HOUR)
            yield f"task {each.pk}", Wanted(Kind.ROLLOUT, post.place, due_at, subject=unit.code, detail=str(each.pk))
    row = getattr(unit, "hamlet", None)
    never = max(0, (row.households or 0) - row.visited) if row is not None else 0
    if has_households(unit) and (row is None or not row.households or never):
        said = "" if row is None or not row.households else f"{never} {row.households}"
        yield "households", Wanted(Kind.ROLLOUT, post.place, post.at(_DUE_HOUR), subject=unit.code, detail=said)
    if has_families(unit) and queries.tallies([unit], post.day)[unit.code].tally.is_empty:
        yield "families", Wanted(Kind.ROLLOUT, post.place, post.at(_DUE_HOUR), subject=unit.code)


def lines(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of outreach."""
    keys = [int(task.detail) for task in tasks if " task " in task.source_key]
    of_unions = UnionTask.objects.filter(pk__in=keys).select_related("organisation", "at").in_bulk() if keys else {}
    return {task.pk: _line(task, of_unions) for task in tasks}


def _line(task: Task, of_unions: Mapping[int, UnionTask]) -> Line:
    if " task " in task.source_key:
        row = of_unions.get(int(task.detail))
        if row is None:
            return Line(_("Task of a union"))
        where = row.at.name if row.at is not None else ""
        address = reverse("outreach:task", args=[row.pk])
        name = row.organisation.name
        return Line(
            _("Task of a union"), address, _("Say what was done"), "form", name, relation=row.title, where=where
        )
    if task.source_key.endswith(" families"):
        address = reverse("outreach:families", args=[task.subject])
        last = _("Nobody has said yet how many families were reached.")
        return Line(_("Families"), address, _("Say it"), "form", last=last)
    address = reverse("outreach:households", args=[task.subject])
    if not task.detail:
        last = _("Nobody has said how many households there are.")
        return Line(_("Households"), f"{address}#number", _("Say it"), "form", last=last)
    never, households = (number_text(int(each)) for each in task.detail.split())
    last = _("%(never)s of %(households)s households were never visited.") % {"never": never, "households": households}
    return Line(_("Households"), address, _("Enter visits"), "form", last=last)


SOURCE = Source("outreach", lines, standing=wanted)
