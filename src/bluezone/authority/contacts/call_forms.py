"""Define the form of a call sheet: the questions of the day in order, what became of the call, when to call again."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.contacts import call_rules, call_sheets
from bluezone.authority.contacts.call_rules import AGAIN_WITHIN, FIRST_HOUR, LAST_HOUR, Reached
from bluezone.authority.contacts.call_sheets import Question, Sheet
from bluezone.authority.contacts.calling import Said
from bluezone.authority.contacts.contact_forms import days_from
from bluezone.authority.contacts.contact_rules import MAX_AGE, ContactError
from bluezone.authority.contacts.models import Call
from bluezone.authority.site import clock
from bluezone.authority.site.language import named_day, page_language, sentence_of

_PREFIX = "q-"


class CallForm(forms.Form):
    """Ask a sheet's questions. `said` holds the call once the form is valid."""

    reached = forms.ChoiceField(label=_("What became of the call"), widget=forms.RadioSelect)
    again_day = forms.DateField(label=_("Call again on"), required=False, widget=forms.Select())
    again_hour = forms.TypedChoiceField(
        label=_("At what hour"), required=False, coerce=int, empty_value=None, widget=forms.Select()
    )

    def __init__(self, sheet: Sheet, now: dt.datetime, data: Any = None) -> None:
        super().__init__(data)
        self._sheet, self._now, self._today = sheet, now, clock.date_of(now)
        self.said: Said | None = None
        self.fields["reached"].choices = Call._meta.get_field("reached").choices  # type: ignore[attr-defined]
        for question in sheet.questions:
            self.fields[_PREFIX + question.name] = self._field(question)
        ahead = [self._today + dt.timedelta(days=each) for each in range(AGAIN_WITHIN.days + 1)]
        days = [("", gettext("not again")), *((day.isoformat(), named_day(day)) for day in ahead)]
        self.fields["again_day"].widget.choices = days
        hours = [("", "–"), *((hour, f"{hour}:00") for hour in range(FIRST_HOUR, LAST_HOUR + 1))]
        self.fields["again_hour"].choices = hours  # type: ignore[attr-defined]
        self.order_fields(["reached", *(_PREFIX + each.name for each in sheet.questions), "again_day", "again_hour"])

    def _field(self, question: Question) -> forms.Field:
        language = page_language()
        choices = [(word, text[language]) for word, text in question.words.items()]
        label, not_asked = question.text[language], pgettext("a question", "not asked")
        if question.kind == "several":
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget)
        if question.kind == "one":
            choices = [("", not_asked), *choices]
            return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect, initial="")
        days = [("", not_asked), *days_from(self._today - MAX_AGE, self._today)]
        return forms.ChoiceField(label=label, choices=days, required=False, widget=forms.Select())

    def clean(self) -> dict[str, Any]:
        """Make the call of what was chosen."""
        values = super().clean() or {}
        if self.errors:
            return values
        given = {each.name: values.get(_PREFIX + each.name) or [] for each in self._sheet.questions}
        answers = {name: [each] if isinstance(each, str) else each for name, each in given.items() if each}
        reached = Reached(values["reached"])
        try:
            call_rules.check_call(reached, answered=bool(answers))
            call_sheets.check_answers(self._sheet, answers, self._today)
            zone = ZoneInfo(settings.TIME_ZONE)
            again = call_rules.again_at(values.get("again_day"), values.get("again_hour"), self._now, zone)
            self.said = Said(reached, answers, again)
        except ContactError as error:
            name = error.field if error.field in self.fields else _PREFIX + error.field
            self.add_error(name if name in self.fields else None, sentence_of(error))
        return values
