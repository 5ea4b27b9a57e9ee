"""Serve to the ministry the page on which contacts are let warn others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.keys import second_order
from bluezone.authority.keys.models import MAX_REASON, SecondOrderSwitch
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FormPage
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language
from bluezone.i18n import format_share

#: changes that the page lists
_SHOWN = 20


class Expected(NamedTuple):
    """Hold what the simulator expects in 90 days among 100,000 people of whom `uptake_percent` have the app."""

    uptake_percent: Decimal
    contacts_warned: int
    told: int
    #: of those told, who is infected then
    infected_percent: Decimal
    #: of the infections that are left with the app
    averted_percent: Decimal


#: `bluezone epidemic run --people 100000 --days 90 --seeds 6 --uptake 0.0754,0.3,0.6 --no-doubt --second-order` on
#: 2 December 2026, in an outbreak that grows unhindered but for the practice of 2020: read before the switch is turned
EXPECTED = (
    Expected(Decimal("7.54"), 986, 475, Decimal("33.1"), Decimal(0)),
    Expected(Decimal(30), 14_091, 16_925, Decimal("27.8"), Decimal("1.5")),
    Expected(Decimal(60), 48_611, 72_968, Decimal("20.3"), Decimal("6.9")),
)


class SwitchForm(forms.Form):
    """Ask on what decision the switch is turned."""

    reason = forms.CharField(
        label=_("Decision or letter that this follows"),
        max_length=MAX_REASON,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, turns_on: bool, **kwargs: Any) -> None:
        """`turns_on`: ask as well whether the figures were read, before anybody is disturbed."""
        super().__init__(*args, **kwargs)
        if turns_on:
            self.fields["read"] = forms.BooleanField(
                label=_("I have read above how many people this disturbs"),
                error_messages={"required": _("Read the figures above, and tick that you have.")},
            )


class Switch(FormPage):
    """Show whether contacts may warn others and what that buys; turn it on or off."""

    access = scope.ministry
    nav, template_name, form_class = "second-order", "second_order/switch.html", SwitchForm
    done, wrong_at = "", "reason"

    def prepare(self) -> None:
        self.on = second_order.is_on(clock.now())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"turns_on": not self.on}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # What is asked for stands in the form: the same one sent twice turns nothing back.
        if (request.POST.get("on") == "yes") == self.on:
            return redirect(self.way_back())
        return super().post(request, *args, **kwargs)

    def act(self) -> None:
        second_order.turn(not self.on, self.form.cleaned_data["reason"], self.officer, clock.now())

    def way_back(self) -> str:
        return reverse("second_order:switch")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = SecondOrderSwitch.objects.select_related("set_by").order_by("-since", "-pk")[:_SHOWN]
        return super().get_context_data(on=self.on, rows=rows, expected=_expected(), **kwargs)


def _expected() -> list[dict[str, str]]:
    """Return what the simulator says, in the reader's language."""
    language = page_language()

    def percent(value: Decimal) -> str:
        return format_share(value / 100, language, 2, trim=True)

    return [
        {
            "uptake": percent(each.uptake_percent),
            "contacts_warned": number_text(each.contacts_warned),
            "told": number_text(each.told),
            "infected": percent(each.infected_percent),
            "averted": percent(each.averted_percent),
        }
        for each in EXPECTED
    ]
