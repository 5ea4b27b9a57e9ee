"""Define the forms with which people are added to a roster."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluezone.authority.quarantine.numbers import (
    MOST_IN_HOUSEHOLD,
    Number,
    read_hamlet,
    read_number,
    read_numbers,
)
from bluezone.authority.quarantine.rules import RosterError
from bluezone.authority.site.fields import CountField
from bluezone.authority.site.language import sentence_of

_PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class BedsForm(forms.Form):
    """Ask for the beds of those who have arrived at a site."""

    number = forms.CharField(
        label=_("Bed"),
        max_length=2_000,
        required=False,
        help_text=_("Its number, as A12; several with commas. No names, no telephone numbers."),
        widget=forms.TextInput(_PLAIN),
    )
    up_to = forms.CharField(
        label=_("Up to bed"),
        max_length=40,
        required=False,
        help_text=_("For many in a row: from A1 up to A40."),
        widget=forms.TextInput(_PLAIN),
    )

    def beds(self) -> tuple[list[Number], str, int]:
        """Return the beds' numbers, no hamlet, one person each. Raises RosterError."""
        return read_numbers(self.cleaned_data["number"], self.cleaned_data["up_to"]), "", 1


class HouseForm(forms.Form):
    """Ask for the house of those who are in quarantine at home."""

    hamlet = forms.CharField(label=_("Hamlet"), max_length=160, widget=forms.TextInput({"autocomplete": "off"}))
    number = forms.CharField(
        label=_("House number"),
        max_length=40,
        required=False,
        help_text=_("As 12 or 12A. No names, no telephone numbers."),
        widget=forms.TextInput(_PLAIN),
    )
    people = CountField(
        label=_("People in quarantine there"),
        min_value=1,
        max_value=MOST_IN_HOUSEHOLD,
        initial=1,
    )

    def __init__(self, hamlets: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hamlets = hamlets
        self.fields["hamlet"].widget.attrs["list"] = "hamlets"

    def clean_hamlet(self) -> str:
        try:
            return read_hamlet(self.cleaned_data["hamlet"], self._hamlets)
        except RosterError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def beds(self) -> tuple[list[Number], str, int]:
        """Return the house's number, its hamlet and its people. Raises RosterError."""
        return [read_number(self.cleaned_data["number"])], self.cleaned_data["hamlet"], self.cleaned_data["people"]
