"""Define the forms about a sector: what it is, and which office answers for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site.records import RecordForm
from bluezone.authority.units import sectors
from bluezone.authority.units.rules import SectorFacts
from bluezone.geography.names import plain_key

_NAME, _TEXT, _OFFICE = 80, 160, 120
_MOST_WORDS = 20


def _closed(keys: Iterable[str]) -> forms.ValidationError:
    """Say which sectors cannot be chosen: they were on the page, and have been closed since."""
    names = "; ".join(sectors.name_of(key) for key in keys)
    return forms.ValidationError(gettext("Closed since you opened the page: %(names)s.") % {"names": names})


class SectorField(forms.ChoiceField):
    """Take a sector that is offered."""

    def validate(self, value: str) -> None:
        """Refuse one that is not offered, by its name."""
        if value and not self.valid_value(value):
            raise _closed([value])
        super().validate(value)


class SectorsField(forms.MultipleChoiceField):
    """Take sectors that are offered."""

    def validate(self, value: Collection[str]) -> None:
        """Refuse those that are not offered, by their names."""
        if gone := [key for key in value if not self.valid_value(key)]:
            raise _closed(gone)
        super().validate(value)


class SectorForm(RecordForm):
    """Ask for what a sector is called, what is counted there and who is asked."""

    name = forms.CharField(label=_("Name in Vietnamese"), max_length=_NAME)
    name_english = forms.CharField(label=_("Name in English"), max_length=_NAME)
    counted = forms.CharField(
        label=_("What is counted"),
        max_length=_TEXT,
        required=False,
        help_text=_("Whose phones: “traders and staff; customers are asked at the door”."),
    )
    asked = forms.CharField(
        label=_("Who is asked"),
        max_length=_TEXT,
        required=False,
        help_text=_("Who reports: “the market's management”."),
    )
    office = forms.CharField(
        label=_("Office in charge"),
        max_length=_OFFICE,
        required=False,
        help_text=_("Unless a place names another one. Without any, the place itself answers."),
    )
    with_families = forms.BooleanField(label=_("Orders to it mean its people's families, too"), required=False)
    with_guests = forms.BooleanField(label=_("Its units ask guests at the door"), required=False)
    words = forms.CharField(
        label=_("Words of a list that mean it"),
        max_length=400,
        required=False,
        help_text=_("With commas between them: an uploaded unit with such a word in its name is of this sector."),
    )

    def clean_words(self) -> tuple[str, ...]:
        """Return the words as they are looked for, each once."""
        words = dict.fromkeys(plain_key(word) for word in self.cleaned_data["words"].replace(";", ",").split(","))
        return tuple(word for word in words if word)[:_MOST_WORDS]

    def facts(self) -> SectorFacts:
        """Return what was filled in, once it is valid."""
        values = self.cleaned_data
        texts = {
            name: " ".join(values[name].split()) for name in ("name", "name_english", "counted", "asked", "office")
        }
        return SectorFacts(
            **texts, with_families=values["with_families"], with_guests=values["with_guests"], words=values["words"]
        )
