"""Define the forms by which officers write news and what is to be done after a warning, each for a place of theirs."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.messages.guidance import code_in_document
from bluezone.authority.messages.guidance import may_write as may_write_guidance
from bluezone.authority.messages.news import DAYS
from bluezone.authority.messages.news import may_write as may_write_news
from bluezone.authority.officers.jurisdiction import Jurisdiction, code_of, place_of
from bluezone.authority.site.fields import DayField
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level
from bluezone.protocol.documents import DocumentError
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
    Telephone,
)
from bluezone.protocol.news import MAX_TEXT, MAX_TITLE

_LONGEST_LINES = 4_000
_SPACES = re.compile(r"[\s.()-]+")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def place_name(place: str) -> str:
    """Return the name of a place, for pages."""
    code = code_of(place)
    if code is None:
        return gettext("the whole country")
    gazetteer = catalogue.provinces() if code.level is Level.PROVINCE else catalogue.all_units()
    return gazetteer.path(gazetteer.unit(code))


def place_named(text: str, own: Jurisdiction, today: dt.date) -> str:
    """Return the place that `text` names within a jurisdiction, all of it where it is empty. Raises ValidationError
    where there is none."""
    text = text.strip()
    if not text:
        return own.place
    try:
        return place_of(catalogue.all_units().find(text, on=today, within=code_of(own.place)).code)
    except GeographyError as error:
        raise forms.ValidationError(
            gettext("There is no such place in: %(place)s.") % {"place": place_name(own.place)}
        ) from error


def _text_field(label: Any, longest: int, *, area: bool, required: bool, help_text: Any = "") -> forms.CharField:
    language = "vi" if required else "en"
    widget = forms.Textarea(attrs={"rows": 6, "lang": language}) if area else forms.TextInput(attrs={"lang": language})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=help_text)


class PublishingForm(forms.Form):
    """Ask what is published, and for whom; `form_id` is drawn when the form is shown: sent twice, it is one."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    unit = forms.CharField(label=_("For whom"), max_length=120, required=False)
    #: raises a TranslatableError where the officer may not write for a place
    may_write: ClassVar[Callable[[Jurisdiction, str], None]]

    def __init__(self, *args: Any, own: Jurisdiction, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own, self._today = own, today
        self.fields["unit"].help_text = gettext(
            "Leave empty for all of: %(place)s. Or write the name of a place in it."
        ) % {"place": place_name(own.place)}

    def clean_unit(self) -> str:
        """Return the place it is for."""
        place = place_named(self.cleaned_data["unit"], self._own, self._today)
        try:
            type(self).may_write(self._own, place)
        except TranslatableError as error:
            raise forms.ValidationError(error.sentence(gettext)) from error
        return place


class NewsForm(PublishingForm):
    """Ask for a piece of news."""

    may_write = may_write_news
    field_order = ("form_id", "kind", "unit")
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[("news", _("News: something that happened")), ("advice", _("Advice: something to do"))],
        initial="news",
        widget=forms.RadioSelect,
    )
    title_vi = _text_field(_("Title in Vietnamese"), MAX_TITLE, area=False, required=True)
    text_vi = _text_field(
        _("Text in Vietnamese"),
        MAX_TEXT,
        area=True,
        required=True,
        help_text=_(
            "Plain words, at most 1,200 characters. No name of a patient, nothing by which one could be known."
        ),
    )
    title_en = _text_field(_("Title in English"), MAX_TITLE, area=False, required=False)
    text_en = _text_field(
        _("Text in English"),
        MAX_TEXT,
        area=True,
        required=False,
        help_text=_("Leave title and text empty if there is no translation: all then read the Vietnamese."),
    )
    by_sms = forms.ChoiceField(
        label=_("Also as a text message?"),
        choices=[("", _("No")), ("yes", _("Yes, to those who left their number for urgent advice"))],
        required=False,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(label=_("Shown for"), coerce=int, initial=7)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.BLUEZONE.sms == "off":
            del self.fields["by_sms"]
        cast(forms.ChoiceField, self.fields["days"]).choices = [
            (days, ngettext("%(n)d day", "%(n)d days", days) % {"n": days}) for days in DAYS
        ]

    def clean_by_sms(self) -> bool:
        return bool(self.cleaned_data["by_sms"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        one, other = values.get("title_en", ""), values.get("text_en", "")
        if bool(one) != bool(other):
            self.add_error(
                "text_en" if one else "title_en", gettext("In English, write both the title and the text, or neither.")
            )
        return values


class GuidanceForm(PublishingForm):
    """Ask for one entry."""

    may_write = may_write_guidance
    grades = forms.MultipleChoiceField(
        label=_("For which warnings"),
        choices=[("low", _("low")), ("raised", _("raised")), ("high", _("high"))],
        initial=list(GRADES),
        widget=forms.CheckboxSelectMultiple,
    )
    from_day = DayField(label=_("Holds from"))
    until_day = DayField(label=_("Holds until the end of"))
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_day"].initial = self._today
        self.fields["until_day"].initial = self._today + dt.timedelta(days=89)

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
            except DocumentError as error:
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
        """Return what was written, of a form that is valid. Raises DocumentError for what cannot be."""
        values = self.cleaned_data
        steps = {"vi": tuple(values["steps_vi"])} | ({"en": tuple(values["steps_en"])} if values["steps_en"] else {})
        return Entry(
            place=code_in_document(values["unit"]),
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
