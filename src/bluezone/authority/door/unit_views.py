"""Serve the officers' pages of one door: its days, its link on paper, what is known of it, a visit."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.door import links, presenters, queries, rules, taps, visits, wording
from bluezone.authority.door.forms import FactsForm, VisitForm
from bluezone.authority.door.models import DoorDay, DoorLink, DoorTap, Visit
from bluezone.authority.door.rules import App
from bluezone.authority.officers.generic import DetailPage, FormPage, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.site import clock, qr
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.posters import public_address
from bluezone.authority.units.queries import path_of_code
from bluezone.authority.units.views import OfUnit
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import at_start, format_date, format_day, format_weekday_date

#: what a page shows of a door: two weeks, and the last visits
_DAYS, _VISITS = 14, 5


class OfDoor(OfUnit):
    """Serve a page of the door of a unit that the officer may see."""

    nav = "doors"
    related = ("door",)

    def address(self) -> str:
        return reverse("door:unit", args=[self.object.code])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"unit": self.object, "within": path_of_code(self.object.within)}
        return super().get_context_data(**found | kwargs)


class DoorPage(OfDoor, DetailPage):
    """Show a unit's door: its days, what is asked, its link."""

    template_name = "door/unit.html"

    def facts(self) -> dict[str, Any]:
        """Return what is stored of the door, as the form shows it."""
        door = queries.door_of(self.object)
        return {"guests_per_day": door.guests_per_day if door else None, "street": door.street if door else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        taps.reckon_new([self.object])
        self.object = unit = self.get_queryset().get(pk=self.object.pk)
        own, door, today = self.own, queries.door_of(unit), clock.today()
        since, week_ago = today - dt.timedelta(days=_DAYS - 1), today - dt.timedelta(days=7)
        days = list(DoorDay.objects.filter(organisation=unit, day__gte=since))
        totals = queries.sector_totals(Organisation.objects.filter(pk=unit.pk), since, today)
        in_force = links.current(unit, clock.now())
        found: dict[str, Any] = {
            "is_head": own.role is Role.UNIT_HEAD,
            "may_edit": own.may_edit(unit.place, unit.sectors),
            "may_direct": own.may_direct(unit.place, unit.sectors),
            "sector": sectors.name_of(unit.sector),
            "sentence": presenters.sentence(queries.total(totals.values()), _DAYS),
            "days": presenters.days(row for row in days if row.day > week_ago),
            "older": presenters.days(row for row in days if row.day <= week_ago),
            "questions": _questions(unit),
            "posts": _posts(unit, since),
            "poster": presenters.poster_text(door),
            "link": in_force[-1] if in_force else None,
            "link_ends": format_date(clock.date_of(in_force[-1].ends_at), page_language()) if in_force else "",
            "grace": len(in_force) > 1,
            "token": uuid.uuid4(),
            "usual": number_text(rules.usual_guests(unit.sector)),
            "guests": number_text(taps.guests_of(unit, door)),
            "visits": _visits(unit),
        }
        found = super().get_context_data(**found | kwargs)
        found["form"] = found.get("form") or FactsForm(initial=self.facts())
        return found


def _questions(organisation: Organisation) -> list[dict[str, Any]]:
    """Describe the days of which somebody is to be asked about what is kept apart."""
    found: dict[dt.date, int] = {}
    for row in queries.questions(DoorDay.objects.filter(organisation=organisation)).order_by("-day"):
        found[row.day] = found.get(row.day, 0) + row.apart
    return [
        {
            "day": day,
            "text": ngettext("%(day)s: %(n)s answer", "%(day)s: %(n)s answers", number)
            % {"n": number_text(number), "day": format_day(day, page_language())},
        }
        for day, number in found.items()
    ]


def _posts(organisation: Organisation, since: dt.date) -> list[tuple[str, str]]:
    """List where at the unit answers were given, as told, the most first."""
    held = DoorLink.objects.filter(organisation=organisation).values("digest")
    rows = taps.valid(DoorTap.objects.filter(link__in=held, day__gte=since).exclude(app=""))
    counted = rows.values("post", "shift").annotate(n=Count("pk")).order_by("-n")[:8]
    found = []
    for row in counted:
        shift = wording.shift_name(row["shift"]) if row["shift"] else ""
        found.append((", ".join(filter(None, (wording.post_name(row["post"]), shift))), number_text(row["n"])))
    return found


def _visits(organisation: Organisation) -> list[dict[str, Any]]:
    rows = Visit.objects.filter(organisation=organisation).select_related("officer").order_by("-day", "-pk")[:_VISITS]
    return [
        {
            "day": format_date(row.day, page_language()),
            "who": row.officer.get_full_name() if row.officer else "",
            "poster": row.poster_hangs,
            "kept": row.get_list_kept_display(),
            "looked": row.looked_over,
        }
        for row in rows
    ]


class DoorStep(Step, DoorPage):
    """Do one thing at a door, for who looks after it: its head, or who directs it."""

    right = Jurisdiction.may_edit
    done = ""

    def way_back(self) -> str:
        return self.address()


class NewLink(DoorStep):
    """Issue a link, or renew it, and show the paper for the staff: once, for only a digest is kept."""

    def act(self) -> HttpResponse | None:
        unit = self.object
        try:
            form = uuid.UUID(self.request.POST.get("form", ""))
        except ValueError:
            raise Http404 from None
        issued = links.issue(unit, form, clock.now())
        if issued is None:  # the page was loaded again: the paper was shown, and is not kept
            return None
        secret, link = issued
        commune = catalogue.all_units().unit(UnitCode.parse(unit.within)).full_name
        address = public_address(self.request, reverse("door-page"))
        address = f"{address}#{links.fragment(secret, link, unit.name, commune)}"
        context = {
            "unit": unit,
            "within": commune,
            "address": address,
            "qr": qr.data_address(address),
            "ends": format_date(clock.date_of(link.ends_at), page_language()),
        }
        response = render(self.request, "door/paper.html", context)
        response["Referrer-Policy"] = "no-referrer"
        return response


class RevokeLink(DoorStep):
    """End a unit's link at once; on wish nothing that came by it counts."""

    def act(self) -> None:
        links.revoke(self.object, clock.now(), void=self.request.POST.get("void") == "yes")


class StateFacts(DoorStep):
    """State the guests a day and the street of a unit."""

    form_class = FactsForm
    turn = "doors' facts"
    wrong_at = "guests_per_day"
    form: FactsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.facts()}

    def act(self) -> None:
        values = self.form.cleaned_data
        by_head = self.own.role is Role.UNIT_HEAD
        visits.state(self.object, values["guests_per_day"], values["street"], by_head=by_head)


class DecideApart(DoorStep):
    """Count what was kept apart of a day, or leave it out."""

    right = Jurisdiction.may_direct

    def act(self) -> None:
        try:
            day = dt.date.fromisoformat(self.request.POST.get("day", ""))
        except ValueError:
            raise Http404 from None
        visits.decide_apart(self.object, day, take=self.request.POST.get("act") == "take")


class VisitPage(OfDoor, FormPage):
    """Record what a visitor of the commune saw, and confirm the numbers that were looked over."""

    right = Jurisdiction.may_direct
    template_name = "door/visit.html"
    form_class = VisitForm
    done = ""
    form: VisitForm

    @cached_property
    def round(self) -> int | None:
        """Return the number of the round on which the visit is made, None for none."""
        text = self.request.POST.get("round") or self.request.GET.get("round") or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None

    def get_form_kwargs(self) -> dict[str, Any]:
        days: list[DoorDay] = []
        if self.request.method != "POST":
            taps.reckon_new([self.object])
            rows = queries.unconfirmed(DoorDay.objects.filter(organisation=self.object))
            days = list(rows.order_by("-day", "app"))
        return {"days": days, "today": clock.today()}

    def act(self) -> HttpResponse | None:
        """Store the visit; where somebody else confirmed a day meanwhile, the door's page says which."""
        unit = self.object
        held = {(row.day, App(row.app)): row for row in DoorDay.objects.filter(organisation=unit)}
        seen, token = self.form.seen(held), self.form.cleaned_data["form"]
        _visit, missed = visits.record(unit, seen, token, self.officer, clock.today())
        if not missed:
            return None
        days = ", ".join(sorted({format_day(each.day, page_language()) for each in missed}))
        said = _("The visit is stored. Somebody else has confirmed %(days)s since you opened the page: that stands.")
        messages.warning(self.request, said % {"days": days})
        return redirect(self.address())

    def way_back(self) -> str:
        return reverse("door:round", args=[self.round]) if self.round else self.address()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        paper = [(wording.app_name(app), fields) for app, fields in form.paper_fields()]
        found = {
            "days": _shown_days(form),
            "paper": paper,
            "paper_open": any(field.errors or field.value() for _app, fields in paper for field in fields),
            "round": self.round or "",
        }
        return super().get_context_data(**found | kwargs)


def _shown_days(form: VisitForm) -> list[dict[str, Any]]:
    """Describe the days a visitor looks over: what each app's answers are, and the fields to correct them."""
    days: dict[dt.date, list[dict[str, Any]]] = {}
    for row, fields in form.row_fields():
        app = {"name": wording.app_name(row.app), "text": row.text, "fields": fields, "answers": row.shown}
        days.setdefault(row.day, []).append(app)
    return [
        {
            "day": at_start(format_weekday_date(day, page_language())),
            "apps": apps,
            "has_errors": any(field.errors for app in apps for field in app["fields"]),
        }
        for day, apps in days.items()
    ]
