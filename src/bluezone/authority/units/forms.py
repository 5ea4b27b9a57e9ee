"""Define the form that an officer fills in about an organisation."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, own_unit, place_of
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import RecordForm
from bluezone.authority.units import posts, sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.places import find_organisation, find_unit, path_of, path_of_code
from bluezone.authority.units.rules import MOST_PEOPLE, SECTORS_IN, OrganisationError
from bluezone.authority.units.sector_forms import SectorField
from bluezone.authority.units.services import Facts
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit


class OrganisationForm(RecordForm):
    """Ask for what is known of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("As on its sign. Posters show it."))
    sector = SectorField(label=_("Sector"))
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
    parent = forms.CharField(
        label=_("Part of"),
        max_length=200,
        required=False,
        help_text=_("The zone of a company, the school of a class: a name, or the code on its poster. Else empty."),
        widget=forms.TextInput({"list": "holders", "autocomplete": "off"}),
    )

    def __init__(
        self,
        own: Jurisdiction,
        today: dt.date,
        *args: Any,
        holder: Organisation | None = None,
        unit: Organisation | None = None,
        **kwargs: Any,
    ) -> None:
        """Make the form: of a new unit in `holder`, of a changed one (`unit`)."""
        super().__init__(*args, **kwargs)
        self._own, self._today, self._holder = own, today, holder
        if own.role is Role.UNIT_HEAD and unit is not None:
            self._holder = unit.parent  # a head takes no part out of the own unit
        if self._holder is not None:
            del self.fields["parent"]
        cast(forms.ChoiceField, self.fields["sector"]).choices = [
            ("", "–"),
            *sectors.choices(own, kept=self.initial.get("sector", "")),
        ]
        self.fields["within"].widget.attrs["list"] = "places"
        mine = own_unit(own, today)
        if mine.level is Level.COMMUNE:
            self.fields["within"].initial = path_of(mine)
        if holder is not None:
            self.fields["within"].initial = path_of_code(holder.within)
            self.fields["sector"].initial = SECTORS_IN.get(holder.sector, holder.sector)
            self.fields["with_families"].initial = holder.with_families

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_within(self) -> Unit:
        """Return the unit, if it is in force today and lies in the officer's jurisdiction."""
        try:
            unit = find_unit(self.cleaned_data["within"], self._own, self._today)
        except GeographyError as error:
            raise forms.ValidationError(sentence_of(error)) from None
        is_head = self._own.role is Role.UNIT_HEAD  # a part lies where the whole lies: `services` looks
        of_sectors = [self.cleaned_data.get("sector", ""), *(self._holder.sectors if self._holder is not None else ())]
        if not (is_head or self._own.may_direct(place_of(unit.code), of_sectors)):
            raise forms.ValidationError(gettext("{unit} lies outside your jurisdiction").format(unit=path_of(unit)))
        return unit

    def clean_parent(self) -> str:
        """Return the code of the open unit of the officer's that the text means; nothing for none."""
        text = self.cleaned_data["parent"].strip()
        if not text:
            return ""
        try:
            return find_organisation(text, self._own).code
        except OrganisationError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def holders(self) -> list[str]:
        """Return names and codes of units that can hold this one, to choose from while typing."""
        return posts.suggestions(self._own.place, tops_only=True) if "parent" in self.fields else []

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
            parent=self._holder.code if self._holder is not None else values["parent"],
        )
