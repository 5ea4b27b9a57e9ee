"""Define the forms with which an office enters a contact and notes what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bluezone.authority.contacts import contact_rules
from bluezone.authority.contacts.contact_rules import Decision, Setting
from bluezone.authority.persons import services
from bluezone.authority.persons.forms import IdentityForm
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site.language import named_day, sentence_of
from bluezone.authority.units import posts

SETTING_NAMES = {
    Setting.HOUSEHOLD: _("same household"),
    Setting.WORK: _("at work or school"),
    Setting.OTHER: pgettext_lazy("where people met", "elsewhere"),
}
DECISION_NAMES = {
    Decision.WAITING: _("to be decided"),
    Decision.CONTACT: _("contact"),
    Decision.NOT: _("no contact"),
    Decision.LOST: _("not reached"),
}


def days_from(first: dt.date, today: dt.date) -> list[tuple[str, str]]:
    """Return the days to choose from, the newest first, from one that can be meant to today."""
    span = min((today - first).days, contact_rules.MAX_AGE.days)
    days = [today - dt.timedelta(days=back) for back in range(max(span, 0) + 1)]
    return [(day.isoformat(), named_day(day)) for day in days]


class _Site(forms.Form):
    """Ask where people met. `within`: the place in which organisations are looked for."""

    setting = forms.ChoiceField(label=_("Where they met"), widget=forms.RadioSelect)
    site = forms.CharField(
        label=_("At which school, company or market"),
        help_text=_("Of your register, by name or code; leave empty if it was none. No address, no name of a person."),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, within: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._within = within
        choices = [(each.value, text) for each, text in SETTING_NAMES.items()]
        cast(forms.ChoiceField, self.fields["setting"]).choices = choices

    def clean_site(self) -> str:
        """Return the place of the organisation that was typed; nothing for none."""
        text: str = self.cleaned_data["site"]
        if not text:
            return ""
        found = posts.find(text, self._within)
        if found is None:
            raise forms.ValidationError(
                gettext("No organisation of your register is called so, or several are: take its code.")
            )
        return found


class ReportEntryForm(_Site):
    """Ask of whom somebody who reported an exposure is a contact."""

    case = forms.CharField(
        label=_("Whose contact"),
        help_text=_("The case’s pseudonym or file number, if the call told it. Leave empty if nobody knows."),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("case", "setting", "site")


class MeetingForm(_Site, IdentityForm):
    """Ask who was near somebody, when and where. A person whom the office knows is named by pseudonym."""

    pseudonym = forms.CharField(
        label=_("Pseudonym, if you know the person already"),
        help_text=_("As in P-7K3M-Q2X. Then leave the fields below empty."),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    day = forms.DateField(label=_("Day they met last"), widget=forms.Select())

    field_order = (
        "day",
        "setting",
        "site",
        "pseudonym",
        "name",
        "birth_year",
        "telephone",
        "document",
        "address",
    )

    def __init__(self, office: str, within: str, days: tuple[dt.date, dt.date], *args: Any, **kwargs: Any) -> None:
        super().__init__(within, *args, **kwargs)
        self.fields["day"].widget.choices = days_from(*days)
        self._office = office
        self.who: Identity | Person | None = None

    def clean(self) -> dict[str, Any]:
        """Find or describe the person; `who` is one or the other."""
        values = forms.Form.clean(self) or {}
        fields = {name: values.get(name) or ("" if name != "birth_year" else None) for name in IdentityForm.base_fields}
        if values.get("pseudonym"):
            self.who = services.of_office(self._office, values["pseudonym"])
            if self.who is None:
                self.add_error("pseudonym", gettext("Nobody of your office has this pseudonym."))
            elif any(fields.values()):
                self.add_error("pseudonym", gettext("Give the pseudonym or the fields below, not both."))
        elif not self.errors:
            self._describe(fields)
        return values

    def _describe(self, fields: dict[str, Any]) -> None:
        try:
            self.who = services.identity_from(**fields)
        except IdentityError as error:
            self.add_error(error.field or None, sentence_of(error))


class IsolationForm(forms.Form):
    """Ask since when a contact is apart from others."""

    isolated_on = forms.DateField(label=_("Isolated since"), widget=forms.Select())

    def __init__(self, first: dt.date, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("isolated_on", today)
        self.fields["isolated_on"].widget.choices = days_from(first, today)
