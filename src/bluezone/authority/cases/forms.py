"""What an officer fills in."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from bluezone.authority.cases.models import Case
from bluezone.authority.cases.rules import TRANSITIONS, DateProblem

_DATE_TEXTS = {
    DateProblem.NONE_GIVEN: _("Give the day of first symptoms or the day of the test."),
    DateProblem.IN_FUTURE: _("This day has not come yet."),
    DateProblem.TOO_OLD: _("This is more than 28 days ago. Nobody who was near then can still be warned."),
}


def date_text(problem: str) -> str:
    """What is wrong with a date, in the officer's language."""
    return str(_DATE_TEXTS[DateProblem(problem)])


class _DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _date_field(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=False, widget=_DateInput())


class NewCaseForm(forms.Form):
    """A new case. `case_id` is drawn when the form is shown: a form sent twice opens one case."""

    case_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    report_type = forms.ChoiceField(
        label=_("What the diagnosis stands on"),
        choices=[choice for choice in Case.ReportType.choices if choice[0] != Case.ReportType.NEGATIVE],
        initial=Case.ReportType.CONFIRMED,
        widget=forms.RadioSelect,
    )
    onset_date = _date_field(_("First symptoms"), _("Leave empty if there are none."))
    test_date = _date_field(_("Day of the test"))
    file_number = forms.CharField(
        label=_("Your file number"),
        help_text=_("To find the case again. No name, no telephone number."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ResultForm(forms.Form):
    """What the test of a clinical case said."""

    report_type = forms.ChoiceField(label=_("The test says"), widget=forms.RadioSelect)
    test_date = _date_field(_("Day of the test"))

    def __init__(self, case: Case, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        allowed = TRANSITIONS.get(case.report_type, ())
        self.fields["report_type"].choices = [choice for choice in Case.ReportType.choices if choice[0] in allowed]
