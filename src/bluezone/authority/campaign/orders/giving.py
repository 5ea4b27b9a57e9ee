"""Serve the officer's page to give an order: the form, what it would ask of whom, and only then the order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.orders import presenters, queries, services, tree
from bluezone.authority.campaign.orders.forms import (
    PEOPLE,
    PHONES,
    SURE,
    TARGET,
    DirectiveForm,
    Prefill,
    Written,
    read_written,
)
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.rules import (
    Node,
    Plan,
    asks_nothing,
    below_order_above,
    check,
    digest,
    misfits,
    more_phones_than_people,
    plan,
    plan_as_written,
    too_many_people,
    without_people,
    without_phones,
)
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FormPage
from bluezone.authority.officers.jurisdiction import own_unit, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import open_offices
from bluezone.authority.units.queries import path_of
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level
from bluezone.i18n import format_number, format_share
from bluezone.rollout.cascade import Misfit, Split

_OFFICE = "office-"
_LONGEST_OFFICE = 160
#: rows of a preview shown on the page
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class _Draft:
    """Hold an order as it would be given; `plan` is None while somebody's people or smartphones are missing.
    `questions` are sentences that somebody has to confirm before it is given."""

    root: Node
    missing: list[Node]
    without_phones: list[Node]
    left_out: list[Organisation]
    plan: Plan | None
    questions: list[str]


class NewOrder(FormPage):
    """Fill in an order, look at what it asks of whom, give it. Nothing is stored before the last step.

    `step` of a POST is `preview`, `store`, or `edit` (back to the form, with all that was written).
    """

    access = scope.directing
    nav, template_name = "directives", "orders/new.html"
    form_class: type[DirectiveForm] | None = DirectiveForm
    title, button, done = _("New order"), _("Show what it asks of whom"), ""
    form: DirectiveForm
    given: Directive

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"own": self.own, "today": clock.today(), "initial": Prefill(self.request.GET, self.own).initial()}

    def act(self) -> HttpResponse | None:
        """Show the preview, or store what was seen there. Raises DirectiveError or TargetError."""
        posted, today = self.request.POST, clock.today()
        if posted.get("step") == "edit":
            return self.show()
        numbers = read_written(posted)
        draft = _draft(self.form, numbers, _answering(posted), today)
        sure = not draft.questions or posted.get(SURE) == digest(draft.questions)
        if draft.plan is None or numbers.wrong or not sure or posted.get("step") != "store":
            return _preview_page(self.request, self.form, draft, numbers)
        values = self.form.cleaned_data
        self.given = services.give(
            self.form.letter(),
            draft.plan,
            today,
            how=Split(values["how"]),
            parent=values["parent"],
            replaces=values["replaces"],
        )
        return None

    def refused(self, error: TranslatableError) -> HttpResponse:
        field = getattr(error, "field", "")
        self.form.add_error(field if field in self.form.fields else None, sentence_of(error))
        return self.show(400)

    def way_back(self) -> str:
        return reverse("orders:directive", args=[self.given.pk])

    def way_out(self) -> str:
        return reverse("orders:list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = own_unit(self.own, clock.today())
        below = catalogue.all_units().children(mine.code, clock.today()) if mine.level < Level.COMMUNE else ()
        places = [path_of(each) for each in (mine, *below)]
        return super().get_context_data(places=places, kept=_kept(self.request), **kwargs)


def _answering(posted: Mapping[str, Any]) -> dict[str, str]:
    """Return the offices that an officer named for sectors, by the sector's key."""
    return {
        name.removeprefix(_OFFICE): " ".join(text.split())[:_LONGEST_OFFICE]
        for name, text in posted.items()
        if name.startswith(_OFFICE)
    }


def _draft(form: DirectiveForm, numbers: Written, answering: Mapping[str, str], today: dt.date) -> _Draft:
    """Return an order as it would be given; numbers that cannot be are refused among them. Raises DirectiveError or
    TargetError for one that cannot be given."""
    letter, values = form.letter(), form.cleaned_data
    left_out: list[Organisation] = []
    if form.counts_heads:
        root, left_out = tree.sectors(letter.scope, form.sectors_chosen(), today, answering)
    else:
        root = _territory(form, numbers, today)
    check(letter, root.people if root.people is not None else 1, today)  # what is missing the preview asks for
    missing, how = without_people(root), Split(values["how"])
    phones = without_phones(root) if how is Split.BY_PHONES else []
    made = None if missing or phones else _plan(root, letter.target, how, numbers)
    asked = _questions(form, made, today) if made else []
    if how is Split.BY_PHONES and made:
        asked += [sentence_of(each) for each in more_phones_than_people(root)]
    return _Draft(root, missing, phones, left_out, made, asked)


def _territory(form: DirectiveForm, numbers: Written, today: dt.date) -> Node:
    """Return the units of an order with their people; people that a unit cannot have are refused."""
    letter, values = form.letter(), form.cleaned_data
    measure, depth = Measure(letter.base.value), tree.Depth(values["depth"])
    phones = numbers.of(PHONES) if values["how"] == Split.BY_PHONES else None
    root = tree.territory(letter.scope, measure, depth, today, numbers.of(PEOPLE), phones)
    found = too_many_people(root, tree.people_above(letter.scope, measure, today))
    refused = {key: error for key, error in found.items() if PEOPLE + key in numbers.numbers}
    for key, error in refused.items():
        numbers.refuse(PEOPLE + key, sentence_of(error))
    return tree.territory(letter.scope, measure, depth, today, numbers.of(PEOPLE), phones) if refused else root


def _plan(root: Node, share: Fraction, how: Split, numbers: Written) -> Plan:
    if how is not Split.GIVEN:
        return plan(root, share, how)
    made = plan_as_written(root, share, numbers.of(TARGET))
    for finding, error in misfits(made):
        if finding.misfit is Misfit.OVER_PEOPLE:
            numbers.wrong[TARGET + finding.key] = sentence_of(error)
    return made


def _questions(form: DirectiveForm, made: Plan, today: dt.date) -> list[str]:
    """Return what has to be confirmed: an order that asks nothing of anybody, parts that do not add up, an order above
    that asks for more."""
    nothing = asks_nothing(made, Split(form.cleaned_data["how"]))
    asked = [] if nothing is None else [sentence_of(nothing)]
    if form.counts_heads:
        return asked
    above = queries.asked_above(form.cleaned_data["parent"], form.letter(), today)
    if above is not None and (less := below_order_above(made, above.installs, above.directive.number)) is not None:
        asked.append(sentence_of(less))
    asked += [sentence_of(error) for finding, error in misfits(made) if not finding.misfit.is_refused]
    return asked


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the numbers that were written on the page after the form: going back loses none. Smartphones are asked for
    anew where the order could not be cut by them."""
    written = read_written(request.POST).numbers
    going_back = request.POST.get("step") == "edit"
    return [(name, request.POST[name]) for name in written if going_back or not name.startswith(PHONES)]


def _preview_page(request: HttpRequest, form: DirectiveForm, draft: _Draft, numbers: Written) -> HttpResponse:
    letter = form.letter()
    uncounted = {each.sector for each in draft.left_out}
    rows = _rows(draft.plan, float(letter.target), uncounted) if draft.plan else []
    for row in rows:  # what was written as its target, right or wrong
        row["written"] = request.POST.get(TARGET + row["key"], row["target"])
        row["wrong"] = numbers.wrong.get(TARGET + row["key"], "")
    asked = {"csrfmiddlewaretoken", "step", SURE}
    people = [node for node in draft.root.walk() if node in draft.missing or PEOPLE + node.key in request.POST]
    phones = [node for node in draft.root.walk() if node in draft.without_phones or PHONES + node.key in request.POST]
    asked |= {PEOPLE + node.key for node in people} | {PHONES + node.key for node in phones}
    keys = [node.key for node in draft.missing]  # whose people an order may name, though no census knows them
    on_orders = queries.people_on_orders(keys, letter.base.value, clock.today(), ended=True) if keys else {}
    as_written = form.cleaned_data["how"] == Split.GIVEN and draft.plan is not None
    if as_written:
        asked |= {name for name in request.POST if name.startswith(TARGET)}
    asked |= {_OFFICE + row["sector"] for row in rows[:_SHOWN] if row["sector"]}
    kept = [(name, value) for name in request.POST if name not in asked for value in request.POST.getlist(name)]
    context = {
        "nav": "directives",
        "title": presenters.title_of_letter(letter, page_language()),
        "letter": letter,
        "kept": kept,
        "asked_people": _asked_for(PEOPLE, people, request, numbers, on_orders),
        "asked_phones": _asked_for(PHONES, phones, request, numbers, {}),
        "planned": draft.plan is not None,
        "questions": draft.questions,
        "sure": digest(draft.questions),
        "is_sure": bool(draft.questions) and request.POST.get(SURE) == digest(draft.questions),
        "as_written": as_written,
        "left_out": draft.left_out,
        "counts_heads": form.counts_heads,
        "offices": open_offices(place_of(letter.scope.code)) if form.counts_heads else [],
        "rows": rows[:_SHOWN],
        "more_rows": max(0, len(rows) - _SHOWN),
        "unknown": sum(1 for each in draft.root.walk() if each.installs is None and each.people and not each.children),
        "parts": len(rows) - 1,
    }
    refused = numbers.wrong or (draft.plan is not None and request.POST.get("step") == "store")
    return render(request, "orders/preview.html", context, status=400 if refused else 200)


def _asked_for(
    prefix: str, nodes: Sequence[Node], request: HttpRequest, numbers: Written, known: Mapping[str, Target]
) -> list[dict[str, str]]:
    """Describe the fields in which the page asks for a number of units, filled in with the people that an order in
    force names (`known`), until somebody has written another number."""
    language, fields = page_language(), []
    for node in nodes:
        name, on_order = prefix + node.key, known.get(node.key)
        value = format_number(on_order.people, language) if on_order is not None else ""
        fields.append(
            {
                "field": name,
                "name": node.name,
                "value": request.POST.get(name, value),
                "wrong": numbers.wrong.get(name, ""),
                "known_by": on_order.directive.number if on_order is not None and name not in request.POST else "",
            }
        )
    return fields


def _rows(made: Plan, share: float, uncounted: Collection[str], depth: int = 0) -> list[dict[str, Any]]:
    """Return the plan as a table's rows, each under the one it is part of. Of a sector without people the order's
    `share` is asked; those that are `uncounted` have units all the same."""
    node, language = made.node, page_language()
    has_units = node.key in uncounted or (node.kind == Kind.UNIT and bool(uncounted))
    row = {
        "depth": depth,
        "key": node.key,
        "sector": node.key if node.kind == Kind.SECTOR else "",
        "name": sectors.name_of(node.key) if node.kind == Kind.SECTOR else node.name,
        "people": format_number(node.people, language) if node.people else "",
        "source": node.people_source,
        "installs": "" if node.installs is None else format_number(node.installs, language),
        "share_now": format_share(node.installs / node.people, language)
        if node.installs is not None and node.people
        else "",
        "target": format_number(made.installs, language) if node.people else "",
        "share": ""
        if node.people and made.installs > node.people
        else format_share(made.installs / node.people if node.people else share, language),
        "needed": format_number(made.needed, language) if node.people else "",
        "responsible": node.responsible,
        "empty": "" if node.people else presenters.without_people(uncounted=has_units),
    }
    return [row, *(each for child in made.children for each in _rows(child, share, uncounted, depth + 1))]
