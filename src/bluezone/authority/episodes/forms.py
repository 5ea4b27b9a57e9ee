"""Define the forms with which an office enters a contact, notes a call and what was done."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bluezone.authority.episodes import calls, course, rules
from bluezone.authority.episodes.calls import Question, Said, Sheet
from bluezone.authority.episodes.rules import FIRST_HOUR, LAST_HOUR, ContactError, Wait
from bluezone.authority.episodes.words import HOSPITAL, OUTCOMES, Course, Decision, Reached, Setting, Travel, Vehicle
from bluezone.authority.officers.jurisdiction import code_over, place_of
from bluezone.authority.persons import services
from bluezone.authority.persons.forms import IdentityForm
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.fields import DayField
from bluezone.authority.site.language import named_day, page_language, sentence_of
from bluezone.authority.units import posts
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level

SETTING_NAMES = {
    Setting.HOUSEHOLD: _("same household"),
    Setting.WORK: _("at work"),
    Setting.SCHOOL: _("at school"),
    Setting.OTHER: pgettext_lazy("where people met", "elsewhere"),
}
DECISION_NAMES = {
    Decision.WAITING: _("to be decided"),
    Decision.CONTACT: _("contact"),
    Decision.NOT: _("no contact"),
    Decision.LOST: _("not reached"),
}


def wait_text(wait: str) -> str:
    """Return what somebody waits for, in two or three words; nothing for nothing."""
    words: dict[str, str] = {
        Wait.CALL: pgettext("waits", "our call"),
        Wait.DECISION: pgettext("waits", "our decision"),
        Wait.ISOLATION: pgettext("waits", "isolation"),
        Wait.TEST: pgettext("waits", "a test"),
    }
    return words.get(wait, "")


def days_from(first: dt.date, today: dt.date) -> list[tuple[str, str]]:
    """Return the days to choose from, the newest first, from one that can be meant to today."""
    span = min((today - first).days, disease().windows.look_back.days)
    days = [today - dt.timedelta(days=back) for back in range(max(span, 0) + 1)]
    return [(day.isoformat(), named_day(day)) for day in days]


class _Site(forms.Form):
    """Ask where people met. `within`: the place in which organisations are looked for."""

    setting = forms.ChoiceField(label=_("Where they met"), widget=forms.RadioSelect)
    site = forms.CharField(
        label=_("At which school, company or market"),
        help_text=_("Of your register, by name or code; leave empty if it was none. No address, no name of a person."),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, within: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._within = within
        choices = [(each.value, text) for each, text in SETTING_NAMES.items()]
        cast(forms.ChoiceField, self.fields["setting"]).choices = choices

    def clean_site(self) -> str:
        """Return the place of the organisation that was typed; nothing for none."""
        text: str = self.cleaned_data["site"]
        if not text:
            return ""
        found = posts.find(text, self._within)
        if found is None:
            raise forms.ValidationError(
                gettext("No organisation of your register is called so, or several are: take its code.")
            )
        return found


class SourceForm(_Site):
    """Ask of whom somebody is a contact whose phone warned."""

    case = forms.CharField(
        label=_("Whose contact"),
        help_text=_("The case’s pseudonym or file number, if the call told it."),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("case", "setting", "site")


class MeetingForm(_Site, IdentityForm):
    """Ask who was near somebody, when and where. A person whom the office knows is named by pseudonym."""

    pseudonym = forms.CharField(
        label=_("Pseudonym, if you know the person already"),
        help_text=_("As in P-7K3M-Q2X. Then leave the fields below empty."),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    day = DayField(label=_("Day they met last"))
    relation = forms.CharField(
        label=_("What the person is to the other"),
        help_text=_("As in: wife, colleague, same class. No name."),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    commune = forms.CharField(
        label=_("Commune where the person lives or stays"),
        help_text=_("That commune follows the person. Left empty: your own office does."),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    field_order = (
        "day",
        "setting",
        "site",
        "relation",
        "commune",
        "pseudonym",
        "name",
        "birth_year",
        "telephone",
        "document",
        "address",
    )

    def __init__(self, office: str, within: str, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(within, *args, **kwargs)
        self.initial.setdefault("day", today)
        self._office = office
        self.who: Identity | Person | None = None

    def clean_commune(self) -> str:
        """Return the place of the commune that was typed, in the office's own area first; nothing for none."""
        text, today = self.cleaned_data["commune"], clock.today()
        if not text:
            return ""
        units, found = catalogue.all_units(), None
        for within in dict.fromkeys((code_over(self._office), None)):
            with contextlib.suppress(GeographyError):
                found = units.find(text, on=today, level=Level.COMMUNE, within=within)
                break
        if found is None:
            raise forms.ValidationError(
                gettext("There is no such commune, or several are called so: add the district.")
            )
        return place_of(found.code)

    def clean(self) -> dict[str, Any]:
        """Find or describe the person; `who` is one or the other."""
        values = forms.Form.clean(self) or {}
        fields: dict[str, Any] = {
            name: values.get(name) or ("" if name != "birth_year" else None) for name in IdentityForm.base_fields
        }
        if values.get("pseudonym"):
            self.who = services.of_office(self._office, values["pseudonym"])
            if self.who is None:
                self.add_error("pseudonym", gettext("Nobody of your office has this pseudonym."))
            elif any(fields.values()):
                self.add_error("pseudonym", gettext("Give the pseudonym or the fields below, not both."))
        elif not self.errors:
            try:
                self.who = services.identity_from(**fields)
            except IdentityError as error:
                self.add_error(error.field or None, sentence_of(error))
        return values


class IsolationForm(forms.Form):
    """Ask since when a contact is apart from others."""

    isolated_on = DayField(label=_("Isolated since"))


#: what became of a call, in words
REACHED_NAMES = {
    Reached.YES.value: _("reached by telephone"),
    Reached.NO_ANSWER.value: _("no answer"),
    Reached.WRONG_NUMBER.value: _("wrong number"),
    Reached.REFUSED.value: _("does not want to talk"),
}
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
        self.fields["reached"].choices = REACHED_NAMES.items()  # type: ignore[attr-defined]
        for question in sheet.questions:
            self.fields[_PREFIX + question.name] = self._field(question)
        ahead = [self._today + dt.timedelta(days=each) for each in range(disease().windows.follow_up.days + 1)]
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
        days = [("", not_asked), *days_from(self._today - disease().windows.look_back.span, self._today)]
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
            rules.check_call(reached, answered=bool(answers))
            calls.check_answers(self._sheet, answers, self._today)
            zone = ZoneInfo(settings.TIME_ZONE)
            again = rules.again_at(
                values.get("again_day"), values.get("again_hour"), self._now, zone, disease().windows.follow_up
            )
            self.said = Said(reached, answers, again)
        except ContactError as error:
            name = error.field if error.field in self.fields else _PREFIX + error.field
            self.add_error(name if name in self.fields else None, sentence_of(error))
        return values


# --- the course -------------------------------------------------------------------------------------------------------

COURSE_NAMES = {
    Course.ADMITTED.value: _("taken to hospital"),
    Course.INTENSIVE.value: _("in intensive care"),
    Course.DISCHARGED.value: _("discharged"),
    Course.WELL.value: _("well again"),
    Course.DIED.value: _("died"),
    Course.MOVED.value: _("moved away"),
    Course.LOST.value: _("cannot be found"),
}
VEHICLE_NAMES = {
    Vehicle.PLANE.value: _("plane"),
    Vehicle.TRAIN.value: _("train"),
    Vehicle.COACH.value: _("coach"),
    Vehicle.CAR.value: pgettext_lazy("by what somebody travels", "car"),
    Vehicle.MOTORBIKE.value: _("motorbike"),
    Vehicle.BOAT.value: _("boat"),
}


class CourseForm(forms.Form):
    """Ask what was learnt of somebody's course on a day."""

    day = DayField(label=_("Day"))
    symptoms = forms.MultipleChoiceField(label=_("Symptoms"), required=False, widget=forms.CheckboxSelectMultiple)
    hospital = forms.ChoiceField(label=pgettext_lazy("of a case's course", "Hospital"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known, language = disease().signs.symptoms, page_language()
        offered = [(code, known[code].label[language]) for code in known]
        cast(forms.ChoiceField, self.fields["symptoms"]).choices = [(course.NONE, _("no symptoms")), *offered]
        for name, steps in (("hospital", HOSPITAL), ("outcome", OUTCOMES)):
            choices = [("", "–"), *((each.value, COURSE_NAMES[each]) for each in steps)]
            cast(forms.ChoiceField, self.fields[name]).choices = choices

    @property
    def noted(self) -> course.Noted:
        """Return what was chosen."""
        values = self.cleaned_data
        steps = (Course(values[name]) if values[name] else None for name in ("hospital", "outcome"))
        return course.Noted(values["day"], values["symptoms"], *steps)


class TravelForm(forms.Form):
    """Ask from where somebody came, when, and by what."""

    origin = forms.CharField(
        label=_("Came from"),
        help_text=_("Country, province or town. No name, no address."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    day = DayField(label=_("Arrived on"))
    vehicle = forms.ChoiceField(label=_("By what"), choices=list(VEHICLE_NAMES.items()), widget=forms.RadioSelect)
    number = forms.CharField(
        label=_("Number of the flight, train or coach, and the seat"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    @property
    def travelled(self) -> Travel:
        """Return what was told."""
        values = self.cleaned_data
        return Travel(values["origin"], values["day"], values["vehicle"], values["number"])
