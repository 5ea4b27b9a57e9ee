"""Define the forms by which an officer looks a pass up and takes it back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bluezone.authority.passes import rules
from bluezone.authority.passes.models import IssuedPass

_REASONS = [(each.value, IssuedPass.Reason(each.value).label) for each in rules.OFFICERS_REASONS]


class FindForm(forms.Form):
    """Ask for the number of a pass, as it stands under its QR code."""

    pseudonym = forms.CharField(
        label=_("Number of the pass"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Eight letters and digits under the QR code, as 7K3M-Q2XD."),
    )

    def clean_pseudonym(self) -> str:
        """Return it as it is stored."""
        found = rules.read_pseudonym(self.cleaned_data["pseudonym"])
        if found is None:
            raise forms.ValidationError(_("This is no number of a pass: a sign is wrong or missing."))
        return found


class RevokeForm(FindForm):
    """Ask why a pass is taken back."""

    reason = forms.ChoiceField(label=_("Why it is taken back"), choices=_REASONS, widget=forms.RadioSelect)
