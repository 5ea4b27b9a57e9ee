"""Define the forms in which officers enter, find and open an identity."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.persons import rules, services
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site.language import sentence_of


def _text(label: Any, most: int, help_text: Any = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off", **attributes})
    return forms.CharField(label=label, help_text=help_text, max_length=most, required=False, widget=widget)


class IdentityForm(forms.Form):
    """Ask who a person is. What is not known stays empty."""

    name = _text(_("Name"), rules.MOST_NAME)
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )
    telephone = _text(_("Telephone number"), 40, _("As in 0912 345 678."), inputmode="tel")
    document = _text(_("Document number"), 40, _("Of the identity card or passport."), spellcheck="false")
    address = _text(_("Address"), rules.MOST_ADDRESS)
    identity: Identity

    @classmethod
    def of(cls, identity: Identity) -> IdentityForm:
        """Return the form filled in with an identity."""
        return cls(initial={name: getattr(identity, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        """Make the identity of what was typed."""
        values = super().clean() or {}
        if not self.errors:
            try:
                self.identity = services.identity_from(**values)
            except IdentityError as error:
                self.add_error(error.field, sentence_of(error))
        return values


class FindForm(forms.Form):
    """Ask by what to find a person."""

    telephone = _text(_("Telephone number"), 40, _("As in 0912 345 678."), inputmode="tel")
    document = _text(_("Document number"), 40, _("Of the identity card or passport."), spellcheck="false")

    def clean(self) -> dict[str, Any]:
        """Refuse a search for nothing."""
        values = super().clean() or {}
        if not (values.get("telephone") or values.get("document")):
            self.add_error("telephone", gettext("Give one of the two numbers."))
        return values


class ReasonForm(forms.Form):
    """Ask why an identity is opened."""

    reason = forms.CharField(
        label=_("What do you need it for"),
        help_text=_("Noted with your name and the time; your office and those above it can read it."),
        max_length=rules.MOST_REASON,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
