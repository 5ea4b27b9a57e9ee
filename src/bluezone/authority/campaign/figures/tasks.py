"""Make tasks of figures: today's report of a place or an organisation, and the reports of those below that are late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.figures import reader, reports
from bluezone.authority.officers.jurisdiction import Role, codes_of
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.units.models import Organisation
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Wanted
from bluezone.geography.units import UnitCode
from bluezone.i18n import format_date
from bluezone.rollout.counts import OrganisationCode

#: the hour by which a day's figure is entered
_DUE_HOUR = 17


def wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield what is due of figures at a post: the own report of today, with the day of the last one, where it is not
    entered; and reminders to those below."""
    due_at = post.at(_DUE_HOUR)
    if not post.own.is_office:
        is_head = post.own.role is Role.UNIT_HEAD
        code: UnitCode | OrganisationCode = OrganisationCode(codes_of(post.place)[-1]) if is_head else post.unit.code
        last = reader.last_reports([code], post.day).get(code)
        if last != post.day:
            detail = "" if last is None else last.isoformat()
            yield "report", Wanted(Kind.ROLLOUT, post.place, due_at, subject=str(code), detail=detail)
    late, group = _late_below(post)
    if late:
        yield "below", Wanted(Kind.ROLLOUT, post.place, due_at, subject=str(late), detail=group)


def _late_below(post: Post) -> tuple[int, str]:
    """Return how many of those below are to be reminded, and in which group; of a head how many in it are silent."""
    if post.own.role is Role.UNIT_HEAD:
        inside = Organisation.objects.filter(parent__place=post.place, closed_on=None).values_list("code", flat=True)
        codes = [OrganisationCode(code) for code in inside]
        return sum(day != post.day for day in map(reader.last_reports(codes, post.day).get, codes)), "inside"
    group = reports.groups(post.unit, post.day, is_office=post.own.is_office)[0]
    lines = reports.lines(reports.reporters(post.unit, post.own, group, post.day), post.day)
    return sum(line.due for line in lines), group.value


def lines(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of reports."""
    return {task.pk: (_below if task.source_key.endswith(" below") else _own)(task, reader) for task in tasks}


def _own(task: Task, reader: Reader) -> Line:
    is_head = ":" not in task.subject and codes_of(task.place)[-1:] == [task.subject]
    address = reverse("figures:own") if is_head else f"{reverse('figures:new')}?unit={task.subject}"
    last = _("No report yet.")
    if task.detail:
        day = format_date(dt.date.fromisoformat(task.detail), page_language())
        last = _("The last report is of %(day)s.") % {"day": day}
    about = place_name(task.place, clock.date_of(reader.now))
    return Line(_("Today's figure"), address, _("Enter the figure"), "upload", about=about, last=last)


def _below(task: Task, reader: Reader) -> Line:
    late = int(task.subject)
    if task.detail == "inside":
        address = f"{reverse('units:unit', args=[codes_of(task.place)[-1]])}#inside"
        text = ngettext("%(n)s unit in it has not reported.", "%(n)s units in it have not reported.", late)
    else:
        address = f"{reverse('figures:reports')}?of={task.detail}"
        text = ngettext("%(n)s reminder is due.", "%(n)s reminders are due.", late)
    about = place_name(task.place, clock.date_of(reader.now))
    return Line(_("Late reports"), address, _("See who"), "wait", about=about, last=text % {"n": number_text(late)})


SOURCE = Source("figure", lines, standing=wanted)
