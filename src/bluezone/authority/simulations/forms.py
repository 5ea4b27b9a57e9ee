"""Define the form of a question to the simulator: the main assumptions in sight, its own values filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.simulations import rules
from bluezone.authority.simulations.rules import ASSUMPTIONS, Assumption, Kind, Question
from bluezone.authority.site.fields import CountField, DayField
from bluezone.errors import N_
from bluezone.i18n import Language, format_number
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import percent_of


def _text(size: int = 8, **more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": size} | more)


class PercentField(forms.CharField):
    """Read a share between 0 and 1 from a percentage: `7,54`, `7.54 %`."""

    widget = forms.TextInput

    def clean(self, value: str) -> float | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            share = float(percent_of(text).value / 100)
        except RolloutError:
            raise forms.ValidationError(_("Write a percentage, as 7.54 or 7,54.")) from None
        if not 0 <= share <= 1:
            raise forms.ValidationError(_("A share lies between 0 and 100 %."))
        return share


class NumberField(forms.CharField):
    """Read a number: `2,5` or `2.5`."""

    def __init__(self, low: float, high: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def clean(self, value: str) -> float | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            raise forms.ValidationError(_("Write a number, as 2.5 or 2,5.")) from None
        if not self.low <= number <= self.high:
            limits = {"low": f"{self.low:g}", "high": f"{self.high:g}"}
            raise forms.ValidationError(_("This lies between %(low)s and %(high)s.") % limits)
        return number


def _field(assumption: Assumption) -> forms.Field:
    label = assumption.label
    match assumption.kind:
        case Kind.SHARE:
            return PercentField(
                label=_("%(label)s (%%)") % {"label": label}, widget=_text(), max_length=12, required=False
            )
        case Kind.NUMBER:
            return NumberField(
                assumption.low, assumption.high, label=label, widget=_text(), max_length=12, required=False
            )
        case Kind.COUNT:
            low, high = int(assumption.low), int(assumption.high)
            return CountField(label=label, min_value=low, max_value=high, required=False)
    return forms.BooleanField(label=label, required=False)


def _key(assumption: Assumption) -> str:
    return assumption.name.replace(".", "__")


class SimulationForm(forms.Form):
    """Ask a question about one unit. An assumption left empty is the simulator's own."""

    uptakes = forms.CharField(
        label=_("People with the app, in %, to compare"), max_length=100, widget=_text(40),
        help_text=_("Up to eight, with spaces between: where you stand, the target, and beyond."),
    )  # fmt: skip
    headline = PercentField(label=_("The target (%)"), widget=_text(), max_length=12)
    people = CountField(label=_("People"), min_value=rules.MIN_PEOPLE, max_value=150_000_000)
    days = CountField(
        label=_("Days"), required=False, min_value=1, max_value=rules.MAX_DAYS,
        help_text=_("Empty: 150, or the weeks of recorded cases, where the simulator has them of this place."),
    )  # fmt: skip
    seeds = CountField(
        label=_("Runs of each"), initial=5, min_value=2, max_value=rules.MAX_SEEDS,
        help_text=_("More runs, less chance in the answer, and longer to wait."),
    )  # fmt: skip
    strain = forms.ChoiceField(
        label=_("Virus"), required=False, choices=(("", _("the simulator's own")), *rules.STRAINS)
    )
    r0 = NumberField(
        0.1, 20, label=_("Reproduction number if nobody did anything"), widget=_text(), max_length=12, required=False,
        help_text=_("Leave empty for that of the virus."),
    )  # fmt: skip
    initial_infections = CountField(
        label=_("Infected at the start"), required=False, min_value=1,
        help_text=_("Empty: 20, or as many as give the recorded cases."),
    )  # fmt: skip
    sensitivity = forms.BooleanField(
        label=_("Also show what the answer depends on"), required=False, initial=True,
        help_text=_("Moves one assumption at a time, in a smaller town. Takes some minutes more."),
    )  # fmt: skip
    order = forms.BooleanField(
        label=_("Compare the order met, as forecast, and not given"), required=False, initial=True,
        help_text=_("From the reported installations and their forecast."),
    )  # fmt: skip
    by = forms.ChoiceField(
        label=_("Who installs under the order"), required=False,
        choices=(("sector", _("by sector, where units report")), ("commune", _("by commune, where districts report"))),
        help_text=_("Units that report stand as they say; all other people have the rest of the installations. Unless "
                    "an order asks a share of a sector, it rises as the whole place does."),
    )  # fmt: skip
    deadline = DayField(label=_("Deadline of the order"), required=False)
    importation = forms.BooleanField(
        label=_("Also ask what happens when three infected people come in"), required=False, initial=False,
        help_text=_("Hundreds of small outbreaks, under the practice of August 2020 step by step."),
    )  # fmt: skip
    other = forms.CharField(
        label=_("Other assumptions, one a line, as name = value"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, own: Mapping[str, Any], language: Language, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own, self._language = own, language
        for assumption in ASSUMPTIONS:
            field = _field(assumption)
            field.initial = self.text_of(assumption, own[assumption.name])
            self.fields[_key(assumption)] = field

    def text_of(self, assumption: Assumption, value: Any) -> Any:
        """Return a value of the simulator as the form shows it."""
        if assumption.kind is Kind.SWITCH:
            return value in (True, "True", "yes")
        if assumption.kind is Kind.COUNT:
            return int(float(value))
        return self._percent(value) if assumption.kind is Kind.SHARE else self._number(Decimal(str(value)))

    def _number(self, number: Decimal) -> str:
        """Write a number with as many decimals as it has."""
        return format_number(number, self._language, max(0, -int(number.normalize().as_tuple().exponent)))

    def _percent(self, share: float | str) -> str:
        return self._number(Decimal(str(share)) * 100)

    def fill(self, question: Question) -> None:
        """Fill the form from another question, to change one thing and ask again."""
        shares = (self._percent(share) for share in question.uptakes)
        self.initial.update(
            {
                "uptakes": "  ".join(shares),
                "headline": self._percent(question.headline),
                "r0": "" if question.r0 is None else self._number(Decimal(str(question.r0))),
            }
        )
        asked = ("people", "days", "seeds", "strain", "initial_infections", "sensitivity", "importation")
        self.initial.update({name: getattr(question, name) for name in asked})
        others = dict(question.changes)
        for assumption in ASSUMPTIONS:
            if assumption.name in others:
                self.fields[_key(assumption)].initial = self.text_of(assumption, others.pop(assumption.name))
        self.initial["other"] = "\n".join(f"{name} = {value}" for name, value in others.items())

    def assumption_fields(self) -> Sequence[forms.BoundField]:
        return [self[_key(assumption)] for assumption in ASSUMPTIONS]

    def clean_uptakes(self) -> tuple[float, ...]:
        shares = []
        for part in str(self.cleaned_data["uptakes"]).replace(";", " ").replace("%", " ").split():
            try:
                shares.append(float(percent_of(part).value / 100))
            except RolloutError:
                raise forms.ValidationError(gettext("“%(text)s” is no percentage.") % {"text": part[:20]}) from None
        return tuple(sorted(set(shares)))

    def question(self, place: str, waiting: int, day: dt.date) -> Question:
        """Return the question of a valid form. Raises SimulationError for one that cannot be put to the simulator."""
        values = self.cleaned_data
        changes = rules.other_changes(values["other"], self.own) | self._changes()
        asked = Question(
            place=place, changes=changes, headline=values["headline"],
            uptakes=tuple(sorted({*values["uptakes"], values["headline"]})),
            strain=values["strain"] or None,
            **{name: values[name] for name in
               ("people", "days", "seeds", "r0", "initial_infections", "sensitivity", "importation")},
        )  # fmt: skip
        rules.check(asked, waiting)
        due = values["deadline"]
        if values["order"] and (due is None or not 1 <= (due - day).days <= rules.MAX_DEADLINE):
            raise rules.SimulationError(
                "deadline", N_("write a deadline of 1 to {most} days from today"), most=rules.MAX_DEADLINE
            )
        return asked

    def _changes(self) -> dict[str, str]:
        """Return the values that differ from the simulator's own, as it writes them."""
        found = {}
        for assumption in ASSUMPTIONS:
            value, own = self.cleaned_data[_key(assumption)], self.own[assumption.name]
            if value is not None and (bool(value) is not own if assumption.kind is Kind.SWITCH else value != own):
                found[assumption.name] = str(value)
        return found
