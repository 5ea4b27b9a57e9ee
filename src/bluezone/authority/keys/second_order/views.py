"""Serve to the ministry the page on which contacts are let warn others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bluezone.authority.keys.second_order import services
from bluezone.authority.keys.second_order.expected import EXPECTED
from bluezone.authority.keys.second_order.models import MAX_REASON, SecondOrderSwitch
from bluezone.authority.keys.second_order.services import SwitchError
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import ministry_page
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.i18n import format_share

#: changes that the page lists
_SHOWN = 20


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


@ministry_page
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Show whether contacts may warn others and what that buys; turn it on or off."""
    now = clock.now()
    on = services.is_on(now)
    form = SwitchForm(request.POST or None, turns_on=not on)
    # What is asked for stands in the form: the same one sent twice turns nothing back.
    wanted = request.POST.get("on") == "yes"
    if request.method == "POST" and wanted == on:
        return redirect("second_order:switch")
    if request.method == "POST" and form.is_valid():
        try:
            services.turn(wanted, form.cleaned_data["reason"], scope.officer(request.user), now)
            return redirect("second_order:switch")
        except SwitchError as error:
            form.add_error("reason", sentence_of(error))
    rows = SecondOrderSwitch.objects.select_related("set_by").order_by("-since", "-pk")[:_SHOWN]
    context = {"nav": "second-order", "on": on, "form": form, "rows": rows, "expected": _expected()}
    return render(request, "second_order/switch.html", context, status=400 if form.errors else 200)


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
