"""Serve the officers' pages of the doors of a place: shares per sector and place, the list, rounds of visits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bluezone.authority.door import presenters, queries, rounds, taps, visits
from bluezone.authority.door.forms import RoundForm
from bluezone.authority.door.models import DoorDay, Round, RoundStop
from bluezone.authority.door.queries import DoorTotals
from bluezone.authority.door.rules import DoorError
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import (
    DetailPage,
    Filters,
    FormPage,
    ListPage,
    OfficerPage,
    OfJurisdiction,
    Sort,
)
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of, place_of
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.i18n import at_start, format_date, format_weekday_date

#: periods a reader can choose, in days
PERIODS = (7, 14, 30)


class Overview(OfficerPage):
    """Show what the doors of the officer's place have told, by sector and by place."""

    access = scope.required
    nav = "doors"
    template_name = "door/overview.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.own.role is Role.UNIT_HEAD:
            return redirect("door:unit", codes_of(self.own.place)[-1])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today, asked = clock.today(), self.request.GET.get("days", "")
        days = int(asked) if asked in {str(each) for each in PERIODS} else PERIODS[0]
        since = today - dt.timedelta(days=days - 1)
        units = scope.visible(Organisation.objects.all(), self.request.user)
        taps.reckon_new(units)  # what has come since the worker's last minute
        by_sector = queries.sector_totals(units, since, today)
        whole, known = queries.total(by_sector.values()), sectors.every()
        order = list(known)
        keys = sorted(by_sector, key=lambda key: order.index(key) if key in known else len(order))
        found = {
            "place": place_name(self.own.place, today),
            "days": days,
            "periods": PERIODS,
            "since": format_date(since, page_language()),
            "sentence": presenters.sentence(whole, days),
            "whole": presenters.totals("", whole),
            "never": whole.never_visited,
            "asked_about": whole.asked_about,
            "sectors": [presenters.totals(sectors.name_of(key, known), by_sector[key], key=key) for key in keys],
            "places": _by_place(self.own, queries.commune_totals(units, since, today), today),
        }
        return super().get_context_data(**found | kwargs)


def _by_place(own: Jurisdiction, found: dict[str, DoorTotals], today: dt.date) -> list[dict[str, Any]]:
    """Group by the unit just below the officer's own: districts of a province, communes of a district."""
    depth = len(codes_of(own.territory if own.is_office else own.place))
    groups: dict[str, list[DoorTotals]] = {}
    for code, totals in found.items():
        above = codes_of(place_of(UnitCode.parse(code)))
        groups.setdefault(above[min(depth, len(above) - 1)], []).append(totals)
    if len(groups) < 2:
        return []
    return [
        presenters.totals(unit_name(unit_of(UnitCode.parse(code), today)), queries.total(parts))
        for code, parts in sorted(groups.items())
    ]


class DoorFilters(Filters):
    """Filter doors by what is to be done at them, and by sector."""

    show = forms.ChoiceField(
        label=_("Which"),
        choices=[
            ("all", _("all")),
            ("never", _("never visited")),
            ("open", _("with numbers not confirmed")),
            ("asked", _("more told than guests can be")),
        ],
        required=False,
        initial="all",
    )
    sector = forms.ChoiceField(label=_("Sector"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        self._units = units
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the sectors that there are."""
        known, keys = sectors.every(), self._units.values_list("sector", flat=True).distinct().order_by()
        names = sorted(((key, sectors.name_of(key, known)) for key in keys), key=lambda each: each[1])
        cast(forms.ChoiceField, self.fields["sector"]).choices = [("", _("all")), *names]

    def by_show(self, rows: QuerySet[Organisation], show: str) -> QuerySet[Organisation]:
        days = DoorDay.objects.filter(organisation=OuterRef("pk"))
        if show == "never":
            return rows.filter(door_visits=None)
        if show == "open":
            return rows.filter(Exists(queries.unconfirmed(days)))
        return rows.filter(Exists(queries.questions(days))) if show == "asked" else rows

    def by_sector(self, rows: QuerySet[Organisation], sector: str) -> QuerySet[Organisation]:
        return rows.filter(sector=sector)


class DoorsOfUnits(ListPage):
    """List the doors of the officer's place, the one that waits longest for a visit first."""

    access = scope.directing_units
    model = Organisation
    nav = "doors"
    template_name = "door/units.html"
    filters = DoorFilters
    sorts = (
        Sort("name", _("Unit"), ("name",)),
        Sort("within", _("Where"), ("within",)),
        Sort("last", _("Last visit"), ("last",)),
    )
    ordering = ("last", "name", "pk")

    def rows(self) -> QuerySet[Organisation]:
        """Return the units that keep a door list, or are to, with the day of the last visit."""
        return queries.keepers(Organisation.objects.select_related("door")).annotate(last=Max("door_visits__day"))

    def get_filters_kwargs(self) -> dict[str, Any]:
        return {"units": self.get_queryset()}

    def present(self, rows: Sequence[Any]) -> Sequence[dict[str, Any]]:
        known, language = sectors.every(), page_language()
        return [
            {
                "code": each.code,
                "name": each.name,
                "sector": sectors.name_of(each.sector, known),
                "where": _where(each, queries.door_of(each)),
                "poster": presenters.poster_text(queries.door_of(each)),
                "last": format_date(each.last, language) if each.last else "",
            }
            for each in rows
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        return found | {"total": number_text(found["page"].paginator.count)}


def _where(organisation: Organisation, door: Any) -> str:
    """Return the street and the commune of a unit."""
    commune = unit_name(unit_of(UnitCode.parse(organisation.within), clock.today()))
    return ", ".join(filter(None, (door.street if door else "", commune)))


# --- rounds of visits -----------------------------------------------------------------------------


class NewRound(OfJurisdiction, FormPage):
    """Propose whom to visit on a day, and store the round of those that are ticked."""

    access = scope.directing_units
    model = Organisation
    reach = scope.editable
    nav = "doors"
    template_name = "door/new_round.html"
    form_class = RoundForm
    done = ""
    form: RoundForm
    made: Round

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET
        return {"today": clock.today()} | ({"data": asked} if "day" in asked else {})

    def act(self) -> None:
        """Store the round. Raises DoorError where nobody is ticked."""
        keys = self.request.POST.getlist("code")[: rounds.MOST_SIZE]
        rows = queries.keepers(self.get_queryset()).filter(code__in=keys)
        stops = sorted(rows, key=lambda each: keys.index(each.code))
        if not stops:
            raise DoorError(gettext_noop("Tick at least one unit."))
        values = self.form.cleaned_data
        self.made = visits.plan(self.own.place, stops, values["form"], self.officer, values["day"])

    def way_back(self) -> str:
        return reverse("door:round", args=[self.made.pk])

    def way_out(self) -> str:
        return reverse("door:overview")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, today, language = kwargs["form"], clock.today(), page_language()
        day, size = today, rounds.USUAL_SIZE
        if form.is_bound and form.is_valid():
            day, size = form.cleaned_data["day"], form.cleaned_data["size"]
        chosen = rounds.round_of(visits.candidates(self.get_queryset(), day), size)
        codes = dict(Organisation.objects.filter(pk__in=[each.key for each in chosen]).values_list("pk", "code"))
        rows = [
            {
                "code": codes[each.key],
                "name": each.name,
                "where": ", ".join(
                    filter(None, (each.street, unit_name(unit_of(UnitCode.parse(each.commune), today))))
                ),
                "last": format_date(each.last_visit, language) if each.last_visit else "",
            }
            for each in chosen
        ]
        found = {
            "token": uuid.uuid4(),
            "day": day.isoformat(),
            "shown_day": at_start(format_weekday_date(day, language)),
            "size": size,
            "rows": rows,
        }
        return super().get_context_data(**found | kwargs)


class RoundPage(DetailPage):
    """Show a round: whom to look in on, in the order of the way, and who was."""

    access = scope.directing_units
    model = Round
    reach = scope.editable
    named = "number"
    nav = "doors"
    template_name = "door/round.html"
    object: Round

    @cached_property
    def stops(self) -> list[Any]:
        """Return the round's stops in their order, with the day of each unit's last visit."""
        stops = RoundStop.objects.filter(round=self.object).annotate(last=Max("organisation__door_visits__day"))
        return list(stops.select_related("organisation", "organisation__door", "visit").order_by("position"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        taps.reckon_new([stop.organisation for stop in self.stops])
        waiting: dict[int, int] = {}
        units = [stop.organisation_id for stop in self.stops]
        for row in queries.unconfirmed(DoorDay.objects.filter(organisation__in=units)):
            waiting[row.organisation_id] = waiting.get(row.organisation_id, 0) + row.standing.unconfirmed.asked
        found = {
            "round": self.object,
            "shown_day": format_weekday_date(self.object.day, page_language()),
            "done": number_text(sum(stop.visit_id is not None for stop in self.stops)),
            "all": number_text(len(self.stops)),
            "rows": [_stop(stop, waiting.get(stop.organisation_id, 0)) for stop in self.stops],
        }
        return super().get_context_data(**found | kwargs)


def _stop(stop: Any, waiting: int) -> dict[str, Any]:
    organisation, door = stop.organisation, queries.door_of(stop.organisation)
    return {
        "number": stop.position,
        "code": organisation.code,
        "name": organisation.name,
        "closed": organisation.closed_on,
        "where": _where(organisation, door),
        "poster": presenters.poster_text(door),
        "last": format_date(stop.last, page_language()) if stop.last else "",
        "waiting": number_text(waiting) if waiting else "",
        "visited": stop.visit is not None,
    }
