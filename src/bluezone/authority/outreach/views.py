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
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.units.models import Organisation
from bluezone.i18n import format_date
from bluezone.rollout.families import FamilyTally, TreeTally, summed
from bluezone.rollout.suppression import disclose

PAGE_SIZE = 50
#: units of a place whose tallies are added up
_MOST_UNITS = 3_000
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
    units = list(queries.with_families(rows).order_by("name", "pk")[:_MOST_UNITS])
    found = queries.tallies(units, clock.today())
    known = [each for each in units if not found[each.code].tally.is_empty]
    page = Paginator(sorted(units, key=lambda each: found[each.code].tally.is_empty), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    total = summed(found[each.code].tally for each in known)
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
        "with_app": number_text(_disclosed_families(found)),
        "reached_with_app": presenters.share_text(_disclosed_families(found), total.reached),
    }


def _disclosed_families(found: dict[str, TreeTally]) -> int:
    """Return the families with the app, of each unit what may be disclosed: no small one follows from the sum."""
    return sum(
        disclose(each.tally.families_with_app, each.tally.reached).at_least
        for each in found.values()
        if each.tally.families_with_app is not None
    )


def _households(request: HttpRequest, rows: Any, own: Jurisdiction) -> dict[str, Any]:
    every = list(queries.hamlets(rows)[:_MOST_UNITS])
    exactly = own.role is Role.COMMUNE
    stored = [each.hamlet for each in every if hasattr(each, "hamlet")]
    counted = [each for each in stored if each.households]
    households = sum(each.households or 0 for each in counted)
    visited = sum(each.visited for each in counted)

    def shown(number: int, people: int | None) -> int:
        return number if exactly else disclose(number, people).at_least

    ordered = sorted(every, key=lambda each: each.hamlet.visited / each.hamlet.households
                     if hasattr(each, "hamlet") and each.hamlet.households else 0)  # fmt: skip
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [presenters.hamlet_row(each, exactly=exactly) for each in page],
        "hamlets": number_text(len(every)),
        "counted": number_text(len(counted)),
        "uncounted": len(every) - len(counted),
        "households": number_text(households),
        "visited": number_text(visited),
        "share": presenters.share_text(visited, households),
        "never": number_text(max(0, households - visited)),
        "with_app": number_text(sum(shown(each.has + each.helped, each.households) for each in counted)),
        "refused": number_text(sum(shown(each.refused, each.households) for each in counted)),
        "absent": number_text(sum(each.absent for each in counted)),
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
