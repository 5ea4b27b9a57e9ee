"""Define the forms with which stays are entered, moved, ended and noted about."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.episodes.models import Stay
from bluezone.authority.episodes.stays import presenters, rules
from bluezone.authority.episodes.stays.roster_rules import (
    MOST_IN_HOUSEHOLD,
    Number,
    read_hamlet,
    read_number,
    read_numbers,
)
from bluezone.authority.episodes.stays.rules import Ending, IsolationError, Said, reasons_for
from bluezone.authority.episodes.words import Role, StayKind
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import MOST_REASON, IdentityError
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.fields import CountField, DayField
from bluezone.authority.site.language import page_language, sentence_of

_PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


def _named(words: Iterable[enum.StrEnum], names: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """List words to choose from, each by its name."""
    return [(each.value, names[each]) for each in words]


class SaidForm(forms.Form):
    """Ask how somebody is. `declaration_id` is drawn when the form is shown: sent twice it is one declaration."""

    declaration_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    well = forms.BooleanField(label=_("Well, none of these"), required=False)
    symptoms = forms.MultipleChoiceField(
        label=_("What is felt today"), required=False, widget=forms.CheckboxSelectMultiple
    )
    temperature = forms.CharField(
        label=_("Temperature"),
        max_length=12,
        required=False,
        help_text=_("In degrees, as 36.8. May be left empty."),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    oxygen = forms.CharField(
        label=_("Oxygen (SpO2)"),
        max_length=6,
        required=False,
        help_text=_("In percent, where it was measured, as 97."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, each.label[page_language()]) for code, each in disease().signs.symptoms.items()]
        cast(forms.MultipleChoiceField, self.fields["symptoms"]).choices = choices

    def said(self) -> Said:
        """Return what is declared. Raises IsolationError."""
        values = self.cleaned_data
        return rules.read_said(
            disease().signs, values["symptoms"], values["temperature"], values["oxygen"], well=values["well"]
        )


class SpotForm(forms.Form):
    """Ask where somebody is to be: a bed of a site, a home, or a hospital."""

    where = forms.ChoiceField(label=_("Where"), widget=forms.RadioSelect)
    site = forms.ChoiceField(label=_("Site"), required=False)
    bed = forms.CharField(
        label=_("Bed"),
        max_length=40,
        required=False,
        help_text=_("Its number, as A12. Left empty: the first that is free."),
        widget=forms.TextInput(_PLAIN),
    )
    address = forms.CharField(
        label=_("Address of the home, or name of the hospital"),
        max_length=rules.MOST_ADDRESS,
        required=False,
        help_text=_("Stored encrypted; deleted 14 days after the stay. No name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, sites: Sequence[tuple[str, str]], *args: Any, home: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(StayKind.SITE.value, _("At a site"))] if sites else []
        ways += [(StayKind.HOME.value, _("At home")), (StayKind.HOSPITAL.value, _("In hospital"))] if home else []
        cast(forms.ChoiceField, self.fields["where"]).choices = ways
        cast(forms.ChoiceField, self.fields["site"]).choices = sites
        if ways:
            self.initial.setdefault("where", ways[0][0])
        if not sites:
            del self.fields["site"], self.fields["bed"]
        if not home:
            del self.fields["address"]

    def clean_bed(self) -> str:
        """Return the key of the bed's number."""
        text: str = self.cleaned_data["bed"]
        try:
            return read_number(text, "bed").key if text.strip() else ""
        except IsolationError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("where") == StayKind.SITE and not values.get("site") and "site" not in self.errors:
            self.add_error("site", gettext("Choose the site."))
        return values


class NewStayForm(SpotForm):
    """Ask for a new stay. The last day and the tests follow from the protocol."""

    role = forms.ChoiceField(label=_("Why"))
    since = DayField(label=_("First day"))
    vaccinated = forms.BooleanField(label=_("Fully vaccinated"), required=False)
    telephone = forms.CharField(
        label=_("Telephone number"),
        max_length=40,
        required=False,
        help_text=_(
            "For the daily link and the reminder. Left empty: the number that is known of this person. Stored "
            "encrypted; opening it is noted."
        ),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    pseudonym = forms.CharField(
        label=_("Who it is"),
        max_length=16,
        required=False,
        help_text=_("The pseudonym, as P-7K3M-Q2X. Not a name."),
        widget=forms.TextInput(_PLAIN),
    )

    def __init__(self, sites: Sequence[tuple[str, str]], today: dt.date, *args: Any, home: bool, **kwargs: Any) -> None:
        super().__init__(sites, *args, home=home, **kwargs)
        if home:
            self.fields["address"].help_text = _(
                "Left empty: the one that is known of this person. Stored encrypted; deleted 14 days after the stay. "
                "No name."
            )
        self.initial.setdefault("since", today)
        roles = (Role.F1, Role.F0, Role.F2, Role.TRAVELLER)
        cast(forms.ChoiceField, self.fields["role"]).choices = _named(roles, presenters.ROLES)

    def clean_telephone(self) -> str:
        """Return the number in E.164."""
        try:
            return persons.identity_from(telephone=self.cleaned_data["telephone"]).telephone
        except IdentityError as error:
            raise forms.ValidationError(sentence_of(error)) from None


class BedsForm(forms.Form):
    """Ask for beds of a site: there is no field for anybody's name or number to be typed into."""

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

    def numbers(self) -> list[Number]:
        """Return the beds' numbers. Raises IsolationError."""
        return read_numbers(self.cleaned_data["number"], self.cleaned_data["up_to"])


class ArriveForm(forms.Form):
    """Ask what those who arrive are."""

    role = forms.ChoiceField(label=_("Why"), required=False)
    field_order = ("hamlet", "number", "up_to", "people", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = (Role.F1, Role.F2, Role.TRAVELLER)
        cast(forms.ChoiceField, self.fields["role"]).choices = _named(roles, presenters.ROLES)

    @property
    def role_of_all(self) -> Role:
        """Return what those who arrive are."""
        return Role(self.cleaned_data["role"] or Role.F1)


class BedsArriveForm(ArriveForm, BedsForm):
    """Ask for the beds of those who have arrived at a site."""


class HouseForm(ArriveForm):
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
        except IsolationError as error:
            raise forms.ValidationError(sentence_of(error)) from None


class ReasonForm(forms.Form):
    """Ask why an address or a number is opened."""

    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=MOST_REASON,
        help_text=_("It is noted with your name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ResultForm(forms.Form):
    """Ask for the result of a test; "taken": the sample was taken, and the result is awaited."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[("negative", _("negative")), ("positive", _("positive")), ("taken", _("sample taken"))],
    )
    taken_on = DayField(label=_("Taken on"))


class EndForm(forms.Form):
    """Ask how a stay ends."""

    ending = forms.ChoiceField(label=_("How it ends"), widget=forms.RadioSelect)
    because = forms.ChoiceField(label=_("Why early"), required=False)
    reason = forms.CharField(
        label=_("A physician's reason"),
        max_length=MOST_REASON,
        required=False,
        help_text=_("Only where something is missing. It is stored encrypted and printed in the letter."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, stay: Stay, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left_out = Ending.DONE if today < stay.until else Ending.EARLY
        endings = _named((each for each in Ending if each is not left_out), presenters.ENDINGS)
        cast(forms.ChoiceField, self.fields["ending"]).choices = endings
        reasons = _named(reasons_for(Role(stay.episode.role)), presenters.BECAUSE)
        cast(forms.ChoiceField, self.fields["because"]).choices = [("", "–"), *reasons]


class AskMoveForm(forms.Form):
    """Ask for the commune that is to take somebody over."""

    to_place = forms.CharField(
        label=_("Commune or ward"),
        max_length=200,
        help_text=_("A name or a code. It decides: until then the stay is yours."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
