"""Define the forms in which an officer hands a case over and notes its course."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.case_rules import CALL_AGAIN, COURSE, Course
from bluezone.authority.diagnosis.forms import day_choices
from bluezone.authority.site.language import named_day, page_language
from bluezone.disease.symptoms import listed

KIND_NAMES = {
    Course.CALL: _("Call"),
    Course.SYMPTOMS: _("Symptoms"),
    Course.HOSPITAL: pgettext_lazy("of a case's course", "Hospital"),
    Course.OUTCOME: _("Outcome"),
}


def text_of(kind: Course, words: Sequence[str]) -> str:
    """Return what is noted of a course, in the page's language."""
    if kind is Course.SYMPTOMS and "none" not in words:
        return listed(words, page_language())
    return ", ".join(gettext(COURSE[kind][word]) for word in words)


class CourseForm(forms.Form):
    """Ask what is to be noted of one kind; several signs go together, of the rest one."""

    day = forms.DateField(label=_("Day"), widget=forms.Select())
    call_again_on = forms.DateField(label=_("Call again on"), required=False, widget=forms.Select())

    def __init__(self, kind: Course, today: dt.date, data: Any = None) -> None:
        super().__init__(data, prefix=kind.value)
        self.kind = kind
        choices = [(word, text_of(kind, [word])) for word in COURSE[kind]]
        label = KIND_NAMES[kind]
        self.fields["what"] = (
            forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)
            if kind is Course.SYMPTOMS
            else forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        )
        self.order_fields(["what", "day", "call_again_on"])
        self.fields["day"].widget.choices = day_choices(today)[1:]
        self.initial.setdefault("day", today)
        if kind is not Course.CALL:
            del self.fields["call_again_on"]
            return
        ahead = [today + dt.timedelta(days=each) for each in range(1, CALL_AGAIN.days + 1)]
        later = [(each.isoformat(), named_day(each)) for each in ahead]
        self.fields["call_again_on"].widget.choices = [("", gettext("not again")), *later]

    @property
    def words(self) -> list[str]:
        """Return what was chosen."""
        chosen = self.cleaned_data["what"]
        return chosen if isinstance(chosen, list) else [chosen]
