"""Serve the officers' pages of orders: the list, an order with everybody's progress, its withdrawal, its posters."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.campaign.figures.presenters import order_text
from bluezone.authority.campaign.orders import missing, presenters, services, tables
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.parts import part_of
from bluezone.authority.campaign.orders.progress import Line, lines
from bluezone.authority.officers import scope
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.units import posters
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import path_of_code
from bluezone.authority.units.sectors import closed_keys
from bluezone.i18n import format_date
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.directives import Base

PAGE_SIZE = 20


def _own_targets(request: HttpRequest) -> QuerySet[Target]:
    """Return the targets of units in the officer's jurisdiction: by them an order is seen."""
    scope.required(request.user)
    return scope.visible(Target.objects.select_related("organisation", "directive"), request.user)


def _seen(request: HttpRequest, key: int) -> tuple[Directive, QuerySet[Target]]:
    """Return an order that names somebody in the officer's jurisdiction, and its targets there. Raises Http404 for
    others."""
    own = _own_targets(request).filter(directive=key)
    directive = get_object_or_404(Directive.objects.filter(pk__in=own.values("directive")))
    return directive, own


def _day(request: HttpRequest) -> dt.date:
    text = request.GET.get("date", "")
    try:
        day = dt.date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise Http404 from None
    if not FIRST_DAY <= day <= clock.today():
        raise Http404
    return day


@never_cache
@login_required
@require_GET
def directive_list(request: HttpRequest) -> HttpResponse:
    """List the orders that name somebody in the officer's jurisdiction, the latest deadline first."""
    own = scope.required(request.user)
    rows = Directive.objects.filter(pk__in=_own_targets(request).values("directive"))
    if request.GET.get("state") != "all":
        rows = rows.filter(Q(ended_on=None) | Q(ended_on__gt=clock.today()))
    page = Paginator(rows.order_by("-deadline", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    spoken_to = presenters.sectors_of(list(page.object_list))
    context = {
        "nav": "directives",
        "page": page,
        "rows": [_row(request, directive) | {"sectors": spoken_to.get(directive.pk, "")} for directive in page],
        "all": request.GET.get("state") == "all",
        "may_direct": own.directs_places,
    }
    return render(request, "orders/list.html", context)


def _row(request: HttpRequest, directive: Directive) -> dict[str, Any]:
    day, own = clock.today(), _own_targets(request).filter(directive=directive)
    above = own.exclude(parent__in=own.values("pk"))
    top = above[:2]
    tops = lines(directive, _with_sectors(top[0], own), day) if len(top) == 1 else []
    return {
        "directive": directive,
        "title": presenters.title_of(directive, page_language()),
        "issued": format_date(directive.issued, page_language()),
        "deadline": format_date(directive.deadline, page_language()),
        "state": presenters.state_of(directive, day),
        "line": presenters.line_row(tops[0], page_language(), day, directive.deadline) if tops else None,
        "own": above.count(),
    }


@never_cache
@login_required
@require_GET
def directive_page(request: HttpRequest, key: int) -> HttpResponse:
    """Show an order on a day: the progress of the officer's own part of it, and of those below, who is behind first.

    `?at=` opens one of those below; `?date=` shows an earlier day.
    """
    directive, own = _seen(request, key)
    day = _day(request)
    focus = _focus(request, own)
    tops = lines(directive, _needed(own, focus), day)
    line = next((each for top in tops for each in top.walk() if focus is not None and each.target.pk == focus.pk), None)
    below = line.children if line is not None else tops
    may_direct = scope.required(request.user).may_direct(directive.place)
    language, closed = page_language(), closed_keys()
    with_children = set(own.filter(parent__in=[each.target.pk for each in below]).values_list("parent", flat=True))
    shown = below[: presenters.MOST_CHILDREN]
    rows = [
        presenters.line_row(each, language, day, directive.deadline, closed)
        | {"opens": each.target.pk in with_children}
        for each in shown
    ]
    table = tables.table_of(shown, rows, language, day)
    check, state = tables.sum_check(line, language), presenters.state_of(directive, day)
    reader = missing.Reader(scope.required(request.user), language, day)
    in_force = state == "in_force" and day == clock.today()
    has_ended = state in ("withdrawn", "replaced")  # nobody is asked for what is missing any more
    context = {
        "nav": "directives",
        "directive": directive,
        "title": presenters.title_of(directive, language),
        "answer": "" if has_ended else tables.answer(line, language, past=day > directive.deadline),
        "lacks": missing.lacks(directive, line, below, with_children, check, reader) if in_force else [],
        "sum_check": check,
        "table": table,
        "issued": format_date(directive.issued, language),
        "deadline": format_date(directive.deadline, language),
        "state": state,
        "ended": format_date(directive.ended_on, language) if directive.ended_on else "",
        "successor": directive.replaced_by.first(),
        "day": day,
        "is_today": day == clock.today(),
        "shown_day": format_date(day, language),
        "days": [(each, format_date(each, language)) for each in _days_beside(day)],
        "at": focus,
        "above": _above(own, focus),
        "line": tables.today_row(
            line, presenters.line_row(line, language, day, directive.deadline, closed), language, day
        )
        | {"people_note": presenters.people_note(line.target, day, language)}
        if line
        else None,
        "rows": table.rows,
        "more_rows": max(0, len(below) - presenters.MOST_CHILDREN),
        "order": order_text(),
        "summary": _summary(below, day > directive.deadline),
        "has_organisations": directive.base == Base.HEADCOUNT,
        "has_units": any(
            each.target.people and each.target.left_on is None for each in [*below, *([line] if line else [])]
        ),
        "within": path_of_code(focus.key) if focus is not None and focus.kind == Kind.UNIT else "",
        "may_direct": may_direct,
        "quarantine": part_of(scope.required(request.user), directive, focus, day),
    }
    return render(request, "orders/directive.html", context)


def _days_beside(day: dt.date) -> list[dt.date]:
    """Return the day before and the day after, where there are such."""
    beside = (day - dt.timedelta(days=1), day + dt.timedelta(days=1))
    return [each for each in beside if FIRST_DAY <= each <= clock.today()]


def _focus(request: HttpRequest, own: QuerySet[Target]) -> Target | None:
    """Return the target asked for; else the only top of the officer's own, None where there are several."""
    asked = request.GET.get("at", "")
    if asked:
        if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
            raise Http404
        return get_object_or_404(own, pk=int(asked))
    tops = own.exclude(parent__in=own.values("pk"))[:2]
    return tops[0] if len(tops) == 1 else None


def _with_sectors(top: Target, own: QuerySet[Target]) -> list[Target]:
    """Return a top and, where it is a sum, the sectors it is the sum of."""
    return [top, *own.filter(parent=top, kind=Kind.SECTOR)]


def _needed(own: QuerySet[Target], focus: Target | None) -> list[Target]:
    """Return the targets the page is made of: those below the focus, one level; without a focus all tops."""
    return [focus, *own.filter(parent=focus)] if focus is not None else list(own.exclude(parent__in=own.values("pk")))


def _above(own: QuerySet[Target], focus: Target | None) -> list[tuple[int, str]]:
    """Return the path back up, as far as it is the officer's own."""
    way: list[tuple[int, str]] = []
    parent = _parent(own, focus) if focus is not None else None
    while parent is not None:
        way.insert(0, (parent.pk, presenters.target_name(parent, page_language())))
        parent = _parent(own, parent)
    return way


def _parent(own: QuerySet[Target], target: Target) -> Target | None:
    return None if target.parent_id is None else own.filter(pk=target.parent_id).first()


def _summary(below: Sequence[Line], past: bool) -> list[tuple[str, int, str]]:
    """Count those below by status, each with its tone."""
    counted = Counter(
        (
            presenters.status_name(line, past),
            "" if line.target.left_on else presenters.TONES.get(line.pace.status, ""),
        )
        for line in below
    )
    return [(name, number, tone) for (name, tone), number in counted.items()]


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw an order: open to the officer who gave it, and those above."""
    directive, _ = _seen(request, key)
    if not scope.required(request.user).may_direct(directive.place):
        raise PermissionDenied
    services.end(directive, clock.today())
    return redirect("orders:directive", key)


@never_cache
@login_required
@require_GET
def poster_sheets(request: HttpRequest, key: int) -> HttpResponse:
    """Draw the posters of the organisations the order names in the officer's jurisdiction (`?at=` of one sector), as
    PDF."""
    _, own = _seen(request, key)
    focus = _focus(request, own)
    targets = own.filter(kind=Kind.ORGANISATION)
    if focus is not None and focus.kind == Kind.SECTOR:
        targets = targets.filter(parent=focus)
    elif focus is not None and focus.kind == Kind.ORGANISATION:
        targets = targets.filter(pk=focus.pk)
    rows = Organisation.objects.filter(pk__in=targets.values("organisation"), closed_on=None).order_by("name", "pk")
    found = list(rows[: posters.MOST_IN_ONE_FILE])
    if not found:
        raise Http404
    return posters.pdf_of(request, found, clock.today(), f"bluezone-posters-{key}")
