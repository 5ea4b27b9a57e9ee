"""Define the forms of a place: what is known of it, an entrance, a stay of a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluezone.authority.places import rules
from bluezone.authority.places.models import Entrance, Place
from bluezone.authority.site.fields import CountField, MomentField
from bluezone.authority.site.records import RecordForm
from bluezone.protocol.check_ins import MAX_CHARACTERS

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class PlaceForm(RecordForm):
    """Ask for what is known of a place."""

    kind = forms.TypedChoiceField(
        label=_("Kind of place"), choices=Place.Kind.choices, coerce=int, initial=Place.Kind.SHOP
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=MAX_CHARACTERS,
        required=False,
        help_text=_("As visitors read it on their phone."),
    )
    usual_stay_min = forms.IntegerField(
        label=_("Usual stay, in minutes"),
        initial=60,
        widget=forms.TextInput(_NUMBER),
        help_text=_("After it a visit ends by itself on a phone whose owner forgot to leave."),
    )
    capacity = CountField(
        label=_("How many people fit"),
        required=False,
        min_value=1,
        max_value=rules.MOST_CAPACITY,
    )


class EntranceForm(forms.Form):
    """Ask for the name of a room or an entrance."""

    name = forms.CharField(
        label=_("Room or entrance"), max_length=60, help_text=_("As “Gate 2” or “Room 301”: it gets a code of its own.")
    )

    def __init__(self, *args: Any, moves: bool = False, **kwargs: Any) -> None:
        """Make the form: of a place, or of a company whose vehicles have codes (`moves`)."""
        super().__init__(*args, **kwargs)
        if moves:
            self.fields["name"].label = _("Vehicle, line or flight")
            self.fields["name"].help_text = _("Its number, as passengers write it: 65B-012.34, SE3, VN 1205.")


class StayForm(forms.Form):
    """Ask where a case was, and when."""

    entrance = forms.ModelChoiceField(label=_("Room or entrance"), queryset=Entrance.objects.none())
    file_number = forms.CharField(
        label=_("File number of the case"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    seat = forms.CharField(
        label=_("Seat"),
        max_length=20,
        required=False,
        help_text=_("As on the ticket: 12A, B7, coach 3 seat 25."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    start = MomentField(label=_("Came"))
    end = MomentField(label=_("Left"))

    def __init__(self, *args: object, place: Place, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        entrances = place.entrances.order_by("ended_at", "name")
        field = self.fields["entrance"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = entrances
        field.label_from_instance = label_of  # type: ignore[method-assign, assignment]
        field.empty_label = None
        if place.moves:
            field.label = _("Vehicle, line or flight")
        else:
            del self.fields["seat"]


def label_of(entrance: Entrance) -> str:
    """Return what an entrance is called: the whole place where it has no name."""
    name = entrance.name or str(_("the whole place"))
    replaced = _("code replaced")
    return f"{name} ({replaced})" if entrance.ended_at is not None else name
