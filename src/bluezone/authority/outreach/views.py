"""Serve the overview of how people are reached in a place: families, households, unions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.outreach import presenters, queries
from bluezone.authority.outreach.sums import MOST_UNITS, families_of, households_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.units.models import Organisation
from bluezone.i18n import format_date
from bluezone.rollout.families import FamilyTally, TreeTally

PAGE_SIZE = 50
_PARTS = ("families", "households", "unions")


@officers_page
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show one of the three ways of reaching people: totals of the place, and a line for each unit."""
    own, day = scope.required(request.user), clock.today()
    if own.role is Role.UNIT_HEAD:
        return redirect("units:unit", codes_of(own.place)[-1])
    part = request.GET.get("of", "")
    part = part if part in _PARTS else _PARTS[0]
    rows = scope.visible(Organisation.objects.all(), request.user)
    context: dict[str, Any] = {
        "nav": "outreach",
        "part": part,
        "place": place_name(own.place, day),
        "day": format_date(day, page_language()),
    }
    make = {"families": _families, "households": _households, "unions": _unions}[part]
    return render(request, f"outreach/{part}_overview.html", context | make(request, rows, own))


def _families(request: HttpRequest, rows: Any, _own: Jurisdiction) -> dict[str, Any]:
    sums = families_of(rows, clock.today())
    units, found, total = sums.units, sums.tallies, sums.total
    known = [each for each in units if not found[each.code].tally.is_empty]
    page = Paginator(sorted(units, key=lambda each: found[each.code].tally.is_empty), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return {
        "page": page,
        "rows": [{"unit": each, "tally": presenters.tally(each, found[each.code], exactly=False)} for each in page],
        "known": number_text(len(known)),
        "all": number_text(len(units)),
        "total": presenters.tally(
            Organisation(headcount=sum(each.headcount or 0 for each in known) or None, with_families=True),
            TreeTally(FamilyTally(total.told, total.reached, None, total.pledging, total.pledged)),
            exactly=False,
        ),
        "with_app": number_text(sums.with_app),
        "reached_with_app": presenters.share_text(sums.with_app, total.reached),
    }


def _households(request: HttpRequest, rows: Any, own: Jurisdiction) -> dict[str, Any]:
    every = list(queries.hamlets(rows)[:MOST_UNITS])
    exactly = own.role is Role.COMMUNE
    sums = households_of(rows, clock.today(), exactly=exactly)
    ordered = sorted(every, key=lambda each: each.hamlet.visited / each.hamlet.households
                     if hasattr(each, "hamlet") and each.hamlet.households else 0)  # fmt: skip
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [presenters.hamlet_row(each, exactly=exactly) for each in page],
        "hamlets": number_text(len(every)),
        "counted": number_text(sums.counted),
        "uncounted": len(every) - sums.counted,
        "households": number_text(sums.households),
        "visited": number_text(sums.visited),
        "share": presenters.share_text(sums.visited, sums.households),
        "never": number_text(max(0, sums.households - sums.visited)),
        "with_app": number_text(sums.with_app),
        "refused": number_text(sums.refused),
        "absent": number_text(sums.absent),
        "untouched": number_text(sum(1 for each in every if not (hasattr(each, "hamlet") and each.hamlet.visited))),
        "opens": exactly,
    }


def _unions(request: HttpRequest, rows: Any, _own: Jurisdiction) -> dict[str, Any]:
    unions, day = queries.unions(rows), clock.today()
    tasks = queries.tasks_in(unions)
    page = Paginator(tasks, PAGE_SIZE).get_page(request.GET.get("page"))
    totals = queries.task_totals(tasks, day)
    without = unions.exclude(pk__in=tasks.values("organisation"))
    return {
        "page": page,
        "rows": [presenters.task_row(each, day) for each in page],
        "totals": {
            name: number_text(getattr(totals, name)) for name in ("done", "overdue", "coming", "asked", "helped")
        },
        "overdue": totals.overdue,
        "unions": [{"code": each.code, "name": each.name} for each in unions[:PAGE_SIZE]],
        "without": number_text(without.count()),
        "any": unions.exists(),
    }
