"""Define the form by which an officer asks for the entries of a window."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_FORMATS = ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"]
_MOMENT = {"type": "datetime-local"}


class OpeningForm(forms.Form):
    """Ask for the case and the window."""

    file_number = forms.CharField(
        label=_("File number of the case"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    start = forms.DateTimeField(
        label=pgettext_lazy("time", "From"), input_formats=_FORMATS, widget=forms.DateTimeInput(_MOMENT)
    )
    end = forms.DateTimeField(
        label=pgettext_lazy("time", "To"), input_formats=_FORMATS, widget=forms.DateTimeInput(_MOMENT)
    )
