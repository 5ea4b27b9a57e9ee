"""Define the forms with which stays are entered, moved, ended and declared about."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.isolation import rules
from bluezone.authority.isolation.models import Stay
from bluezone.authority.isolation.rules import Ending, IsolationError, Said, Where
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import MOST_REASON, IdentityError
from bluezone.authority.quarantine.forms import BedsForm as RosterBedsForm
from bluezone.authority.quarantine.numbers import read_number
from bluezone.authority.quarantine.rules import RosterError
from bluezone.authority.site.language import named_day, sentence_of
from bluezone.protocol.declarations import Symptom

_PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


def symptom_name(symptom: str) -> str:
    """Return a symptom in the reader's language."""
    return {
        Symptom.BREATHLESS.value: gettext("hard to breathe"),
        Symptom.CHEST_PAIN.value: gettext("pain or pressure in the chest that does not go away"),
        Symptom.DROWSY.value: gettext("drowsy, hard to wake"),
        Symptom.FEVER.value: gettext("fever"),
        Symptom.COUGH.value: gettext("cough"),
        Symptom.SORE_THROAT.value: gettext("sore throat"),
        Symptom.TIRED.value: gettext("very tired, aching"),
        Symptom.NO_SMELL.value: gettext("smell or taste is lost"),
        Symptom.STOMACH.value: gettext("vomiting or diarrhoea"),
    }[symptom]


def _days(first: dt.date, last: dt.date) -> list[tuple[str, str]]:
    """List days, the newest first, to choose from."""
    count = (last - first).days
    return [(day.isoformat(), named_day(day)) for day in (last - dt.timedelta(days=n) for n in range(count + 1))]


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.value, symptom_name(each)) for each in Symptom]
        cast(forms.MultipleChoiceField, self.fields["symptoms"]).choices = choices

    def said(self) -> Said:
        """Return what is declared. Raises IsolationError."""
        values = self.cleaned_data
        return rules.read_said(values["symptoms"], values["temperature"], well=values["well"])


class SpotForm(forms.Form):
    """Ask where somebody is to be: a bed of a site, or a home."""

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
        label=_("Address of the home"),
        max_length=rules.MOST_ADDRESS,
        required=False,
        help_text=_("Stored encrypted; deleted 14 days after the stay. No name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, sites: Sequence[tuple[str, str]], *args: Any, home: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(Where.SITE.value, _("At a site"))] if sites else []
        ways += [(Where.HOME.value, _("At home"))] if home else []
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
        except RosterError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("where") == Where.SITE and not values.get("site") and "site" not in self.errors:
            self.add_error("site", gettext("Choose the site."))
        return values


class NewStayForm(SpotForm):
    """Ask for a new stay. The last day and the tests follow from the protocol."""

    reason = forms.ChoiceField(label=_("Why"), choices=Stay.Reason.choices)
    since = forms.DateField(label=_("First day"), widget=forms.Select())
    vaccinated = forms.BooleanField(label=_("Fully vaccinated"), required=False)
    telephone = forms.CharField(
        label=_("Telephone number"),
        max_length=40,
        required=False,
        help_text=_(
            "For the daily link and the reminder. Left empty: the number your office knows of this person. Stored "
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
                "Left empty: the one your office knows of this person. Stored encrypted; deleted 14 days after the "
                "stay. No name."
            )
        self.fields["since"].widget.choices = _days(today - rules.MOST_BACK, today + rules.MOST_AHEAD)
        self.initial.setdefault("since", today)

    def clean_telephone(self) -> str:
        """Return the number in E.164."""
        try:
            return persons.identity_from(telephone=self.cleaned_data["telephone"]).telephone
        except IdentityError as error:
            raise forms.ValidationError(sentence_of(error)) from None


class BedsForm(RosterBedsForm):
    """Ask for the beds of a site: there is no field for anybody else's name or number to be typed into."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = _("Its number, as A12; several with commas.")


class ReasonForm(forms.Form):
    """Ask why an address or a number is opened."""

    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=MOST_REASON,
        help_text=_("It is noted with your name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ResultForm(forms.Form):
    """Ask for the result of a test."""

    result = forms.ChoiceField(label=_("Result"), choices=[("negative", _("negative")), ("positive", _("positive"))])
    taken_on = forms.DateField(label=_("Taken on"), widget=forms.Select())

    def __init__(self, stay: Stay, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken_on"].widget.choices = _days(min(stay.since, today), today)


class EndForm(forms.Form):
    """Ask how a stay ends."""

    ending = forms.ChoiceField(label=_("How it ends"), widget=forms.RadioSelect)
    because = forms.ChoiceField(label=_("Why early"), required=False, choices=[("", "–"), *Stay.Because.choices])

    def __init__(self, stay: Stay, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left_out = {Ending.BECAME_F0, Ending.DONE if today < stay.until else Ending.EARLY}
        choices = [choice for choice in Stay.Ending.choices if choice[0] not in left_out]
        cast(forms.ChoiceField, self.fields["ending"]).choices = choices


class AskMoveForm(forms.Form):
    """Ask for the commune that is to take somebody over."""

    to_place = forms.CharField(
        label=_("Commune or ward"),
        max_length=200,
        help_text=_("A name or a code. It decides: until then the stay is yours."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


def form_error(form: forms.Form, error: IsolationError | IdentityError) -> None:
    """Put a refusal where its mistake is in a form."""
    form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
