"""Serve the page on which the ministry and provinces see what offices issue, and the ministry sets their factor."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from bluezone.authority.diagnosis import code_use, quota, quota_rules
from bluezone.authority.diagnosis.models import CodeCount, QuotaFactor
from bluezone.authority.diagnosis.sending.presenters import share
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import OFFICE_HOLDER
from bluezone.authority.officers.jurisdiction import NATION, Role, place_of
from bluezone.authority.officers.pages import givers_page, office_name, place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.geography import catalogue
from bluezone.geography.units import Level
from bluezone.i18n import format_number, format_share

#: an office that has issued codes in so many days is listed, though nobody there may any more
_LISTED_DAYS = 30


class _FactorField(forms.DecimalField):
    """Read a number with a comma or a point."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class FactorForm(forms.Form):
    """Ask for which place, and by how much its offices' quotas are multiplied."""

    place = forms.ChoiceField(label=_("Where"), widget=forms.Select)
    factor = _FactorField(
        label=_("Factor"),
        help_text=_("1 leaves the quota as the trend says; 5 allows five times as many codes. From 0.1 to 1,000."),
        min_value=quota_rules.LEAST_FACTOR,
        max_value=quota_rules.MOST_FACTOR,
        max_digits=6,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, places: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["place"]).choices = places


def _places(offices: list[str], day: dt.date) -> list[tuple[str, str]]:
    """Return what a factor can be for: the country, a province, one office."""
    provinces = [place_of(unit.code) for unit in catalogue.provinces().of_level(Level.PROVINCE, day)]
    seen = dict.fromkeys([NATION, *offices, *provinces])
    return [(place, place_name(place, day)) for place in seen]


@givers_page
@require_http_methods(["GET", "POST"])
def quota_page(request: HttpRequest) -> HttpResponse:
    """Show each office's codes of today beside its quota, and what became of yesterday's; set a factor."""
    own, now = scope.required(request.user), clock.now()
    day, is_ministry = clock.date_of(now), own.role is Role.MINISTRY
    drops = {each.place: each.drop for each in code_use.drops(now, own.place)}
    offices = _offices(own.place, day, {*confirming.offices_with_right(own), *drops})
    form = FactorForm(_places(offices, day), request.POST or None) if is_ministry else None
    if request.method == "POST" and form is not None and form.is_valid():
        quota.set_factor(form.cleaned_data["place"], form.cleaned_data["factor"])
        return redirect("diagnosis:quota")
    context = {
        "nav": "quota",
        "lines": [_line(place, day, drops.get(place)) for place in offices],
        "factors": _factors(own.place, day),
        "form": form,
        "codes_share": share(own.place, now),
    }
    return render(request, "diagnosis/quota.html", context, status=400 if form is not None and form.errors else 200)


def _offices(within: str, day: dt.date, others: set[str]) -> list[str]:
    since = day - dt.timedelta(days=_LISTED_DAYS)
    holders = CodeCount.objects.filter(holder__startswith=f"{OFFICE_HOLDER}{within}", day__gte=since)
    issued = {holder.removeprefix(OFFICE_HOLDER) for holder in holders.values_list("holder", flat=True).distinct()}
    return sorted(issued | others)


def _factors(within: str, day: dt.date) -> list[dict[str, Any]]:
    language = page_language()
    return [
        {"id": row.pk, "name": place_name(row.place, day), "factor": format_number(row.factor, language, 2, trim=True)}
        for row in QuotaFactor.objects.filter(place__startswith=within).order_by("place")
    ]


def _line(place: str, day: dt.date, drop: quota_rules.Drop | None) -> dict[str, Any]:
    spent, language = quota.spent(f"{OFFICE_HOLDER}{place}", place, day), page_language()
    return {
        "name": office_name(place, day),
        "spent": spent,
        "drop": drop,
        "share": format_share(drop.yesterday.share, language, 0) if drop else "",
        "usual": format_share(drop.usual, language, 0) if drop else "",
    }


@givers_page
@require_POST
def remove_factor(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Remove a factor: that of the place above counts again. Only the ministry's officers may."""
    if scope.required(request.user).role is Role.MINISTRY:
        quota.set_factor(get_object_or_404(QuotaFactor, pk=factor_id).place, None)
    return redirect("diagnosis:quota")
