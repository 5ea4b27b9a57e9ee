"""Define the form that an officer fills in about an organisation."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit, place_of
from bluezone.authority.site.language import sentence_of
from bluezone.authority.units import sectors
from bluezone.authority.units.places import find_unit, path_of
from bluezone.authority.units.rules import MOST_PEOPLE
from bluezone.authority.units.services import Facts
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit


class OrganisationForm(forms.Form):
    """Ask for what is known of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("As on its sign. Posters show it."))
    sector = forms.ChoiceField(label=_("Sector"))
    within = forms.CharField(
        label=_("Where it lies"),
        max_length=200,
        help_text=_("Its commune or ward; for an office of the district or province, that. A name or a code."),
    )
    headcount = forms.IntegerField(
        label=_("Headcount"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=_("Its own people: staff, pupils, inhabitants. Without it the unit has a poster, but no target."),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    with_families = forms.BooleanField(
        label=_("Orders to it mean its people's families, too"),
        required=False,
        help_text=_("They then count 3.6 people for each of its own (census of 2019)."),
    )
    headed_by = forms.CharField(
        label=_("Who heads it"), max_length=120, required=False, help_text=_("A name or an office, to turn to.")
    )

    def __init__(self, own: Jurisdiction, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own, self._today = own, today
        cast(forms.ChoiceField, self.fields["sector"]).choices = [
            ("", "–"),
            *sectors.choices(own.place, kept=self.initial.get("sector", "")),
        ]
        self.fields["within"].widget.attrs["list"] = "places"
        mine = own_unit(own, today)
        if mine.level is Level.COMMUNE:
            self.fields["within"].initial = path_of(mine)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_within(self) -> Unit:
        """Return the unit, if it is in force today and lies in the officer's jurisdiction."""
        try:
            unit = find_unit(self.cleaned_data["within"], self._own, self._today)
        except GeographyError as error:
            raise forms.ValidationError(sentence_of(error)) from None
        if not self._own.may_direct(place_of(unit.code)):
            raise forms.ValidationError(gettext("{unit} lies outside your jurisdiction").format(unit=path_of(unit)))
        return unit

    def facts(self) -> Facts:
        """Return what was filled in, once it is valid."""
        values = self.cleaned_data
        return Facts(
            name=values["name"],
            sector=values["sector"],
            within=values["within"].code,
            headcount=values["headcount"],
            with_families=values["with_families"],
            headed_by=values["headed_by"],
        )
