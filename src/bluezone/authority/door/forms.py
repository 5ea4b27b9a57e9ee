"""Define the forms of a door: what is known of it, a visit, a round of visits."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.door import rounds, rules
from bluezone.authority.door.models import DoorDay, Visit
from bluezone.authority.door.rules import Answers, App
from bluezone.authority.door.visits import Look, Seen
from bluezone.authority.site.fields import CountField
from bluezone.authority.site.language import named_day
from bluezone.authority.site.records import RecordForm

#: two apps, a month
_MOST_ROWS = 100
_YES_NO = (("yes", _("yes")), ("no", _("no")))
_ANSWERS = (("had", _("had it")), ("helped", _("installed with help")), ("refused", _("did not want it")))


def _number(label: Any, most: int = rules.MOST_GUESTS) -> CountField:
    return CountField(label=label, max_value=most, required=False)


class FactsForm(RecordForm):
    """Ask for what is known of a door."""

    guests_per_day = CountField(
        label=_("Guests a day, at most"),
        min_value=1,
        max_value=rules.MOST_GUESTS,
        required=False,
        help_text=_("Answers above it are kept apart and asked about. Empty: as usual in its sector."),
    )
    street = forms.CharField(
        label=_("Street or hamlet"),
        max_length=120,
        required=False,
        help_text=_("As “12 Trần Hưng Đạo” or “ấp 3”: rounds of visits go along it."),
    )

    def clean_street(self) -> str:
        return " ".join(self.cleaned_data["street"].split())


class VisitForm(forms.Form):
    """Ask a visitor what was seen. `form` is drawn when the page is shown: sent twice, it is one visit."""

    form = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    poster = forms.ChoiceField(label=_("The poster hangs at the door"), choices=_YES_NO, widget=forms.RadioSelect)
    list_kept = forms.ChoiceField(label=_("A door list is kept"), choices=Visit.List.choices, widget=forms.RadioSelect)
    looked = forms.ChoiceField(
        label=_("The numbers were looked over with the staff"),
        choices=(("yes", _("yes, they are right as below")), ("no", _("no, or not today"))),
        widget=forms.RadioSelect,
        help_text=_("“Yes” confirms the days below. Correct a number first where paper says otherwise."),
    )

    def __init__(self, days: list[DoorDay], today: dt.date, *args: Any, **kwargs: Any) -> None:
        """`days` are those of which something is not confirmed; a form that is sent brings the days it showed."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.rows = [_Row(day.day, App(day.app), day.counted, day.standing.all, day.looked) for day in days]
        if self.is_bound:
            sent = cast("QueryDict", self.data).getlist("row")
            self.rows = [row for text in sent[:_MOST_ROWS] if (row := _Row.read(text))]
        for row in self.rows:
            for (name, label), number in zip(_ANSWERS, row.shown.each, strict=True):
                self.fields[f"{row.key}_{name}"] = _number(label)
                self.fields[f"{row.key}_{name}"].initial = number
        self.fields["paper_day"] = forms.DateField(label=_("Day of the paper list"), required=False)
        days_back = [today - dt.timedelta(days=back) for back in range(rules.UNCONFIRMED_LIFE.days)]
        named = [(day.isoformat(), named_day(day, has_year=False)) for day in days_back]
        self.fields["paper_day"].widget = forms.Select(choices=[("", "–"), *named])
        for app in App:
            for name, label in _ANSWERS:
                self.fields[f"paper_{app}_{name}"] = _number(label)

    def plain_fields(self) -> list[forms.BoundField]:
        """Return the fields of the checklist."""
        return [self[name] for name in ("poster", "list_kept", "looked")]

    def row_fields(self) -> list[tuple[_Row, list[forms.BoundField]]]:
        """Return each day and app with the fields of its three answers."""
        return [(row, [self[f"{row.key}_{name}"] for name, _label in _ANSWERS]) for row in self.rows]

    def paper_fields(self) -> list[tuple[App, list[forms.BoundField]]]:
        """Return the fields of a day on paper, by app."""
        return [(app, [self[f"paper_{app}_{name}"] for name, _label in _ANSWERS]) for app in App]

    def clean_paper_day(self) -> dt.date | None:
        day = cast("dt.date | None", self.cleaned_data["paper_day"])
        if day is not None and not self.today - rules.UNCONFIRMED_LIFE <= day <= self.today:
            raise forms.ValidationError(gettext("A day of the last 30 is meant."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        on_paper = any(values.get(f"paper_{app}_{name}") is not None for app in App for name, _label in _ANSWERS)
        if on_paper and values.get("paper_day") is None and "paper_day" not in self.errors:
            self.add_error("paper_day", gettext("Choose the day of these numbers."))
        if on_paper and values.get("looked") == "no":
            self.add_error("looked", gettext("You give numbers of a paper list: then they were looked over."))
        return values

    def seen(self, held: dict[tuple[dt.date, App], DoorDay]) -> Seen:
        """Return what was filled in, once it is valid. `held` has the days that are stored, for one on paper."""
        values = self.cleaned_data
        looks = [row.look(_answers(values, row.key, row.shown)) for row in self.rows]
        day = values.get("paper_day")
        if day is not None:
            looks = [each for each in looks if (each.day, each.app) not in self._on_paper(day)]
            looks += [self._paper(day, app, held.get((day, app))) for _day, app in sorted(self._on_paper(day))]
        return Seen(
            poster_hangs=values["poster"] == "yes",
            list_kept=Visit.List(values["list_kept"]),
            looked_over=values["looked"] == "yes",
            looks=tuple(looks),
        )

    def _on_paper(self, day: dt.date) -> set[tuple[dt.date, App]]:
        values = self.cleaned_data
        return {
            (day, app) for app in App if any(values.get(f"paper_{app}_{name}") is not None for name, _label in _ANSWERS)
        }

    def _paper(self, day: dt.date, app: App, held: DoorDay | None) -> Look:
        right = _answers(self.cleaned_data, f"paper_{app}", Answers())
        counted = held.counted if held is not None else Answers()
        return Look(day, app, counted, right, held.looked if held is not None else None)


class _Row:
    """Hold a day of an app as the page showed it, to be sent along with the form."""

    def __init__(self, day: dt.date, app: App, counted: Answers, shown: Answers, before: Answers | None) -> None:
        self.day, self.app, self.counted, self.shown, self.before = day, app, counted, shown, before

    @property
    def key(self) -> str:
        return f"{self.day:%Y%m%d}_{self.app}"

    @property
    def text(self) -> str:
        """Return it as a hidden field carries it; `read` reads it."""
        before = "-" if self.before is None else _triple(self.before)
        return "|".join((self.day.isoformat(), self.app.value, _triple(self.counted), _triple(self.shown), before))

    @classmethod
    def read(cls, text: str) -> _Row | None:
        """Return the row of a hidden field; None for what is none of ours."""
        try:
            day, app, counted, shown, before = text.split("|")
            looked = None if before == "-" else _read_triple(before)
            return cls(dt.date.fromisoformat(day), App(app), _read_triple(counted), _read_triple(shown), looked)
        except ValueError:
            return None

    def look(self, right: Answers) -> Look:
        return Look(self.day, self.app, self.counted, right, self.before)


def _triple(answers: Answers) -> str:
    return ",".join(map(str, answers.each))


def _read_triple(text: str) -> Answers:
    had, helped, refused = (int(part) for part in text.split(","))
    if not all(0 <= each <= rules.MOST_GUESTS for each in (had, helped, refused)):
        raise ValueError(text)
    return Answers(had, helped, refused)


def _answers(values: dict[str, Any], key: str, unless_given: Answers) -> Answers:
    given = [values.get(f"{key}_{name}") for name, _label in _ANSWERS]
    pairs = zip(given, unless_given.each, strict=True)
    return Answers(*(other if number is None else number for number, other in pairs))


class RoundForm(forms.Form):
    """Ask for whom to visit on a day."""

    form = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    day = forms.ChoiceField(label=_("Day of the round"))
    size = CountField(label=_("Units on the round"), min_value=1, max_value=rounds.MOST_SIZE, initial=rounds.USUAL_SIZE)

    def __init__(self, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [today + dt.timedelta(days=ahead) for ahead in range(7)]
        cast(forms.ChoiceField, self.fields["day"]).choices = [
            (day.isoformat(), named_day(day, has_year=False)) for day in days
        ]
        self.fields["day"].initial = today.isoformat()

    def clean_day(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["day"])
