"""Serve the pages on which the head of a unit, or a teacher, says whom of the families they reached."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.outreach import presenters, queries, services
from bluezone.authority.outreach.forms import FamiliesForm
from bluezone.authority.outreach.pages import entered
from bluezone.authority.outreach.rules import OutreachError, TallyError
from bluezone.authority.site import clock
from bluezone.authority.site.fields import CountField, WrittenDayField
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import in_order
from bluezone.i18n import format_date
from bluezone.rollout import families as rules
from bluezone.rollout.families import FamilyTally

#: what a form of this page asks for; members and family with the app are reported with the unit's figure
ASKED = ("told", "reached", "families_with_app", "pledging", "pledged")
#: in the table of a school's classes
_IN_TABLE = ("told", "reached", "families_with_app")
MOST_UNITS = 200


@officers_page
@require_http_methods(["GET", "POST"])
def families(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a unit's tally of a day; a number that falls is asked about once."""
    unit, today = entered(request, code), clock.today()
    is_school = unit.sector == "schools"
    before = queries.own_tally(unit, today) or FamilyTally()
    initial = {name: number_text(getattr(before, name)) for name in ASKED}
    form = FamiliesForm(
        request.POST or None, initial=initial | {"date": presenters.day_text(today)}, is_school=is_school
    )
    context: dict[str, Any] = {
        "nav": "outreach",
        "unit": unit,
        "form": form,
        "is_school": is_school,
        "headcount": number_text(unit.headcount),
    }
    if request.method == "GET" or not form.is_valid():
        return render(request, "outreach/families.html", context, status=400 if form.errors else 200)
    changes = {name: form.cleaned_data[name] for name in ASKED if form.cleaned_data[name] is not None}
    date: dt.date = form.cleaned_data["date"]
    fallen = _fallen(unit, date, changes)
    if fallen and request.POST.get("confirm") != "yes":
        context["fallen"] = [
            {"label": form.fields[name].label, "before": number_text(old), "now": number_text(changes[name])}
            for name, old in fallen.items()
        ]
        return render(request, "outreach/families.html", context, status=400)
    try:
        services.save_tally(unit, date, changes, today)
    except (OutreachError, TallyError) as error:
        form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
        return render(request, "outreach/families.html", context, status=400)
    return redirect(f"{reverse('units:unit', args=[unit.code])}#families")


def _fallen(unit: Organisation, date: dt.date, changes: dict[str, int]) -> dict[str, int]:
    """Return the running totals that would be smaller than they were by that day."""
    before = queries.own_tally(unit, date) or FamilyTally()
    return {name: getattr(before, name) for name in rules.fallen(before, FamilyTally(**changes))}


@officers_page
@require_http_methods(["GET", "POST"])
def families_of_units(request: HttpRequest, code: str) -> HttpResponse:
    """Enter the tallies of all classes of a school in one table. An empty cell says nothing; what cannot be is named in
    its line, and the other lines are stored."""
    unit, today = entered(request, code), clock.today()
    children = list(scope.editable(unit.children.filter(closed_on=None), request.user))
    children.sort(key=lambda each: in_order(each.name))
    children = children[:MOST_UNITS]
    known = queries.tallies(children, today)
    rows = [_row(child, known[child.code].tally, request) for child in children]
    date, wrong_day = _day(request, today)
    if request.method == "POST" and not wrong_day:
        stored = sum(_store(row, date, today) for row in rows)
        if not any(row["wrong"] for row in rows):
            return redirect(f"{reverse('units:unit', args=[unit.code])}#families")
    else:
        stored = 0
    context = {
        "nav": "outreach",
        "unit": unit,
        "rows": rows,
        "is_school": unit.sector == "schools",
        "date": request.POST.get("date", presenters.day_text(today))[:20],
        "wrong_day": wrong_day,
        "stored": stored,
        "wrong": sum(1 for row in rows if row["wrong"]),
        "shown_day": format_date(today, page_language()),
    }
    return render(request, "outreach/families_of_units.html", context, status=400 if request.method == "POST" else 200)


def _row(child: Organisation, before: FamilyTally, request: HttpRequest) -> dict[str, Any]:
    cells = []
    for name in _IN_TABLE:
        field = f"{name}-{child.code}"
        cells.append(
            {
                "name": name,
                "field": field,
                "before": number_text(getattr(before, name)),
                "value": request.POST.get(field, "")[:20],
            }
        )
    return {"unit": child, "headcount": number_text(child.headcount), "cells": cells, "wrong": ""}


def _day(request: HttpRequest, today: dt.date) -> tuple[dt.date, str]:
    if request.method == "GET":
        return today, ""
    try:
        return WrittenDayField().clean(request.POST.get("date", "")), ""
    except ValidationError as error:
        return today, " ".join(error.messages)


def _store(row: dict[str, Any], date: dt.date, today: dt.date) -> bool:
    """Store a line of the table; note in it what is wrong."""
    try:
        values = {
            cell["name"]: CountField(required=False).clean(cell["value"])
            for cell in row["cells"]
            if cell["value"].strip()
        }
        if not values:
            return False
        if _fallen(row["unit"], date, {name: value for name, value in values.items() if value is not None}):
            row["wrong"] = _("A total is smaller than before: correct it on the page of the unit itself.")
            return False
        services.save_tally(row["unit"], date, values, today)
    except ValidationError as error:
        row["wrong"] = " ".join(error.messages)
    except (OutreachError, TallyError) as error:
        row["wrong"] = sentence_of(error)
    return not row["wrong"]
