"""Define the forms in which officers enter, find and open an identity."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.persons import rules, services
from bluezone.authority.persons.models import Shift
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import NOTHING, READ, RecordForm

SEX_NAMES = [("", _("not known")), ("male", _("male")), ("female", _("female")), ("other", _("other"))]


def _text(label: Any, most: int, help_text: Any = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off", **attributes})
    return forms.CharField(label=label, help_text=help_text, max_length=most, required=False, widget=widget)


class IdentityForm(RecordForm):
    """Ask who a person is. What is not known stays empty."""

    name = _text(_("Name"), rules.MOST_NAME)
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=SEX_NAMES)
    telephone = _text(_("Telephone number"), 40, _("As in 0912 345 678."), inputmode="tel")
    document = _text(_("Document number"), 40, _("Of the identity card or passport."), spellcheck="false")
    address = _text(_("Address"), rules.MOST_ADDRESS)
    occupation = _text(_("Occupation"), rules.MOST_OCCUPATION)
    identity: Identity
    #: what was stored, encrypted, when the form was filled in: without decrypting it says whether it is so still
    sealed: bytes = b""

    @property
    def reading(self) -> str:
        """Return a short text that is another one as soon as somebody corrects the identity; empty for a new one."""
        return hashlib.sha256(self.sealed).hexdigest()[:16] if self.sealed else ""

    def is_current(self) -> bool:
        """Return whether nobody has corrected the identity since it was opened. What it is now is not said here: to
        open it takes a reason, and until then the page keeps what it carried, so that it is refused again."""
        read = self.data.get(READ, "")
        if read in ("", self.reading or NOTHING):
            return True
        text = _("Somebody else has corrected this since you opened it. Nothing was stored: open it again.")
        self.add_error(None, text)
        return False

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


class ShiftForm(forms.Form):
    """Ask what the identities of the own place are opened for in a shift, and to which page the officer goes back."""

    purpose = forms.ChoiceField(
        label=_("What do you need them for"), choices=Shift.Purpose.choices, widget=forms.RadioSelect
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Ask why an identity is opened."""

    reason = forms.CharField(
        label=_("What do you need it for"),
        help_text=_("Noted with your name and the time; your office and those above it can read it."),
        max_length=rules.MOST_REASON,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
