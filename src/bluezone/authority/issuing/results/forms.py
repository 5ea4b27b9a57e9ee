"""Define how results are filtered, attached and given to another office."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results import queries
from bluezone.authority.officers.generic import Filters
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import read_pseudonym

OTHER = "other"


class ResultFilters(Filters):
    """Filter results by the laboratory's id, the person or the case, and by what is to be done."""

    q = forms.CharField(
        label=_("Laboratory’s id, person or case"),
        max_length=64,
        required=False,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("waiting", _("to be looked at")), ("positive", _("all positive")), ("all", _("all"))],
        required=False,
        initial="waiting",
    )

    def clean(self) -> dict[str, Any]:
        """Look among all for what is named, else list what waits."""
        values = super().clean() or {}
        values["state"] = values.get("state") or ("all" if values.get("q") else "waiting")
        return values

    def by_q(self, rows: QuerySet[LabResult], text: str) -> QuerySet[LabResult]:
        named = Q(external_id__icontains=text) | Q(case__file_number__iexact=text)
        pseudonym = read_pseudonym(text)
        return rows.filter(named | Q(person__pseudonym=pseudonym) if pseudonym else named)

    def by_state(self, rows: QuerySet[LabResult], state: str) -> QuerySet[LabResult]:
        return {"waiting": rows.filter(is_task=True), "positive": rows.filter(result="positive")}.get(state, rows)


class AttachForm(forms.Form):
    """Ask of which case or person a result is: of those with the same number, or of one that is named."""

    to = forms.ChoiceField(label=_("Whose result is it"), widget=forms.RadioSelect, initial=OTHER)
    other = forms.CharField(
        label=_("Pseudonym, or number of a case"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, officer: User, among: list[tuple[Case | Person, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officer, self._among = officer, among
        named = [(str(at), text) for at, (_whose, text) in enumerate(among)]
        field = cast(forms.ChoiceField, self.fields["to"])
        field.choices = [*named, (OTHER, _("Another one")) if named else (OTHER, _("One of my office’s"))]
        if len(named) == 1:
            self.initial["to"] = named[0][0]

    def clean(self) -> dict[str, Any]:
        """Find whose it is, among the officer's."""
        values = super().clean() or {}
        to, text = values.get("to", ""), values.get("other", "").strip()
        whose = self._among[int(to)][0] if to.isdecimal() else self._named(text) if to else None
        if to and whose is None:
            self.add_error(
                "other", gettext("Nobody of yours is called so: a pseudonym or the number of a case is meant.")
            )
        return values | {"whose": whose}

    def _named(self, text: str) -> Case | Person | None:
        if pseudonym := read_pseudonym(text):
            return queries.reach(Person.objects.filter(pseudonym=pseudonym), self._officer).first()
        rows = cases.editable_cases(self._officer).filter(merged_into=None).select_related("person")
        found = list(cases.found(rows, text)[:2]) if text else []
        exact = [each for each in found if each.file_number.casefold() == text.casefold()]
        found = exact or found
        return found[0] if len(found) == 1 else None


class GiveForm(forms.Form):
    """Ask which office a result is for."""

    place = forms.ChoiceField(label=_("To which office"))

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["place"]).choices = [("", "–"), *offices]
