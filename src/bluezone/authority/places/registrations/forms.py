"""Define what an owner fills in to register a place, and what an officer decides."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.messages.phone_numbers import NumberRefusedError, checked_number
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.places.forms import PlaceForm
from bluezone.authority.places.models import PlaceRegistration
from bluezone.authority.places.registrations import rules
from bluezone.authority.places.registrations.rules import Wish
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.site.language import sentence_of
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.forms import communes
from bluezone.protocol.check_ins import PlaceKind
from bluezone.protocol.text import is_clean
from bluezone.rollout.sectors import UnitCodeError, read_code

_LONGEST = 200


class RegistrationForm(PlaceForm):
    """Ask an owner for a place: what it is called, where it lies, its entrances, and how to reach the owner."""

    name = forms.CharField(label=_("Name of the place"), max_length=160, help_text=_("As on its sign."))
    commune = forms.CharField(
        label=_("Commune or ward"), max_length=_LONGEST, help_text=_("With its province, as “Long Mỹ, Cần Thơ”.")
    )
    entrances = forms.CharField(
        label=_("Rooms and entrances"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One on a line; each gets its own code. Of vehicles: their numbers, lines or flights."),
    )
    code = forms.CharField(
        label=_("Code on the unit’s poster"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("If the unit has one already. Else leave it empty."),
    )
    owner = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    telephone = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("A one-time code comes to it. The commune may call you."),
    )
    field_order = ("name", "kind", "commune", "address", "entrances", "usual_stay_min", "capacity", "code", "owner",
                   "telephone")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: communes that a text may mean, for the owner to choose from
        self.found: tuple[communes.Commune, ...] = ()

    def clean_name(self) -> str:
        return self._line("name")

    def clean_address(self) -> str:
        return self._line("address")

    def clean_owner(self) -> str:
        return self._line("owner")

    def clean_commune(self) -> communes.Commune:
        """Return the commune that a text means, by code or name; several are offered to choose from."""
        typed = self.cleaned_data["commune"]
        known = communes.commune_of(typed.strip())
        self.found = (known,) if known is not None else tuple(communes.search(typed))
        if not self.found:
            raise forms.ValidationError(gettext("There is no such commune."))
        exact = [each for each in self.found if each.full_name.casefold() == " ".join(typed.split()).casefold()]
        if len(exact or self.found) != 1:
            raise forms.ValidationError(gettext("Choose one of these places."))
        return (exact or list(self.found))[0]

    def clean_entrances(self) -> tuple[str, ...]:
        if not is_clean(self.cleaned_data["entrances"].replace("\r", "").replace("\n", "")):
            raise forms.ValidationError(gettext("There are signs in it that no text has."))
        return rules.read_names(self.cleaned_data["entrances"])

    def clean_code(self) -> str:
        """Return the code as it is written; whether a unit has it is not said."""
        typed = self.cleaned_data["code"].strip()
        if not typed:
            return ""
        try:
            return read_code(typed)
        except UnitCodeError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def clean_telephone(self) -> str:
        """Return the number in E.164, of a country to which messages are sent."""
        try:
            return checked_number(self.cleaned_data["telephone"], settings.BLUEZONE.sms_countries, typed=True)
        except NumberRefusedError:
            raise forms.ValidationError(gettext("This is no telephone number that text messages reach.")) from None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                rules.check(self.wish())
            except PlaceRefusedError as error:
                self.add_error(None, sentence_of(error))
        return values

    def _line(self, name: str) -> str:
        text = " ".join(self.cleaned_data[name].split())
        if not is_clean(text):
            raise forms.ValidationError(gettext("There are signs in it that no text has."))
        return text

    def wish(self) -> Wish:
        """Return what was filled in, once it is valid."""
        values = self.cleaned_data
        return Wish(
            name=values["name"],
            code=values["code"],
            kind=PlaceKind(values["kind"]),
            within=cast(communes.Commune, values["commune"]).code,
            address=values["address"],
            usual_stay_min=values["usual_stay_min"],
            capacity=values["capacity"],
            entrances=values["entrances"],
            owner=values["owner"],
            telephone=values["telephone"],
        )


class DecisionForm(forms.Form):
    """Ask an officer of which unit the place is: one that is there, or a new one of a sector; or why not."""

    unit = forms.ChoiceField(label=_("Of which unit"), widget=forms.RadioSelect, required=False)
    sector = forms.ChoiceField(label=_("Sector of the new unit"), required=False)
    reason = forms.CharField(
        label=_("Why not"), max_length=200, required=False, help_text=_("The owner reads it. One sentence.")
    )

    def __init__(
        self, registration: PlaceRegistration, alike: list[Organisation], own: Jurisdiction, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        texts = [(each.code, f"{each.name} ({each.code})") for each in alike]
        unit = cast(forms.ChoiceField, self.fields["unit"])
        unit.choices = [*texts, ("", gettext("A new unit"))]
        meant = [each.code for each in alike if each.code == registration.code] or [code for code, _text in texts]
        unit.initial = meant[0] if meant else ""
        sector = cast(forms.ChoiceField, self.fields["sector"])
        sector.choices = [("", "–"), *sectors.choices(own)]
        sector.initial = rules.usual_sector(registration.kind)
