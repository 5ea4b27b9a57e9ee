"""Serve the page on which the ministry and provinces see what offices issue, and the ministry sets their factor."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import code_use, quota, quota_rules
from bluezone.authority.diagnosis.models import CodeCount, QuotaFactor
from bluezone.authority.diagnosis.sending.presenters import share
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import OFFICE_HOLDER
from bluezone.authority.officers.generic import FormPage, OfObject, Step
from bluezone.authority.officers.jurisdiction import NATION, Role, place_of
from bluezone.authority.officers.pages import office_name, place_name
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


class QuotaPage(FormPage):
    """Show each office's codes of today beside its quota, and what became of yesterday's; set a factor, as the
    ministry."""

    access = scope.giving
    nav, template_name, done = "quota", "diagnosis/quota.html", ""

    def get_form(self) -> FactorForm | None:
        if self.own.role is not Role.MINISTRY:
            return None
        day = clock.today()
        provinces = [place_of(unit.code) for unit in catalogue.provinces().of_level(Level.PROVINCE, day)]
        places = dict.fromkeys([NATION, *self.offices, *provinces])
        return FactorForm([(place, place_name(place, day)) for place in places], self.request.POST or None)

    @cached_property
    def drops(self) -> dict[str, quota_rules.Drop]:
        return {each.place: each.drop for each in code_use.drops(clock.now(), self.own.place)}

    @cached_property
    def offices(self) -> list[str]:
        since = clock.today() - dt.timedelta(days=_LISTED_DAYS)
        holders = CodeCount.objects.filter(holder__startswith=f"{OFFICE_HOLDER}{self.own.place}", day__gte=since)
        issued = {each.removeprefix(OFFICE_HOLDER) for each in holders.values_list("holder", flat=True).distinct()}
        return sorted({*issued, *confirming.offices_with_right(self.own), *self.drops})

    def act(self) -> None:
        if self.form is not None:
            quota.set_factor(self.form.cleaned_data["place"], self.form.cleaned_data["factor"])

    def way_back(self) -> str:
        return reverse("diagnosis:quota")

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        self.form = self.form or self.get_form()
        return super().show(status, **context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, place = clock.now(), self.own.place
        day, language = clock.date_of(now), page_language()
        found = {
            "lines": [_line(each, day, self.drops.get(each)) for each in self.offices],
            "factors": [
                {
                    "id": row.pk,
                    "name": place_name(row.place, day),
                    "factor": format_number(row.factor, language, 2, trim=True),
                }
                for row in QuotaFactor.objects.filter(place__startswith=place).order_by("place")
            ],
            "codes_share": share(place, now),
        }
        return super().get_context_data(**found | kwargs)


class RemoveFactor(Step, OfObject):
    """Remove a factor: that of the place above counts again. Only the ministry's officers may."""

    access = scope.ministry
    model, named, done = QuotaFactor, "factor_id", ""
    object: QuotaFactor

    def act(self) -> None:
        quota.set_factor(self.object.place, None)

    def way_back(self) -> str:
        return reverse("diagnosis:quota")


def _line(place: str, day: dt.date, drop: quota_rules.Drop | None) -> dict[str, Any]:
    spent, language = quota.spent(f"{OFFICE_HOLDER}{place}", place, day), page_language()
    return {
        "name": office_name(place, day),
        "spent": spent,
        "drop": drop,
        "share": format_share(drop.yesterday.share, language, 0) if drop else "",
        "usual": format_share(drop.usual, language, 0) if drop else "",
    }
