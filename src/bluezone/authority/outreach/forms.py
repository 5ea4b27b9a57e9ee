"""Define the forms about families, households and unions' tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.outreach.models import UnionTask
from bluezone.authority.outreach.queries import COLUMNS
from bluezone.authority.site.fields import CountField, DayField
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import RecordForm
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import find_organisation
from bluezone.authority.units.rules import OrganisationError
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.households import Outcome, check_team, parse_numbers


def _count(label: Any, help_text: Any = "") -> CountField:
    return CountField(label=label, help_text=help_text, required=False)


class FamiliesForm(forms.Form):
    """Ask how many of a unit's members were told, whom they have pledged to bring, and which families were reached."""

    date = DayField(label=_("Day"))
    told = _count(_("Pupils told"), _("By their teachers; all so far."))
    reached = _count(_("Families reached"), _("Spoken to through the pupils; all so far."))
    families_with_app = _count(_("Of these, families with the app"))
    pledging = _count(_("People who have pledged to bring family members"), _("All so far. No names."))
    pledged = _count(_("Family members they have pledged to bring"), _("“I will bring 4 of my family” is 4."))

    def __init__(self, *args: Any, is_school: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_school:
            self.fields["told"].label = _("People told")
            self.fields["told"].help_text = _("By their office; all so far.")
            self.fields["reached"].help_text = _("Spoken to through their members; all so far.")


def _households(label: Any) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off", "inputmode": "text"})
    return forms.CharField(label=label, required=False, max_length=2_000, widget=widget)


class VisitsForm(forms.Form):
    """Ask which households were visited on a day, by number, and what was found."""

    date = DayField(label=_("Day"))
    has = _households(_("Have the app already"))
    helped = _households(_("Installed it with help"))
    refused = _households(_("Refused"))
    absent = _households(_("Nobody at home"))
    no_phone = _households(_("No phone that can run it"))

    def __init__(self, *args: Any, households: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._households = households

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for field in COLUMNS.values():
            try:
                values[field] = parse_numbers(values.get(field, ""), self._households)
            except RolloutError as error:
                self.add_error(field, sentence_of(error))
        return values

    def outcomes(self) -> dict[Outcome, tuple[int, ...]]:
        """Return the households by outcome, once the form is valid."""
        return {outcome: self.cleaned_data[field] for outcome, field in COLUMNS.items()}


class HouseholdsForm(RecordForm):
    """Ask how many households a hamlet has."""

    households = _count(_("Households of the hamlet"), _("They are numbered from 1, as on its list."))


class TeamForm(RecordForm):
    """Ask who goes from house to house."""

    name = forms.CharField(
        label=_("Who goes"),
        max_length=80,
        help_text=_("A function, as “Tổ COVID cộng đồng 3”. No names, no telephone numbers."),
    )
    numbers = forms.CharField(
        label=_("To which households"), max_length=300, required=False, help_text=_("As in 41–80, 85.")
    )

    def clean_name(self) -> str:
        try:
            check_team(self.cleaned_data["name"])
        except RolloutError as error:
            raise forms.ValidationError(sentence_of(error)) from None
        return str(self.cleaned_data["name"])


class TaskForm(RecordForm):
    """Ask what a union takes on, where and by when; once it is done, whom it reached."""

    kind = forms.ChoiceField(label=_("What"), choices=UnionTask.Kind.choices)
    title = forms.CharField(
        label=_("In one line"), max_length=160, help_text=_("As “Ra quân cài đặt tại chợ Vị Thanh”.")
    )
    at = forms.CharField(
        label=_("Where"),
        max_length=200,
        required=False,
        help_text=_("A market, hamlet or other unit: its name or the code on its poster. Else empty."),
        widget=forms.TextInput({"list": "places", "autocomplete": "off"}),
    )
    due = DayField(label=_("By which day"))
    done_on = DayField(label=_("Done on"))
    asked = _count(_("People spoken to"))
    helped = _count(_("Of these, installed it with help"))

    def __init__(self, place: Jurisdiction, *args: Any, is_new: bool, **kwargs: Any) -> None:
        """Make the form; `place` is the jurisdiction over the place in which the union works."""
        super().__init__(*args, **kwargs)
        self._place = place
        self.fields["done_on"].required = False
        self.fields["done_on"].help_text = _("Empty as long as it is not done.")
        if is_new:
            for name in ("done_on", "asked", "helped"):
                del self.fields[name]

    def clean_at(self) -> Organisation | None:
        text = self.cleaned_data["at"].strip()
        if not text:
            return None
        try:
            return find_organisation(text, self._place)
        except OrganisationError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        day: dt.date | None = values.get("done_on")
        has_counts = values.get("asked") is not None or values.get("helped") is not None
        if day is None and has_counts and "done_on" not in self.errors:
            self.add_error("done_on", gettext("Say on which day it was done."))
        return values
