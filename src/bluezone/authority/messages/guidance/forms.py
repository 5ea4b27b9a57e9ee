"""Define the form by which an officer writes what is to be done after a warning."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.messages.guidance import rules
from bluezone.authority.messages.places import help_text, place_named
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.protocol.guidance import (
    GRADES,
    LONGEST_LIFE,
    MAX_DAYS,
    MAX_NAME,
    MAX_SOURCE,
    MAX_STEP,
    MAX_STEPS,
    MAX_TELEPHONES,
    MAX_TESTS,
    MAX_VERSION,
    Entry,
    GuidanceError,
    Telephone,
)

_LONGEST_LINES = 4_000
_SPACES = re.compile(r"[\s.()-]+")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class GuidanceForm(forms.Form):
    """Ask for one entry; `form_id` is drawn when the form is shown: sent twice, it is one."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    unit = forms.CharField(label=_("For whom"), max_length=120, required=False)
    grades = forms.MultipleChoiceField(
        label=_("For which warnings"),
        choices=[("low", _("low")), ("raised", _("raised")), ("high", _("high"))],
        initial=list(GRADES),
        widget=forms.CheckboxSelectMultiple,
    )
    from_day = forms.DateField(label=_("Holds from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until_day = forms.DateField(
        label=_("Holds until the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    steps_vi = forms.CharField(
        label=_("What to do, in Vietnamese"),
        max_length=_LONGEST_LINES,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "vi"}),
        help_text=_("One step a line, at most 6 of 160 characters. Short, kind and exact; the most urgent first."),
    )
    steps_en = forms.CharField(
        label=_("What to do, in English"),
        max_length=_LONGEST_LINES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "en"}),
        help_text=_("Leave empty if there is no translation: all then read the Vietnamese."),
    )
    watch_days = forms.IntegerField(
        label=_("Days to watch over oneself after the last contact"),
        min_value=0,
        max_value=MAX_DAYS,
        help_text=_("0 if none are asked for."),
    )
    test_days = forms.CharField(
        label=_("Days of tests after the last contact"),
        max_length=60,
        required=False,
        help_text=_("Numbers with commas, for example 1, 7, 14. Empty if no test is asked for."),
    )
    telephones = forms.CharField(
        label=_("Whom to call"),
        max_length=_LONGEST_LINES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One number a line: name in Vietnamese; name in English if there is one; number. For example: "
            "Sở Y tế; Department of Health; 0293 3878 123"
        ),
    )
    source = forms.CharField(
        label=_("Decree, letter or decision it comes from"), max_length=MAX_SOURCE, help_text=_("People see it.")
    )
    source_en = forms.CharField(
        label=_("The same in English"),
        max_length=MAX_SOURCE,
        required=False,
        widget=forms.TextInput(attrs={"lang": "en"}),
        help_text=_("Leave empty if there is no translation: all then read the Vietnamese."),
    )
    version = forms.CharField(label=_("Your name of this version"), max_length=MAX_VERSION)

    def __init__(self, own: Jurisdiction, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own, self._today = own, today
        self.fields["from_day"].initial = today
        self.fields["until_day"].initial = today + dt.timedelta(days=89)
        self.fields["unit"].help_text = help_text(own)

    def clean_unit(self) -> str:
        """Return the place the entry is for."""
        place = place_named(self.cleaned_data["unit"], self._own, self._today)
        try:
            rules.may_write(self._own, place)
        except rules.GuidanceRefusedError as error:
            raise forms.ValidationError(error.sentence(gettext)) from error
        return place

    def clean_steps_vi(self) -> list[str]:
        return self._steps("steps_vi")

    def clean_steps_en(self) -> list[str]:
        return self._steps("steps_en")

    def _steps(self, name: str) -> list[str]:
        lines = _lines(self.cleaned_data[name])
        if len(lines) > MAX_STEPS or any(len(line) > MAX_STEP for line in lines):
            raise forms.ValidationError(
                gettext("Write at most %(steps)s steps of %(signs)s characters each.")
                % {"steps": MAX_STEPS, "signs": MAX_STEP}
            )
        return lines

    def clean_test_days(self) -> tuple[int, ...]:
        parts = [part.strip() for part in self.cleaned_data["test_days"].split(",") if part.strip()]
        numbers = [int(part) for part in parts if re.fullmatch("[0-9]{1,2}", part, re.ASCII)]
        if len(parts) > MAX_TESTS or len(numbers) < len(parts) or max(numbers, default=0) > MAX_DAYS:
            raise forms.ValidationError(
                gettext("Write at most %(count)s numbers up to %(days)s with commas, for example 1, 7, 14.")
                % {"count": MAX_TESTS, "days": MAX_DAYS}
            )
        return tuple(sorted(set(numbers)))

    def clean_telephones(self) -> tuple[Telephone, ...]:
        found = []
        for line in _lines(self.cleaned_data["telephones"]):
            parts = [part.strip() for part in line.split(";")]
            names = dict(zip(("vi", "en"), parts[:-1], strict=False))
            if len(parts) not in (2, 3) or not all(0 < len(name) <= MAX_NAME for name in names.values()):
                raise forms.ValidationError(
                    gettext("Write a name, a semicolon and a number: %(line)s") % {"line": line[:60]}
                )
            try:
                found.append(Telephone(names, _SPACES.sub("", parts[-1])))
            except GuidanceError as error:
                raise forms.ValidationError(
                    gettext("This is not a telephone number: %(number)s") % {"number": parts[-1][:30]}
                ) from error
        if len(found) > MAX_TELEPHONES:
            raise forms.ValidationError(gettext("Write at most %(count)s numbers.") % {"count": MAX_TELEPHONES})
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("from_day"), values.get("until_day")
        if first and last and not dt.timedelta() <= last - first <= LONGEST_LIFE:
            self.add_error("until_day", gettext("The last day comes after the first, and at most two years later."))
        elif last and last < self._today:
            self.add_error("until_day", gettext("This day is past. Choose a later day."))
        return values

    def entry(self) -> Entry:
        """Return what was written, of a form that is valid. Raises GuidanceError for what cannot be."""
        values = self.cleaned_data
        steps = {"vi": tuple(values["steps_vi"])} | ({"en": tuple(values["steps_en"])} if values["steps_en"] else {})
        return Entry(
            place=rules.code_in_document(values["unit"]),
            from_day=values["from_day"],
            until_day=values["until_day"],
            grades=tuple(grade for grade in GRADES if grade in values["grades"]),
            steps=steps,
            watch_days=values["watch_days"],
            test_days=values["test_days"],
            telephones=values["telephones"],
            source=values["source"],
            version=values["version"],
            source_en=values["source_en"],
        )
