"""Define the form by which an officer asks for the entries of a window."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bluezone.authority.site.fields import MomentField


class OpeningForm(forms.Form):
    """Ask for the case and the window."""

    file_number = forms.CharField(
        label=_("File number of the case"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    start = MomentField(label=pgettext_lazy("time", "From"))
    end = MomentField(label=pgettext_lazy("time", "To"))
