"""Add figures to the officer's home page: reports due, by whom, and the newest figure of a head's organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.figures import entry_views, national_pages, population_pages, reader, reports
from bluezone.authority.campaign.figures.presenters import figure_source, order_text, parts_text
from bluezone.authority.campaign.figures.reports import State
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.site.language import disclosure_text, number_text, page_language
from bluezone.authority.site.registries import HomePart, Link, Overview, Task, TaskPart, Tone, Visitor
from bluezone.authority.units import uploads
from bluezone.authority.units.models import Organisation
from bluezone.i18n import format_date, format_share
from bluezone.rollout.counts import OrganisationCode, Origin
from bluezone.rollout.series import Series
from bluezone.rollout.suppression import Extent


def tasks(visitor: Visitor) -> Iterable[Task]:
    """List today's report, tables that wait for a decision, and the reports of those below."""
    if visitor.is_head:
        yield _own_report(visitor)
        yield from _reports_inside(visitor)
        return
    code = str(visitor.unit.code)
    if reader.last_reports([visitor.unit.code], visitor.day).get(visitor.unit.code) == visitor.day:
        see = TaskPart(_("See it"), address=reverse("figures:unit", args=[code]))
        yield Task(Tone.SAFE, (TaskPart(_("The figure of today is entered.")), see))
    else:
        enter = TaskPart(_("Enter the figure"), address=f"{reverse('figures:new')}?unit={code}")
        yield Task(Tone.WATCH, (TaskPart(_("No report of today yet."), urgent=True), enter))
    for pages in (entry_views.PAGES, national_pages.PAGES, population_pages.PAGES, uploads.PAGES):
        yield from pages.tasks(visitor.user)
    yield from _reports_below(visitor)


def _reports_below(visitor: Visitor) -> Iterable[Task]:
    own = scope.required(visitor.user)
    group = reports.groups(visitor.unit, visitor.day, is_office=own.is_office)[0]
    lines = reports.lines(reports.reporters(visitor.unit, own, group, visitor.day), visitor.day)
    if not lines:
        return
    received = sum(line.seen.state is State.RECEIVED for line in lines)
    due = sum(line.due for line in lines)
    counted = {"received": received, "all": len(lines)}
    parts = [TaskPart(_("%(received)s of %(all)s below have reported today.") % counted)]
    if due:
        reminders = ngettext("%(counter)s reminder is due.", "%(counter)s reminders are due.", due)
        parts.append(TaskPart(reminders % {"counter": due}, urgent=True))
    parts.append(TaskPart(_("See who"), address=f"{reverse('figures:reports')}?of={group.value}"))
    tone = Tone.ACT if due else Tone.SAFE if received == len(lines) else Tone.WATCH
    yield Task(tone, tuple(parts))


def _own_report(visitor: Visitor) -> Task:
    code = OrganisationCode(codes_of(visitor.place)[-1])
    if reader.last_reports([code], visitor.day).get(code) == visitor.day:
        correct = TaskPart(_("Correct it"), address=reverse("figures:own"))
        return Task(Tone.SAFE, (TaskPart(_("You have reported today. Thank you.")), correct))
    report = TaskPart(_("Report our figure"), address=reverse("figures:own"))
    return Task(Tone.WATCH, (TaskPart(_("No report of today yet."), urgent=True), report))


def _reports_inside(visitor: Visitor) -> Iterable[Task]:
    """List how many of the units in a head's own have reported today."""
    inside = Organisation.objects.filter(parent__place=visitor.place, closed_on=None)
    codes = [OrganisationCode(code) for code in inside.values_list("code", flat=True)]
    if not codes:
        return
    received = sum(day == visitor.day for day in reader.last_reports(codes, visitor.day).values())
    counted = {"received": number_text(received), "all": number_text(len(codes))}
    see = TaskPart(_("See who"), address=f"{reverse('units:unit', args=[codes_of(visitor.place)[-1]])}#inside")
    tone = Tone.SAFE if received == len(codes) else Tone.WATCH
    yield Task(tone, (TaskPart(_("%(received)s of %(all)s units in it have reported today.") % counted), see))


def office_tasks(visitor: Visitor) -> Iterable[Task]:
    """List the reports of the units of an office's sectors, and lists that wait for a decision."""
    yield from uploads.PAGES.tasks(visitor.user)
    yield from _reports_below(visitor)


def office_links(_visitor: Visitor) -> Iterable[Link]:
    """Return the link to the reports of an office's units."""
    yield Link(reverse("figures:reports"), _("Reports and reminders"), _("who has reported, who is silent"))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the links to figures and reports."""
    if visitor.is_head:
        yield Link(reverse("figures:own"), _("Report our figure"), _("how many of your people have the app"))
        return
    yield Link(reverse("figures:new"), _("Enter a figure"), _("of your unit or one below, or correct one"))
    yield Link(
        reverse("figures:upload"), _("Import a table"), _("any spreadsheet, looked at before anything is stored")
    )
    yield Link(reverse("national:table"), _("The national table"), _("as the Ministry printed it, beside our ranks"))
    yield Link(reverse("populations:list"), _("Populations"), _("how many people there are: what shares are of"))
    yield Link(reverse("figures:unit", args=[str(visitor.unit.code)]), _("All our figures"), _("with their sources"))
    yield Link(reverse("figures:reports"), _("Reports and reminders"), _("who has reported, who is silent"))
    yield Link(reverse("figures:completeness"), _("Reports day by day"), _("how many of each level, and approved days"))


def overview(visitor: Visitor) -> Overview | None:
    """Return the newest figure of a head's organisation; for all others the bulletin has more."""
    organisation = Organisation.objects.filter(place=visitor.place).first() if visitor.is_head else None
    if organisation is None:
        return None
    code, people = OrganisationCode(organisation.code), organisation.people
    series = reader.series_of([code], visitor.day).get(code)
    counted = reader.series_of([code], visitor.day, among=(Origin.COUNTED,)).get(code)
    figure = series.figure if series else None
    facts = [(_("Code on the poster"), organisation.code), (_("People it means"), number_text(people) or "–")]
    if counted:
        facts.append((_("Counted by the poster"), disclosure_text(reader.disclosure(counted, people), page_language())))
    sources = []
    if series and figure:
        if series.parts:
            sources.append(parts_text(series.parts, page_language(), as_sentence=True))
        source = figure_source(series, figure)
        sources.append(f"{_('Source: %(source)s.') % {'source': source}} {order_text()}")
    return Overview(_sentence(series, people), _("Your unit"), facts, sources=sources)


def shown_to_head(organisation: Organisation, day: dt.date) -> int:
    """Return what a head may read of its organisation's figure: what it reported as it is, of a poster's count what is
    disclosed; 0 without any."""
    code = OrganisationCode(organisation.code)
    series = reader.series_of([code], day).get(code)
    figure = series.figure if series else None
    if series is None or figure is None:
        return 0
    as_shown = figure.origin is Origin.COUNTED or series.parts is not None
    return reader.disclosure(series, organisation.people).at_least if as_shown else figure.installs or 0


def _sentence(series: Series | None, people: int | None) -> str:
    figure = series.figure if series else None
    if series is None or figure is None or figure.installs is None:
        return _("There is no figure yet.")
    made = reader.disclosure(series, people)
    is_sum = made.extent is Extent.AT_LEAST
    if (figure.origin is Origin.COUNTED or series.parts) and made.extent is not Extent.EXACT and not is_sum:
        return _("The count is not told exactly: it could tell who has the app, or who has not.")
    language = page_language()
    count = disclosure_text(made, language) if is_sum else number_text(figure.installs)
    facts = {"installs": count[:1].upper() + count[1:], "date": format_date(figure.date, language)}
    if not people:
        return _("%(installs)s people had the app on %(date)s.") % facts
    facts |= {"people": number_text(people), "share": format_share(figure.installs / people, language)}
    return _("%(installs)s of %(people)s people had the app on %(date)s: %(share)s.") % facts


PART = HomePart(10, tasks, links, overview)
OFFICE_PART = HomePart(10, office_tasks, office_links, for_offices=True)
