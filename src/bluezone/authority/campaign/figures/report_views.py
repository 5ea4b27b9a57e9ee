"""Show which units below have reported and take the approval of a day, reminders to copy and send, and the figure of a
school, office or company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluezone.authority.campaign.figures import entry, reader, reports, store
from bluezone.authority.campaign.figures.entry_views import JudgedFigure, say_day
from bluezone.authority.campaign.figures.forms import OwnFigureForm, ReasonForm
from bluezone.authority.campaign.figures.presenters import figure_source, history, withdrawal_text
from bluezone.authority.campaign.figures.reports import Below, Line, Reported, Reporter, State
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import Access, OfficerPage, OfObject, Reach, Step
from bluezone.authority.officers.jurisdiction import Role, own_unit
from bluezone.authority.officers.pages import place_name
from bluezone.authority.outreach import services as outreach
from bluezone.authority.site import clock
from bluezone.authority.site.language import disclosure_text, named_day, number_text, page_language, unit_name
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import Unit
from bluezone.i18n import format_date, format_share
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import FIRST_DAY, OrganisationCode

PAGE_SIZE = 100
#: days of which completeness is shown, and units named that are missing on one
_DAYS, _NAMED = 14, 4


class OfReports(OfficerPage):
    """Serve a page about the reports of those below an officer for a day (`?date=`), of one group (`?of=`)."""

    access: ClassVar[Access | None] = scope.directing_units
    nav = "reports"
    unit: Unit
    day: dt.date
    group: Below

    def prepare(self) -> None:
        """Read what is asked for: from a form before the address."""
        asked = {**self.request.GET.dict(), **self.request.POST.dict()}
        self.day = day_of(str(asked.get("date") or ""))
        self.unit = own_unit(self.own, self.day)
        self.groups = reports.groups(self.unit, self.day, is_office=self.own.is_office)
        wanted = asked.get("of") or self.groups[0].value
        if wanted not in self.groups:
            raise Http404
        self.group = Below(wanted)

    @property
    def sender(self) -> str:
        """Return who asks for the reports: the officer's unit, or the office."""
        return place_name(self.own.place, self.day) if self.own.is_office else unit_name(self.unit)

    def lines(self) -> list[Line]:
        return reports.lines(reports.reporters(self.unit, self.own, self.group, self.day), self.day)

    def chosen(self) -> list[Line]:
        """Return the lines ticked; without a tick all that are due. A page's worth at most."""
        lines = self.lines()
        keys = set(self.request.POST.getlist("key") or self.request.GET.getlist("key"))
        found = [line for line in lines if (line.reporter.key in keys if keys else line.due)]
        if keys - {line.reporter.key for line in found}:
            raise PermissionDenied  # of another jurisdiction, or of none
        return found[:PAGE_SIZE]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"day": self.day, "shown_day": format_date(self.day, page_language()), "group": self.group.value}
        return super().get_context_data(**shown | kwargs)


def day_of(text: str) -> dt.date:
    """Return the day that an address asks for; today without one. Raises Http404 for none, or one before the app or
    after today."""
    now = clock.today()
    try:
        day = dt.date.fromisoformat(text) if text else now
    except ValueError:
        raise Http404 from None
    if not FIRST_DAY <= day <= now:
        raise Http404
    return day


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


class ReportsPage(OfReports):
    """List the units that have reported for a day, and those that have not, with how long they have been silent."""

    template_name = "figures/reports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines, day = self.lines(), self.day
        page = Paginator(lines, PAGE_SIZE).get_page(self.request.GET.get("page"))
        approvals = reader.approvals_above(self.own.place, day, day)
        context = {
            "yesterday": day - dt.timedelta(days=1),
            "tomorrow": day + dt.timedelta(days=1) if day < clock.today() else None,
            "groups": [(each.value, group_name(each)) for each in self.groups],
            "all": len(lines),
            "counts": {state.value: sum(line.seen.state is state for line in lines) for state in State},
            "due": sum(line.due for line in lines),
            "page": page,
            "rows": [_row(line) for line in page],
            "approval": approvals.get(day),
            "may_approve": self.own.directs_places and day not in approvals,
            "may_withdraw": self.own.directs_places and reader.is_approved_by(self.own.place, day),
            "withdrawal": ReasonForm(),
            "withdrawn": [withdrawal_text(each) for each in store.approvals_withdrawn(self.own.place, day)],
        }
        return super().get_context_data(**context | kwargs)


class ReportsStep(Step):
    """Do one thing with the reports of a day, and go back to them."""

    day: dt.date
    group: Below

    def way_back(self) -> str:
        return f"{reverse('figures:reports')}?of={self.group.value}&date={self.day}"


class ApproveDay(ReportsStep, ReportsPage):
    """Approve what the units below have reported for a day: from then on it changes only by a correction that is
    shown."""

    access: ClassVar[Access | None] = scope.directing
    done = gettext_lazy("The figures of this day are approved.")

    def act(self) -> None:
        store.approve(self.own.place, self.day, self.officer, clock.now())


class WithdrawApproval(ReportsStep, ReportsPage):
    """Withdraw, with a reason, the approval that the officer's own office gave: figures of the day change as before."""

    access: ClassVar[Access | None] = scope.directing
    form_class = ReasonForm
    form_name = "withdrawal"
    done = gettext_lazy("The approval of this day is withdrawn.")

    def act(self) -> None:
        store.withdraw_approval(self.own.place, self.day, self.form.cleaned_data["reason"])


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


class CompletenessPage(OfReports):
    """Show day by day how many of each level below have reported, who is missing, and which days are approved."""

    template_name = "figures/completeness.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = [day for back in range(_DAYS) if (day := self.day - dt.timedelta(days=back)) >= FIRST_DAY]
        found = reports.completeness(self.unit, self.own, self.groups, days)
        approvals = reader.approvals_above(self.own.place, days[-1], days[0])
        earlier, later = days[-1] - dt.timedelta(days=1), self.day + dt.timedelta(days=_DAYS)
        context = {
            "unit": self.sender,
            "groups": [group_name(group) for group in self.groups],
            "rows": [
                {"day": day, "name": named_day(day), "cells": [_cell(each) for each in found[day]],
                 "approval": approvals.get(day)}
                for day in days
            ],
            "earlier": earlier if earlier >= FIRST_DAY else None,
            "later": min(later, clock.today()) if self.day < clock.today() else None,
        }  # fmt: skip
        return super().get_context_data(**context | kwargs)


def _cell(each: Reported) -> dict[str, Any]:
    language = page_language()
    names = ", ".join(unit_name(unit) for unit in each.missing[:_NAMED])
    return {
        "group": each.group.value,
        "name": group_name(each.group),
        "known": number_text(each.known),
        "all": number_text(each.all),
        "share": format_share(each.known / each.all, language, 0) if each.all else "",
        "bar": f"{100 * each.known / each.all:.1f}" if each.all else "",
        "full": bool(each.all) and each.known == each.all,
        "missing": names if 0 < len(each.missing) <= _NAMED else "",
    }


class RemindPage(OfReports):
    """Show the texts to copy, one for each unit, and one for a group chat."""

    template_name = "figures/remind.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines, url = self.chosen(), self.request.build_absolute_uri(reverse("home"))
        texts = [
            {
                "key": line.reporter.key,
                "name": reporter_name(line.reporter),
                "text": reminder_text(line, self.sender, self.day, url),
            }
            for line in lines
        ]
        together = together_text(lines, self.sender, self.day, url) if len(lines) > 1 else ""
        return super().get_context_data(**{"texts": texts, "together": together} | kwargs)


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


class RemindedStep(ReportsStep, RemindPage):
    """Record that the reminders were sent."""

    done = ""

    def act(self) -> None:
        allowed = [line.reporter for line in self.chosen() if reports.may_record(self.own, line.reporter)]
        reports.mark_reminded(allowed, self.day, self.officer, clock.now())


class OrganisationFigure(OfObject, JudgedFigure):
    """Show and take the figure of an organisation, as it was reported to an officer above it."""

    access: ClassVar[Access | None] = scope.required
    reach: ClassVar[Reach] = scope.editable
    model = Organisation
    by = "code"
    nav = "reports"
    template_name = "figures/own.html"
    form_class = OwnFigureForm
    wrong_at = "family"
    button = gettext_lazy("Report")
    #: whether its own head reports: it reads what it reported as it is
    to_head = False
    #: a head who asks for none that lies in its own: the own page is the one it wants
    is_led_home = False
    object: Organisation

    def rows(self) -> QuerySet[Organisation]:
        rows = Organisation.objects.select_related("merged_into")
        return rows.filter(place=self.own.place) if self.to_head else rows.exclude(place=self.own.place)

    def prepare(self) -> None:
        try:
            super().prepare()
        except Http404:
            self.is_led_home = self.own.role is Role.UNIT_HEAD and not self.to_head
            if not self.is_led_home:
                raise

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_led_home:
            return redirect("figures:own")
        if self.object.closed_on is not None and not self.to_head:
            return redirect("units:unit", self.object.code)  # there it says since when, and what it went into
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("figures:own") if self.is_led_home else super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"date": say_day(clock.today())}, "with_families": self.object.with_families}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organisation, day = self.object, clock.today()
        context = {
            "title": organisation.name,
            "organisation": organisation,
            "above": place_name(organisation.place.rsplit("/", 2)[0] + "/", day),
            "people": number_text(organisation.people),
            "history": history(organisation, day, to_head=self.to_head),
        }
        return super().get_context_data(**context | kwargs)

    def judge(self) -> entry.Judged:
        organisation, cleaned = self.object, self.form.cleaned_data
        cells = {name: str(value) for name, value in cleaned.items() if value is not None and name != "family"}
        member = Member(organisation.name, organisation.people, self.to_head)
        return entry.judge_report(OrganisationCode(organisation.code), member, cells, self.officer, clock.now())

    def act(self) -> HttpResponse | None:
        if self.object.closed_on is not None:
            self.form.add_error(None, _closed_text(self.object, self.object.closed_on))
            return self.show(400)
        return super().act()

    def to_confirm(self, judged: entry.Judged) -> dict[str, Any]:
        asked = super().to_confirm(judged)
        # What its head reported may tell of a person: those above see it as it is disclosed.
        return asked if self.to_head else asked | {"replaces": ""}

    def enter(self, judged: entry.Judged, reason: str) -> None:
        """Store a figure and, where they were told apart, how many are members and how many their families."""
        super().enter(judged, reason)
        cleaned = self.form.cleaned_data
        family, date = cleaned.get("family"), cleaned["date"]
        if family is not None:
            outreach.note_split(self.object, date, cleaned["installs"] - family, family, clock.today())

    def way_back(self) -> str:
        if found := self.object.parent:
            return f"{reverse('units:unit', args=[found.code])}#inside"
        return f"{reverse('figures:reports')}?of={Below.ORGANISATIONS.value}"

    def way_out(self) -> str:
        return reverse("home")


class OwnFigure(OrganisationFigure):
    """Show and take the figure of the own school, office or company."""

    nav = "own"
    to_head = True

    def get_object(self) -> Organisation:
        """Return the organisation a head answers for. Raises Http404 where it is no more, or the officer heads none."""
        found = self.rows().first() if self.own.role is Role.UNIT_HEAD else None
        if found is None:
            raise Http404
        return found

    def way_back(self) -> str:
        return reverse("home")


def _closed_text(organisation: Organisation, closed_on: dt.date) -> str:
    """Say to whom wrote a figure of a unit that has been closed since the page was opened where it goes."""
    day = format_date(closed_on, page_language())
    if organisation.merged_into is None:
        return _("This unit is closed since {day}. Nothing was stored.").format(day=day)
    text = _("This unit went into {name} on {day}: enter the figure there. Nothing was stored.")
    return text.format(name=organisation.merged_into.name, day=day)
