"""Define the forms that officers fill in about figures. Numbers are taken as people write them, Vietnamese or
English."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.rollout.numbers import NumberError, parse_count, parse_date


def _number(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "figure"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=40, widget=widget)


class EntryForm(forms.Form):
    """Ask for a figure of a day. `figures.entry` finds what is wrong with it."""

    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("Its name or its code: Châu Thành, or 63:933."),
        max_length=160,
        widget=forms.TextInput({"list": "units", "autocomplete": "off"}),
    )
    date = forms.CharField(label=_("Day"), help_text=_("As in 13/8/2020."), max_length=20)
    installs = _number(
        _("Installations"), _("The total so far, as in 55.289 or “more than 20.000.000”; not those of the day alone.")
    )
    with_phone = _number(_("Of these with a telephone number"), _("Leave empty what is not known."))
    active = _number(_("Of these active on that day"))
    percent_population = _number(_("Share of the population, if the report prints one"), _("As in 7,54%."))
    source = forms.CharField(
        label=_("Source"),
        help_text=_("The address of the paper or the number of the letter. Empty: the unit told you."),
        required=False,
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class CorrectionForm(EntryForm):
    """Ask for other numbers of a stored figure: its unit, day and source stay."""

    unit = date = source = None  # type: ignore[assignment]


class TableForm(UploadForm):
    """Ask for a table of figures."""

    default_date = forms.CharField(
        label=_("Day of rows without a date"), help_text=_("As in 13/8/2020."), required=False, max_length=20
    )
    source = forms.CharField(
        label=_("Source of rows without one"),
        help_text=_("The address of the paper or the number of the letter. Empty: the units told you."),
        required=False,
        max_length=500,
    )
    field_order = ("default_date", "source", "file")
    file_help = _(
        "Any spreadsheet (.xlsx, .xls, .ods, .csv), with columns such as day, unit, installations. At most 5 MB."
    )

    def clean_default_date(self) -> dt.date | None:
        return read_date(self.cleaned_data["default_date"]) if self.cleaned_data["default_date"] else None

    def options(self) -> dict[str, Any]:
        day = self.cleaned_data["default_date"]
        given = {"mapping": {"day": day.isoformat()}} if day else {}
        return given | {"source": self.cleaned_data["source"]}


class ReasonForm(forms.Form):
    """Ask for the reason of what cannot be done without one."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.TextInput({"autocomplete": "off"}))


class OwnFigureForm(forms.Form):
    """Ask for a school's, office's or company's figure of a day."""

    date = forms.CharField(label=_("Day"), help_text=_("As in 13/8/2020."), max_length=20)
    installs = _number(_("People with the app"), _("All who have installed it so far; not those of the day alone."))
    family = _number(
        _("Of these, members of your people's families"), _("The others are your own people. Leave empty if not known.")
    )
    active = _number(_("Of these, who have it switched on"), _("Leave empty if you have not asked."))

    def __init__(self, *args: Any, with_families: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["installs"].required = True
        if not with_families:
            del self.fields["family"]

    def clean_date(self) -> dt.date:
        return read_date(self.cleaned_data["date"])

    def clean_installs(self) -> int:
        return _count(self.cleaned_data["installs"])

    def clean_family(self) -> int | None:
        """Return how many of the people with the app are family members; they cannot be more."""
        if not self.cleaned_data["family"]:
            return None
        family, installs = _count(self.cleaned_data["family"]), self.cleaned_data.get("installs")
        if installs is not None and family > installs:
            raise ValidationError(_("These are more than all with the app."))
        return family

    def clean_active(self) -> int | None:
        return _count(self.cleaned_data["active"]) if self.cleaned_data["active"] else None


def read_date(text: str) -> dt.date:
    """Read a day as people write it. Raises ValidationError."""
    try:
        return parse_date(text)
    except NumberError as error:
        raise ValidationError(sentence_of(error)) from None


#: what a column of the database holds
_MOST = 2**31 - 1


def _count(text: str) -> int:
    try:
        value = int(parse_count(text).value)
    except NumberError as error:
        raise ValidationError(sentence_of(error)) from None
    if value > _MOST:
        raise ValidationError(_("This is more than there are people."))
    return value
