"""Serve the officer's page to give an order: the form, what it would ask of whom, and only then the order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bluezone.authority.campaign.orders import presenters, services, tree
from bluezone.authority.campaign.orders.forms import DirectiveForm
from bluezone.authority.campaign.orders.models import Kind
from bluezone.authority.campaign.orders.prefill import Prefill
from bluezone.authority.campaign.orders.rules import Node, Plan, check, plan, without_people
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import open_offices
from bluezone.authority.units.places import path_of
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level
from bluezone.i18n import format_number, format_share
from bluezone.rollout.cascade import Split
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import parse_count

_PEOPLE = "people-"
_OFFICE = "office-"
_LONGEST_OFFICE = 160
_MOST_PEOPLE = 200_000_000
#: rows of a preview shown on the page
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class _Draft:
    """Hold an order as it would be given; `plan` is None while somebody's people are missing."""

    root: Node
    missing: list[Node]
    left_out: list[Organisation]
    plan: Plan | None


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_directive(request: HttpRequest) -> HttpResponse:
    """Fill in an order, look at what it asks of whom, give it. Nothing is stored before the last step."""
    own = scope.directing(request.user)
    today = clock.today()
    if request.method == "GET":
        return _form_page(request, DirectiveForm(own, today, initial=Prefill(request.GET, own).initial()), today)
    form = DirectiveForm(own, today, request.POST)
    if not form.is_valid():
        return _form_page(request, form, today, status=400)
    if request.POST.get("step") == "edit":
        return _form_page(request, form, today)
    given, wrong = _given(request.POST)
    try:
        draft = _draft(form, given, _answering(request.POST), today)
        if draft.plan is not None and not wrong and request.POST.get("step") == "store":
            return redirect("orders:directive", _give(form, draft.plan, today).pk)
    except TranslatableError as error:
        form.refuse(error)
        return _form_page(request, form, today, status=400)
    return _preview_page(request, form, draft, wrong)


def _given(posted: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """Return the people an officer wrote for units without a figure, by code; and what is wrong with what was
    written."""
    given, wrong = {}, {}
    for name, text in posted.items():
        if not name.startswith(_PEOPLE) or not text.strip():
            continue
        key = name.removeprefix(_PEOPLE)
        try:
            number = int(parse_count(text).value)
        except RolloutError as error:
            wrong[key] = sentence_of(error)
            continue
        if 0 < number < _MOST_PEOPLE:
            given[key] = number
        else:
            wrong[key] = _("“%(text)s” is no number of people.") % {"text": text}
    return given, wrong


def _answering(posted: Mapping[str, Any]) -> dict[str, str]:
    """Return the offices that an officer named for sectors, by the sector's key."""
    return {
        name.removeprefix(_OFFICE): " ".join(text.split())[:_LONGEST_OFFICE]
        for name, text in posted.items()
        if name.startswith(_OFFICE)
    }


def _draft(form: DirectiveForm, given: Mapping[str, int], answering: Mapping[str, str], today: dt.date) -> _Draft:
    """Return an order as it would be given. Raises DirectiveError or TargetError for one that cannot be given."""
    letter, values = form.letter(), form.cleaned_data
    left_out: list[Organisation] = []
    if form.counts_heads:
        root, left_out = tree.sectors(letter.scope, form.sectors_chosen(), today, answering)
    else:
        root = tree.territory(letter.scope, Measure(letter.base.value), tree.Depth(values["depth"]), today, given)
    check(letter, root.people if root.people is not None else 1, today)  # what is missing the preview asks for
    missing = without_people(root)
    made = None if missing else plan(root, letter.target, Split(values["how"]))
    return _Draft(root, missing, left_out, made)


def _give(form: DirectiveForm, made: Plan, today: dt.date) -> Any:
    values = form.cleaned_data
    return services.give(
        form.letter(),
        made,
        today,
        how=Split(values["how"]),
        parent=values["parent"],
        replaces=values["replaces"],
    )


def _form_page(request: HttpRequest, form: DirectiveForm, today: dt.date, status: int = 200) -> HttpResponse:
    mine = form.mine
    below = catalogue.all_units().children(mine.code, today) if mine.level < Level.COMMUNE else ()
    context = {"nav": "directives", "form": form, "places": [path_of(each) for each in (mine, *below)]}
    return render(request, "orders/new.html", context, status=status)


def _preview_page(request: HttpRequest, form: DirectiveForm, draft: _Draft, wrong: Mapping[str, str]) -> HttpResponse:
    letter = form.letter()
    rows = _rows(draft.plan, float(letter.target)) if draft.plan else []
    asked = {"csrfmiddlewaretoken", "step", *(_PEOPLE + node.key for node in draft.missing)}
    asked |= {_OFFICE + row["sector"] for row in rows[:_SHOWN] if row["sector"]}
    kept = [(name, value) for name in request.POST if name not in asked for value in request.POST.getlist(name)]
    context = {
        "nav": "directives",
        "title": presenters.title_of_letter(letter, page_language()),
        "letter": letter,
        "kept": kept,
        "missing": [
            {
                "key": node.key,
                "name": node.name,
                "value": request.POST.get(_PEOPLE + node.key, ""),
                "wrong": wrong.get(node.key, ""),
            }
            for node in draft.missing
        ],
        "left_out": draft.left_out,
        "offices": open_offices(place_of(letter.scope.code)) if form.counts_heads else [],
        "rows": rows[:_SHOWN],
        "more_rows": max(0, len(rows) - _SHOWN),
        "unknown": sum(1 for each in draft.root.walk() if each.installs is None and not each.children),
        "parts": len(rows) - 1,
    }
    return render(request, "orders/preview.html", context, status=400 if wrong else 200)


def _rows(made: Plan, share: float, depth: int = 0) -> list[dict[str, Any]]:
    """Return the plan as a table's rows, each under the one it is part of. Of a sector without units the order's
    `share` is asked."""
    node, language = made.node, page_language()
    row = {
        "depth": depth,
        "sector": node.key if node.kind == Kind.SECTOR else "",
        "name": sectors.name_of(node.key) if node.kind == Kind.SECTOR else node.name,
        "people": format_number(node.people, language) if node.people else "",
        "source": node.people_source,
        "installs": "" if node.installs is None else format_number(node.installs, language),
        "share_now": format_share(node.installs / node.people, language, 1)
        if node.installs is not None and node.people
        else "",
        "target": format_number(made.installs, language),
        "share": format_share(made.installs / node.people if node.people else share, language, 1),
        "needed": format_number(made.needed, language),
        "responsible": node.responsible,
    }
    return [row, *(each for child in made.children for each in _rows(child, share, depth + 1))]
