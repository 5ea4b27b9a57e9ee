"""Serve the officers' pages of orders: the list, an order with everybody's progress, its withdrawal, its posters."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.figures.presenters import order_text
from bluezone.authority.campaign.figures.report_views import day_of
from bluezone.authority.campaign.orders import missing, presenters, services
from bluezone.authority.campaign.orders.forms import LateForm
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.parts import part_of
from bluezone.authority.campaign.orders.progress import Line, lines
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import DetailPage, Filters, ListPage, OfObject, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.units import posters
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import path_of_code
from bluezone.authority.units.sectors import closed_keys
from bluezone.i18n import format_date
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.directives import Base


def targets_of(user: User | AnonymousUser) -> QuerySet[Target]:
    """Return the targets of units in an officer's jurisdiction: by them an order is seen."""
    return scope.visible(Target.objects.select_related("organisation", "directive"), user)


def naming_ones(rows: QuerySet[Directive], user: User | AnonymousUser, _field: str) -> QuerySet[Directive]:
    """Return the orders that name somebody in an officer's jurisdiction."""
    return rows.filter(pk__in=targets_of(user).values("directive"))


class OrderFilters(Filters):
    """Filter orders by whether they are in force."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("in force")), ("all", _("all, with those that ended"))], required=False
    )


class OrderList(ListPage):
    """List the orders that name somebody in the officer's jurisdiction, the latest deadline first."""

    template_name = "orders/list.html"
    model, nav, reach, filters = Directive, "directives", naming_ones, OrderFilters
    ordering = ("-deadline", "-pk")
    paginate_by = 20

    def narrowed(self) -> QuerySet[Directive]:
        rows = super().narrowed()
        ended = self.asked.data.get("state") == "all"
        return rows if ended else rows.filter(Q(ended_on=None) | Q(ended_on__gt=clock.today()))

    def present(self, rows: Sequence[Directive]) -> Sequence[dict[str, Any]]:
        spoken_to = presenters.sectors_of(rows)
        return [self._row(each) | {"sectors": spoken_to.get(each.pk, "")} for each in rows]

    def _row(self, directive: Directive) -> dict[str, Any]:
        day, language = clock.today(), page_language()
        own = targets_of(self.officer).filter(directive=directive)
        above = own.exclude(parent__in=own.values("pk"))
        top = above[:2]
        summed = [top[0], *own.filter(parent=top[0], kind=Kind.SECTOR)] if len(top) == 1 else []
        tops = lines(directive, summed, day) if summed else []
        return {
            "directive": directive,
            "title": presenters.title_of(directive, language),
            "state": presenters.state_of(directive, day),
            "line": presenters.line_row(tops[0], language, day) if tops else None,
            "own": above.count(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_direct=self.own.directs_places, **kwargs)


class OfOrder(OfObject):
    """Serve a page of one order, on a day (`?date=`), of all that is the officer's or of one target there (`?at=`)."""

    model, nav, reach, named = Directive, "directives", naming_ones, "key"
    object: Directive

    @cached_property
    def targets(self) -> QuerySet[Target]:
        """Return the order's targets in the officer's jurisdiction."""
        return targets_of(self.officer).filter(directive=self.object)

    @cached_property
    def day(self) -> dt.date:
        """Return the day that is asked for. Raises Http404."""
        return day_of(self.request.GET.get("date", ""))

    @cached_property
    def focus(self) -> Target | None:
        """Return the target asked for; else the only top of the officer's own, None where there are several."""
        asked = self.request.GET.get("at", "")
        if asked:
            if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
                raise Http404
            return get_object_or_404(self.targets, pk=int(asked))
        tops = self.tops()[:2]
        return tops[0] if len(tops) == 1 else None

    def tops(self) -> QuerySet[Target]:
        return self.targets.exclude(parent__in=self.targets.values("pk"))


class OrderPage(OfOrder, DetailPage):
    """Show an order on a day: the progress of the officer's own part of it, and of those below, who is behind first."""

    template_name = "orders/directive.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        directive, day, focus, language = self.object, self.day, self.focus, page_language()
        shown = [focus, *self.targets.filter(parent=focus)] if focus is not None else list(self.tops())
        tops = lines(directive, shown, day)
        walked = (each for top in tops for each in top.walk())
        line = next((each for each in walked if focus is not None and each.target.pk == focus.pk), None)
        state, past = presenters.state_of(directive, day), day > directive.deadline
        has_ended = state in ("withdrawn", "replaced")  # nobody is asked for what is missing any more
        may_direct = self.own.may_direct(directive.place)
        found = {
            "directive": directive,
            "title": presenters.title_of(directive, language),
            "answer": "" if has_ended else presenters.answer(line, language, past=past),
            "issued": format_date(directive.issued, language),
            "deadline": format_date(directive.deadline, language),
            "state": state,
            "ended": format_date(directive.ended_on, language) if directive.ended_on else "",
            "successor": directive.replaced_by.first(),
            "day": day,
            "is_today": day == clock.today(),
            "shown_day": format_date(day, language),
            "days": [
                (each, format_date(each, language))
                for each in (day - dt.timedelta(days=1), day + dt.timedelta(days=1))
                if FIRST_DAY <= each <= clock.today()
            ],
            "at": focus,
            "above": self._above(),
            "line": presenters.today_row(line, language, day, closed_keys()) if line else None,
            "order": order_text(),
            "sources": presenters.sources_of(line, language),
            "doubts": presenters.doubts_of(line),
            "has_organisations": directive.base == Base.HEADCOUNT,
            "within": path_of_code(focus.key) if focus is not None and focus.kind == Kind.UNIT else "",
            "may_direct": may_direct,
            "quarantine": part_of(self.own, directive, focus, day),
        }
        if may_direct and state == "in_force" and directive.base == Base.HEADCOUNT:
            found["late_form"] = LateForm(initial={"late_until": directive.late_until or directive.deadline})
        below = line.children if line is not None else tops
        return super().get_context_data(**found | self._below(line, below, state) | kwargs)

    def _below(self, line: Line | None, below: Sequence[Line], state: str) -> dict[str, Any]:
        """Return the rows of those below, what they add up to, and what the order lacks."""
        directive, day, language = self.object, self.day, page_language()
        asked = [each.target.pk for each in below]
        with_children = set(self.targets.filter(parent__in=asked).values_list("parent", flat=True))
        shown, closed = below[: presenters.MOST_CHILDREN], closed_keys()
        rows = [
            presenters.line_row(each, language, day, closed) | {"opens": each.target.pk in with_children}
            for each in shown
        ]
        table, check = presenters.table_of(shown, rows, language, day), presenters.sum_check(line, language)
        reader = missing.Reader(self.own, language, day)
        in_force = state == "in_force" and day == clock.today()
        return {
            "table": table,
            "rows": table.rows,
            "more_rows": max(0, len(below) - presenters.MOST_CHILDREN),
            "sum_check": check,
            "lacks": missing.lacks(directive, line, below, with_children, check, reader) if in_force else [],
            "summary": _summary(below),
            "has_units": any(
                each.target.people and each.target.left_on is None for each in [*below, *([line] if line else [])]
            ),
        }

    def _above(self) -> list[tuple[int, str]]:
        """Return the path back up, as far as it is the officer's own."""
        way: list[tuple[int, str]] = []
        target = self.focus
        while target is not None and target.parent_id is not None:
            target = self.targets.filter(pk=target.parent_id).first()
            if target is not None:
                way.insert(0, (target.pk, presenters.target_name(target, page_language())))
        return way


def _summary(below: Sequence[Line]) -> list[tuple[str, int, str]]:
    """Count those below by status, each with its tone."""
    counted = Counter(
        (
            presenters.status_name(line, page_language()),
            "" if line.target.left_on else presenters.TONES.get(line.pace.status, ""),
        )
        for line in below
    )
    return [(name, number, tone) for (name, tone), number in counted.items()]


class OrderStep(Step, OrderPage):
    """Change an order by a button of its page: open to the officer who gave it, and those above."""

    right = Jurisdiction.may_direct

    def way_back(self) -> str:
        return reverse("orders:directive", args=[self.object.pk])


class WithdrawOrder(OrderStep):
    """Withdraw an order."""

    done = ""

    def act(self) -> None:
        services.end(self.object, clock.today())


class LateUnits(OrderStep):
    """Set the day until which units that come into the order late have time."""

    form_class, form_name = LateForm, "late_form"

    def act(self) -> None:
        services.give_time(self.object, self.form.cleaned_data["late_until"])


class PosterSheets(OfOrder):
    """Draw the posters of the organisations the order names in the officer's jurisdiction (`?at=` of one sector), as
    PDF."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        targets = self.targets.filter(kind=Kind.ORGANISATION)
        if self.focus is not None and self.focus.kind == Kind.SECTOR:
            targets = targets.filter(parent=self.focus)
        elif self.focus is not None and self.focus.kind == Kind.ORGANISATION:
            targets = targets.filter(pk=self.focus.pk)
        rows = Organisation.objects.filter(pk__in=targets.values("organisation"), closed_on=None).order_by("name", "pk")
        found = list(rows[: posters.MOST_IN_ONE_FILE])
        if not found:
            raise Http404
        return posters.pdf_of(request, found, clock.today(), f"bluezone-posters-{self.object.pk}")
