"""Define the forms with which an officer opens a case and records a test result."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.fields import DayField
from bluezone.authority.site.records import RecordForm


def _onset_field() -> DayField:
    help_text = _("As in 13/8/2020. Leave empty if there are none.")
    return DayField(label=_("First symptoms"), help_text=help_text, required=False)


def _file_number_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your file number"),
        help_text=_("To find the case again. No name, no telephone number."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewCaseForm(forms.Form):
    """Ask for a new case. `case_id` is drawn when the form is shown: a form sent twice opens one case."""

    case_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    report_type = forms.ChoiceField(
        label=_("What the diagnosis stands on"),
        initial=Case.ReportType.CONFIRMED,
        widget=forms.RadioSelect,
    )
    onset_date = _onset_field()
    test_date = DayField(label=_("Day of the test"), required=False)
    file_number = _file_number_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {*disease().report_types, Case.ReportType.SUSPECTED}
        field = cast(forms.ChoiceField, self.fields["report_type"])
        field.choices = [choice for choice in Case.ReportType.choices if choice[0] in offered]
        if not disease().has_test:
            field.choices[-1] = (Case.ReportType.SUSPECTED.value, _("Not yet: a physician has still to say"))
        if Case.ReportType.CONFIRMED not in offered:
            self.initial.setdefault("report_type", Case.ReportType.CLINICAL)


class ResultForm(forms.Form):
    """Ask for a test's result, or its correction."""

    report_type = forms.ChoiceField(label=_("The test says"), widget=forms.RadioSelect)
    test_date = DayField(label=_("Day of the test"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not disease().has_test:
            self.fields["report_type"].label = _("The physician says, by the case definition")
            self.fields["test_date"].label = _("Day of the finding")
        if case.status == Case.Status.SUSPECTED:  # a correction is of another test, whose day nobody has said yet
            self.initial.setdefault("test_date", case.test_date)
        cast(forms.ChoiceField, self.fields["report_type"]).choices = [
            choice for choice in Case.ReportType.choices if choice[0] in case.results
        ]


class StatusForm(forms.Form):
    """Take how a case goes on, from a button."""

    status = forms.ChoiceField(choices=Case.Status.choices)


class ChangeForm(RecordForm):
    """Ask for a case's corrected dates and file number."""

    onset_date = _onset_field()
    test_date = DayField(label=_("Day of the test"), required=False)
    file_number = _file_number_field()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("onset_date", "test_date"):
            self.initial.setdefault(name, getattr(case, name))
        self.initial.setdefault("file_number", case.file_number)
