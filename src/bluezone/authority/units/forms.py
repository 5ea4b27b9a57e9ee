"""Define the forms about organisations, sectors and offices, and how their list is filtered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.generic import Filters
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, own_unit, place_of
from bluezone.authority.site.fields import CountField, SuggestingInput
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import RecordForm, RecordModelForm
from bluezone.authority.units import posts, sectors
from bluezone.authority.units.models import Organisation, OwnSector
from bluezone.authority.units.queries import find_organisation, find_unit, named, path_of, path_of_code
from bluezone.authority.units.rules import MOST_PEOPLE, SECTORS_IN, OrganisationError
from bluezone.authority.units.services import Facts
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.names import plain_key
from bluezone.geography.units import Level, Unit

_MOST_WORDS = 20
_MOST_NEAR = 120


class UnitFilters(Filters):
    """Filter organisations by name, sector, place and state, and by the one that holds them (`?in=`)."""

    q = forms.CharField(label=_("Name"), max_length=100, required=False, widget=forms.TextInput({"type": "search"}))
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    within = forms.CharField(label=_("In"), max_length=200, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("open", _("open")), ("closed", _("closed")), ("all", _("all"))],
        required=False,
        initial="open",
    )

    def __init__(self, *args: Any, own: Jurisdiction, today: dt.date, **kwargs: Any) -> None:
        self._own, self._today = own, today
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the sectors of the officer's units."""
        self.fields["in"] = forms.CharField(required=False, widget=forms.HiddenInput)
        among = sectors.below(self._own)
        names = [(key, sectors.name_of(key, among)) for key in among]
        cast(forms.ChoiceField, self.fields["sector"]).choices = [("", _("all")), *names]

    def clean_state(self) -> str:
        return self.cleaned_data["state"] or "open"

    def clean_within(self) -> Unit | None:
        """Return the unit of the gazetteer that is meant."""
        try:
            text = self.cleaned_data["within"]
            return find_unit(text, self._own, self._today) if text else None
        except GeographyError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def by_q(self, rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
        return rows.filter(search_key__contains=plain_key(text))

    def by_sector(self, rows: QuerySet[Organisation], sector: str) -> QuerySet[Organisation]:
        return rows.filter(sector=sector)

    def by_within(self, rows: QuerySet[Organisation], unit: Unit) -> QuerySet[Organisation]:
        return rows.filter(place__startswith=place_of(unit.code))

    def by_state(self, rows: QuerySet[Organisation], state: str) -> QuerySet[Organisation]:
        return rows if state == "all" else rows.filter(closed_on__isnull=state == "open")

    def by_in(self, rows: QuerySet[Organisation], code: str) -> QuerySet[Organisation]:
        holder = Organisation.objects.filter(code=code).first()
        return rows.filter(line__startswith=holder.line).exclude(pk=holder.pk) if holder else rows.none()


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


class OrganisationForm(RecordForm):
    """Ask for what is known of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("As on its sign. Posters show it."))
    sector = SectorField(label=_("Sector"))
    within = forms.CharField(
        label=_("Where it lies"),
        max_length=200,
        help_text=_("Its commune or ward; for an office of the district or province, that. A name or a code."),
        widget=SuggestingInput,
    )
    headcount = CountField(
        label=_("Headcount"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=_("Its own people: staff, pupils, inhabitants. Without it the unit has a poster, but no target."),
    )
    with_families = forms.BooleanField(
        label=_("Orders to it mean its people's families, too"),
        required=False,
        help_text=_("They then count 3.6 people for each of its own (census of 2019)."),
    )
    headed_by = forms.CharField(
        label=_("Who heads it"), max_length=120, required=False, help_text=_("A name or an office, to turn to.")
    )
    parent = forms.CharField(
        label=_("Part of"),
        max_length=200,
        required=False,
        help_text=_("The zone of a company, the school of a class: a name, or the code on its poster. Else empty."),
        widget=SuggestingInput,
    )

    def __init__(
        self,
        *args: Any,
        own: Jurisdiction,
        today: dt.date,
        holder: Organisation | None = None,
        unit: Organisation | None = None,
        **kwargs: Any,
    ) -> None:
        """Make the form: of a new unit in `holder`, of a changed one (`unit`)."""
        if unit is not None:
            kwargs["initial"] = _written(unit)
        super().__init__(*args, **kwargs)
        self._own, self._today, self._holder = own, today, holder
        if own.role is Role.UNIT_HEAD and unit is not None:
            self._holder = unit.parent  # a head takes no part out of the own unit
        if self._holder is not None:
            del self.fields["parent"]
        else:
            self.fields["parent"].widget.suggestions = posts.suggestions(own.place, tops_only=True)
        cast(forms.ChoiceField, self.fields["sector"]).choices = [
            ("", "–"),
            *sectors.choices(own, kept=self.initial.get("sector", "")),
        ]
        mine = own_unit(own, today)
        near = [mine, *catalogue.all_units().children(mine.code, today)] if mine.in_force(today) else [mine]
        self.fields["within"].widget.suggestions = [path_of(each) for each in near[:_MOST_NEAR]]
        if mine.level is Level.COMMUNE:
            self.fields["within"].initial = path_of(mine)
        if holder is not None:
            self.fields["within"].initial = path_of_code(holder.within)
            self.fields["sector"].initial = SECTORS_IN.get(holder.sector, holder.sector)
            self.fields["with_families"].initial = holder.with_families

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_within(self) -> Unit:
        """Return the unit, if it is in force today and lies in the officer's jurisdiction."""
        try:
            unit = find_unit(self.cleaned_data["within"], self._own, self._today)
        except GeographyError as error:
            raise forms.ValidationError(sentence_of(error)) from None
        is_head = self._own.role is Role.UNIT_HEAD  # a part lies where the whole lies: `services` looks
        of_sectors = [self.cleaned_data.get("sector", ""), *(self._holder.sectors if self._holder is not None else ())]
        if not (is_head or self._own.may_direct(place_of(unit.code), of_sectors)):
            raise forms.ValidationError(gettext("{unit} lies outside your jurisdiction").format(unit=path_of(unit)))
        return unit

    def clean_parent(self) -> str:
        """Return the code of the open unit of the officer's that the text means; nothing for none."""
        text = self.cleaned_data["parent"].strip()
        if not text:
            return ""
        try:
            return find_organisation(text, self._own).code
        except OrganisationError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def facts(self) -> Facts:
        """Return what was filled in, once it is valid."""
        values = self.cleaned_data
        return Facts(
            name=values["name"],
            sector=values["sector"],
            within=values["within"].code,
            headcount=values["headcount"],
            with_families=values["with_families"],
            headed_by=values["headed_by"],
            parent=self._holder.code if self._holder is not None else values["parent"],
        )


def _written(unit: Organisation) -> dict[str, Any]:
    """Return an organisation as its form takes it."""
    names = ("name", "sector", "headcount", "with_families", "headed_by")
    texts = {
        "within": path_of_code(unit.within),
        "parent": named(unit.parent) if unit.parent is not None else "",
    }
    return {name: getattr(unit, name) for name in names} | texts


class SectorForm(RecordModelForm):
    """Ask for what a sector is called, what is counted there and who is asked."""

    words = forms.CharField(
        label=_("Words of a list that mean it"),
        max_length=400,
        required=False,
        help_text=_("With commas between them: an uploaded unit with such a word in its name is of this sector."),
    )

    class Meta:
        model = OwnSector
        fields = ("name", "name_english", "counted", "asked", "office", "with_families", "with_guests", "words")
        labels: ClassVar = {
            "name": _("Name in Vietnamese"),
            "name_english": _("Name in English"),
            "counted": _("What is counted"),
            "asked": _("Who is asked"),
            "office": _("Office in charge"),
            "with_families": _("Orders to it mean its people's families, too"),
            "with_guests": _("Its units ask guests at the door"),
        }
        help_texts: ClassVar = {
            "counted": _("Whose phones: “traders and staff; customers are asked at the door”."),
            "asked": _("Who reports: “the market's management”."),
            "office": _("Unless a place names another one. Without any, the place itself answers."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial = {}
        else:
            self.initial["words"] = ", ".join(self.instance.words.split("\n"))

    def clean(self) -> dict[str, Any]:
        """Write each text in one line. (Whether its name is another one's is said by `sectors.store`.)"""
        values = self.cleaned_data
        return values | {name: " ".join(text.split()) for name, text in values.items() if name in _SECTOR_TEXTS}

    def clean_words(self) -> str:
        """Return the words as they are looked for, each once."""
        words = dict.fromkeys(plain_key(word) for word in self.cleaned_data["words"].replace(";", ",").split(","))
        return "\n".join([word for word in words if word][:_MOST_WORDS])


_SECTOR_TEXTS = ("name", "name_english", "counted", "asked", "office")


class InChargeForm(forms.Form):
    """Ask which office answers for a sector of a place."""

    office = forms.CharField(
        required=False,
        help_text=_(
            "Choose one, or write a new name. The running orders name it from now on. Without a name the place itself "
            "answers."
        ),
        widget=SuggestingInput,
    )

    def __init__(self, *args: Any, place: str, offices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].label = gettext("In %(place)s") % {"place": place}
        self.fields["office"].widget.suggestions = offices


class OfficeNameForm(forms.Form):
    """Ask for an office's name."""

    name = forms.CharField(label=_("Name"), required=False)
