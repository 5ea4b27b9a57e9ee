"""Define the forms with which an officer opens a case and records a test result."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.rules import MAX_AGE
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.language import named_day
from bluezone.authority.site.records import RecordForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _date_field(label: StrOrPromise, help_text: StrOrPromise = "") -> forms.DateField:
    # A list of the days that can be meant: a date input shows day and month in the order of the browser's language, not
    # of the page's, and 8/11 would be read as 11/8.
    return forms.DateField(label=label, help_text=help_text, required=False, widget=forms.Select())


def day_choices(today: dt.date) -> list[tuple[str, str]]:
    """Return the days of a case, newest first, as officers name them: today, yesterday, Monday 17/8/2020."""
    days = [today - dt.timedelta(days=back) for back in range(MAX_AGE.days + 1)]
    names = [named_day(day) for day in days]
    names[0] = gettext("Today, %(day)s") % {"day": named_day(days[0], inside=True)}
    names[1] = gettext("Yesterday, %(day)s") % {"day": named_day(days[1], inside=True)}
    return [("", "–"), *((day.isoformat(), name) for day, name in zip(days, names, strict=True))]


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
    onset_date = _date_field(_("First symptoms"), _("Leave empty if there are none."))
    test_date = _date_field(_("Day of the test"))
    file_number = _file_number_field()

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("onset_date", "test_date"):
            self.fields[name].widget.choices = day_choices(today)
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
    test_date = _date_field(_("Day of the test"))

    def __init__(self, *args: Any, case: Case, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["test_date"].widget.choices = day_choices(today)
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
    """Ask for a case's corrected dates and file number. Days that stand there are offered, however old."""

    onset_date = _date_field(_("First symptoms"), _("Leave empty if there are none."))
    test_date = _date_field(_("Day of the test"))
    file_number = _file_number_field()

    def __init__(self, *args: Any, case: Case, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("onset_date", "test_date"):
            choices = day_choices(today)
            stored: dt.date | None = getattr(case, name)
            if stored is not None and stored < today - MAX_AGE:
                choices.append((stored.isoformat(), date_format(stored, "SHORT_DATE_FORMAT")))
            self.fields[name].widget.choices = choices
            self.initial.setdefault(name, stored)
        self.initial.setdefault("file_number", case.file_number)
