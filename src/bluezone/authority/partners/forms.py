"""Define the form of an agreement, of a file of results, and how deliveries are filtered."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.generic import Filters
from bluezone.authority.officers.jurisdiction import NATION, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.partners.models import Agreement, Delivery
from bluezone.authority.partners.rules import MOST_BASIS, MOST_NAME, MOST_URL, Format, Terms
from bluezone.authority.site import clock
from bluezone.authority.site.fields import DayField, FileInput
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.errors import GeographyError

_MOST_SECRET = 2_000


def _systems() -> list[tuple[str, Any]]:
    """Return the systems of units that a partner may have: that of the day, or always one."""
    language = page_language()
    return [("", _("those of the day")), *((each.id, each.names[language]) for each in reversed(country().systems))]


class AgreementForm(forms.Form):
    """Ask what goes to a partner, of which place, in which form, until when."""

    partner = forms.CharField(label=_("Partner"), max_length=MOST_NAME, help_text=_("Who gets it."))
    format = forms.ChoiceField(label=_("What the partner has"))
    url = forms.CharField(
        label=_("Address of the partner’s server"),
        max_length=MOST_URL,
        required=False,
        help_text=_("As https://fhir.example.vn/fhir, https://dhis2.example.vn, https://sormas.example.vn/sormas-rest. "
                    "None for a file."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("How the server lets us in"),
        max_length=_MOST_SECRET,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("The whole header “Authorization”: Bearer …, Basic … or ApiToken …. It is kept encrypted."),
    )
    account = forms.CharField(
        label=_("Account in SORMAS"),
        max_length=36,
        required=False,
        help_text=_("UUID of the user in whose name is reported."),
    )
    unit = forms.CharField(
        label=_("Of which unit"),
        max_length=120,
        required=False,
        help_text=_("A province, district or commune by name or code; empty: the whole country."),
    )
    contents = forms.MultipleChoiceField(
        label=_("What is handed over"),
        choices=[("cases", _("cases")), ("contacts", _("contacts and travellers"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["cases", "contacts"],
    )
    named = forms.BooleanField(
        label=_("With name, telephone number, document and address"),
        required=False,
        help_text=_("Only where a law says so. Else people are pseudonyms, with sex and year of birth."),
    )
    system = forms.ChoiceField(
        label=_("The partner’s units"),
        choices=_systems,
        required=False,
    )
    basis = forms.CharField(label=_("By which law or decision"), max_length=MOST_BASIS)
    ends_on = DayField(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = Agreement._meta.get_field("format").choices or ()
        cast(forms.ChoiceField, self.fields["format"]).choices = list(kinds)

    def clean_unit(self) -> str:
        """Find the place of the unit that is named."""
        text = self.cleaned_data["unit"].strip()
        if not text:
            return NATION
        try:
            return place_of(catalogue.all_units().find(text, on=clock.today()).code)
        except GeographyError as error:
            raise forms.ValidationError(sentence_of(error)) from error

    def terms(self) -> Terms:
        """Return what was agreed."""
        said = self.cleaned_data
        names = ("partner", "url", "named", "system", "basis", "account")
        contents = tuple(each for each in ("cases", "contacts") if each in said["contents"])
        texts = {name: said[name] for name in names}
        return Terms(format=Format(said["format"]), place=said["unit"], contents=contents, **texts)


class DeliveryFilters(Filters):
    """Filter what was handed over by what became of it."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("dead", _("refused")), ("waiting", _("waits")), ("sent", _("handed over"))],
        required=False,
        initial="dead",
    )

    def clean_state(self) -> str:
        return self.cleaned_data["state"] or "dead"

    def by_state(self, rows: QuerySet[Delivery], state: str) -> QuerySet[Delivery]:
        return rows.filter(state=state)


class _LaboratoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Offer laboratories by the names of their accounts."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name() or obj.get_username())


class ResultsForm(forms.Form):
    """Ask for a file of results, and whose it is."""

    laboratory = _LaboratoryField(label=_("Laboratory"), queryset=User.objects.none())
    file = forms.FileField(
        label=_("File"),
        widget=FileInput,
        help_text=_("CSV, HL7 v2 (ORU^R01) or FHIR (JSON), 5 MB at most."),
    )

    def __init__(self, *args: Any, laboratories: QuerySet[User], is_too_big: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_big:  # nothing of it was kept
            self.fields["file"].error_messages["required"] = _("The file is larger than 5 MB: bring it in parts.")
        cast(_LaboratoryField, self.fields["laboratory"]).queryset = laboratories
        if len(laboratories) == 1:
            self.initial["laboratory"] = laboratories[0]

    def clean_file(self) -> bytes:
        """Read the file."""
        return bytes(self.cleaned_data["file"].read())
