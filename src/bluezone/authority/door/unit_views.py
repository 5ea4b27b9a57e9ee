"""Serve the officers' pages of one door: its days, its link on paper, what is known of it, a visit."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.door import links, presenters, queries, rules, taps, visits, wording
from bluezone.authority.door.forms import FactsForm, VisitForm
from bluezone.authority.door.models import DoorDay, DoorLink, DoorList, DoorTap, Visit
from bluezone.authority.door.rules import App, DoorError
from bluezone.authority.door.visits import Look
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock, qr
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.authority.site.records import one_at_a_time
from bluezone.authority.units import queries as units
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.posters import public_address
from bluezone.authority.units.queries import path_of_code
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import at_start, format_date, format_day, format_weekday_date

#: what a page shows of a door: two weeks, and the last visits
_DAYS, _VISITS = 14, 5


def seen(request: HttpRequest, code: str) -> Organisation:
    """Return an organisation the officer may see, with its door. Raises Http404 for all others."""
    return units.seen(request, code, "door")


def edited(request: HttpRequest, code: str) -> tuple[Organisation, Jurisdiction]:
    """Return an organisation whose door the officer looks after: its head, or who directs it."""
    organisation, own = seen(request, code), scope.required(request.user)
    if not own.may_edit(organisation.place, organisation.sectors):
        raise PermissionDenied
    return organisation, own


def directed(request: HttpRequest, code: str) -> Organisation:
    """Return an organisation that the officer directs, to visit it and to decide."""
    organisation = seen(request, code)
    if not scope.required(request.user).may_direct(organisation.place, organisation.sectors):
        raise PermissionDenied
    return organisation


def door_of(organisation: Organisation) -> DoorList | None:
    """Return what is known of a unit's door; None before anybody has begun a list."""
    return getattr(organisation, "door", None)


@officers_page
@require_GET
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show a unit's door: its days, what is asked, its link."""
    return _unit_page(request, seen(request, code))


def _unit_page(
    request: HttpRequest, organisation: Organisation, form: FactsForm | None = None, said: str = "", status: int = 200
) -> HttpResponse:
    now, own = clock.now(), scope.required(request.user)
    taps.reckon_new([organisation])
    organisation = Organisation.objects.select_related("door").get(pk=organisation.pk)
    door, today = door_of(organisation), clock.today()
    since = today - dt.timedelta(days=_DAYS - 1)
    rows = list(DoorDay.objects.filter(organisation=organisation, day__gte=since))
    week_ago = today - dt.timedelta(days=7)
    totals = queries.total(
        queries.sector_totals(Organisation.objects.filter(pk=organisation.pk), since, today).values()
    )
    in_force = links.current(organisation, now)
    context: dict[str, Any] = {
        "nav": "doors",
        "unit": organisation,
        "is_head": own.role is Role.UNIT_HEAD,
        "may_edit": own.may_edit(organisation.place, organisation.sectors),
        "may_direct": own.may_direct(organisation.place, organisation.sectors),
        "within": path_of_code(organisation.within),
        "sector": sectors.name_of(organisation.sector),
        "sentence": presenters.sentence(totals, _DAYS),
        "days": presenters.days(row for row in rows if row.day > week_ago),
        "older": presenters.days(row for row in rows if row.day <= week_ago),
        "questions": _questions(organisation),
        "posts": _posts(organisation, since),
        "poster": presenters.poster_text(door),
        "link": in_force[-1] if in_force else None,
        "link_ends": format_date(clock.date_of(in_force[-1].ends_at), page_language()) if in_force else "",
        "grace": len(in_force) > 1,
        "token": uuid.uuid4(),
        "form": form or FactsForm(initial=_facts(door)),
        "usual": number_text(rules.usual_guests(organisation.sector)),
        "guests": number_text(taps.guests_of(organisation, door)),
        "visits": _visits(organisation),
        "said": said,
    }
    return render(request, "door/unit.html", context, status=status)


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
    return [
        (
            ", ".join(
                filter(None, (wording.post_name(row["post"]), row["shift"] and wording.shift_name(row["shift"])))
            ),
            number_text(row["n"]),
        )
        for row in counted
    ]


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


@officers_page
@require_POST
def new_link(request: HttpRequest, code: str) -> HttpResponse:
    """Issue a link, or renew it, and show the paper for the staff: once, for only a digest is kept."""
    organisation, _own = edited(request, code)
    try:
        form = uuid.UUID(request.POST.get("form", ""))
    except ValueError:
        raise Http404 from None
    try:
        issued = links.issue(organisation, form, clock.now())
    except DoorError as error:
        return _unit_page(request, organisation, said=sentence_of(error), status=400)
    if issued is None:  # the page was loaded again: the paper was shown, and is not kept
        return redirect("door:unit", organisation.code)
    secret, link = issued
    commune = catalogue.all_units().unit(UnitCode.parse(organisation.within)).full_name
    address = public_address(request, reverse("door-page"))
    address = f"{address}#{links.fragment(secret, link, organisation.name, commune)}"
    context = {
        "unit": organisation,
        "within": commune,
        "address": address,
        "qr": qr.data_address(address),
        "ends": format_date(clock.date_of(link.ends_at), page_language()),
    }
    response = render(request, "door/paper.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


@officers_page
@require_POST
def revoke_link(request: HttpRequest, code: str) -> HttpResponse:
    """End a unit's link at once; on wish nothing that came by it counts."""
    organisation, _own = edited(request, code)
    links.revoke(organisation, clock.now(), void=request.POST.get("void") == "yes")
    return redirect("door:unit", organisation.code)


def _facts(door: DoorList | None) -> dict[str, Any]:
    return {"guests_per_day": door.guests_per_day if door else None, "street": door.street if door else ""}


@officers_page
@require_POST
@one_at_a_time("doors' facts")
def state_facts(request: HttpRequest, code: str) -> HttpResponse:
    """State the guests a day and the street of a unit."""
    organisation, own = edited(request, code)
    form = FactsForm(request.POST, initial=_facts(door_of(organisation)))
    if form.is_valid() and form.is_current():
        values = form.cleaned_data
        try:
            visits.state(organisation, values["guests_per_day"], values["street"], by_head=own.role is Role.UNIT_HEAD)
            return redirect("door:unit", organisation.code)
        except DoorError as error:
            form.add_error("guests_per_day", sentence_of(error))
    return _unit_page(request, organisation, form, status=400)


@officers_page
@require_POST
def decide_apart(request: HttpRequest, code: str) -> HttpResponse:
    """Count what was kept apart of a day, or leave it out."""
    organisation = directed(request, code)
    try:
        day = dt.date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Http404 from None
    visits.decide_apart(organisation, day, take=request.POST.get("act") == "take")
    return redirect("door:unit", organisation.code)


@officers_page
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, code: str) -> HttpResponse:
    """Record what a visitor of the commune saw, and confirm the numbers that were looked over."""
    organisation = directed(request, code)
    today = clock.today()
    if request.method == "GET":
        taps.reckon_new([organisation])
        return _visit_page(request, organisation, VisitForm(_open_days(organisation), today))
    form = VisitForm([], today, request.POST)
    if not form.is_valid():
        return _visit_page(request, organisation, form, status=400)
    held = {(row.day, App(row.app)): row for row in DoorDay.objects.filter(organisation=organisation)}
    seen_ = form.seen(held)
    _visit, missed = visits.record(organisation, seen_, form.cleaned_data["form"], scope.officer(request.user), today)
    if missed:
        return _unit_page(request, organisation, said=_missed_text(missed))
    stop = _round_of(request)
    return redirect("door:round", stop) if stop else redirect("door:unit", organisation.code)


def _missed_text(missed: list[Look]) -> str:
    language = page_language()
    days = ", ".join(sorted({format_day(each.day, language) for each in missed}))
    said = _("The visit is stored. Somebody else has confirmed %(days)s since you opened the page: that stands.")
    return said % {"days": days}


def _round_of(request: HttpRequest) -> int | None:
    text = request.POST.get("round") or request.GET.get("round") or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _open_days(organisation: Organisation) -> list[DoorDay]:
    rows = queries.unconfirmed(DoorDay.objects.filter(organisation=organisation))
    return list(rows.order_by("-day", "app"))


def _visit_page(request: HttpRequest, organisation: Organisation, form: VisitForm, status: int = 200) -> HttpResponse:
    context = {
        "nav": "doors",
        "unit": organisation,
        "within": path_of_code(organisation.within),
        "form": form,
        "days": _shown_days(form),
        "paper": [(wording.app_name(app), fields) for app, fields in form.paper_fields()],
        "paper_open": any(field.errors or field.value() for _app, fields in form.paper_fields() for field in fields),
        "round": _round_of(request) or "",
    }
    return render(request, "door/visit.html", context, status=status)


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
