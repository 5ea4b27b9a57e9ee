"""Define the form by which an officer gives an order, what it is filled in with, and the numbers written after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.orders import presenters, queries
from bluezone.authority.campaign.orders.models import Directive
from bluezone.authority.campaign.orders.tree import Depth
from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.fields import DayField
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.units import sectors
from bluezone.authority.units.forms import SectorsField
from bluezone.authority.units.offices import chair_of, head_office_of
from bluezone.authority.units.queries import find_unit, path_of
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Unit, UnitCode
from bluezone.i18n import format_share
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base, Letter
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import parse_count
from bluezone.rollout.pace import parse_share

if TYPE_CHECKING:
    _OrderField = forms.ModelChoiceField[Directive]
else:
    _OrderField = forms.ModelChoiceField  # generic to the type checker only


#: somebody else was faster: what was chosen is offered no more
_ENDED = _("That order was replaced or withdrawn in the meantime. See the orders in force, then choose anew.")


@dataclass(frozen=True, slots=True)
class Fold:
    """Hold fields that a form shows when asked for."""

    title: str
    fields: list[forms.BoundField]
    is_open: bool


class OrderField(_OrderField):
    """Offer orders by number and title."""

    def label_from_instance(self, obj: Directive) -> str:
        return f"{obj.number}: {presenters.title_of(obj, page_language())}"


_LATE_HELP = _("Those registered, or opened again, once the order is given. Empty: until the deadline, as all.")


class LateForm(forms.Form):
    """Ask until when units that come into an order late have time."""

    late_until = DayField(label=_("Units that come later have time until"), required=False, help_text=_LATE_HELP)


class DirectiveForm(forms.Form):
    """Ask for an order: its text, whom it is for, how it is handed down."""

    number = forms.CharField(label=_("Number of the order"), max_length=60)
    issued = DayField(label=_("Date of the order"))
    issuer = forms.CharField(
        label=_("Who gives it"), max_length=160, required=False, help_text=_("Empty: the head office of your place.")
    )
    scope = forms.CharField(
        label=_("To whom"), max_length=200, help_text=_("Your place or one in it: a name or a code.")
    )
    target = forms.CharField(label=_("Target"), max_length=12, help_text=_("A share, as 30%."))
    base = forms.ChoiceField(label=_("Share of what"))
    sectors = SectorsField(
        label=_("Sectors"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For an order that counts the people of units: which units it speaks to."),
    )
    deadline = DayField(label=_("Deadline"))
    responsible = forms.CharField(
        label=_("Who answers for it"),
        max_length=160,
        required=False,
        help_text=_("Empty: the chairman of the place it is given to."),
    )
    depth = forms.ChoiceField(
        label=_("Handed down"),
        initial=Depth.ONE,
        widget=forms.RadioSelect,
        help_text=_("An order that counts the people of units always goes to its sectors and their units."),
    )
    how = forms.ChoiceField(
        label=_("Split"),
        initial=Split.EQUALISE,
        widget=forms.RadioSelect,
        help_text=_("Or give it without handing it down: its page takes a table with the target of each."),
    )
    late_until = DayField(label=_("Units that come later have time until"), required=False, help_text=_LATE_HELP)
    parent = OrderField(
        label=_("Carries out the order"),
        queryset=Directive.objects.none(),
        required=False,
        empty_label="–",
        error_messages={"invalid_choice": _ENDED},
    )
    replaces = OrderField(
        label=_("Replaces the order"),
        queryset=Directive.objects.none(),
        required=False,
        empty_label="–",
        help_text=_("That one is of no effect from today on."),
        error_messages={"invalid_choice": _ENDED},
    )

    def __init__(self, own: Jurisdiction, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own, self._today = own, today
        self.mine = own_unit(own, today)
        self.fields["issued"].initial = today
        self.fields["issuer"].initial = head_office_of(self.mine)
        self.fields["scope"].initial = path_of(self.mine)
        self.fields["scope"].widget.attrs["list"] = "places"
        cast(forms.ChoiceField, self.fields["base"]).choices = presenters.base_choices()
        cast(forms.ChoiceField, self.fields["sectors"]).choices = sectors.choices(own)
        cast(forms.ChoiceField, self.fields["depth"]).choices = [
            (Depth.NOT.value, gettext("not at all")),
            (Depth.ONE.value, gettext("to the units below")),
            (Depth.TWO.value, gettext("to the units below and those below them")),
        ]
        cast(forms.ChoiceField, self.fields["how"]).choices = [
            (Split.EQUALISE.value, gettext("all end at the same share: who stands lowest does most")),
            (Split.EQUAL_SHARE.value, gettext("all bring the same additional share")),
            (Split.BY_PEOPLE.value, gettext("by people: the same share of each, wherever it stands")),
            (Split.BY_PHONES.value, gettext("by phones: each its part of the smartphones")),
            (Split.GIVEN.value, gettext("as I write it: the next page takes the target of each")),
        ]
        for name, rows in (("parent", self._from_above()), ("replaces", self._own_ones())):
            cast(OrderField, self.fields[name]).queryset = rows

    def _own_ones(self) -> QuerySet[Directive]:
        return queries.in_force(self._today).filter(place__startswith=self._own.place).order_by("-issued", "-pk")

    def _from_above(self) -> QuerySet[Directive]:
        rows = queries.in_force(self._today).filter(targets__kind="unit", targets__key=str(self.mine.code))
        return rows.exclude(scope=str(self.mine.code)).order_by("-issued", "-pk").distinct()

    def clean_issuer(self) -> str:
        return self.cleaned_data["issuer"] or head_office_of(self.mine)

    def clean_target(self) -> Fraction:
        try:
            return parse_share(self.cleaned_data["target"])
        except RolloutError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def clean_scope(self) -> Unit:
        """Return the unit, if it is in force today and the officer may direct it."""
        try:
            unit = find_unit(self.cleaned_data["scope"], self._own, self._today)
        except GeographyError as error:
            raise forms.ValidationError(sentence_of(error)) from None
        if not self._own.may_direct(place_of(unit.code)):
            raise forms.ValidationError(gettext("{unit} lies outside your jurisdiction").format(unit=path_of(unit)))
        return unit

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        counts_heads, ticked = values.get("base") == Base.HEADCOUNT, bool(values.get("sectors"))
        if counts_heads and values.get("how") in (Split.BY_PHONES, Split.GIVEN):
            self.add_error("how", gettext("An order that counts the people of units is split by what they lack."))
        if counts_heads and not ticked and "sectors" not in self.errors:
            self.add_error("sectors", gettext("Tick the sectors whose units the order speaks to."))
        if ticked and not counts_heads and "base" in values:
            said = gettext("Of sectors the people of their units are counted: choose that above, or untick them.")
            self.add_error("sectors", said)
        if not values.get("responsible") and (scope := values.get("scope")) is not None:
            values["responsible"] = chair_of(scope)
        return values

    def folds(self) -> list[Fold]:
        """Return what is asked beside the first six fields, folded: open where it is needed, or something is wrong."""
        counts_heads = self["base"].value() == Base.HEADCOUNT
        named = any(self[name].value() for name in ("parent", "replaces"))
        others = named or self._from_above().exists() or self._own_ones().exists()
        made = [
            self._fold(gettext("Which sectors it speaks to"), "sectors", is_open=counts_heads),
            self._fold(gettext("Who gives it, who answers"), "issuer", "responsible"),
            self._fold(gettext("How it is handed down, who comes later"), "depth", "how", "late_until"),
        ]
        return [*made, self._fold(gettext("Other orders"), "parent", "replaces", is_open=named)] if others else made

    def _fold(self, title: str, *names: str, is_open: bool = False) -> Fold:
        fields = [self[name] for name in names]
        return Fold(title, fields, is_open or any(field.errors for field in fields))

    @property
    def counts_heads(self) -> bool:
        return bool(self.cleaned_data["base"] == Base.HEADCOUNT)

    def sectors_chosen(self) -> list[str]:
        return list(self.cleaned_data["sectors"])

    def letter(self) -> Letter:
        """Return the order, once the form is valid."""
        values = self.cleaned_data
        return Letter(
            number=values["number"],
            issued=values["issued"],
            issuer=values["issuer"],
            scope=values["scope"],
            base=Base(values["base"]),
            target=values["target"],
            deadline=values["deadline"],
            responsible=values["responsible"],
            late_until=values["late_until"],
        )


class Prefill:
    """Hold the order named in an address (`?parent=`, `?replaces=`), as far as it is in force and the officer's."""

    def __init__(self, query: Mapping[str, str], own: Jurisdiction) -> None:
        self._query, self._own = query, own

    def initial(self) -> dict[str, Any]:
        """Return initial values of the form; none where the address names no order."""
        for name in ("replaces", "parent"):
            if (found := self._named(name)) is not None:
                return {name: found.pk, **self._letter(found, whole=name == "replaces")}
        return {}

    def _named(self, name: str) -> Directive | None:
        key = self._query.get(name, "")
        if not (key.isascii() and key.isdigit() and len(key) < 18):
            return None
        rows = queries.in_force(clock.today()).filter(pk=int(key))
        if name == "replaces":
            return rows.filter(place__startswith=self._own.place).first()
        return rows.filter(targets__kind="unit", targets__key=self._mine).first()

    @cached_property
    def _mine(self) -> str:
        return str(own_unit(self._own, clock.today()).code)

    def _letter(self, order: Directive, *, whole: bool) -> dict[str, Any]:
        values: dict[str, Any] = {
            "target": format_share(order.share, page_language(), 2, trim=True),
            "base": order.base,
            "deadline": order.deadline,
        }
        if whole:
            unit = catalogue.all_units().unit(UnitCode.parse(order.scope))
            values |= {"issuer": order.issuer, "responsible": order.responsible}
            values |= {"scope": path_of(unit)} if self._own.may_direct(place_of(unit.code)) else {}
        return values


PEOPLE, PHONES, TARGET = "people-", "phones-", "target-"
#: what confirms the questions that the page asked
SURE = "sure"
_MOST = 200_000_000


@dataclass(slots=True)
class Written:
    """Hold what was written, and what is wrong with it: both by the name of the field (`people-63:31318`)."""

    numbers: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def of(self, prefix: str) -> dict[str, int]:
        """Return the numbers of one kind, by code."""
        return {name.removeprefix(prefix): number for name, number in self.numbers.items() if name.startswith(prefix)}

    def refuse(self, name: str, why: str) -> None:
        """Take a number out, with the reason."""
        self.numbers.pop(name, None)
        self.wrong[name] = why


def read_written(posted: Mapping[str, Any]) -> Written:
    """Read every number of the page; a target may be nothing, people may not."""
    made = Written()
    for name, text in posted.items():
        if not name.startswith((PEOPLE, PHONES, TARGET)) or not text.strip():
            continue
        try:
            number = int(parse_count(text).value)
        except RolloutError as error:
            made.wrong[name] = sentence_of(error)
            continue
        if (0 if name.startswith(TARGET) else 1) <= number < _MOST:
            made.numbers[name] = number
        else:
            made.wrong[name] = gettext("“%(text)s” is no number of people.") % {"text": text}
    return made
