"""Show which units below have reported, reminders to copy and send, and the figure of a school, office or company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.campaign.figures import entry, reader, reports
from bluezone.authority.campaign.figures.entry_views import say_day, say_problem, to_confirm
from bluezone.authority.campaign.figures.forms import OwnFigureForm
from bluezone.authority.campaign.figures.pages import own_organisation
from bluezone.authority.campaign.figures.presenters import figure_source, history
from bluezone.authority.campaign.figures.reports import Below, Line, Reporter, State
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, own_unit
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.outreach import services as outreach
from bluezone.authority.outreach.rules import OutreachError, TallyError
from bluezone.authority.site import clock
from bluezone.authority.site.language import (
    disclosure_text,
    number_text,
    page_language,
    sentence_of,
    unit_name,
)
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import Unit
from bluezone.i18n import format_date
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import FIRST_DAY, OrganisationCode

PAGE_SIZE = 100


def _day(request: HttpRequest) -> dt.date:
    """Return the day whose reports are looked at; today without one."""
    now = clock.today()
    text = request.POST.get("date") or request.GET.get("date")
    try:
        day = dt.date.fromisoformat(text) if text else now
    except ValueError:
        raise Http404 from None
    if not FIRST_DAY <= day <= now:
        raise Http404
    return day


def _asked(request: HttpRequest) -> tuple[Jurisdiction, Unit, dt.date, Below]:
    """Return whose reports are asked for: the officer's unit, a day, a group below it."""
    own = scope.directing_units(request.user)
    day = _day(request)
    unit = own_unit(own, day)
    possible = reports.groups(unit, day, is_office=own.is_office)
    wanted = request.POST.get("of") or request.GET.get("of") or possible[0].value
    if wanted not in possible:
        raise Http404
    return own, unit, day, Below(wanted)


def _sender(own: Jurisdiction, unit: Unit, day: dt.date) -> str:
    """Return who asks for the reports: the officer's unit, or the office."""
    return place_name(own.place, day) if own.is_office else unit_name(unit)


def group_name(group: Below) -> str:
    return {
        Below.PROVINCES: _("Provinces"),
        Below.DISTRICTS: _("Districts"),
        Below.COMMUNES: _("Communes and wards"),
        Below.ORGANISATIONS: _("Schools, offices, companies"),
    }[group]


def reporter_name(reporter: Reporter) -> str:
    if reporter.unit is not None:
        return unit_name(reporter.unit)
    assert reporter.organisation is not None
    return reporter.organisation.name


@officers_page
@require_GET
def reports_page(request: HttpRequest) -> HttpResponse:
    """List the units that have reported for a day, and those that have not, with how long they have been silent."""
    own, unit, day, group = _asked(request)
    lines = reports.lines(reports.reporters(unit, own, group, day), day)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "nav": "reports",
        "unit": _sender(own, unit, day),
        "day": day,
        "shown_day": format_date(day, page_language()),
        "yesterday": day - dt.timedelta(days=1),
        "tomorrow": day + dt.timedelta(days=1) if day < clock.today() else None,
        "groups": [(each.value, group_name(each)) for each in reports.groups(unit, day, is_office=own.is_office)],
        "group": group.value,
        "all": len(lines),
        "counts": {state.value: sum(line.seen.state is state for line in lines) for state in State},
        "due": sum(line.due for line in lines),
        "page": page,
        "rows": [_row(line) for line in page],
    }
    return render(request, "figures/reports.html", context)


def _row(line: Line) -> dict[str, Any]:
    is_unit = line.reporter.unit is not None
    language = page_language()
    return {
        "key": line.reporter.key,
        "name": reporter_name(line.reporter),
        "is_unit": is_unit,
        "state": line.seen.state.value,
        "last": format_date(line.seen.last, language) if line.seen.last else "",
        "total": _total(line),
        "total_of": format_date(line.figure.date, language) if line.figure else "",
        "source": figure_source(line.series, line.figure) if line.series and line.figure else "",
        "silent": line.seen.silent_days,
        "due": line.due,
        "reminded": line.reminded,
    }


def _total(line: Line) -> str:
    """Return the newest report's total; of an organisation as it is disclosed among its people."""
    organisation, figure = line.reporter.organisation, line.figure
    if figure is None or organisation is None:
        return number_text(figure.installs if figure is not None else None)
    assert line.series is not None
    return disclosure_text(reader.disclosure(line.series, organisation.people), page_language())


def _chosen(request: HttpRequest, lines: Sequence[Line]) -> list[Line]:
    """Return the lines ticked; without a tick all that are due. A page's worth at most."""
    keys = set(request.POST.getlist("key") or request.GET.getlist("key"))
    chosen = [line for line in lines if (line.reporter.key in keys if keys else line.due)]
    if keys - {line.reporter.key for line in chosen}:
        raise PermissionDenied  # of another jurisdiction, or of none
    return chosen[:PAGE_SIZE]


@officers_page
@require_GET
def remind(request: HttpRequest) -> HttpResponse:
    """Show the texts to copy, one for each unit, and one for a group chat."""
    own, unit, day, group = _asked(request)
    lines = _chosen(request, reports.lines(reports.reporters(unit, own, group, day), day))
    url, sender = request.build_absolute_uri(reverse("home")), _sender(own, unit, day)
    context = {
        "nav": "reports",
        "day": day,
        "shown_day": format_date(day, page_language()),
        "group": group.value,
        "texts": [
            {
                "key": line.reporter.key,
                "name": reporter_name(line.reporter),
                "text": reminder_text(line, sender, day, url),
            }
            for line in lines
        ],
        "together": together_text(lines, sender, day, url) if len(lines) > 1 else "",
    }
    return render(request, "figures/remind.html", context)


def reminder_text(line: Line, sender: str, day: dt.date, url: str) -> str:
    """Write a message for Zalo or SMS: what is missing, the last report, where to report."""
    language = page_language()
    last_text = ""
    if line.figure is not None:
        facts = {"total": _total(line), "date": format_date(line.figure.date, language)}
        last_text = " " + _("The last one was %(total)s, of %(date)s.") % facts
    facts = {"name": reporter_name(line.reporter), "sender": sender, "date": format_date(day, language), "url": url}
    asked = _("To %(name)s: %(sender)s has no Bluezone figure of yours for %(date)s.") % facts
    return asked + last_text + " " + _("Please report it today at %(url)s. Thank you.") % facts


def together_text(lines: Sequence[Line], sender: str, day: dt.date, url: str) -> str:
    """Write one message that reminds all units, for a group chat."""
    names = ", ".join(reporter_name(line.reporter) for line in lines)
    facts = {"sender": sender, "date": format_date(day, page_language()), "names": names, "url": url}
    missing = _("%(sender)s has no Bluezone figure for %(date)s from: %(names)s.") % facts
    return missing + " " + _("Please report it today at %(url)s. Thank you.") % facts


@officers_page
@require_POST
def reminded(request: HttpRequest) -> HttpResponse:
    """Record that the reminders were sent."""
    own, unit, day, group = _asked(request)
    lines = _chosen(request, reports.lines(reports.reporters(unit, own, group, day), day))
    allowed = [line.reporter for line in lines if reports.may_record(own, line.reporter)]
    reports.mark_reminded(allowed, day, scope.officer(request.user), clock.now())
    return redirect(f"{reverse('figures:reports')}?of={group.value}&date={day}")


@officers_page
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Show and take the figure of the own school, office or company."""
    return _figure_page(request, own_organisation(scope.required(request.user)), "own")


@officers_page
@require_http_methods(["GET", "POST"])
def of_organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Show and take the figure of an organisation, as it was reported to an officer above it."""
    own = scope.required(request.user)
    rows = scope.editable(Organisation.objects.select_related("merged_into"), request.user)
    found = rows.filter(code=code).exclude(place=own.place).first()
    if found is None and own.role is Role.UNIT_HEAD:
        return redirect("figures:own")
    if found is None:
        raise Http404
    if found.closed_on is not None and request.method == "GET":
        return redirect("units:unit", found.code)  # there it says since when, and what it went into
    return _figure_page(request, found, "reports")


def _closed_text(organisation: Organisation, closed_on: dt.date) -> str:
    """Say to whom wrote a figure of a unit that has been closed since the page was opened where it goes."""
    day = format_date(closed_on, page_language())
    if organisation.merged_into is None:
        return _("This unit is closed since {day}. Nothing was stored.").format(day=day)
    text = _("This unit went into {name} on {day}: enter the figure there. Nothing was stored.")
    return text.format(name=organisation.merged_into.name, day=day)


def _enter(judged: entry.Judged, form: OwnFigureForm, organisation: Organisation, officer: User) -> None:
    """Store a figure and, where they were told apart, how many are members and how many their families."""
    entry.enter(judged, officer)
    family, date = form.cleaned_data.get("family"), form.cleaned_data["date"]
    if family is not None:
        outreach.note_split(organisation, date, form.cleaned_data["installs"] - family, family, clock.today())


def _figure_page(request: HttpRequest, organisation: Organisation, nav: str) -> HttpResponse:
    day = clock.today()
    form = OwnFigureForm(request.POST or None, initial={"date": say_day(day)}, with_families=organisation.with_families)
    context = {
        "nav": nav,
        "form": form,
        "organisation": organisation,
        "above": place_name(organisation.place.rsplit("/", 2)[0] + "/", day),
        "people": number_text(organisation.people),
        "history": history(organisation, day, to_head=nav == "own"),
    }
    if request.method == "POST" and organisation.closed_on is not None:
        form.add_error(None, _closed_text(organisation, organisation.closed_on))
    if request.method == "GET" or not form.is_valid():
        return render(request, "figures/own.html", context, status=400 if form.errors else 200)
    cells = {name: str(value) for name, value in form.cleaned_data.items() if value is not None and name != "family"}
    code, member = OrganisationCode(organisation.code), Member(organisation.name, organisation.people, nav == "own")
    officer = scope.officer(request.user)
    try:
        with entry.turn():
            judged = entry.judge_report(code, member, cells, officer, clock.now())
            if settled := judged.is_settled(request.POST.get("confirm", "")):
                _enter(judged, form, organisation, officer)
    except (OutreachError, TallyError) as error:
        form.add_error("family", sentence_of(error))
        return render(request, "figures/own.html", context, status=400)
    for problem in judged.errors:
        form.add_error(problem.column if problem.column in form.fields else None, say_problem(problem))
    if not settled:
        asked = {} if form.errors else to_confirm(judged)
        if nav != "own":
            asked["replaces"] = ""  # what its head reported may tell of a person: those above see it as it is disclosed
        return render(request, "figures/own.html", context | asked, status=400)
    if nav == "own":
        return redirect("home")
    if found := organisation.parent:
        return redirect(f"{reverse('units:unit', args=[found.code])}#inside")
    return redirect(f"{reverse('figures:reports')}?of={Below.ORGANISATIONS.value}")
